"""Bad bytes: millions of damaged and made-up files for every reader, each in a process that may not grow."""

from __future__ import annotations

import json
import mmap
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.stress.fuzz_worker import HEAD, Outcome
from tests.stress.readers import READERS
from tests.stress.report import RESULTS, Row

__all__ = ["fuzz", "fuzz_a_little", "reproduce", "try_all"]

#: Seconds after which an input hangs.
_HANGS = 20.0
_LARGEST = 1 << 20


def fuzz(seed: int, minutes: float, *, only: str = "", fresh: bool = False) -> Iterator[Row]:
    """Try inputs on all readers, or those with a word in their names, for so long; yield a row each.

    What reached something new is kept in ``build/stress/inputs``, and the next run begins with it.
    """
    names = [name for name in READERS if only in name]
    shares = sum(READERS[name].share for name in names)
    jobs = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, len(names))
    plan = [(name, minutes * 60 * jobs * READERS[name].share / shares) for name in names]
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda each: _one(*each, seed, fresh), plan)


def _one(name: str, seconds: float, seed: int, fresh: bool) -> Row:
    folder = RESULTS / "inputs" / name.replace(" ", "_")
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for path in folder.iterdir():
            path.unlink()
    total, left, turn = Outcome(), seconds, 0
    problems: dict[str, bytes] = {}
    while left > 1 or not turn:
        about = {"seconds": left, "folder": str(folder)}
        began = time.monotonic()
        found, ended, lost = try_all(f"{seed}+{turn}" if turn else str(seed), {name: about})
        left -= time.monotonic() - began
        turn += 1
        if ended:  # by a crash or a hang
            problems.setdefault(ended, lost[2])
            total.tried += lost[1]
        for outcome in found.values():
            _add(total, outcome)
            problems |= {problem: bytes.fromhex(data) for problem, data in outcome.problems.items()}
    for number, (problem, data) in enumerate(problems.items()):
        (folder / f"problem-{number}").write_bytes(data)
        (folder / f"problem-{number}.txt").write_text(problem)
    note = f"{_all_runs(folder, total):,} in all runs; {total.accepted:,} read, {total.lines} lines reached"
    note += f", slowest {total.slowest * 1000:.0f} ms, {total.memory} MiB"
    texts = [f"{problem}: {data[:200].hex()}" for problem, data in problems.items()]
    return Row(name, total.tried, total.accepted + total.refused, seconds - left, note, texts)


def _add(total: Outcome, more: Outcome) -> None:
    for key in ("tried", "accepted", "refused", "kept"):
        setattr(total, key, getattr(total, key) + getattr(more, key))
    for key in ("slowest", "memory", "lines"):
        setattr(total, key, max(getattr(total, key), getattr(more, key)))


def _all_runs(folder: Path, total: Outcome) -> int:
    path = folder / "total.json"
    before = json.loads(path.read_text())["tried"] if path.exists() else 0
    path.write_text(json.dumps({"tried": before + total.tried}))
    return int(before + total.tried)


def try_all(
    seed: str, readers: dict[str, dict[str, Any]]
) -> tuple[dict[str, Outcome], str, tuple[str, int, bytes]]:
    """Try inputs in another process, and watch over it.

    Parameters
    ----------
    seed : str
    readers : dict
        By name: ``seconds`` or ``count``, and ``folder`` for what is kept.

    Returns
    -------
    outcomes : dict of str to Outcome
    ended : str
        How it ended before its time; "" if it did not.
    lost : tuple of str, int and bytes
        What it was at then: the reader, the number of the input, and the input.
    """
    with tempfile.NamedTemporaryFile() as shared:
        shared.truncate(HEAD.size + _LARGEST)
        view = mmap.mmap(shared.fileno(), 0)
        request = {"seed": seed, "readers": readers, "shared": shared.name}
        limits = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONFAULTHANDLER": ""}
        with subprocess.Popen(
            [sys.executable, "-m", "tests.stress.fuzz_worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **limits}, text=True,
        ) as process:  # fmt: skip
            hung: list[str] = []
            threading.Thread(target=_watch, args=(process, view, hung), daemon=True).start()
            answer, said = process.communicate(json.dumps(request))
        lost = _at(view)
        if process.returncode == 0:
            return {name: Outcome(**found) for name, found in json.loads(answer).items()}, "", lost
        if hung:
            return {}, hung[0], lost
        code = process.returncode
        how = signal.Signals(-code).name if code < 0 else " | ".join(said.strip().splitlines()[-6:])
        return {}, f"the process ended: {how}", lost


def _at(view: mmap.mmap) -> tuple[str, int, bytes]:
    name, number, size = HEAD.unpack(view[: HEAD.size])
    return name.rstrip(b"\0").decode(), number, view[HEAD.size : HEAD.size + size]


def _watch(process: subprocess.Popen[str], view: mmap.mmap, hung: list[str]) -> None:
    """Kill a process that is at the same input for too long; at none it may take ten times that."""
    at, since = b"", time.monotonic()
    while process.poll() is None:
        now = view[: HEAD.size]
        if now != at:
            at, since = now, time.monotonic()
        elif time.monotonic() - since > _HANGS * (1 if any(at) else 10):
            hung.append("a hang")
            process.kill()
            return
        time.sleep(0.5)


def fuzz_a_little(seed: int, most: int = 400) -> Iterator[Row]:
    """Try a few inputs on all readers, always the same for a seed; yield a row each."""
    names = list(READERS)
    halves = [{name: {"count": int(most / READERS[name].share)} for name in names[k::2]} for k in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        for found, ended, (name, number, data) in pool.map(lambda half: try_all(str(seed), half), halves):
            if ended:
                yield Row(name, number, number - 1, 0.0, "", [f"{ended}: {data[:200].hex()}"])
            for name, outcome in found.items():
                texts = [f"{problem}: {data[:400]}" for problem, data in outcome.problems.items()]
                held = outcome.accepted + outcome.refused
                yield Row(name, outcome.tried, held, outcome.seconds, f"{outcome.lines} lines reached", texts)


def reproduce(name: str, path: Path) -> str:
    """Try one input of a file on a reader; return what comes of it."""
    with tempfile.TemporaryDirectory() as folder:
        READERS[name].read(path.read_bytes(), Path(folder))
    return "read"
