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
_NEIGHBOURS = 24
_CURVED = 0.3


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
    rows = _merged(_chains(boxes, low, high, letters, line_size), middles, low, high)
    rows = _with_marks(rows, boxes, middles, low, high, line_size)
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


def _merged(
    chains: list[np.ndarray], middles: np.ndarray, low: np.ndarray, high: np.ndarray
) -> list[np.ndarray]:
    """Merge chains whose middle zones overlap by half of the lesser one.

    What counts of a row is where it runs beside the chain: a curved row is elsewhere at its other end.
    """
    chains = sorted(chains, key=len, reverse=True)
    rows: list[np.ndarray] = []
    for chain in chains:
        zone = _zone(chain, low, high)
        beside = [_zone(_nearest(row, middles, middles[chain].mean()), low, high) for row in rows]
        overlaps = [
            (min(zone[1], z[1]) - max(zone[0], z[0])) / max(min(zone[1] - zone[0], z[1] - z[0]), 1.0)
            for z in beside
        ]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] >= 0.5:
            rows[best] = np.concatenate([rows[best], chain])
        else:
            rows.append(chain)
    return rows


def _zone(blobs: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    return float(np.median(low[blobs])), float(np.median(high[blobs]))


def _bend(
    row: np.ndarray, middles: np.ndarray, doubled_levels: np.ndarray, line_size: float, places: np.ndarray
) -> np.ndarray:
    """Return how much higher than usual a row runs at some places: a parabola, if it clearly is curved."""
    if len(row) < _NEIGHBOURS:
        return np.zeros(len(places))
    x = middles[row] - middles[row].mean()
    parabola = np.polynomial.Polynomial.fit(x, doubled_levels[row] / 2, 2)
    usual = float(np.median(doubled_levels[row])) / 2
    if np.ptp(parabola(x)) < _CURVED * line_size:
        return np.zeros(len(places))
    return np.asarray(parabola(np.clip(places - middles[row].mean(), x.min(), x.max()))) - usual


def _nearest(row: np.ndarray, middles: np.ndarray, place: float) -> np.ndarray:
    """Return the blobs of a row that stand nearest to a place."""
    if len(row) <= _NEIGHBOURS:
        return row
    return row[np.argpartition(np.abs(middles[row] - place), _NEIGHBOURS)[:_NEIGHBOURS]]


def _with_marks(
    rows: list[np.ndarray],
    boxes: np.ndarray,
    middles: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    line_size: float,
) -> list[np.ndarray]:
    """Give every other blob to the row that it lies in or nearest to; far ones make rows of their own."""
    taken = np.concatenate(rows)
    rest = np.setdiff1d(np.arange(len(boxes)), taken)
    if not len(rest):
        return rows
    zones = np.array([_zone(row, low, high) for row in rows])
    bends = np.stack([_bend(row, middles, low + high, line_size, middles[rest]) for row in rows], axis=1)
    inside = np.minimum(zones[:, 1] + bends, high[rest][:, None]) - np.maximum(
        zones[:, 0] + bends, low[rest][:, None]
    )
    best = np.argmax(inside, axis=1)
    near = inside[np.arange(len(rest)), best] >= -_FARTHEST * line_size
    grown = [np.concatenate([row, rest[near & (best == place)]]) for place, row in enumerate(rows)]
    far = rest[~near]
    far = far[boxes[far, 3] - boxes[far, 1] >= _NOISE_HEIGHT]
    if not len(far):
        return grown
    return grown + _merged(_chains(boxes, low, high, far, line_size), middles, low, high)
