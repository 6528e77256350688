"""The trainer: a learner, its order of lines, and the policy between batches.

Source: ``LSTMTrainer`` (``lstmtrainer.cpp``) and the loop of ``lstmtraining.cpp``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from tessnb.errors import FormatError, InputError
from tessnb.events import (
    CheckpointSaved,
    Counters,
    Emitter,
    ErrorRates,
    RunEnded,
    RunStarted,
    SnapshotSaved,
    StopReason,
)
from tessnb.files import write_bytes
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.network.threads import blas_threads
from tessnb.recognition.model import Model
from tessnb.training.batches import Batches
from tessnb.training.checkpoints import recognizer_record, trainer_record
from tessnb.training.companion import Companion
from tessnb.training.forward import Sample
from tessnb.training.learner import Learner
from tessnb.training.order import Samples
from tessnb.training.policy import maintain
from tessnb.training.standing import Standing

if TYPE_CHECKING:
    from tessnb.training.rounds import Rounds

__all__ = ["PAGES_PER_BATCH", "Tester", "Trainer", "Updates"]

#: Lines between two looks at the policy (``kNumPagesPerBatch``).
PAGES_PER_BATCH = 100

#: What stands before the end of the batch, behind a checkpoint that was taken in its middle.
BATCH_END_MARK = b"tessnb:batch_end="

#: What stands before what companions need to go on, behind that.
COMPANIONS_MARK = b"tessnb:companions="


class Tester(Protocol):
    """Evaluates models beside the training."""

    def __call__(self, iteration: int, evaluate: bool, model: TrainedData, stage: int) -> str:
        """Begin an evaluation (or, without `evaluate`, only poll) and return what the last one found."""


class Updates(Protocol):
    """Trains on several lines at a time: `Batches`, or the `Rounds` of a cluster."""

    @property
    def size(self) -> int:
        """Lines to an update."""

    def train_next(self, learner: Learner, samples: Samples[Sample], limit: int) -> None:
        """Train on the next lines of the order, at most `limit`."""


class Trainer(Emitter):
    """Trains a network line by line, and keeps its best.

    Parameters
    ----------
    learner : Learner
    container : TrainedData
        The traineddata that the character set came from.
    samples : Samples
        The lines.
    standing : Standing, optional
        Where an earlier run stood.
    model_output : str, optional
        What the names of checkpoints begin with; without it nothing is written.
    tester : Tester, optional
    batch_size : int
        The most lines to an update. More than 1 is not what Tesseract does, but quicker; see
        `tessnb.training.batches`. All that counts lines goes on counting lines.
    rounds : Rounds, optional
        Train on a cluster; `batch_size` is then that of the rounds.

    Attributes
    ----------
    learner : Learner
        The current one: going back to the best replaces it.
    standing : Standing
    companions : list of Companion
        None by default, for they are what the reference does not have.
    """

    def __init__(
        self,
        learner: Learner,
        container: TrainedData,
        samples: Samples[Sample],
        *,
        standing: Standing | None = None,
        model_output: str | os.PathLike[str] | None = None,
        tester: Tester | None = None,
        batch_size: int = 1,
        rounds: Rounds | None = None,
    ) -> None:
        super().__init__()
        self.container = container
        self.samples = samples
        self.standing = standing or Standing()
        self.model_output = None if model_output is None else os.fspath(model_output)
        self.tester = tester
        self.rounds = rounds
        self.batches: Updates | None = rounds or (Batches(batch_size) if batch_size != 1 else None)
        self.companions: list[Companion] = []
        self._batch_end: int | None = None
        self._companion_states: dict[str, dict[str, Any]] = {}
        self._ending: tuple[StopReason, str] | None = None
        self.adopt(learner)

    def adopt(self, learner: Learner) -> None:
        """Go on with another learner; it takes over how the present one is debugged and heard."""
        old = getattr(self, "learner", None)
        if old is not None:
            learner.debug_interval, learner.randomly_rotate = old.debug_interval, old.randomly_rotate
            learner.augment = old.augment
            learner.freeze(old.frozen)
        learner.emit, learner.announce = self.emit, True
        self.learner = learner

    @property
    def counters(self) -> Counters:
        return self.learner.counters

    @property
    def means(self) -> ErrorRates:
        return self.learner.history.means

    @property
    def checkpoint_path(self) -> str | None:
        """Where the current checkpoint is written."""
        return None if self.model_output is None else f"{self.model_output}_checkpoint"

    @property
    def best_model_path(self) -> str | None:
        """Where the best model so far would be written."""
        if self.model_output is None:
            return None
        standing = self.standing
        return (
            f"{self.model_output}_{standing.best_error_rate:f}_{standing.best_iteration}"
            f"_{self.learner.training_iteration}.checkpoint"
        )

    def checkpoint(self) -> CheckpointRecord:
        """Return the whole trainer as a record.

        Taken in the middle of a batch it says, behind what Tesseract reads, where the batch ends: so the run
        that continues looks at its policy when the unbroken run would have. Where there are companions that
        have something to go on from, that stands there too.
        """
        record = trainer_record(self.learner, self.standing, best_trainer=self.standing.best_trainer)
        if self._batch_end is not None:
            record.rest = BATCH_END_MARK + str(self._batch_end).encode()
        states = {type(each).__name__: state for each in self.companions if (state := each.state())}
        if states:
            record.rest += COMPANIONS_MARK + json.dumps(states).encode()
        return record

    def resume_batch(self, record: CheckpointRecord) -> None:
        """Take up the batch in whose middle a checkpoint was taken, if it was, and what companions left."""
        batch, _, states = record.rest.partition(COMPANIONS_MARK)
        mark, _, number = batch.rpartition(BATCH_END_MARK)
        is_marked = mark == b"" and number.isdigit() and len(number) < 11
        left = int(number) - self.counters.training if is_marked else -1
        self._batch_end = int(number) if 0 <= left <= PAGES_PER_BATCH else None
        with suppress(ValueError, RecursionError):
            found = json.loads(states or b"{}")
            self._companion_states = found if isinstance(found, dict) else {}

    def accompany(self, companions: Iterable[Companion]) -> None:
        """Take companions along; those of a resumed run go on from where the checkpoint's were.

        Raises
        ------
        FormatError
            If what the checkpoint says of one is no state of it.
        """
        for companion in companions:
            name = type(companion).__name__
            if state := self._companion_states.get(name):
                try:
                    companion.restore(state)
                except (LookupError, TypeError, ValueError, AttributeError) as error:
                    raise FormatError(f"no state of a {name}", where="checkpoint", found=error) from None
            self.companions.append(companion)

    def save_checkpoint(self, path: str | os.PathLike[str]) -> None:
        """Write a checkpoint from which this or the real ``lstmtraining`` continues."""
        write_bytes(path, self.checkpoint().to_bytes())

    def save_current(self) -> None:
        """Write the current checkpoint out of turn, if any are written.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        if self.checkpoint_path is not None:
            self.save_checkpoint(self.checkpoint_path)
            self.emit(CheckpointSaved(self.checkpoint_path, written=True))

    def save_snapshot(self) -> str:
        """Write a checkpoint that stays, named after the present moment as those of the best models are.

        Returns
        -------
        str
            Its path.

        Raises
        ------
        InputError
            If it cannot be written, or the trainer has no `model_output`.
        """
        if self.model_output is None:
            raise InputError("there is nowhere to write checkpoints", hint="Give a model_output")
        counters, written = self.counters, False
        path = f"{self.model_output}_{self.means.bcer:f}_{counters.learning}_{counters.training}.checkpoint"
        try:
            self.save_checkpoint(path)
            written = True
        finally:
            self.emit(SnapshotSaved(path, written))
        return path

    def model(self) -> Model:
        """Return the present network as a model; it does not change with further training."""
        return Model(recognizer_record(self.learner, at_rest=True), self.container)

    def best_model(self) -> Model:
        """Return the network of the best time, or the present one if there was none yet."""
        if not self.standing.best_trainer:
            return self.model()
        record = CheckpointRecord.from_bytes(self.standing.best_trainer).recognizer
        return Model(Model(record, self.container).to_record(), self.container)

    def traineddata(self, model: bytes) -> TrainedData:
        """Return the container with a recognizer put in."""
        return replace(self.container, components={**self.container.components, "lstm": model})

    def end(self, reason: StopReason, detail: str = "") -> None:
        """End the run before its next line, for a reason; for companions."""
        self._ending = reason, detail

    def _may_go_on(self, between: Callable[[], bool]) -> bool:
        if not between():
            return False
        for companion in self.companions:
            companion.before_update(self)
            if self._ending is not None:
                return False
        return True

    def advance(self, learner: Learner, target: int) -> None:
        """Train a learner on the next line, or on the next batch but not beyond a training iteration."""
        if self.batches is None:
            learner.train_next(self.samples)
        else:
            self.batches.train_next(learner, self.samples, target - learner.training_iteration)

    def train_batch(
        self, max_iterations: int | None = None, between: Callable[[], bool] = lambda: True
    ) -> bool:
        """Train on up to `PAGES_PER_BATCH` lines.

        Parameters
        ----------
        max_iterations : int, optional
            The training iteration to stop at.
        between : callable
            Called before every update; False interrupts.

        Returns
        -------
        bool
            False if `between` or a companion interrupted.

        Raises
        ------
        InputError
            If no line of a whole epoch can be used.
        """
        learner = self.learner
        if self._batch_end is None:
            self._batch_end = learner.training_iteration + PAGES_PER_BATCH
        target = self._batch_end
        if max_iterations is not None:
            target = min(target, max_iterations)
        unusable = 0
        while learner.training_iteration < target:
            if not self._may_go_on(between):
                return False
            before = learner.counters
            self.advance(learner, target)
            for companion in reversed(self.companions):
                companion.after_update(self)
            looked_at = learner.sample_iteration - before.sample
            unusable = 0 if learner.training_iteration > before.training else unusable + looked_at
            if unusable % 1000 < min(unusable, looked_at) and unusable >= self.samples.total():
                raise InputError(
                    "no line can be trained on",
                    found=f"{unusable} unusable lines in a row",
                    hint="See the messages above for the reasons",
                )
        self._batch_end = None
        return True

    def run(
        self,
        *,
        target_error_rate: float = 0.01,
        max_iterations: int | Callable[[], int] = 0,
        between: Callable[[], bool] = lambda: True,
    ) -> StopReason:
        """Train until the error is low enough, or long enough.

        Parameters
        ----------
        target_error_rate : float
            Percent of BCER.
        max_iterations : int or callable
            Training iterations; 0 is no limit. A callable is asked before every batch.
        between : callable
            Called before every update; False stops the run. A checkpoint taken then continues exactly where
            the run stopped.

        Returns
        -------
        StopReason
        """
        self.emit(RunStarted(self.counters))
        reason, detail = StopReason.FAILED, ""
        self._ending = None
        try:
            with blas_threads(1):
                while reason is StopReason.FAILED:
                    limit = (max_iterations() if callable(max_iterations) else max_iterations) or None
                    if not self.train_batch(limit, between):
                        reason, detail = self._ending or (StopReason.STOPPED, "")
                        break
                    maintain(self)
                    if self.standing.best_error_rate <= target_error_rate:
                        reason = StopReason.TARGET_REACHED
                    elif limit is not None and self.learner.training_iteration >= limit:
                        reason = StopReason.MAX_ITERATIONS
                for companion in self.companions:
                    companion.at_end(self)
        finally:
            self.emit(RunEnded(self.counters, self.standing.best_error_rate, reason, detail))
        return reason
