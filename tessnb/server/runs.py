"""The trainings below the server's folder: listed, followed, told things, gone on with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessnb.errors import InputError
from tessnb.server.base import Handler, Root
from tessnb.server.run_watch import RunWatch

if TYPE_CHECKING:
    from tessnb.training import RunRecord

__all__ = ["ROUTES", "describe_run", "go_on", "points_of"]

#: Runs that are listed, points of a curve and checkpoints that are sent at most.
_RUNS, _POINTS, _CHECKPOINTS = 100, 240, 12

#: Seconds that a run has to answer, and that a process has to go on with one.
_ANSWER, _BEGIN = 10.0, 60.0

_COMMANDS = ("pause", "resume", "stop", "checkpoint")

#: Processes that were started here, so that they do not stay as zombies.
_started: list[subprocess.Popen[bytes]] = []


def describe_run(record: RunRecord, root: Root) -> dict[str, Any]:
    """Return what a list says of a run; paths are those of the file browser."""
    progress, about = record.progress, record.about
    counters, held_out = progress.counters, progress.held_out
    notebook, kernel = about.get("notebook"), about.get("kernel")
    return {
        "path": root.name_of(record.model_output),
        "name": record.name,
        "run": str(about.get("run", "")),
        "state": progress.state.value,
        "over": progress.state.is_over,
        "iteration": counters.training,
        "max_iterations": progress.max_iterations,
        "fraction": progress.fraction,
        "rate": progress.rate,
        "eta": progress.eta,
        "bcer": progress.means.bcer if record.rows else None,
        "best_bcer": progress.best_bcer if record.rows else None,
        "held_out": None if held_out is None else held_out.cer,
        "reason": progress.reason,
        "updated": record.updated,
        "place": _place(about),
        "kernel": kernel if isinstance(kernel, str) else None,
        "notebook": root.name_of(os.path.join(root.folder, notebook)) if isinstance(notebook, str) else "",
        "can_go_on": progress.state.is_over and record.saved_iteration is not None,
    }


def _place(about: dict[str, Any]) -> str:
    """Return where a run goes on, in words: its command line, or its process."""
    command, host = about.get("command"), about.get("host")
    return str(command) if command else f"process {about.get('pid')} on {host}"


def points_of(record: RunRecord, after: float = 0.0, most: int = _POINTS) -> dict[str, Any]:
    """Return the curve of a run, as far as it is newer than a time.

    Parameters
    ----------
    record : RunRecord
    after : float
        Seconds since 1970.
    most : int
        Points of each curve; of more, as many that lie evenly.

    Returns
    -------
    dict
        ``training`` and ``held_out_points``: lists of iteration and percent; ``time``: of the newest point.
    """
    rows = [row for row in record.rows if row[0] > after]
    held_out = sorted([each.iteration, each.cer] for each in record.readings)
    return {
        "training": _thinned([[int(row[1]), row[7]] for row in rows], most),
        "held_out_points": _thinned(held_out, most),
        "time": rows[-1][0] if rows else after,
    }


def _thinned(points: list[list[float]], most: int) -> list[list[float]]:
    """Return at most so many points that lie evenly, the first and the last among them."""
    if len(points) <= most:
        return points
    step = (len(points) - 1) / (most - 1)
    return [points[round(place * step)] for place in range(most)]


def _checkpoints(record: RunRecord, root: Root) -> list[dict[str, Any]]:
    """Return the checkpoints that can be opened: the present one, then those that stay, the newest first."""
    newest = f"{record.model_output}_checkpoint"
    found: list[tuple[str, int, str, float | None]] = []
    if record.saved_iteration is not None:
        found.append(("current", record.saved_iteration, newest, None))
    folder = os.path.dirname(newest)
    for iteration, kind, file, bcer, written in reversed(record.checkpoint_rows):
        if written:
            found.append((kind, iteration, os.path.join(folder, os.path.basename(file)), bcer))
    return [
        {"kind": kind, "iteration": iteration, "path": root.name_of(path), "bcer": bcer}
        for kind, iteration, path, bcer in found
        if os.path.isfile(path)
    ][:_CHECKPOINTS]


def go_on(record: RunRecord, timeout: float = _BEGIN) -> None:
    """Go on with a run that is over from its last checkpoint, in a process of its own.

    It goes on when the server ends. What it prints is in a file beside the record, ending in ``.run.log``.

    Raises
    ------
    InputError
        If it does not begin; as the process said it.
    """
    before = record.about.get("run")
    log = Path(f"{record.model_output}.run.log")
    command = [sys.executable, "-m", "tessnb", "runs", "--resume", record.model_output]
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(log)) from None
    _started[:] = [each for each in _started if each.poll() is None] + [process]
    deadline = time.monotonic() + timeout
    while record.about.get("run") == before:
        if process.poll() is not None:
            said = log.read_text("utf-8", "replace").strip().splitlines()
            raise InputError(said[-1] if said else "the training did not begin", where=record.name)
        if time.monotonic() > deadline:
            raise InputError(f"the training has not begun in {timeout:g} seconds", where=record.name)
        time.sleep(0.1)


def _tell(record: RunRecord, command: str) -> None:
    if command == "resume" and record.state.is_over:
        go_on(record)
    else:
        record.tell(command, timeout=_ANSWER)


class _RunHandler(Handler):
    def watch(self) -> RunWatch:
        """Return what finds the runs of this server."""
        watch = self.settings.get("tessnb_runs")
        if not isinstance(watch, RunWatch) or watch.folder != str(self.root.folder):
            watch = self.settings["tessnb_runs"] = RunWatch(str(self.root.folder))
        return watch

    async def record(self, path: Any) -> RunRecord:
        """Return the run of a path as `describe_run` has it."""
        return await self.off_thread(self.watch().run, self.inside(f"{path}.run.jsonl"))


class RunsHandler(_RunHandler):
    """All of them."""

    async def get(self) -> None:
        watch, root = self.watch(), self.root

        def describe() -> list[dict[str, Any]]:
            return [describe_run(record, root) for record in watch.runs(_RUNS)]

        found = await self.off_thread(describe)
        self.reply({"runs": found, "whole": watch.is_whole, "now": time.time()})


class RunHandler(_RunHandler):
    """One of them, with its curve and its checkpoints."""

    async def get(self) -> None:
        record, root = await self.record(self.get_query_argument("path")), self.root
        after = _number(self.get_query_argument("after", "0"))

        def describe() -> dict[str, Any]:
            about = describe_run(record, root)
            return {**about, **points_of(record, after), "checkpoints": _checkpoints(record, root)}

        self.reply(await self.off_thread(describe))


class TellHandler(_RunHandler):
    """What a run is told."""

    auth_resource = "kernels"

    async def post(self) -> None:
        body = self.body()
        command = body.get("command")
        if command not in _COMMANDS:
            raise InputError("no such command", found=json.dumps(command), expected=", ".join(_COMMANDS))
        record = await self.record(body.get("path"))
        await self.off_thread(_tell, record, command, seconds=_BEGIN + _ANSWER)
        self.reply(await self.off_thread(describe_run, record, self.root))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError("not a number", where="after", found=text) from None


ROUTES = (("runs", RunsHandler), ("runs/one", RunHandler), ("runs/tell", TellHandler))
