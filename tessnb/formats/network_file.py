"""A network from whichever file it is in: a traineddata, a component by itself, a checkpoint."""

from __future__ import annotations

import os
from pathlib import Path

from tessnb.files import read_bytes
from tessnb.formats._binary import Reader
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.directory import TrainedDataFile
from tessnb.formats.network import LSTMRecognizerRecord

__all__ = ["read_network_file"]


def read_network_file(
    path: str | os.PathLike[str],
) -> tuple[LSTMRecognizerRecord, CheckpointRecord | None]:
    """Read the recognizer of a file.

    Parameters
    ----------
    path : path
        A traineddata (``….traineddata``, of which the component ``lstm`` alone is read), an extracted
        component (``.lstm``) or a checkpoint.

    Returns
    -------
    recognizer : LSTMRecognizerRecord
    checkpoint : CheckpointRecord or None
        The training around it, if it is a checkpoint.

    Raises
    ------
    InputError
        If there is no such file, or a traineddata has no component ``lstm``.
    FormatError
        If it is none of these, or damaged.
    """
    name = os.fspath(path)
    if Path(path).suffix == ".traineddata":
        file = TrainedDataFile.open(path)
        return LSTMRecognizerRecord.from_bytes(file["lstm"], name=name, big_endian=file.big_endian), None
    data = read_bytes(path)
    reader = Reader(data, name)
    recognizer = LSTMRecognizerRecord.read(reader)
    if not reader.remaining:
        return recognizer, None
    checkpoint = CheckpointRecord.from_bytes(data, name)
    return checkpoint.recognizer, checkpoint
