"""What a display wants to know of a run that is not at hand: from its record, or from a log."""

from __future__ import annotations

import threading
import time

import numpy as np
import pandas as pd

from tessnb.analysis import TrainingLog
from tessnb.events import Counters, ErrorRates
from tessnb.training import METRICS, RunProgress, RunRecord, RunState
from tessnb.widgets._curve import Curve
from tessnb.widgets._watch import Mark, Snapshot, bounded, kept_at

__all__ = ["LogWatch", "RecordWatch"]

#: Seconds between two looks at a record.
_APART = 1.0
#: Readings of held-out lines to show at most.
_READINGS = 500


class RecordWatch:
    """Follows a run by its record: one of another process, or one that is over.

    Parameters
    ----------
    record : RunRecord
    points : int
        Points of a curve to keep at most.
    """

    def __init__(self, record: RunRecord, points: int) -> None:
        self._record, self._points = record, points
        self._lock = threading.Lock()
        self._shot: Snapshot | None = None
        self._looked = 0.0

    def snapshot(self) -> Snapshot:
        """Return what is known now; from any thread."""
        with self._lock:
            now = time.monotonic()
            if self._shot is None or now - self._looked >= _APART:
                self._shot, self._looked = self._look(), now
            return self._shot

    def renew(self) -> None:
        """Look at the record anew the next time."""
        with self._lock:
            self._shot = None

    def close(self) -> None:
        """There is nothing to listen to."""

    def _look(self) -> Snapshot:
        record = self._record
        curve = Curve(len(METRICS), self._points)
        curve.extend(_rows(record.metrics))
        readings = record.evaluations[["iteration", "bcer", "bwer", "cer", "wer"]]
        marks = [Mark(*row) for row in record.marks.itertuples(index=False)]
        return Snapshot(
            record.progress,
            curve,
            readings.to_numpy(float)[-_READINGS:],
            marks=bounded(marks),
            saved=kept_at(record.checkpoints),
            rate=_common_rate(record),
            only_means=True,
        )


class LogWatch:
    """The log of an earlier run, as `read_log` returns it.

    Parameters
    ----------
    log : TrainingLog
    points : int
        Points of a curve to keep at most.
    """

    def __init__(self, log: TrainingLog, points: int) -> None:
        rows = _rows(log.progress)
        curve = Curve(len(METRICS), points)
        curve.extend(rows)
        readings = log.evaluations.to_numpy(float)
        held_out = np.full((len(readings), 5), np.nan)
        if len(rows):  # an evaluation knows its learning iteration alone
            held_out[:, 0] = np.interp(
                readings[:, 0], rows[:, METRICS.index("learning_iteration")], rows[:, 0]
            )
        held_out[:, 1:3] = readings[:, 2:]
        self._shot = Snapshot(
            _log_progress(log, rows), curve, held_out, marks=_log_marks(log), is_log=True, only_means=True
        )

    def snapshot(self) -> Snapshot:
        """Return what is known: always the same."""
        return self._shot

    def renew(self) -> None:
        """There is nothing new."""

    def close(self) -> None:
        """There is nothing to listen to."""


def _common_rate(record: RunRecord) -> float:
    """Return the learning rate that all layers have now; 0 if they differ, or the record does not say."""
    rates = record.layer_rates.groupby("layer_id").learning_rate.last()
    if len(rates):
        return float(rates.iloc[0]) if rates.nunique() == 1 else 0.0
    said = record.about.get("learning_rate")
    return float(said) if isinstance(said, int | float) else 0.0


def _log_progress(log: TrainingLog, rows: np.ndarray) -> RunProgress:
    last = dict(zip(METRICS, rows[-1], strict=True)) if len(rows) else dict.fromkeys(METRICS, 0.0)
    names = ("learning_iteration", "training_iteration", "sample_iteration")
    means = ErrorRates(*(last[name] for name in ("rms", "delta", "bwer", "bcer", "skip_ratio")))
    counters = Counters(*(int(last[name]) for name in names))
    return RunProgress(RunState.FINISHED, counters, means, log.best_bcer, 0, 0.0)


#: Kind of event in a log → the kind of mark, and what its value says.
_LOG_MARKS = {
    "best": ("best", ""),
    "stage": ("stage", "stage {}"),
    "diverged": ("diverged", ""),
    "reverted": ("reverted", "to iteration {1}"),
    "trial": ("trial started", "from iteration {}"),
    "trial_won": ("trial won", "at iteration {}"),
    "learning_rate": ("rates reduced", "to {}"),
    "layer_rates": ("rates reduced", "of {} layers"),
}


def _log_marks(log: TrainingLog) -> list[Mark]:
    marks = []
    for after, event, values in log.events.itertuples(index=False):
        if event in _LOG_MARKS:
            kind, detail = _LOG_MARKS[event]
            marks.append(Mark(after, kind, detail.format(*values)))
    return bounded(marks)


def _rows(frame: pd.DataFrame) -> np.ndarray:
    """Return rows as `METRICS` has them, NaN where the table has no such column."""
    rows = np.full((len(frame), len(METRICS)), np.nan)
    for place, name in enumerate(METRICS):
        if name in frame:
            rows[:, place] = frame[name]
    return rows
