"""Counts of whole numbers, as Tesseract's layout keeps them (``ccstruct/statistc.cpp``)."""

from __future__ import annotations

from math import floor

import numpy as np

__all__ = ["Histogram"]


class Histogram:
    """Counts of whole numbers in a range; what is outside counts at its ends (``STATS``).

    Parameters
    ----------
    low, high : int
        The range, both ends included.
    values : ndarray of int, optional
        What to count at once.
    """

    def __init__(self, low: int, high: int, values: np.ndarray | None = None) -> None:
        if high < low:
            low, high = 0, 1
        self.low, self.high = low, high
        self.counts = np.zeros(high - low + 1, np.int64)
        if values is not None:
            self.counts += np.bincount(np.clip(values, low, high) - low, minlength=len(self.counts))

    def add(self, value: int, count: int = 1) -> None:
        self.counts[min(max(value, self.low), self.high) - self.low] += count

    def at(self, value: int) -> int:
        return int(self.counts[min(max(value, self.low), self.high) - self.low])

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest number that occurs."""
        used = np.flatnonzero(self.counts)
        return (self.low + int(used[0]), self.low + int(used[-1])) if len(used) else (self.low, self.low)

    def mode(self) -> int:
        """The most frequent number; among equals the greatest but not the least of the range."""
        best, place = self.counts[0], 0
        for index in range(len(self.counts) - 1, 0, -1):
            if self.counts[index] > best:
                best, place = self.counts[index], index
        return place + self.low

    def fractile(self, fraction: float) -> float:
        """The number below which a fraction of all lies, with interpolation inside a bin (``STATS::ile``)."""
        if not self.total:
            return float(self.low)
        sums = np.cumsum(self.counts)
        target = min(max(fraction * self.total, 1.0), float(self.total))
        index = int(np.searchsorted(sums, target))
        return self.low + index + 1 - float(sums[index] - target) / float(self.counts[index])

    def median(self) -> float:
        """The median; between two numbers that occur, their mean."""
        median = self.fractile(0.5)
        pile = floor(median)
        if self.total > 1 and self.at(pile) == 0:
            used = np.flatnonzero(self.counts) + self.low
            below, above = used[used <= pile].max(initial=self.low), used[used >= pile].min(initial=self.high)
            return float(below + above) / 2
        return median
