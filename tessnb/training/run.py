"""A training run in a background thread: start, pause, resume, change, stop, wait; metrics at any time.

The thread belongs to the run. It never touches what observers show: it appends to a buffer, and takes
commands only between two lines.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from tessnb.errors import InputError, TessnbError
from tessnb.events import (
    Event,
    LineTrained,
    RunEnded,
    RunPaused,
    RunResumed,
    StopReason,
)
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model
from tessnb.training.control import RunControl
from tessnb.training.figures import RunFigures
from tessnb.training.forward import Sample
from tessnb.training.held_out import HeldOut
from tessnb.training.order import Samples, changed_lines
from tessnb.training.progress import Pace, RunProgress, RunState
from tessnb.training.rates import set_learning_rate
from tessnb.training.recipe import Recipe
from tessnb.training.recording import Recording
from tessnb.training.trainer import Trainer

__all__ = ["TrainingRun"]


class TrainingRun(RunFigures):
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
    recipe : Recipe, optional
        What it was made with, for its record.

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
        recipe: Recipe | None = None,
    ) -> None:
        super().__init__(trainer, lambda: self.state.is_over)
        self.target_error_rate = target_error_rate
        self.max_iterations = max_iterations
        self.held_out = held_out
        self.error: BaseException | None = None
        self.reason: StopReason | None = None
        self.reason_detail = ""
        self._pace = Pace()
        trainer.observe(self._note)
        self._recording = Recording(self, recipe or Recipe())
        self._control = RunControl(self._note_pause, self._recording.poll)
        self._state = RunState.NEW
        self._thread: threading.Thread | None = None
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

    def start(self) -> TrainingRun:
        """Begin; return the run itself.

        Raises
        ------
        InputError
            If it was started before and is not over, or another run writes the same files.
        """
        with self._control.alone:
            self._begin(threading.Thread(target=self._run, name="tessnb-training", daemon=True)).start()
        return self

    def execute(self) -> None:
        """Train in the calling thread until the run is over; an interrupt from the keyboard ends it at once.

        Raises
        ------
        InputError
            As `start` does.
        Exception
            The error that ended the run, if one did.
        """
        self._begin(threading.current_thread())
        self._run()
        if self.error is not None:
            raise self.error

    def pause(self) -> None:
        """Pause after the current line."""
        self._control.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._control.resume()

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
        self._control.stop()
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
            self._control.put(lambda: set_learning_rate(self.trainer.learner, learning_rate))
        if max_iterations is not None:
            self.max_iterations = max_iterations
            self._recording.limits()

    def add_lines(self, lines: Iterable[TrainingLine]) -> None:
        """Train on more lines from the next line on; they come after the others.

        Raises
        ------
        InputError
            If the run trains on documents or a stream instead of lines in memory.
        """
        added = list(lines)
        self._control.ask(lambda: self._change_lines(lambda present: [*present, *added]))

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

        dropped: int = self._control.ask(
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
        with self._control.alone:  # one that is about to start has
            thread = self._thread
        if thread is None:
            return False
        ended = self._control.ended
        try:
            if thread is not threading.current_thread() and ended.wait(timeout):  # else it was `execute`
                thread.join()
        except KeyboardInterrupt:
            self._control.stop()
            ended.wait()
            raise
        if not self._state.is_over:
            return False
        if self.error is not None:
            raise self.error
        return True

    # What it tells; from any thread.

    @property
    def state(self) -> RunState:
        """What it is doing."""
        return RunState.PAUSED if self._control.is_paused else self._state

    @property
    def progress(self) -> RunProgress:
        """How far it is."""
        seconds = self._control.seconds
        counters, means = self._buffer.latest or (self.trainer.counters, self.trainer.means)
        return RunProgress(
            self.state,
            counters,
            means,
            self.trainer.standing.best_error_rate,
            self.max_iterations,
            seconds,
            None if self._reader is None else self._reader.latest,
            self._pace.rate(seconds, counters.training),
            self._sentence(),
        )

    @property
    def speed(self) -> float:
        """Training iterations per second since the start, pauses left out."""
        progress = self.progress
        done = progress.counters.training - self._first_iteration
        return done / progress.seconds if progress.seconds else 0.0

    def model(self) -> Model:
        """Return the present network as a model of its own."""
        return self._control.ask(self.trainer.model)

    def best(self) -> Model:
        """Return the best network so far as a model of its own.

        It is the one that read the held-out lines best; without any, that of the lowest mean error in
        training.
        """
        return self._control.ask(self._best)

    def save_checkpoint(self, path: str | os.PathLike[str]) -> None:
        """Write a checkpoint of the present moment."""
        self._control.ask(lambda: self.trainer.save_checkpoint(path))

    def checkpoint(self, *, wait: bool = True) -> str:
        """Write a checkpoint of the present moment beside the others; it stays, and is in `checkpoints`.

        Parameters
        ----------
        wait : bool
            Wait until it is written.

        Returns
        -------
        str
            Its path, made of the error and the iterations as those of the best models; without `wait`, "".

        Raises
        ------
        InputError
            If the run writes no checkpoints, or it cannot be written.
        """
        if self.trainer.model_output is None:
            raise InputError(
                "a run without a model_output writes no checkpoints",
                hint="Give model_output to the function that made the run, or use save_checkpoint(path)",
            )
        if wait or not self._control.is_attached:
            path: str = self._control.ask(self.trainer.save_snapshot)
            return path

        def save() -> None:
            with suppress(TessnbError):  # an event says so
                self.trainer.save_snapshot()

        self._control.put(save)
        return ""

    @property
    def held_out_samples(self) -> Samples[Sample] | None:
        """The lines that are read now and then, if there are any."""
        return None if self._reader is None else self._reader.samples

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
        before = self.trainer.samples
        self.trainer.samples = after = changed_lines(before, change)
        self._recording.keep()
        return before.total() - after.total()

    def _note(self, event: Event) -> None:
        if isinstance(event, LineTrained):
            self._pace.note(self._control.seconds, event.counters.training)
        elif isinstance(event, RunEnded):
            self.reason_detail = event.detail

    def _note_pause(self, paused: bool) -> None:
        self.trainer.emit((RunPaused if paused else RunResumed)(self.trainer.counters))

    def _sentence(self) -> str:
        """Return why it ended, with the particulars."""
        if self.reason is None:
            return ""
        detail = str(self.error) if self.error is not None else self.reason_detail
        return f"{self.reason}: {detail}" if detail else str(self.reason)

    def _begin(self, thread: threading.Thread) -> threading.Thread:
        with self._control.alone:
            if self._control.is_attached:
                raise InputError("the run is already started", found=self.state.value)
            self._recording.start()
            self.error = self.reason = None
            self.reason_detail = ""
            self._state = RunState.RUNNING
            self._thread = thread
            self._control.attach(thread)
        return thread

    def _run(self) -> None:
        self._control.enter()
        self._recording.keep()
        state = RunState.FAILED
        try:
            self.reason = self.trainer.run(
                target_error_rate=self.target_error_rate,
                max_iterations=lambda: self.max_iterations,
                between=self._control.between,
            )
            if self.reason is StopReason.STOPPED:
                self.trainer.save_current()
            state = RunState.STOPPED if self.reason is StopReason.STOPPED else RunState.FINISHED
        except KeyboardInterrupt as error:
            self.error, self.reason, state = error, StopReason.STOPPED, RunState.STOPPED
        except BaseException as error:
            self.error, self.reason = error, StopReason.FAILED
        finally:
            if not _is_end_of_process(self.error):
                self._recording.end(state, self._sentence())
            self._state = state
            self._control.leave()


def _is_end_of_process(error: BaseException | None) -> bool:
    """Return whether a run broke because its process is ending: that is no failure, it is left behind.

    Pools of threads take no work then, new ones neither; the main thread may still wait for theirs.
    """
    if not isinstance(error, RuntimeError):
        return False
    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int)
    except RuntimeError as refused:
        return "shutdown" in str(refused)  # and not for want of threads
    return False
