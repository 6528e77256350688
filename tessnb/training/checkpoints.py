"""Learners and trainers ⇄ checkpoint records, as ``lstmtraining`` reads and writes them.

Source: ``LSTMTrainer::Serialize``, ``DeSerialize`` and ``SaveRecognitionDump`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

import copy
from dataclasses import astuple

from tessnb.charset.recoder import Recoder
from tessnb.errors import FormatError
from tessnb.events import ErrorRates
from tessnb.formats.checkpoint import FULL, LIGHT, NO_BEST_TRAINER, ROLLING_SIZE, CheckpointRecord
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.formats.unicharset import Unicharset
from tessnb.network.assemble import from_record, to_record
from tessnb.network.layers.base import TrainingState
from tessnb.network.random import TRand
from tessnb.training.history import ErrorHistory
from tessnb.training.learner import Learner
from tessnb.training.standing import Standing

__all__ = [
    "copy_learner",
    "learner_from_checkpoint",
    "learner_from_recognizer",
    "light_record",
    "recognizer_record",
    "restored",
    "standing_from_checkpoint",
    "trainer_record",
]


def learner_from_recognizer(
    record: LSTMRecognizerRecord, unicharset: Unicharset, recoder: Recoder, *, training: bool = True
) -> Learner:
    """Make a learner of a recognizer's record.

    Parameters
    ----------
    record : LSTMRecognizerRecord
    unicharset : Unicharset
    recoder : Recoder
    training : bool
        Enable the training of layers that were stored without their training state.
    """
    network = from_record(record.network)
    if training and not record.int_mode:
        network.set_training(TrainingState.ENABLED)
    learner = Learner(network, unicharset, recoder, null_char=record.null_char)
    learner.network_str = record.network_str
    learner.training_flags = record.training_flags
    learner.training_iteration = record.training_iteration
    learner.sample_iteration = record.sample_iteration
    learner.adam_beta, learner.learning_rate = record.adam_beta, record.learning_rate
    learner.momentum = record.momentum
    return learner


def learner_from_checkpoint(record: CheckpointRecord, unicharset: Unicharset, recoder: Recoder) -> Learner:
    """Make a learner of a trainer's record.

    Raises
    ------
    FormatError
        If its errors are not those of so many lines as the reference's.
    """
    if any(len(buffer) != ROLLING_SIZE for buffer in record.error_buffers):
        lengths = [len(buffer) for buffer in record.error_buffers]
        raise FormatError(
            "error buffers of another length", where="checkpoint", found=lengths, expected=ROLLING_SIZE
        )
    learner = learner_from_recognizer(record.recognizer, unicharset, recoder, training=False)
    learner.learning_iteration = record.learning_iteration
    learner.prev_sample_iteration = record.prev_sample_iteration
    learner.perfect_delay = record.perfect_delay
    learner.last_perfect_training_iteration = record.last_perfect_training_iteration
    learner.history = ErrorHistory.of(record.error_buffers, record.error_rates)
    learner.training_stage = record.training_stage
    return learner


def recognizer_record(learner: Learner, *, at_rest: bool = False) -> LSTMRecognizerRecord:
    """Return the recognizer's part of a learner.

    Parameters
    ----------
    learner : Learner
    at_rest : bool
        Leave the training state out, as for recognition.
    """
    network = learner.network
    if at_rest:
        network.set_training(TrainingState.TEMP_DISABLE)
    try:
        record = to_record(network)
    finally:
        if at_rest:
            network.set_training(TrainingState.RE_ENABLE)
    return LSTMRecognizerRecord(
        network=record,
        network_str=learner.network_str,
        training_flags=learner.training_flags,
        training_iteration=learner.training_iteration,
        sample_iteration=learner.sample_iteration,
        null_char=learner.null_char,
        adam_beta=learner.adam_beta,
        learning_rate=learner.learning_rate,
        momentum=learner.momentum,
    )


def light_record(learner: Learner) -> CheckpointRecord:
    """Return the record of a learner alone."""
    return CheckpointRecord(
        recognizer=recognizer_record(learner),
        learning_iteration=learner.learning_iteration,
        prev_sample_iteration=learner.prev_sample_iteration,
        perfect_delay=learner.perfect_delay,
        last_perfect_training_iteration=learner.last_perfect_training_iteration,
        error_buffers=[buffer.tolist() for buffer in learner.history.buffers],
        error_rates=astuple(learner.history.means),
        training_stage=learner.training_stage,
        amount=LIGHT,
    )


def restored(record: CheckpointRecord, like: Learner) -> Learner:
    """Return the learner of a record with the characters of another; it reports nothing but what it skips."""
    learner = learner_from_checkpoint(record, like.encoder.unicharset, like.encoder.recoder)
    learner.emit, learner.announce, learner.augment = like.emit, False, like.augment
    learner.freeze(like.frozen)
    return learner


def copy_learner(learner: Learner) -> Learner:
    """Return an independent learner in the same state; it reports nothing but what it skips."""
    twin = copy.copy(learner)
    twin.network = from_record(to_record(learner.network))
    twin.freeze(learner.frozen)
    twin.history = learner.history.copy()
    twin.randomizer = TRand()
    twin.announce, twin.debug_interval, twin.randomly_rotate = False, 0, False
    return twin


_STANDING = (
    *("best_error_rate", "best_iteration", "worst_error_rate", "worst_iteration", "stall_iteration"),
    *("best_model_data", "worst_model_data", "improvement_steps"),
)


def trainer_record(
    learner: Learner, standing: Standing, *, best_trainer: bytes | None = None
) -> CheckpointRecord:
    """Return the record of a whole trainer.

    Parameters
    ----------
    learner : Learner
    standing : Standing
    best_trainer : bytes, optional
        A full checkpoint holds the trainer of the best time; without it the record itself can be one.
    """
    record = light_record(learner)
    record.amount = NO_BEST_TRAINER if best_trainer is None else FULL
    record.best_trainer = best_trainer or b""
    for name in _STANDING:
        setattr(record, name, getattr(standing, name))
    record.best_error_rates = astuple(standing.best_error_rates)
    record.worst_error_rates = astuple(standing.worst_error_rates)
    record.best_error_history = list(standing.best_error_history)
    record.best_error_iterations = list(standing.best_error_iterations)
    if standing.sub_trainer is not None:
        record.sub_trainer = light_record(standing.sub_trainer.learner).to_bytes()
    return record


def standing_from_checkpoint(record: CheckpointRecord) -> Standing:
    """Return the standing that a trainer's record (not `LIGHT`) holds, without its trial."""
    standing = Standing()
    for name in _STANDING:
        setattr(standing, name, getattr(record, name))
    standing.best_error_rates = ErrorRates(*record.best_error_rates)
    standing.worst_error_rates = ErrorRates(*record.worst_error_rates)
    standing.best_error_history = list(record.best_error_history)
    standing.best_error_iterations = list(record.best_error_iterations)
    return standing
