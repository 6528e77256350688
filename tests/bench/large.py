"""A hundred thousand lines evaluated as they stream by: time, time until the tables are there, memory."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

from tests.bench.measure import usage
from tests.bench.rows import Bench, Row

__all__ = ["large_evaluation"]

LINES = 100_000

#: What a process of its own does: a small network learns forty lines and reads them again and again.
_PROGRAM = """
import random, time
import tessnb as tn

draw = random.Random(1)
words = "tea boat pier crew rope nine open rain".split()
text = "\\n".join(" ".join(draw.sample(words, 3)) for _ in range(40))
lines = list(tn.render(text, ["DejaVu Sans"], xsize=500))
run = tn.train_from_scratch(
    tn.make_starter(text), lines, net_spec="[1,16,0,1 Ct3,3,8 Mp3,3 Lfys12 Lbx24 O1c1]",
    learning_rate=0.006, max_iterations={iterations},
)
run.start().wait()
ended = 0.0

def note(done, total):
    global ended
    ended = time.perf_counter()

began = time.perf_counter()
stream = (lines[number % len(lines)] for number in range({count}))
result = tn.evaluate(run.model(), stream, progress=note)
result.summary, result.confusions
for group in ("font", "script", "character_class", "document", "word_position"):
    result.by(group)
print("read", ended - began, "summarized", time.perf_counter() - ended, "errors", len(result.errors))
"""


def large_evaluation(bench: Bench) -> Iterator[Row]:
    """Yield lines per second, seconds for all tables, and peak memory: of a good and of a hopeless model."""
    for name, iterations in (("a few errors", 1500), ("everything wrong", 1)):
        program = _PROGRAM.format(iterations=iterations, count=LINES)
        used = usage([sys.executable, "-c", program], dict(os.environ), bench.empty_folder("large"))
        found = re.search(r"read ([\d.]+) summarized ([\d.]+) errors (\d+)", used.output)
        if found is None:
            raise RuntimeError(used.output)
        note = f"{int(found[3]):,} wrong characters"
        yield Row(f"{LINES:,} lines evaluated, {name}", "lines/s", LINES / float(found[1]), note=note)
        yield Row(f"{LINES:,} lines: the tables and groups, {name}", "s", float(found[2]))
        yield Row(f"{LINES:,} lines: peak memory, {name}", "MiB", used.peak)
