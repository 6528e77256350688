"""One line of a unicharset file, in every column layout that Tesseract has written or reads.

====================  =====================================================================================
written by            columns after the unichar and its properties
====================  =====================================================================================
first versions        script
2.0x                  script, other case
3.00                  bottoms and tops (4), script, other case
3.01                  bottoms and tops (4), script, other case, direction, mirror
3.02                  bottoms, tops and widths (10), script, other case, direction, mirror
3.03 to 5             bottoms, tops and widths (10), script, other case, direction, mirror, normed
====================  =====================================================================================

Source: ``src/ccutil/unicharset.cpp``, ``UNICHARSET::load_via_fgets`` and ``save_to_string``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tessnb.formats._istream import InputStream, to_float32

__all__ = ["NULL_SCRIPT", "UnicharEntry", "debug_string", "format_entry", "parse_entry", "split_lines"]

#: The name of the script that every unicharset has as its first.
NULL_SCRIPT = "NULL"
_FLAGS = ("isalpha", "islower", "isupper", "isdigit", "ispunctuation")
_BOX = ("min_bottom", "max_bottom", "min_top", "max_top")
_STATISTICS = ("width", "width_sd", "bearing", "bearing_sd", "advance", "advance_sd")
_LINE_LIMIT, _UNICHAR_LIMIT, _WORD_LIMIT = 255, 254, 62
#: The layouts in the order in which they are tried: how many bottoms and tops, widths, ids; whether normed.
_LAYOUTS = (
    (4, 6, 3, True),
    (4, 6, 3, False),
    (4, 0, 3, False),
    (4, 0, 1, False),
    (0, 0, 1, False),
    (0, 0, 0, False),
)
_FIGURE = r"\d{1,9}(?:\.\d{1,9})?"
_NEWEST = re.compile(
    rf"([^\s\0]{{1,30}}) ([0-9a-f]{{1,8}}) (\d{{1,3}}(?:,\d{{1,3}}){{3}}),({_FIGURE}(?:,{_FIGURE}){{5}})"
    r" ([^\s\0]{1,62}) (\d{1,9}) (\d{1,9}) (\d{1,9}) ([^\s\0]{1,62})[ \t\r\n]".encode()
)


@dataclass(slots=True)
class _Columns:
    """A line's columns as they are read, ids still beyond the file and numbers out of range."""

    unichar: bytes
    properties: int
    box: list[int]
    statistics: list[float]
    script: bytes
    ids: list[int]
    normed: bytes


@dataclass(slots=True)
class UnicharEntry:
    """One unichar: a character, a grapheme, a ligature or a special code, and what is known of it.

    Bottoms, tops and widths are in Tesseract's normalized units: a text line has its baseline at 64
    and its x-height line at 192 of 256. The means and deviations are single-precision values.

    Attributes
    ----------
    unichar : str
        The text, at most 30 bytes of UTF-8; bytes that are no UTF-8 are surrogate escapes.
    script : str
        An ICU script name, or ``"NULL"``.
    other_case, mirror : int
        The ids of the same letter in the other case and of the mirrored character; its own id where
        there is none.
    direction : int
        ICU's ``UCharDirection``: 0 left to right, 1 right to left, 13 Arabic, 10 neutral …
    normed : str
        The text that stands for it after normalization.
    """

    unichar: str
    isalpha: bool = False
    islower: bool = False
    isupper: bool = False
    isdigit: bool = False
    ispunctuation: bool = False
    min_bottom: int = 0
    max_bottom: int = 255
    min_top: int = 0
    max_top: int = 255
    width: float = 0.0
    width_sd: float = 0.0
    bearing: float = 0.0
    bearing_sd: float = 0.0
    advance: float = 0.0
    advance_sd: float = 0.0
    script: str = NULL_SCRIPT
    other_case: int = 0
    direction: int = 0
    mirror: int = 0
    normed: str = ""

    @property
    def properties(self) -> int:
        """The flags as one number: alpha 1, lower 2, upper 4, digit 8, punctuation 16."""
        return sum(bool(getattr(self, name)) << bit for bit, name in enumerate(_FLAGS))


def split_lines(data: bytes) -> list[bytes]:
    """Cut `data` as repeated ``fgets`` calls with a buffer of 256 bytes would: long lines become several."""
    lines: list[bytes] = []
    for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
        lines.extend(line[start : start + _LINE_LIMIT] for start in range(0, len(line), _LINE_LIMIT))
    return lines


def _decode(word: bytes) -> str:
    return word.decode("utf-8", "surrogateescape")


