"""Straight baselines of rows of blobs.

Coordinates are pixels, y upwards.

Source: ``textord/baselinedetect.cpp`` (``BaselineRow``, ``BaselineBlock``), ``ccstruct/detlinefit.cpp``,
``ccstruct/statistc.cpp`` (``top_n_modes``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, sin, sqrt, tan

import numpy as np

from tessnb.lines._blobs import Blobs

__all__ = ["fit_baselines"]

_QUANTUM = 3.0 / 64
_REACH = 6.0 / 64
_TOLERANCE = 3.0 / 64
_GREATEST_TURN = 1.0 / 64
_ENOUGH_POINTS = 16
_FAR = 2.0
_END_POINTS = 3


@dataclass
class _Line:
    """A line through `point` along `direction`, its error in pixels, and whether many points support it."""

    point: np.ndarray
    direction: np.ndarray
    error: float
    good: bool = False

    @property
    def angle(self) -> float:
        angle = atan2(self.direction[1], self.direction[0])
        return (angle + np.pi * 1.5) % np.pi - np.pi * 0.5

    def slope_and_offset(self) -> tuple[float, float]:
        slope = tan(self.angle)
        if self.direction[0] == 0:
            return slope, float(self.point[1])
        ratio = float(self.direction[1] / self.direction[0])
        return slope, float(self.point[1] - ratio * self.point[0])


def fit_baselines(blobs: Blobs, rows: Sequence[np.ndarray], spacing: float) -> list[tuple[float, float]]:
    """Fit a line to where the blobs of each row stand.

    Rows that cannot tell take the direction of the others, or the horizontal.

    Parameters
    ----------
    blobs : Blobs
    rows : sequence of ndarray of int
        The indices of each row's blobs, sorted by their left edges; none is empty.
    spacing : float
        Guess at the distance of lines in pixels.

    Returns
    -------
    list of tuple of float
        Slope and offset of each row: ``y = slope * x + offset``.
    """
    fitters = [_Fitter(blobs.boxes[row], blobs.bases[row], spacing) for row in rows]
    lines = [fitter.fit() for fitter in fitters]
    angles = sorted(line.angle for line in lines if line.good)
    skew = angles[len(angles) // 2] if angles else 0.0
    direction = np.array([cos(skew), sin(skew)])
    return [
        fitter.made_parallel(line, direction).slope_and_offset()
        for fitter, line in zip(fitters, lines, strict=True)
    ]


def _cross(one: np.ndarray, other: np.ndarray) -> float:
    return float(one[0] * other[1] - one[1] * other[0])


class _Fitter:
    """The points of one row."""

    def __init__(self, boxes: np.ndarray, bases: np.ndarray, spacing: float) -> None:
        self.points = np.stack([(boxes[:, 0] + boxes[:, 2]) // 2, bases], axis=1)
        self.centres = (boxes[:, 0] + boxes[:, 2]) / 2.0
        self.halves = (boxes[:, 2] - boxes[:, 0]) // 2
        self.spacing = spacing

    def fit(self) -> _Line:
        """Return the best line (``BaselineRow::FitBaseline``)."""
        line, count = self._independent(0)
        last = line
        if line.error > self.spacing * _TOLERANCE and count >= _ENOUGH_POINTS:
            last, _ = self._independent(3)
            if last.error < line.error / 2:
                line = last
        line = self._constrained(line, last.direction, _cross(last.direction, last.point))
        return line if abs(line.angle) <= np.pi * 0.25 else self._least_squares()

    def made_parallel(self, line: _Line, direction: np.ndarray) -> _Line:
        """Return a better line in a given direction, if there is one (``AdjustBaselineToParallel``)."""
        quantum = self.spacing * _QUANTUM
        offsets = direction[0] * self.points[:, 1] - direction[1] * self.centres
        levels = np.trunc(offsets / quantum + np.where(offsets >= 0, 0.5, -0.5)).astype(np.int64)
        return self._constrained(line, direction, quantum * _peak(levels))

    def _independent(self, skip: int) -> tuple[_Line, int]:
        """Return the line through two points near the ends with the least upper quartile of distances."""
        points, count = self.points, len(self.points)
        skip = min(skip, count - 1)
        starts = range(skip, min(skip + _END_POINTS, count))
        ends = range(count - 1 - skip, max(0, count - _END_POINTS - skip) - 1, -1)
        best = _Line(points[starts[0]], points[ends[0]] - points[starts[0]], 0.0)
        if count <= 2:
            return best, 0
        least, used = -1.0, 0
        for i in starts:
            for j in ends:
                vector = points[j] - points[i]
                if not vector.any():
                    continue
                distances = self._distances(points[i], vector)
                used = len(distances)
                error = _error(distances, float(vector @ vector))
                if error < least or least < 0:
                    least = error
                    best = _Line(points[i], vector, 0.0)
        best.error = sqrt(least) if least > 0 else least
        return best, used

    def _distances(self, start: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """Return distances times the vector's length, without blobs above or below a nearer one."""
        length = int(sqrt(float(vector @ vector)) + 0.5)
        moved = self.points - start
        along = (moved @ vector).tolist()
        across = np.abs(vector[0] * moved[:, 1] - vector[1] * moved[:, 0]).tolist()
        halves = self.halves.tolist()
        kept = []
        previous = place = 0
        for index, distance in enumerate(across):
            if index and distance > previous:
                apart = abs(along[index] - place)
                if apart < length * halves[index] or apart < length * halves[index - 1]:
                    continue
            kept.append(distance)
            previous, place = distance, along[index]
        return np.array(kept, np.float64)

    def _constrained(self, line: _Line, direction: np.ndarray, target: float) -> _Line:
        """Return a line with this direction near `target` if it beats `line` (``FitConstrainedIfBetter``)."""
        if not direction.any():
            return line
        squared = float(direction @ direction)
        distances = direction[0] * self.points[:, 1] - direction[1] * self.points[:, 0]
        near = np.flatnonzero(np.abs(distances - target) <= self.spacing * _REACH * sqrt(squared))
        point, error = np.zeros(2, np.int64), 0.0
        if len(near):
            order = near[np.argsort(distances[near], kind="stable")]
            point = self.points[order[len(order) // 2]]
            error = sqrt(_error(np.abs(distances[near] - _cross(direction, point)), squared))
        good = error <= self.spacing * _TOLERANCE and len(near) >= _ENOUGH_POINTS
        turn = abs(atan2(direction[1], direction[0]) - line.angle)
        if error <= line.error or (good and not line.good) or turn > _GREATEST_TURN:
            return _Line(point, direction, error, good)
        return line

    def _least_squares(self) -> _Line:
        middle = self.points.mean(axis=0)
        spread = self.points - middle
        variance = float(spread[:, 0] @ spread[:, 0])
        slope = float(spread[:, 0] @ spread[:, 1]) / variance if variance else 0.0
        errors = spread[:, 1] - slope * spread[:, 0]
        return _Line(middle, np.array([1.0, slope]), sqrt(float(errors @ errors) / len(errors)))


def _error(distances: np.ndarray, squared: float) -> float:
    """Return the squared upper quartile of distances, or for a bad fit the number of far points."""
    if not len(distances) or squared <= 0:
        return 0.0
    place = 3 * len(distances) // 4
    quartile = float(np.partition(distances, place)[place])
    error = quartile * quartile / squared
    if len(distances) >= _ENOUGH_POINTS and error > _FAR * _FAR:
        return float(np.count_nonzero(distances > _FAR * sqrt(squared)))
    return error


def _peak(levels: np.ndarray) -> float:
    """Return the mean of the fullest peak of a histogram."""
    low = int(levels.min())
    left = np.bincount(levels - low)
    best_mean, best_count = 0.0, 0
    while left.any():
        top = int(np.argmax(left))
        taken = {top: int(left[top])}
        for step in (1, -1):
            place, before = top + step, int(left[top])
            while 0 <= place < len(left) and 0 < left[place] <= before:
                taken[place] = before = int(left[place])
                place += step
        count = sum(taken.values())
        if count > best_count:
            best_mean, best_count = sum(place * n for place, n in taken.items()) / count + low, count
        for place in taken:
            left[place] = 0
    return best_mean
