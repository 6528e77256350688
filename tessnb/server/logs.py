"""Logs of trainings as charts need them: ``log`` (GET, ``path``) answers with a bounded number of points."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessnb.server.base import Handler

if TYPE_CHECKING:
    from tessnb.analysis.log_file import LogFile

__all__ = ["ROUTES"]

#: Logs that are remembered, so that only what is new in them has to be read.
_MOST = 8

_files: OrderedDict[Path, LogFile] = OrderedDict()
_lock = threading.Lock()


def _course(path: Path, known: str) -> dict[str, Any]:
    """Return what is drawn of a log, unless it is as it was when it had the stamp `known`.

    What takes long is read in parts: `part` tells how much, and the stamp is not that of the whole.
    """
    stat = path.stat()
    stamp = f"{stat.st_ino}-{stat.st_mtime_ns}-{stat.st_size}"
    if stamp == known:
        return {"stamp": stamp}
    from tessnb.analysis.log_file import LogFile

    with _lock:
        file = _files.setdefault(path, LogFile(path))
        _files.move_to_end(path)
        while len(_files) > _MOST:
            _files.popitem(last=False)
    found = file.read()
    return {
        "stamp": stamp if file.part == 1 else f"{stamp}-{file.part}",
        "name": path.name,
        "generation": file.generation,
        "part": file.part,
        **asdict(found),
    }


class LogHandler(Handler):
    """The course of a log."""

    async def get(self) -> None:
        known = self.get_query_argument("stamp", "")
        self.reply(await self.off_thread(_course, self.path_of(), known))


ROUTES = (("log", LogHandler),)
