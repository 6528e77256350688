"""Curved baselines: parabolas through the blobs of the largest group that stands on one curve.

Coordinates are pixels, y upwards.

Source: ``textord/oldbasel.cpp`` (``find_textlines``, ``partition_line``, ``segment_spline``,
``split_stepped_spline``).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tessnb.lines._curve import Spline, least_squares, parabolas, straight
from tessnb.lines._histogram import Histogram

__all__ = ["fit_spline"]

_MOST_SEGMENTS = 23
_MOST_GROUPS = 6
_JUMP = 0.15
_LEAST_JUMP = 2.0
_TURN = 1
_LONGEST_STRAY_RUN = 2
_MOST_LOST = 10
_DOT_ASPECT = 1.26
_WINDOW = 6


class _Box(NamedTuple):
    left: int
    bottom: int
    right: int
    top: int

    @property
    def middle(self) -> int:
        return (self.left + self.right) >> 1


def fit_spline(letters: np.ndarray, slope: float, offset: float, line_size: int, width: int) -> Spline:
    """Fit a curve to the bottoms of a row's letters, starting from a straight line.

    Parameters
    ----------
    letters : ndarray of int, shape (n, 4)
        Left, bottom, right, top of each letter, sorted by left edges.
    slope, offset : float
        The straight baseline.
    line_size : int
        Guess at the size of letters.
    width : int
        Width of the image.
    """
    boxes, size, has_holes = _usable([_Box(*box) for box in letters.tolist()], line_size)
    line = straight(slope, offset)
    if has_holes:
        offsets = sorted(box.bottom - slope * ((box.left + box.right) // 2) for box in boxes)
        return straight(slope, offsets[len(offsets) // 2])
    if len(boxes) < 2:
        return line
    jump = max(size * _JUMP, _LEAST_JUMP)
    groups, best = _grouped(boxes, line, jump)
    xs = [box.middle for box, group in zip(boxes, groups, strict=True) if group == best]
    ys = [box.bottom for box, group in zip(boxes, groups, strict=True) if group == best]
    edges = _segments(xs, ys)
    curve = parabolas(edges, xs, ys)
    while len(edges) <= _MOST_SEGMENTS and _split_steps(curve, edges, xs, jump / 2):
        curve = parabolas(edges, xs, ys)
    return curve.extended(slope, 0, width)


def _usable(boxes: list[_Box], line_size: int) -> tuple[list[_Box], int, bool]:
    """Leave out small marks that are not dots; return the height of letters and whether many were lost."""
    kept: list[_Box] = []
    heights = []
    lost = most_lost = 0
    for index, box in enumerate(boxes):
        tall, wide = box.top - box.bottom, box.right - box.left
        if tall > line_size * 0.25:
            heights.append(tall)
        is_dot = tall < wide * _DOT_ASPECT and wide < tall * _DOT_ASPECT
        if index in (0, len(boxes) - 1) or tall > line_size * 0.25 or is_dot:
            kept.append(box)
            lost = 0
        else:
            lost += 1
            most_lost = max(most_lost, lost)
    if len(heights) > 1:
        size = int(Histogram(0, 299, np.array(heights)).fractile(0.25))
    else:
        size = boxes[0].top - boxes[0].bottom
    return kept, size, most_lost > _MOST_LOST


def _grouped(boxes: list[_Box], line: Spline, jump: float) -> tuple[list[int], int]:
    """Sort boxes into groups of like height above the line; return the groups and the largest's number."""
    differences = [box.bottom - line.y(box.middle) for box in boxes]
    start, least = 0, float("inf")
    for index in range(2, len(boxes)):
        total = sum(abs(value) for value in differences[index - 2 : index + 1])
        if total < least:
            start, least = index - 1, total
    groups = [0] * len(boxes)
    sizes = [0] * _MOST_GROUPS
    chooser = _Chooser(jump)
    for order in (range(start, len(boxes)), range(start, -1, -1)):
        chooser.restart()
        for index in order:
            groups[index] = chooser.choose(differences[index])
            sizes[groups[index]] += 1
        if order.step == 1:
            sizes[0] -= 1
    best = max(range(len(chooser.levels)), key=lambda group: (sizes[group], group))
    _merge_runs(boxes, groups, best, jump)
    return groups, best


class _Chooser:
    """Follows a slowly drifting level, and opens another far from all (``choose_partition``)."""

    def __init__(self, jump: float) -> None:
        self.jump = jump
        self.levels: list[float] = [0.0]
        self.restart()

    def restart(self) -> None:
        self.last, self.drift, self.last_delta = -1, 0.0, 0.0

    def choose(self, difference: float) -> int:
        if self.last < 0:
            self.levels[0], self.last = difference, 0
            self.drift = self.last_delta = 0.0
        chosen = self.last
        delta = difference - self.levels[chosen] - self.drift
        if abs(delta) > self.jump / 2:
            deltas = [difference - level - self.drift for level in self.levels]
            chosen = min(range(len(deltas)), key=lambda group: abs(deltas[group]))
            delta = deltas[chosen]
            if abs(delta) > self.jump and len(self.levels) < _MOST_GROUPS:
                chosen, delta = len(self.levels), 0.0
                self.levels.append(difference - self.drift)
        near = abs(delta - self.last_delta) < self.jump / 2 or abs(delta) < self.jump / 2
        if chosen == self.last and near:
            self.drift = (3 * self.drift + delta) / 3
        self.last_delta = delta
        self.last = chosen
        return chosen


