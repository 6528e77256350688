"""What a display wants to know of a run: asked for a few times a second, and bounded."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd

from tessnb.analysis import ForgettingMonitor
from tessnb.events import Event, LineTrained, RunEnded, RunPaused, RunResumed, RunStarted
from tessnb.training import METRICS, HeldOut, RunProgress, RunState, TrainingRun
from tessnb.widgets._curve import Curve

__all__ = ["WINDOW", "Mark", "RunWatch", "Seen", "Snapshot", "Watch", "bounded", "kept_at", "stops_when"]

#: Lines that Tesseract's own means are taken over.
WINDOW = 1000
#: Lines to keep for looking at; seconds between two of them, and between two looks at what changes rarely.
_LINES, _LINE_APART, _RARE_APART = 3, 0.25, 1.0
#: Readings, marks and the like to show at most.
_READINGS, _MARKS, _SAVED = 500, 200, 60

#: What is drawn, and its column among the means and among the errors of a line (`METRICS`).
_MEANS = {name: METRICS.index(name) for name in ("bcer", "bwer", "cer", "wer", "delta", "rms")}
_SINGLE = {name: METRICS.index(f"line_{name}") for name in _MEANS}


@dataclass(frozen=True, slots=True)
class Seen:
    """A line that was trained on, and its image where it is at hand."""

    event: LineTrained
    sample: object


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at an iteration; the kinds are those of `tessnb.training.marks`."""

    iteration: int
    kind: str
    detail: str


@dataclass(frozen=True)
class Snapshot:
    """What was known at one moment; errors in percent.

    Attributes
    ----------
    progress : RunProgress
    curve : Curve
        Rows as `METRICS` has them.
    held_out : float64 array (readings, 5)
        Iteration, BCER, BWER, CER, WER of the lines that are not trained on.
    old : float64 array (readings, 2)
        Iteration and CER of the old material.
    old_limit : float or None
        The CER of the old material that ends the run.
    marks : sequence of Mark
        Of the bests only the last.
    saved : sequence of int
        Iterations of which a checkpoint was kept.
    lines : tuple of Seen
        Some of the last lines, the oldest first.
    rate : float
        The common learning rate, with a schedule's factor in it.
    is_log : bool
        Whether it is only the log of a run.
    only_means : bool
        Whether the errors of single lines are not known.
    """

    progress: RunProgress
    curve: Curve
    held_out: np.ndarray = field(default_factory=lambda: np.empty((0, 5)))
    old: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    old_limit: float | None = None
    marks: Sequence[Mark] = ()
    saved: Sequence[int] = ()
    lines: tuple[Seen, ...] = ()
    rate: float = 0.0
    is_log: bool = False
    only_means: bool = False

    def trained(self, metric: str, window: int = WINDOW) -> tuple[np.ndarray, np.ndarray]:
        """Return iterations and the means of an error over the last lines, of what was trained on.

        Where training went back to an earlier iteration the curve is broken by NaN.
        """
        rows = self.curve.rows()
        if window == WINDOW or self.only_means:
            values = rows[:, _MEANS[metric]]
        else:
            values = self.curve.means(window)[:, _SINGLE[metric]]
        back = np.flatnonzero(np.diff(rows[:, 0]) < 0) + 1
        return np.insert(rows[:, 0], back, rows[back, 0]), np.insert(values, back, np.nan)

    def read(self, metric: str) -> tuple[np.ndarray, np.ndarray]:
        """Return iterations and an error of the held-out lines; nothing for one that is not measured."""
        names = ("bcer", "bwer", "cer", "wer")
        if metric not in names:
            return np.empty(0), np.empty(0)
        return self.held_out[:, 0], self.held_out[:, 1 + names.index(metric)]

    @property
    def best(self) -> tuple[int, float] | None:
        """Iteration and value of the lowest mean BCER at the end of a batch."""
        best = next((mark for mark in self.marks if mark.kind == "best"), None)
        return None if best is None else (best.iteration, self.progress.best_bcer)

    @property
    def best_read(self) -> tuple[int, float] | None:
        """Iteration and value of the lowest CER of the held-out lines."""
        if not np.isfinite(self.held_out[:, 3]).any():
            return None
        row = self.held_out[np.nanargmin(self.held_out[:, 3])]
        return int(row[0]), float(row[3])


class Watch(Protocol):
    """Something that can be drawn."""

    def snapshot(self) -> Snapshot:
        """Return what is known now."""

    def renew(self) -> None:
        """Something has happened: keep nothing of what was known."""

    def close(self) -> None:
        """Listen no more."""


