"""Training in rounds on a cluster of this machine's processes: how much quicker, and how well it learns."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from statistics import median

from tessnb.events import Event, LineTrained, Progress
from tessnb.training import Characters, DocumentSamples, NetworkOptions, Rounds, Trainer, new_learner
from tests.bench.learning import SHORT_ITERATIONS, SHORT_NET, short_documents
from tests.bench.material import NET_SPEC
from tests.bench.rows import Bench, Row

__all__ = ["cluster"]

#: Lines to an update of a copy, updates between two averages with two copies, and lines that are timed.
_BATCH_SIZE, _UPDATES, _LINES = 5, 10, 500


def cluster(bench: Bench) -> Iterator[Row]:
    """Lines per second by workers of one core each; then BCER by copies, the first of one alone."""
    import distributed

    rates: dict[int, float] = {}
    for workers in sorted({1, bench.cores}):
        with (
            distributed.LocalCluster(
                workers, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            executor = client.get_executor()
            rates[workers] = median(_rate(bench, executor, workers) for _ in range(bench.runs))
    note = f"{rates[1]:.1f} with one worker: {rates[bench.cores] / rates[1]:.2f}×"
    yield Row(f"training on {bench.cores} workers of a core each", "lines/s", rates[bench.cores], note=note)
    with ThreadPoolExecutor(1) as executor:
        alone: float | None = None
        for shares in (1, 2, 4):
            best, final = _learned(bench, Rounds(executor, shares=shares, updates=20 // shares))
            what = f"BCER after {SHORT_ITERATIONS} short lines, {shares} shares"
            yield Row(what, "%", best, alone, note=f"the best; {final:.3f} in the end; beside it one share")
            alone = best if alone is None else alone


def _rate(bench: Bench, executor: Executor, workers: int) -> float:
    """Return the lines per second after the first hundred."""
    rounds = Rounds(executor, shares=workers, updates=2 * _UPDATES // workers, batch_size=_BATCH_SIZE)
    trainer = _trainer(bench, rounds, NET_SPEC, 0.002)
    times: dict[int, float] = {}

    def note(event: Event) -> None:
        if isinstance(event, LineTrained):
            times[event.counters.training] = time.perf_counter()

    trainer.observe(note)
    trainer.run(max_iterations=100 + _LINES)
    return _LINES / (times[100 + _LINES] - times[100])


def _learned(bench: Bench, rounds: Rounds) -> tuple[float, float]:
    """Return the lowest and the last mean BCER."""
    trainer = _trainer(bench, rounds, SHORT_NET, 0.01, short=True)
    curve: list[float] = []
    trainer.observe(lambda event: curve.append(event.means.bcer) if isinstance(event, Progress) else None)
    trainer.run(max_iterations=SHORT_ITERATIONS)
    return min(curve), curve[-1]


def _trainer(bench: Bench, rounds: Rounds, net: str, rate: float, *, short: bool = False) -> Trainer:
    characters = Characters.of(bench.material.starter)
    documents = short_documents(bench) if short else bench.material.documents
    learner = new_learner(characters, NetworkOptions(net, learning_rate=rate))
    samples = DocumentSamples([os.fspath(path) for path in documents])
    return Trainer(learner, characters.container, samples, rounds=rounds)
