"""Sorting the blobs of a uniform block of text into rows.

Letters are joined to their neighbours on the right along the page's skew; the chains that stand at the same
height make a row; small marks go to the row they lie in or nearest to.
"""

from __future__ import annotations

import numpy as np

from tessnb.lines._blobs import Blobs

__all__ = ["group_rows"]

_STEEPEST = 0.06
_NOISE_HEIGHT = 7
_LONGEST_LINK = 8.0
_FARTHEST = 0.6


def group_rows(blobs: Blobs, line_size: float) -> list[np.ndarray]:
    """Return the indices of each row's blobs, rows from top to bottom.

    Parameters
    ----------
    blobs : Blobs
    line_size : float
        Guess at the size of letters in pixels.
    """
    boxes = blobs.boxes
    heights = boxes[:, 3] - boxes[:, 1]
    letters = np.flatnonzero((heights >= line_size / 2) & (heights <= line_size * 2.5 + 1))
    if not len(letters):
        letters = np.flatnonzero(heights >= _NOISE_HEIGHT)
    if not len(letters):
        letters = np.arange(len(blobs))
    slope = _skew(boxes[letters], line_size)
    middles = (boxes[:, 0] + boxes[:, 2]) / 2.0
    low, high = boxes[:, 1] - slope * middles, boxes[:, 3] - slope * middles
    rows = _merged(_chains(boxes, low, high, letters, line_size), low, high)
    rows = _with_marks(rows, boxes, low, high, line_size)
    rows.sort(key=lambda row: -float(np.median((low[row] + high[row]) / 2)))
    return rows


def _skew(boxes: np.ndarray, line_size: float) -> float:
    """Return the slope along which the letters' bottoms fall together best."""
    middles, bottoms = (boxes[:, 0] + boxes[:, 2]) / 2.0, boxes[:, 1].astype(np.float64)
    bin_size = max(line_size / 10, 1.0)

    def score(slope: float) -> float:
        levels = ((bottoms - slope * middles) / bin_size).astype(np.int64)
        counts = np.bincount(levels - levels.min())
        return float((counts.astype(np.float64) ** 2).sum())

    best, reach = 0.0, _STEEPEST
    for _ in range(3):
        slopes = best + np.linspace(-reach, reach, 61)
        scores = [score(slope) for slope in slopes]
        top = max(scores)
        best = float(min((s for s, value in zip(slopes, scores, strict=True) if value == top), key=abs))
        reach /= 20
    return best


def _chains(
    boxes: np.ndarray, low: np.ndarray, high: np.ndarray, letters: np.ndarray, line_size: float
) -> list[np.ndarray]:
    """Join each letter with the next one to the right that overlaps it by half the lesser height."""
    order = letters[np.argsort(boxes[letters, 0], kind="stable")]
    links = []
    for place, one in enumerate(order):
        near = order[place + 1 : place + 400]
        near = near[boxes[near, 0] - boxes[one, 2] <= _LONGEST_LINK * line_size]
        overlap = np.minimum(high[near], high[one]) - np.maximum(low[near], low[one])
        lesser = np.minimum(high[near] - low[near], high[one] - low[one])
        hits = near[2 * overlap >= lesser]
        if len(hits):
            links.append((one, hits[0]))
    return _components(len(boxes), links, letters)


def _components(count: int, links: list[tuple[int, int]], members: np.ndarray) -> list[np.ndarray]:
    from scipy import sparse  # takes long to load
    from scipy.sparse import csgraph

    ends = np.array(links, np.int64).reshape(-1, 2)
    graph = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    labels = csgraph.connected_components(graph, directed=False)[1][members]
    return [members[labels == label] for label in np.unique(labels)]


def _merged(chains: list[np.ndarray], low: np.ndarray, high: np.ndarray) -> list[np.ndarray]:
    """Merge chains whose middle zones overlap by half of the lesser one."""
    chains = sorted(chains, key=len, reverse=True)
    rows: list[list[np.ndarray]] = []
    zones: list[tuple[float, float]] = []
    for chain in chains:
        zone = float(np.median(low[chain])), float(np.median(high[chain]))
        overlaps = [
            (min(zone[1], z[1]) - max(zone[0], z[0])) / max(min(zone[1] - zone[0], z[1] - z[0]), 1.0)
            for z in zones
        ]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] >= 0.5:
            rows[best].append(chain)
        else:
            rows.append([chain])
            zones.append(zone)
    return [np.concatenate(row) for row in rows]


def _with_marks(
    rows: list[np.ndarray], boxes: np.ndarray, low: np.ndarray, high: np.ndarray, line_size: float
) -> list[np.ndarray]:
    """Give every other blob to the row that it lies in or nearest to; far ones make rows of their own."""
    taken = np.concatenate(rows)
    rest = np.setdiff1d(np.arange(len(boxes)), taken)
    if not len(rest):
        return rows
    zones = np.array([(np.median(low[row]), np.median(high[row])) for row in rows])
    inside = np.minimum(zones[:, 1], high[rest][:, None]) - np.maximum(zones[:, 0], low[rest][:, None])
    best = np.argmax(inside, axis=1)
    near = inside[np.arange(len(rest)), best] >= -_FARTHEST * line_size
    grown = [np.concatenate([row, rest[near & (best == place)]]) for place, row in enumerate(rows)]
    far = rest[~near]
    far = far[boxes[far, 3] - boxes[far, 1] >= _NOISE_HEIGHT]
    return grown + (_merged(_chains(boxes, low, high, far, line_size), low, high) if len(far) else [])
