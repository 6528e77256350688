"""Several lines to an update: every line once, counted one by one, reported as if alone."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.events import Event, LineTrained, Progress, SampleSkipped
from tessnb.network.weighted import matrices_of
from tessnb.training import (
    Characters,
    DocumentSamples,
    ListSamples,
    NetworkOptions,
    Trainer,
    new_learner,
)
from tessnb.training.batches import WINDOW, Batches
from tests.short_lines import TINY_NET, ShortSet


def _trainer(short: ShortSet, samples: object, batch_size: int, net_spec: str = TINY_NET) -> Trainer:
    characters = Characters.of(short.starter)
    learner = new_learner(characters, NetworkOptions(net_spec, learning_rate=0.01))
    trainer = Trainer(learner, characters.container, samples)  # type: ignore[arg-type]
    if batch_size != 1:
        trainer.batches = Batches(batch_size, growth=math.inf)
    return trainer


def _events(trainer: Trainer, iterations: int) -> list[Event]:
    events: list[Event] = []
    trainer.observe(events.append)
    trainer.run(max_iterations=iterations)
    return events


def test_every_line_of_a_window_is_trained_once_and_counted(short: ShortSet) -> None:
    lines = short.lines()
    size = len(lines) // WINDOW
    events = _events(_trainer(short, ListSamples(lines), size), 2 * WINDOW * size)
    trained = [event for event in events if isinstance(event, LineTrained)]
    assert [event.counters.training for event in trained] == list(range(1, 2 * WINDOW * size + 1))
    expected = Counter(line.transcription for line in lines[: WINDOW * size])
    assert Counter(event.truth for event in trained[: WINDOW * size]) == expected


def test_the_policy_still_looks_every_hundred_lines(short: ShortSet) -> None:
    events = _events(_trainer(short, DocumentSamples(short.documents), 8), 230)
    progress = [event.counters.training for event in events if isinstance(event, Progress)]
    assert progress == [100, 200, 230]


def test_a_batch_of_one_is_a_line(short: ShortSet) -> None:
    line = short.lines()[0]
    alone = _trainer(short, ListSamples([line]), 1)
    batch = _trainer(short, ListSamples([line]), 2)
    _events(alone, 1)
    _events(batch, 1)
    assert alone.means == batch.means
    for mine, theirs in zip(alone.learner.network.walk(), batch.learner.network.walk(), strict=True):
        if hasattr(mine, "weights"):
            np.testing.assert_array_equal(mine.weights.values, theirs.weights.values)


def test_unusable_lines_are_reported_as_if_alone(short: ShortSet) -> None:
    odd = DocumentSamples([short.folder / "odd.lstmf"])
    total = odd.total()
    alone = _events(_trainer(short, odd, 1), 2 * total)
    batch = _events(_trainer(short, odd, 4), 2 * total)

    def reasons(events: list[Event]) -> set[tuple[object, str]]:
        return {(event.reason, event.detail) for event in events if isinstance(event, SampleSkipped)}

    assert reasons(batch) == reasons(alone)
    assert len(reasons(batch)) >= 5


def test_a_batch_has_lines(short: ShortSet) -> None:
    with pytest.raises(InputError, match="at least one line"):
        _trainer(short, ListSamples(short.lines()), 0)


@pytest.mark.parametrize(("bcer", "lines"), [(100, 1), (50, 1), (12.5, 2), (5, 5), (1.5, 16), (0, 16)])
def test_an_update_takes_more_lines_where_there_are_fewer_errors(
    short: ShortSet, bcer: float, lines: int
) -> None:
    trainer = _trainer(short, ListSamples(short.lines()), 1)
    trainer.run(max_iterations=150)
    learner, batches = trainer.learner, Batches(16)
    learner.history.buffers[3, 50:150] = bcer / 100  # the last hundred lines; those before do not count
    assert batches.lines(learner) == lines
    before = learner.training_iteration
    batches.train_next(learner, trainer.samples, 100)
    assert learner.training_iteration - before == min(lines, 16 - before % 16)


def test_before_the_first_line_nothing_is_known(short: ShortSet) -> None:
    assert Batches(16).lines(_trainer(short, ListSamples(short.lines()), 1).learner) == 1


def test_the_size_of_steps_does_not_jump_with_the_size_of_batches(short: ShortSet) -> None:
    """Adam compares gradients with those before: of one line or of many, they have to be of one size."""
    trainer = _trainer(short, ListSamples(short.lines()), 1)
    trainer.run(max_iterations=200)
    learner = trainer.learner
    rate, matrices = learner.learning_rate, matrices_of(learner.network)

    def step(batches: Batches) -> float:
        before = [matrix.values.copy() for matrix in matrices]
        batches.train_next(learner, trainer.samples, batches.size)
        pairs = zip(before, matrices, strict=True)
        return max(float(np.abs(old - new.values).max()) for old, new in pairs) / rate

    single = max(step(Batches(1)) for _ in range(8))
    together = step(Batches(8, growth=math.inf))
    assert together < 2 * math.sqrt(8) * single
