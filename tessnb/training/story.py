"""What the entries of a record tell, one after the other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from tessnb.events import Counters, ErrorRates, HeldOutEvaluated, LayerRate
from tessnb.training.happenings import Happenings
from tessnb.training.marks import Mark
from tessnb.training.progress import RunProgress, RunState
from tessnb.training.record_file import Entry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RECORD_METRICS", "Story"]

#: Columns of `Story.metrics_frame`: seconds since 1970, the counters, and those means that `METRICS` has.
RECORD_METRICS = (
    *("time", "training_iteration", "learning_iteration", "sample_iteration"),
    *("rms", "delta", "bwer", "bcer", "skip_ratio", "cer", "wer"),
)
#: Seconds that tables can tell as a date; numbers that nothing reaches.
_END_OF_TIME, _ABSURD = 4e9, 1e15
_MEANS = ("rms", "delta", "bwer", "bcer", "skip_ratio")
_HELD_OUT = tuple(each.name for each in fields(HeldOutEvaluated))


class Story:
    """A run's beginning, its figures so far and its end, gathered from entries in their order.

    A run that goes on from a checkpoint tells again what came after it: what was told before is forgotten.

    Attributes
    ----------
    entries : list of dict
        All that made sense.
    start, end, limits, material : dict
        The last entry of that kind; empty while there is none.
    is_paused : bool
    time : float
        When the last entry was made, in seconds since 1970.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.start: Entry = {}
        self.end: Entry = {}
        self.limits: Entry = {}
        self.material: Entry = {}
        self.is_paused = False
        self.time = 0.0
        self._happenings = Happenings()
        self._rows: list[tuple[float, ...]] = []
        self._last: Entry = {}
        self._held_out: list[HeldOutEvaluated] = []

    def take(self, entry: Entry) -> None:
        """Take in an entry; one that makes no sense is left out."""
        with suppress(KeyError, TypeError, ValueError, OverflowError):
            hear = getattr(self, f"_hear_{entry['kind']}", None)
            time = float(entry["time"])
            if hear is not None and 0 <= time < _END_OF_TIME:
                hear(entry)
                self.time = time
                self.entries.append(entry)

    @property
    def state(self) -> RunState | None:
        """How it ended; None if it did not say."""
        try:
            return RunState(self.end.get("state"))
        except ValueError:
            return None

    @property
    def saved(self) -> int | None:
        """The training iteration of the newest checkpoint, if one was written."""
        saved = self._last.get("saved")
        return saved if isinstance(saved, int) else None

    def progress(self, state: RunState) -> RunProgress:
        """Return how far the run is, or was."""
        counters = Counters(0, int(_number(self.start.get("training"))), 0)
        means = ErrorRates(*[100.0] * 5)
        if self._rows:
            _, training, learning, sample, *rates = self._rows[-1]
            counters, means = Counters(int(learning), int(training), int(sample)), ErrorRates(*rates[:5])
        return RunProgress(
            state,
            counters,
            means,
            _number(self._last.get("best"), 100.0),
            int(_number(self.limits.get("max_iterations"))),
            _number(self._last.get("seconds")),
            self._held_out[-1] if self._held_out else None,
            _number(self._last.get("rate")),
            str(self.end.get("reason", "")),
        )

    @property
    def rows(self) -> list[tuple[float, ...]]:
        """The figures: a row of `RECORD_METRICS` about every second."""
        return list(self._rows)

    @property
    def readings(self) -> list[HeldOutEvaluated]:
        """The readings of the held-out lines."""
        return list(self._held_out)

    def metrics_frame(self) -> pd.DataFrame:
        """Return a row about every second: `RECORD_METRICS`; errors are means in percent."""
        import pandas as pd

        frame = pd.DataFrame(self._rows, columns=list(RECORD_METRICS))
        counters = list(RECORD_METRICS[1:4])
        frame[counters] = frame[counters].astype("int64")
        return frame

    def evaluations_frame(self) -> pd.DataFrame:
        """Return a row per reading of the held-out lines: the fields of `HeldOutEvaluated`."""
        import pandas as pd

        rows = [[getattr(each, name) for name in _HELD_OUT] for each in self._held_out]
        return pd.DataFrame(rows, columns=list(_HELD_OUT))

    @property
    def happenings(self) -> Happenings:
        """Marks, checkpoints and learning rates."""
        return self._happenings

    def _hear_start(self, entry: Entry) -> None:
        reached = _count(entry["training"])
        self.start, self.limits, self.end = entry, entry, {}
        self.is_paused = False
        self._rows = [row for row in self._rows if row[1] <= reached]
        self._held_out = [each for each in self._held_out if each.iteration <= reached]
        self._happenings.forget_after(reached)

    def _hear_material(self, entry: Entry) -> None:
        self.material = entry

    def _hear_limits(self, entry: Entry) -> None:
        self.limits = {**self.limits, **entry}

    def _hear_end(self, entry: Entry) -> None:
        self.end, self.is_paused = entry, False

    def _hear_figures(self, entry: Entry) -> None:
        counters = [_count(entry[name]) for name in ("training", "learning", "sample")]
        errors = (_number(entry.get(name), float("nan")) for name in RECORD_METRICS[4:])
        row = (float(entry["time"]), *counters, *errors)
        self._rows.append(row)
        self._last = entry
        self._happenings.reach(int(row[1]), row[7])

    def _hear_held_out(self, entry: Entry) -> None:
        iteration = entry.get("training")
        if iteration is None:  # read beside the training, which told of a learning iteration
            learning = _count(entry["learning"])
            iteration = next((row[1] for row in self._rows if row[2] >= learning), learning)
        if any(each.iteration == iteration for each in self._held_out):
            return  # read once more, by a run that went on from there
        bcer, bwer, cer, wer = (float(entry[name]) for name in ("bcer", "bwer", "cer", "wer"))
        is_best = bool(entry.get("is_best", all(cer < each.cer for each in self._held_out)))
        lines = _count(entry["lines"])
        self._held_out.append(HeldOutEvaluated(_count(iteration), bcer, bwer, cer, wer, lines, is_best))

    def _hear_checkpoint(self, entry: Entry) -> None:
        self._happenings.reach(_count(entry["training"]), _number(entry.get("bcer"), 100.0))
        self._happenings.add_checkpoint(str(entry["type"]), str(entry["file"]), bool(entry["written"]))

    def _hear_rates(self, entry: Entry) -> None:
        rates = [LayerRate(str(layer), str(name), float(rate)) for layer, name, rate in entry["rates"]]
        self._happenings.add_rates(_count(entry["training"]), rates)

    def _hear_mark(self, entry: Entry) -> None:
        mark = Mark(str(entry["mark"]), str(entry.get("detail", "")))
        self.is_paused = mark.kind == "paused" or (self.is_paused and mark.kind != "resumed")
        self._happenings.reach(_count(entry["training"]))
        self._happenings.add_mark(mark)


def _number(value: Any, otherwise: float = 0.0) -> float:
    """Return what should be a number; something else in its place if it is none, or an absurd one."""
    return float(value) if isinstance(value, int | float) and abs(value) < _ABSURD else otherwise


def _count(value: Any) -> int:
    """Return a number of lines.

    Raises
    ------
    ValueError
        If it is none.
    """
    count = int(value)
    if not 0 <= count < _ABSURD:
        raise ValueError(count)
    return count
