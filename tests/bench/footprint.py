"""What a run takes besides time: memory, with and without a limit on images; and how long until it begins."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tessnb.formats.lstmf import Document
from tests.bench.measure import usage
from tests.bench.rows import TESSNB, Bench, Row, in_turn
from tests.bench.speed import BATCH_SIZE

__all__ = ["memory", "start"]

#: MiB for images, and the size of the list that is read with them.
LIMIT, LIST = 30, 300
ITERATIONS = 64


def memory(bench: Bench) -> Iterator[Row]:
    """Peak memory of training, also on a list ten times larger than ``--max_image_MB``."""

    def peak(prefix: tuple[str, ...], *flags: str, lines: Path | None, learned: bool) -> float:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        training = bench.training(prefix, ITERATIONS, environment, *flags, lines=lines, learned=learned)
        return usage(*training).peak

    def row(
        what: str,
        mine: tuple[str, ...] = (),
        theirs: tuple[str, ...] = (),
        *,
        lines: Path | None = None,
        learned: bool = False,
    ) -> Row:
        made = in_turn(
            bench,
            what,
            "MiB",
            lambda: peak(TESSNB, *mine, lines=lines, learned=learned),
            lambda: peak((), *theirs, lines=lines, learned=learned),
            higher_is_better=False,
        )
        assert made.ours is not None
        assert made.reference is not None
        return replace(made, note=f"{made.ours - made.reference:+.0f} MiB")

    yield row("peak memory of training")
    batch = ("--batch_size", str(BATCH_SIZE))
    yield row(f"peak memory, {BATCH_SIZE} lines to an update", batch, learned=True)
    large, limit = _large_list(bench), ("--max_image_MB", str(LIMIT))
    for name, order in (("in turns", ()), ("in sequence", ("--sequential_training",))):
        what = f"peak memory, list of {LIST} MiB, limit {LIMIT} MiB, {name}"
        yield row(what, (*limit, *order), (*limit, *order), lines=large)


def _large_list(bench: Bench) -> Path:
    """Return a list of ten documents that are too large together."""
    folder = bench.folder / "large"
    listed = folder / "list"
    if not listed.exists():
        folder.mkdir()
        pages = [page for path in bench.material.documents for page in Document.read(path).pages]
        size = sum(len(page.image_data) for page in pages if page)
        copies = 1 + (LIST << 20) // (10 * size)
        paths = [folder / f"{number}.lstmf" for number in range(10)]
        for path in paths:
            Document(pages * copies).write(path)
        listed.write_text("".join(f"{path}\n" for path in paths))
    return listed


def start(bench: Bench) -> Iterator[Row]:
    """Seconds from the command to the end of the first iteration."""
    first_iteration(bench, TESSNB)
    yield in_turn(
        bench,
        "start to first iteration, warm",
        "s",
        lambda: first_iteration(bench, TESSNB),
        lambda: first_iteration(bench, ()),
        higher_is_better=False,
    )
    with tempfile.TemporaryDirectory() as cache:
        cold = first_iteration(bench, TESSNB, {**os.environ, "NUMBA_CACHE_DIR": cache})
    yield Row("start to first iteration, everything compiled", "s", cold, note="once on a machine")


def first_iteration(
    bench: Bench, prefix: tuple[str, ...], environment: dict[str, str] | None = None
) -> float:
    """Return how long a trainer takes until it prints the figures of its first line."""
    environment = environment or {**os.environ, "OMP_THREAD_LIMIT": "1"}
    command, environment, folder = bench.training(prefix, 1, environment, "--debug_interval", "-1")
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Mean rms="):
                taken = time.perf_counter() - began
                process.stderr.read()
                return taken
    raise RuntimeError(f"{command} ended with {process.returncode} before its first iteration")
