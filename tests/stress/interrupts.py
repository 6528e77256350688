"""Interrupts from the keyboard at any moment of a cell: a calm end, nothing half-written, nobody left."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from multiprocessing import active_children
from pathlib import Path
from random import Random
from typing import Any

import tessnb as tn
from tessnb.formats.lstmf import Document
from tests.stress import material
from tests.stress.kills import Broken

__all__ = ["INTERRUPTED"]

#: Interrupts of each kind of cell.
_TIMES = 5
_TEXT = "the cat sat\non a hat\n12 feet away\nor 7\n"


def _render(folder: Path) -> Any:
    lines = tn.render(_TEXT, ["DejaVu Sans"], xsize=700, ysize=600)
    return [(line.transcription, line.image.tobytes()) for line in lines]


@cache
def _processes() -> ProcessPoolExecutor:
    """Return workers that outlive interrupts; made the first time, when there is none."""
    return ProcessPoolExecutor(2)


def _render_in_processes(folder: Path) -> Any:
    options: dict[str, Any] = {"exposures": [0, 1], "xsize": 700, "ysize": 600, "executor": _processes()}
    lines = tn.render(_TEXT, ["DejaVu Sans"], **options)
    return [(line.transcription, line.image.tobytes()) for line in lines]


def _preflight(folder: Path) -> Any:
    return tn.preflight(material.lines(400), material.trained().model()).problems.to_csv()


def _evaluate(folder: Path) -> Any:
    return tn.evaluate(material.trained().model(), material.lines(300)).lines.to_csv()


def _evaluate_in_threads(folder: Path) -> Any:
    with ThreadPoolExecutor(2) as executor:
        model = material.trained().model()
        return tn.evaluate(model, material.lines(300), executor=executor).lines.to_csv()


def _write(folder: Path) -> Any:
    model = material.trained().model()
    for number in range(6):
        model.save(folder / "m.traineddata", integer=bool(number % 2))
        Document([material.line(each).to_image_data() for each in range(80)]).write(folder / "a.lstmf")
    return [(folder / name).read_bytes() for name in ("m.traineddata", "a.lstmf")]


def _execute(folder: Path) -> Any:
    """Train in the cell itself; what an interrupted run has saved is gone on with."""
    record = folder / "m.run.jsonl"
    resumed = tn.RunRecord(folder / "m").resume() if (folder / "m_checkpoint").exists() else None
    run = resumed or material.run(folder / "m", max_iterations=300)
    if run.progress.counters.training < 300:
        run.execute()
    if not record.exists():
        raise Broken("there is no record")
    return (folder / "m_checkpoint").read_bytes()


_CELLS: dict[str, Callable[[Path], Any]] = {
    "render": _render,
    "render in processes": _render_in_processes,
    "preflight": _preflight,
    "evaluate": _evaluate,
    "evaluate in threads": _evaluate_in_threads,
    "save": _write,
    "execute": _execute,
}


def _interrupted(cell: Callable[[Path], Any], folder: Path) -> None:
    """Run a cell to its end, interrupt it at random moments, and see that it goes as at first after that."""
    for name in ("first", "whole"):  # the first time, much is loaded
        (folder / name).mkdir()
        began = time.monotonic()
        expected = cell(folder / name)
        took = time.monotonic() - began
    random = Random(folder.name)
    place = folder / "place"
    place.mkdir()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    heard = 0
    for _ in range(_TIMES * 6):
        try:
            signal.setitimer(signal.ITIMER_REAL, random.uniform(0.02, 0.9) * took + 1e-3)
            cell(place)
            took *= 0.7  # it was quicker than that
        except KeyboardInterrupt:
            heard += 1
        finally:
            with suppress(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, 0.0)
        if heard == _TIMES:
            break
    else:
        raise Broken("no interrupt arrives")
    if cell(place) != expected:
        raise Broken("after interrupts the result is another")
    _nothing_half_written(place)
    if _processes.cache_info().currsize:
        _processes().shutdown()
    if left := active_children():
        raise Broken(f"processes are left behind: {left}")


def _nothing_half_written(place: Path) -> None:
    hidden = [path.name for path in place.iterdir() if path.name.startswith(".")]
    if hidden:
        raise Broken(f"half-written files are left: {hidden}")


#: Names for the table and what to do in an empty folder.
INTERRUPTED: dict[str, Callable[[Path], None]] = {
    f"interrupted cell: {name}": partial(_interrupted, cell) for name, cell in _CELLS.items()
}
