"""An alignment as a page without scripts shows it: a picture, a sentence, a table."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import numpy as np

from tessnb.analysis._html import table
from tessnb.analysis.ctc_alignment import CodeRow, CTCAlignment, spelled
from tessnb.lines import TrainingLine
from tessnb.widgets._ctc_frame import marks, paired
from tessnb.widgets._pictures import data_url

__all__ = ["still_html"]

_TAGS = {"": "", "substituted": "mark", "inserted": "ins", "deleted": "del"}
#: Rows of the table at most; all of the text stands above it.
_ROWS = 30
#: Colours of rows (Okabe and Ito's), and of the null.
_COLOURS = ((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (230, 159, 0))
_GREY = (153, 153, 153)
#: Pixels of the picture: its width, the names at the left, a row, a line of text.
_WIDTH, _GUTTER, _ROW, _TEXT = 960, 72, 13, 24


def still_html(found: CTCAlignment, line: TrainingLine, title: str) -> str:
    """Return the alignment without any script."""
    read, truth = spelled(found.beam, reading=True), spelled(found.truth, reading=True)
    wanted = f", truth “<span dir='auto'>{escape(truth)}</span>”" if truth else ""
    picture = base64.b64encode(_svg(found, line).encode()).decode()
    words = f"Probabilities over time, a row per character, under the line image; read: {read}"
    return (
        f"<p>{escape(title)}: read “<span dir='auto'>{escape(read)}</span>”{wanted}</p>"
        f'<img alt="{escape(words)}" src="data:image/svg+xml;base64,{picture}" style="max-width: 100%">'
        f"{_table(found)}"
    )


def _svg(found: CTCAlignment, line: TrainingLine) -> str:
    """Return the line, the heat map and the paths below it, on white and one axis."""
    rows = found.rows()
    scale = min((_WIDTH - _GUTTER) / found.width, 96 / found.height)
    top = round(found.height * scale) + 8
    heat = _ROW * (len(rows) + 1)
    wide = f'preserveAspectRatio="none" style="image-rendering: {{}}" x="{_GUTTER}"'
    paths = {"truth": found.truth, "greedy": found.greedy, "beam": found.beam}
    drawn = {name: path for name, path in paths.items() if path}
    bottom = top + heat + _TEXT * len(drawn) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{bottom}" '
        f'viewBox="0 0 {_WIDTH} {bottom}" font-family="sans-serif" font-size="12" fill="#212121">',
        f'<rect width="{_WIDTH}" height="{bottom}" fill="#ffffff"/>',
        f'<image {wide.format("auto")} y="0" width="{found.width * scale:.1f}" height="{top - 8}" '
        f'href="{data_url(line.image)}"/>',
        f'<image {wide.format("pixelated")} y="{top}" width="{found.steps * found.scale * scale:.1f}" '
        f'height="{heat}" href="{data_url(_heat_map(found, rows))}"/>',
    ]
    for place, name in enumerate([*(_visible(row.name) for row in rows), "blank"]):
        y = top + _ROW * (place + 0.5) + 4
        parts.append(f'<text x="{_GUTTER - 8}" y="{y:.1f}" text-anchor="end">{escape(name)}</text>')
    for place, (name, path) in enumerate(drawn.items()):
        y = top + heat + _TEXT * (place + 1)
        parts.append(f'<text x="{_GUTTER - 8}" y="{y}" text-anchor="end" fill="#616161">{name}</text>')
        for symbol in path:
            x = _GUTTER + found.x_of(symbol.peak) * scale
            shown = escape(_visible(symbol.text))
            parts.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{shown}</text>')
    return "".join(parts) + "</svg>"


def _visible(text: str) -> str:
    return "\u2423" if text == " " else text


def _heat_map(found: CTCAlignment, rows: Sequence[CodeRow]) -> np.ndarray:
    """Return the outputs in colours on white: uint8, shape (rows, steps, 3)."""
    values = found.outputs[:, [*(row.code for row in rows), found.null_char]].T.clip(0.0, 1.0) ** 0.6
    colours = [_COLOURS[place % len(_COLOURS)] for place in range(len(rows))] + [_GREY]
    inked = values[:, :, None] * (255.0 - np.array(colours, float)[:, None])
    picture: np.ndarray = np.rint(255.0 - inked).astype(np.uint8)
    return picture


def _table(found: CTCAlignment) -> str:
    pairs = paired(found.truth, found.beam)
    marked = marks(found.truth, found.beam, pairs)[1] if found.truth else [""] * len(found.beam)
    body = []
    for wanted, place in pairs:
        truth = "" if wanted is None else found.truth[wanted].text
        if place is None:
            body.append((truth, "", "", "", "deleted"))
            continue
        symbol = found.beam[place]
        best = max(part.probability for part in symbol.parts)
        tag = _TAGS[marked[place]]
        read = escape(symbol.text)
        remark = marked[place]
        if symbol.instead is not None:
            remark = f"{remark}; without dictionaries “{symbol.instead}”".removeprefix("; ")
        body.append(
            (
                truth,
                f"<{tag}>{read}</{tag}>" if tag else read,
                str(round(found.x_of(symbol.peak))),
                f"{best:.2f}",
                remark,
            )
        )
    shown = table(("truth", "read", "x", "probability", "remark"), body[:_ROWS], marked=("read",))
    return shown + (f"<p>… and {len(body) - _ROWS} more</p>" if len(body) > _ROWS else "")
