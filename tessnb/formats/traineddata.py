"""The container of a model: a table of offsets, and the components one after the other.

Source: ``src/ccutil/tessdatamanager.cpp``, ``TessdataManager::LoadMemBuffer`` and ``Serialize``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from tessnb.errors import FormatError, InputError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats._archives import is_archive, read_archive
from tessnb.formats._binary import Reader, Writer

__all__ = ["COMPONENTS", "TABLE_SIZE", "TESSERACT_VERSION", "Offsets", "TrainedData", "read_offsets"]

#: The Tesseract whose formats and tools these are; what new files say wrote them.
TESSERACT_VERSION = "5.3.0"

#: The components' names (their files' suffixes), in the order on disk.
COMPONENTS = (
    *("config", "unicharset", "unicharambigs", "inttemp", "pffmtable", "normproto"),
    *("punc-dawg", "word-dawg", "number-dawg", "freq-dawg"),
    *("fixed-length-dawgs", "cube-unicharset", "cube-word-dawg", "shapetable"),
    *("bigram-dawg", "unambig-dawg", "params-model"),
    *("lstm", "lstm-punc-dawg", "lstm-word-dawg", "lstm-number-dawg", "lstm-unicharset", "lstm-recoder"),
    "version",
)

#: More entries than this, and the file is of the other byte order.
_MAX_ENTRIES = 1000

#: Bytes in which the largest table of offsets is, with the count before it.
TABLE_SIZE = 4 + 8 * _MAX_ENTRIES


def _component_name(index: int) -> str:
    """The name of an entry; entries that no Tesseract knows yet are called by their number."""
    return COMPONENTS[index] if index < len(COMPONENTS) else f"entry-{index}"


class Offsets(NamedTuple):
    """What the table of offsets says.

    Attributes
    ----------
    places : dict of str to (int, int)
        By a component's name, in the order on disk, its offset and size in bytes.
    big_endian : bool
    num_entries : int
        Of the table, with those for absent components.
    """

    places: dict[str, tuple[int, int]]
    big_endian: bool
    num_entries: int


def read_offsets(data: bytes, size: int, name: str) -> Offsets | None:
    """Read the table of offsets.

    Parameters
    ----------
    data : bytes
        The file, or its first `TABLE_SIZE` bytes.
    size : int
        Of the file, in bytes.
    name : str
        What to call it in errors.

    Returns
    -------
    Offsets or None
        None if it begins like no traineddata.

    Raises
    ------
    FormatError
        If the table is truncated, or components do not lie one after the other up to the end.
    """
    reader = Reader(data, name)
    count = reader.number("I", "traineddata")
    if count > _MAX_ENTRIES:
        reader = Reader(data, name, big_endian=True)
        count = reader.number("I", "traineddata")
    if count > _MAX_ENTRIES:
        return None
    offsets = [int(offset) for offset in reader.array("i8", count, "table of offsets")]
    places = {}
    at = reader.offset
    present = [index for index, offset in enumerate(offsets) if offset != -1]
    for index, following in zip_longest(present, present[1:]):
        component = _component_name(index)
        if offsets[index] != at:
            raise reader.fail(
                f"component {component} is not where the last one ends",
                found=offsets[index],
                expected=at,
                offset=at,
            )
        end = size if following is None else offsets[following]
        if not at <= end <= size:
            raise reader.fail(
                f"truncated component {component}",
                found=f"{size - at} bytes",
                expected=f"{end - at} bytes",
                offset=at,
            )
        places[component] = at, end - at
        at = end
    if at < size:
        raise reader.fail("a traineddata without components", found=f"{size - at} bytes more", offset=at)
    return Offsets(places, reader.order == ">", count)


@dataclass(eq=False)
class TrainedData:
    """A model's components.

    Attributes
    ----------
    components : dict of str to bytes
        By name, one of `COMPONENTS` (``"lstm"``, ``"lstm-unicharset"``, ``"version"``, …), in any order.
    big_endian : bool
        The byte order of the container and of all numbers in its components.
    num_entries : int
        How many entries the table of offsets has; older files have fewer than today's 24.
    name : str
        Where it came from, for errors.
    """

    components: dict[str, bytes] = field(default_factory=dict)
    big_endian: bool = False
    num_entries: int = len(COMPONENTS)
    name: str = "traineddata"

    def __getitem__(self, component: str) -> bytes:
        try:
            return self.components[component]
        except KeyError:
            there = ", ".join(self) or "nothing"
            raise InputError(f"there is no component {component!r}", where=self.name, found=there) from None

    def __contains__(self, component: object) -> bool:
        return component in self.components

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the components, in the order on disk."""
        return (name for name in map(_component_name, range(self.num_entries)) if name in self.components)

    def get(self, component: str) -> bytes | None:
        """Return a component, or None; an empty one counts as absent, as it does for Tesseract."""
        return self.components.get(component) or None

    def reader(self, component: str) -> Reader:
        """Return a reader over a component, in the right byte order."""
        return Reader(self[component], f"{self.name}, component {component}", big_endian=self.big_endian)

    @property
    def version(self) -> str:
        """What wrote it; ``"Pre-4.0.0"`` where it does not say."""
        return (self.get("version") or b"Pre-4.0.0").decode("utf-8", "replace")

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "traineddata") -> TrainedData:
        """Read a container, or a zip or tar archive of components.

        Parameters
        ----------
        data : bytes
            The whole file. What `to_bytes` makes of an archive is a container.
        name : str
            What to call it in errors.

        Raises
        ------
        FormatError
            If it is not a traineddata, or damaged.
        """
        table = read_offsets(data, len(data), name)
        if table is None:
            return cls._from_archive(data, name)
        result = cls(big_endian=table.big_endian, num_entries=table.num_entries, name=name)
        for component, (offset, size) in table.places.items():
            result.components[component] = data[offset : offset + size]
        return result

    @classmethod
    def _from_archive(cls, data: bytes, name: str) -> TrainedData:
        members = read_archive(data, name) if is_archive(data) else {}
        known = {component: members[component] for component in COMPONENTS if component in members}
        if not known:
            raise FormatError("not a traineddata", where=name, hint="Give a file that combine_tessdata wrote")
        return cls(known, name=name)

    def to_bytes(self) -> bytes:
        """Return the whole file.

        Raises
        ------
        InputError
            If a component's name is not one that the table of offsets has an entry for.
        """
        names = list(map(_component_name, range(self.num_entries)))
        if unknown := set(self.components) - set(names):
            raise InputError(
                "no such component",
                where=self.name,
                found=sorted(unknown),
                expected=f"one of {', '.join(names)}",
            )
        writer = Writer(big_endian=self.big_endian)
        writer.number("I", self.num_entries)
        offset = 4 + 8 * self.num_entries
        for name in names:
            data = self.components.get(name)
            writer.number("q", -1 if data is None else offset)
            offset += len(data or b"")
        for name in self:
            writer.raw(self.components[name])
        return writer.getvalue()

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> TrainedData:
        """Read a traineddata file."""
        return cls.from_bytes(read_bytes(path), os.fspath(path))

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a traineddata file, whole or not at all."""
        write_bytes(path, self.to_bytes())
