"""Models and langdata: what the user names, the cache, the network, the system's Tesseract, the package.

Where the network cannot be reached, or is not to be asked, something near is taken, and it is said what.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tessnb.charset.characters import script_of
from tessnb.errors import InputError
from tessnb.files import read_bytes
from tessnb.recognition import Model
from tessnb.recognition.dequantizing import dequantize
from tessnb.recognition.tessdata import find_traineddata
from tessnb.resources.catalogue import BEST, FAST, LANGDATA, Entry, catalogue, find_entry
from tessnb.resources.download import DownloadError, cache_folder, cached, download
from tessnb.resources.english import shipped_langdata
from tessnb.synthesis import Langdata

__all__ = ["Resource", "base_model", "find_langdata", "find_model"]

_log = logging.getLogger("tessnb")

#: Files of a language that a langdata folder may have.
_KINDS = ("training_text", "wordlist", "punc", "numbers", "config", "unicharset")


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that was found; usable as a path.

    Attributes
    ----------
    path : Path
        The file.
    origin : {"named", "cache", "download", "system"}
        Where it was found.
    note : str
        What was taken instead of what was asked for, and why; empty if it is what was asked for.
    """

    path: Path
    origin: Literal["named", "cache", "download", "system"]
    note: str = ""

    def __fspath__(self) -> str:
        return os.fspath(self.path)


def _offline(offline: bool | None) -> bool:
    return os.environ.get("TESSNB_OFFLINE", "") not in ("", "0") if offline is None else offline


def _bar(entry: Entry) -> tuple[object, object]:
    """Return a progress bar that shows itself for what takes longer than a second, and its updater."""
    from tqdm.auto import tqdm

    bar = tqdm(desc=entry.path, unit="B", unit_scale=True, delay=1.0, leave=False)

    def update(there: int, total: int) -> None:
        bar.total = total or None
        bar.update(there - bar.n)

    return bar, update


def _obtain(entry: Entry, offline: bool) -> tuple[Path, Literal["cache", "download"]]:
    """Return a file from the cache or the network.

    Raises
    ------
    DownloadError
        If it is in neither.
    """
    if path := cached(entry):
        return path, "cache"
    if offline:
        raise DownloadError(
            "not in the cache, and offline",
            where=entry.path,
            hint="Set TESSNB_OFFLINE to 0, or leave offline out",
        )
    bar, update = _bar(entry)
    with bar:  # type: ignore[attr-defined]
        return download(entry, progress=update), "download"  # type: ignore[arg-type]


def find_model(
    language: str,
    *,
    kind: Literal["best", "fast"] = "best",
    folder: str | os.PathLike[str] | None = None,
    offline: bool | None = None,
) -> Resource:
    """Find a language's traineddata.

    Looked for in `folder` (then nowhere else); the cache; on the network (pinned to a commit, verified by its
    hash); among the models that Tesseract has installed.

    Parameters
    ----------
    language : str
        Such as ``"eng"`` or ``"script/Latin"``.
    kind : {"best", "fast"}
        Float weights, which training needs, or integer ones.
    folder : path, optional
        A folder with traineddata files.
    offline : bool, optional
        Never ask the network. By default ``$TESSNB_OFFLINE``, else the network may be asked.

    Returns
    -------
    Resource
        With a note if it is not the kind that was asked for.

    Raises
    ------
    InputError
        If there is none anywhere.
    """
    if folder is not None:
        return Resource(find_traineddata(language, folder), "named")
    entry = find_entry(BEST if kind == "best" else FAST, f"{language}.traineddata")
    try:
        return Resource(*_obtain(entry, _offline(offline)))
    except DownloadError as error:
        try:
            path = find_traineddata(language)
        except InputError as missing:
            raise InputError(
                f"there is no {kind} model of {language!r} in the cache, and none is installed",
                where=str(cache_folder()),
                found=str(error),
                hint=missing.hint,
            ) from error
        note = f"the installed {path} instead of {entry.repository} ({error.message})"
    return Resource(path, "system", note)


def base_model(
    language: str, *, folder: str | os.PathLike[str] | None = None, offline: bool | None = None
) -> Model:
    """Return a model to fine-tune: the float one of tessdata_best, or else an installed one made trainable.

    What was taken instead of tessdata_best is logged as a warning.

    Parameters
    ----------
    language, folder, offline
        As of `find_model`.

    Raises
    ------
    InputError
        If there is none anywhere.
    FormatError
        If it is damaged.
    """
    found = find_model(language, folder=folder, offline=offline)
    model = Model.load(found)
    if found.note or model.integer:
        turned = "; its integer weights are turned into floats" if model.integer else ""
        _log.warning("tessnb: %s is %s%s", language, found.note or found.path, turned)
    return dequantize(model)


def find_langdata(
    language: str, *, folder: str | os.PathLike[str] | None = None, offline: bool | None = None
) -> Langdata:
    """Find the texts and lists that a language is trained with.

    Looked for in `folder` (then nowhere else), or ``$TESSNB_LANGDATA``; the cache; on the network; in the
    package, which ships a small English set of its own.

    Parameters
    ----------
    language : str
        Such as ``"eng"``.
    folder : path, optional
        A langdata folder: a folder per language, and the scripts' unicharsets.
    offline : bool, optional
        Never ask the network. By default ``$TESSNB_OFFLINE``, else the network may be asked.

    Raises
    ------
    InputError
        If there is none anywhere.
    """
    named = folder or os.environ.get("TESSNB_LANGDATA")
    if named:
        found = Langdata(Path(named), language)
        if not found.path("training_text").is_file():
            raise InputError("no training text of this language", where=str(found.path("training_text")))
        return found
    text = find_entry(LANGDATA, f"{language}/{language}.training_text")
    try:
        return _collect(text, language, _offline(offline))
    except DownloadError as error:
        shipped = Langdata(shipped_langdata(), language)
        if not shipped.path("training_text").is_file():
            raise InputError(
                f"there is no langdata of {language!r} in the cache",
                where=str(cache_folder()),
                found=str(error),
                hint="Name a langdata folder, or use a text of your own",
            ) from error
        _log.warning(
            "tessnb: the small set that the package ships instead of %s (%s)", text.repository, error.message
        )
        return shipped


def _collect(text: Entry, language: str, offline: bool) -> Langdata:
    """Obtain the files of a language, and of the scripts that its text is written in.

    Raises
    ------
    DownloadError
        If there is no text; it is said what else is missing.
    """
    path, _ = _obtain(text, offline)
    scripts = {script_of(character) for character in set(read_bytes(path).decode("utf-8", "replace"))}
    wanted = [f"{language}/{language}.{kind}" for kind in _KINDS]
    wanted += [f"{script}.{kind}" for script in sorted(scripts) for kind in ("unicharset", "xheights")]
    if "Han" in scripts:
        wanted.append("radical-stroke.txt")
    known = catalogue()
    for name in wanted:
        entry = known.get((text.repository, name))
        if entry is not None:
            try:
                _obtain(entry, offline)
            except DownloadError as error:
                _log.warning("tessnb: langdata of %s without %s (%s)", language, name, error.message)
    return Langdata(path.parent.parent, language)
