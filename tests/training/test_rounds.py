"""Training in rounds: as batches with one share, the same wherever it is done, nothing lost with a worker."""

from __future__ import annotations

import math
import os
import pickle
import signal
import threading
import time
from collections import Counter
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tessnb as tn
from tessnb.errors import InputError
from tessnb.events import Event, LineTrained, Progress, SampleSkipped
from tessnb.network.weighted import matrices_of, plumbing_of
from tessnb.training import Characters, DocumentSamples, ListSamples, NetworkOptions, Trainer, new_learner
from tessnb.training.batches import Batches
from tessnb.training.checkpoints import light_record
from tessnb.training.rates import scale_learning_rate
from tests.short_lines import TINY_NET, ShortSet


def trainer_of(
    short: ShortSet, rounds: tn.Rounds | None, *, samples: object = None, batch_size: int = 1
) -> Trainer:
    characters = Characters.of(short.starter)
    learner = new_learner(characters, NetworkOptions(TINY_NET, learning_rate=0.01))
    samples = samples or ListSamples(short.lines())
    trainer = Trainer(learner, characters.container, samples, rounds=rounds)  # type: ignore[arg-type]
    if batch_size != 1:
        trainer.batches = Batches(batch_size, growth=math.inf)  # as full as those of rounds
    return trainer


def trained(
    short: ShortSet, rounds: tn.Rounds | None, iterations: int = 130, **options: object
) -> tuple[bytes, list[Event]]:
    """Train; return the learner's state and all events."""
    trainer = trainer_of(short, rounds, **options)  # type: ignore[arg-type]
    events: list[Event] = []
    trainer.observe(events.append)
    trainer.run(max_iterations=iterations)
    return light_record(trainer.learner).to_bytes(), events


@pytest.fixture
def threads() -> Executor:
    return ThreadPoolExecutor(1)


def test_a_single_share_is_training_in_batches(short: ShortSet, threads: Executor) -> None:
    state, events = trained(short, tn.Rounds(threads, shares=1, updates=3, batch_size=4))
    assert (state, events) == trained(short, None, batch_size=4)
    assert sum(isinstance(event, LineTrained) for event in events) == 130


def test_every_line_is_counted_once_whatever_becomes_of_it(short: ShortSet, threads: Executor) -> None:
    odd = DocumentSamples([short.folder / "odd.lstmf"])
    rounds = tn.Rounds(threads, shares=3, updates=2, batch_size=2)
    _, alone = trained(short, None, 2 * odd.total(), samples=odd)
    _, events = trained(short, rounds, 2 * odd.total(), samples=odd)

    def skipped(events: list[Event]) -> Counter[object]:
        return Counter((event.reason, event.detail) for event in events if isinstance(event, SampleSkipped))

    assert set(skipped(events)) == set(skipped(alone))
    _, events = trained(short, rounds, 230)
    lines = [event for event in events if isinstance(event, LineTrained)]
    assert [line.counters.training for line in lines] == list(range(1, 231))
    assert Counter(line.serial for line in lines[:48]) == Counter(range(48))
    assert [event.counters.training for event in events if isinstance(event, Progress)] == [100, 200, 230]


def test_weights_are_the_mean_of_the_shares(short: ShortSet, threads: Executor) -> None:
    """After a round of one update each, with momentum alone, the mean of steps is the step of the mean."""
    lines = short.lines()[:2]
    characters = Characters.of(short.starter)

    def after_one(lines: list[tn.TrainingLine], rounds: tn.Rounds | None) -> list[np.ndarray]:
        learner = new_learner(characters, NetworkOptions(TINY_NET, learning_rate=0.01, net_mode=0))
        trainer = Trainer(learner, characters.container, ListSamples(lines), rounds=rounds)
        trainer.run(max_iterations=len(lines))
        return [matrix.values for matrix in matrices_of(learner.network)]

    both = after_one(lines, tn.Rounds(threads, shares=2, updates=1, batch_size=1))
    first, second = after_one(lines[:1], None), after_one(lines[1:], None)
    for mean, one, other in zip(both, first, second, strict=True):
        # The second line's noise is drawn from its serial number, so it is not quite the same alone.
        np.testing.assert_allclose(mean, (one + other) / 2, atol=2e-3)
        assert np.abs(mean - one).max() > 0


