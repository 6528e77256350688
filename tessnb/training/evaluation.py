"""Evaluating a model on a list of lines, at once or in a thread beside the training.

Source: ``LSTMTester`` (``lstmtester.cpp``).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing

import numpy as np

from tessnb.errors import FormatError, InputError, TessnbError
from tessnb.events import (
    EvaluationFinished,
    Event,
    LineEvaluated,
    RecognizerLoaded,
    SampleSkipped,
    SkipReason,
)
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.network.layers.base import LOSS_CTC
from tessnb.recognition.batches import Batches, Job
from tessnb.training.checkpoints import learner_from_recognizer
from tessnb.training.forward import INVERT_THRESHOLD, sample_name
from tessnb.training.inputs import Sample, Skipped, scaled_image
from tessnb.training.learner import Learner
from tessnb.training.order import Samples
from tessnb.training.start import Characters
from tessnb.training.targets import bag_of_labels_error, bag_of_words_error
from tessnb.training.true_errors import TrueErrors

__all__ = ["AsyncTester", "evaluate_learner", "load_evaluated", "report_evaluations"]

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
    true_errors = TrueErrors()
    batches = Batches(learner.network, learner.null_char)

    visited: deque[_Visit] = deque()

    def jobs() -> Iterator[Job[LineEvaluated]]:
        nonlocal serial
        for _ in range(total - count):
            if stopped():
                return
            sample = samples.line(serial)
            serial += 1
            if sample is not None:
                visited.append(_Visit(learner, sample, serial))
                yield visited[-1].job()

    while count < total and not stopped():
        with closing(batches.run(jobs())) as results:
            for result in results:
                visit = visited.popleft()
                if stopped():
                    break
                if isinstance(result, Skipped):
                    emit(visit.skipped(result))
                elif isinstance(result, Exception):
                    raise result
                else:
                    count += 1
                    bcer += result.bcer
                    bwer += result.bwer
                    true_errors.add(result.transcription, result.spelled)
                    emit(result)
        if count == 0 and not stopped():
            raise InputError("no line can be evaluated", found=f"{serial} unusable lines")
    share = 100.0 / max(count, 1)
    finished = EvaluationFinished(
        iteration, stage, bcer * share, bwer * share, count, true_errors.cer, true_errors.wer
    )
    emit(finished)
    return finished


class _Visit:
    """A line on its way through the network."""

    def __init__(self, learner: Learner, sample: Sample, serial: int) -> None:
        self._learner, self._sample, self._serial = learner, sample, serial
        self._labels: list[int] = []
        self._width = 0

    def job(self) -> Job[LineEvaluated]:
        threshold = 0.0 if len(self._sample.boxes) else INVERT_THRESHOLD
        return Job(self._image, self._compare, self._serial, threshold)

    def _image(self) -> np.ndarray:
        self._labels = self._learner.labels_of(self._sample)
        image = scaled_image(self._sample, self._learner.network)
        self._width = image.shape[1]
        return image

    def _compare(self, outputs: np.ndarray, inverted: bool) -> LineEvaluated:
        learner, sample = self._learner, self._sample
        comparison, labels = learner.compare(outputs, self._labels), self._labels
        if learner.loss_type != LOSS_CTC:
            labels = learner.read_labels(comparison.targets)
        truth = learner.encoder.decode(labels)
        if not truth:
            raise Skipped(SkipReason.NO_TRUTH, str(learner.network.input_shape().width or self._width))
        found_labels = learner.read_labels(comparison.outputs)
        source, page = sample_name(sample)
        found = learner.encoder.decode(found_labels)
        return LineEvaluated(
            self._serial - 1,
            source,
            page,
            sample.transcription,
            found,
            bag_of_labels_error(labels, found_labels, learner.null_char),
            bag_of_words_error(truth, found),
            comparison.verdict,
            learner.encoder.spell(found_labels),
        )

    def skipped(self, skipped: Skipped) -> SampleSkipped:
        sample = self._sample
        source, page = sample_name(sample)
        return SampleSkipped(
            self._serial - 1,
            skipped.reason,
            source,
            page,
            sample.transcription,
            sample.language,
            skipped.detail,
        )


def report_evaluations(emit: Emit) -> Emit:
    """Return an observer that passes on `EvaluationFinished` alone: what a run wants to know."""

    def report(event: Event) -> None:
        if isinstance(event, EvaluationFinished):
            emit(event)

    return report


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
        self.samples, self._describe, self._emit = samples, describe, emit
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
                self.samples,
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
