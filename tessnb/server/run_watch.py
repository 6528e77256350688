"""Which runs there are below a folder, found again and again at little cost."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tessnb.errors import InputError

if TYPE_CHECKING:
    from tessnb.training import RunRecord

__all__ = ["RunWatch"]

#: What the names of records end in; said again here, because training takes a second to load.
_SUFFIX = ".run.jsonl"

#: Levels of folders, folders, and seconds of one search: a home folder may be large.
_DEPTH, _FOLDERS, _SECONDS = 6, 20_000, 2.0

#: Folders that hold programs, and a great many of them.
_LEFT_OUT = frozenset({"node_modules", "__pycache__", "site-packages"})

#: Seconds in which a folder may change without its time showing it.
_COARSE = 2.0

#: A search may take this part of the time.
_SHARE = 0.04


@dataclass(slots=True)
class _Folder:
    """What was in a folder at a time (of its own, in nanoseconds); 0 if that cannot be relied on."""

    changed: int
    folders: list[str]
    records: list[str]


class RunWatch:
    """Finds the records of runs below a folder.

    A folder is read again only if it has changed, which its time tells; hidden folders and links are not
    followed. The nearest folders come first, and a search has an end: `is_whole` tells whether it saw all.

    Parameters
    ----------
    folder : path
    depth, folders, seconds
        Bounds of a search.

    Attributes
    ----------
    is_whole : bool
        Whether the last search saw all folders.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        depth: int = _DEPTH,
        folders: int = _FOLDERS,
        seconds: float = _SECONDS,
    ) -> None:
        self.folder = os.fspath(folder)
        self.is_whole = True
        self._bounds = depth, folders, seconds
        self._lock = threading.Lock()
        self._known: dict[str, _Folder] = {}
        self._paths: list[str] = []
        self._records: dict[str, RunRecord] = {}
        self._next = 0.0

    def runs(self, most: int = 100) -> list[RunRecord]:
        """Return the runs, those that go on first, then the newest.

        Parameters
        ----------
        most : int
            How many; of more, those whose records have changed last.
        """
        with self._lock:
            if time.monotonic() >= self._next:
                began = time.monotonic()
                self._search()
                took = time.monotonic() - began
                self._next = began + took / _SHARE
            found = sorted(((_changed(path), path) for path in self._paths), reverse=True)
            paths = [path for changed, path in found if changed][:most]
            kept = {path: record for path in paths if (record := self._record(path)) is not None}
            self._records = kept
        return sorted(kept.values(), key=lambda record: (record.state.is_over, -record.updated))

    def run(self, path: str | os.PathLike[str]) -> RunRecord:
        """Return the run of a record.

        Raises
        ------
        InputError
            If there is none.
        """
        from tessnb.training import follow_run

        with self._lock:
            found = self._records.get(os.fspath(path))
        return found or follow_run(path)

    def _record(self, path: str) -> RunRecord | None:
        if path in self._records:
            return self._records[path]
        from tessnb.training import follow_run

        with suppress(InputError):  # it may be something else
            return follow_run(path)
        return None

    def _search(self) -> None:
        depth, most, seconds = self._bounds
        deadline = time.monotonic() + seconds
        seen: dict[str, _Folder] = {}
        waiting = deque([(self.folder, 0)])
        while waiting and len(seen) < most and time.monotonic() < deadline:
            path, level = waiting.popleft()
            folder = self._look(path)
            if folder is not None:
                seen[path] = folder
                if level < depth:
                    waiting.extend((os.path.join(path, name), level + 1) for name in folder.folders)
        self.is_whole = not waiting
        self._known = seen
        self._paths = [os.path.join(path, name) for path, folder in seen.items() for name in folder.records]

    def _look(self, path: str) -> _Folder | None:
        """Return what is in a folder, from memory if it has not changed; None if it cannot be read."""
        try:
            changed = os.stat(path).st_mtime_ns
            known = self._known.get(path)
            if known is not None and known.changed == changed:
                return known
            folders, records = [], []
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.name.endswith(_SUFFIX):
                        records.append(entry.name)
                    elif _may_be_looked_into(entry):
                        folders.append(entry.name)
        except OSError:
            return None
        is_sure = time.time() - changed / 1e9 > _COARSE
        return _Folder(changed if is_sure else 0, sorted(folders), records)


def _may_be_looked_into(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return not name.startswith(".") and name not in _LEFT_OUT and entry.is_dir(follow_symlinks=False)


def _changed(path: str) -> float:
    """Return when a plain file has changed; 0 if there is none."""
    with suppress(OSError):
        if not Path(path).is_symlink():
            return os.stat(path).st_mtime
    return 0.0
