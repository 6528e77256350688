"""Curves with a bounded number of points, however long they grow."""

from __future__ import annotations

import numpy as np

__all__ = ["Curve"]


class Curve:
    """Rows that come one after the other, of which a bounded number of evenly long bins is kept.

    A bin knows its last row, and sum and number of what was finite in each column. When there are more than
    `limit`, every two become one.

    Parameters
    ----------
    columns : int
        Numbers in a row; the first is where it stands: the iteration.
    limit : int
        Bins to keep at most.
    """

    def __init__(self, columns: int, limit: int = 600) -> None:
        self._limit = limit
        self._last = np.empty((0, columns))
        self._sums = np.empty((0, columns))
        self._counts = np.empty((0, columns), np.int64)
        self._total = 0
        self._stride = 1

    def __len__(self) -> int:
        return len(self._last)

    def extend(self, rows: np.ndarray) -> None:
        """Add rows: float64, shape (rows, columns)."""
        while self._total + len(rows) > self._limit * self._stride:
            self._merge()
        size = -(-(self._total + len(rows)) // self._stride)
        fresh = ((0, size - len(self._last)), (0, 0))
        self._last, self._sums = np.pad(self._last, fresh), np.pad(self._sums, fresh)
        self._counts = np.pad(self._counts, fresh)
        bins = (self._total + np.arange(len(rows))) // self._stride
        finite = np.isfinite(rows)
        np.add.at(self._sums, bins, np.where(finite, rows, 0.0))
        np.add.at(self._counts, bins, finite)
        self._last[bins] = rows  # of several rows for a bin the last one stays
        self._total += len(rows)

    def copy(self) -> Curve:
        """Return an independent copy."""
        same = Curve(self._last.shape[1], self._limit)
        same._last, same._sums, same._counts = self._last.copy(), self._sums.copy(), self._counts.copy()
        same._total, same._stride = self._total, self._stride
        return same

    def rows(self) -> np.ndarray:
        """Return a copy of the last row of each bin: float64, shape (bins, columns)."""
        return self._last.copy()

    def means(self, window: int) -> np.ndarray:
        """Return, for each bin, the means over about the last `window` rows up to its end.

        Bins count as a whole, so it may be more rows, and is at least one bin.

        Returns
        -------
        float64 array (bins, columns)
            NaN where nothing was finite.
        """
        ends = np.minimum(self._stride * np.arange(1, len(self) + 1), self._total)
        begins = np.maximum(ends - window, 0) // self._stride
        sums = np.vstack([np.zeros((1, self._sums.shape[1])), np.cumsum(self._sums, axis=0)])
        counts = np.vstack([np.zeros((1, self._sums.shape[1]), np.int64), np.cumsum(self._counts, axis=0)])
        places = np.arange(1, len(self) + 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((sums[places] - sums[begins]) / (counts[places] - counts[begins]))

    def _merge(self) -> None:
        """Make one bin of every two."""
        starts = np.arange(0, len(self._last), 2)
        ends = np.minimum(starts + 1, len(self._last) - 1)
        self._last = self._last[ends]
        if len(starts):
            self._sums = np.add.reduceat(self._sums, starts)
            self._counts = np.add.reduceat(self._counts, starts)
        self._stride *= 2
