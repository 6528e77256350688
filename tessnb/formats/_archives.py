"""Traineddata in a zip or tar archive, a member per component, as a Tesseract with libarchive reads it.

Source: ``src/ccutil/tessdatamanager.cpp``, ``TessdataManager::LoadArchiveFile``.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from tessnb.errors import FormatError

__all__ = ["is_archive", "read_archive"]

_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
#: What the archive modules raise on bytes that are wrong, cut off, encrypted or of an unknown method.
_DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, ValueError, NotImplementedError, RuntimeError),
)

_TAR_MAGIC = slice(257, 262)

#: What the members may have together, so many times the archive: models shrink to a half or a third, and what
#: is made of zeros to a thousandth.
_MOST_TIMES, _ALWAYS = 100, 16 << 20


def is_archive(data: bytes) -> bool:
    """Whether the first bytes are those of a zip file, or of a tar file that may be compressed."""
    return data[:4] == b"PK\x03\x04" or data.startswith(_COMPRESSED) or data[_TAR_MAGIC] == b"ustar"


def _members(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    room = _ALWAYS + _MOST_TIMES * len(data)
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                room = _room_behind(member.filename, member.file_size, room, name)
                yield member.filename, archive.read(member)
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for entry in tar:
                room = _room_behind(entry.name, entry.size, room, name)
                if (file := tar.extractfile(entry)) is not None:
                    yield entry.name, file.read()


def _room_behind(member: str, size: int, room: int, name: str) -> int:
    """Return how much may come after a member."""
    if not 0 <= size <= room:
        raise FormatError(
            f"member {member!r} is too large for this archive",
            where=name,
            found=size,
            expected=f"at most {room}",
        )
    return room - size


def read_archive(data: bytes, name: str) -> dict[str, bytes]:
    """Return the archive's members by the suffix of their file names: ``eng.lstm`` becomes ``"lstm"``.

    Raises
    ------
    FormatError
        If the archive is damaged.
    """
    try:
        return {member.rpartition(".")[2]: content for member, content in _members(data, name) if content}
    except FormatError:
        raise
    except _DAMAGED as error:
        raise FormatError(f"damaged archive: {error}", where=name) from None
