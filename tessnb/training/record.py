"""The record that a run keeps of itself beside its checkpoints, for other processes and later times.

It is JSON, an entry a line, only ever added to; when it grows too long, it is replaced as a whole by itself
with some of the entries of which there are many left out. The kinds of entries are

=============  =====================================================================================
start          a beginning: the run's id and process, its network, its material, its limits
figures        the counters and mean errors, and which iteration is saved, about once a second
held_out       a reading of the held-out lines
checkpoint     a checkpoint was written that stays, or one could not be written
rates          the learning rates of the layers
mark           a best, a stage, a divergence, a trial, a pause …: see `tessnb.training.marks`
material       what was in memory alone is in files now; and where the characters are
limits         the limits were changed
end            the end, and why
=============  =====================================================================================
"""

from __future__ import annotations

import math
import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tessnb.events import (
    BestModelSaved,
    CheckpointSaved,
    EvaluationFinished,
    Event,
    HeldOutEvaluated,
    LayerRatesChanged,
    LineTrained,
    RecordFailed,
    RunPaused,
    SnapshotSaved,
)
from tessnb.training.happenings import checkpoint_kind
from tessnb.training.marks import BEST, mark_of
from tessnb.training.progress import RunProgress, RunState
from tessnb.training.record_file import Entry, RecordFile

__all__ = ["RECORD_SUFFIX", "Recorder"]

#: What is put behind `model_output`.
RECORD_SUFFIX = ".run.jsonl"

#: Seconds between two entries of figures.
_EVERY = 1.0

#: Bytes at which a record is thinned out; about so many entries of one kind it has then.
_LONG, _MANY = 400_000, 600


