"""Logs of any size: what is drawn of them is that of the whole, and memory stays bounded."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

import tessnb as tn
from tessnb.analysis.log_file import LogFile
from tessnb.analysis.log_outline import outline
from tessnb.errors import FormatError, InputError
from tests.analysis.test_log_outline import report
from tests.analysis.test_logs import OLD


def long_text(reports: int) -> str:
    """A log with an extreme here and there, an evaluation now and then, and lines that could not be used."""
    found = []
    for n in range(1, reports + 1):
        error = 1.0 if n == reports // 3 else 99.5 if n == reports // 2 else 50.0 + n % 7
        found.append(report(100 * n, error, "wrote checkpoint."))
        if n % 1000 == 0:
            found.append(f"At iteration {n * 50}, stage 0, BCER eval={error + 1}, BWER eval=60\n")
            found.append("Compute CTC targets failed for a line!\nDivergence! Reverted to iteration 1/2/3\n")
    return "".join(found)


def test_a_log_read_in_pieces_is_that_of_the_whole(tmp_path: Path) -> None:
    """Whatever is there of it when somebody looks, also half a line."""
    text = OLD.replace("\n", "\r\n") + long_text(300) + "é" * 20
    data = text.encode()
    chance = random.Random(1)
    path = tmp_path / "log"
    path.write_bytes(data[:400])
    file = LogFile(path)
    for end in [*sorted(chance.sample(range(400, len(data)), 20)), len(data)]:
        path.write_bytes(data[:end])
        assert file.read() == outline(tn.read_log(path))
        assert (file.part, file.generation) == (1, tn.read_log(path).generation)
    path.write_text(
        "At iteration 0, stage 0, BCER eval=3.5, BWER eval=9\n" + "x\n" * len(data)
    )  # another one
    assert file.read().evaluations == [(0.0, 3.5, 9.0)]
    path.write_text("nothing\n")
    with pytest.raises(FormatError, match="not a log"):
        file.read()
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        file.read()


def test_another_training_in_the_same_file_is_not_the_old_one_gone_on(tmp_path: Path) -> None:
    """It says the same at first, and has more to say."""
    path = tmp_path / "log"
    lines = "".join(f"Loaded 28/28 lines (1-28) of document train/{n:03}.lstmf\n" for n in range(100))
    path.write_text(lines + report(100, 50.0) + report(200, 40.0))
    file = LogFile(path)
    assert file.read().iterations == [100, 200]
    path.write_text(lines + report(100, 51.5) + report(200, 41.5) + report(300, 39.5))
    found = file.read()
    assert found == outline(tn.read_log(path))
    assert (found.iterations, found.figures["bcer"]) == ([100, 200, 300], [51.5, 41.5, 39.5])
    path.write_text("At iteration 0, stage 0, BCER eval=3.5, BWER eval=9")  # which does not end its line
    assert file.read() == outline(tn.read_log(f"{path.read_text()}\n"))
    assert file.generation == "5"


def test_what_takes_long_is_read_part_by_part(tmp_path: Path) -> None:
    """Ends, extremes and the best are those of the whole, and the last events are there."""
    reports = 30_000
    path = tmp_path / "log"
    path.write_text(long_text(reports))
    file = LogFile(path)
    parts = []
    while file.part < 1:
        found = file.read(0)
        parts.append(file.part)
    assert len(parts) == -(-path.stat().st_size // (1 << 20))
    assert parts == sorted(parts)
    assert found == outline(tn.read_log(path))
    assert found.best == (100 * (reports // 3), 1.0)
    assert (len(found.marks), found.skipped) == (60, 30)
    places = [place for place, _, _ in found.evaluations]
    assert places == pytest.approx([100_000.0 * n for n in range(1, 31)])
    assert 400 < len(found.iterations) <= 800
    assert found.iterations == sorted(set(found.iterations))
    assert [found.iterations[0], found.iterations[-1]] == [100, 100 * reports]
    drawn = dict(zip(found.iterations, found.figures["bcer"], strict=True))
    assert (drawn[100 * (reports // 3)], drawn[100 * (reports // 2)]) == (1.0, 99.5)


def test_a_hundred_megabytes_need_little_memory(tmp_path: Path) -> None:
    text = long_text(20_000)
    truth = "Iteration 7: GROUND  TRUTH : a line of text of the usual length, as it is printed in between\n"
    path = tmp_path / "log"
    with path.open("w") as log:
        while log.tell() < 100_000_000:
            log.write(text + truth * 40_000)
    code = (
        "import resource, sys\n"
        "from tessnb.analysis.log_file import LogFile\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "file, before = LogFile(sys.argv[1]), peak()\n"
        "while file.part < 1: found = file.read()\n"
        "print(peak() - before, len(found.iterations), found.best)"
    )
    found = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    kilobytes, points, best = found.stdout.split(" ", 2)
    assert int(kilobytes) < 50_000
    assert int(points) <= 800
    assert best == "(666600, 1.0)\n"
