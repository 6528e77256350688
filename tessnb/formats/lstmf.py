"""`.lstmf` files: line images with transcriptions and boxes (Tesseract's ``DocumentData``, ``ImageData``).

A document is a count followed by so many pages; a "page" is one text line. Every page is a byte that tells
whether anything follows, and then:

==================  ==========================================================================================
field               on disk
==================  ==========================================================================================
``imagefilename``   string (``uint32`` length, bytes); empty when fresh, filled when Tesseract reloads a page
``page_number``     ``int32``
``image_data``      string: the bytes of an image file, PNG as a rule
``language``        string
``transcription``   string, UTF-8
``boxes``           ``uint32`` count, then left, bottom, right, top as ``int16``, origin at the bottom left
``box_texts``       ``uint32`` count, then strings
``vertical_text``   ``int8``
==================  ==========================================================================================

Source: ``ccstruct/imagedata.cpp`` (``ImageData::Serialize``, ``DocumentData::SaveDocument``),
``ccutil/serialis.cpp``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np

from tessnb.errors import FormatError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats._binary import Reader, Writer

__all__ = ["Document", "ImageData", "page_count", "page_follows"]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _no_boxes() -> np.ndarray:
    return np.zeros((0, 4), np.int16)


@dataclass(eq=False)
class ImageData:
    """One line of text: its image file, its transcription and its boxes.

    Strings are UTF-8 on disk; bytes that are not UTF-8 survive as surrogate escapes.

    Attributes
    ----------
    imagefilename : str
        The file that the page came from, or empty.
    page_number : int
        The page of that file.
    image_data : bytes
        An encoded image (PNG as a rule).
    language : str
        A language code, or empty.
    transcription : str
        The text of the line.
    boxes : ndarray of int16, shape (n, 4)
        Left, bottom, right, top in pixels; y grows upwards from the bottom edge of the image.
    box_texts : list of str
        The text of each box; where there is no box, the transcription as the only entry.
    vertical_text : int
        Nonzero if the image was turned from vertical text.
    """

    imagefilename: str = ""
    page_number: int = 0
    image_data: bytes = b""
    language: str = ""
    transcription: str = ""
    boxes: np.ndarray = field(default_factory=_no_boxes)
    box_texts: list[str] = field(default_factory=list)
    vertical_text: int = 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ImageData):
            return NotImplemented
        mine, theirs = Writer(), Writer()
        self.write_to(mine)
        other.write_to(theirs)
        return mine.getvalue() == theirs.getvalue()

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def read_from(cls, reader: Reader) -> ImageData:
        """Read one page (without the byte that announces it)."""
        page = cls()
        page.imagefilename = _text(reader.string("imagefilename"))
        page.page_number = reader.number("i", "page_number")
        page.image_data = reader.string("image_data")
        page.language = _text(reader.string("language"))
        page.transcription = _text(reader.string("transcription"))
        page.boxes = reader.array("i2", (reader.count(8, "boxes"), 4), "boxes")
        page.box_texts = [_text(reader.string("box_texts")) for _ in range(reader.count(4, "box_texts"))]
        page.vertical_text = reader.number("b", "vertical_text")
        return page

    def write_to(self, writer: Writer) -> None:
        """Write what `read_from` reads."""
        writer.string(_bytes(self.imagefilename))
        writer.number("i", self.page_number)
        writer.string(self.image_data)
        writer.string(_bytes(self.language))
        writer.string(_bytes(self.transcription))
        writer.number("I", len(self.boxes))
        writer.array("i2", self.boxes)
        writer.number("I", len(self.box_texts))
        for text in self.box_texts:
            writer.string(_bytes(text))
        writer.number("b", self.vertical_text)


def page_follows(reader: Reader) -> bool:
    """Read the byte that tells whether a page follows."""
    flag = reader.number("B", "page flag")
    if flag > 1:
        raise reader.fail("not a page flag", found=flag, expected="0 or 1", offset=reader.offset - 1)
    return bool(flag)


def page_count(reader: Reader) -> int:
    """Read the page count; the reader then has the byte order that Tesseract would guess."""
    size = reader.remaining
    if reader.number("I", "page count") > size // 4:
        reader.order = ">"
    reader.offset = 0
    try:
        return reader.count(1, "page list")
    except FormatError as error:
        reader.offset = 0
        head = bytes(reader.take(min(size, 256)))
        hint = "A text file that names .lstmf files is a list, not a document" if _is_text(head) else None
        raise FormatError(
            "not an .lstmf document", where=reader.name, found=error.message, hint=hint
        ) from None


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and all(byte >= 32 or byte in b"\t\r\n" for byte in head)


@dataclass
class Document:
    """A whole `.lstmf` document in memory.

    Attributes
    ----------
    pages : list of ImageData or None
        The lines; a None is kept where the file announces an absent page.
    big_endian : bool
        The byte order of numbers.
    trailing : bytes
        What follows the last page; Tesseract ignores it, here it is kept.
    """

    pages: list[ImageData | None] = field(default_factory=list)
    big_endian: bool = False
    trailing: bytes = b""

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "<lstmf>") -> Document:
        """Parse a document.

        Raises
        ------
        FormatError
            If the bytes end early or hold an impossible size.
        """
        reader = Reader(data, name)
        count = page_count(reader)
        pages: list[ImageData | None] = []
        for _ in range(count):
            pages.append(ImageData.read_from(reader) if page_follows(reader) else None)
        return cls(pages, reader.order == ">", bytes(reader.take(reader.remaining)))

    def to_bytes(self) -> bytes:
        """Return the document's bytes."""
        writer = Writer(big_endian=self.big_endian)
        writer.number("I", len(self.pages))
        for page in self.pages:
            writer.number("B", page is not None)
            if page is not None:
                page.write_to(writer)
        writer.raw(self.trailing)
        return writer.getvalue()

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Document:
        """Read a document from a file."""
        return cls.from_bytes(read_bytes(path), str(path))

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the document to a file."""
        write_bytes(path, self.to_bytes())
