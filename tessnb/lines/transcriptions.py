"""Transcriptions beside images of lines (``.gt.txt``), to be corrected one by one."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from tessnb.errors import FormatError, InputError
from tessnb.files import read_beginning, write_bytes

__all__ = ["Transcription", "find_transcriptions", "read_transcription", "save_transcription"]

_SUFFIX = ".gt.txt"
_MARK = b"\xef\xbb\xbf"
#: Bytes that a line can have at most: an `.lstmf` of such lines is nothing that anybody trains with.
_MOST = 65536


@dataclass(frozen=True)
class Transcription:
    """What a line says, as its file has it.

    Attributes
    ----------
    path : Path
    text : str
        One line, without its end.
    stamp : str
        Differs whenever the file's bytes do.
    """

    path: Path
    text: str
    stamp: str


def find_transcriptions(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names of the ``.gt.txt`` files in a folder, in order, without those in folders below it.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    try:
        with os.scandir(folder) as entries:
            names = [each.name for each in entries if each.name.endswith(_SUFFIX) and each.is_file()]
    except OSError as error:
        raise InputError(f"this folder cannot be read: {error.strerror}", where=str(folder)) from None
    return sorted(name for name in names if not name.startswith("."))


def read_transcription(path: str | os.PathLike[str]) -> Transcription:
    """Read a ``.gt.txt``; an empty one is a line that nobody has transcribed yet.

    Raises
    ------
    InputError
        If there is no such file, or it has several lines or is longer than any line of text.
    FormatError
        If it is not UTF-8.
    """
    path = Path(path)
    data = _read(path)
    text = _parts(data, path)[1]
    if "\n" in text or "\r" in text:
        raise InputError(
            "a transcription of several lines", where=path.name, found=f"{len(text.splitlines())} lines",
            expected="the one line that its image shows", hint="Open it as text",
        )  # fmt: skip
    return Transcription(path, text, _stamp(data))


def save_transcription(path: str | os.PathLike[str], text: str, stamp: str) -> Transcription:
    """Write another text into a ``.gt.txt``, whose line end stays as it was; it is never half-written.

    Parameters
    ----------
    path : path
    text : str
        One line.
    stamp : str
        That of the transcription that was read.

    Returns
    -------
    Transcription
        As it is now.

    Raises
    ------
    InputError
        If the file was changed since, the text is not one line, or it cannot be written; then nothing
        changes.
    """
    path = Path(path)
    data = _read(path)
    if _stamp(data) != stamp:
        raise InputError("changed on disk since it was opened", where=path.name, hint="Look at it anew")
    if "\n" in text or "\r" in text:
        raise InputError("a line end inside a transcription", where=path.name, expected="one line of text")
    before, _, after = _parts(data, path)
    try:
        new = before + text.encode("utf-8") + (after or b"\n")
    except UnicodeEncodeError as error:
        raise InputError("half of a character", where=path.name, found=str(error)) from None
    if len(new) > _MOST:
        raise InputError("too long for a line", where=path.name, expected=f"at most {_MOST} bytes")
    write_bytes(path, new)
    return Transcription(path, text, _stamp(new))


def _read(path: Path) -> bytes:
    data = read_beginning(path, _MOST + 1)
    if len(data) > _MOST:
        raise InputError("too long for a line's transcription", where=path.name, expected=f"{_MOST} bytes")
    return data


def _parts(data: bytes, path: Path) -> tuple[bytes, str, bytes]:
    """Return a mark of byte order, the text, and line ends."""
    before = _MARK if data.startswith(_MARK) else b""
    body = data.removeprefix(_MARK)
    text = body.rstrip(b"\r\n")
    try:
        return before, text.decode("utf-8"), body[len(text) :]
    except UnicodeDecodeError as error:
        raise FormatError("a transcription that is not UTF-8", where=path.name, found=str(error)) from None


def _stamp(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=12).hexdigest()
