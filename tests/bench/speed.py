"""How fast: training line by line and in batches, evaluating, rendering."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from tessnb.formats.lstmf import Document
from tessnb.lines import TrainingLine
from tessnb.network import TRand, build_network, summarize
from tests.bench.material import FONTS, NET_SPEC, Material, run
from tests.bench.measure import iterations_per_second, usage
from tests.bench.rows import TESSNB, Bench, Row, in_turn

__all__ = ["BATCH_SIZE", "batches", "evaluation", "rendering", "training"]

#: Lines to an update in throughput mode.
BATCH_SIZE = 16
_CODES = 111


@cache
def gflop_per_line(documents: tuple[Path, ...]) -> float:
    """Return what an average line costs in the tutorial's network: matrix products, forward and backward."""
    network = build_network(NET_SPEC, _CODES, TRand())
    height = network.input_shape().height
    widths = []
    for path in documents:
        for page in Document.read(path).pages:
            if page is not None:
                rows, columns = TrainingLine.from_image_data(page).image.shape[:2]
                widths.append(columns * height / rows)
    layers = summarize(network, round(sum(widths) / len(widths)))
    return sum(layer.training_flops for layer in layers if layer.level == 0) / 1e9


def _limit(bench: Bench) -> float:
    """Return the lines per second that matrix products on all cores would allow."""
    return bench.gflops[bench.cores] / gflop_per_line(tuple(bench.material.documents))


def _omp(bench: Bench) -> str:
    if len(bench.omp_threads) == 1:
        return f"reference with {bench.omp_threads[0]} OMP threads"
    rates = ", ".join(f"{rate:.2f}/s with {threads}" for threads, rate in bench.omp_rates.items())
    return f"reference by OMP threads: {rates}"


def training(bench: Bench) -> Iterator[Row]:
    """Iterations per second of the tutorial's network from scratch, one line to an update."""
    yield _training(bench, "training, a line to an update", "iterations/s", 300)


def batches(bench: Bench) -> Iterator[Row]:
    """Lines per second of full batches, on a network that knows much; the reference goes line by line."""
    flags = ("--batch_size", str(BATCH_SIZE))
    yield _training(bench, f"training, {BATCH_SIZE} lines to an update", "lines/s", 800, *flags, learned=True)


def _training(bench: Bench, what: str, unit: str, iterations: int, *flags: str, learned: bool = False) -> Row:
    by_processor: dict[str, list[float]] = {"ours": [], "reference": []}

    def rate(side: str, *training: Any) -> float:
        by_clock, per_cpu = iterations_per_second(*bench.training(*training, learned=learned))
        by_processor[side].append(per_cpu)
        return by_clock

    row = in_turn(
        bench,
        what,
        unit,
        lambda: rate("ours", TESSNB, iterations, None, *flags),
        lambda: rate("reference", (), 300),
        limit=_limit(bench),
    )
    mine, theirs = (median(rates) for rates in by_processor.values())
    cost = gflop_per_line(tuple(bench.material.documents))
    note = f"{cost:.2f} GFLOP a line; per CPU second {mine:.2f} against {theirs:.2f}; {_omp(bench)}"
    return replace(row, note=note)


def _model(bench: Bench, *, integer: bool) -> Path:
    """Return a model of the tutorial's size after a little training by the reference."""
    folder = bench.results / "models"
    model = folder / f"{bench.material.folder.name}-{'int' if integer else 'float'}.traineddata"
    if not model.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command, _, place = bench.training((), 100)
        run(*command, cwd=place)
        export = ["lstmtraining", "--stop_training", "--continue_from", "base_checkpoint"]
        export += ["--traineddata", str(bench.material.starter), "--model_output", str(model)]
        run(*export, *(["--convert_to_int"] if integer else []), cwd=place)
    return model


def evaluation(bench: Bench) -> Iterator[Row]:
    """Lines per second of lstmeval, with its start."""
    count = line_count(bench.material)
    for integer in (False, True):
        flags = ["--model", str(_model(bench, integer=integer)), "--verbosity", "0"]
        flags += ["--eval_listfile", str(bench.material.lines)]

        def rate(prefix: tuple[str, ...], flags: list[str] = flags) -> float:
            return count / usage([*prefix, "lstmeval", *flags], bench.environment(prefix), bench.folder).wall

        yield in_turn(
            bench,
            f"lstmeval, {'int8' if integer else 'float'} model",
            "lines/s",
            lambda rate=rate: rate(TESSNB),  # type: ignore[misc]
            lambda rate=rate: rate(()),  # type: ignore[misc]
            note=f"whole processes, {count} lines",
        )


def line_count(material: Material) -> int:
    """Return the number of training lines."""
    return sum(len(Document.read(path).pages) for path in material.documents)


def rendering(bench: Bench) -> Iterator[Row]:
    """Lines per second that text2image draws on one core: whole, and what more text costs."""
    folder = bench.empty_folder("rendering")
    text = bench.material.text.read_text("utf-8").strip() + "\n"
    seconds: dict[tuple[str, int], list[float]] = {}
    for _ in range(bench.runs):
        for times in (1, 5):
            path = folder / f"text.{times}"
            path.write_text(text * times, "utf-8")
            for side, prefix in (("ours", TESSNB), ("reference", ())):
                command = [
                    *(*prefix, "text2image", "--fonts_dir=/usr/share/fonts", f"--font={FONTS[0]}"),
                    *(f"--text={path}", "--xsize=3600", f"--outputbase={side}"),
                    f"--fontconfig_tmpdir={folder}",
                ]
                cpu = usage(command, dict(os.environ), folder).cpu
                seconds.setdefault((side, times), []).append(cpu)
    lines = text.count("\n")
    whole = {side: 5 * lines / median(seconds[side, 5]) for side in ("ours", "reference")}
    once = {
        side: 4 * lines / (median(seconds[side, 5]) - median(seconds[side, 1]))
        for side in ("ours", "reference")
    }
    for what, rates in (("once started", once), ("whole process", whole)):
        ours, reference = rates["ours"], rates["reference"]
        yield Row(f"text2image, {what}", "lines/s per core", ours, reference, ours / reference)
