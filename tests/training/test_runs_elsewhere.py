"""Runs of other processes: listed, followed, told things, and gone on with after ``kill -9``."""

from __future__ import annotations

import asyncio
import math
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import tessnb as tn
from tessnb.commands import main
from tessnb.training.batches import Batches
from tests.short_lines import TINY_NET, ShortSet

#: Trains on lines in memory with all that a checkpoint alone does not know: a recipe, and lines held out.
_PROGRAM = """
import sys
import tessnb as tn
from tests.short_lines import ShortSet
from tests.conftest import EnglishSet
from pathlib import Path

from tests.training.test_runs_elsewhere import in_memory

run = in_memory(ShortSet(Path(sys.argv[1]), EnglishSet(Path(sys.argv[2]))), sys.argv[3], int(sys.argv[4]))
run.start().wait()
"""


def in_memory(short: ShortSet, output: str, iterations: int) -> tn.TrainingRun:
    """A run on lines in memory that needs its recipe and its held-out lines to go on as it was.

    Its batches are full from the first on, however many errors there are.
    """
    recipe = tn.Recipe(
        decay="cosine",
        warm_up=50,
        augment=tn.Augmenter(seed=3),
        batch_size=4,
        early_stopping=tn.EarlyStopping(patience=1000, minimum_gain=0.5),
        evaluate_every=60,
    )
    run = tn.train_from_scratch(
        tn.TrainedData.read(short.starter),
        short.lines(),
        net_spec=TINY_NET,
        learning_rate=0.01,
        held_out=0.2,
        recipe=recipe,
        max_iterations=iterations,
        model_output=output,
    )
    return filled(run)


def filled(run: tn.TrainingRun) -> tn.TrainingRun:
    """Let the batches of a run be full from now on."""
    assert isinstance(run.trainer.batches, Batches)
    run.trainer.batches.growth = math.inf
    return run


#: Ends in the middle of training: no pool of threads takes work any more, which breaks the run. What waits
#: until it is over is what the main thread does last, or a thread of a pool, for which the main thread waits.
_ENDING = """
import atexit
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tessnb.events import LineTrained
from tests.conftest import EnglishSet
from tests.short_lines import ShortSet
from tests.training.test_runs_elsewhere import in_memory

pool = ThreadPoolExecutor(1)
reached = threading.Event()


def end():
    while not run.state.is_over:
        time.sleep(0.01)


def hold(event):
    if isinstance(event, LineTrained) and event.counters.training == 150:
        reached.set()
        while True:
            ThreadPoolExecutor(1).submit(int)
            time.sleep(0.01)


run = in_memory(ShortSet(Path(sys.argv[1]), EnglishSet(Path(sys.argv[2]))), sys.argv[3], 100_000)
run.observe(hold)
run.start()
{"main": atexit.register, "pool": pool.submit}[sys.argv[4]](end)
reached.wait()
"""


