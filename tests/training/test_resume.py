"""Stopping anywhere, also by ``kill -9``, and resuming: the same figures and weights as the unbroken run."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import FormatError
from tessnb.events import Event, LineTrained, Progress
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.training import (
    Characters,
    DocumentSamples,
    NetworkOptions,
    Trainer,
    load_learner,
    new_learner,
)
from tessnb.training.batches import GROWTH, Batches
from tests.short_lines import TINY_NET, ShortSet


def _fresh(
    short: ShortSet,
    output: Path,
    batch_size: int = 1,
    learning_rate: float = 0.01,
    growth: float = math.inf,
) -> Trainer:
    characters = Characters.of(short.starter)
    learner = new_learner(characters, NetworkOptions(TINY_NET, learning_rate=learning_rate))
    samples = DocumentSamples(short.documents)
    trainer = Trainer(learner, characters.container, samples, model_output=output, batch_size=batch_size)
    return _growing(trainer, growth)


def _growing(trainer: Trainer, growth: float) -> Trainer:
    if isinstance(trainer.batches, Batches):
        trainer.batches.growth = growth
    return trainer


def _resumed(short: ShortSet, output: Path, batch_size: int = 1, growth: float = math.inf) -> Trainer:
    characters = Characters.of(short.starter)
    learner, standing, record = load_learner(f"{output}_checkpoint", characters)
    samples = DocumentSamples(short.documents)
    trainer = Trainer(
        *(learner, characters.container, samples),
        standing=standing,
        model_output=output,
        batch_size=batch_size,
    )
    assert record is not None
    trainer.resume_batch(record)
    return _growing(trainer, growth)


def _figures(trainer: Trainer, iterations: int) -> list[Event]:
    events: list[Event] = []
    remove = trainer.observe(lambda e: events.append(e) if isinstance(e, LineTrained | Progress) else None)
    trainer.run(max_iterations=iterations)
    remove()
    return events


@pytest.mark.parametrize(
    ("stop_after", "batch_size"), [(1, 1), (57, 1), (100, 1), (130, 1), (1, 8), (60, 8), (100, 8), (150, 20)]
)
def test_stopped_anywhere_it_goes_on_as_if_never_stopped(
    short: ShortSet, tmp_path: Path, stop_after: int, batch_size: int
) -> None:
    whole = _fresh(short, tmp_path / "whole", batch_size)
    expected = _figures(whole, 240)

    broken = _fresh(short, tmp_path / "broken", batch_size)
    events: list[Event] = []
    broken.observe(lambda e: events.append(e) if isinstance(e, LineTrained | Progress) else None)
    broken.run(max_iterations=240, between=lambda: broken.counters.training < stop_after)
    assert stop_after <= broken.counters.training < stop_after + batch_size
    assert broken.checkpoint_path is not None
    broken.save_checkpoint(broken.checkpoint_path)
    events += _figures(_resumed(short, tmp_path / "broken", batch_size), 240)

    assert events == expected
    files = [(tmp_path / f"{name}_checkpoint").read_bytes() for name in ("whole", "broken")]
    assert files[0] == files[1]


@pytest.mark.parametrize("batch_size", [1, 16])
def test_killed_it_goes_on_from_its_last_checkpoint(short: ShortSet, tmp_path: Path, batch_size: int) -> None:
    flags = ["--traineddata", short.starter, "--train_listfile", short.list, "--net_spec", TINY_NET]
    flags += ["--batch_size", batch_size]
    command = [sys.executable, "-m", "tessnb", "lstmtraining", *map(str, flags)]
    checkpoint = tmp_path / "killed_checkpoint"
    with subprocess.Popen(
        [*command, "--model_output", str(tmp_path / "killed")], stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 120
        while not checkpoint.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    whole = _fresh(short, tmp_path / "whole", batch_size, learning_rate=0.001, growth=GROWTH)
    resumed = _resumed(short, tmp_path / "killed", batch_size, GROWTH)
    reached = resumed.counters.training
    assert reached > 0
    assert reached % 100 == 0
    whole.run(max_iterations=reached + 100)
    resumed.run(max_iterations=reached + 100)
    assert resumed.means == whole.means
    for mine, theirs in zip(resumed.learner.network.walk(), whole.learner.network.walk(), strict=True):
        if hasattr(mine, "weights"):
            np.testing.assert_array_equal(mine.weights.values, theirs.weights.values)
            np.testing.assert_array_equal(mine.weights.squares, theirs.weights.squares)
    assert checkpoint.read_bytes() == (tmp_path / "whole_checkpoint").read_bytes()


def test_a_checkpoint_in_the_middle_of_a_batch_is_still_the_reference_s(
    short: ShortSet, tmp_path: Path
) -> None:
    from tests.conftest import run_tool

    trainer = _fresh(short, tmp_path / "base")
    trainer.run(max_iterations=240, between=lambda: trainer.counters.training < 30)
    trainer.save_checkpoint(tmp_path / "base_checkpoint")
    flags = ["--traineddata", short.starter, "--train_listfile", short.list, "--net_spec", TINY_NET]
    result = run_tool("lstmtraining", *flags, "--model_output", tmp_path / "base", "--max_iterations", 40)
    assert "At iteration 40/40/40" in result.stderr


def test_a_checkpoint_with_too_few_errors_is_none(short: ShortSet, tmp_path: Path) -> None:
    record = CheckpointRecord.read(short.checkpoint)
    record.error_buffers[2] = [0.5] * 3
    record.write(tmp_path / "cut_checkpoint")
    with pytest.raises(
        FormatError, match=r"error buffers of another length; found \[1000, 1000, 3, 1000, 1000\]"
    ):
        load_learner(tmp_path / "cut_checkpoint", Characters.of(short.starter))


@pytest.mark.parametrize(
    "rest",
    [
        b"tessnb:batch_end=" + b"9" * 5000,
        b"tessnb:batch_end=999999999",
        b"tessnb:companions=[1]",
        b"tessnb:companions=" + b"[" * 100_000,
    ],
)
def test_what_makes_no_sense_behind_a_checkpoint_is_passed_over(
    rest: bytes, short: ShortSet, tmp_path: Path
) -> None:
    trainer = _fresh(short, tmp_path / "base")
    record = trainer.checkpoint()
    record.rest = rest
    trainer.resume_batch(record)
    trainer.run(max_iterations=2)
    assert trainer.counters.training == 2
