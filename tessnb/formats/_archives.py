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

#: The largest component that Tesseract can hold.
_MAX_SIZE = 2**31 - 1


def is_archive(data: bytes) -> bool:
    """Whether the first bytes are those of a zip file, or of a tar file that may be compressed."""
    return data[:4] == b"PK\x03\x04" or data.startswith(_COMPRESSED) or data[_TAR_MAGIC] == b"ustar"


def _members(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                _check_size(member.filename, member.file_size, name)
                yield member.filename, archive.read(member)
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for entry in tar:
                _check_size(entry.name, entry.size, name)
                if (file := tar.extractfile(entry)) is not None:
                    yield entry.name, file.read()


def _check_size(member: str, size: int, name: str) -> None:
    if size > _MAX_SIZE:
        raise FormatError(f"member {member} is too large", where=name, found=size, expected=_MAX_SIZE)


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