def _read_columns(line: bytes, size: int) -> _Columns | None:
    """Read a line in whichever layout fits; what no layout gives keeps its default."""
    stream = InputStream(line)
    unichar = stream.word(b"", _UNICHAR_LIMIT)
    properties = stream.hexadecimal(0)
    if stream.failed:
        return None
    start = stream.position
    columns = _Columns(
        unichar, properties, [0, 255, 0, 255], [0.0] * 6, NULL_SCRIPT.encode(), [size, 0, size], b""
    )
    for boxes, statistics, ids, has_normed in _LAYOUTS:
        stream.clear(start)
        commas = True
        for index in range(boxes + statistics):
            if index:
                commas &= stream.character() == b","
            if index < 4:
                columns.box[index] = stream.integer(columns.box[index])
            else:
                columns.statistics[index - 4] = stream.real(columns.statistics[index - 4])
        columns.script = stream.word(columns.script, _WORD_LIMIT)
        for index in range(ids):
            columns.ids[index] = stream.integer(columns.ids[index])
        if has_normed:
            columns.normed = stream.word(columns.normed, _WORD_LIMIT)
        if not stream.failed and commas:
            break
    return columns


def _read_newest_columns(line: bytes) -> _Columns | None:
    """Read a line in the newest layout if nothing about it is odd: most lines are such, and quick to read."""
    found = _NEWEST.match(line)
    if found is None:
        return None
    unichar, properties, box, statistics, script, other_case, direction, mirror, normed = found.groups()
    return _Columns(
        unichar,
        int(properties, 16),
        [int(value) for value in box.split(b",")],
        [to_float32(float(value)) for value in statistics.split(b",")],
        script,
        [int(other_case), int(direction), int(mirror)],
        normed,
    )


def parse_entry(line: bytes, unichar_id: int, size: int) -> UnicharEntry | None:
    """Read one line.

    Parameters
    ----------
    line : bytes
        The line, as `split_lines` gives it.
    unichar_id : int
        Its number, counted from 0.
    size : int
        How many unichars the file announces: ids from there on mean "none".

    Returns
    -------
    UnicharEntry or None
        None where the line has no unichar with properties in base 16. ``NULL`` in the first column is
        the space.
    """
    columns = _read_newest_columns(line) or _read_columns(line, size)
    if columns is None:
        return None
    text = _decode(columns.unichar)
    other_case, direction, mirror = columns.ids
    entry = UnicharEntry(
        " " if text == "NULL" else text,
        script=_decode(columns.script),
        other_case=other_case if other_case < size else unichar_id,
        direction=direction,
        mirror=mirror if mirror < size else unichar_id,
        normed=_decode(columns.normed) or text,
    )
    for name, value in zip(_STATISTICS, columns.statistics, strict=True):
        setattr(entry, name, value)
    for name, bound in zip(_BOX, columns.box, strict=True):
        setattr(entry, name, min(max(bound, 0), 255))
    for bit, name in enumerate(_FLAGS):
        setattr(entry, name, bool(columns.properties >> bit & 1))
    return entry


def debug_string(entry: UnicharEntry, fragment_of: str | None = None) -> str:
    """Return the comment behind an entry: the text, its code points in base 16, and letters for its flags.

    `fragment_of` is the unichar that the entry is a fragment of, if it is one.
    """
    if fragment_of is not None:
        return fragment_of
    codes = "".join(f"{code:x} " for code in _code_points(entry.unichar))
    kind = ""
    if entry.isalpha:
        kind += "a" if entry.islower else "A" if entry.isupper else "x"
    kind += "0" * entry.isdigit + "p" * entry.ispunctuation
    return f"{entry.unichar} [{codes}]{kind}"


def _code_points(text: str) -> list[int]:
    """Return the code points; of bytes that are no UTF-8, 0 for a cut sequence and else the (signed) byte."""
    codes, bytes_left = [], 0
    for code in map(ord, text):
        bytes_left -= 1
        if not 0xDC80 <= code <= 0xDCFF:
            codes.append(code)
        elif 0xDCC0 <= code < 0xDCF8:
            codes.append(0)
            bytes_left = 1 + (code >= 0xDCE0) + (code >= 0xDCF0)
        elif bytes_left < 0:
            codes.append(0xFFFFFF00 | (code & 0xFF))
    return codes


def format_entry(entry: UnicharEntry, unichar_id: int, fragment: str | None) -> str:
    """Write one line in the newest layout, the bytes that Tesseract 5.3 writes.

    Properties are decimal there, though they are read back in base 16 (a mistake of the original that
    files in use depend on), except in the line of the space.
    """
    if entry.unichar == " ":
        return f"NULL {entry.properties:x} {entry.script} {entry.other_case}\n"
    box = ",".join(str(value) for value in (entry.min_bottom, entry.max_bottom, entry.min_top, entry.max_top))
    statistics = ",".join(f"{to_float32(getattr(entry, name)):g}" for name in _STATISTICS)
    normed = " " if unichar_id == 0 else entry.normed
    return (
        f"{entry.unichar} {entry.properties} {box},{statistics} {entry.script} {entry.other_case} "
        f"{entry.direction} {entry.mirror} {normed}\t# {debug_string(entry, fragment)}\n"
    )
