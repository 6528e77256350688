"""Several lines to an update: every line once, counted one by one, reported as if alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.events import Event, LineTrained, Progress, SampleSkipped
from tessnb.training import (
    Characters,
    DocumentSamples,
    ListSamples,
    NetworkOptions,
    Trainer,
    new_learner,
)
from tessnb.training.batches import WINDOW
from tests.short_lines import TINY_NET, ShortSet


def _trainer(short: ShortSet, samples: object, batch_size: int, net_spec: str = TINY_NET) -> Trainer:
    characters = Characters.of(short.starter)
    learner = new_learner(characters, NetworkOptions(net_spec, learning_rate=0.01))
    return Trainer(learner, characters.container, samples, batch_size=batch_size)  # type: ignore[arg-type]


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
