"""Clusters into boxes: their rectangles, words and rotation.

Rectangles here have their origin in the page's upper left corner.

Source: ``src/training/pango/boxchar.cpp``, and ``MergeBoxCharsToWords`` in ``stringrenderer.cpp``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from tessnb.synthesis.characters import is_whitespace

__all__ = ["NO_LINE", "SPACE", "Rect", "TextBox", "merge_words", "rotate", "text_boxes"]

#: The text of a box without ink.
SPACE = " "
#: The line of a space that the reference puts between the parts of a word: it is on the first page.
NO_LINE = -1
_WORD_GAP = 5


class Rect(NamedTuple):
    """A rectangle in whole pixels, y downward."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column to its right."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.y + self.height


class TextBox(NamedTuple):
    """A grapheme or word, where its ink is (None for a space), and its text line, counted from 0."""

    text: str
    rect: Rect | None
    line: int


def text_boxes(
    texts: Sequence[str],
    inks: np.ndarray,
    lines: Iterable[int],
    units: int,
    padding: int = 0,
    corner: tuple[int, int] = (0, 0),
) -> list[TextBox]:
    """Return the boxes of clusters, in pixels.

    Parameters
    ----------
    texts : sequence of str
    inks : ndarray, shape=(n, 4), dtype=int64
        x, y, width and height in layout units, from the text area's corner.
    lines : iterable of int
    units : int
        Layout units in a pixel.
    padding : int
        Pixels added on every side.
    corner : (x, y)
        Of the text area, in pixels.
    """
    blank = {text for text in set(texts) if all(map(is_whitespace, text))}
    begin, size = inks[:, :2], inks[:, 2:]
    inked = np.all(size > 0, axis=1)
    low, high = begin // units, -(-(begin + size) // units)
    if padding:
        low, high = np.maximum(low - padding, 0), np.maximum(low - padding, 0) + high - low + 2 * padding
    low = np.maximum(low, 0)  # as Leptonica's ``boxCreate``
    placed = np.all(high > low, axis=1) & inked
    sides = np.concatenate([low + corner, high - low], axis=1).tolist()
    facts = zip(texts, inked.tolist(), placed.tolist(), sides, lines, strict=True)
    return [
        TextBox(text, Rect(*rect) if found else None, line)
        if drawn and text not in blank
        else TextBox(SPACE, None, line)
        for text, drawn, found, rect, line in facts
    ]


def merge_words(boxes: Sequence[TextBox], guess_lines: bool = False) -> list[TextBox]:
    """Join the boxes between spaces; a word that goes on in the next line becomes two.

    With `guess_lines` it goes on there if it would become much wider, as in the reference, and the space
    between belongs to no line.
    """
    merged: list[TextBox] = []
    inside = False
    for box in boxes:
        if box.text == SPACE or box.rect is None:
            merged.append(box)
            inside = False
            continue
        last = merged[-1] if inside else None
        if last is None or last.rect is None:
            merged.append(box)
            inside = True
            continue
        left, right = min(last.rect.x, box.rect.x), max(last.rect.right, box.rect.right)
        top, bottom = min(last.rect.y, box.rect.y), max(last.rect.bottom, box.rect.bottom)
        much_wider = right - left > last.rect.width + _WORD_GAP * box.rect.width
        if much_wider if guess_lines else box.line != last.line:
            merged += [TextBox(SPACE, None, NO_LINE if guess_lines else box.line), box]
        else:
            merged[-1] = TextBox(last.text + box.text, Rect(left, top, right - left, bottom - top), box.line)
    return merged


def rotate(boxes: Sequence[TextBox], radians: float, x_center: int, y_center: int) -> list[TextBox]:
    """Rotate boxes clockwise; each becomes the upright rectangle around it (Leptonica's ``boxaRotate``)."""
    angle = float(np.float32(radians))
    sine, cosine = np.float32(math.sin(angle)), np.float32(math.cos(angle))
    xc, yc = np.float32(x_center), np.float32(y_center)
    rects = [box.rect for box in boxes if box.rect is not None]
    placed = np.fromiter(chain.from_iterable(rects), np.float32, 4 * len(rects)).reshape(-1, 4)
    x0, y0 = placed[:, 0] - xc, placed[:, 1] - yc
    x1, y1 = placed[:, 0] + placed[:, 2] - 1 - xc, placed[:, 1] + placed[:, 3] - 1 - yc
    half = np.float32(0.5)

    def across(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.floor(xc + x * cosine - y * sine + half).astype(np.int64)

    def down(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.floor(yc + x * sine + y * cosine + half).astype(np.int64)

    left, right = np.minimum(across(x0, y0), across(x0, y1)), np.maximum(across(x1, y0), across(x1, y1))
    top, bottom = np.minimum(down(x0, y0), down(x1, y0)), np.maximum(down(x0, y1), down(x1, y1))
    left, top = np.maximum(left, 0), np.maximum(top, 0)
    sides = np.stack([left, top, right - left + 1, bottom - top + 1], axis=1)
    turned = zip(np.all(sides[:, 2:] > 0, axis=1).tolist(), sides.tolist(), strict=True)
    result = []
    for box in boxes:
        if box.rect is not None:
            found, rect = next(turned)
            box = TextBox(box.text, Rect(*rect) if found else None, box.line)
        result.append(box)
    return result
