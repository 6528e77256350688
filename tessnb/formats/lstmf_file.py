"""`.lstmf` documents that stay on disk: where their lines begin is found as far as it is asked for."""

from __future__ import annotations

import os
import struct
import threading
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, overload

from tessnb.errors import InputError
from tessnb.formats._binary import Reader
from tessnb.formats.lstmf import ImageData, page_count, page_follows

__all__ = ["DocumentFile"]

#: Bytes that are searched together for pages, and those that are read of a page that must be walked over.
_CHUNK, _WINDOW = 1 << 20, 1 << 12


class DocumentFile(Sequence[ImageData | None]):
    """A document that stays on disk: a sequence whose pages are read when asked for.

    The file is not kept open, nor mapped: so there may be many, a process may write it meanwhile, and one
    that is cut or exchanged while it is in use makes an error. Several threads may read at the same time.

    Parameters
    ----------
    path : path
        An `.lstmf` file.
    whole : bool
        Find all pages now, which checks the whole structure. Otherwise the first lines of a large document
        come at once, and damage is told where it is reached.
    name : str, optional
        What errors call it; by default the path.

    Raises
    ------
    InputError
        If there is no such file; later, if it is another than it was.
    FormatError
        If it is truncated or not a document.
    """

    def __init__(self, path: str | os.PathLike[str], *, whole: bool = True, name: str = "") -> None:
        self.path = Path(path)
        self.name = name or str(path)
        #: Where each page begins, and where the last one that was found ends.
        self._offsets = array("q")
        self._lock = threading.Lock()
        with self._opened() as (descriptor, state):
            self._identity = _identity(state)
            reader = _FileReader(descriptor, state.st_size, self.name)
            self._count = page_count(reader)
            self._order = reader.order
            self._offsets.append(reader.offset)
            if whole:
                self._find(descriptor, state.st_size, self._count)

    def __len__(self) -> int:
        return self._count

    @property
    def stamp(self) -> str:
        """Differs when the file is another one than it was when this was made."""
        return "-".join(map(str, self._identity))

    def is_current(self) -> bool:
        """Return whether the file is still the one that was opened."""
        try:
            with self._opened() as (_, state):
                return _identity(state) == self._identity
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
        with self._opened() as (descriptor, state):
            if _identity(state) != self._identity:
                raise self._changed()
            self._find(descriptor, state.st_size, last)
            return [self._page(descriptor, number) for number in range(first, last)]

    @overload
    def __getitem__(self, index: int) -> ImageData | None: ...

    @overload
    def __getitem__(self, index: slice) -> list[ImageData | None]: ...

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self.pages(range(len(self))[index], 1)[0]

    def __iter__(self) -> Iterator[ImageData | None]:
        for index in range(len(self)):
            yield self[index]

    def __reduce__(self) -> tuple[type[DocumentFile], tuple[Path]]:
        return type(self), (self.path,)

    @contextmanager
    def _opened(self) -> Iterator[tuple[int, os.stat_result]]:
        """Open the file; yield its descriptor and its state."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except FileNotFoundError:
            raise InputError(
                "no such file", where=self.name, hint="Check the name and the current folder"
            ) from None
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=self.name) from None
        try:
            yield descriptor, os.fstat(descriptor)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=self.name) from None
        finally:
            os.close(descriptor)

    def _changed(self) -> InputError:
        hint = "Open it again to read it as it is"
        return InputError("changed on disk since it was opened", where=self.name, hint=hint)

    def _page(self, descriptor: int, number: int) -> ImageData | None:
        begin, end = self._offsets[number : number + 2]
        data = os.pread(descriptor, end - begin, begin)
        if len(data) != end - begin:  # somebody cuts it at this moment
            raise self._changed()
        reader = Reader(data, f"{self.name} line {number}", big_endian=self._order == ">")
        return ImageData.read_from(reader) if page_follows(reader) else None

    def _find(self, descriptor: int, size: int, count: int) -> None:
        """Find where so many pages end; a page that is long or wrong is walked over field by field."""
        if len(self._offsets) > count:
            return
        with self._lock:
            while (missing := count + 1 - len(self._offsets)) > 0:
                begin = self._offsets[-1]
                data = os.pread(descriptor, min(_CHUNK, size - begin), begin)
                ends = _ends(data, self._order, missing)
                if ends:
                    self._offsets.extend(begin + end for end in ends)
                    continue
                reader = _FileReader(descriptor, size, f"{self.name} line {len(self._offsets) - 1}")
                reader.order, reader.offset = self._order, begin
                if page_follows(reader):
                    _skip(reader)
                self._offsets.append(reader.offset)


def _identity(state: os.stat_result) -> tuple[int, ...]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def _ends(data: bytes, order: str, most: int) -> list[int]:
    """Return where the pages end that are whole in some bytes, up to one that is not or has no page flag."""
    number = struct.Struct(f"{order}I").unpack_from
    size, at = len(data), 0
    ends: list[int] = []
    try:
        while len(ends) < most and data[at] <= 1:
            if data[at]:
                at = _end(data, at + 1, number)
            else:
                at += 1
            if at > size:
                break
            ends.append(at)
    except (struct.error, IndexError):  # the bytes end within a page
        pass
    return ends


def _end(data: bytes, at: int, number: Any) -> int:
    """Return where the page whose fields begin at `at` seems to end: `_skip`, many times as quick."""
    at += 4 + number(data, at)[0] + 4  # imagefilename, page_number
    for _ in range(3):  # image_data, language, transcription
        at += 4 + number(data, at)[0]
    at += 4 + 8 * number(data, at)[0]  # boxes
    texts = number(data, at)[0]
    at += 4
    for _ in range(texts):
        at += 4 + number(data, at)[0]
    return at + 1  # vertical_text


def _skip(reader: Reader) -> None:
    """Step over the fields of one page without decoding anything."""
    reader.skip(reader.count(1, "imagefilename"), "imagefilename")
    reader.skip(4, "page_number")
    for what in ("image_data", "language", "transcription"):
        reader.skip(reader.count(1, what), what)
    reader.skip(8 * reader.count(8, "boxes"), "boxes")
    for _ in range(reader.count(4, "box_texts")):
        reader.skip(reader.count(1, "box_texts"), "box_texts")
    reader.skip(1, "vertical_text")


class _FileReader(Reader):
    """Reads from a file through a small window; what is skipped is never read.

    Parameters
    ----------
    descriptor : int
    size : int
        Bytes of the file.
    name : str
    """

    def __init__(self, descriptor: int, size: int, name: str) -> None:
        super().__init__(b"", name)
        self._descriptor, self._size, self._start = descriptor, size, 0

    @property
    def remaining(self) -> int:
        return self._size - self.offset

    def take(self, size: int, what: str = "data") -> memoryview:
        self._check(size, what)
        begin = self.offset - self._start
        if not 0 <= begin <= begin + size <= len(self.data):
            self.data, begin = self._read(max(size, _WINDOW)), 0
            self._start = self.offset
        if begin + size > len(self.data):  # somebody cuts it at this moment
            raise self.fail(f"truncated {what}", found=f"{len(self.data)} bytes", expected=f"{size} bytes")
        self.offset += size
        return self.data[begin : begin + size]

    def skip(self, size: int, what: str = "data") -> None:
        self._check(size, what)
        self.offset += size

    def _read(self, size: int) -> memoryview:
        return memoryview(os.pread(self._descriptor, size, self.offset))
