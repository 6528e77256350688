"""What a display wants to know of a run, collected in the run's thread, asked for in the display's."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tessnb.events import Event, LineTrained, NewBest, RunStarted
from tessnb.training import TrainingRun
from tessnb.widgets._curve import Curve

__all__ = ["LATEST", "RunWatch", "Snapshot"]

#: Lines that the short mean is taken over.
LATEST = 100


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was known at one moment; errors in percent.

    Attributes
    ----------
    curve : float64 array (points, 4)
        Training iteration, means of BCER and BWER over 1000 lines, mean of BCER over `LATEST` lines.
    best : tuple of float and int, or None
        The lowest mean BCER at the end of a batch, and its training iteration.
    line : LineTrained or None
        The last line.
    """

    curve: np.ndarray
    best: tuple[float, int] | None
    line: LineTrained | None


class RunWatch:
    """An observer that keeps what can be drawn; a bounded amount of it.

    Parameters
    ----------
    run : TrainingRun
    points : int
        Points of a curve to keep at most.
    on_start : callable
        Called, in the run's thread, when the run begins.
    """

    def __init__(self, run: TrainingRun, points: int, on_start: Callable[[], object]) -> None:
        self._lock = threading.Lock()
        self._curve = Curve(4, points)
        self._recent: deque[float] = deque(maxlen=LATEST)
        self._best: tuple[float, int] | None = None
        self._line: LineTrained | None = None
        self._iteration = 0
        self._on_start = on_start
        with self._lock:  # whatever comes meanwhile waits until the past is told
            self._remove = run.observe(self._hear)
            best = run.progress.best_bcer
            past = run.metrics[["training_iteration", "bcer", "bwer", "line_bcer"]]
            for row in past.itertuples(index=False):
                self._add(*row)
            if best < 100.0:
                reached = past.training_iteration[past.bcer <= best]
                self._best = best, int(reached.min()) if len(reached) else 0

    def close(self) -> None:
        """Listen no more."""
        self._remove()

    def snapshot(self) -> Snapshot:
        """Return what is known now."""
        with self._lock:
            return Snapshot(self._curve.rows(), self._best, self._line)

    def _hear(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._on_start()
            return
        with self._lock:
            if isinstance(event, LineTrained):
                self._line = event
                means = event.means
                self._add(event.counters.training, means.bcer, means.bwer, 100.0 * event.errors.bcer)
            elif isinstance(event, NewBest):
                self._best = event.bcer, self._iteration

    def _add(self, iteration: int, bcer: float, bwer: float, line_bcer: float) -> None:
        if iteration == self._iteration:
            return  # the line that was in between when the past was told
        self._iteration = iteration
        self._recent.append(line_bcer)
        self._curve.append((iteration, bcer, bwer, sum(self._recent) / len(self._recent)))
