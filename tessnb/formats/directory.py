"""A traineddata on disk, of which only what is asked for is read: the table of offsets, single components."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tessnb.errors import FormatError, InputError
from tessnb.files import read_beginning, read_range, write_bytes
from tessnb.formats.traineddata import TABLE_SIZE, TrainedData, read_offsets

__all__ = ["ComponentPlace", "TrainedDataFile"]


@dataclass(frozen=True, slots=True)
class ComponentPlace:
    """Where a component lies in its file.

    Attributes
    ----------
    offset : int or None
        In bytes; None in a zip or tar archive, where it may be compressed.
    size : int
        In bytes.
    """

    offset: int | None
    size: int


@dataclass(frozen=True, eq=False)
class TrainedDataFile:
    """The directory of a traineddata file; components come from the disk when they are asked for.

    Attributes
    ----------
    path : Path
    size : int
        Of the file, in bytes.
    places : dict of str to ComponentPlace
        By name, in the order on disk.
    big_endian : bool
    num_entries : int
        See `TrainedData`.
    """

    path: Path
    size: int
    places: dict[str, ComponentPlace]
    big_endian: bool
    num_entries: int
    _archive: TrainedData | None = field(default=None, repr=False)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> TrainedDataFile:
        """Read the directory of a file. An archive of components (zip, tar) is read as a whole.

        Raises
        ------
        InputError
            If there is no such file.
        FormatError
            If it is not a traineddata, or damaged.
        """
        path = Path(path)
        head = read_beginning(path, TABLE_SIZE)
        size = path.stat().st_size
        table = read_offsets(head, size, os.fspath(path))
        if table is not None:
            places = {name: ComponentPlace(*place) for name, place in table.places.items()}
            return cls(path, size, places, table.big_endian, table.num_entries)
        archive = TrainedData.read(path)
        places = {name: ComponentPlace(None, len(archive[name])) for name in archive}
        return cls(path, size, places, archive.big_endian, archive.num_entries, archive)

    def __contains__(self, component: object) -> bool:
        return component in self.places

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the components, in the order on disk."""
        return iter(self.places)

    def __getitem__(self, component: str) -> bytes:
        """Return a component's bytes.

        Raises
        ------
        InputError
            If there is no such component.
        FormatError
            If the file has become shorter since its directory was read.
        """
        if component not in self.places:
            there = ", ".join(self) or "nothing"
            raise InputError(f"there is no component {component!r}", where=str(self.path), found=there)
        if self._archive is not None:
            return self._archive[component]
        place = self.places[component]
        data = read_range(self.path, place.offset or 0, place.size)
        if len(data) < place.size:
            raise FormatError("the file has become shorter meanwhile", where=str(self.path))
        return data

    def load(self, *components: str) -> TrainedData:
        """Return a container of these components, as far as they are there."""
        return TrainedData(
            {name: self[name] for name in components if name in self},
            big_endian=self.big_endian,
            num_entries=self.num_entries,
            name=str(self.path),
        )

    def extract(self, component: str) -> Path:
        """Write a component to a file beside this one, ``eng.lstm`` for ``eng.traineddata``; return its path.

        Raises
        ------
        InputError
            If there is no such component, or such a file already: it is never replaced.
        """
        data = self[component]
        target = self.path.with_name(f"{self.path.name.removesuffix('.traineddata')}.{component}")
        if os.path.lexists(target):
            raise InputError(
                "there is such a file already", where=str(target), hint="Rename or delete it first"
            )
        write_bytes(target, data)
        return target
