"""One network learning from one line after the other.

A learner is what the reference keeps even of a trial: the network with its optimizer, the rates, the counters
and the rolling errors. What belongs to a whole run (best models, checkpoints, trials) is the trainer's.

Source: ``LSTMTrainer::PrepareForBackward`` and ``TrainOnLine`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tessnb.charset.encoder import Encoder
from tessnb.charset.recoder import Recoder
from tessnb.errors import CharsetError
from tessnb.events import (
    ActivationPath,
    Counters,
    ErrorRates,
    Event,
    LineTrained,
    SampleSkipped,
    SkipReason,
    TruthAligned,
    Verdict,
)
from tessnb.formats.network import TF_COMPRESS_UNICHARSET, TF_INT_MODE, StaticShape
from tessnb.formats.unicharset import Unicharset
from tessnb.network.layers.base import LOSS_CTC, LOSS_SOFTMAX, Layer
from tessnb.network.random import TRand
from tessnb.recognition.beam import RecodeBeamSearch
from tessnb.training.activation_path import activation_rows
from tessnb.training.comparison import Comparison, Judged, Prepared, compare
from tessnb.training.forward import Augment, LineOutputs, Sample, Skipped, forward_line, sample_name
from tessnb.training.freezing import freeze
from tessnb.training.history import ErrorHistory
from tessnb.training.inputs import LineInputs
from tessnb.training.order import Samples
from tessnb.training.targets import bag_of_labels_error, bag_of_words_error
from tessnb.training.workers import beside

__all__ = ["Learner"]

_SPACE = 0

#: Lines that are made ready ahead of their turn.
_AHEAD = 3

#: Transcriptions whose codes are kept.
_KEPT_TEXTS = 4096


class Learner:
    """A network, its optimizer's settings, its counters and its rolling errors.

    Parameters
    ----------
    network : Layer
    unicharset : Unicharset
    recoder : Recoder
    null_char : int, optional
        The code of the null; by default as the recoder has it.

    Attributes
    ----------
    encoder : Encoder
        Text ⇄ codes.
    randomizer : TRand
        Seeded by the sample iteration before every forward run.
    network_str : str
        The specification that the network was asked to be.
    training_flags : int
        Bits of ``TrainingFlags``.
    learning_rate, momentum, adam_beta : float
        Float32 values. Layers may have rates of their own.
    training_iteration, sample_iteration, learning_iteration : int
        See `Counters`.
    prev_sample_iteration : int
        The sample iteration before the search for the current line.
    perfect_delay : int
        How many imperfect lines to train between perfect ones.
    last_perfect_training_iteration : int
    training_stage : int
    history : ErrorHistory
    randomly_rotate : bool
        Turn half of the lines upside down (``--randomly_rotate``).
    augment : callable or None
        Changes the images of lines that are trained on (not of those that are evaluated): given the line's
        image and its sample iteration, it returns an image to scale instead. It is called on other threads.
    inputs : LineInputs
        Makes lines ready for the network.
    frozen : tuple of str
        Names or ids of layers that keep their weights; see `freeze`.
    debug_interval : int
        Anything but 0 reports the aligned truth too; every so many iterations also the activation paths.
    emit : callable
        Hears events.
    announce : bool
        Whether trained lines are reported, or only skipped ones.
    """

    def __init__(
        self, network: Layer, unicharset: Unicharset, recoder: Recoder, *, null_char: int | None = None
    ) -> None:
        self.network = network
        self.loss_type = network.output_shape(StaticShape()).loss_type
        self.set_characters(unicharset, recoder, null_char=null_char)
        self.randomizer = TRand()
        self.network_str = ""
        self.training_flags = TF_COMPRESS_UNICHARSET
        self.learning_rate = self.momentum = self.adam_beta = 0.0
        self.debug_interval = 0
        self.randomly_rotate = False
        self.augment: Augment | None = None
        self.inputs = LineInputs()
        self.frozen: tuple[str, ...] = ()
        self.emit: Callable[[Event], None] = lambda event: None
        self.announce = True
        self.training_stage = 0
        self.reset_counters()

    def set_characters(
        self, unicharset: Unicharset, recoder: Recoder, *, null_char: int | None = None
    ) -> None:
        """Spell the truth in other characters; the network must have an output for each of their codes."""
        simple_text = self.loss_type == LOSS_SOFTMAX
        self.encoder = Encoder(unicharset, recoder, null_char=null_char, simple_text=simple_text)
        self.null_char = self.encoder.null_char
        self._search = RecodeBeamSearch(recoder, self.null_char)
        self._encode = lru_cache(_KEPT_TEXTS)(self.encoder.encode_text)
        self._decode = lru_cache(_KEPT_TEXTS)(self.encoder.decode)

    def freeze(self, names: Sequence[str]) -> None:
        """Let the layers of these names or ids keep their weights; see `tessnb.training.freezing.freeze`."""
        freeze(self.network, names)
        self.frozen = tuple(names)

    def reset_counters(self) -> None:
        """Begin to count and to average anew."""
        self.training_iteration = self.sample_iteration = self.learning_iteration = 0
        self.prev_sample_iteration = self.last_perfect_training_iteration = 0
        self.perfect_delay = 0
        self.history = ErrorHistory()

    @property
    def counters(self) -> Counters:
        return Counters(self.learning_iteration, self.training_iteration, self.sample_iteration)

    @property
    def bcer(self) -> float:
        """The mean bag-of-characters error, in percent."""
        return self.history.means.bcer

    @property
    def is_integer(self) -> bool:
        return bool(self.training_flags & TF_INT_MODE)

    def train_next(self, samples: Samples[Sample], *, hold_updates: bool = False) -> Sample | None:
        """Train on the next line of the order; return it, or None if it could not be used."""
        sample = samples.line(self.sample_iteration)
        if sample is None:
            self.sample_iteration += 1
            return None
        coming = range(self.sample_iteration + 1, self.sample_iteration + 1 + _AHEAD)
        lines = [(sample, self.sample_iteration), *((samples.peek(serial), serial) for serial in coming)]
        self.inputs.ahead(lines, self.network, self.augment)
        return sample if self.train_line(sample, hold_updates=hold_updates) else None

    def train_line(self, sample: Sample, *, hold_updates: bool = False) -> bool:
        """Train on a line.

        Parameters
        ----------
        sample : ImageData or TrainingLine
        hold_updates : bool
            Collect the updates without changing the weights.

        Returns
        -------
        bool
            False if the line could not be used.
        """
        try:
            line, judged = self._begin(sample, training=True)
        except Skipped as skipped:
            self.skip(sample, skipped)
            return False
        backpropagate = self.network.is_training and (
            judged.comparison.verdict is not Verdict.PERFECT
            or self.training_iteration > self.last_perfect_training_iteration + self.perfect_delay
        )
        if backpropagate:
            self.network.backward(line.activations.like(judged.comparison.deltas[None, None]))
            momentum = -1.0 if hold_updates else self.momentum
            self.network.update(self.learning_rate, momentum, self.adam_beta, self.training_iteration + 1)
        self.count(sample, self.settle(judged), backpropagate, self.sample_iteration)
        return True

    def prepare(self, sample: Sample, *, training: bool = True) -> Prepared:
        """Run a line forward, compare with its truth and record its errors.

        Parameters
        ----------
        sample : ImageData or TrainingLine
        training : bool
            Whether a backward run will follow.

        Raises
        ------
        Skipped
            If the line cannot be used; nothing is recorded then.
        """
        return self.settle(self._begin(sample, training=training)[1])

    # The steps of it, for one line or for several together.

    def _begin(self, sample: Sample, *, training: bool) -> tuple[LineOutputs, Judged]:
        labels = self.labels_of(sample)
        upside_down = self.turned(self.sample_iteration)
        if upside_down:
            labels.reverse()
        line = forward_line(
            self.network,
            sample,
            iteration=self.sample_iteration,
            null_char=self.null_char,
            randomizer=self.randomizer,
            training=training,
            upside_down=upside_down,
            augment=self.augment if training else None,
            inputs=self.inputs,
        )
        if self._shows_paths:
            self.emit(ActivationPath(None, self._path_rows(line.outputs)))
        judged = self.judge(self.compare(line.outputs, labels), labels, line.input_width)
        self._show_truth(judged)
        return line, judged

    @property
    def _shows_paths(self) -> bool:
        return self.debug_interval > 0 and self.training_iteration % self.debug_interval == 0

    def _show_truth(self, judged: Judged) -> None:
        if self.debug_interval:
            targets = judged.comparison.targets
            aligned = self.encoder.decode(self.read_labels(targets))
            self.emit(TruthAligned(self.training_iteration, judged.truth, aligned))
            if self._shows_paths:
                self.emit(ActivationPath(judged.truth, self._path_rows(targets)))

    def show(self, judged: Judged) -> None:
        """Report what debugging is to show of a line."""
        if self._shows_paths:
            self.emit(ActivationPath(None, self._path_rows(judged.comparison.outputs)))
        self._show_truth(judged)

    def labels_of(self, sample: Sample) -> list[int]:
        """Return the codes of a line's transcription.

        Raises
        ------
        Skipped
            If there is no text, or it cannot be encoded, or it is blank.
        """
        text = sample.transcription
        if not text:
            raise Skipped(SkipReason.EMPTY_TRUTH)
        try:
            labels = list(self._encode(text))
        except CharsetError:
            failure = self.encoder.failure_bytes(text)
            raise Skipped(SkipReason.UNENCODABLE, "".join(f" {byte:x}" for byte in failure)) from None
        if all(label in (_SPACE, self.null_char) for label in labels):
            raise Skipped(SkipReason.BLANK)
        return labels

    def turned(self, iteration: int) -> bool:
        """Return whether the line of a sample iteration is to be turned upside down."""
        if not self.randomly_rotate:
            return False
        self.randomizer.seed_for_line(iteration)
        return self.randomizer.signed_rand(1.0) > 0.0

    def compare(self, raw: NDArray[np.float32], labels: Sequence[int]) -> Comparison:
        """Compare a line's outputs with its truth; see `tessnb.training.comparison.compare`."""
        return compare(raw, labels, self.encoder, is_ctc=self.loss_type == LOSS_CTC)

    def judge(self, comparison: Comparison, labels: list[int], width: int) -> Judged:
        """Begin to read a line on another thread.

        Parameters
        ----------
        comparison : Comparison
        labels : list of int
            Codes of the truth.
        width : int
            Width of the line at the network's input.

        Raises
        ------
        Skipped
            If nothing is left of the transcription.
        """
        if self.loss_type != LOSS_CTC:
            labels = self.read_labels(comparison.targets)
        truth = self._decode(tuple(labels))
        if not truth:
            raise Skipped(SkipReason.NO_TRUTH, str(width))
        return Judged(comparison, labels, truth, beside(lambda: self.read_labels(comparison.outputs)))

    def settle(self, judged: Judged) -> Prepared:
        """Wait for the reading of a line and record its errors."""
        return self.record(self.read(judged))

    def read(self, judged: Judged) -> Prepared:
        """Wait for the reading of a line, and record nothing."""
        comparison, found_labels = judged.comparison, judged.reading.result()
        found = self.encoder.decode(found_labels)
        errors = ErrorRates(
            comparison.rms,
            comparison.delta,
            bag_of_words_error(judged.truth, found),
            bag_of_labels_error(judged.labels, found_labels, self.null_char),
            skip_ratio=0.0,
        )
        return Prepared(comparison, judged.truth, found, errors)

    def record(self, prepared: Prepared) -> Prepared:
        """Record the errors of the line whose turn it is, together with the lines skipped before it."""
        skipped = float(self.sample_iteration - self.prev_sample_iteration)
        prepared = replace(prepared, errors=replace(prepared.errors, skip_ratio=skipped))
        self.history.record(self.training_iteration, prepared.errors)
        return prepared

    def count(self, sample: Sample, prepared: Prepared, backpropagated: bool, serial: int) -> None:
        """Count the line with a serial number and report it."""
        self.sample_iteration += 1
        self.prev_sample_iteration = self.sample_iteration
        if prepared.errors.delta > 0:
            self.learning_iteration += 1
        else:
            self.last_perfect_training_iteration = self.training_iteration
        self.training_iteration += 1
        if self.announce:
            source, page = sample_name(sample)
            self.emit(
                LineTrained(
                    self.counters,
                    prepared.comparison.verdict,
                    source,
                    page,
                    prepared.truth,
                    prepared.found,
                    prepared.errors,
                    self.history.means,
                    backpropagated,
                    serial,
                )
            )

    def skip(self, sample: Sample, skipped: Skipped) -> None:
        """Count a line that cannot be used and report it."""
        source, page = sample_name(sample)
        self.emit(
            SampleSkipped(
                self.sample_iteration,
                skipped.reason,
                source,
                page,
                sample.transcription,
                sample.language,
                skipped.detail,
            )
        )
        self.sample_iteration += 1

    def read_labels(self, outputs: NDArray[np.float32]) -> list[int]:
        """Return the codes, without nulls, that outputs of shape (time, classes) spell best."""
        return self._labels(outputs)[0]

    def _labels(self, outputs: NDArray[np.float32]) -> tuple[list[int], list[int]]:
        """Return codes without nulls, their steps, and behind them the number of steps."""
        if self.loss_type != LOSS_SOFTMAX:
            return self._search.decode(outputs).labels()
        best = outputs.argmax(axis=1)
        steps = np.flatnonzero(best != self.null_char)
        return best[steps].tolist(), [*steps.tolist(), len(outputs)]

    def _path_rows(self, outputs: NDArray[np.float32]) -> tuple[str, ...]:
        labels, steps = self._labels(outputs)
        return activation_rows(outputs, labels, steps, self.encoder)
