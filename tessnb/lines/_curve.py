"""Curves of parabolas, and fitting them to points.

Source: ``ccstruct/quspline.cpp`` (``QSPLINE``), ``ccstruct/quadlsq.cpp`` (``QLSQ``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Spline", "least_squares", "parabolas", "straight"]

_LEAST_VARIANCE = 1.0 / 1024


@dataclass(frozen=True)
class Spline:
    """A curve of parabolas ``a * x * x + b * x + c``.

    Attributes
    ----------
    edges : tuple of int
        Where segments begin, and the end of the last.
    parts : tuple of tuple of float
        ``a, b, c`` of each segment.
    """

    edges: tuple[int, ...]
    parts: tuple[tuple[float, float, float], ...]

    def y(self, x: float) -> float:
        return self._value(self._index(x), x)

    def step(self, start: float, stop: float) -> float:
        """Return the sum of the jumps between two places."""
        places = range(self._index(start), self._index(stop))
        return sum(self._value(i + 1, self.edges[i + 1]) - self._value(i, self.edges[i + 1]) for i in places)

    def extended(self, slope: float, left: int, right: int) -> Spline:
        """Return the curve with straight ends."""
        edges, parts = list(self.edges), list(self.parts)
        if left < edges[0]:
            parts.insert(0, (0.0, slope, self.y(edges[0]) - slope * edges[0]))
            edges.insert(0, left)
        if right > self.edges[-1]:
            parts.append((0.0, slope, self.y(self.edges[-1]) - slope * self.edges[-1]))
            edges.append(right + 1)
        return Spline(tuple(edges), tuple(parts))

    def _index(self, x: float) -> int:
        return min(max(bisect_right(self.edges, x) - 1, 0), len(self.parts) - 1)

    def _value(self, index: int, x: float) -> float:
        a, b, c = self.parts[index]
        return (a * x + b) * x + c


def straight(slope: float, offset: float) -> Spline:
    """Return a straight line as a curve."""
    return Spline((0, 1), ((0.0, slope, offset),))


def _quotient(value: int, divisor: int) -> int:
    quotient = abs(value) // abs(divisor)
    return quotient if (value >= 0) == (divisor > 0) else -quotient


def parabolas(edges: list[int], xs: list[int], ys: list[int]) -> Spline:
    """Fit each segment to its points and to the chord's height at its edges."""
    starts = [0]
    for edge in edges[1:-1]:
        starts.append(max(starts[-1], next((i for i, x in enumerate(xs) if x >= edge), len(xs))))
    starts.append(len(xs))

    def between(place: int, edge: int) -> int:
        rise = (ys[place] - ys[place - 1]) * (edge - xs[place - 1])
        return ys[place - 1] + _quotient(rise, xs[place] - xs[place - 1])

    parts = []
    for number in range(len(edges) - 1):
        first, last = starts[number], starts[number + 1]
        points = list(zip(xs[first:last], ys[first:last], strict=True))
        if 0 < first < len(xs) and xs[first] != xs[first - 1] and xs[first] != edges[number]:
            points.insert(0, (edges[number], between(first, edges[number])))
        if 0 < last < len(xs) and xs[last] != edges[number + 1] and xs[last] != xs[last - 1]:
            points.append((edges[number + 1], between(last, edges[number + 1])))
        parts.append(least_squares([x for x, _ in points], [y for _, y in points], 2))
    return Spline(tuple(edges), tuple(parts))


def least_squares(xs: Sequence[float], ys: Sequence[float], degree: int) -> tuple[float, float, float]:
    """Return ``a, b, c`` of the best parabola or line (``QLSQ::fit``)."""
    n = len(xs)
    x1, y1 = sum(xs), sum(ys)
    x2 = sum(x * x for x in xs)
    variance = x2 * n - x1 * x1
    if n < 2 or variance < _LEAST_VARIANCE * n * n:
        return 0.0, 0.0, (y1 / n if n else 0.0)
    xy = sum(x * y for x, y in zip(xs, ys, strict=True))
    covariance = xy * n - x1 * y1
    a = 0.0
    b = covariance / variance
    if n >= 4 and degree >= 2:
        x3, x4 = sum(x**3 for x in xs), sum(x**4 for x in xs)
        xxy = sum(x * x * y for x, y in zip(xs, ys, strict=True))
        cubic = x3 * n - x2 * x1
        top = cubic * covariance + variance * (x2 * y1 - xxy * n)
        bottom = cubic * cubic - variance * (x4 * n - x2 * x2)
        if bottom >= _LEAST_VARIANCE * n**4:
            a = top / bottom
            b = (covariance - cubic * a) / variance
    return a, b, (y1 - a * x2 - b * x1) / n
