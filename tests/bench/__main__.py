"""``make bench``: tessnb against Debian's Tesseract tools side by side, as a table, JSON and a picture.

``python -m tests.bench [--runs N] [--only WORD] [--all]``. What costs too much for every run, and what it is
made of, is kept in ``build/bench``. Rows measured earlier stay in the JSON and in the picture until they are
measured again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.browser import browser
from tests.bench.charsets import charsets
from tests.bench.cluster import cluster
from tests.bench.cost import cost
from tests.bench.footprint import memory, start
from tests.bench.lab_open import lab_open
from tests.bench.languages import languages
from tests.bench.large import large_evaluation
from tests.bench.learning import distribution, short_distribution, time_to_learn
from tests.bench.measure import machine
from tests.bench.newcomer import newcomer
from tests.bench.picture import draw
from tests.bench.rows import Bench, Row
from tests.bench.same import same_evaluation
from tests.bench.scans import scans
from tests.bench.scripts import scripts
from tests.bench.speed import batches, evaluation, rendering, training

RESULTS = Path("build/bench").resolve()


@dataclass(frozen=True)
class Measurement:
    """What can be asked for by name; a long one is measured only then, or with ``--all``."""

    rows: Callable[[Bench], Iterator[Row]]
    long: bool = False


MEASUREMENTS = {
    "training": Measurement(training),
    "batches": Measurement(batches),
    "evaluation": Measurement(evaluation),
    "rendering": Measurement(rendering),
    "memory": Measurement(memory),
    "start": Measurement(start),
    "large-evaluation": Measurement(large_evaluation, long=True),
    "same-evaluation": Measurement(same_evaluation, long=True),
    "short-distribution": Measurement(short_distribution, long=True),
    "distribution": Measurement(distribution, long=True),
    "learning": Measurement(time_to_learn, long=True),
    "charsets": Measurement(charsets, long=True),
    "languages": Measurement(languages, long=True),
    "scripts": Measurement(scripts, long=True),
    "scans": Measurement(scans, long=True),
    "cluster": Measurement(cluster, long=True),
    "cost": Measurement(cost, long=True),
    "browser": Measurement(browser, long=True),
    "lab-open": Measurement(lab_open, long=True),
    "newcomer": Measurement(newcomer, long=True),
}


def _figure(value: float | None, form: str = "10.2f") -> str:
    width = int(form.partition(".")[0])
    return " " * width if value is None else format(value, form)


def show(row: Row) -> str:
    """Return a line of the table."""
    ratio = " " * 8 if row.ratio is None else f"{row.ratio:7.2f}×"
    limit = " " * 8 if row.fraction is None else f"{row.fraction:7.0%} "
    figures = f"{_figure(row.ours)} {_figure(row.reference)}"
    return f"{row.what:56}{figures} {ratio}{limit}{row.unit}" + (f"  ({row.note})" if row.note else "")


def save(measured: dict[str, list[dict[str, Any]]], bench: Bench) -> None:
    """Put the rows beside those of earlier runs, and draw all."""
    path = RESULTS / "bench.json"
    earlier = json.loads(path.read_text()).get("measurements", {}) if path.exists() else {}
    merged = {**earlier, **measured}
    record = {"machine": machine(), "runs": bench.runs, "measurements": merged}
    for name in ("gflops", "omp_rates"):
        if name in vars(bench):
            record[name] = vars(bench)[name]
    path.write_text(json.dumps(record, indent=1))
    rows = [row for name in MEASUREMENTS for row in merged.get(name, [])]
    description = machine()
    title = f"{description['processor']}, {description['cores']} cores; Tesseract {description['reference']}"
    (RESULTS / "bench.svg").write_text(draw([row for row in rows if row["ratio"]], title))
    print(f"saved {path.name} and bench.svg in build/bench")


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(
        prog="make bench",
        description="Measure tessnb against Debian's Tesseract tools, in turn, on this machine.",
        epilog=f"Measurements: {', '.join(MEASUREMENTS)}.",
    )
    parser.add_argument("--runs", type=int, default=5, help="measurements of each side (default 5)")
    parser.add_argument("--only", default="", help="measure only what has this word in its name")
    parser.add_argument("--omp", type=int, nargs="*", help="OMP_THREAD_LIMIT of the reference (default: try)")
    parser.add_argument("--all", action="store_true", help="also what takes long (an hour)")
    options = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    for name, value in machine().items():
        print(f"{name:12}{value}")
    chosen = {
        name: measurement
        for name, measurement in MEASUREMENTS.items()
        if (options.only in name if options.only else options.all or not measurement.long)
    }
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), RESULTS, options.runs, options.omp or ())
        reached = ", ".join(f"{rate:.0f} GFLOP/s on {count}" for count, rate in bench.gflops.items())
        print(f"a float32 matrix product reaches {reached} threads\n")
        print(f"{'':56}{'tessnb':>10} {'reference':>10} {'ratio':>8}{'of limit':>8}", flush=True)
        measured: dict[str, list[dict[str, Any]]] = {}
        for name, measurement in chosen.items():
            measured[name] = []
            for row in measurement.rows(bench):
                print(show(row), flush=True)
                measured[name].append({**asdict(row), "fraction": row.fraction})
            save(measured, bench)


if __name__ == "__main__":
    main()
