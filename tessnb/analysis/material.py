"""What analyses are given: models and lines, in the forms in which people have them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from tessnb.errors import FormatError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import DocumentLines, TrainingLine, TrainingLines
from tessnb.recognition.model import Model

__all__ = ["as_lines", "as_model", "as_sequence", "numbered_lines"]


def as_model(source: Model | TrainedData | str | os.PathLike[str]) -> Model:
    """Return the model, or load it."""
    return source if isinstance(source, Model) else Model.load(source)


def as_lines(
    lines: Iterable[TrainingLine] | Sequence[str | os.PathLike[str]],
) -> Iterable[TrainingLine]:
    """Return lines, or those of `.lstmf` documents named by their paths, read when asked for."""
    if isinstance(lines, Sequence) and len(lines) and isinstance(lines[0], str | os.PathLike):
        return TrainingLines([DocumentLines(path) for path in lines])
    return cast(Iterable[TrainingLine], lines)


def as_sequence(
    lines: Iterable[TrainingLine] | Sequence[str | os.PathLike[str]],
) -> Sequence[TrainingLine]:
    """Return lines as `as_lines`, in memory if they are of an iterator."""
    there = as_lines(lines)
    return there if isinstance(there, Sequence) else list(there)


def numbered_lines(
    lines: Sequence[TrainingLine],
) -> Iterator[tuple[int, TrainingLine | None, str]]:
    """Yield each line's number, the line or None if it cannot be read, and then why."""
    for number in range(len(lines)):
        try:
            yield number, lines[number], ""
        except FormatError as error:
            yield number, None, str(error)
