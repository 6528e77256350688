"""Writing files so that nothing is ever half-written."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from tessnb.errors import InputError

__all__ = ["read_beginning", "read_bytes", "read_range", "write_bytes", "write_text"]


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path` through a temporary file: write, flush, sync, rename.

    Parameters
    ----------
    path : path
        The file; missing parent folders are created.
    data : bytes
        The whole new content.

    Raises
    ------
    InputError
        If the file cannot be written; what was there before stays.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through_temporary(path, data)
    except OSError as error:
        hint = "Check the folder, its permissions and the free space"
        raise InputError(f"cannot be written: {error.strerror}", where=str(path), hint=hint) from error


def _write_through_temporary(path: Path, data: bytes) -> None:
    name = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
    try:
        # Permissions as the mask says, which cannot be asked for without changing it for all threads.
        with os.fdopen(os.open(name, flags, 0o666), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            name.unlink()
        raise


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` as UTF-8, line ends as they are; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the content of a file.

    Raises
    ------
    InputError
        If there is no such file, or it is a folder or cannot be read.
    """
    return read_beginning(path, -1)


def read_beginning(path: str | os.PathLike[str], size: int) -> bytes:
    """Return the first `size` bytes of a file, all that there are where it has less; see `read_bytes`."""
    return read_range(path, 0, size)


def read_range(path: str | os.PathLike[str], offset: int, size: int) -> bytes:
    """Return `size` bytes of a file from `offset` on, fewer where it ends before; see `read_bytes`."""
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            return file.read(size)
    except FileNotFoundError:
        raise InputError(
            "no such file", where=str(path), hint="Check the name and the current folder"
        ) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
