"""Training in rounds on a cluster of this machine's processes: how much quicker, and how well it learns."""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import tessnb as tn
from tessnb.events import Event, LineTrained
from tessnb.recognition.model import Model
from tessnb.training import Characters, DocumentSamples, NetworkOptions, Rounds, Trainer, new_learner
from tessnb.training.batches import Batches
from tests.bench.material import NET_SPEC
from tests.bench.rows import Bench, Row

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["cluster"]

#: Lines to an update, updates in a round of all copies together, and lines that are timed after a round.
_BATCH_SIZE, _UPDATES, _TIMED = 5, 20, 500
#: What learns: a small network, three words a line, from nothing and then from what it has become.
_SMALL_NET = "[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lfx48 O1c1]"
_FONTS, _NEW_FONT = ("DejaVu Sans", "DejaVu Serif", "Liberation Sans", "Liberation Serif"), "DejaVu Sans Mono"
_WORDS, _HELD_OUT = 3, 40
_FROM_SCRATCH, _FURTHER = 12_000, 3_000
_SHARES = (1, 2, 4)
_ORDERS = (1, 2)


def cluster(bench: Bench) -> Iterator[Row]:
    """Lines per second by workers of one core each, in turn; then errors by copies of the network."""
    yield from _speed(bench)
    yield from _accuracy()


# How much quicker.


@dataclass(frozen=True)
class _Pace:
    """Lines per second, and seconds of processor time a line: of the caller with the busiest worker."""

    rate: float
    busy: float


def _speed(bench: Bench) -> Iterator[Row]:
    import distributed

    numbers = sorted({1, bench.cores})
    paces: dict[int, list[_Pace]] = {number: [] for number in (0, *numbers)}
    with ExitStack() as stack:
        clients = {}
        for workers in numbers:
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
            )
            clients[workers] = stack.enter_context(distributed.Client(stack.enter_context(cluster)))
        for _ in range(bench.runs):
            paces[0].append(_pace(bench, None))
            for workers, client in clients.items():
                paces[workers].append(_pace(bench, client))
    rates = {number: median(pace.rate for pace in each) for number, each in paces.items()}
    yield Row(f"training in one process, {_BATCH_SIZE} lines to an update", "lines/s", rates[0])
    for workers in numbers:
        note = f"{rates[workers] / rates[0]:.2f}× one process with {bench.cores} cores"
        if workers > 1:
            pairs = list(zip(paces[workers], paces[1], strict=True))
            quicker = median(many.rate / one.rate for many, one in pairs)
            by_processor = median(one.busy / many.busy for many, one in pairs)
            note = f"{quicker:.2f}× one worker, {by_processor:.2f}× by processor time; {note}"
        yield Row(f"training on {workers} workers of a core each", "lines/s", rates[workers], note=note)


def _pace(bench: Bench, client: Client | None) -> _Pace:
    """Train on the workers of a cluster, or without any; time what comes after the first round."""
    rounds = None
    if client is not None:
        shares = len(client.nthreads())
        rounds = Rounds(
            client.get_executor(), shares=shares, updates=_UPDATES // shares, batch_size=_BATCH_SIZE
        )
    characters = Characters.of(bench.material.starter)
    learner = new_learner(characters, NetworkOptions(NET_SPEC, learning_rate=0.002))
    samples = DocumentSamples([os.fspath(path) for path in bench.material.documents])
    trainer = Trainer(learner, characters.container, samples, batch_size=_BATCH_SIZE, rounds=rounds)
    if rounds is None:
        trainer.batches = Batches(_BATCH_SIZE, growth=math.inf)  # as full as those of rounds
    first = _BATCH_SIZE * _UPDATES
    found: dict[int, tuple[float, float, list[float]]] = {}

    def note(event: Event) -> None:
        if isinstance(event, LineTrained) and event.counters.training in (first, first + _TIMED):
            workers = [] if client is None else list(client.run(time.process_time).values())
            found[event.counters.training] = time.perf_counter(), time.process_time(), workers

    trainer.observe(note)
    trainer.run(max_iterations=first + _TIMED)
    began, ended = found[first], found[first + _TIMED]
    busiest = max((after - before for before, after in zip(began[2], ended[2], strict=True)), default=0.0)
    return _Pace(_TIMED / (ended[0] - began[0]), (ended[1] - began[1] + busiest) / _TIMED)


# How well it learns.


def _accuracy() -> Iterator[Row]:
    """Errors on held-out lines after as many lines, by copies; a copy alone is plain training."""
    rows = _rows_of_text()
    starter = tn.make_starter("\n".join(rows))
    kept_out, rest = rows[:_HELD_OUT], rows[_HELD_OUT:]
    held_out, held_out_new = _rendered(kept_out, _FONTS), _rendered(kept_out, (_NEW_FONT,))
    models: dict[int, Model] = {}
    errors: dict[int, list[tn.Evaluation]] = {shares: [] for shares in _SHARES}
    further: dict[int, list[tn.Evaluation]] = {shares: [] for shares in _SHARES}
    with ThreadPoolExecutor(1) as executor:
        for order in _ORDERS:
            shuffled = random.Random(order).sample(rest, len(rest))
            lines, new_lines = _rendered(shuffled, _FONTS), _rendered(shuffled, (_NEW_FONT,))
            for shares in _SHARES:
                run = tn.train_from_scratch(
                    starter,
                    lines,
                    net_spec=_SMALL_NET,
                    learning_rate=0.005,
                    max_iterations=_FROM_SCRATCH,
                    rounds=Rounds(executor, shares=shares, batch_size=1) if shares > 1 else None,
                )
                run.execute()
                models.setdefault(order, run.model())
                errors[shares].append(tn.evaluate(run.model(), held_out))
            for shares in _SHARES:
                run = tn.fine_tune(
                    models[order],
                    new_lines,
                    learning_rate=0.005,
                    max_iterations=_FURTHER,
                    recipe=tn.Recipe(batch_size=_BATCH_SIZE),
                    rounds=Rounds(executor, shares=shares, batch_size=_BATCH_SIZE) if shares > 1 else None,
                )
                run.execute()
                further[shares].append(tn.evaluate(run.model(), held_out_new))
    yield from _error_rows(f"from nothing, {_FROM_SCRATCH:,} lines, one to an update", errors)
    full = f"{_BATCH_SIZE} to an update (one network: fewer while it errs)"
    yield from _error_rows(f"a new font, {_FURTHER:,} lines, {full}", further)
    before = median(tn.evaluate(model, held_out_new).cer for model in models.values())
    yield Row("CER of the new font before", "%", before)


def _error_rows(what: str, found: dict[int, list[tn.Evaluation]]) -> Iterator[Row]:
    for shares, results in found.items():
        cers = ", ".join(f"{result.cer:.2f}" for result in results)
        note = f"orders of the lines: {cers}; BCER {median(result.bcer for result in results):.2f}"
        copies = "one network" if shares == 1 else f"mean of {shares} copies every 10 updates"
        yield Row(f"CER, {what}, {copies}", "%", median(result.cer for result in results), note=note)


def _rows_of_text() -> list[str]:
    words = tn.english_text().split()
    rows = [" ".join(words[start : start + _WORDS]) for start in range(0, len(words), _WORDS)]
    random.Random(1).shuffle(rows)
    return rows


def _rendered(rows: list[str], fonts: tuple[str, ...]) -> list[tn.TrainingLine]:
    """Return lines in turn of all fonts."""
    renderings = tn.render("\n".join(rows), fonts, xsize=900).renderings
    return [line for lines in zip(*(each.lines for each in renderings), strict=False) for line in lines]
