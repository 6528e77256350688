"""Very many lines on disk: listed, checked, shuffled, trained on and read, in memory that is measured."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import tessnb as tn
from tessnb.formats._binary import Writer
from tessnb.lines import TrainingLines
from tests.stress import material
from tests.stress.forking import Child
from tests.stress.report import Row

__all__ = ["scale"]

#: Lines of a document, and different lines there are.
_EACH, _KINDS = 10_000, 1_000
#: Lines, out of all parts of the list, that are read, checked, trained on and evaluated.
_SOME = 5_000, 2_000, 1_000, 2_000
#: Of the whole, a tenth is trained on, and what is held out evaluated.
_WHOLE = 10
#: MiB that a million lines may add to a process; with tables that have a row for each.
_ROOM, _ROOM_FOR_TABLES = 200, 3_000
#: Lines from which on rates are compared, and the least that the longest list may have of the shortest's.
_LONG, _LEAST = 10_000, 0.6


def scale(lines: int, folder: Path, *, whole: bool = False) -> Iterator[Row]:
    """Do everything with a hundredth, a tenth and all of so many lines; yield a row for each.

    `whole` reads and checks every line; otherwise some of all parts.
    """
    room = _ROOM_FOR_TABLES if whole else _ROOM
    material.trained()
    pages = _pages()
    shortest: dict[str, int] = {}
    for count in sorted({max(lines // 100, 200), max(lines // 10, 200), lines}):
        began = time.monotonic()
        place = folder / f"{count}"
        place.mkdir()
        _write(place, count, pages)
        written = time.monotonic() - began
        answer = place / "figures.json"
        child = Child(lambda place=place, count=count: _measure(place, count, whole), place / "error.txt")
        patience = 7200 if whole else 1200
        problems = [] if child.wait(patience) == 0 else [child.error()[-500:] or "it was killed"]
        note = f"{_size(place) >> 20:,} MiB on disk, written in {written:.0f} s"
        if answer.exists():
            told: dict[str, int] = json.loads(answer.read_text())
            note += "".join(f"; {name} {value:,}" for name, value in told.items())
            if (more := told.pop("MiB")) > room:
                problems.append(f"{more} MiB more than an empty process; {room} are allowed")
            if count >= _LONG:
                shortest = shortest or told
                slower = [name for name in told if told[name] < _LEAST * shortest[name]]
                problems += [f"{name}: {told[name]:,} instead of {shortest[name]:,}" for name in slower]
        yield Row(
            f"{count:,} lines", count, count if not problems else 0, time.monotonic() - began, note, problems
        )


def _pages() -> list[bytes]:
    """Some lines as documents hold them."""
    found = []
    for number in range(_KINDS):
        writer = Writer()
        writer.number("B", 1)
        material.line(number).to_image_data().write_to(writer)
        found.append(writer.getvalue())
    return found


def _write(folder: Path, count: int, pages: list[bytes]) -> None:
    choice = Random(count)
    names = []
    for first in range(0, count, _EACH):
        here = min(_EACH, count - first)
        names.append(folder / f"part{first:08}.lstmf")
        chosen = choice.choices(pages, k=here)
        names[-1].write_bytes(struct.pack("<I", here) + b"".join(chosen))
    (folder / "list").write_text("".join(f"{name}\n" for name in names))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _memory(kind: str) -> int:
    """MiB that the process holds, "VmRSS", or has held at most, "VmHWM"."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{kind}:")[2].split()[0]) >> 10


def _rate(count: int, work: Callable[[], object]) -> int:
    """Return how many a second of work on a core, whoever else has the cores."""
    began = time.process_time()
    work()
    return round(count / max(time.process_time() - began, 1e-6))


def _measure(folder: Path, count: int, whole: bool) -> None:
    """List, shuffle and split all lines; read, check, train on and evaluate some of all parts, or all."""
    part = count // _WHOLE
    reading, checked, trained, evaluated = (
        (count, count, part, part) if whole else (min(each, count) for each in _SOME)
    )
    before = _memory("VmRSS")
    found: dict[str, Any] = {}
    opened: list[TrainingLines] = []
    found["listed a second"] = _rate(count, lambda: opened.append(tn.open_lines(folder / "list")))
    lines = opened[0]
    assert len(lines) == count
    orders: list[np.ndarray] = []
    shuffle = np.random.default_rng(1).permutation
    found["shuffled a second"] = _rate(count, lambda: orders.append(shuffle(count)))
    shuffled = _Shuffled(lines, orders[0])

    def read() -> None:
        for place in range(reading):
            assert shuffled[place].width > 0

    found["read a second"] = _rate(reading, read)
    model = material.trained().model()
    some = shuffled[:checked]
    found["checked a second"] = _rate(len(some), lambda: tn.preflight(some, model).problems)
    split: list[Sequence[tn.TrainingLine]] = []
    found["split a second"] = _rate(count, lambda: split.extend(tn.hold_out(shuffled, 0.1)))
    assert [len(part) for part in split] == [count - count // 10, count // 10]
    run = material.run(lines=split[0], max_iterations=trained)
    found["trained a second"] = _rate(trained, run.execute)
    some = split[1][:evaluated]
    found["evaluated a second"] = _rate(len(some), lambda: tn.evaluate(model, some))
    found["MiB"] = max(_memory("VmHWM") - before, 0)
    (folder / "figures.json").write_text(json.dumps(found))


class _Shuffled(Sequence[tn.TrainingLine]):
    """The lines of a list in another order, read when asked for."""

    def __init__(self, lines: TrainingLines, order: np.ndarray) -> None:
        self._lines, self._order = lines, order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return _Shuffled(self._lines, self._order[index])
        return self._lines[int(self._order[index])]
