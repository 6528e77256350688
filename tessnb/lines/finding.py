"""Text lines on a page, as the boxes that Tesseract would hand to its recognizer.

A single line (``--psm 7``) follows the reference step by step, so its crop is the reference's but for odd
cases. In a uniform block (``--psm 6``) blobs are sorted into rows by a simpler method; the crops of ordinary
lines agree.

Source: ``ccmain/linerec.cpp`` (``LSTMRecognizeWord``, ``GetRectImage``), ``ccstruct/pageres.cpp``
(``ROW_RES``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessnb.errors import InputError
from tessnb.lines._blobs import Blobs, find_blobs, to_binary
from tessnb.lines._grouping import group_rows
from tessnb.lines._rows import RowModel, model_rows, sort_by_size
from tessnb.lines.cutting import PADDING
from tessnb.lines.images import PageImage
from tessnb.lines.scaling import to_grey

__all__ = ["PAGE_SEGMENTATION_MODES", "FoundLine", "find_lines"]

PAGE_SEGMENTATION_MODES = {6: "a single uniform block of text", 7: "a single text line", 13: "a raw line"}
"""The ``--psm`` values that `find_lines` knows."""

_WIDEST_GAP = 2.0
_TALLEST = 1.25
_NARROWEST_SPACE = 0.1
_SINGLE_ROW_ORDER = np.array([3, 0, 2, 1])  # of text, large, small, noise: text was added last


@dataclass(frozen=True, eq=False)
class FoundLine:
    """A line, or a part of one that stands apart from the rest.

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
        The crop.
    box : tuple of int
        Left, bottom, right, top of the crop on the page, in pixels; y grows upwards from the lower edge.
    row : int
        The text line that it belongs to, from 0 at the top.
    slope, offset : float
        The straight baseline on the page: ``y = slope * x + offset``.
    x_height, ascender, descender : float
        Heights in pixels; the descender is negative. All 0 for a raw line.
    """

    image: np.ndarray
    box: tuple[int, int, int, int]
    row: int
    slope: float = 0.0
    offset: float = 0.0
    x_height: float = 0.0
    ascender: float = 0.0
    descender: float = 0.0


def find_lines(page: PageImage | np.ndarray, psm: int = 6) -> list[FoundLine]:
    """Find the lines of a page in reading order.

    Parameters
    ----------
    page : PageImage or ndarray
        Bits (True is black), grey levels or colours.
    psm : int
        How much to look for: 6 is a block of lines, 7 one line, 13 takes the image as it is.

    Raises
    ------
    InputError
        If `psm` is another number.
    """
    pixels = page.pixels if isinstance(page, PageImage) else page
    if psm not in PAGE_SEGMENTATION_MODES:
        known = ", ".join(f"{mode} ({what})" for mode, what in PAGE_SEGMENTATION_MODES.items())
        raise InputError(
            "a page segmentation mode that is not supported", where="psm", found=psm, expected=known
        )
    height, width = pixels.shape[:2]
    whole = (0, 0, width, height)
    if psm == 13:
        return [FoundLine(_crop(pixels, whole), whole, 0)]
    blobs = find_blobs(to_binary(pixels))
    if not len(blobs):
        return [FoundLine(_crop(pixels, whole), whole, 0)] if psm == 7 else []
    size, kinds = sort_by_size(blobs)
    if psm == 7:
        rows = [_in_order(blobs, np.arange(len(blobs)), _SINGLE_ROW_ORDER[kinds])]
    else:
        rows = [_in_order(blobs, row, kinds) for row in group_rows(blobs, size)]
    models = model_rows(blobs, rows, size, width)
    lines = []
    for number, (row, model) in enumerate(zip(rows, models, strict=True)):
        for part in _parts(blobs, row, model.height):
            box = _padded(_line_box(blobs, part, model), width, height)
            lines.append(
                FoundLine(
                    _crop(pixels, box),
                    box,
                    number,
                    model.slope,
                    model.offset,
                    model.x_height,
                    model.ascender,
                    model.descender,
                )
            )
    return lines


def _crop(pixels: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    left, bottom, right, top = box
    image = pixels[pixels.shape[0] - top : pixels.shape[0] - bottom, left:right]
    return to_grey(image) if image.dtype == np.bool_ else image.copy()


def _in_order(blobs: Blobs, row: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Sort blobs by their left edges, those with the same by rank and from bottom to top."""
    return row[np.lexsort((blobs.boxes[row, 1], ranks[row], blobs.boxes[row, 0]))]


def _parts(blobs: Blobs, row: np.ndarray, height: float) -> list[np.ndarray]:
    """Put the words of a row together while the whole is no higher than a line and no gap too wide."""
    parts: list[np.ndarray] = []
    grows = False
    box = np.zeros(4)
    for word in _words(blobs, row, height):
        own = _around(blobs.boxes[word])
        union = _around(np.stack([box, own])) if grows else own
        tall, union_tall = own[3] - own[1], union[3] - union[1]
        if grows and tall <= height * _TALLEST and union_tall <= height * _TALLEST:
            grows = bool(own[0] <= box[2] + height * _WIDEST_GAP)
        else:
            grows = False
        if grows:
            parts[-1] = np.concatenate([parts[-1], word])
            box = union
        else:
            parts.append(word)
            box = own
            grows = bool(tall <= height * _TALLEST)
    return parts


def _around(boxes: np.ndarray) -> np.ndarray:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _words(blobs: Blobs, row: np.ndarray, height: float) -> list[np.ndarray]:
    """Split a row at the wider one of its two kinds of gaps."""
    boxes = blobs.boxes[row]
    gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:, 2])[:-1]
    usual = gaps[(gaps > 0) & (gaps < height)]
    least = height * _NARROWEST_SPACE
    limit = max(least, _between(usual)) if len(usual) else least
    return np.split(row, np.flatnonzero(gaps > limit) + 1)


def _between(values: np.ndarray) -> float:
    """Return the number that best divides values into two groups (Otsu's criterion)."""
    values = np.sort(values).astype(np.float64)
    count = np.arange(1, len(values))
    sums = np.cumsum(values)
    if len(values) < 2:
        return 0.0
    step = (sums[-1] - sums[:-1]) / (len(values) - count) - sums[:-1] / count
    best = int(np.argmax(step * step * count * (len(values) - count)))
    return float(values[best] + values[best + 1]) / 2


def _line_box(blobs: Blobs, row: np.ndarray, model: RowModel) -> tuple[int, int, int, int]:
    """Return the box around blobs, and at least from the descenders to the ascenders of the row."""
    boxes = blobs.boxes[row]
    left, bottom = boxes[:, :2].min(axis=0).tolist()
    right, top = boxes[:, 2:].max(axis=0).tolist()
    base = np.float32(model.base_at((left + right) // 2))
    lowest = base + np.float32(model.descender)
    highest = base + np.float32(model.x_height) + np.float32(model.ascender)
    return left, int(lowest) if lowest < bottom else bottom, right, int(highest) if highest > top else top


def _padded(box: tuple[int, int, int, int], width: int, height: int) -> tuple[int, int, int, int]:
    left, bottom, right, top = box
    return (
        max(left - PADDING, 0),
        max(bottom - PADDING, 0),
        min(right + PADDING, width),
        min(top + PADDING, height),
    )
