"""The checkpoints of a run as files: finding them, exporting one, putting one aside.

Source: ``LSTMTrainer::DumpFilename`` and ``best_model_name`` (``lstmtrainer.cpp``) for their names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tessnb.errors import FormatError, InputError, TessnbError
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.directory import TrainedDataFile
from tessnb.formats.network_file import read_network_file
from tessnb.formats.traineddata import TrainedData
from tessnb.recognition.dequantizing import dequantize
from tessnb.recognition.model import Model
from tessnb.training.start import Characters

__all__ = [
    "ASIDE",
    "CheckpointFile",
    "bring_back",
    "export_checkpoint",
    "find_checkpoints",
    "find_starter",
    "find_starters",
    "put_aside",
]

#: The folder, beside checkpoints, for those that were put aside.
ASIDE = "removed_checkpoints"
_KEPT = re.compile(r"(?P<run>.+)_(?P<bcer>\d+\.\d+)_(?P<learning>\d+)_(?P<training>\d+)\.checkpoint")
_CURRENT = "_checkpoint"
_NAME = re.compile(r"\w[\w.+-]*")


@dataclass(frozen=True)
class CheckpointFile:
    """A checkpoint on disk.

    Attributes
    ----------
    path : Path
    run : str
        What the names of the run's files begin with, without the folder.
    bcer : float
        Mean character error of the last 1000 lines in training, in percent.
    learning_iteration, training_iteration : int
    size : int
        Bytes.
    is_current : bool
        It is the one that the run goes on from, and changes while it does.
    """

    path: Path
    run: str
    bcer: float
    learning_iteration: int
    training_iteration: int
    size: int
    is_current: bool = False


def find_checkpoints(source: str | os.PathLike[str]) -> list[CheckpointFile]:
    """Return the checkpoints of a run, or of all runs in a folder, by iteration.

    Parameters
    ----------
    source : path
        A folder, or what the names of a run's files begin with (``--model_output``).

    Raises
    ------
    InputError
        If there is no such folder.
    """
    base = Path(source)
    folder, run = (base, None) if base.is_dir() else (base.parent, base.name)
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder), expected="where checkpoints are written")
    found = []
    for entry in os.scandir(folder):
        checkpoint = _checkpoint(Path(entry.path)) if entry.is_file() else None
        if checkpoint is not None and run in (None, checkpoint.run):
            found.append(checkpoint)
    return sorted(found, key=lambda each: (each.run, each.training_iteration, each.is_current))


def _checkpoint(path: Path) -> CheckpointFile | None:
    match = _KEPT.fullmatch(path.name)
    try:
        stat = path.stat()
        if match is not None:
            numbers = float(match["bcer"]), int(match["learning"]), int(match["training"])
            return CheckpointFile(path, match["run"], *numbers, stat.st_size)
        if path.name.endswith(_CURRENT):
            read = _figures(str(path), stat.st_mtime_ns, stat.st_size)
            return CheckpointFile(path, path.name.removesuffix(_CURRENT), *read, stat.st_size, True)
    except (TessnbError, OSError):
        pass  # not one, or gone meanwhile
    return None


@lru_cache(maxsize=64)
def _figures(path: str, stamp: int, size: int) -> tuple[float, int, int]:
    """Return BCER, learning and training iterations of the checkpoint that a run goes on from."""
    record = CheckpointRecord.read(path)
    return record.error_rates[3], record.learning_iteration, record.recognizer.training_iteration


def find_starter(checkpoint: str | os.PathLike[str]) -> Path:
    """Return the traineddata with a checkpoint's characters, looked for in folders around it.

    Raises
    ------
    InputError
        If there is none that fits, or there are several with different characters.
    """
    path = Path(checkpoint)
    fitting = find_starters(path)
    if len(fitting) == 1:
        return fitting[0]
    raise InputError(
        "which characters a checkpoint has stands in the traineddata that it was trained with",
        where=str(path),
        found=", ".join(map(str, fitting)) or "none with as many codes around here",
        hint="Give it as traineddata=",
    )


def find_starters(
    network_file: str | os.PathLike[str], *, allowed: Callable[[Path], bool] = lambda path: True
) -> list[Path]:
    """Return the traineddata that may have a network's characters, one for each character set.

    They are looked for in the folders around it and have as many codes as it has outputs.

    Parameters
    ----------
    network_file : path
        A checkpoint or an extracted network (``.lstm``).
    allowed : callable
        Whether a file may be looked at.

    Raises
    ------
    FormatError
        If it is neither.
    """
    path = Path(network_file)
    outputs = read_network_file(path)[0].network.no
    fitting: dict[bytes, Path] = {}
    for candidate in filter(allowed, _candidates(path.parent)):
        with suppress(TessnbError, OSError):
            parts = TrainedDataFile.open(candidate).load("lstm-unicharset", "lstm-recoder")
            if Characters.of(parts).recoder.code_range == outputs:
                fitting.setdefault(parts["lstm-unicharset"], candidate)
    return list(fitting.values())


def _candidates(folder: Path) -> Iterable[Path]:
    for pattern in ("*.traineddata", "*/*.traineddata", "../*.traineddata", "../*/*.traineddata"):
        yield from sorted(folder.glob(pattern))


def export_checkpoint(
    checkpoint: str | os.PathLike[str],
    starter: str | os.PathLike[str] | TrainedData,
    target: str | os.PathLike[str],
    *,
    integer: bool = False,
) -> Path:
    """Write a checkpoint's network as a model that Tesseract reads, without ever replacing a file.

    Parameters
    ----------
    checkpoint : path
        Or an extracted network (``.lstm``), which may be an integer one.
    starter : path or TrainedData
        What it was trained with.
    target : path
        Its name must do as a language: letters, digits, ``_``, ``.``, ``+`` and ``-``; ``.traineddata`` is
        added where it is missing.
    integer : bool
        Convert the weights to int8 (``--convert_to_int``).

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the name will not do, or there is such a file already.
    FormatError
        If it is not a checkpoint, or has other characters.
    """
    path = Path(target)
    name = path.name.removesuffix(".traineddata")
    if not _NAME.fullmatch(name):
        raise InputError(
            "this will not do as a model's name",
            where=path.name or str(path),
            expected="letters, digits, _ . + or -, beginning with a letter or digit",
        )
    path = path.with_name(f"{name}.traineddata")
    if path.exists():
        raise InputError("there is such a model already", where=str(path), hint="Choose another name")
    characters = Characters.of(starter)
    recognizer, _ = read_network_file(checkpoint)
    if recognizer.network.no != characters.recoder.code_range:
        raise FormatError(
            "the checkpoint was trained with other characters",
            where=str(checkpoint),
            found=f"{recognizer.network.no} outputs",
            expected=f"{characters.recoder.code_range}, one for each code",
        )
    model = Model(recognizer, characters.container)
    (model if integer else dequantize(model)).save(path, integer=integer)
    return path


def put_aside(checkpoint: str | os.PathLike[str]) -> Path:
    """Move a checkpoint into the folder `ASIDE` beside it; return where it is now.

    Raises
    ------
    InputError
        If it cannot be moved.
    """
    path = Path(checkpoint)
    return _move(path, path.parent / ASIDE / path.name)


def bring_back(path: str | os.PathLike[str]) -> Path:
    """Move a checkpoint that was put aside back; return where it is now.

    Raises
    ------
    InputError
        If it cannot be moved, or there is another of its name meanwhile.
    """
    aside = Path(path)
    return _move(aside, aside.parent.parent / aside.name)


def _move(path: Path, target: Path) -> Path:
    if target.exists():
        raise InputError("there is another file of this name", where=str(target))
    try:
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    except OSError as error:
        raise InputError(f"cannot be moved: {error.strerror}", where=str(path)) from error
    return target