def _merge_runs(boxes: list[_Box], groups: list[int], best: int, jump: float) -> None:
    """Give long runs of strays back to the largest group where they meet it (``merge_oldbl_parts``)."""
    previous, run, start = best, 0, 0
    for index in range(len(boxes)):
        if groups[index] == previous:
            run += 1
            continue
        if previous != best and run > _LONGEST_STRAY_RUN:
            members = boxes[start:index]
            centres = [(box.left + box.right) / 2.0 for box in members]
            line = straight(*least_squares(centres, [box.bottom for box in members], 1)[1:])
            if _meets(boxes, groups, best, range(start, index), line, jump):
                groups[start:index] = [best] * (index - start)
        previous, run, start = groups[index], 1, index


def _meets(boxes: list[_Box], groups: list[int], best: int, run: range, line: Spline, jump: float) -> bool:
    """Tell whether the nearest members of the largest group stand on the line of a run of strays."""
    for reach in range(1, len(boxes) + 1):
        places = [place for place in (run.start - reach, run.stop + reach - 1) if 0 <= place < len(boxes)]
        found = [boxes[place] for place in places if groups[place] == best]
        if found:
            return any(abs(line.y((box.left + box.right) / 2.0) - box.bottom) < jump for box in found)
    return False


def _segments(xs: list[int], ys: list[int]) -> list[int]:
    """Return the edges of segments, halfway between clear turning points (``segment_spline``)."""
    turns: list[int] = []

    def add(point: int, *, unless_last: bool = True) -> None:
        if len(turns) < _MOST_SEGMENTS - 1 and not (unless_last and turns and turns[-1] == point):
            turns.append(point)

    if len(xs) > 3:
        low = high = 0
        at = 1
        while at < len(xs) - 1 and len(turns) < _MOST_SEGMENTS - 1:
            if ys[at - 1] > ys[at] <= ys[at + 1]:
                if ys[at] < ys[high] - _TURN:
                    add(high)
                    low = at
                elif ys[at] < ys[low]:
                    low = at
            if ys[at - 1] < ys[at] >= ys[at + 1]:
                if ys[at] > ys[low] + _TURN:
                    add(low)
                    high = at
                elif ys[at] > ys[high]:
                    high = at
            at += 1
        last = turns[-1] if turns else -1
        if ys[at] < ys[high] - _TURN and last != high:
            add(high)
            add(at, unless_last=False)
        elif ys[at] > ys[low] + _TURN and last != low:
            add(low)
            add(at, unless_last=False)
        elif turns and last == low:
            add(at if ys[at] > ys[high] else high, unless_last=False)
        elif turns and last == high:
            add(at if ys[at] < ys[low] else low, unless_last=False)
    edges = [xs[0] - 1]
    for one, other in pairwise(turns):
        centre = _halved(ys[one] + ys[other])
        at = one + 1
        if ys[one] < ys[other]:
            while at < other and ys[at + 1] <= centre:
                at += 1
        else:
            while at < other and ys[at + 1] >= centre:
                at += 1
        edges.append((xs[at - 1] + xs[at] + xs[one] + xs[other] + 2) // 4)
    return [*edges, xs[-1] + 1]


def _halved(value: int) -> int:
    return value // 2 if value >= 0 else -(-value // 2)


def _split_steps(curve: Spline, edges: list[int], xs: list[int], limit: float) -> bool:
    """Split segments between which the curve jumps; `edges` is changed (``split_stepped_spline``)."""
    split = False
    start = 0
    segment = 1
    while segment < len(edges) - 2:
        before = (edges[segment - 1] + edges[segment]) / 2.0
        after = (edges[segment] + edges[segment + 1]) / 2.0
        if abs(curve.step(before, after)) > limit and len(edges) <= _MOST_SEGMENTS:
            start = _reach(xs, start, edges[segment - 1])
            centre = _reach(xs, start, edges[segment])
            end = _reach(xs, centre, edges[segment + 1])
            if end - start >= _WINDOW * 3:
                centre = max(centre, start + _WINDOW * 3 // 2)
                centre = min(centre, end - _WINDOW * 3 // 2)
                left, right = _cuts(xs, start, centre, end)
                edges[segment : segment + 1] = [
                    (xs[left - 1] + xs[left]) // 2,
                    (xs[right - 1] + xs[right]) // 2,
                ]
                split = True
        segment += 1
    return split


def _reach(xs: list[int], place: int, edge: int) -> int:
    while place < len(xs) and xs[place] < edge:
        place += 1
    return place


def _cuts(xs: list[int], start: int, centre: int, end: int) -> tuple[int, int]:
    """Return two places, a third of the way from the centre to both ends."""
    end = min(end, len(xs) - 1)
    left, right = (start + start + centre) // 3, (centre + end + end) // 3
    left_x, right_x = (xs[start] * 2 + xs[centre]) / 3.0, (xs[centre] + xs[end] * 2) / 3.0
    while xs[left] > left_x and left - start > _WINDOW:
        left -= 1
    while xs[left] < left_x and centre - left > _WINDOW // 2:
        left += 1
    if xs[left] - left_x > left_x - xs[left - 1]:
        left -= 1
    while xs[right] > right_x and right - centre > _WINDOW // 2:
        right -= 1
    while xs[right] < right_x and end - right > _WINDOW:
        right += 1
    if xs[right] - right_x > right_x - xs[right - 1]:
        right -= 1
    return left, right
