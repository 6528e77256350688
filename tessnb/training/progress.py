"""How far a run is: its state, its figures, how fast it goes and how long it will take."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from enum import Enum

from tessnb.events import Counters, ErrorRates, HeldOutEvaluated

__all__ = ["Pace", "RunProgress", "RunState"]

#: Seconds that the rate is averaged over, and seconds between two points of it.
_OVER, _APART = 15.0, 0.25


class RunState(Enum):
    """What a run is doing.

    A run is left behind if its process died before the run was over; only its record can tell (see
    `tessnb.training.runs`).
    """

    NEW = "new"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LEFT_BEHIND = "left behind"

    @property
    def is_over(self) -> bool:
        """Whether it does not go on by itself."""
        return self not in (RunState.NEW, RunState.RUNNING, RunState.PAUSED)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is.

    Attributes
    ----------
    state : RunState
    counters : Counters
    means : ErrorRates
        Over the last 1000 lines, in percent.
    best_bcer : float
        The lowest mean at the end of a batch, in percent.
    max_iterations : int
        0 if there is no limit.
    seconds : float
        Time spent training, pauses left out.
    held_out : HeldOutEvaluated or None
        The last reading of the held-out lines.
    rate : float
        Training iterations per second over the last seconds of training; 0 if not known yet.
    reason : str
        Why it ended, in words; empty before.
    """

    state: RunState
    counters: Counters
    means: ErrorRates
    best_bcer: float
    max_iterations: int
    seconds: float
    held_out: HeldOutEvaluated | None = None
    rate: float = 0.0
    reason: str = ""

    @property
    def fraction(self) -> float | None:
        """Between 0 and 1, how much of `max_iterations` is done; None if there is no limit."""
        if not self.max_iterations:
            return None
        return min(self.counters.training / self.max_iterations, 1.0)

    @property
    def eta(self) -> float | None:
        """Seconds of training left until `max_iterations`; None if that cannot be said."""
        if not self.max_iterations or self.rate <= 0 or self.state.is_over:
            return None
        return max(self.max_iterations - self.counters.training, 0) / self.rate


class Pace:
    """How many iterations a second a run makes, over its last seconds; any thread may ask or tell."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._points: deque[tuple[float, int]] = deque()

    def note(self, seconds: float, iteration: int) -> None:
        """Take in how far the run was after so many seconds of training."""
        with self._lock:
            points = self._points
            if points and iteration < points[-1][1]:  # it went back to its best
                points.clear()
            if points and seconds - points[-1][0] < _APART:
                return
            points.append((seconds, iteration))
            while len(points) > 2 and seconds - points[1][0] >= _OVER:
                points.popleft()

    def rate(self, seconds: float, iteration: int) -> float:
        """Return iterations per second up to this moment; 0 if it is too early to say."""
        with self._lock:
            if not self._points:
                return 0.0
            since, before = self._points[0]
            return max(iteration - before, 0) / (seconds - since) if seconds > since else 0.0