class Recorder:
    """An observer that keeps a run's record. What it cannot write it leaves out, and says so once.

    Parameters
    ----------
    model_output : str
        What the names of the run's files begin with.
    progress : callable
        Returns the run's progress.
    true_errors : callable
        Returns CER and WER of the last lines, in percent.
    emit : callable
        Hears of it if the record cannot be written.

    Attributes
    ----------
    run_id : str
        Another for each start.
    """

    def __init__(
        self,
        model_output: str,
        progress: Callable[[], RunProgress],
        true_errors: Callable[[], tuple[float, float]],
        emit: Callable[[Event], None],
    ) -> None:
        self.path = f"{model_output}{RECORD_SUFFIX}"
        self.run_id = ""
        self._progress, self._true_errors, self._emit = progress, true_errors, emit
        self._lock = threading.Lock()
        self._file: RecordFile | None = None
        self._has_failed = False
        self._next = 0.0
        self._long = _LONG
        self._saved: int | None = None
        self._could_save = True

    @property
    def is_open(self) -> bool:
        """Whether there is a record that is being written."""
        return self._file is not None

    def start(self, about: dict[str, Any], *, anew: bool) -> None:
        """Begin, and lock the run's files.

        Parameters
        ----------
        about : dict
            What to say of the run.
        anew : bool
            Whether it does not go on from where the run of the present record was.

        Raises
        ------
        InputError
            If another run holds them.
        """
        self.run_id, self._has_failed, self._next = uuid.uuid4().hex, False, 0.0
        self._saved, self._could_save = None, True
        try:
            self._file = RecordFile(self.path, anew=anew)
        except OSError as error:
            self._fail(error)
            return
        self._long = max(_LONG, self._file.size * 2)
        training = self._progress().counters.training
        locked = self._file.is_locked
        self._write("start", version=1, run=self.run_id, training=training, locked=locked, **about)

    def __call__(self, event: Event) -> None:
        if self._file is None:
            return
        if isinstance(event, LineTrained):
            if time.monotonic() >= self._next:
                self.figures()
        elif isinstance(event, HeldOutEvaluated | EvaluationFinished):
            self._held_out(event)
        elif isinstance(event, BestModelSaved | CheckpointSaved | SnapshotSaved):
            self._checkpoint(event)
        elif isinstance(event, LayerRatesChanged):
            rates = [[each.layer_id, each.name, _short(each.learning_rate)] for each in event.rates]
            self._write("rates", training=event.iteration, rates=rates)
        elif (mark := mark_of(event)) is not None:
            if isinstance(event, RunPaused):
                self.figures()
            training = self._progress().counters.training
            self._write("mark", training=training, mark=mark.kind, detail=mark.detail)

    def figures(self) -> None:
        """Write how far the run is."""
        self._next = time.monotonic() + _EVERY
        progress = self._progress()
        counters, means = progress.counters, progress.means
        cer, wer = self._true_errors()
        figures = {
            **{"rms": means.rms, "delta": means.delta, "bwer": means.bwer, "bcer": means.bcer},
            **{"skip_ratio": means.skip_ratio, "cer": cer, "wer": wer},
            **{"best": progress.best_bcer, "rate": progress.rate, "seconds": progress.seconds},
        }
        self._write(
            "figures",
            **asdict(counters),
            saved=self._saved,
            **{name: _short(value) for name, value in figures.items()},
        )
        self._thin_out()

    def limits(self, max_iterations: int, target_error_rate: float) -> None:
        """Write other limits."""
        self._write("limits", max_iterations=max_iterations, target_error_rate=target_error_rate)

    def material(self, characters: str) -> None:
        """Write where the characters are, once all that a run needs to go on is in files."""
        self._write("material", characters=characters)

    def end(self, state: RunState, reason: str) -> None:
        """Write the end, and let the files go."""
        if self._file is not None:
            self.figures()
            self._write("end", state=state.value, reason=reason)
            with self._lock:
                self._file.close()
                self._file = None

    def _held_out(self, event: HeldOutEvaluated | EvaluationFinished) -> None:
        figures = {name: _short(getattr(event, name)) for name in ("bcer", "bwer", "cer", "wer")}
        if isinstance(event, HeldOutEvaluated):
            self._write(
                "held_out", training=event.iteration, **figures, lines=event.lines, is_best=event.is_best
            )
        else:  # beside the training, which knows its learning iteration alone
            self._write("held_out", learning=event.iteration, **figures, lines=event.lines)

    def _checkpoint(self, event: BestModelSaved | CheckpointSaved | SnapshotSaved) -> None:
        progress = self._progress()
        if isinstance(event, CheckpointSaved):  # every few seconds: the figures tell of it
            could, self._could_save = self._could_save, event.written
            if event.written:
                self._saved = progress.counters.training
            if event.written or not could:
                return
        self._write(
            "checkpoint",
            training=progress.counters.training,
            type=checkpoint_kind(event),
            file=os.path.basename(event.path),
            bcer=_short(progress.means.bcer),
            written=event.written,
        )

    def _write(self, kind: str, **values: Any) -> None:
        with self._lock:
            if self._file is None:
                return
            try:
                self._file.write({"kind": kind, "time": round(time.time(), 2), **values})
                return
            except OSError as error:
                problem = error
        self._fail(problem)

    def _fail(self, error: OSError) -> None:
        if not self._has_failed:
            self._has_failed = True
            self._emit(RecordFailed(self.path, error.strerror or str(error)))

    def _thin_out(self) -> None:
        with self._lock:
            if self._file is None or self._file.size < self._long:
                return
            try:
                self._file.rewrite(thinned)
                self._long = max(_LONG, self._file.size * 2)
            except OSError:
                self._long += _LONG // 4  # there may be room for it later


def thinned(entries: list[Entry]) -> list[Entry]:
    """Leave out, of kinds that there are many of, so many that the rest lie evenly; but never the last."""
    places: dict[str, list[int]] = {}
    for entry in entries:
        places.setdefault(_sort(entry), []).append(_place(entry))
    spacings = {
        sort: (max(each) - min(each)) / _MANY if sort and len(each) > _MANY else 0.0
        for sort, each in places.items()
    }
    left = {sort: len(each) for sort, each in places.items()}
    last: dict[str, int] = {}
    kept = []
    for entry in entries:
        sort, place = _sort(entry), _place(entry)
        left[sort] -= 1
        if sort not in last or not left[sort] or abs(place - last[sort]) >= spacings[sort]:
            last[sort] = place
            kept.append(entry)
    return kept


def _place(entry: Entry) -> int:
    place = entry.get("training", entry.get("learning", 0))
    return place if isinstance(place, int) else 0


def _sort(entry: Entry) -> str:
    """Return what of its kind an entry is; "" if it must not be left out."""
    kind = entry["kind"]
    if kind == "mark":
        return BEST if entry.get("mark") == BEST else ""
    if kind == "checkpoint":
        return f"checkpoint {entry.get('type')}"
    return kind if kind in ("figures", "held_out", "rates") else ""


def _short(value: float) -> float | None:
    """Return a number with as many digits as are of use; None if it is none, which JSON cannot say."""
    return float(f"{value:.5g}") if math.isfinite(value) else None
