"""The baseline and the letter heights of a row of blobs, from which Tesseract derives the box of a text line.

Coordinates are pixels, y upwards.

Source: ``textord/makerow.cpp`` (``compute_row_xheight``, ``compute_block_xheight``, ``correct_row_xheight``),
``textord/tordmain.cpp`` (``filter_noise_blobs``), ``ccstruct/statistc.cpp``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from tessnb.lines._baseline import fit_baselines
from tessnb.lines._blobs import Blobs
from tessnb.lines._curve import Spline
from tessnb.lines._histogram import Histogram
from tessnb.lines._spline import fit_spline

__all__ = ["LARGE", "NOISE", "SMALL", "TEXT", "RowModel", "model_rows", "sort_by_size"]

TEXT, LARGE, SMALL, NOISE = range(4)
"""Kinds of blobs, in the order in which a block's rows get them."""


_X_HEIGHT, _ASCENDER, _DESCENDER = 0.5, 0.25, 0.25
_CAP_RATIO = _X_HEIGHT / (_X_HEIGHT + _ASCENDER)
_LINE_FACTOR = (_DESCENDER + _X_HEIGHT + 2 * _ASCENDER) / _X_HEIGHT
_NOISE_HEIGHT = 7
_SOLID = 0.7
_WIDEST = 8
_LEAST_X_HEIGHT = 10
_EVEN = 0.2


@dataclass
class RowModel:
    """A row's baseline and heights.

    Attributes
    ----------
    slope, offset : float
        The straight baseline: ``y = slope * x + offset``.
    curve : Spline or None
        The curved baseline.
    x_height, ascender, descender : float
        In pixels; the descender is negative, the ascender what capitals add to the x-height.
    """

    slope: float = 0.0
    offset: float = 0.0
    curve: Spline | None = None
    x_height: float = 0.0
    ascender: float = 0.0
    descender: float = 0.0
    evidence: int = 0

    @property
    def height(self) -> float:
        return self.x_height + self.ascender - self.descender

    def base_at(self, x: float) -> float:
        return self.slope * x + self.offset if self.curve is None else self.curve.y(x)


def sort_by_size(blobs: Blobs) -> tuple[float, np.ndarray]:
    """Guess the size of letters, and tell letters from marks (``Textord::filter_noise_blobs``).

    Returns
    -------
    line_size : float
        A first guess at the letters' size in pixels.
    kinds : ndarray of int, shape (n,)
        `TEXT`, `LARGE`, `SMALL` or `NOISE` for each blob.
    """
    widths, heights = blobs.boxes[:, 2] - blobs.boxes[:, 0], blobs.boxes[:, 3] - blobs.boxes[:, 1]
    loud = heights >= _NOISE_HEIGHT
    solid = blobs.areas >= widths * heights * _SOLID
    size = Histogram(0, 599, heights[loud & ~solid]).fractile(0.75)
    least, most, widest = floor(size / 2), ceil(size * _LINE_FACTOR), ceil(size * _WIDEST)
    kinds = np.full(len(blobs), TEXT)
    kinds[(heights > most) | (widths > widest)] = LARGE
    kinds[heights < least] = SMALL
    kinds[~loud] = NOISE
    tall = Histogram(0, 599, heights[kinds == TEXT]).fractile(0.9) * _CAP_RATIO
    return max(size, tall) or 1.0, kinds


def model_rows(blobs: Blobs, rows: list[np.ndarray], line_size: float, width: int) -> list[RowModel]:
    """Model the rows of one block.

    Parameters
    ----------
    blobs : Blobs
        The blobs of the block.
    rows : list of ndarray of int
        The indices of each row's blobs, sorted by their left edges.
    line_size : float
        From `sort_by_size`.
    width : int
        Width of the block.
    """
    spacing, size = _sizes(blobs, rows, line_size)
    models = [RowModel(*line) for line in fit_baselines(blobs, rows, spacing)]
    low, high = max(floor(int(size) * 0.25), _LEAST_X_HEIGHT), ceil(int(size) * 3.0)
    parts = [_letters(blobs, row, size * _X_HEIGHT * 1.5) for row in rows]
    for model, boxes in zip(models, parts, strict=True):
        model.curve = fit_spline(boxes, model.slope, model.offset, int(size), width)
        _measure(model, boxes, low, high)
    _level(models, parts, low, high, size)
    return models