def test_numbers_travel_as_exact_as_they_are_and_no_larger(short: ShortSet) -> None:
    """Weights and averages as float32; rates too, as if the round began with a checkpoint."""
    sizes: list[int] = []

    class Scales(ThreadPoolExecutor):
        def submit(self, work: Any, job: Any, *deal: Any) -> Any:
            sizes.append(len(pickle.dumps(job)))
            return super().submit(work, job, *deal)

    characters = Characters.of(short.starter)
    spec = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys32 Lfx64 O1c1]"
    learner = new_learner(characters, NetworkOptions(spec, learning_rate=0.01))
    rounds = tn.Rounds(Scales(1), shares=2, updates=1, batch_size=1)
    trainer = Trainer(learner, characters.container, ListSamples(short.lines()), rounds=rounds)
    trainer.run(max_iterations=2)
    scale_learning_rate(learner, 1 / 3)
    rates = [layer.learning_rates for layer in plumbing_of(learner.network)]
    trainer.run(max_iterations=4)
    after = [layer.learning_rates for layer in plumbing_of(learner.network)]
    assert after == [np.float32(each).tolist() for each in rates]
    assert len(sizes) == 4
    assert 12 * learner.network.num_weights < max(sizes) < 14 * learner.network.num_weights + 70_000


def test_processes_do_the_same_as_threads(short: ShortSet, threads: Executor) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        state, events = trained(short, tn.Rounds(processes, shares=2, updates=4, batch_size=3), 60)
    assert (state, events) == trained(short, tn.Rounds(threads, shares=2, updates=4, batch_size=3), 60)


def test_a_stopped_run_goes_on_where_it_was(short: ShortSet, threads: Executor, tmp_path: Path) -> None:
    def run(**options: object) -> tn.TrainingRun:
        rounds = tn.Rounds(threads, shares=2, updates=2, batch_size=5)
        return tn.train_from_scratch(
            short.starter,
            short.lines(),
            net_spec=TINY_NET,
            learning_rate=0.01,
            rounds=rounds,
            **options,  # type: ignore[arg-type]
        )

    whole = run(max_iterations=300, model_output=tmp_path / "whole")
    whole.start().wait()
    run(max_iterations=140, model_output=tmp_path / "broken").start().wait()
    record = tn.follow_run(tmp_path / "broken")
    with pytest.raises(InputError, match=r"trained on a cluster.*'shares': 2.*resume\(rounds="):
        record.resume(max_iterations=300)
    rounds = tn.Rounds(threads, shares=2, updates=2, batch_size=5)
    rest = record.resume(rounds=rounds, max_iterations=300)
    assert rest is not None
    rest.start().wait()
    assert (tmp_path / "broken_checkpoint").read_bytes() == (tmp_path / "whole_checkpoint").read_bytes()
    assert rest.metrics.rms.iloc[-1] < whole.metrics.rms.iloc[50]


def test_a_worker_that_dies_takes_nothing_with_it(short: ShortSet, threads: Executor) -> None:
    distributed = pytest.importorskip("distributed")
    settings = {"shares": 2, "updates": 10, "batch_size": 5}
    expected, _ = trained(short, tn.Rounds(threads, **settings), 300)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        first = next(iter(client.run(os.getpid).values()))
        rounds = tn.Rounds(client.get_executor(), **settings)
        trainer = trainer_of(short, rounds)
        killed = threading.Event()

        def kill(event: Event) -> None:
            if isinstance(event, LineTrained) and event.counters.training == 100:
                os.kill(first, signal.SIGKILL)
                killed.set()

        trainer.observe(kill)
        trainer.run(max_iterations=300)
        assert killed.is_set()
        assert light_record(trainer.learner).to_bytes() == expected
        deadline = time.monotonic() + 60
        while first in (alive := list(client.run(os.getpid, on_error="ignore").values())) or not alive:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_a_round_has_something_to_do(threads: Executor) -> None:
    for numbers in ({"shares": 0}, {"shares": 1, "updates": 0}, {"shares": 1, "batch_size": 0}):
        with pytest.raises(InputError, match="at least one"):
            tn.Rounds(threads, **numbers)
