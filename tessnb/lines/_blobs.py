"""Black and white, and the connected components in it, as line finding needs them.

Source: ``ccstruct/otsuthr.cpp`` (``OtsuThreshold``), ``ccmain/thresholder.cpp`` (``ThresholdRectToPix``),
``textord/edgloop.cpp`` (``check_path_legal``), ``ccstruct/stepblob.cpp``
(``C_BLOB::EstimateBaselinePosition``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Blobs", "find_blobs", "to_binary"]

_SHORTEST_OUTLINE = 8
_LONGEST_EDGES_TO_WIDTH = 8.0
_TOUCHING = np.ones((3, 3), bool)


def to_binary(image: np.ndarray) -> np.ndarray:
    """Return black as True, by Otsu's threshold in each channel.

    A channel whose histogram has far more bright than dark pixels finds ink among the dark ones, and the
    other way round; a channel without a clear majority counts only if no other is better.

    Parameters
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
    """
    if image.dtype == np.bool_:
        return image
    channels = [image] if image.ndim == 2 else [image[..., c] for c in range(3)]
    votes: list[np.ndarray] = []
    doubtful: list[tuple[int, int, np.ndarray]] = []
    for channel in channels:
        histogram = np.bincount(channel.ravel(), minlength=256)
        threshold, below = _otsu(histogram)
        total = int(histogram.sum())
        if below in (0, total):
            continue
        ink_is_dark = below < total * 0.5
        ink = (channel <= threshold) if ink_is_dark else (channel > threshold)
        if below > total * 0.75 or below < total * 0.25:
            votes.append(ink)
        else:
            doubtful.append((total - below if ink_is_dark else below, len(doubtful), ink))
    if not votes and doubtful:
        votes.append(max(doubtful, key=lambda entry: (entry[0], -entry[1]))[2])
    return np.logical_or.reduce(votes) if votes else np.zeros(image.shape[:2], bool)


def _otsu(histogram: np.ndarray) -> tuple[int, int]:
    """Return the threshold with the greatest variance between the classes, and the pixels up to it."""
    below = np.cumsum(histogram)[:-1].astype(np.float64)
    above = histogram.sum() - below
    weighted = np.cumsum(np.arange(256.0) * histogram)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = (weighted[-1] - weighted[:-1]) / above - weighted[:-1] / below
        between = np.where((below > 0) & (above > 0), step * step * below * above, -1.0)
    best = int(np.argmax(between))
    return (best, int(below[best])) if between[best] >= 0 else (-1, 0)


@dataclass(frozen=True, eq=False)
class Blobs:
    """Outermost connected components, sorted by their left edges; y grows upwards from the lower edge.

    Attributes
    ----------
    boxes : ndarray of int, shape (n, 4)
        Left, bottom, right, top.
    areas : ndarray of int, shape (n,)
        Number of black pixels.
    bases : ndarray of int, shape (n,)
        Where the blob seems to stand: its bottom, or above a descender.
    profiles : list of ndarray of int, shape (2, width)
        Lowest and highest edge of each column.
    """

    boxes: np.ndarray
    areas: np.ndarray
    bases: np.ndarray
    profiles: list[np.ndarray]

    def __len__(self) -> int:
        return len(self.boxes)


def find_blobs(binary: np.ndarray) -> Blobs:
    """Find the components of a binary image; what lies inside another's outline belongs to that.

    Parameters
    ----------
    binary : ndarray of bool, shape (height, width)
        True is black.
    """
    from scipy import ndimage  # takes long to load

    height = binary.shape[0]
    white, _ = ndimage.label(~np.pad(binary, 1))
    outside = white[1:-1, 1:-1] == white[0, 0]
    labels, _ = ndimage.label(~outside, _TOUCHING)
    boxes, areas, bases, profiles = [], [], [], []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        mask = labels[rows, columns] == number
        outline = _outline_length(mask)
        if outline < _SHORTEST_OUTLINE:
            continue
        box = (columns.start, height - rows.stop, columns.stop, height - rows.start)
        lowest = height - (rows.stop - np.argmax(mask[::-1], axis=0))
        highest = height - (rows.start + np.argmax(mask, axis=0))
        boxes.append(box)
        ink = binary[rows, columns] & mask
        areas.append(int(np.count_nonzero(ink)))
        profiles.append(np.stack([lowest, highest]))
        edges = outline + _hole_edges(mask & ~ink)
        bases.append(box[1] if edges > (box[2] - box[0]) * _LONGEST_EDGES_TO_WIDTH else _base(lowest, box))
    order = sorted(range(len(boxes)), key=lambda index: boxes[index][0])
    return Blobs(
        np.array([boxes[i] for i in order], np.int64).reshape(-1, 4),
        np.array([areas[i] for i in order], np.int64),
        np.array([bases[i] for i in order], np.int64),
        [profiles[i] for i in order],
    )


def _outline_length(mask: np.ndarray) -> int:
    inner = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    rims = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    return int(inner + sum(np.count_nonzero(rim) for rim in rims))


def _hole_edges(holes: np.ndarray) -> int:
    """Return the length of the outlines of holes, without those that are too small."""
    if not holes.any():
        return 0
    from scipy import ndimage

    labels, count = ndimage.label(holes)
    if count == 1:
        lengths = [_outline_length(holes)]
    else:
        places = enumerate(ndimage.find_objects(labels), 1)
        lengths = [_outline_length(labels[place] == number) for number, place in places]
    return sum(length for length in lengths if length >= _SHORTEST_OUTLINE)


def _base(lowest: np.ndarray, box: tuple[int, int, int, int]) -> int:
    """Return the lowest long run of the bottom profile above a descender, or the bottom."""
    _, bottom, _, top = box
    padded = np.concatenate([lowest[:1], lowest, lowest[-1:]])
    levels = np.minimum(padded[:-1], padded[1:])  # at the corners between columns
    extent = int(np.count_nonzero(levels <= bottom + 1))
    cuts = np.flatnonzero(np.diff(levels)) + 1
    runs = list(zip([0, *cuts], [*cuts, len(levels)], strict=True))
    best, previous, before = top, top, top
    for index, (start, stop) in enumerate(runs):
        level = int(levels[start])
        if start >= len(levels) - 1:
            break
        if level > bottom + 1:
            total = stop - start
            while start + total < len(levels) and levels[start + total] in (level, level + 1):
                total += 1
            if before > level + 1 or start + total >= len(levels) or levels[start + total] > level + 1:
                if index and previous == level + 1:
                    total += runs[index - 1][1] - runs[index - 1][0]
                if total > extent and level < best:
                    best = level
        before, previous = previous, level
    return bottom if best == top else best
