"""What a run tells of itself while it goes: checkpoints, marks, learning rates, progress, events."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tessnb.errors import InputError
from tessnb.events import CheckpointSaved, Event, LineTrained, NewBest, RunEnded
from tessnb.training import Recipe, RunState, TrainingRun, follow_run, resume_run, train_from_scratch
from tests.short_lines import TINY_NET, ShortSet


def _run(short: ShortSet, iterations: int = 0, **options: object) -> TrainingRun:
    options = {"net_spec": TINY_NET, "max_iterations": iterations, "learning_rate": 0.01, **options}
    return train_from_scratch(short.starter, short.lines(), **options)  # type: ignore[arg-type]


def _reach(run: TrainingRun, iteration: int) -> None:
    while run.progress.counters.training < iteration and not run.state.is_over:
        time.sleep(0.01)


def test_a_checkpoint_on_demand_stays_and_can_be_resumed(short: ShortSet, tmp_path: Path) -> None:
    run = _run(short, model_output=tmp_path / "base").start()
    _reach(run, 5)
    path = run.checkpoint()
    assert run.checkpoint(wait=False) == ""
    _reach(run, 205)
    assert run.stop(timeout=60)
    table = run.checkpoints
    assert table.kind.tolist() == ["asked for", "asked for", "current"]
    assert table.written.all()
    assert table.path[0] == path
    at = int(table.iteration[0])
    assert f"_{at}.checkpoint" in path
    again = resume_run(path, short.starter, short.lines(), max_iterations=at + 3).start()
    assert again.wait(60)
    assert again.metrics.training_iteration.tolist() == [at + 1, at + 2, at + 3]
    columns = ["line_delta", "rms", "bcer"]
    assert again.metrics[columns].equals(run.metrics[columns][at : at + 3].reset_index(drop=True))


def test_a_run_that_writes_nothing_has_no_checkpoint_to_write(short: ShortSet, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="model_output"):
        _run(short).checkpoint()
    (tmp_path / "file").touch()
    run = _run(short, 30, model_output=tmp_path / "file" / "base")
    with pytest.raises(InputError, match="cannot be written"):
        run.checkpoint()
    assert run.start().wait(60)  # and training goes on without
    assert run.checkpoints.written.tolist() == [False, False]


def test_rates_of_layers_are_a_table_and_follow_a_schedule(short: ShortSet) -> None:
    run = _run(short, 400, recipe=Recipe(decay="linear", learning_rate=0.02)).start()
    assert run.wait(60)
    rates = run.layer_rates
    first, last = rates[rates.iteration == 1], rates[rates.iteration == rates.iteration.max()]
    assert len(first) == len(last) == 4
    assert first.learning_rate.tolist() == pytest.approx([0.02] * 4, rel=0.01)
    assert last.iteration.iloc[0] == 301
    assert last.learning_rate.tolist() == pytest.approx([0.02 * 0.265] * 4, rel=0.01)
    steady = _run(short, 250).start()
    assert steady.wait(60)
    assert steady.layer_rates.iteration.unique().tolist() == [1]


def test_marks_have_the_best_and_pauses(short: ShortSet) -> None:
    run = _run(short).start()
    _reach(run, 101)
    run.pause()
    while run.state is not RunState.PAUSED:
        time.sleep(0.01)
    run.resume()
    run.set(max_iterations=300)
    assert run.wait(60)
    assert run.marks.kind[0] == "best"
    assert run.marks.iteration[0] == 100
    assert [kind for kind in run.marks.kind if kind != "best"][:2] == ["paused", "resumed"]


def test_progress_says_how_long_it_will_take(short: ShortSet) -> None:
    run = _run(short, 400)
    assert (run.progress.rate, run.progress.eta, run.progress.fraction) == (0, None, 0)
    run.start()
    while not run.progress.rate and not run.state.is_over:
        time.sleep(0.01)
    progress = run.progress
    assert run.state.is_over or progress.eta is not None
    assert run.wait(60)
    assert (run.progress.eta, run.progress.fraction) == (None, 1)
    assert run.progress.reason == "the largest number of iterations is reached"


def test_a_run_in_the_calling_thread(short: ShortSet, tmp_path: Path) -> None:
    run = _run(short, 30, model_output=tmp_path / "base")
    run.execute()
    assert run.state is RunState.FINISHED
    assert run.wait()
    assert run.checkpoint(wait=False).endswith("_30.checkpoint")
    run.observe(lambda event: (_ for _ in ()).throw(KeyboardInterrupt))
    run.set(max_iterations=60)
    with pytest.raises(KeyboardInterrupt):
        run.execute()
    assert run.state is RunState.STOPPED


def test_an_error_ends_a_run_in_the_calling_thread(short: ShortSet, tmp_path: Path) -> None:
    run = _run(short, 30, model_output=tmp_path / "base")
    remove = run.observe(lambda event: (_ for _ in ()).throw(RuntimeError("no worker is left")))
    with pytest.raises(RuntimeError, match="no worker is left"):
        run.execute()
    assert run.state is follow_run(tmp_path / "base").state is RunState.FAILED
    remove()
    run.execute()
    assert run.state is RunState.FINISHED


def test_events_are_an_asynchronous_sequence_that_ends_with_the_run(short: ShortSet, tmp_path: Path) -> None:
    run = _run(short, 250, model_output=tmp_path / "base")

    async def collect(*kinds: type[Event]) -> list[Event]:
        return [event async for event in run.events(*kinds)]

    async def both() -> tuple[list[Event], list[Event]]:
        tasks = [asyncio.create_task(collect()), asyncio.create_task(collect(NewBest, CheckpointSaved))]
        await asyncio.sleep(0)
        run.start()
        return await tasks[0], await tasks[1]

    everything, some = asyncio.run(asyncio.wait_for(both(), 60))
    assert [event.counters.training for event in everything if isinstance(event, LineTrained)] == list(
        range(1, 251)
    )
    assert isinstance(everything[-1], RunEnded)
    assert some == [event for event in everything if isinstance(event, NewBest | CheckpointSaved)]
    assert asyncio.run(collect()) == []

    async def plainly() -> int:
        return len([event async for event in run])

    assert asyncio.run(plainly()) == 0


def test_a_stream_that_is_not_read_keeps_the_newest_and_goes_with_its_reader(short: ShortSet) -> None:
    run = _run(short, 60)
    stream = run.events(LineTrained, size=10)
    other = run.events()
    before = len(run.trainer._observers)
    del other
    assert len(run.trainer._observers) == before - 1
    assert run.start().wait(60)

    async def rest() -> list[Event]:
        return [event async for event in stream]

    kept = asyncio.run(rest())
    assert [event.counters.training for event in kept if isinstance(event, LineTrained)] == list(
        range(51, 61)
    )
    assert stream.dropped == 50
