"""What a run is made of, so written down that it can be found again: lines, characters, recipe.

Documents and traineddata files are remembered by their paths. What was in memory alone is kept in files
beside the run's record, so that a run whose process has died can go on.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tessnb.errors import InputError, TessnbError
from tessnb.formats.lstmf import Document, ImageData
from tessnb.formats.lstmf_file import DocumentFile
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine, open_lines
from tessnb.lines.augmenting import Augmenter
from tessnb.lines.sources import TrainingLines
from tessnb.training.forward import Sample
from tessnb.training.held_out import EarlyStopping
from tessnb.training.order import DocumentSamples, ListSamples, Samples
from tessnb.training.recipe import Recipe
from tessnb.training.splitting import Split, SplitLines, hold_out

__all__ = [
    "describe_recipe",
    "describe_samples",
    "keep_container",
    "keep_lines",
    "recipe_of",
    "samples_from",
]

#: Pixels of lines in memory that are kept in a file at most.
_MOST_PIXELS = 2 << 30

#: What stands for an augmentation that cannot be written down.
_OWN = "own"


def describe_samples(samples: Samples[Sample]) -> dict[str, Any]:
    """Return where lines come from, as JSON can say it: documents, what was opened, or how many there are."""
    if isinstance(samples, DocumentSamples):
        return {
            "documents": [os.path.abspath(path) for path in samples.paths],
            "sequential": samples.sequential,
            "max_memory": samples.max_memory,
        }
    if not isinstance(samples, ListSamples):
        return {"lines": "a stream"}
    lines: Sequence[Any] = samples.lines
    splits: list[Split] = []
    while isinstance(lines, SplitLines):
        splits = [lines.split, *splits]
        lines = lines.lines
    opened = lines.sources if isinstance(lines, TrainingLines) else []
    return {"lines": samples.total(), "opened": opened, **({"splits": splits} if splits else {})}


def keep_lines(samples: Samples[Sample], path: str) -> bool:
    """Write lines that are in memory to a document, in their order; return whether they were.

    Lines that are made or read anew each time are not in memory, and are left where they are.

    Raises
    ------
    InputError
        If they cannot be written.
    """
    if isinstance(samples, ListSamples):
        lines = samples.lines  # those that are opened are read anew each time
        if lines[0] is lines[0] and sum(map(_pixels, lines)) <= _MOST_PIXELS:
            Document([_page(line) for line in lines]).write(path)
            return True
    with suppress(OSError):
        os.unlink(path)  # those of an earlier run
    return False


def _page(line: Any) -> ImageData:
    return line if isinstance(line, ImageData) else line.to_image_data()


def _pixels(line: Any) -> int:
    return len(line.image_data) if isinstance(line, ImageData) else int(line.image.size)


def samples_from(about: dict[str, Any], kept: str) -> Samples[Sample]:
    """Return lines as `describe_samples` has described them, or as they were kept at a path.

    Raises
    ------
    InputError
        If they were not kept, or are gone.
    """
    if documents := about.get("documents"):
        memory = about.get("max_memory")
        return DocumentSamples(documents, sequential=bool(about.get("sequential")), max_memory=memory)
    if opened := about.get("opened"):
        lines = _split(open_lines(*opened), about.get("splits", []))
        if len(lines) != about.get("lines"):
            raise InputError(
                "these are not the lines of the run any longer",
                where=", ".join(opened),
                found=f"{len(lines)} lines",
                expected=f"{about.get('lines')} lines",
                hint="Give the lines as they were: record.resume(lines)",
            )
        return ListSamples(lines)
    if not Path(kept).is_file():
        raise InputError(
            "the lines of this run were in memory, and were not kept",
            where=kept,
            found="no such file",
            hint="Give the same lines in the same order: record.resume(lines)",
        )
    pages: Sequence[ImageData | None] = DocumentFile(kept)
    return ListSamples([TrainingLine.from_image_data(page) for page in pages if page is not None])


def _split(lines: Sequence[TrainingLine], splits: list[Any]) -> Sequence[TrainingLine]:
    """Take the part of lines that `describe_samples` has told of."""
    try:
        for share, seed, is_out in splits:
            lines = hold_out(lines, share, seed)[bool(is_out)]
    except (TypeError, ValueError) as error:
        raise InputError("no part of lines", found=str(error), where="the run's record") from None
    return lines


def keep_container(container: TrainedData, path: str) -> str:
    """Return the path of the traineddata that a run's characters are from, after writing it if need be.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    origin = Path(container.name)
    with suppress(TessnbError):
        if origin.is_file() and TrainedData.read(origin).to_bytes() == container.to_bytes():
            return str(origin.resolve())
    container.write(path)
    return os.path.abspath(path)


def describe_recipe(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as JSON can say it; an augmentation of the user's own is only said to be one."""
    about = {**vars(recipe), "augment": None, "early_stopping": None}
    if recipe.early_stopping is not None:
        about["early_stopping"] = asdict(recipe.early_stopping)
    if isinstance(recipe.augment, Augmenter) and not recipe.augment.others:
        about["augment"] = asdict(recipe.augment)
    elif recipe.augment is not None:
        about["augment"] = _OWN
    return about


def recipe_of(about: dict[str, Any]) -> Recipe:
    """Return the recipe that `describe_recipe` has described.

    Raises
    ------
    InputError
        If its augmentation could not be written down, or it is no recipe.
    """
    augment, stopping = about.get("augment"), about.get("early_stopping")
    if augment == _OWN:
        raise InputError(
            "the run changes its images in a way of your own, which the record cannot hold",
            hint="Give the recipe again: record.resume(recipe=…)",
        )
    try:
        recipe = replace(Recipe(), **{**about, "freeze": tuple(about.get("freeze", ()))})
        if augment is not None:
            pairs = {name: tuple(each) for name, each in augment.items() if isinstance(each, list)}
            augment = Augmenter(**{**augment, **pairs})
        return replace(
            recipe,
            augment=augment,
            early_stopping=None if stopping is None else EarlyStopping(**stopping),
        )
    except (TypeError, AttributeError) as error:
        raise InputError("no recipe", found=str(error), where="the run's record") from None
