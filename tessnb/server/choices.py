"""What a notebook can be about: the models, the training lines and the runs that are there."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from typing import Any

from tessnb.errors import InputError
from tessnb.server.base import Root

__all__ = ["choices", "run_choices"]

_MODEL = ".traineddata"
#: How deep folders are searched, and at how many entries of them at most.
_DEPTH, _ENTRIES = 6, 20_000
#: What is told of each at most.
_MANY = 300


def choices(root: Root) -> dict[str, Any]:
    """Return models and sources of lines that can be chosen.

    Parameters
    ----------
    root : Root
        Searched for models and lines, but not through links.

    Returns
    -------
    dict
        ``models``: of each its ``name`` and ``where`` it is (``folder``, ``installed`` or ``download``);
        ``sources``: of each its ``path`` and how many ``files`` of lines it has.
    """
    from tessnb.recognition.tessdata import available_languages
    from tessnb.resources import BEST, catalogue

    models, sources = _search(root)
    named = [{"name": name, "where": "folder"} for name in sorted(models)[:_MANY]]
    installed: list[str] = []
    with suppress(InputError, OSError):  # no Tesseract here
        installed = [name for name in available_languages()[1] if name != "osd"]
    named += [{"name": name, "where": "installed"} for name in installed[:_MANY]]
    best = {
        path.removesuffix(_MODEL) for place, path in catalogue() if place == BEST and path.endswith(_MODEL)
    }
    named += [{"name": name, "where": "download"} for name in sorted(best - {*installed, "osd"})]
    found = [{"path": path, "files": count} for path, count in sorted(sources.items())]
    return {"models": named, "sources": found[:_MANY]}


def run_choices(root: Root) -> list[dict[str, Any]]:
    """Return runs inside a root: of each its ``path`` (of the record), ``name``, ``state`` and ``iteration``.

    Those that go on come first, then the newest.
    """
    from tessnb.training import runs

    found = ((root.name_of(run.path), run) for run in runs(root.folder)[:_MANY])
    return [
        {
            "path": path,
            "name": run.name,
            "state": run.state.value,
            "iteration": run.progress.counters.training,
        }
        for path, run in found
        if path
    ]


def _search(root: Root) -> tuple[list[str], Counter[str]]:
    """Return models, and folders and documents with lines, as the file browser calls them."""
    models: list[str] = []
    sources: Counter[str] = Counter()
    left = _ENTRIES
    folders = [(str(root.folder), 0)]
    while folders and left > 0:
        folder, depth = folders.pop(0)
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                left -= 1
                if left < 0:
                    break
                if entry.name.startswith(".") and not root.shows_hidden:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEPTH:
                        folders.append((entry.path, depth + 1))
                elif entry.name.endswith(_MODEL):
                    models.append(root.name_of(entry.path))
                elif entry.name.endswith(".lstmf"):
                    sources[root.name_of(entry.path)] += 1
                elif entry.name.endswith(".gt.txt") and folder != str(root.folder):
                    sources[root.name_of(folder)] += 1
    return models, sources
