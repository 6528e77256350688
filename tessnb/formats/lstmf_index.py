"""`.lstmf` documents that are looked into, without being read or held as a whole."""

from __future__ import annotations

import os
import struct
import threading
from pathlib import Path
from typing import BinaryIO

from tessnb.errors import FormatError, InputError
from tessnb.formats._binary import Reader
from tessnb.formats.lstmf import ImageData

__all__ = ["DocumentIndex"]

_CHUNK = 1 << 20
#: Bytes that a page can have at most.
_LARGEST = 1 << 26


class DocumentIndex:
    """The lines of a document that stays on disk and may be replaced there at any time.

    Where the lines begin is found as far as it is asked for, and nothing is decoded for that: the first lines
    of a large document come at once. Unlike that of a `DocumentFile`, the file is opened for each answer
    alone: a process that writes it meanwhile does no harm. Several threads may ask at the same time.

    Parameters
    ----------
    path : path
        An `.lstmf` file.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read.
    FormatError
        If it is not a document.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        with self._opened() as file:
            self._version = _version(file)
            size = os.fstat(file.fileno()).st_size
            head = file.read(4)
        (count,) = struct.unpack("<I", head) if len(head) == 4 else (size + 1,)
        self._order = "<"
        if count > size // 4 and len(head) == 4:
            self._order, (count,) = ">", struct.unpack(">I", head)
        if count > size - 4:
            raise FormatError("not an .lstmf document", where=self.path.name, found=f"{size} bytes")
        self._count = int(count)
        self._offsets = [4]

    def __len__(self) -> int:
        return self._count

    @property
    def stamp(self) -> str:
        """Differs when the file is another one than it was when this was made."""
        return "-".join(map(str, self._version))

    def is_current(self) -> bool:
        """Return whether the file is still the one that was opened."""
        try:
            with self._opened() as file:
                return _version(file) == self._version
        except InputError:
            return False

    def pages(self, first: int, count: int) -> list[ImageData | None]:
        """Read some lines.

        Parameters
        ----------
        first, count : int
            The first of them, from 0, and how many; fewer come where the document ends.

        Returns
        -------
        list of ImageData or None
            None where the document announces that a line is absent.

        Raises
        ------
        InputError
            If the file is another one by now.
        FormatError
            If it is truncated or damaged there.
        """
        last = min(max(first, 0) + max(count, 0), self._count)
        first = min(max(first, 0), last)
        with self._opened() as file:
            if _version(file) != self._version:
                raise InputError(
                    "changed on disk since it was opened", where=self.path.name, hint="Open it again"
                )
            self._find(file, last)
            return [self._page(file, number) for number in range(first, last)]

    def _opened(self) -> BinaryIO:
        try:
            return self.path.open("rb", buffering=0)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=self.path.name) from None

    def _page(self, file: BinaryIO, number: int) -> ImageData | None:
        begin, end = self._offsets[number : number + 2]
        data = os.pread(file.fileno(), end - begin, begin)
        reader = Reader(data, f"{self.path.name} line {number}", big_endian=self._order == ">")
        return ImageData.read_from(reader) if reader.number("B", "page flag") else None

    def _find(self, file: BinaryIO, count: int) -> None:
        """Find where so many pages end."""
        with self._lock:
            size = _CHUNK
            while len(self._offsets) <= count:
                begin = self._offsets[-1]
                data = os.pread(file.fileno(), size, begin)
                ends = self._ends(data, count + 1 - len(self._offsets))
                self._offsets.extend(begin + end for end in ends)
                if ends:
                    size = _CHUNK
                elif len(data) < size or size >= _LARGEST:
                    place = f"{self.path.name} line {len(self._offsets) - 1}"
                    raise FormatError("truncated or damaged", where=place, found=f"byte {begin}")
                else:
                    size *= 4

    def _ends(self, data: bytes, most: int) -> list[int]:
        """Return where the whole pages in some bytes end."""
        ends: list[int] = []
        at = 0
        try:
            while len(ends) < most:
                at = self._end(data, at)
                if at > len(data):
                    break
                ends.append(at)
        except struct.error:  # the bytes end within a page
            pass
        return ends

    def _end(self, data: bytes, at: int) -> int:
        """Return where the page that begins at `at` seems to end; the fields are those of `ImageData`."""
        number = struct.Struct(f"{self._order}I").unpack_from
        (flag,) = struct.unpack_from("B", data, at)
        if flag > 1:
            raise FormatError("not a page flag", where=self.path.name, found=flag, expected="0 or 1")
        at += 1
        if not flag:
            return at
        at += 4 + number(data, at)[0] + 4  # imagefilename, page_number
        for _ in range(3):  # image_data, language, transcription
            at += 4 + number(data, at)[0]
        at += 4 + 8 * number(data, at)[0]  # boxes
        texts = number(data, at)[0]
        at += 4
        for _ in range(texts):
            at += 4 + number(data, at)[0]
        return at + 1  # vertical_text


def _version(file: BinaryIO) -> tuple[int, int, int]:
    stat = os.fstat(file.fileno())
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
