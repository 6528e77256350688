"""Writing files so that nothing is ever half-written."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from tessnb.errors import InputError

try:
    import fcntl
except ImportError:  # where there is none, what is left stays
    fcntl = None  # type: ignore[assignment]

__all__ = ["make_temporary", "read_beginning", "read_bytes", "read_range", "write_bytes", "write_text"]

_CLOSED = getattr(os, "O_CLOEXEC", 0)
#: Threads and processes that write the same file at the same time and leave nothing if they are killed.
_AT_ONCE = 8


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
    descriptor, name = make_temporary(path)
    with os.fdopen(descriptor, "wb") as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if not _is_at(descriptor, name):  # where locks are not seen by all who share the folder
                raise FileNotFoundError(errno.ENOENT, "another process has taken the temporary file")
            os.replace(name, path)
        except BaseException:  # still locked, so that it is nobody else's by now
            if _is_at(descriptor, name):
                os.unlink(name)
            raise


def make_temporary(path: Path) -> tuple[int, str]:
    """Make an empty file beside another, to be renamed to it; what a killed process left there goes first.

    The file is locked for as long as it is open. One of these names that is taken, but locked by nobody, is a
    dead process's: so nothing of a killed write stays after the next one. Permissions are as the mask says,
    which cannot be asked for without changing it for all threads.

    Returns
    -------
    descriptor : int
        To write and to read.
    name : str

    Raises
    ------
    OSError
        If it cannot be made.
    """
    digest = hashlib.blake2b(os.fsencode(path.name), digest_size=8).hexdigest()
    stem = f".{path.name[:40]}.{digest}"
    for number in (*range(_AT_ONCE), secrets.token_hex(8)):
        name = os.fspath(path.with_name(f"{stem}.{number}"))
        _remove_left(name)
        try:
            descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | _CLOSED, 0o666)
        except FileExistsError:
            continue
        except KeyboardInterrupt:  # it may have come when the file was made
            _remove_left(name)
            raise
        # Another may lock it before it is locked here, and remove it as left.
        try:
            with suppress(BlockingIOError):
                _lock(descriptor)
                if _is_at(descriptor, name):
                    return descriptor, name
        except KeyboardInterrupt:
            os.unlink(name)
            os.close(descriptor)
            raise
        os.close(descriptor)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), stem)


def _remove_left(name: str) -> None:
    """Remove a file if it is one's own and no process has it open to write it."""
    if fcntl is None:
        return
    with suppress(OSError):
        descriptor = os.open(name, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | _CLOSED)
        try:
            state = os.fstat(descriptor)
            own = stat.S_ISREG(state.st_mode) and state.st_uid == os.geteuid() and state.st_nlink == 1
            if own and _lock(descriptor) and _is_at(descriptor, name):
                os.unlink(name)
        finally:
            os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock a file; return whether the system can, raise `BlockingIOError` if another has."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except (OSError, AttributeError):
        return False
    return True


def _is_at(descriptor: int, name: str) -> bool:
    """Return whether an open file is still the one of that name."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), os.stat(name, follow_symlinks=False))
    return False


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
