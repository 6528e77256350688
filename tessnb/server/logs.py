"""Logs of trainings as charts need them: ``log`` (GET, ``path``) answers with a bounded number of points."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from tessnb.errors import InputError
from tessnb.server.base import Handler

__all__ = ["ROUTES"]

#: Bytes of a log that are read; one of a million iterations has a few.
_MOST = 64_000_000


def _course(path: Path, known: str) -> dict[str, Any]:
    """Return what is drawn of a log, unless it is as it was when it had the stamp `known`."""
    stat = path.stat()
    stamp = f"{stat.st_ino}-{stat.st_mtime_ns}-{stat.st_size}"
    if stamp == known:
        return {"stamp": stamp}
    if stat.st_size > _MOST:
        raise InputError(
            "too long to be drawn here", where=path.name, found=f"{stat.st_size / 1e6:.0f} MB",
            expected=f"at most {_MOST / 1e6:.0f} MB", hint="In a notebook: tn.read_log(path).progress",
        )  # fmt: skip
    from tessnb.analysis.log_outline import outline
    from tessnb.analysis.logs import read_log

    log = read_log(path)
    return {"stamp": stamp, "name": path.name, "generation": log.generation, **asdict(outline(log))}


class LogHandler(Handler):
    """The course of a log."""

    async def get(self) -> None:
        known = self.get_query_argument("stamp", "")
        self.reply(await self.off_thread(_course, self.path_of(), known))


ROUTES = (("log", LogHandler),)