def _sizes(blobs: Blobs, rows: list[np.ndarray], line_size: float) -> tuple[float, float]:
    """Return the distance of lines and the size of letters; even rows tell both (``compute_row_stats``)."""
    spacing, size = line_size * _LINE_FACTOR, line_size * 1.25
    slopes = [slope for slope, _ in fit_baselines(blobs, rows, spacing)]
    slope = float(np.median(np.repeat(slopes, [len(row) for row in rows])))
    offsets = []
    for row in rows:
        boxes = blobs.boxes[row]
        levels = np.sort(boxes[:, 1] - slope * ((boxes[:, 0] + boxes[:, 2]) // 2))
        offsets.append(float(levels[len(levels) // 2]))
    gaps = np.sort(np.array(offsets[:-1]) - np.array(offsets[1:]))
    if len(gaps) > 2:
        middle = float(gaps[len(gaps) // 2])
        if gaps[len(gaps) * 3 // 4] - gaps[len(gaps) // 4] < middle * _EVEN:
            return middle, max(min(middle, spacing), float(_LEAST_X_HEIGHT))
    return spacing, min(size, spacing)


def _letters(blobs: Blobs, row: np.ndarray, widest: float) -> np.ndarray:
    """Join blobs one above the other, and cut wide ones: boxes, shape (n, 4) (``pre_associate_blobs``)."""
    out: list[tuple[int, int, int, int]] = []
    index = 0
    while index < len(row):
        group = [row[index]]
        left, bottom, right, top = (int(v) for v in blobs.boxes[row[index]])
        while index + 1 < len(row):
            other = blobs.boxes[row[index + 1]]
            overlap = min(right, int(other[2])) - max(left, int(other[0]))
            if 2 * overlap < min(right - left, int(other[2] - other[0])):
                break
            index += 1
            group.append(row[index])
            left, bottom = min(left, int(other[0])), min(bottom, int(other[1]))
            right, top = max(right, int(other[2])), max(top, int(other[3]))
        out += _chopped(blobs, group, (left, bottom, right, top), widest)
        index += 1
    return np.array(out, np.int64).reshape(-1, 4)


def _chopped(
    blobs: Blobs, group: list[int], box: tuple[int, int, int, int], widest: float
) -> list[tuple[int, int, int, int]]:
    left, _, right, _ = box
    count = floor((right - left) / widest)
    if count <= 1:
        return [box]
    width = (right - left + 1) / count
    parts = []
    for piece in range(count):
        stop = right - (count - 1 - piece) * width
        start = max(floor(stop - width), left)
        lows, highs = [], []
        for index in group:
            origin = int(blobs.boxes[index][0])
            first, last = max(floor(stop - width) - origin, 0), max(ceil(stop) - origin, 0)
            profile = blobs.profiles[index][:, first:last]
            if profile.size:
                lows.append(int(profile[0].min()))
                highs.append(int(profile[1].max()))
        if lows:
            parts.append((start, min(lows), ceil(stop), max(highs)))
    return parts


def _measure(model: RowModel, boxes: np.ndarray, low: int, high: int) -> None:
    """Find x-height, ascender and descender among the letters' tops and bottoms (``compute_row_xheight``)."""
    heights, floating = _tops(model, boxes, low, high)
    model.evidence = _modes(heights, floating, low, high, model)
    model.descender = 0.0
    if model.x_height > 0:
        model.descender = float(_drop(model, boxes, heights))


def _tops(model: RowModel, boxes: np.ndarray, low: int, high: int) -> tuple[Histogram, Histogram]:
    heights, floating = Histogram(low, high), Histogram(low, high)
    for left, bottom, right, top in boxes:
        above = float(top) - model.base_at((left + right) / 2)
        if low <= above <= high:
            heights.add(floor(above + 0.5))
            if (top - bottom) / above < 0.75:
                floating.add(floor(above + 0.5))
    return heights, floating


def _modes(heights: Histogram, floating: Histogram, low: int, high: int, model: RowModel) -> int:
    """Set x-height and ascender from two peaks in a plausible ratio (``compute_xheight_from_modes``)."""
    model.x_height = model.ascender = 0.0
    count = heights.at(heights.mode())
    if not count:
        return 0
    modes = _frequent(heights, low, high)
    best, in_pile, previous = 0, False, -(2**31)
    for place, x in enumerate(modes[:-1]):
        if x != previous + 1:
            in_pile = False
        letters = heights.at(x) - floating.at(x)
        if letters < count * 0.4 or not (in_pile or letters > best):
            continue
        for tall in modes[place + 1 :]:
            if 1.25 < tall / x < 1.8 and heights.at(tall) >= count * 0.08:
                if letters > best:
                    in_pile, best = True, letters
                previous = x
                model.x_height, model.ascender = float(x), float(tall - x)
    if model.x_height == 0:
        single = Histogram(low, high)
        single.counts[:] = heights.counts
        single.counts[:-1] -= floating.counts[:-1]
        x = single.mode()
        model.x_height, best = float(x), heights.at(x)
    return best


def _frequent(heights: Histogram, low: int, high: int, most: int = 12) -> list[int]:
    """Return up to twelve numbers that occur most, in ascending order (after ``compute_height_modes``)."""
    used = [value for value in range(low, high + 1) if heights.at(value)]
    return sorted(sorted(used, key=lambda value: (-heights.at(value), -value))[:most])


def _drop(model: RowModel, boxes: np.ndarray, heights: Histogram) -> int:
    """Return how far descenders reach below the baseline, negative, or 0 (``compute_row_descdrop``)."""
    least, most = heights.ends
    if least / model.x_height < 1.25:
        least = floor(model.x_height * 1.25 + 0.5)
    if most / model.x_height > 1.8:
        most = floor(model.x_height * 1.8)
    tall = sum(heights.at(value) for value in range(least, most + 1) if heights.low <= value <= heights.high)
    low, high = floor(model.x_height * 0.25 + 0.5), floor(model.x_height * 0.6)
    drops = Histogram(low, high)
    for left, bottom, right, _ in boxes:
        below = model.slope * (left + right) / 2 + model.offset - float(bottom)
        if low <= below <= high:
            drops.add(floor(below + 0.5))
    count = drops.at(drops.mode())
    if count + tall < model.evidence * 0.16 or not count:
        return 0
    return -drops.mode()


def _level(models: list[RowModel], parts: list[np.ndarray], low: int, high: int, size: float) -> None:
    """Complete and correct rows by the block's averages (``compute_block_xheight``)."""
    with_ascenders = [model for model in models if model.x_height > 0 and model.ascender > 0]
    with_descenders = [model for model in models if model.x_height > 0 >= model.ascender and model.descender]
    plain = [
        index
        for index, model in enumerate(models)
        if model.x_height > 0 >= model.ascender and not model.descender
    ]
    block = RowModel()
    if with_ascenders:
        block.x_height = _median([(m.x_height, m.evidence) for m in with_ascenders], low, high)
        block.ascender = _median(
            [(m.ascender, m.evidence) for m in with_ascenders], int(low * 0.5), int(high * 0.5)
        )
        drops = [(-m.descender, m.evidence) for m in with_ascenders]
        block.descender = -_median(drops, int(low * 0.5), int(high * 0.5))
    elif with_descenders:
        block.x_height = _median([(m.x_height, m.evidence) for m in with_descenders], low, high)
        drops = [(-m.descender, m.evidence) for m in with_descenders]
        block.descender = -_median(drops, int(low * 0.5), int(high * 0.5))
    elif plain:
        heights, floating = Histogram(low, high), Histogram(low, high)
        for index in plain:
            for whole, part in zip(
                (heights, floating), _tops(models[index], parts[index], low, high), strict=True
            ):
                whole.counts += part.counts
        if heights.total:
            _modes(heights, floating, low, high, block)
            if block.ascender == 0:
                block.x_height = heights.median() * _CAP_RATIO
        else:
            block.x_height = size * _X_HEIGHT
    else:
        block.x_height = size * _X_HEIGHT
    small = block.x_height < _LEAST_X_HEIGHT
    block.x_height = max(block.x_height, float(_LEAST_X_HEIGHT))
    if small or block.ascender <= 0:
        block.ascender = block.x_height * 0.5
    if small or block.descender >= 0:
        block.descender = -block.x_height * 0.5
    for model in models:
        _correct(model, block)


def _median(values: list[tuple[float, int]], low: int, high: int) -> float:
    histogram = Histogram(low, high)
    for value, weight in values:
        histogram.add(int(value), weight)
    return histogram.median()


def _correct(model: RowModel, block: RowModel) -> None:
    """Fill in what a row alone cannot tell (``correct_row_xheight``)."""

    def close(value: float) -> bool:
        return value * 0.9 <= model.x_height <= value * 1.1

    normal, capital = close(block.x_height), close(block.x_height + block.ascender)
    if model.x_height > 0 and model.ascender > 0:
        if model.descender >= 0:
            model.descender = model.x_height * (block.descender / block.x_height)
    elif model.x_height <= 0 or (normal or capital if model.descender else normal):
        model.x_height, model.ascender, model.descender = block.x_height, block.ascender, block.descender
    elif model.descender:
        model.ascender = model.x_height * (block.ascender / block.x_height)
    elif capital:
        model.x_height, model.ascender, model.descender = block.x_height, block.ascender, block.descender
    else:
        model.ascender = model.x_height * (block.ascender / (block.x_height + block.ascender))
        model.x_height -= model.ascender
        model.descender = model.x_height * (block.descender / block.x_height)
