"""A run's record, its mailbox and what is kept of its material: what others need to follow it and go on."""

from __future__ import annotations

import math
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tessnb.errors import InputError, TessnbError
from tessnb.events import RecordFailed
from tessnb.training.evaluation import AsyncTester
from tessnb.training.mailbox import MAILBOX_SUFFIX, take
from tessnb.training.material import describe_recipe, describe_samples, keep_container, keep_lines
from tessnb.training.progress import RunState
from tessnb.training.recipe import Recipe
from tessnb.training.record import Recorder
from tessnb.training.whereabouts import whereabouts

if TYPE_CHECKING:
    from tessnb.training.run import TrainingRun

__all__ = ["KEPT_CHARACTERS", "KEPT_HELD_OUT", "KEPT_LINES", "Recording"]

#: What is put behind `model_output`: lines and characters that were in memory alone.
KEPT_LINES, KEPT_HELD_OUT, KEPT_CHARACTERS = ".run.lstmf", ".run.held_out.lstmf", ".run.traineddata"

#: Seconds between two looks into the mailbox.
_LOOK = 0.5


class Recording:
    """Keeps a run's record for as long as it goes on, if it writes any files at all.

    Parameters
    ----------
    run : TrainingRun
    recipe : Recipe
        What it was made with, to be written down.
    """

    def __init__(self, run: TrainingRun, recipe: Recipe) -> None:
        self._run, self._recipe = run, recipe
        self._output = run.trainer.model_output
        self._recorder: Recorder | None = None
        self._keeper: threading.Thread | None = None
        self._looked = 0.0
        if self._output is not None:
            self._recorder = Recorder(
                self._output, lambda: run.progress, run.true_errors, lambda event: run.trainer.emit(event)
            )
            run.observe(self._recorder)

    # From the thread that starts the run.

    def start(self) -> None:
        """Begin the record.

        Raises
        ------
        InputError
            If another run writes the same files.
        """
        if self._recorder is not None:
            anew = self._run.trainer.counters.training == 0
            self._recorder.start({**whereabouts(), **self._about()}, anew=anew)

    def limits(self) -> None:
        """Write down that the limits have changed."""
        if self._recorder is not None:
            self._recorder.limits(self._run.max_iterations, self._run.target_error_rate)

    # From the run's thread.

    def keep(self) -> None:
        """Keep what is in memory alone, beside the training."""
        if self._recorder is not None and self._recorder.is_open:
            self._join()
            self._keeper = threading.Thread(target=self._keep, name="tessnb-keeper", daemon=True)
            self._keeper.start()

    def poll(self) -> None:
        """Do what another process has asked for, if any has."""
        now = time.monotonic()
        if self._recorder is None or not self._recorder.is_open or now - self._looked < _LOOK:
            return
        self._looked = now
        message = take(f"{self._output}{MAILBOX_SUFFIX}", self._recorder.run_id)
        if message is not None:
            self._obey(message)

    def end(self, state: RunState, reason: str) -> None:
        """Write the end, and let the files go."""
        self._join()
        if self._recorder is not None:
            self._recorder.end(state, reason)

    def _obey(self, message: dict[str, Any]) -> None:
        run = self._run
        command = message["command"]
        if command == "pause":
            run.pause()
        elif command == "resume":
            run.resume()
        elif command == "stop":
            run.stop(wait=False)
        elif command == "checkpoint":
            with suppress(TessnbError):  # an event says so
                run.checkpoint()
        else:
            rate, most = message.get("learning_rate"), message.get("max_iterations")
            if isinstance(rate, int | float) and math.isfinite(rate) and rate > 0:
                run.set(learning_rate=float(rate))
            if isinstance(most, int) and most >= 0:
                run.set(max_iterations=most)

    def _about(self) -> dict[str, Any]:
        run, trainer = self._run, self._run.trainer
        held_out = run.held_out_samples
        tester = trainer.tester if isinstance(trainer.tester, AsyncTester) else None
        return {
            "net_spec": trainer.learner.network_str,
            "learning_rate": trainer.learner.learning_rate,
            "max_iterations": run.max_iterations,
            "target_error_rate": run.target_error_rate,
            "batch_size": 1 if trainer.batches is None else trainer.batches.size,
            "rounds": None if trainer.rounds is None else trainer.rounds.about,
            "randomly_rotate": trainer.learner.randomly_rotate,
            "lines": describe_samples(trainer.samples),
            "held_out": None if held_out is None else describe_samples(held_out),
            "evaluated": None if tester is None else describe_samples(tester.samples),
            "recipe": describe_recipe(self._recipe),
        }

    def _keep(self) -> None:
        assert self._recorder is not None
        trainer, held_out = self._run.trainer, self._run.held_out_samples
        try:
            characters = keep_container(trainer.container, f"{self._output}{KEPT_CHARACTERS}")
            keep_lines(trainer.samples, f"{self._output}{KEPT_LINES}")
            if held_out is not None:
                keep_lines(held_out, f"{self._output}{KEPT_HELD_OUT}")
            self._recorder.material(characters)
        except (InputError, OSError) as error:
            trainer.emit(RecordFailed(str(self._output), str(error)))

    def _join(self) -> None:
        if self._keeper is not None and self._keeper is not threading.current_thread():
            self._keeper.join()
        self._keeper = None
