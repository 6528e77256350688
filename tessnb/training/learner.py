"""One network learning from one line after the other.

A learner is what the reference keeps even of a trial: the network with its optimizer, the rates, the counters
and the rolling errors. What belongs to a whole run (best models, checkpoints, trials) is the trainer's.

Source: ``LSTMTrainer::PrepareForBackward`` and ``TrainOnLine`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
from tessnb.training.forward import Augment, LineOutputs, Sample, Skipped, forward_line, sample_name, seed_for
from tessnb.training.history import ErrorHistory
from tessnb.training.order import Samples
from tessnb.training.targets import (
    bag_of_labels_error,
    bag_of_words_error,
    ctc_targets,
    delta_errors,
    is_suspicious,
    normalize_outputs,
    text_targets,
)

__all__ = ["Learner", "Prepared"]

_SPACE = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A line after the forward run.

    Attributes
    ----------
    verdict : Verdict
    line : LineOutputs
        What the network said.
    outputs : float32 array (time, classes)
        The same, normalized.
    deltas : float32 array (time, classes)
        What to propagate back: targets minus outputs.
    truth, found : str
        The transcription as encoded; what the network read.
    errors : ErrorRates
        Of this line, as fractions.
    """

    verdict: Verdict
    line: LineOutputs
    outputs: NDArray[np.float32]
    deltas: NDArray[np.float32]
    truth: str
    found: str
    errors: ErrorRates


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
        image and its sample iteration, it returns an image to scale instead.
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
        self._search = RecodeBeamSearch(recoder, self.null_char, simple_text=simple_text)

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
            prepared = self.prepare(sample)
        except Skipped as skipped:
            self._report_skipped(sample, skipped)
            self.sample_iteration += 1
            return False
        self.sample_iteration += 1
        backpropagate = self.network.is_training and (
            prepared.verdict is not Verdict.PERFECT
            or self.training_iteration > self.last_perfect_training_iteration + self.perfect_delay
        )
        if backpropagate:
            activations = prepared.line.activations
            self.network.backward(activations.like(prepared.deltas[None, None]))
            momentum = -1.0 if hold_updates else self.momentum
            self.network.update(self.learning_rate, momentum, self.adam_beta, self.training_iteration + 1)
        self._roll(sample, prepared, backpropagate)
        return True

    def _roll(self, sample: Sample, prepared: Prepared, backpropagated: bool) -> None:
        """Count the line and report it."""
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
                    prepared.verdict,
                    source,
                    page,
                    prepared.truth,
                    prepared.found,
                    prepared.errors,
                    self.history.means,
                    backpropagated,
                )
            )

    def _report_skipped(self, sample: Sample, skipped: Skipped) -> None:
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
        labels = self._encode(sample.transcription)
        upside_down = False
        if self.randomly_rotate:
            seed_for(self.randomizer, self.sample_iteration)
            upside_down = self.randomizer.signed_rand(1.0) > 0.0
            if upside_down:
                labels.reverse()
        if all(label in (_SPACE, self.null_char) for label in labels):
            raise Skipped(SkipReason.BLANK)
        line = forward_line(
            self.network,
            sample,
            iteration=self.sample_iteration,
            null_char=self.null_char,
            randomizer=self.randomizer,
            training=training,
            upside_down=upside_down,
            augment=self.augment if training else None,
        )
        debug_paths = self.debug_interval > 0 and self.training_iteration % self.debug_interval == 0
        if debug_paths:
            self.emit(ActivationPath(None, self._path_rows(line.outputs)))
        outputs, targets = self._targets(line.outputs, labels)
        found_labels = self.read_labels(outputs)
        if self.loss_type != LOSS_CTC:
            labels = self.read_labels(targets)
        truth, found = self.encoder.decode(labels), self.encoder.decode(found_labels)
        if not truth:
            raise Skipped(SkipReason.NO_TRUTH, str(line.input_width))
        if self.debug_interval:
            aligned = self.encoder.decode(self.read_labels(targets))
            self.emit(TruthAligned(self.training_iteration, truth, aligned))
        if debug_paths:
            self.emit(ActivationPath(truth, self._path_rows(targets)))
        deltas = targets - outputs
        errors = self._errors(deltas, labels, found_labels, truth, found)
        if errors.delta == 0:
            verdict = Verdict.PERFECT
        else:
            verdict = Verdict.HI_PRECISION_ERR if is_suspicious(deltas) else Verdict.TRAINABLE
        return Prepared(verdict, line, outputs, deltas, truth, found, errors)

    def read_labels(self, outputs: NDArray[np.float32]) -> list[int]:
        """Return the codes, without nulls, that outputs of shape (time, classes) spell best."""
        return self._search.decode(outputs).labels()[0]

    def _path_rows(self, outputs: NDArray[np.float32]) -> tuple[str, ...]:
        labels, steps = self._search.decode(outputs).labels()
        return activation_rows(outputs, labels, steps, self.encoder)

    def _encode(self, text: str) -> list[int]:
        if not text:
            raise Skipped(SkipReason.EMPTY_TRUTH)
        try:
            return self.encoder.encode_text(text)
        except CharsetError:
            failure = self.encoder.failure_bytes(text)
            raise Skipped(SkipReason.UNENCODABLE, "".join(f" {byte:x}" for byte in failure)) from None

    def _targets(
        self, raw: NDArray[np.float32], labels: Sequence[int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the outputs as they count, and the targets."""
        if self.loss_type == LOSS_CTC:
            outputs = normalize_outputs(raw)
            targets = ctc_targets(outputs, labels, self.null_char)
            if targets is None:
                raise Skipped(SkipReason.TOO_SHORT)
            return outputs, targets
        targets = text_targets(len(raw), raw.shape[1], labels, self.null_char)
        if targets is None:
            text = self.encoder.decode(labels)
            raise Skipped(
                SkipReason.TOO_SHORT, f"transcription {text} too long to fit into target of width {len(raw)}"
            )
        return np.array(raw), targets

    def _errors(
        self,
        deltas: NDArray[np.float32],
        labels: Sequence[int],
        found_labels: Sequence[int],
        truth: str,
        found: str,
    ) -> ErrorRates:
        rms, winners = delta_errors(deltas)
        errors = ErrorRates(
            rms,
            winners,
            bag_of_words_error(truth, found),
            bag_of_labels_error(labels, found_labels, self.null_char),
            float(self.sample_iteration - self.prev_sample_iteration),
        )
        self.history.record(self.training_iteration, errors)
        return errors
