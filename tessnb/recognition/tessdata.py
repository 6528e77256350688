"""Where language files lie: the folders that Tesseract looks in, and what they hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tessnb.errors import InputError

__all__ = ["available_languages", "find_traineddata", "tessdata_folders"]

#: Where distributions install the language files, newest first.
_SYSTEM_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


def tessdata_folders(folder: str | os.PathLike[str] | None = None) -> Iterator[Path]:
    """Yield the folders to search: `folder` alone if given; else ``$TESSDATA_PREFIX``, then the system's.

    Source: ``ccutil.cpp``, ``CCUtil::main_setup``.
    """
    if folder is not None:
        yield Path(folder)
        return
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        yield Path(prefix)
    for system in _SYSTEM_FOLDERS:
        if Path(system).is_dir():
            yield Path(system)


def find_traineddata(language: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the path of a language file.

    Parameters
    ----------
    language : str or path
        A language (``"eng"``, ``"script/Latin"``) or the path of a file.
    folder : path, optional
        The only folder to look in (``--tessdata-dir``).

    Raises
    ------
    InputError
        If there is none; the message lists the places.
    """
    text = os.fspath(language)
    if text.endswith(".traineddata") and Path(text).is_file():
        return Path(text)
    folders = list(tessdata_folders(folder))
    name = text if text.endswith(".traineddata") else f"{text}.traineddata"
    for place in folders:
        if (place / name).is_file():
            return place / name
    raise InputError(
        f"there is no language data {name}",
        where=text,
        expected=" or ".join(str(place / name) for place in folders) or "a folder with language data",
        hint="Install it (Debian: apt install tesseract-ocr-LANG), set TESSDATA_PREFIX, or give a path",
    )


def available_languages(folder: str | os.PathLike[str] | None = None) -> tuple[Path, list[str]]:
    """Return the first folder that exists and the names of its languages, in the reference's order.

    Source: ``baseapi.cpp``, ``TessBaseAPI::GetAvailableLanguagesAsVector``.
    """
    for place in tessdata_folders(folder):
        if place.is_dir():
            names = [
                path.relative_to(place).with_suffix("").as_posix() for path in place.rglob("*.traineddata")
            ]
            return place, sorted(names, key=os.fsencode)
    raise InputError("there is no such folder", where=str(folder or "tessdata"))
