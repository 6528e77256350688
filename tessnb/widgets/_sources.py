"""What a person gives a widget to look at: lines in any form, models in any form."""

from __future__ import annotations

import glob
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tessnb.errors import InputError
from tessnb.formats.lstmf import ImageData
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine
from tessnb.recognition import Model
from tessnb.training import TrainingRun

__all__ = ["BEST", "NOW", "ModelSource", "lines_of"]

#: The models that a run always has.
NOW, BEST = "now", "best"

#: Models that stay loaded.
_KEPT = 3


def lines_of(source: Any) -> Sequence[TrainingLine]:
    """Return lines of a line, an image, a page of a document, or several of them.

    Raises
    ------
    InputError
        If it is none of these, or there is no line.
    """
    if isinstance(source, TrainingLine | ImageData | np.ndarray):
        source = [source]
    if not isinstance(source, Sequence) or isinstance(source, str | bytes):
        raise InputError(
            "no line to look at",
            found=type(source).__name__,
            expected="a TrainingLine, an image, or several",
            hint="open_lines(…) and render(…) make lines",
        )
    if not len(source):
        raise InputError("no line to look at", found="an empty sequence", expected="at least one line")
    first = source[0]
    if isinstance(first, TrainingLine):
        return source
    if not isinstance(first, ImageData | np.ndarray):
        raise InputError("not a line", found=type(first).__name__, expected="a TrainingLine or an image")
    return [_line_of(each, place) for place, each in enumerate(source)]


def _line_of(source: Any, place: int) -> TrainingLine:
    if isinstance(source, ImageData):
        return TrainingLine.from_image_data(source, number=place)
    if isinstance(source, np.ndarray):
        return TrainingLine(source, "", page=place)
    if isinstance(source, TrainingLine):
        return source
    raise InputError("not a line", where=f"line {place}", found=type(source).__name__)


class ModelSource:
    """Models to choose from, loaded when wanted.

    Parameters
    ----------
    source : Model, TrainingRun, str, path, or a mapping of names or a sequence of these (but runs)
        A language, a traineddata or a checkpoint; a run offers its present network, its best one, and the
        checkpoints that it has written.
    charsets : path or TrainedData, optional
        The traineddata that checkpoints were trained with.

    Raises
    ------
    InputError
        If it is none of these.
    """

    def __init__(self, source: Any, charsets: str | os.PathLike[str] | TrainedData | None = None) -> None:
        self.run = source if isinstance(source, TrainingRun) else None
        self._charsets = charsets
        self._loaded: OrderedDict[str, Model] = OrderedDict()
        self._choices: dict[str, Callable[[], Model]] = {}
        if self.run is None:
            named = source if isinstance(source, Mapping) else _named(source)
            if not named:
                raise InputError("no model to look at", expected="at least one")
            self._choices = {str(name): self._loader(each) for name, each in named.items()}

    def names(self) -> list[str]:
        """Return what there is to choose from, now."""
        if self.run is not None:
            run, container = self.run, self.run.trainer.container
            self._choices = {NOW: run.model, BEST: run.best}
            for path in _checkpoints(run):
                self._choices[_checkpoint_name(path)] = partial(Model.load, path, charsets=container)
        return list(self._choices)

    def load(self, name: str) -> Model:
        """Return the model of a name; that of a run's `NOW` and `BEST` as they are at this moment.

        Raises
        ------
        InputError, FormatError
            If it cannot be loaded.
        """
        if self.run is not None and name in (NOW, BEST):
            return self._choices[name]()
        if name not in self._loaded:
            self._loaded[name] = self._choices[name]()
            if len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(name)
        return self._loaded[name]

    def _loader(self, source: Any) -> Callable[[], Model]:
        if isinstance(source, Model):
            return lambda: source
        if isinstance(source, str | os.PathLike):
            return partial(Model.load, source, charsets=self._charsets)
        raise InputError(
            "not a model",
            found=type(source).__name__,
            expected="a Model, a TrainingRun, a language, a traineddata or a checkpoint",
        )


def _named(source: Any) -> dict[str, Any]:
    several = source if isinstance(source, Sequence) and not isinstance(source, str) else [source]
    named: dict[str, Any] = {}
    for each in several:
        name = (each.name or "model") if isinstance(each, Model) else Path(str(each)).name
        name = name.removesuffix(".traineddata")
        unique = name if name not in named else f"{name} ({len(named) + 1})"
        named[unique] = each
    return named


def _checkpoints(run: TrainingRun) -> list[str]:
    """Return the checkpoints that a run has written, the newest first."""
    begin = run.trainer.model_output
    if begin is None:
        return []
    return sorted(glob.glob(f"{glob.escape(begin)}_*.checkpoint"), key=os.path.getmtime, reverse=True)


def _checkpoint_name(path: str) -> str:
    """Return the figures in a checkpoint's name, or the name."""
    figures = re.search(r"_([\d.]+)_(\d+)_(\d+)\.checkpoint$", path)
    if figures is None:
        return Path(path).name
    return f"checkpoint {int(figures[3])} (BCER {float(figures[1]):.2f} %)"
