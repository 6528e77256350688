"""What a chart of a training's log needs: a bounded number of points, however long the log is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tessnb.analysis.logs import TrainingLog

__all__ = ["LogOutline", "outline"]

#: The columns of the progress that are kept, after the iteration.
_COLUMNS = ("bcer", "bwer", "rms", "delta", "skip_ratio")
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
    progress = log.progress
    values = progress[["training_iteration", *_COLUMNS]].to_numpy(float)
    kept = _kept(values[:, 1], points)
    readings = log.evaluations[["iteration", "bcer", "bwer"]].to_numpy(float, copy=True)
    if len(values):  # an evaluation knows its learning iteration alone
        learning = progress["learning_iteration"].to_numpy(float)
        readings[:, 0] = np.interp(readings[:, 0], learning, values[:, 0])
    readings = readings[_kept(readings[:, 1], points)]
    happened = [
        (int(after), kind, _MARKS[kind].format(*found))
        for after, kind, found in log.events.itertuples(index=False)
        if kind in _MARKS
    ]
    return LogOutline(
        [int(iteration) for iteration in values[kept, 0]],
        {name: _finite(values[kept, place]) for place, name in enumerate(_COLUMNS, 1)},
        [(row[0], row[1], row[2]) for row in readings.tolist() if all(map(math.isfinite, row))],
        _best(values),
        happened[-marks:],
        len(log.skipped),
    )


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


def _best(values: np.ndarray) -> tuple[int, float] | None:
    if not len(values) or not np.isfinite(values[:, 1]).any():
        return None
    place = int(np.nanargmin(values[:, 1]))
    return int(values[place, 0]), float(values[place, 1])
