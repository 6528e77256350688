"""The unicharset that a dawg by itself was spelled in: one of its size, among the files beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tessnb.errors import TessnbError
from tessnb.formats.directory import TrainedDataFile
from tessnb.formats.unicharset import Unicharset

__all__ = ["find_unicharset_beside"]

_SUFFIXES = ("lstm-unicharset", "unicharset", "traineddata")
#: Files that are looked at: a folder may have thousands.
_MOST = 50


def find_unicharset_beside(
    dawg_file: str | os.PathLike[str], size: int, *, allowed: Callable[[Path], bool] = lambda path: True
) -> tuple[Unicharset, Path] | None:
    """Return the unicharset that fits, and its file; those named like the dawg come first.

    Parameters
    ----------
    dawg_file : path
    size : int
        How many characters the unicharset has (`SquishedDawg.unicharset_size`).
    allowed : callable
        Whether a file may be looked at.
    """
    path = Path(dawg_file)
    is_legacy = not path.suffix.startswith(".lstm-")
    for candidate in list(_candidates(path))[:_MOST]:
        if not allowed(candidate):
            continue
        with suppress(TessnbError, OSError):
            unicharset = _read(candidate, is_legacy)
            if unicharset is not None and len(unicharset) == size:
                return unicharset, candidate
    return None


def _candidates(path: Path) -> Iterator[Path]:
    stem = path.name.removesuffix(path.suffix)
    named = [path.with_name(f"{stem}.{suffix}") for suffix in _SUFFIXES]
    yield from (candidate for candidate in named if candidate.is_file())
    for suffix in _SUFFIXES:
        found = sorted(path.parent.glob(f"*.{suffix}"))
        yield from (candidate for candidate in found if candidate not in named and candidate.is_file())


def _read(path: Path, is_legacy: bool) -> Unicharset | None:
    if path.suffix != ".traineddata":
        return Unicharset.read(path)
    names = ("unicharset", "lstm-unicharset") if is_legacy else ("lstm-unicharset", "unicharset")
    file = TrainedDataFile.open(path)
    found = [name for name in names if name in file]
    return Unicharset.from_bytes(file[found[0]], str(path)) if found else None
