"""The file that a run keeps its record in: JSON, an entry a line, held by a lock while the run lives.

Whoever wants to know whether a run lives tries the lock, which the system lets go however the process ends.
The file may be replaced as a whole, by a shorter one that is locked before it takes the name: so the lock is
always on the file that bears the name.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tessnb.errors import InputError
from tessnb.files import make_temporary

try:
    import fcntl
except ImportError:  # where there are no such locks, the process's number tells whether a run lives
    fcntl = None  # type: ignore[assignment]

__all__ = ["LARGEST", "Entry", "RecordFile", "is_held", "open_plain", "parse_entries"]

#: A line of a record.
Entry = dict[str, Any]

#: Bytes above which a file is no record of ours.
LARGEST = 8 << 20

#: Seconds to try for the lock: somebody may just be looking whether it is held.
_PATIENCE, _PAUSE = 0.5, 0.02

#: What the system says where a file system has no locks.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)

_open_files: weakref.WeakSet[RecordFile] = weakref.WeakSet()


def _let_go() -> None:
    """A forked child must not hold the lock when its parent is gone."""
    for file in list(_open_files):
        file.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def open_plain(path: str | os.PathLike[str], flags: int, mode: int = 0o666) -> int:
    """Open a plain file, no link, pipe or device; return its descriptor.

    Raises
    ------
    OSError
        If that cannot be done.
    """
    extra = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags | extra, mode)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a plain file", os.fspath(path))
    return descriptor


def _bears_name(descriptor: int, path: str) -> bool:
    try:
        named = os.stat(path)
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (held.st_dev, held.st_ino) == (named.st_dev, named.st_ino)


def is_held(path: str | os.PathLike[str]) -> bool:
    """Return whether a living run holds the record at `path`."""
    if fcntl is None:
        return False
    while True:
        try:
            descriptor = open_plain(path, os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if _bears_name(descriptor, os.fspath(path)) or not os.path.exists(path):
                return False
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            os.close(descriptor)


def parse_entries(data: bytes) -> list[Entry]:
    """Return the entries of whole lines; what is torn or no entry is left out."""
    entries = []
    for line in data.split(b"\n"):
        with suppress(ValueError, RecursionError):
            entry = json.loads(line)
            if isinstance(entry, dict) and isinstance(entry.get("kind"), str):
                entries.append(entry)
    return entries


def _line(entry: Entry) -> bytes:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


class RecordFile:
    """A record that is being written, locked until it is closed.

    Parameters
    ----------
    path : path
    anew : bool
        Forget what is there; otherwise go on behind it.

    Attributes
    ----------
    size : int
        Bytes.
    is_locked : bool
        False where the file system has no locks.

    Raises
    ------
    InputError
        If another run holds it.
    OSError
        If it cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str], *, anew: bool = False) -> None:
        self.path = os.fspath(path)
        self.is_locked = False
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = self._open()
        if anew:
            os.ftruncate(self._descriptor, 0)
        self.size = os.fstat(self._descriptor).st_size
        os.lseek(self._descriptor, 0, os.SEEK_END)
        self._is_torn = self.size > 0 and os.pread(self._descriptor, 1, self.size - 1) != b"\n"
        _open_files.add(self)

    def _open(self) -> int:
        deadline = time.monotonic() + _PATIENCE
        while True:
            descriptor = open_plain(self.path, os.O_RDWR | os.O_CREAT)
            try:
                if self._lock(descriptor) and _bears_name(descriptor, self.path):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
            if time.monotonic() > deadline:
                raise InputError(
                    "another run writes the same files",
                    where=self.path.removesuffix(".run.jsonl"),
                    hint="Give another model_output, or stop that run: tessnb runs lists it",
                )
            time.sleep(_PAUSE)

    def _lock(self, descriptor: int) -> bool:
        """Lock a file if nobody else has; where there are no locks, go on without."""
        if fcntl is None:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.is_locked = True
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        return True

    def write(self, entry: Entry) -> None:
        """Add an entry.

        Raises
        ------
        OSError
            If there is no room; the next entry begins a line of its own.
        """
        data = (b"\n" if self._is_torn else b"") + _line(entry)
        self._is_torn = True
        self._write_all(self._descriptor, data)
        self._is_torn = False
        self.size += len(data)

    @staticmethod
    def _write_all(descriptor: int, data: bytes) -> None:
        while data:
            written = os.write(descriptor, data)
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            data = data[written:]

    def rewrite(self, change: Callable[[list[Entry]], list[Entry]]) -> None:
        """Put other entries in place of those that are there; a reader sees the old ones or the new ones.

        Raises
        ------
        OSError
            If it cannot be done; what was there stays.
        """
        entries = change(parse_entries(os.pread(self._descriptor, LARGEST, 0)))
        data = b"".join(map(_line, entries))
        with _temporary(Path(self.path)) as (descriptor, name):
            self._lock(descriptor)
            self._write_all(descriptor, data)
            os.fchmod(descriptor, stat.S_IMODE(os.fstat(self._descriptor).st_mode))
            os.replace(name, self.path)
            old, self._descriptor = self._descriptor, descriptor
        os.close(old)
        self.size, self._is_torn = len(data), False

    def close(self) -> None:
        """Let it go; again does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
        _open_files.discard(self)


@contextmanager
def _temporary(path: Path) -> Iterator[tuple[int, str]]:
    """Make a file beside another; if something fails it goes again."""
    descriptor, name = make_temporary(path)
    try:
        yield descriptor, name
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # still locked, so that it is nobody else's by now
        os.close(descriptor)
        raise
