"""What a chart of a training's log needs: a bounded number of points, however long the log is."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tessnb.analysis.logs import SKIPPED, Event, TrainingLog

__all__ = ["LogOutline", "Outliner", "outline"]

#: Where figures stand in a row of the progress, beside 1: training iteration, and 2: learning iteration.
_PLACES = {"bcer": 0, "bwer": 3, "rms": 4, "delta": 5, "skip_ratio": 6}
#: Marks that are kept while a log is read.
_MOST_MARKS = 1000
#: Kinds of events that a chart marks → what is said of them.
_MARKS = {
    "stage": "Stage {0} begins",
    "diverged": "Divergence",
    "reverted": "Back to iteration {1}",
    "learning_rate": "Learning rate {0:g}",
    "layer_rates": "Learning rates of {0} layers reduced",
    "trial": "A trial begins, from iteration {0}",
    "trial_won": "The trial wins",
    "finished": "Finished",
}


@dataclass(frozen=True)
class LogOutline:
    """A log's course with a bounded number of points; iterations are training iterations, errors percent.

    Attributes
    ----------
    iterations : list of int
    figures : dict of str to list of float or None
        ``bcer``, ``bwer``, ``rms``, ``delta`` and ``skip_ratio`` at each of them.
    evaluations : list of (float, float, float)
        Training iteration of the model that was evaluated, its character and its word error.
    best : tuple of int and float, or None
        Where the character error in training was lowest.
    marks : list of (int, str, str)
        Iteration, kind and words of what happened.
    skipped : int
        How many times a line could not be used.
    """

    iterations: list[int]
    figures: dict[str, list[float | None]]
    evaluations: list[tuple[float, float, float]]
    best: tuple[int, float] | None
    marks: list[tuple[int, str, str]]
    skipped: int


def outline(log: TrainingLog, *, points: int = 800, marks: int = 200) -> LogOutline:
    """Return what is drawn of a log.

    Parameters
    ----------
    log : TrainingLog
    points : int
        Points of a curve to keep at most, the highest and the lowest among them; at least 4.
    marks : int
        Events to keep at most: the last ones.

    Examples
    --------
    >>> import tessnb as tn
    >>> log = tn.read_log("At iteration 1, stage 0, Eval Char error rate=5.5, Word error rate=16.2\\n")
    >>> outline(log).evaluations
    [(1.0, 5.5, 16.2)]
    """
    outliner = Outliner()
    outliner.take(log.events.itertuples(index=False, name=None))
    return outliner.outline(points=points, marks=marks)


class Outliner:
    """Draws up an outline while a log is read, in bounded memory.

    Attributes
    ----------
    after : int
        The last training iteration that was reported.
    found : int
        How much was found.
    """

    #: Kinds of events that an outline is made of.
    KINDS = frozenset({"progress", "evaluation", *SKIPPED, *_MARKS})

    def __init__(self) -> None:
        self.after = 0
        self.found = 0
        self._progress, self._readings = _Course(), _Course()
        self._marks: deque[tuple[int, str, str]] = deque(maxlen=_MOST_MARKS)
        self._skipped = 0
        self._best: tuple[int, float] | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Take what happened next."""
        for after, kind, values in events:
            self.after = after
            self.found += 1
            if kind == "progress" and not values[0]:
                learning, training, _, rms, delta, bcer, bwer, skip_ratio = values[1:]
                self._progress.add((bcer, training, learning, bwer, rms, delta, skip_ratio))
                if math.isfinite(bcer) and (self._best is None or bcer < self._best[1]):
                    self._best = training, bcer
            elif kind == "evaluation":
                self._readings.add((values[2], values[0], values[3]))
            elif kind in SKIPPED:
                self._skipped += 1
            elif kind in _MARKS:
                self._marks.append((after, kind, _MARKS[kind].format(*values)))

    def outline(self, *, points: int = 800, marks: int = 200) -> LogOutline:
        """Return the outline of what was taken; see `outline`."""
        rows = np.array(self._progress.rows, float).reshape(-1, 7)
        readings = np.array(self._readings.rows, float).reshape(-1, 3)
        if len(rows):  # an evaluation knows its learning iteration alone
            readings[:, 1] = np.interp(readings[:, 1], rows[:, 2], rows[:, 1])
        readings = readings[_kept(readings[:, 0], points)]
        rows = rows[_kept(rows[:, 0], points)]
        return LogOutline(
            [int(iteration) for iteration in rows[:, 1]],
            {name: _finite(rows[:, place]) for name, place in _PLACES.items()},
            [(place, bcer, bwer) for bcer, place, bwer in readings.tolist() if math.isfinite(bcer + bwer)],
            self._best,
            [*self._marks][-marks:],
            self._skipped,
        )


class _Course:
    """Rows of figures in bounded number: all, or of even bins the two with the lowest and the highest error,
    which comes first in a row."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._bins: list[tuple[tuple[float, ...], ...]] = []
        self._size, self._fill = 1, 0
        self._ends: list[tuple[float, ...]] = []

    def add(self, row: tuple[float, ...]) -> None:
        """Add the next row."""
        self._ends = [*self._ends[:1], row]
        if self._bins and self._fill < self._size:
            self._bins[-1] = _extremes((*self._bins[-1], row))
            self._fill += 1
            return
        if len(self._bins) == self._most:
            self._bins = [
                _extremes((*one, *other))
                for one, other in zip(self._bins[::2], self._bins[1::2], strict=True)
            ]
            self._size *= 2
        self._bins.append((row,))
        self._fill = 1

    @property
    def rows(self) -> list[tuple[float, ...]]:
        """Those that are kept, in their order, the ends among them."""
        kept = [row for each in self._bins for row in each]
        first, last = self._ends[:1], self._ends[1:]
        return [*(first if kept[:1] != first else []), *kept, *(last if kept[-1:] != last else [])]


def _kept(errors: np.ndarray, most: int) -> np.ndarray:
    """Return the places of the points to draw: the ends, and of each of even bins its lowest and highest."""
    if len(errors) <= most:
        return np.arange(len(errors))
    bins = np.array_split(np.arange(len(errors)), (most - 2) // 2)
    level = np.nan_to_num(errors, nan=np.inf, posinf=np.inf)
    extremes = [each[pick(level[each])] for each in bins for pick in (np.argmin, np.argmax)]
    return np.unique([0, *extremes, len(errors) - 1])


def _finite(values: np.ndarray) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _extremes(rows: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """Return the lowest and the highest of some rows, in their order; what is no number is high."""
    if len(rows) < 2:
        return rows
    levels = [math.inf if math.isnan(row[0]) else row[0] for row in rows]
    low, high = sorted((levels.index(min(levels)), levels.index(max(levels))))
    return (rows[low],) if low == high else (rows[low], rows[high])
