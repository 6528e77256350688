"""Box files: a line per character, word or text line, with its rectangle and page.

``TEXT LEFT BOTTOM RIGHT TOP PAGE`` for characters; the text may be a space, or a tab at the end of a line.
``WordStr LEFT BOTTOM RIGHT TOP PAGE #TEXT`` for words and whole lines. Coordinates are pixels, the origin is
the page's lower left corner; a missing page is page 0.

Source: ``src/ccstruct/boxread.cpp`` (reading), ``src/training/pango/boxchar.cpp`` (writing).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tessnb.errors import FormatError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats._istream import INT_MAX, INT_MIN, InputStream

__all__ = [
    "WORD_LABEL",
    "BoxChar",
    "boxes_from_bytes",
    "boxes_to_bytes",
    "parse_box_line",
    "read_boxes",
    "write_boxes",
]

#: The first column of a box whose text follows behind a ``#``.
WORD_LABEL = "WordStr"
_BOM = b"\xef\xbb\xbf"
_TEXT_LIMIT = 1023
#: A line as box files nearly always have it, which is read at once.
_PLAIN = re.compile(rb"([^ \t\0][^ \t\0]{0,99}|[ \t]) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9})")
_LABEL = re.compile(rb".[^ \t\0]*", re.DOTALL)
#: What Tesseract takes for a UTF-8 sequence: it looks at lengths, not at values.
_SEQUENCE = re.compile(
    rb"[\x00-\x7f]|[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}", re.DOTALL
)


@dataclass(slots=True)
class BoxChar:
    """A text and where it stands.

    Attributes
    ----------
    text : str
        A grapheme, ``"\\t"`` at the end of a text line, or the text of a word or line.
    left, bottom, right, top : int
        Pixels from the page's left and lower edges.
    page : int
        From 0.
    is_word : bool
        Written as ``WordStr``, the text behind the numbers.
    """

    text: str
    left: int
    bottom: int
    right: int
    top: int
    page: int = 0
    is_word: bool = False

    def __str__(self) -> str:
        label, tail = (WORD_LABEL, f" #{self.text}") if self.is_word else (self.text, "")
        return f"{label} {self.left} {self.bottom} {self.right} {self.top} {self.page}{tail}"


def parse_box_line(line: bytes, where: str = "<line>") -> BoxChar:
    """Read one line without its newline.

    Raises
    ------
    FormatError
        Where the reference refuses the line; the message (without `where`) is the reference's own.
    """
    plain = _PLAIN.fullmatch(line)
    if plain is not None and (box := _plain_box(plain)) is not None:
        return box
    line = line.split(b"\0", 1)[0]
    label = _LABEL.match(line.removeprefix(_BOM), 0, _TEXT_LIMIT)
    if label is None:
        raise FormatError("Empty box line", where=where)
    stream = InputStream(line.removeprefix(_BOM)[label.end() + 1 :])
    left, bottom = stream.integer(INT_MAX), stream.integer(INT_MAX)
    right, top = stream.integer(INT_MIN), stream.integer(INT_MIN)
    page = stream.integer(0)
    if right < left or top < bottom:
        shown = line.decode("utf-8", "surrogateescape")
        raise FormatError(f"Bad box coordinates in boxfile string! {shown}", where=where)
    text, is_word = label[0], False
    if text == WORD_LABEL.encode() and b"#" in stream.data:
        text, is_word = stream.data.split(b"#", 1)[1][:_TEXT_LIMIT].rstrip(b"\r\n"), True
    used = 0
    while used < len(text):
        sequence = _SEQUENCE.match(text, used)
        if sequence is None:
            shown = text[used:].decode("utf-8", "surrogateescape")
            byte = text[used] | (0xFFFFFF00 if text[used] > 0x7F else 0)
            raise FormatError(
                f"Bad UTF-8 str {shown} starts with 0x{byte:02x} at col {used + 1}", where=where
            )
        used = sequence.end()
    return BoxChar(text.decode("utf-8", "surrogateescape"), left, bottom, right, top, page, is_word)


def _plain_box(match: re.Match[bytes]) -> BoxChar | None:
    """Return the box of a plain line, or None if there is more to look at."""
    data, *numbers = match.groups()
    left, bottom, right, top, page = map(int, numbers)
    if right < left or top < bottom or data.startswith(_BOM):
        return None
    try:
        return BoxChar(data.decode(), left, bottom, right, top, page)
    except UnicodeDecodeError:
        return None


def boxes_from_bytes(
    data: bytes,
    name: str = "<boxes>",
    *,
    page: int | None = None,
    skip_blanks: bool = False,
    on_error: Callable[[FormatError], object] | None = None,
) -> list[BoxChar]:
    """Read a box file.

    Parameters
    ----------
    data : bytes
        The file; empty lines and byte order marks are skipped.
    name : str
        What to call it in errors.
    page : int, optional
        Only the boxes of this page.
    skip_blanks : bool
        Leave out boxes whose text is a space or a tab.
    on_error : callable, optional
        Gets the error of a line that is no box, which is then skipped, as the reference does when it makes
        training data. Without it the first such line raises.

    Raises
    ------
    FormatError
        With the line's number: impossible coordinates, or a text that is no UTF-8.
    """
    boxes = []
    for number, line in enumerate(data.split(b"\0", 1)[0].split(b"\n"), 1):
        if not line:
            continue
        try:
            box = parse_box_line(line, f"{name} line {number}")
        except FormatError as error:
            if on_error is None:
                raise
            on_error(error)
            continue
        if (skip_blanks and box.text in (" ", "\t")) or (page is not None and box.page != page):
            continue
        boxes.append(box)
    return boxes


def read_boxes(
    path: str | os.PathLike[str],
    *,
    page: int | None = None,
    skip_blanks: bool = False,
    on_error: Callable[[FormatError], object] | None = None,
) -> list[BoxChar]:
    """Read a box file from `path`; see `boxes_from_bytes`."""
    return boxes_from_bytes(
        read_bytes(path), str(path), page=page, skip_blanks=skip_blanks, on_error=on_error
    )


def boxes_to_bytes(boxes: Iterable[BoxChar]) -> bytes:
    """Return a box file, as ``text2image`` writes it."""
    return "".join(f"{box}\n" for box in boxes).encode("utf-8", "surrogateescape")


def write_boxes(path: str | os.PathLike[str], boxes: Iterable[BoxChar]) -> None:
    """Write a box file to `path`."""
    write_bytes(path, boxes_to_bytes(boxes))
