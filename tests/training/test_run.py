"""Background runs and the calls that make them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.events import Event, LineTrained, StopReason
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model
from tessnb.training import (
    METRICS,
    RunState,
    TrainingRun,
    fine_tune,
    hold_out,
    resume_run,
    train_from_scratch,
)
from tests.conftest import EnglishSet, run_tool
from tests.short_lines import TINY_NET, ShortSet


def _run(short: ShortSet, iterations: int = 0, **options: object) -> TrainingRun:
    options = {"net_spec": TINY_NET, "max_iterations": iterations, "learning_rate": 0.01, **options}
    return train_from_scratch(short.starter, short.lines(), **options)  # type: ignore[arg-type]


def test_from_scratch_to_the_end(short: ShortSet) -> None:
    run = _run(short, 130)
    assert run.state is RunState.NEW
    assert run.start() is run
    assert run.wait(60)
    assert (run.state, run.reason) == (RunState.FINISHED, StopReason.MAX_ITERATIONS)
    metrics = run.metrics
    assert list(metrics.columns) == list(METRICS)
    assert metrics.training_iteration.tolist() == list(range(1, 131))
    assert metrics.line_delta.between(0, 100).all()
    assert run.progress.means.bcer == metrics.bcer.iloc[-1]
    assert run.speed > 0
    assert run.skipped.empty


def test_lines_in_memory_give_the_figures_of_documents(short: ShortSet) -> None:
    memory, documents = (
        train_from_scratch(short.starter, lines, net_spec=TINY_NET, max_iterations=20).start()
        for lines in (short.lines(), short.documents)
    )
    assert memory.wait(60)
    assert documents.wait(60)
    np.testing.assert_array_equal(memory.metrics, documents.metrics)


def test_pause_resume_and_stop(short: ShortSet, tmp_path: Path) -> None:
    run = _run(short, model_output=tmp_path / "base").start()
    while len(run.metrics) < 3:
        time.sleep(0.01)
    run.pause()
    while run.state is not RunState.PAUSED:
        time.sleep(0.01)
    paused_at, seconds = run.progress.counters.training, run.progress.seconds
    time.sleep(0.1)
    assert run.progress.counters.training == paused_at
    assert run.progress.seconds == seconds
    assert isinstance(run.model(), Model)  # a paused run still answers
    run.resume()
    while run.progress.counters.training <= paused_at:
        time.sleep(0.01)
    assert run.stop(timeout=60)
    assert (run.state, run.reason) == (RunState.STOPPED, StopReason.STOPPED)
    stopped_at = run.progress.counters.training
    again = resume_run(
        tmp_path / "base_checkpoint", short.starter, short.lines(), max_iterations=stopped_at + 5
    )
    again.start().wait(60)
    assert again.metrics.training_iteration.tolist() == list(range(stopped_at + 1, stopped_at + 6))


def test_a_new_learning_rate_counts_from_the_next_line_on(short: ShortSet) -> None:
    run = _run(short)
    asked = threading.Event()

    def ask(event: Event) -> None:
        if isinstance(event, LineTrained) and event.counters.training == 5:
            run.set(learning_rate=0.5, max_iterations=100)
            asked.set()

    remove = run.observe(ask)
    run.start().wait(60)
    remove()
    assert asked.is_set()
    assert run.trainer.learner.learning_rate == 0.5
    assert run.progress.counters.training == 100
    with pytest.raises(InputError, match="positive"):
        run.set(learning_rate=0)


def test_a_removed_observer_hears_nothing(short: ShortSet) -> None:
    run = _run(short, 10)
    heard: list[Event] = []
    remove = run.observe(heard.append)
    remove()
    remove()
    run.start().wait(60)
    assert not heard


def test_an_error_ends_the_run_and_is_raised_by_wait(short: ShortSet) -> None:
    run = _run(short, 10)
    failure = RuntimeError("an observer's own fault")

    def fail(event: Event) -> None:
        if isinstance(event, LineTrained):
            raise failure

    run.observe(fail)
    run.start()
    with pytest.raises(RuntimeError, match="own fault"):
        run.wait(60)
    assert run.state is RunState.FAILED
    assert run.error is failure


def test_lines_of_which_none_is_usable_end_the_run(short: ShortSet) -> None:
    line = short.lines()[0]
    run = train_from_scratch(
        short.starter, [TrainingLine(line.image, "ж", line.boxes, ["ж"])], net_spec=TINY_NET
    ).start()
    with pytest.raises(InputError, match="no line can be trained on"):
        run.wait(60)
    assert set(run.skipped.reason) == {"the character set cannot encode the transcription"}


def test_a_run_cannot_be_started_twice(short: ShortSet) -> None:
    run = _run(short).start()
    with pytest.raises(InputError, match="already started"):
        run.start()
    run.stop(timeout=60)


def test_fine_tuning_leaves_the_model_as_it_is_and_improves_it(
    trained: Path, english: EnglishSet, tmp_path: Path
) -> None:
    model = Model.load(trained / "float.traineddata")
    before = model.to_record().to_bytes()
    run = fine_tune(model, [english.file(english.unseen_font, ".lstmf")], max_iterations=30)
    run.start().wait(120)
    assert model.to_record().to_bytes() == before
    assert run.best().to_record().to_bytes() != before
    run.best().save(tmp_path / "tuned.traineddata", integer=True)
    result = run_tool(
        *("lstmeval", "--model", tmp_path / "tuned.traineddata", "--eval_listfile", english.eval_list),
        *("--verbosity", 0),
    )
    assert "BCER eval=" in result.stderr


def test_fine_tuning_with_other_characters(
    trained: Path, english: EnglishSet, test_data: Path | None
) -> None:
    starter = TrainedData.read(english.starter)
    lines = [english.file(english.unseen_font, ".lstmf")]
    model = Model.load(trained / "float.traineddata")
    same = fine_tune(model, lines, max_iterations=3).start()
    other = fine_tune(model, lines, starter=starter, max_iterations=3).start()
    assert same.wait(60)
    assert other.wait(60)
    # The same characters again: the first line, before any update, reads the same.
    assert same.metrics.line_rms[0] == pytest.approx(other.metrics.line_rms[0], rel=1e-6)


def test_an_integer_model_is_refused(trained: Path, short: ShortSet) -> None:
    with pytest.raises(InputError, match="integer"):
        fine_tune(Model.load(trained / "int.traineddata"), short.lines())


def test_a_share_is_held_out_reproducibly(short: ShortSet) -> None:
    lines = short.lines()
    kept, out = hold_out(lines, 0.25)
    assert len(out) == 4
    assert sorted(map(id, kept + out)) == sorted(map(id, lines))
    assert hold_out(lines, 0.25) == (kept, out)
    assert hold_out(lines, 0.25, seed=2)[1] != out
    run = _run(short, 10, held_out=0.25)
    assert [line.transcription for line in run.held_out] == [line.transcription for line in out]
    with pytest.raises(InputError, match="between 0 and 1"):
        hold_out(lines, 1.5)
    with pytest.raises(InputError, match="too few"):
        hold_out(lines[:1], 0.5)


def test_of_several_who_start_it_at_once_one_does(short: ShortSet) -> None:
    run = _run(short)
    together, refused = threading.Barrier(4), []

    def start() -> None:
        together.wait()
        try:
            run.start()
        except InputError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert sum(thread.name == "tessnb-training" for thread in threading.enumerate()) == 1
    assert run.stop(timeout=60)
