"""The table that spells Han characters in a few codes each: langdata's, or one built from Unicode's Unihan.

langdata_lstm's ``radical-stroke.txt`` is where the reference's models have their codes from. In spite of its
name it holds keyboard codes (Wubi: A is 0, Y is 24), which no part of Unicode's data has; so what is built
here from Unihan is another table for the same purpose, true to the name: radical and number of strokes. A
model is trained with one of them, and keeps it in its recoder; it does not matter later.

Where a table is looked for, in this order:

1. ``radical-stroke.txt`` in the folders of the environment variable ``TESSNB_LANGDATA`` (several as in
   ``PATH``);
2. ``Unihan_IRGSources.txt`` or, of older versions of Unicode, ``Unihan_RadicalStrokeCounts.txt``, plain or
   with ``.bz2`` or ``.gz``, in the same folders and in ``/usr/share/unicode`` (Debian's package
   ``unicode-data``).

Source: ``src/ccutil/unicharcompress.cpp``, ``DecodeRadicalTable``; Unicode Standard Annex 38, ``kRSUnicode``.
"""

from __future__ import annotations

import bz2
import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tessnb.errors import FormatError
from tessnb.files import read_bytes

__all__ = ["LANGDATA_VARIABLE", "find_radical_table", "radical_table_from_unihan"]

LANGDATA_VARIABLE = "TESSNB_LANGDATA"
"""The environment variable with folders of language data."""

_TABLE = "radical-stroke.txt"
_UNIHAN = ("Unihan_IRGSources.txt", "Unihan_RadicalStrokeCounts.txt")
_UNPACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".bz2": bz2.decompress, ".gz": gzip.decompress}
_SYSTEM = Path("/usr/share/unicode")
_PROPERTY = "kRSUnicode"


def _folders() -> list[Path]:
    names = os.environ.get(LANGDATA_VARIABLE, "").split(os.pathsep)
    return [Path(name) for name in names if name]


def _unihan_files() -> Iterator[Path]:
    for folder in (*_folders(), _SYSTEM):
        for name in _UNIHAN:
            yield from (path for suffix in _UNPACKERS if (path := folder / f"{name}{suffix}").is_file())


def radical_table_from_unihan(data: bytes, name: str = "Unihan") -> str:
    """Build a table of radicals and strokes from a file of Unicode's Unihan database.

    Parameters
    ----------
    data : bytes
        A file with the property ``kRSUnicode``, unpacked.
    name : str
        What to call it in errors.

    Returns
    -------
    str
        A line per character in the format of ``radical-stroke.txt``: its code point, its radical's number,
        and how many strokes it has beyond the radical. Of several readings the first counts, and a
        simplified radical as the one that it simplifies. Empty if the file does not have the property.

    Raises
    ------
    FormatError
        If a value of the property is malformed.
    """
    lines = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) != 3 or fields[1] != _PROPERTY:
            continue
        try:
            radical, strokes = fields[2].split()[0].split(".")
            code, values = int(fields[0].removeprefix("U+"), 16), (int(radical.rstrip("'")), int(strokes))
        except (ValueError, IndexError):
            raise FormatError(
                "not a radical and strokes", where=f"{name} line {number}", found=repr(fields[2]),
                expected="such as 120.3",
            ) from None  # fmt: skip
        lines.append(f"{code} {values[0]} {max(values[1], 0)}\n")
    return "".join(lines)


def find_radical_table() -> str | None:
    """Return the text of the first table that is found, or None; see the module for where it is looked for.

    Raises
    ------
    FormatError
        If a file that is found is malformed.
    InputError
        If it cannot be read.
    """
    for folder in _folders():
        if (folder / _TABLE).is_file():
            return read_bytes(folder / _TABLE).decode("utf-8", "surrogateescape")
    for path in _unihan_files():
        suffix = path.suffix if path.suffix in _UNPACKERS else ""
        try:
            data = _UNPACKERS[suffix](read_bytes(path))
        except (OSError, EOFError, ValueError) as error:
            raise FormatError("a damaged file", where=str(path), found=str(error)) from None
        table = radical_table_from_unihan(data, str(path))
        if table:
            return table
    return None
