"""What happens to a run now and then, as tables: marks, checkpoints, learning rates."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tessnb.events import (
    BestModelSaved,
    CheckpointSaved,
    Event,
    LayerRate,
    LayerRatesChanged,
    LineTrained,
    Reverted,
    SnapshotSaved,
)
from tessnb.training.marks import Mark, mark_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHECKPOINTS", "LAYER_RATES", "MARKS", "Happenings"]

#: Columns of the tables.
MARKS = ("iteration", "kind", "detail")
CHECKPOINTS = ("iteration", "kind", "path", "bcer", "written")
LAYER_RATES = ("iteration", "layer_id", "name", "learning_rate")

#: Event that a checkpoint was written → its kind.
_KINDS = {BestModelSaved: "best", CheckpointSaved: "current"}


def checkpoint_kind(event: Event) -> str:
    """Return which kind of checkpoint an event speaks of: current, best, held-out best or asked for."""
    if isinstance(event, SnapshotSaved):
        return "held-out best" if event.is_best else "asked for"
    return _KINDS.get(type(event), "")


class Happenings:
    """An observer that keeps the rare events of a run; any thread may ask while another reports."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._iteration, self._bcer = 0, 100.0
        self._marks: list[tuple[int, str, str]] = []
        self._checkpoints: list[tuple[int, str, str, float, bool]] = []
        self._rates: list[tuple[int, str, str, float]] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, LineTrained):
            self.reach(event.counters.training, event.means.bcer)
        elif isinstance(event, Reverted):
            self._iteration = event.counters.training
        if isinstance(event, BestModelSaved | CheckpointSaved | SnapshotSaved):
            self.add_checkpoint(checkpoint_kind(event), event.path, event.written)
        elif isinstance(event, LayerRatesChanged):
            self.add_rates(event.iteration, event.rates)
        elif (mark := mark_of(event)) is not None:
            self.add_mark(mark)

    def reach(self, iteration: int, bcer: float | None = None) -> None:
        """Note where the run is, which what comes next belongs to."""
        self._iteration = iteration
        self._bcer = self._bcer if bcer is None else bcer

    def forget_after(self, iteration: int) -> None:
        """Forget what came after an iteration, but no files, because the run goes on from there."""
        with self._lock:
            self._marks = [each for each in self._marks if each[0] <= iteration]
            self._rates = [each for each in self._rates if each[0] <= iteration]

    def add_mark(self, mark: Mark) -> None:
        """Add a row to the marks."""
        with self._lock:
            self._marks.append((self._iteration, *mark))

    def add_checkpoint(self, kind: str, path: str, written: bool) -> None:
        """Add a row to the checkpoints; a file that is written again has one row."""
        row = (self._iteration, kind, path, self._bcer, written)
        with self._lock:
            self._checkpoints = [each for each in self._checkpoints if each[2] != path]
            self._checkpoints.append(row)

    def add_rates(self, iteration: int, rates: Sequence[LayerRate]) -> None:
        """Add a row per layer to the learning rates."""
        with self._lock:
            self._rates += [(iteration, each.layer_id, each.name, each.learning_rate) for each in rates]

    @property
    def checkpoints(self) -> list[tuple[int, str, str, float, bool]]:
        """A row of `CHECKPOINTS` per checkpoint."""
        with self._lock:
            return list(self._checkpoints)

    def marks_frame(self) -> pd.DataFrame:
        """Return a row per mark: `MARKS`; see `mark_of` for the kinds."""
        return self._frame(self._marks, MARKS)

    def checkpoints_frame(self) -> pd.DataFrame:
        """Return a row per checkpoint: `CHECKPOINTS`.

        The kind is current, best, held-out best or asked for; `bcer` is the mean of that time in percent.
        """
        return self._frame(self._checkpoints, CHECKPOINTS)

    def layer_rates_frame(self) -> pd.DataFrame:
        """Return a row per layer and change of its learning rate: `LAYER_RATES`."""
        return self._frame(self._rates, LAYER_RATES)

    def _frame(self, rows: Sequence[tuple[object, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
        import pandas as pd

        with self._lock:
            return pd.DataFrame(list(rows), columns=list(columns))
