"""What the launcher, the menu and the file browser's context menu ask for: new notebooks, filled in."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from tessnb.errors import InputError
from tessnb.server.base import Handler
from tessnb.server.choices import choices, run_choices
from tessnb.server.templates import (
    dashboard_cell,
    evaluation_notebook,
    fine_tuning_notebook,
    write_notebook,
)

__all__ = ["ROUTES"]

_MODEL = ".traineddata"
_TEXT = ".gt.txt"
#: Where the tutorial is copied to: what `tessnb tutorial` calls it, too.
_TUTORIAL = "tessnb-tutorial"


class NotebooksHandler(Handler):
    """``POST notebooks``: write a notebook from a template.

    Takes ``kind`` (``fine-tuning`` or ``evaluation``), ``folder``, ``model`` (a language or the path of a
    traineddata), ``sources`` (paths) and ``fonts``; returns ``path``.
    """

    async def post(self) -> None:
        body = self.body()
        kind = _text(body, "kind")
        if kind not in ("fine-tuning", "evaluation"):
            raise HTTPError(400, "There is no such template")
        folder = self.inside(_text(body, "folder"))
        if not folder.is_dir():
            raise HTTPError(404, "There is no such folder here")
        model, sources = _text(body, "model").strip(), _texts(body, "sources")
        if model.endswith(_MODEL):
            model = os.path.relpath(self.inside(model), folder)
        elif not re.fullmatch(r"[\w+-]+(/[\w+-]+)*", model):
            raise InputError("neither a language nor a traineddata", found=model or "nothing")
        paths = [self.inside(source) for source in sources]
        path = await self.off_thread(_begin, kind, folder, model, paths, _texts(body, "fonts"))
        self.reply({"path": self.root.name_of(path)})


class CellsHandler(Handler):
    """``POST cells``: return the source of a cell that shows a run.

    Takes ``run`` (the path of its record), ``folder`` (the notebook's) and ``rate``.
    """

    async def post(self) -> None:
        body = self.body()
        folder, record = self.inside(_text(body, "folder")), self.inside(_text(body, "run"))
        rate = body.get("rate", 3.0)
        if not isinstance(rate, int | float) or not math.isfinite(rate):
            raise HTTPError(400, "The rate must be a number")
        rate = min(max(float(rate), 2.0), 5.0)
        run = await self.off_thread(_run_of, os.path.relpath(record, folder))
        self.reply({"source": dashboard_cell(run, rate)})


class TutorialHandler(Handler):
    """``POST tutorial``: copy the tutorial's notebooks into the root; return the first one's ``path``."""

    async def post(self) -> None:
        from tessnb.resources import copy_tutorial

        first = await self.off_thread(copy_tutorial, self.inside(_TUTORIAL, new=True))
        self.reply({"path": self.root.name_of(first)})


class ChoicesHandler(Handler):
    """``GET choices``: return models and lines to choose from; see `choices`."""

    async def get(self) -> None:
        self.reply(await self.off_thread(choices, self.root))


class RunChoicesHandler(Handler):
    """``GET choices/runs``: return ``runs`` to choose from; see `run_choices`."""

    async def get(self) -> None:
        self.reply({"runs": await self.off_thread(run_choices, self.root)})


def _begin(kind: str, folder: Path, model: str, paths: list[Path], fonts: list[str]) -> Path:
    from tessnb.recognition.tessdata import find_traineddata

    sources = [os.path.relpath(path, folder) for path in dict.fromkeys(map(_openable, paths))]
    name = Path(model).name.removesuffix(_MODEL)
    if kind == "fine-tuning":
        notebook = fine_tuning_notebook(_base(model), sources, fonts)
    else:
        if not sources:
            raise InputError("no lines are named", hint="Name a folder of line images with their texts")
        if not model.endswith(_MODEL):
            find_traineddata(model)
        notebook = evaluation_notebook(model, sources)
    return write_notebook(notebook, folder, f"{kind}-{name}")


def _run_of(record: str) -> str:
    from tessnb.training.record import RECORD_SUFFIX

    return record.removesuffix(RECORD_SUFFIX)


def _base(model: str) -> str:
    """Return a model to start from: what lies in the folder of models that was named comes first.

    Raises
    ------
    InputError
        If there is no such model anywhere.
    """
    from tessnb.recognition.tessdata import find_traineddata
    from tessnb.resources import BEST, find_entry

    if model.endswith(_MODEL):
        return model
    named = os.environ.get("TESSDATA_PREFIX")
    if named and os.path.isfile(os.path.join(named, f"{model}{_MODEL}")):
        return os.path.join(named, f"{model}{_MODEL}")
    try:
        find_traineddata(model)
    except InputError:
        find_entry(BEST, f"{model}{_MODEL}")  # it will be downloaded
    return model


def _openable(path: Path) -> Path:
    """Return what `open_lines` opens: of a text, its image.

    Raises
    ------
    InputError
        If there are no lines in it.
    """
    from tessnb.lines.images import IMAGE_SUFFIXES
    from tessnb.lines.imports import LAYOUT_SUFFIXES
    from tessnb.lines.sources import image_beside

    if path.name.lower().endswith(_TEXT):
        image = image_beside(path)
        if image is None:
            raise InputError("there is no image beside this text", where=path.name)
        return image
    if path.is_dir() or path.suffix.lower() in (".lstmf", ".txt", *IMAGE_SUFFIXES, *LAYOUT_SUFFIXES):
        return path
    raise InputError(
        "there are no training lines in such a file",
        where=path.name,
        expected="an .lstmf, an image, a page as PAGE XML, ALTO or hOCR, or a folder of these",
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise HTTPError(400, f"{name} must be a text")
    return value


def _texts(body: Mapping[str, Any], name: str) -> list[str]:
    values = body.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise HTTPError(400, f"{name} must be a list of texts")
    return values


ROUTES = (
    ("notebooks", NotebooksHandler),
    ("cells", CellsHandler),
    ("tutorial", TutorialHandler),
    ("choices", ChoicesHandler),
    ("choices/runs", RunChoicesHandler),
)
