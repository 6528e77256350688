"""Evaluating a model on a list of lines, at once or in a thread beside the training.

Source: ``LSTMTester`` (``lstmtester.cpp``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from tessnb.errors import FormatError, InputError, TessnbError
from tessnb.events import EvaluationFinished, Event, LineEvaluated, RecognizerLoaded, SampleSkipped
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.network.threads import blas_threads
from tessnb.training.checkpoints import learner_from_recognizer
from tessnb.training.forward import Sample, Skipped, sample_name
from tessnb.training.learner import Learner
from tessnb.training.order import Samples
from tessnb.training.start import Characters

__all__ = ["AsyncTester", "evaluate_learner", "load_evaluated"]

Emit = Callable[[Event], None]


def load_evaluated(model: TrainedData, name: str = "lstm") -> tuple[Learner, bool]:
    """Make a learner of a traineddata whose ``lstm`` is a recognizer (float or integer) or a checkpoint.

    Returns
    -------
    learner : Learner
        For forward runs.
    is_checkpoint : bool
        Whether it was a checkpoint.

    Raises
    ------
    FormatError
        If there is no network in it, or no character set, or one of another network.
    """
    characters = Characters.of(model)
    record = LSTMRecognizerRecord.from_bytes(model["lstm"], include_charsets=False, name=name)
    if record.network.no != characters.recoder.code_range:
        raise FormatError(
            "the network and the character set do not belong together",
            where=name,
            found=f"{record.network.no} outputs",
            expected=f"{characters.recoder.code_range}, one for each code",
        )
    if record.rest:
        CheckpointRecord.from_bytes(model["lstm"], name)  # whole, or refused
    learner = learner_from_recognizer(record, characters.unicharset, characters.recoder, training=False)
    return learner, bool(record.rest)


def evaluate_learner(
    learner: Learner,
    samples: Samples[Sample],
    *,
    iteration: int = 0,
    stage: int = 0,
    emit: Emit = lambda event: None,
    stopped: Callable[[], bool] = lambda: False,
) -> EvaluationFinished:
    """Run every line forward and average the errors.

    As in the reference, a line that cannot be used is made up for by going round the list again, and the
    noise of line ``n`` is seeded by ``n + 1``.

    Parameters
    ----------
    learner : Learner
        Its counters are used up.
    samples : Samples
    iteration, stage : int
        For the report.
    emit : callable
        Hears `LineEvaluated`, `SampleSkipped` and at the end `EvaluationFinished`.
    stopped : callable
        True ends the evaluation early, with the lines so far.

    Raises
    ------
    InputError
        If there are no lines, or none can be used.
    """
    total = samples.total()
    bcer = bwer = 0.0
    count = serial = 0
    with blas_threads(1):
        while count < total and not stopped():
            if serial - count >= total and count == 0:
                raise InputError("no line can be evaluated", found=f"{serial} unusable lines")
            sample = samples.line(serial)
            serial += 1
            learner.sample_iteration = serial
            if sample is None:
                continue
            source, page = sample_name(sample)
            try:
                prepared = learner.prepare(sample, training=False)
            except Skipped as skipped:
                emit(
                    SampleSkipped(
                        serial - 1,
                        skipped.reason,
                        source,
                        page,
                        sample.transcription,
                        sample.language,
                        skipped.detail,
                    )
                )
                continue
            count += 1
            bcer += prepared.errors.bcer
            bwer += prepared.errors.bwer
            emit(
                LineEvaluated(
                    serial - 1,
                    source,
                    page,
                    sample.transcription,
                    prepared.found,
                    prepared.errors.bcer,
                    prepared.errors.bwer,
                    prepared.comparison.verdict,
                )
            )
    share = 100.0 / max(count, 1)
    finished = EvaluationFinished(iteration, stage, bcer * share, bwer * share, count)
    emit(finished)
    return finished


class AsyncTester:
    """Evaluates models in a thread, one at a time; see `tessnb.training.trainer.Tester`.

    Parameters
    ----------
    samples : Samples
        The lines to test on; only this may use them.
    describe : callable
        Makes the text of a result.
    emit : callable
        Hears `RecognizerLoaded` and what `evaluate_learner` emits, in the evaluating thread.
    """

    def __init__(
        self,
        samples: Samples[Sample],
        describe: Callable[[EvaluationFinished], str],
        emit: Emit = lambda event: None,
    ) -> None:
        self._samples, self._describe, self._emit = samples, describe, emit
        self._thread: threading.Thread | None = None
        self._result = ""
        self._stop = threading.Event()

    def __call__(self, iteration: int, evaluate: bool, model: TrainedData, stage: int) -> str:
        if self._thread is not None and self._thread.is_alive():
            return f"Previous test incomplete, skipping test at iteration {iteration}"
        previous, self._result = self._result, ""
        if evaluate:
            self._stop.clear()
            self._thread = threading.Thread(
                target=self._evaluate, args=(iteration, model, stage), name="tessnb-evaluation", daemon=True
            )
            self._thread.start()
        return previous

    def _evaluate(self, iteration: int, model: TrainedData, stage: int) -> None:
        try:
            learner, is_checkpoint = load_evaluated(model)
            if not is_checkpoint:
                self._emit(RecognizerLoaded())
            finished = evaluate_learner(
                learner,
                self._samples,
                iteration=iteration,
                stage=stage,
                emit=self._emit,
                stopped=self._stop.is_set,
            )
        except TessnbError as error:
            self._result = f"Evaluation failed: {error}"
            return
        self._result = self._describe(finished)

    def close(self) -> None:
        """End a running evaluation."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def wait(self) -> str:
        """Wait for a running evaluation and return its text without forgetting it."""
        if self._thread is not None:
            self._thread.join()
        return self._result
