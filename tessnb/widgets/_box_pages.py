"""Pages of boxes as they are sent to the browser, and as a still picture with a table."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from PIL import ImageDraw

from tessnb.charset.clusters import graphemes
from tessnb.formats.boxfile import BoxChar
from tessnb.lines.box_editing import Edit, text_lines
from tessnb.lines.reading_order import reading_order, runs_right_to_left
from tessnb.lines.tiles import PageTiles
from tessnb.synthesis.bidi import embedding_levels, visual_order
from tessnb.widgets._look import TRAINING
from tessnb.widgets._summary import counted

__all__ = ["box_row", "line_orders", "page_order", "splice", "still_html"]

_STILL_WIDTH = 1000
_STILL_LINES = 40
#: Pixels of a picture up to which PNG is small enough to be kept in a notebook.
_SMALL = 200_000


def shown(text: str) -> str:
    """Return a text that can be sent: bytes that are no UTF-8 become replacement characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def page_order(text: str) -> str:
    """Return a line's text, given in the order of reading, as it stands on the page from left to right."""
    pieces = graphemes(text)
    starts = np.cumsum([0, *map(len, pieces)])[:-1]
    levels = np.array(embedding_levels(text, int(runs_right_to_left(pieces))))[starts]
    return "".join(visual_order(pieces, levels.tolist()))


def box_row(box: BoxChar, height: int, in_reading_order: bool) -> list[Any]:
    """Return text, left, top, right, bottom (y downward), kind, and the text in the order of reading."""
    text = shown(box.text)
    row = [text, box.left, height - box.top, box.right, height - box.bottom, int(box.is_word)]
    if not box.is_word or text.isascii():
        return row
    if in_reading_order:
        return [page_order(text), *row[1:], text]
    pieces = graphemes(text)
    return [*row, "".join(pieces[place] for place in reading_order(pieces))]


def line_orders(boxes: Sequence[BoxChar]) -> dict[str, list[int]]:
    """Return, for each line of characters with right-to-left text, its first box → its places as read.

    An empty list stands for a line whose boxes are read in their order but begin at the right.
    """
    found = {}
    for start, stop in text_lines(boxes):
        texts = [box.text for box in boxes[start:stop]]
        if all(text.isascii() for text in texts):
            continue
        order = reading_order(texts) if stop - start > 1 else [0]
        if runs_right_to_left(texts) or order != list(range(len(texts))):
            found[str(start)] = order
    return found


def splice(edit: Edit, height: int, in_reading_order: bool) -> dict[str, Any]:
    """Return what an edit changes."""
    rows = [box_row(box, height, in_reading_order) for box in edit.inserted]
    return {"start": edit.start, "removed": len(edit.removed), "boxes": rows}


def still_html(title: str, page: int, count: int, tiles: PageTiles, boxes: Sequence[BoxChar]) -> str:
    """Return a page with its boxes and a table of its lines, without any script."""
    place = f"page {page + 1} of {count}, " if count > 1 else ""
    lines = text_lines(boxes)
    words = f"{title}: {place}{counted(len(boxes), 'box', 'boxes')}, {counted(len(lines), 'line')}"
    kind, data = _picture(tiles, boxes)
    picture = base64.b64encode(data).decode()
    rows = "".join(
        f"<tr><td>{number}</td><td dir='auto' style='text-align: left'>{escape(shown(text))}</td></tr>"
        for number, text in enumerate(
            ("".join(box.text for box in boxes[start:stop]) for start, stop in lines[:_STILL_LINES]), 1
        )
    )
    more = f"<p>and {len(lines) - _STILL_LINES} more lines</p>" if len(lines) > _STILL_LINES else ""
    return (
        f'<p>{escape(words)}</p><img alt="{escape(words)}" style="max-width: 100%" '
        f'src="data:image/{kind};base64,{picture}">'
        '<table><thead><tr><th scope="col">line</th><th scope="col" style="text-align: left">text</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>{more}"
    )


def _picture(tiles: PageTiles, boxes: Sequence[BoxChar]) -> tuple[str, bytes]:
    """Return the page with its boxes: PNG where it is small, or else JPEG, as its kind and its bytes."""
    level = 0
    while tiles.width >> level > 2 * _STILL_WIDTH and level < tiles.highest_level:
        level += 1
    image = tiles.level(level).convert("RGB")
    scale = min(_STILL_WIDTH / tiles.width, 1.0)
    size = max(round(tiles.width * scale), 1), max(round(tiles.height * scale), 1)
    image = image.resize(size)
    draw = ImageDraw.Draw(image)
    for box in boxes:
        corners = (box.left, tiles.height - box.top, box.right, tiles.height - box.bottom)
        left, top, right, bottom = (round(value * scale) for value in corners)
        if left <= right and top <= bottom:
            draw.rectangle((left, top, right, bottom), outline=TRAINING)
    out = io.BytesIO()
    kind = "png" if image.width * image.height < _SMALL else "jpeg"
    image.save(out, kind, quality=60)
    return kind, out.getvalue()