class RunWatch:
    """Follows a run; in the run's thread it keeps a few lines and does nothing else.

    Parameters
    ----------
    run : TrainingRun
    points : int
        Points of a curve to keep at most.
    on_start : callable
        Called, in the run's thread, when the run begins.
    """

    def __init__(self, run: TrainingRun, points: int, on_start: Any = lambda: None) -> None:
        self.run = run
        self._lock = threading.Lock()
        self._curve = Curve(len(METRICS), points)
        self._taken = 0
        self._lines: deque[Seen] = deque(maxlen=_LINES)
        self._looked = 0.0
        self._rate = run.trainer.learner.learning_rate
        self._rate_at_pause = 0.0
        self._rare: dict[str, Any] = {}
        self._rare_until = 0.0
        self._newest: LineTrained | None = None
        self._monitor: ForgettingMonitor | None = None
        self._on_start = on_start
        self._remove = run.observe(self._hear)
        if run.state is RunState.PAUSED:
            self._rate_at_pause = self._rate

    def close(self) -> None:
        """Listen no more."""
        self._remove()

    def renew(self) -> None:
        """Look at everything the next time, at what changes rarely, too."""
        self._rare_until = 0.0

    def snapshot(self) -> Snapshot:
        """Return what is known now; from any thread."""
        with self._lock:
            progress = self.run.progress
            rows = self.run.rows(self._taken)
            self._taken += len(rows)
            self._curve.extend(rows)
            now = time.monotonic()
            if now >= self._rare_until or progress.state.is_over:
                self._rare, self._rare_until = self._look_at_rare(), now + _RARE_APART
            rate = self._rate
            if at_pause := self._rate_at_pause:  # set since then; the factor of a schedule stays as it was
                rate *= self.run.trainer.learner.learning_rate / at_pause
            return Snapshot(progress, self._curve.copy(), lines=tuple(self._lines), rate=rate, **self._rare)

    def _look_at_rare(self) -> dict[str, Any]:
        names = ["iteration", "bcer", "bwer", "cer", "wer"]
        held_out = self.run.evaluations[names].to_numpy(float)[-_READINGS:]
        marks = [Mark(*row) for row in self.run.marks.itertuples(index=False)]
        saved = kept_at(self.run.checkpoints)
        found = {"held_out": held_out, "marks": bounded(marks), "saved": saved}
        self._monitor = self._monitor or ForgettingMonitor.of(self.run)
        if self._monitor is not None:
            curve = self._monitor.curve()
            old = curve["old"].dropna() if "old" in curve else curve.iloc[:, :0]
            points = np.column_stack([old.index, old.to_numpy()]) if len(old) else np.empty((0, 2))
            found |= {"old": points[-_READINGS:].astype(float), "old_limit": self._monitor.limit}
        return found

    # In the run's thread.

    def _hear(self, event: Event) -> None:
        if isinstance(event, LineTrained):
            self._newest = event
            self._rate = self.run.trainer.learner.learning_rate
            if time.monotonic() - self._looked >= _LINE_APART:
                self._look(event)
        elif isinstance(event, RunStarted):
            self._on_start()
        elif isinstance(event, RunPaused):
            self._rate_at_pause = self.run.trainer.learner.learning_rate
        elif isinstance(event, RunResumed):
            self._rate_at_pause = 0.0
        elif isinstance(event, RunEnded) and self._newest is not None:
            self._look(self._newest)

    def _look(self, event: LineTrained) -> None:
        self._looked = time.monotonic()
        sample = self.run.trainer.samples.peek(event.serial)
        if not self._lines or self._lines[-1].event is not event:
            self._lines.append(Seen(event, sample))


def bounded(marks: Sequence[Mark]) -> list[Mark]:
    """Return the last of the bests, and of everything else the last ones, in their order."""
    best = next((mark for mark in reversed(marks) if mark.kind == "best"), None)
    rest = [mark for mark in marks if mark.kind != "best"][-_MARKS:]
    return rest if best is None else [*rest, best]


def kept_at(checkpoints: pd.DataFrame) -> list[int]:
    """Return the iterations of the last checkpoints that stay."""
    stay: list[int] = checkpoints.query("written and kind != 'current'").iteration.tolist()
    return stay[-_SAVED:]


def stops_when(run: TrainingRun) -> list[str]:
    """Return what will end a run, each in a few words."""
    reasons = []
    if run.max_iterations:
        reasons.append(f"{run.max_iterations:,} iterations".replace(",", "\u202f"))
    if run.target_error_rate > 0:
        reasons.append(f"BCER ≤ {run.target_error_rate:g}\u202f%")
    for companion in run.trainer.companions:
        if isinstance(companion, HeldOut) and companion.stopping is not None:
            lines = companion.stopping.patience * companion.every
            reasons.append(f"held-out CER stalls for {lines:,}".replace(",", "\u202f"))
    monitor = ForgettingMonitor.of(run)
    if monitor is not None and monitor.limit is not None:
        reasons.append(f"old CER > {monitor.limit:g}\u202f%")
    return reasons
