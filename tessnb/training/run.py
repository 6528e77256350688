"""A training run in a background thread: start, pause, resume, change, stop, wait; metrics at any time.

The thread belongs to the run. It never touches what observers show: it appends to a buffer, and takes
commands only between two lines.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from tessnb.errors import InputError
from tessnb.events import (
    CheckpointSaved,
    Counters,
    ErrorRates,
    Event,
    HeldOutEvaluated,
    Observer,
    RunEnded,
    StopReason,
)
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model
from tessnb.training.held_out import HeldOut
from tessnb.training.metrics import MetricsBuffer
from tessnb.training.order import ListSamples
from tessnb.training.rates import set_learning_rate
from tessnb.training.trainer import Trainer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RunProgress", "RunState", "TrainingRun"]


class RunState(Enum):
    """What a run is doing."""

    NEW = "new"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in (RunState.FINISHED, RunState.STOPPED, RunState.FAILED)


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
    """

    state: RunState
    counters: Counters
    means: ErrorRates
    best_bcer: float
    max_iterations: int
    seconds: float
    held_out: HeldOutEvaluated | None = None


class TrainingRun:
    """A trainer in a thread of its own.

    Parameters
    ----------
    trainer : Trainer
    target_error_rate : float
        Percent of BCER at which the run ends.
    max_iterations : int
        Training iterations at which it ends; 0 is never.
    held_out : object, optional
        Lines that were kept out of training, for whoever evaluates; kept as given.

    Attributes
    ----------
    error : BaseException or None
        What ended a run whose state is `RunState.FAILED`.
    reason : StopReason or None
        Why it ended; as a string it is a sentence.
    reason_detail : str
        The figures behind the reason, where there are any.
    """

    def __init__(
        self,
        trainer: Trainer,
        *,
        target_error_rate: float = 0.01,
        max_iterations: int = 0,
        held_out: Any = None,
    ) -> None:
        self.trainer = trainer
        self.target_error_rate = target_error_rate
        self.max_iterations = max_iterations
        self.held_out = held_out
        self.error: BaseException | None = None
        self.reason: StopReason | None = None
        self.reason_detail = ""
        self._buffer = MetricsBuffer()
        trainer.observe(self._buffer)
        trainer.observe(self._note_end)
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._may_run = threading.Event()
        self._may_run.set()
        self._stop = threading.Event()
        self._state = RunState.NEW
        self._thread: threading.Thread | None = None
        self._worked = 0.0
        self._since: float | None = None
        self._first_iteration = trainer.counters.training

    def __repr__(self) -> str:
        progress = self.progress
        held_out = f", held-out CER {progress.held_out.cer:.2f}%" if progress.held_out is not None else ""
        why = f"; {self.reason}" if self.reason is not None else ""
        return (
            f"<TrainingRun {progress.state.value}, iteration {progress.counters.training}, "
            f"BCER {progress.means.bcer:.2f}% (best {progress.best_bcer:.2f}%){held_out}{why}>"
        )

    # What to tell it; from any thread.

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Add an observer, called in the run's thread; the returned function removes it."""
        return self.trainer.observe(observer)

    def start(self) -> TrainingRun:
        """Begin; return the run itself.

        Raises
        ------
        InputError
            If it was started before and is not over.
        """
        if self._thread is not None and self._thread.is_alive():
            raise InputError("the run is already started", found=self.state.value)
        self._stop.clear()
        self._may_run.set()
        self.error = self.reason = None
        self.reason_detail = ""
        self._state = RunState.RUNNING
        self._thread = threading.Thread(target=self._run, name="tessnb-training", daemon=True)
        self._thread.start()
        return self

    def pause(self) -> None:
        """Pause after the current line."""
        self._may_run.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._may_run.set()

    def stop(self, *, wait: bool = True, timeout: float | None = None) -> bool:
        """End the run after the current line; its checkpoint, if it writes any, is exactly of that moment.

        Parameters
        ----------
        wait : bool
            Wait until it has ended.
        timeout : float, optional
            Seconds to wait at most.

        Returns
        -------
        bool
            Whether it has ended.
        """
        self._stop.set()
        self._may_run.set()
        return self.wait(timeout) if wait else self.state.is_over

    def set(self, *, learning_rate: float | None = None, max_iterations: int | None = None) -> None:
        """Change something from the next line on.

        Parameters
        ----------
        learning_rate : float, optional
            For all layers; a `Schedule` multiplies it by its factor.
        max_iterations : int, optional
        """
        if learning_rate is not None:
            if not learning_rate > 0:
                raise InputError("a learning rate must be positive", found=learning_rate)
            self._commands.put(lambda: set_learning_rate(self.trainer.learner, learning_rate))
        if max_iterations is not None:
            self.max_iterations = max_iterations

    def add_lines(self, lines: Iterable[TrainingLine]) -> None:
        """Train on more lines from the next line on; they come after the others.

        Raises
        ------
        InputError
            If the run trains on documents or a stream instead of lines in memory.
        """
        added = list(lines)
        self._ask(lambda: self._change_lines(lambda present: [*present, *added]))

    def drop_lines(self, unwanted: Iterable[TrainingLine] | Callable[[TrainingLine], bool]) -> int:
        """Train no longer on some lines, from the next line on.

        Parameters
        ----------
        unwanted : iterable of TrainingLine, or callable
            The very lines, or what says of a line whether to drop it.

        Returns
        -------
        int
            How many were dropped.

        Raises
        ------
        InputError
            If the run trains on documents or a stream instead of lines in memory, or none would be left.
        """
        if callable(unwanted):
            is_unwanted = unwanted
        else:
            these = {id(line) for line in unwanted}

            def is_unwanted(line: TrainingLine) -> bool:
                return id(line) in these

        dropped: int = self._ask(
            lambda: self._change_lines(lambda present: [each for each in present if not is_unwanted(each)])
        )
        return dropped

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the run is over; an interrupt from the keyboard stops it.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        Returns
        -------
        bool
            Whether it is over.

        Raises
        ------
        Exception
            The error that ended the run, if one did.
        """
        thread = self._thread
        if thread is None:
            return False
        try:
            thread.join(timeout)
        except KeyboardInterrupt:
            self._stop.set()
            self._may_run.set()
            thread.join()
            raise
        if thread.is_alive():
            return False
        if self.error is not None:
            raise self.error
        return True

    # What it tells; from any thread.

    @property
    def state(self) -> RunState:
        return self._state

    @property
    def progress(self) -> RunProgress:
        """How far it is."""
        since = self._since
        seconds = self._worked + (time.monotonic() - since if since is not None else 0.0)
        counters, means = self._buffer.latest or (self.trainer.counters, self.trainer.means)
        best = self.trainer.standing.best_error_rate
        held_out = None if self._reader is None else self._reader.latest
        return RunProgress(self.state, counters, means, best, self.max_iterations, seconds, held_out)

    @property
    def speed(self) -> float:
        """Training iterations per second since the start, pauses left out."""
        progress = self.progress
        done = progress.counters.training - self._first_iteration
        return done / progress.seconds if progress.seconds else 0.0

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

    def model(self) -> Model:
        """Return the present network as a model of its own."""
        return self._ask(self.trainer.model)

    def best(self) -> Model:
        """Return the best network so far as a model of its own.

        It is the one that read the held-out lines best; without any, that of the lowest mean error in
        training.
        """
        return self._ask(self._best)

    def save_checkpoint(self, path: str | os.PathLike[str]) -> None:
        """Write a checkpoint of the present moment."""
        self._ask(lambda: self.trainer.save_checkpoint(path))

    # The thread.

    @property
    def _reader(self) -> HeldOut | None:
        readers = (each for each in self.trainer.companions if isinstance(each, HeldOut))
        return next(readers, None)

    def _best(self) -> Model:
        record = None if self._reader is None else self._reader.best_record
        return self.trainer.best_model() if record is None else Model(record, self.trainer.container)

    def _change_lines(self, change: Callable[[list[TrainingLine]], list[TrainingLine]]) -> int:
        """Replace the lines; return how many fewer there are."""
        samples = self.trainer.samples
        if not isinstance(samples, ListSamples):
            raise InputError(
                "lines can be added and dropped only where they are in memory",
                found=type(samples).__name__,
                hint="Give the lines themselves to the run instead of documents: open_lines(…)",
            )
        present = [cast(TrainingLine, samples.line(serial)) for serial in range(samples.total())]
        changed = change(present)
        if not changed:
            raise InputError("no line would be left to train on", found=f"{len(present)} to drop")
        self.trainer.samples = ListSamples(changed)
        return len(present) - len(changed)

    def _note_end(self, event: Event) -> None:
        if isinstance(event, RunEnded):
            self.reason_detail = event.detail

    def _ask(self, question: Callable[[], Any]) -> Any:
        """Let the run's thread answer between two lines, or answer here if it is not running."""
        thread = self._thread
        if thread is None or not thread.is_alive() or threading.current_thread() is thread:
            return question()
        answer: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

        def reply() -> None:
            try:
                answer.put((question(), None))
            except Exception as error:
                answer.put((None, error))

        self._commands.put(reply)
        while True:
            try:
                value, error = answer.get(timeout=0.1)
            except queue.Empty:
                if thread.is_alive():
                    continue
                self._take_commands()
                value, error = answer.get()
            if error is not None:
                raise error
            return value

    def _take_commands(self) -> None:
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return
            command()

    def _between(self) -> bool:
        self._take_commands()
        if not self._may_run.is_set() and not self._stop.is_set():
            self._pause_here()
        return not self._stop.is_set()

    def _pause_here(self) -> None:
        self._state = RunState.PAUSED
        self._count_time(False)
        while not self._may_run.wait(0.05) and not self._stop.is_set():
            self._take_commands()
        self._count_time(True)
        self._state = RunState.RUNNING

    def _count_time(self, working: bool) -> None:
        if self._since is not None:
            self._worked += time.monotonic() - self._since
        self._since = time.monotonic() if working else None

    def _run(self) -> None:
        self._count_time(True)
        state = RunState.FAILED
        try:
            self.reason = self.trainer.run(
                target_error_rate=self.target_error_rate,
                max_iterations=lambda: self.max_iterations,
                between=self._between,
            )
            if self.reason is StopReason.STOPPED:
                self._save_stopped()
            state = RunState.STOPPED if self.reason is StopReason.STOPPED else RunState.FINISHED
        except BaseException as error:
            self.error, self.reason = error, StopReason.FAILED
        finally:
            self._count_time(False)
            self._state = state

    def _save_stopped(self) -> None:
        path = self.trainer.checkpoint_path
        if path is not None:
            self.trainer.save_checkpoint(path)
            self.trainer.emit(CheckpointSaved(path, written=True))
