"""What can be downloaded: files of the Tesseract project, pinned to a commit, each with its hash."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tessnb.errors import InputError

__all__ = ["BEST", "FAST", "LANGDATA", "LANGDATA_LSTM", "Entry", "catalogue", "find_entry"]

BEST = "tesseract-ocr/tessdata_best"
FAST = "tesseract-ocr/tessdata_fast"
LANGDATA = "tesseract-ocr/langdata"
LANGDATA_LSTM = "tesseract-ocr/langdata_lstm"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file.

    Attributes
    ----------
    repository, commit, path : str
        Where it is on GitHub.
    blob : str
        Its git blob id: SHA-1, in hexadecimal digits, of ``blob SIZE\\0`` and the content.
    """

    repository: str
    commit: str
    path: str
    blob: str


@cache
def catalogue() -> dict[tuple[str, str], Entry]:
    """Return all files by repository and path."""
    entries = {}
    repository = commit = ""
    for row in (files("tessnb.resources") / "data/catalogue.txt").read_text("utf-8").splitlines():
        if row.startswith("#"):
            continue
        first, second = row.split(" ", 1)
        if "/" in first:
            repository, commit = first, second
        else:
            entries[repository, second] = Entry(repository, commit, second, first)
    return entries


def find_entry(repository: str, path: str) -> Entry:
    """Return one file.

    Raises
    ------
    InputError
        If the repository has no such file; the message names the nearest.
    """
    entries = catalogue()
    if (repository, path) in entries:
        return entries[repository, path]
    near = difflib.get_close_matches(path, [name for place, name in entries if place == repository], 3)
    raise InputError(
        "there is no such file to download",
        where=repository,
        found=path,
        hint=f"Did you mean {' or '.join(near)}?" if near else "tessnb.resources.catalogue() lists them all",
    )
