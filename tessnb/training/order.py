"""Which line comes next: the order of samples, and which documents are in memory.

Source: ``DocumentCache`` and ``DocumentData`` (``ccstruct/imagedata.cpp``).
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from tessnb.errors import FormatError, InputError
from tessnb.events import (
    DocumentFailed,
    DocumentLoaded,
    DocumentUnloaded,
    Event,
    SampleSkipped,
    SkipReason,
)
from tessnb.formats.lstmf import ImageData
from tessnb.formats.lstmf_file import DocumentFile

__all__ = ["DocumentSamples", "ListSamples", "Samples", "changed_lines"]

#: Documents that are read ahead of the current one (``kMaxReadAhead``).
READ_AHEAD = 8

#: Lines read last that are kept, so that what was looked at ahead of its turn is there then.
_RECENT = 64

Line = TypeVar("Line", covariant=True)
_Item = TypeVar("_Item")


class Samples(Protocol[Line]):
    """An endless, repeatable sequence of lines by serial number."""

    def line(self, serial: int) -> Line | None:
        """Return the line with a serial number from zero, or None if there is none in its place."""

    def peek(self, serial: int) -> Line | None:
        """Return the line with a serial number if it is at hand, without any effort or effect."""
        return None

    def total(self) -> int:
        """Return the number of lines in an epoch."""


class ListSamples(Samples[_Item]):
    """Lines in memory, or read anew each time, taken in order, over and over.

    Parameters
    ----------
    lines : sequence
        At least one line.
    emit : callable
        Hears `SampleSkipped` of a line that cannot be read any more; there is none in its place then.
    """

    def __init__(self, lines: Sequence[_Item], *, emit: Callable[[Event], None] = lambda event: None) -> None:
        if not len(lines):
            raise InputError("there are no lines", expected="at least one line")
        self.lines, self.emit = lines, emit
        self._recent: OrderedDict[int, _Item | None] | None = (
            None if isinstance(lines, list) else OrderedDict()
        )

    def line(self, serial: int) -> _Item | None:
        place = serial % len(self.lines)
        recent = self._recent
        if recent is None:
            return self.lines[place]
        if place not in recent:
            recent[place] = self._read(place, serial)
            if len(recent) > _RECENT:
                recent.popitem(last=False)
        return recent[place]

    def _read(self, place: int, serial: int) -> _Item | None:
        try:
            return self.lines[place]
        except (FormatError, InputError) as error:
            reason, where = SkipReason.UNREADABLE, error.where or ""
            self.emit(SampleSkipped(serial, reason, where, place, detail=str(error)))
            return None

    def peek(self, serial: int) -> _Item | None:
        return self.line(serial)

    def total(self) -> int:
        return len(self.lines)


def changed_lines(samples: Samples[Any], change: Callable[[list[Any]], list[Any]]) -> ListSamples[Any]:
    """Return other lines in place of those in memory.

    Raises
    ------
    InputError
        If they are not in memory, or none is left.
    """
    if not isinstance(samples, ListSamples):
        raise InputError(
            "lines can be added and dropped only where they are in memory",
            found=type(samples).__name__,
            hint="Give the lines themselves to the run instead of documents: open_lines(…)",
        )
    changed = change(list(samples.lines))
    if not changed:
        raise InputError("no line would be left to train on", found=f"{samples.total()} to drop")
    return ListSamples(changed, emit=samples.emit)


class _CachedDocument:
    """An `.lstmf` file of which a window of lines is in memory."""

    def __init__(self, path: str, max_memory: int, emit: Callable[[Event], None]) -> None:
        self.path = path
        self.total = -1
        self.memory_used = 0
        self._max_memory = max_memory
        self._emit = emit
        self._pages: list[ImageData | None] = []
        self._offset = -1

    @property
    def is_cached(self) -> bool:
        return self.total >= 0

    def page(self, index: int) -> ImageData | None:
        """Return a page, modulo the number of pages; None if the document is empty or broken."""
        self.load(index)
        if self.total <= 0:
            return None
        return self._pages[index % self.total - self._offset]

    def peek(self, index: int) -> ImageData | None:
        """Return a page if it is in memory."""
        return self._pages[index % self.total - self._offset] if self._has(index) else None

    def _has(self, index: int) -> bool:
        return self.total > 0 and 0 <= index % self.total - self._offset < len(self._pages)

    def load(self, index: int) -> None:
        """Make sure that a page is in memory."""
        if self.total == 0 or self._has(index):
            return
        self._pages, self.memory_used, self.total = [], 0, 0
        try:
            document = DocumentFile(self.path)
        except (FormatError, InputError) as error:
            self._emit(DocumentFailed(self.path, str(error)))
            return
        count = len(document)
        if not count:
            self._emit(DocumentFailed(self.path, "the document is empty"))
            return
        self._offset = index % count
        for number in range(self._offset, count):
            if self._max_memory > 0 and self.memory_used > self._max_memory:
                break
            page = document[number]
            if page is not None:
                if not page.imagefilename:
                    page.imagefilename, page.page_number = self.path, number
                self.memory_used += len(page.image_data)
            self._pages.append(page)
        self.total = count
        self._emit(DocumentLoaded(self.path, self._offset, len(self._pages), count))

    def unload(self) -> int:
        """Forget all pages; return the memory that they took."""
        saved = self.memory_used
        self._pages, self._offset, self.total, self.memory_used = [], -1, -1, 0
        self._emit(DocumentUnloaded(self.path, saved))
        return saved


class DocumentSamples(Samples[ImageData]):
    """Lines of `.lstmf` documents, in the reference's order and within its memory.

    Parameters
    ----------
    paths : sequence of path
        The documents.
    sequential : bool
        False: one line of each document in turn (round robin). True: one document after the other; all are
        taken to have as many lines as the first.
    max_memory : int, optional
        Bytes of encoded images to keep in memory. In turns, 0 is no limit as well.
    emit : callable
        Hears `DocumentLoaded`, `DocumentUnloaded` and `DocumentFailed`.

    Raises
    ------
    InputError
        If there are no documents, or the first line cannot be read.
    """

    def __init__(
        self,
        paths: Sequence[str | os.PathLike[str]],
        *,
        sequential: bool = False,
        max_memory: int | None = None,
        emit: Callable[[Event], None] = lambda event: None,
    ) -> None:
        if not len(paths):
            raise InputError("the list of documents is empty", expected="at least one .lstmf file")
        self.paths = [os.fspath(path) for path in paths]
        self.sequential, self.max_memory = sequential, max_memory
        fair_share = 0 if sequential or max_memory is None else max_memory // len(paths)
        self._documents = [_CachedDocument(path, fair_share, emit) for path in self.paths]
        self._pages_per_document = 0
        if self.line(0) is None:
            raise InputError("Load of page 0 failed!")

    def line(self, serial: int) -> ImageData | None:
        return self._sequential(serial) if self.sequential else self._round_robin(serial)

    def peek(self, serial: int) -> ImageData | None:
        count = len(self._documents)
        if not self.sequential:
            return self._documents[serial % count].peek(serial // count)
        pages = self._pages_per_document
        return self._documents[serial // pages % count].peek(serial % pages) if pages else None

    def total(self) -> int:
        if self.sequential:
            return self._pages_per_document * len(self._documents)
        for document in self._documents:
            document.page(0)
        return sum(max(document.total, 0) for document in self._documents)

    def _round_robin(self, serial: int) -> ImageData | None:
        count = len(self._documents)
        line = self._documents[serial % count].page(serial // count)
        for ahead in range(serial + 1, serial + min(READ_AHEAD, count - 1) + 1):
            self._documents[ahead % count].load(ahead // count)
        return line

    def _sequential(self, serial: int) -> ImageData | None:
        count = len(self._documents)
        if not self._pages_per_document:
            self._documents[0].page(0)
            self._pages_per_document = self._documents[0].total
            if self._pages_per_document <= 0:
                raise InputError("First document cannot be empty!!", where=self._documents[0].path)
            if serial // self._pages_per_document % count > 0:
                self._documents[0].unload()
        index = serial // self._pages_per_document % count
        line = self._documents[index].page(serial % self._pages_per_document)
        memory = sum(document.memory_used for document in self._documents)
        limit = memory + 1 if self.max_memory is None else self.max_memory
        if memory >= limit:
            memory = self._make_room(index, memory, limit)
        following = self._documents[(index + 1) % count]
        if not following.is_cached and memory < limit:
            following.load(0)
        return line

    def _make_room(self, index: int, memory: int, limit: int) -> int:
        """Unload documents ahead, but not the next ones, then behind, until `memory` is below its limit."""
        count = len(self._documents)
        for offset in range(self._cached_neighbours(index, 1) - 2, 1, -1):
            if memory < limit:
                return memory
            memory -= self._documents[(index + offset) % count].unload()
        for offset in range(self._cached_neighbours(index, -1), 0):
            if memory < limit:
                return memory
            memory -= self._documents[(index + offset) % count].unload()
        return memory

    def _cached_neighbours(self, index: int, direction: int) -> int:
        """Return how far (with sign) the unbroken run of documents in memory reaches on one side."""
        count = len(self._documents)
        offset = direction
        while abs(offset) < count:
            if not self._documents[(index + offset) % count].is_cached:
                return offset - direction
            offset += direction
        return count
