"""Checkpoints: the whole trainer, as ``lstmtraining`` writes it and continues from it.

Source: ``src/training/unicharset/lstmtrainer.cpp``, ``LSTMTrainer::Serialize`` and ``DeSerialize``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import ClassVar

from tessnb.files import read_bytes, write_bytes
from tessnb.formats._binary import Reader, Writer
from tessnb.formats._fields import Fields, read_field, read_fields, write_field, write_fields
from tessnb.formats.network import LSTMRecognizerRecord

__all__ = ["FULL", "LIGHT", "NO_BEST_TRAINER", "ROLLING_SIZE", "CheckpointRecord"]

#: How much of a trainer is in a dump: a sub-trainer's own, the best trainer's, a checkpoint's.
LIGHT = 0
NO_BEST_TRAINER = 1
FULL = 2

#: Lines that a rolling error is a mean over.
ROLLING_SIZE = 1000

#: The errors of a trainer, in the order of its buffers: RMS of the outputs, outputs that are far off, words
#: (BWER), characters (BCER), lines skipped.
_ERRORS = 5


def _buffers() -> list[list[float]]:
    return [[0.0] * ROLLING_SIZE for _ in range(_ERRORS)]


def _rates(value: float) -> tuple[float, ...]:
    return (value,) * _ERRORS


@dataclass(kw_only=True, eq=False)
class CheckpointRecord:
    """A trainer.

    Attributes
    ----------
    recognizer : LSTMRecognizerRecord
        The network with its training state, and the counters of iterations.
    learning_iteration : int
        Lines that taught something so far.
    prev_sample_iteration : int
        The count of lines looked at before the last line was chosen.
    perfect_delay, last_perfect_training_iteration : int
        How often a line without error is trained on; when one last was.
    error_buffers : list of 5 lists of float
        The errors of the last `ROLLING_SIZE` lines, a ring indexed by the training iteration: RMS, delta,
        words, characters, skips.
    error_rates : tuple of 5 float
        Their means, in percent.
    training_stage : int
        The stage of a training in stages.
    amount : int
        `FULL`, `NO_BEST_TRAINER` or `LIGHT`: with `LIGHT` nothing below is on disk, and `best_trainer` only
        with `FULL`.
    best_error_rate, worst_error_rate : float
        The lowest rate so far, and the highest since then, in percent of characters.
    best_error_rates, worst_error_rates : tuple of 5 float
        All rates at those times.
    best_iteration, worst_iteration : int
        Those times, in learning iterations.
    stall_iteration : int
        The learning iteration from which on the training counts as stalled.
    best_model_data, worst_model_data : bytes
        The recognizers of those times: `LSTMRecognizerRecord` in bytes, or empty.
    best_trainer : bytes
        The trainer of the best time: a `CheckpointRecord` with `NO_BEST_TRAINER`, or empty.
    sub_trainer : bytes
        A second trainer with other learning rates: a `CheckpointRecord` with `LIGHT`, or empty.
    best_error_history : list of float
        The best rates over time, and in `best_error_iterations` (list of int) when they were reached.
    improvement_steps : int
        Learning iterations that the last improvement by 2 percent took.
    rest : bytes
        Whatever follows; Tesseract ignores it.
    """

    PROGRESS: ClassVar[Fields] = (
        ("learning_iteration", "i"),
        ("prev_sample_iteration", "i"),
        ("perfect_delay", "i"),
        ("last_perfect_training_iteration", "i"),
    )
    RATES: ClassVar[Fields] = (
        ("error_rates", f"{_ERRORS}d"),
        ("training_stage", "i"),
        ("amount", "B"),
    )
    EXTREMES: ClassVar[Fields] = (
        ("best_error_rate", "d"),
        ("best_error_rates", f"{_ERRORS}d"),
        ("best_iteration", "i"),
        ("worst_error_rate", "d"),
        ("worst_error_rates", f"{_ERRORS}d"),
        ("worst_iteration", "i"),
        ("stall_iteration", "i"),
        ("best_model_data", "bytes"),
        ("worst_model_data", "bytes"),
    )
    BEST_TRAINER: ClassVar[Fields] = (("best_trainer", "bytes"),)
    HISTORY: ClassVar[Fields] = (
        ("sub_trainer", "bytes"),
        ("best_error_history", "*d"),
        ("best_error_iterations", "*i"),
        ("improvement_steps", "i"),
    )

    recognizer: LSTMRecognizerRecord
    learning_iteration: int = 0
    prev_sample_iteration: int = 0
    perfect_delay: int = 0
    last_perfect_training_iteration: int = 0
    error_buffers: list[list[float]] = field(default_factory=_buffers)
    error_rates: tuple[float, ...] = _rates(100.0)
    training_stage: int = 0
    amount: int = FULL
    best_error_rate: float = 100.0
    best_error_rates: tuple[float, ...] = _rates(100.0)
    best_iteration: int = 0
    worst_error_rate: float = 0.0
    worst_error_rates: tuple[float, ...] = _rates(0.0)
    worst_iteration: int = 0
    stall_iteration: int = 0
    best_model_data: bytes = b""
    worst_model_data: bytes = b""
    best_trainer: bytes = b""
    sub_trainer: bytes = b""
    best_error_history: list[float] = field(default_factory=list)
    best_error_iterations: list[int] = field(default_factory=list)
    improvement_steps: int = 0
    rest: bytes = b""

    def _tables(self) -> list[Fields]:
        """The tables behind `RATES` that are on disk with this `amount`."""
        if self.amount == LIGHT:
            return []
        return [self.EXTREMES, *([] if self.amount == NO_BEST_TRAINER else [self.BEST_TRAINER]), self.HISTORY]

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "checkpoint") -> CheckpointRecord:
        """Read a checkpoint, or the bytes of one inside another.

        Parameters
        ----------
        data : bytes
            The whole file.
        name : str
            What to call it in errors.

        Raises
        ------
        FormatError
            If it is not a checkpoint, or damaged.
        """
        reader = Reader(data, name)
        record = cls(recognizer=LSTMRecognizerRecord.read(reader))
        state = vars(record)
        state.update(read_fields(reader, cls.PROGRESS))
        record.error_buffers = [read_field(reader, "*d", "error buffer") for _ in range(_ERRORS)]
        state.update(read_fields(reader, cls.RATES))
        for table in record._tables():
            state.update(read_fields(reader, table))
        record.rest = bytes(reader.take(reader.remaining))
        return record

    def to_bytes(self) -> bytes:
        """Return the whole file."""
        writer = Writer()
        self.recognizer.write(writer)
        write_fields(writer, self.PROGRESS, self)
        for buffer in self.error_buffers:
            write_field(writer, "*d", buffer)
        write_fields(writer, self.RATES, self)
        for table in self._tables():
            write_fields(writer, table, self)
        writer.raw(self.rest)
        return writer.getvalue()

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> CheckpointRecord:
        """Read a checkpoint file."""
        return cls.from_bytes(read_bytes(path), os.fspath(path))

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a checkpoint file, whole or not at all."""
        write_bytes(path, self.to_bytes())
