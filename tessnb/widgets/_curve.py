"""A curve with a bounded number of points, however long it grows."""

from __future__ import annotations

import numpy as np

__all__ = ["Curve"]


class Curve:
    """Rows that come one after the other, of which evenly spaced ones are kept.

    When there are more than `limit`, every second one is dropped, and from then on only every second one of
    those that come is taken in; the newest is always there.

    Parameters
    ----------
    columns : int
        Numbers in a row.
    limit : int
        Rows to keep at most.
    """

    def __init__(self, columns: int, limit: int = 600) -> None:
        self._rows = np.empty((limit + 1, columns))
        self._size = 0
        self._stride = 1
        self._count = 0
        self._newest: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.rows())

    def append(self, row: tuple[float, ...]) -> None:
        """Add a row."""
        self._newest = np.asarray(row, float)
        if self._count % self._stride == 0:
            self._rows[self._size] = self._newest
            self._size += 1
            if self._size == len(self._rows):
                kept = self._rows[::2].copy()
                self._rows[: len(kept)] = kept
                self._size = len(kept)
                self._stride *= 2
        self._count += 1

    def rows(self) -> np.ndarray:
        """Return a copy of what is kept: float64, shape (points, columns)."""
        kept = self._rows[: self._size]
        if self._newest is None or np.array_equal(kept[-1], self._newest):
            return kept.copy()
        return np.vstack([kept, self._newest])
