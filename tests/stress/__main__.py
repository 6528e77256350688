"""``make stress``: bad bytes, faults, threads and sizes, tried for minutes, as a table and JSON.

``python -m tests.stress [fuzz|faults|threads|scale|all] [--minutes N] [--seed N]``. Results, and inputs that
reached something new, are kept in ``build/stress``.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.stress.report import Row, save, show

#: What can be asked for, and what it is.
_PARTS = {
    "fuzz": "damaged and made-up files for every reader, in processes that may not grow or hang",
    "faults": "kill -9 at random moments; full disks, closed folders, files that go, clocks, interrupts",
    "threads": "a run and its displays told everything in any order by several threads, also in real kernels",
    "scale": "very many lines on disk, listed, checked, shuffled, trained on and read",
}


def _rows(part: str, options: argparse.Namespace, folder: str) -> Iterator[Row]:
    minutes, seed, quick = options.minutes, options.seed, options.quick
    if part == "fuzz":
        from tests.stress.fuzz import fuzz, fuzz_a_little

        if quick:
            yield from fuzz_a_little(seed)
        else:
            yield from fuzz(seed, minutes, only=options.only, fresh=options.fresh)
    elif part == "faults":
        from tests.stress.faults import faults

        yield from faults(seed, 3 if quick else max(int(minutes * 15), 10))
    elif part == "threads":
        from tests.stress.in_kernels import in_kernels
        from tests.stress.schedule import threads

        steps = 240 if quick else max(int(minutes * 1000), 240)
        yield from threads(seed, steps, folder)
        yield from in_kernels(seed, steps, Path(folder), only_installed=quick)
    else:
        from tests.stress.scale import scale

        yield from scale(2_000 if quick else options.lines, Path(folder), whole=options.whole)


def _again(options: argparse.Namespace) -> int:
    from tests.stress.fuzz import reproduce

    print(reproduce(options.only, options.input))
    return 0


def main() -> int:
    """Try, print, save; return 1 if anything went wrong."""
    parser = argparse.ArgumentParser(
        prog="make stress",
        description=__doc__.splitlines()[0].partition(": ")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="parts:\n" + "\n".join(f"  {name:10}{what}" for name, what in _PARTS.items())
        + "\n\nA problem of fuzz stands in build/stress/inputs/READER/problem-N; try it again with\n"
        "  python -m tests.stress fuzz --only READER --input FILE",
    )  # fmt: skip
    parser.add_argument(
        "part", nargs="?", choices=[*_PARTS, "all"], default="all", help="what to try (default: all)"
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="minutes for each part, about (default 5)")
    parser.add_argument("--seed", type=int, help="repeats an earlier run; printed at the start")
    parser.add_argument(
        "--only", default="", metavar="WORD", help="only readers with this word in their names"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="forget the inputs that earlier runs of fuzz have kept"
    )
    parser.add_argument("--input", type=Path, help="try one file on the reader named by --only")
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines for scale (default 1,000,000)")
    parser.add_argument(
        "--whole", action="store_true", help="scale reads and checks every line (half an hour)"
    )
    parser.add_argument("--quick", action="store_true", help="a few seconds of each, as the tests do")
    options = parser.parse_args()
    if options.input:
        return _again(options)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10**6)
    print(f"seed {options.seed}", flush=True)
    chosen: list[str] = list(_PARTS) if options.part == "all" else [options.part]
    wrong = False
    for part in chosen:
        rows = []
        with tempfile.TemporaryDirectory() as folder:
            for row in _rows(part, options, folder):
                print(row, flush=True)
                rows.append(row)
        show(part, rows)
        wrong |= any(row.problems for row in rows)
        if not options.quick:
            print(f"saved in {save(part, options.seed, rows)}")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
