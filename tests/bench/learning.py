"""Thousands of iterations from scratch: how good it becomes, in several orders of the data, and how soon.

Every run is kept in ``build/bench/learning``, so that an interrupted measurement goes on where it was; what
is deleted there is measured again. Times are also given in seconds of processor time, which other programs
on the machine hardly change.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tessnb.formats.lstmf import Document
from tests.bench.material import NET_SPEC, shuffled
from tests.bench.measure import cpu_seconds
from tests.bench.rows import TESSNB, Bench, Row
from tests.bench.speed import BATCH_SIZE
from tests.short_lines import shorten

__all__ = [
    "Curve",
    "distribution",
    "learning_curve",
    "short_distribution",
    "short_documents",
    "time_to_learn",
]

ITERATIONS = 5000
ORDERS = (1, 2, 3)
#: The same in two minutes: the beginnings of a few lines in three fonts, and a small network.
SHORT_ITERATIONS, SHORT_LINES = 5000, 8
SHORT_NET = "[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lfx32 O1c1]"
#: Percent of BCER under which it has to stay.
LEARNED = 5.0

_PROGRESS = re.compile(r"At iteration \d+/(\d+)/\d+, .*BCER train=([\d.]+)%, BWER train=([\d.]+)%")
_SIDES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "tessnb": (TESSNB, ()),
    f"tessnb-batch-{BATCH_SIZE}": (TESSNB, ("--batch_size", str(BATCH_SIZE))),
    "reference": ((), ()),
}


@dataclass(frozen=True)
class Curve:
    """What a trainer printed every hundred iterations, and when.

    Attributes
    ----------
    iterations : list of int
    bcer, bwer : list of float
        Percent, of the last thousand lines.
    wall, cpu : list of float
        Seconds since the start of the command: by the clock, and of all threads together.
    """

    iterations: list[int]
    bcer: list[float]
    bwer: list[float]
    wall: list[float]
    cpu: list[float]

    def when_below(self, bcer: float) -> int | None:
        """Return the index from which on the error stays below a limit, or None."""
        above = [index for index, value in enumerate(self.bcer) if value >= bcer]
        first = above[-1] + 1 if above else 0
        return first if first < len(self.bcer) else None


def learning_curve(command: list[str], environment: dict[str, str], cwd: Path) -> Curve:
    """Run a trainer to its end."""
    began = time.perf_counter()
    curve = Curve([], [], [], [], [])
    tail: list[str] = []
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            tail = [*tail[-20:], line]
            if found := _PROGRESS.search(line):
                curve.iterations.append(int(found[1]))
                curve.bcer.append(float(found[2]))
                curve.bwer.append(float(found[3]))
                curve.wall.append(round(time.perf_counter() - began, 3))
                curve.cpu.append(cpu_seconds(process.pid))
    if process.returncode or not curve.iterations:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{''.join(tail)}")
    return curve


def short_documents(bench: Bench) -> list[Path]:
    """Return documents of short lines."""
    folder = bench.results / "learning" / "short-documents"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for path in bench.material.documents[:3]:
        pages = Document.read(path).pages[:SHORT_LINES]
        paths.append(folder / path.name)
        Document([shorten(page).to_image_data() for page in pages if page is not None]).write(paths[-1])
    return paths


def _curve(bench: Bench, side: str, order: int, *, short: bool = False) -> Curve:
    kind = bench.material.folder.name + ("-short" if short else "")
    folder = bench.results / "learning" / kind
    result = folder / f"{side}-{order}.json"
    if not result.exists():
        folder.mkdir(parents=True, exist_ok=True)
        prefix, flags = _SIDES[side]
        documents, net, iterations = bench.material.documents, NET_SPEC, ITERATIONS
        if short:
            documents, net, iterations = short_documents(bench), SHORT_NET, SHORT_ITERATIONS
            flags = (*flags, "--learning_rate", "0.01")
        lines = shuffled(documents, order, folder / f"lines-{order}")
        curve = learning_curve(*bench.training(prefix, iterations, None, *flags, lines=lines, net=net))
        result.write_text(json.dumps(asdict(curve)))
    return Curve(**json.loads(result.read_text()))


def short_distribution(bench: Bench) -> Iterator[Row]:
    """As `distribution`, with less of everything."""
    return distribution(bench, short=True)


def distribution(bench: Bench, *, short: bool = False) -> Iterator[Row]:
    """Final BCER of both sides, in each order and in the middle."""
    finals: list[tuple[float, float]] = []
    what = f"BCER after {SHORT_ITERATIONS} iterations, short lines"
    if not short:
        what = f"BCER after {ITERATIONS} iterations"
    for order in ORDERS:
        ours, reference = (_curve(bench, side, order, short=short) for side in ("tessnb", "reference"))
        finals.append((ours.bcer[-1], reference.bcer[-1]))
        note = f"best {min(ours.bcer):.3f} against {min(reference.bcer):.3f}; "
        note += f"CPU {ours.cpu[-1]:.0f} s against {reference.cpu[-1]:.0f} s"
        yield Row(f"{what}, order {order}", "%", *finals[-1], note=note)
    mine, theirs = (median(pair[side] for pair in finals) for side in (0, 1))
    yield Row(f"{what}, median", "%", mine, theirs)


def time_to_learn(bench: Bench) -> Iterator[Row]:
    """Seconds from the command until BCER stays below `LEARNED`, by mode."""
    reference = _curve(bench, "reference", 1)
    theirs = reference.when_below(LEARNED)
    for side in list(_SIDES)[:2]:
        ours = _curve(bench, side, 1)
        mine = ours.when_below(LEARNED)
        if mine is None or theirs is None:
            yield Row(f"BCER below {LEARNED:g} %, {side}", "s", None, note="not reached by both")
            continue
        note = f"after {ours.iterations[mine]} and {reference.iterations[theirs]} lines; "
        note += f"CPU {ours.cpu[mine]:.0f} s against {reference.cpu[theirs]:.0f} s"
        wall = ours.wall[mine], reference.wall[theirs]
        yield Row(f"BCER below {LEARNED:g} %, {side}", "s", *wall, wall[1] / wall[0], note=note)
