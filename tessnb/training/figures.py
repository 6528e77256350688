"""What a run has to show for itself: its events, and tables of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tessnb.events import Event, Observer
from tessnb.training.event_stream import EventStream
from tessnb.training.happenings import Happenings
from tessnb.training.layer_statistics import RateWatch
from tessnb.training.metrics import MetricsBuffer
from tessnb.training.trainer import Trainer

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["RunFigures"]


class RunFigures:
    """The events and tables of a run; any thread may ask at any time.

    Parameters
    ----------
    trainer : Trainer
        Whose events to collect.
    is_over : callable
        Whether there will be no more of them.
    """

    def __init__(self, trainer: Trainer, is_over: Callable[[], bool]) -> None:
        self.trainer, self._is_over = trainer, is_over
        self._buffer, self._happenings = MetricsBuffer(), Happenings()
        for observer in (self._buffer, self._happenings, RateWatch(trainer)):
            trainer.observe(observer)

    def rows(self, start: int = 0) -> np.ndarray:
        """Return the lines trained from number `start` on, for who follows; see `MetricsBuffer.rows`."""
        return self._buffer.rows(start)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Add an observer, called in the run's thread; the returned function removes it."""
        return self.trainer.observe(observer)

    def events(self, *kinds: type[Event], size: int = 10000) -> EventStream:
        """Return the events from now on as an asynchronous sequence, which ends with the run.

        Parameters
        ----------
        *kinds : type
            Which events; without any, all.
        size : int
            Events that are kept for a slow reader; older ones are dropped.

        Examples
        --------
        >>> async def follow(run):
        ...     async for event in run.events(Progress):
        ...         print(event.counters.training, event.means.bcer)
        """
        return EventStream(self.observe, self._is_over, kinds, size)

    def __aiter__(self) -> EventStream:
        """Return all events from now on; see `events`."""
        return self.events()

    def true_errors(self) -> tuple[float, float]:
        """Return the character and word error rates of the last 1000 lines, in percent."""
        return self._buffer.true_errors()

    @property
    def metrics(self) -> pd.DataFrame:
        """A row per line trained; see `MetricsBuffer.frame`."""
        return self._buffer.frame()

    @property
    def skipped(self) -> pd.DataFrame:
        """A row per line that could not be used; see `MetricsBuffer.skipped_frame`."""
        return self._buffer.skipped_frame()

    @property
    def evaluations(self) -> pd.DataFrame:
        """A row per reading of the held-out lines; see `MetricsBuffer.evaluations_frame`."""
        return self._buffer.evaluations_frame()

    @property
    def layers(self) -> pd.DataFrame:
        """A row per layer and measurement; see `MetricsBuffer.layers_frame`."""
        return self._buffer.layers_frame()

    @property
    def layer_rates(self) -> pd.DataFrame:
        """A row per layer and change of its learning rate; see `Happenings.layer_rates_frame`."""
        return self._happenings.layer_rates_frame()

    @property
    def checkpoints(self) -> pd.DataFrame:
        """A row per checkpoint that was written; see `Happenings.checkpoints_frame`."""
        return self._happenings.checkpoints_frame()

    @property
    def marks(self) -> pd.DataFrame:
        """A row per best, stage, divergence, trial, pause …; see `Happenings.marks_frame`."""
        return self._happenings.marks_frame()
