"""Reading the texts that are rendered."""

from __future__ import annotations

import os

from tessnb.errors import InputError
from tessnb.files import read_bytes

__all__ = ["read_text"]


def read_text(path: str | os.PathLike[str]) -> str:
    """Return a UTF-8 text file without its byte order mark.

    Raises
    ------
    InputError
        If the file is missing, empty or not UTF-8; the message names the first wrong byte.
    """
    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    if not data:
        raise InputError("the text is empty", where=str(path), expected="some text to render")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            "not UTF-8",
            where=f"{path}, line {line}",
            found=f"byte 0x{data[error.start]:02X}",
            hint="Convert the text with iconv",
        ) from None