@contextmanager
def _process(*command: object) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, *map(str, command)], stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(condition: Callable[[], Any], process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + 240
    while not condition():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None
        time.sleep(0.02)


def _reach(folder: Path, iteration: int, process: subprocess.Popen[bytes]) -> tn.RunRecord:
    """Wait until the one run in a folder has saved an iteration."""
    _until(lambda: any((each.saved_iteration or 0) >= iteration for each in tn.runs(folder)), process)
    return tn.runs(folder)[0]


def _train_flags(short: ShortSet, output: Path) -> list[object]:
    flags = ["--traineddata", short.starter, "--train_listfile", short.list, "--net_spec", TINY_NET]
    return ["lstmtraining", *flags, "--learning_rate", "0.01", "--model_output", output]


def test_another_process_is_listed_followed_and_told_what_to_do(
    short: ShortSet, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "deep" / "base"
    output.parent.mkdir()
    with _process("-m", "tessnb", *_train_flags(short, output)) as process:
        record = _reach(tmp_path, 100, process)
        assert (record.name, record.state, record.about["pid"]) == ("base", tn.RunState.RUNNING, process.pid)
        assert record.progress.rate > 0
        assert "lstmtraining" in record.about["command"]

        async def first(count: int) -> list[dict[str, Any]]:
            entries = []
            async for entry in record:
                entries.append(entry)
                if len(entries) == count:
                    break
            return entries

        entries = asyncio.run(asyncio.wait_for(first(8), 120))
        assert entries[0]["kind"] == "start"
        assert {"figures", "rates"} <= {entry["kind"] for entry in entries}

        record.pause()
        _until(lambda: record.state is tn.RunState.PAUSED, process)
        where = record.progress.counters.training
        assert main(["runs", str(tmp_path)]) == 0
        assert "paused" in capfd.readouterr().out
        time.sleep(0.3)
        assert record.progress.counters.training == where
        record.checkpoint()
        _until(lambda: len(record.checkpoints), process)
        assert record.checkpoints.kind.tolist() == ["asked for"]
        assert (output.parent / record.checkpoints.path[0]).is_file()
        record.set(learning_rate=0.005)
        assert record.resume() is None
        _until(lambda: record.progress.counters.training > where, process)
        assert record.state is tn.RunState.RUNNING
        _until(lambda: record.layer_rates.learning_rate.iloc[-1] == pytest.approx(0.005), process)
        with pytest.raises(tn.TessnbError, match="another run writes the same files"):
            tn.train_from_scratch(
                short.starter, short.lines(), net_spec=TINY_NET, model_output=output, max_iterations=1
            ).start()

        assert main([*map(str, _train_flags(short, output)), "--max_iterations", "1"]) == 1
        assert "another run writes the same files" in capfd.readouterr().err

        assert main(["runs", str(tmp_path), "--stop", "base", "--timeout", "120"]) == 0
        assert process.wait(120) == 0
    assert (record.state, record.progress.reason) == (tn.RunState.STOPPED, "it was stopped")
    saved = record.saved_iteration
    assert saved == record.progress.counters.training
    again = tn.resume_run(record, max_iterations=saved + 2)
    assert again.start().wait(120)
    assert again.metrics.training_iteration.tolist() == [saved + 1, saved + 2]


def test_killed_runs_are_left_behind_and_go_on_as_if_nothing_had_been(
    short: ShortSet, tmp_path: Path
) -> None:
    whole = in_memory(short, str(tmp_path / "whole"), 600).start()
    folder = tmp_path / "folder"
    folder.mkdir()
    arguments = [short.folder, short.english.folder, folder / "base", 600]
    with _process("-c", _PROGRAM, *arguments) as process:
        record = _reach(folder, 200, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert record.state is tn.RunState.LEFT_BEHIND
    saved = record.saved_iteration
    assert saved is not None
    assert tn.runs(folder).frame.state.tolist() == ["left behind"]
    assert record.progress.eta is None
    with pytest.raises(tn.TessnbError, match="the run is over"):
        record.stop()

    resumed = record.resume()
    assert resumed is not None
    assert resumed.trainer.counters.training in (saved, saved + 100)
    assert filled(resumed).start().wait(120)
    assert whole.wait(120)
    files = [(each / "base_checkpoint") for each in (tmp_path, folder)]
    files[0] = tmp_path / "whole_checkpoint"
    assert files[0].read_bytes() == files[1].read_bytes()
    assert whole.best().to_record().to_bytes() == resumed.best().to_record().to_bytes()
    assert record.state is tn.RunState.FINISHED
    assert record.metrics.training_iteration.is_monotonic_increasing
    assert record.metrics.training_iteration.iloc[-1] == 600
    pd.testing.assert_frame_equal(record.evaluations, whole.evaluations, rtol=1e-4)


@pytest.mark.parametrize("last", ["main", "pool"])
def test_a_process_that_ends_leaves_its_run_behind_too(short: ShortSet, tmp_path: Path, last: str) -> None:
    arguments = [short.folder, short.english.folder, tmp_path / "base", last]
    with _process("-c", _ENDING, *arguments) as process:
        assert process.wait(240) == 0
    (record,) = tn.runs(tmp_path)
    assert record.state is tn.RunState.LEFT_BEHIND
    resumed = record.resume(max_iterations=250)
    assert resumed is not None
    assert resumed.trainer.counters.training == 100
    assert resumed.start().wait(120)


def test_a_killed_lstmtraining_goes_on_in_another_terminal(
    short: ShortSet, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*map(str, _train_flags(short, tmp_path / "whole")), "--max_iterations", "400"]) == 0
    folder = tmp_path / "folder"
    folder.mkdir()
    flags = [*_train_flags(short, folder / "base"), "--max_iterations", 400]
    with _process("-m", "tessnb", *flags) as process:
        _until((folder / "base_checkpoint").exists, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert tn.runs(folder)[0].state is tn.RunState.LEFT_BEHIND
    capfd.readouterr()
    assert main(["runs", str(folder), "--resume", "base"]) == 0
    said = capfd.readouterr().err
    assert "base: goes on here, from iteration" in said
    assert "/400/400, Mean rms=" in said
    assert said.rstrip().splitlines()[-1].startswith("Finished! Selected model with minimal training error")
    assert (folder / "base_checkpoint").read_bytes() == (tmp_path / "whole_checkpoint").read_bytes()


def test_lines_that_were_not_kept_must_be_given_again(short: ShortSet, tmp_path: Path) -> None:
    run = tn.train_from_scratch(
        short.starter,
        (line for _ in range(100) for line in short.lines()),
        net_spec=TINY_NET,
        model_output=tmp_path / "base",
        max_iterations=110,
    )
    assert run.start().wait(120)
    record = tn.follow_run(tmp_path / "base")
    with pytest.raises(tn.TessnbError, match="Give the same lines"):
        record.resume(max_iterations=120)
    again = record.resume(short.lines(), max_iterations=112)
    assert again is not None
    assert again.start().wait(120)
    assert again.progress.counters.training == 112
    (tmp_path / "base_checkpoint").unlink()
    with pytest.raises(tn.TessnbError, match="has not written a checkpoint"):
        record.resume(short.lines())


def _run_on_opened(short: ShortSet, output: Path, **options: Any) -> tn.TrainingRun:
    """Train a little on lines that were opened, of which no copy is kept."""
    run = tn.train_from_scratch(
        short.starter,
        tn.open_lines(*short.documents),
        net_spec=TINY_NET,
        model_output=output,
        max_iterations=110,
        **options,
    )
    assert run.start().wait(120)
    assert not Path(f"{output}.run.lstmf").exists()
    return run


def test_lines_that_were_opened_are_opened_again(short: ShortSet, tmp_path: Path) -> None:
    _run_on_opened(short, tmp_path / "base")
    again = tn.follow_run(tmp_path / "base").resume(max_iterations=130)
    assert again is not None
    assert again.start().wait(120)
    assert again.progress.counters.training == 130
    record = tmp_path / "base.run.jsonl"
    record.write_text(record.read_text().replace('"lines":{"lines":16', '"lines":{"lines":17'))
    with pytest.raises(tn.TessnbError, match="found 16 lines; expected 17"):
        tn.follow_run(tmp_path / "base").resume(max_iterations=150)


def test_a_share_of_lines_that_were_opened_is_the_same_again(short: ShortSet, tmp_path: Path) -> None:
    run = _run_on_opened(short, tmp_path / "base", held_out=0.25)
    again = tn.follow_run(tmp_path / "base").resume(max_iterations=112)
    assert again is not None
    assert [line.transcription for line in again.held_out.lines] == [
        line.transcription for line in run.held_out
    ]
    assert again.trainer.samples.total() == 12
    record = tmp_path / "base.run.jsonl"
    record.write_text(record.read_text().replace('"splits":[[0.25,', '"splits":[["x",'))
    with pytest.raises(tn.TessnbError, match="no part of lines"):
        tn.follow_run(tmp_path / "base").resume(max_iterations=150)
