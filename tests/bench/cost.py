"""What a line costs, in training and in reading, by the length of the list and the sizes of line and network.

The lines are made up, so that nothing but the one size changes; what is drawn is measured, every point.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

import tessnb as tn
from tessnb.events import LineTrained
from tessnb.formats._binary import Writer
from tessnb.lines import TrainingLine
from tessnb.recognition import Model
from tessnb.training import (
    Characters,
    ListSamples,
    NetworkOptions,
    Samples,
    Trainer,
    new_learner,
)
from tests.bench.cost_picture import draw_costs
from tests.bench.measure import machine
from tests.bench.rows import Bench, Row

__all__ = ["Cost", "cost"]

_HEIGHT, _WIDTH, _CODES, _UNITS = 36, 1000, 111, 256
#: Pixels of a character.
_CHARACTER = 24
_SMALL_WIDTH, _SMALL_NET = 200, "[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lfx32 O1c1]"
_LISTS = (100, 1_000, 10_000, 100_000)
_WIDTHS = (200, 500, 1000, 2000, 4000)
_CHARSETS = (50, 150, 500, 1500, 5000)
_LSTMS = (64, 128, 256, 512)
#: Characters that take an output each: Tangut.
_FIRST = 0x17000
#: Lines to a document, and lines that are timed of a list.
_EACH, _TIMED = 1_000, 1_000
#: Different lines; those that do not count; at least so many that do, and seconds that they take about.
_DIFFERENT, _WARM, _LEAST, _SECONDS = 32, 3, 8, 1.0


@dataclass(frozen=True)
class Cost:
    """What a line costs at one size.

    Attributes
    ----------
    of, unit : str
        What has the size, and what it is counted in.
    size : int
    training, reading : float
        Milliseconds a line: exact training, a line to an update; and evaluation.
    """

    of: str
    unit: str
    size: int
    training: float
    reading: float


def cost(bench: Bench) -> Iterator[Row]:
    """Milliseconds a line, by each size; then the chart, ``cost.svg``."""
    costs = []
    for each in _costs(bench):
        costs.append(each)
        what = f"{each.of} {each.size:,}{each.unit and f' {each.unit}'}"
        yield Row(f"training on a line, {what}", "ms", each.training)
        yield Row(f"reading a line, {what}", "ms", each.reading)
    about = machine()
    path = bench.results / "cost.svg"
    draw_costs(costs, f"{about['processor']}, {about['cores']} cores", path)


def _costs(bench: Bench) -> Iterator[Cost]:
    runs = min(bench.runs, 3)
    for count in _LISTS:
        yield Cost("list of", "lines", count, *_of_list(bench.empty_folder("list"), count, runs))
    for width in _WIDTHS:
        yield Cost("width", "px", width, *_of_lines(_net(), _CODES, width, runs))
    for codes in _CHARSETS:
        yield Cost("character set of", "codes", codes, *_of_lines(_net(), codes, _WIDTH, runs))
    for units in _LSTMS:
        yield Cost("LSTM of", "units", units, *_of_lines(_net(units), _CODES, _WIDTH, runs))


def _net(units: int = _UNITS) -> str:
    """Return the tutorial's network, with a last LSTM of another size."""
    return f"[1,{_HEIGHT},0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx{units} O1c1]"


@cache
def _starter(codes: int) -> tn.TrainedData:
    """Return a starter with so many outputs: three that all have, and one of each character."""
    characters = [chr(_FIRST + number) for number in range(codes - 3)]
    rows = ["".join(characters[start : start + 20]) for start in range(0, len(characters), 20)]
    starter = tn.make_starter("\n".join(rows), words=[], pass_through_recoder=True)
    assert Characters.of(starter).recoder.code_range == codes
    return starter


def _line(width: int, codes: int, number: int) -> TrainingLine:
    """Return a line of scattered ink with as many characters as have room."""
    choice = np.random.default_rng(number)
    image = np.where(choice.random((_HEIGHT, width)) < 0.2, 0, 255).astype(np.uint8)
    text = "".join(chr(_FIRST + each) for each in choice.integers(0, codes - 3, width // _CHARACTER))
    return TrainingLine(image, text, box_texts=[text])


def _of_lines(net: str, codes: int, width: int, runs: int) -> tuple[float, float]:
    """Return milliseconds of training and of reading of lines in memory."""
    lines = [_line(width, codes, number) for number in range(_DIFFERENT)]
    starter = _starter(codes)
    samples = ListSamples(lines)
    count = max(_LEAST, round(_SECONDS / _training(net, starter, samples, _LEAST)[0]))
    seconds, model = zip(*(_training(net, starter, samples, count) for _ in range(runs)), strict=True)
    several = [lines[number % len(lines)] for number in range(max(2 * count, _DIFFERENT))]
    return 1000 * median(seconds), 1000 * _reading(model[0], several, runs)


class _Scattered(Sequence[TrainingLine]):
    """Some lines out of all parts of a list, read when asked for."""

    def __init__(self, lines: Sequence[TrainingLine], count: int) -> None:
        self._lines = lines
        self._places = random.Random(1).choices(range(len(lines)), k=count)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: Any) -> Any:
        return self._lines[self._places[index]]


def _of_list(folder: Path, count: int, runs: int) -> tuple[float, float]:
    """Return the same for lines of a list on disk, each read when it is needed."""
    lines = _Scattered(tn.open_lines(_write(folder, count)), _WARM + _TIMED)
    starter = _starter(_CODES)
    found = [_training(_SMALL_NET, starter, ListSamples(lines), _TIMED) for _ in range(runs)]
    seconds, models = zip(*found, strict=True)
    return 1000 * median(seconds), 1000 * _reading(models[0], lines, runs)


def _write(folder: Path, count: int) -> Path:
    """Write documents with so many small lines; return the list of them."""
    pages = []
    for number in range(_DIFFERENT):
        writer = Writer()
        writer.number("B", 1)
        _line(_SMALL_WIDTH, _CODES, number).to_image_data().write_to(writer)
        pages.append(writer.getvalue())
    choice = random.Random(count)
    names = []
    for first in range(0, count, _EACH):
        here = min(_EACH, count - first)
        names.append(folder / f"part{first:08}.lstmf")
        names[-1].write_bytes(struct.pack("<I", here) + b"".join(choice.choices(pages, k=here)))
    listed = folder / "list"
    listed.write_text("".join(f"{name}\n" for name in names))
    return listed


def _training(net: str, starter: tn.TrainedData, samples: Samples[Any], count: int) -> tuple[float, Model]:
    """Return seconds a line, the first ones left out, and what was trained."""
    characters = Characters.of(starter)
    learner = new_learner(characters, NetworkOptions(net, learning_rate=0.001))
    trainer = Trainer(learner, characters.container, samples)
    times: list[float] = []
    trainer.observe(lambda event: times.append(perf_counter()) if isinstance(event, LineTrained) else None)
    trainer.run(max_iterations=_WARM + count)
    return (times[-1] - times[_WARM - 1]) / count, trainer.model()


def _reading(model: Model, lines: Sequence[TrainingLine], runs: int) -> float:
    """Return seconds a line of an evaluation."""
    tn.evaluate(model, [lines[number] for number in range(_LEAST)])
    seconds = []
    for _ in range(runs):
        began = perf_counter()
        tn.evaluate(model, lines)
        seconds.append((perf_counter() - began) / len(lines))
    return median(seconds)
