"""The record that a run keeps of itself: what is in it, how long it gets, and what may happen to its file."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from tessnb.commands import main
from tessnb.errors import InputError
from tessnb.events import Counters, ErrorRates, Event, NewBest, RecordFailed
from tessnb.training import (
    Recipe,
    RunProgress,
    RunRecord,
    RunState,
    TrainingRun,
    follow_run,
    resume_run,
    runs,
    train_from_scratch,
)
from tessnb.training.listing import RUN_COLUMNS
from tessnb.training.mailbox import send, take
from tessnb.training.record import Recorder
from tessnb.training.record_file import RecordFile, is_held, parse_entries
from tessnb.training.whereabouts import is_process, whereabouts
from tests.short_lines import TINY_NET, ShortSet


def _run(short: ShortSet, iterations: int = 0, **options: object) -> TrainingRun:
    options = {"net_spec": TINY_NET, "max_iterations": iterations, "learning_rate": 0.01, **options}
    return train_from_scratch(short.starter, short.lines(), **options)  # type: ignore[arg-type]


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def finished(short: ShortSet, tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingRun, Path]:
    """A run that is over, and its model_output."""
    output = tmp_path_factory.mktemp("finished") / "base"
    recipe = Recipe(evaluate_every=50, decay="linear")
    run = _run(short, 130, model_output=output, held_out=0.2, recipe=recipe).start()
    assert run.wait(120)
    return run, output


def test_a_record_tells_what_the_run_told(finished: tuple[TrainingRun, Path]) -> None:
    run, output = finished
    record = follow_run(output)
    assert (record.name, record.state) == ("base", RunState.FINISHED)
    told, here = record.progress, run.progress
    assert told.counters == here.counters
    assert told.reason == "the largest number of iterations is reached"
    assert told.means.bcer == pytest.approx(here.means.bcer, rel=1e-4)
    assert told.best_bcer == pytest.approx(here.best_bcer, rel=1e-4)
    assert told.max_iterations == 130
    rows = run.metrics.set_index("training_iteration")
    for row in record.metrics.itertuples():
        line = rows.loc[row.training_iteration]
        assert [row.rms, row.bcer, row.cer] == pytest.approx([line.rms, line.bcer, line.cer], rel=1e-4)
    pd.testing.assert_frame_equal(record.evaluations, run.evaluations, rtol=1e-4)
    pd.testing.assert_frame_equal(record.layer_rates, run.layer_rates, rtol=1e-4)
    assert record.marks.kind.tolist() == run.marks.kind.tolist()
    assert record.checkpoints.path.tolist() == ["base_best.checkpoint"]
    assert record.saved_iteration == 130
    about = record.about
    assert about["net_spec"] == TINY_NET
    assert (about["pid"], about["lines"]["lines"]) == (os.getpid(), 13)


def test_its_entries_come_once_and_in_order(finished: tuple[TrainingRun, Path]) -> None:
    entries = list(follow_run(finished[1]).follow())
    assert [entries[0]["kind"], entries[-1]["kind"]] == ["start", "end"]
    assert [entry["time"] for entry in entries] == sorted(entry["time"] for entry in entries)
    assert len(entries) == len(Path(f"{finished[1]}.run.jsonl").read_text().splitlines())


def test_a_run_without_checkpoints_keeps_no_record(
    short: ShortSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run(short, 3).start().wait(60)
    assert list(tmp_path.iterdir()) == []
    assert runs(tmp_path) == []
    with pytest.raises(InputError, match="no record"):
        follow_run("base")


def test_two_runs_do_not_write_the_same_files(short: ShortSet, tmp_path: Path) -> None:
    first = _run(short, model_output=tmp_path / "base").start()
    second = _run(short, 5, model_output=tmp_path / "base")
    with pytest.raises(InputError, match="another run writes the same files") as refusal:
        second.start()
    assert str(tmp_path / "base") in str(refusal.value)
    assert second.state is RunState.NEW
    with pytest.raises(InputError, match="going on"):
        resume_run(follow_run(tmp_path / "base"))
    assert first.stop(timeout=60)
    assert second.start().wait(60)
    record = follow_run(tmp_path / "base")
    assert record.progress.counters.training == 5  # it began anew, and so did the record
    assert record.metrics.training_iteration.max() == 5


def test_runs_in_folders_are_found_and_shown(
    finished: tuple[TrainingRun, Path], short: ShortSet, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = finished[1].parent
    living = _run(short, 100000, model_output=folder / "deep" / "<b>er").start()
    try:
        _wait(lambda: living.progress.counters.training > 0)
        found = runs(folder)
        assert [record.name for record in found] == ["<b>er", "base"]
        assert runs(folder, recursive=False).named("base").state is RunState.FINISHED
        frame = found.frame
        assert tuple(frame.columns) == RUN_COLUMNS
        assert frame.state.tolist() == ["running", "finished"]
        assert "&lt;b&gt;er" in found._repr_html_()
        assert main(["runs", str(folder)]) == 0
        table = capfd.readouterr().out.splitlines()
        assert [row.split()[:2] for row in table[1:]] == [["<b>er", "running"], ["base", "finished"]]
        assert main(["runs", str(folder), "--stop", "<b>er"]) == 0
        assert "stopped at iteration" in capfd.readouterr().err
        assert main(["runs", "--follow", str(folder / "deep" / "<b>er")]) == 0
        assert "stopped: it was stopped" in capfd.readouterr().out
        assert main(["runs", str(folder), "--pause", "nobody"]) == 1
        assert "no run called 'nobody'; found <b>er, base" in capfd.readouterr().err
        assert main(["runs", str(folder), "--pause", "base"]) == 1
        assert "the run is over" in capfd.readouterr().err
    finally:
        living.stop(timeout=60)


@pytest.mark.parametrize("name", ["recorded", "listing"])
def test_examples_hold(name: str, finished: tuple[TrainingRun, Path]) -> None:
    output = finished[1]
    module = importlib.import_module(f"tessnb.training.{name}")
    names = {"model_output": output, "folder": output.parent / "alone"}
    if not names["folder"].exists():
        names["folder"].mkdir()
        for file in output.parent.glob("base*"):
            (names["folder"] / file.name).write_bytes(file.read_bytes())
    result = doctest.testmod(module, extraglobs=names)
    assert result.attempted > 0
    assert result.failed == 0


def test_a_run_does_not_go_on_from_the_checkpoint_of_an_earlier_one(short: ShortSet, tmp_path: Path) -> None:
    run = _run(short, 110, model_output=tmp_path / "base").start()
    assert run.wait(60)
    os.utime(tmp_path / "base_checkpoint", (1, 1))
    path = tmp_path / "base.run.jsonl"
    whole = path.read_bytes()
    # It died before its first checkpoint.
    path.write_bytes(re.sub(rb'"saved":[0-9]+', b'"saved":null', whole))
    record = follow_run(tmp_path / "base")
    with pytest.raises(InputError, match="has not written a checkpoint"):
        record.resume(max_iterations=120)
    (tmp_path / "base_checkpoint").touch()
    resumed = record.resume(max_iterations=120)
    assert resumed is not None
    assert resumed.trainer.counters.training == 110
    os.utime(tmp_path / "base_checkpoint", (1, 1))  # the clock was set back
    path.write_bytes(whole)
    assert follow_run(tmp_path / "base").resume(max_iterations=120) is not None


# The file.


def test_a_torn_line_is_passed_over(finished: tuple[TrainingRun, Path], tmp_path: Path) -> None:
    whole = Path(f"{finished[1]}.run.jsonl").read_bytes()
    path = tmp_path / "base.run.jsonl"
    end = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(end, len(whole) - 1, 7):
        path.write_bytes(whole[:cut])
        assert RunRecord(path).state is RunState.LEFT_BEHIND
    with_rubbish = whole[:end] + b'{"kind":"figures","time":1,\n[1]\n\xff\xfe\n{"kind":7}\n' + whole[end:]
    path.write_bytes(with_rubbish + b'{"kind":"figures","time":"x","training":[]}\n{"kind":"_hear_end"}\n')
    assert RunRecord(path).state is RunState.FINISHED
    file = RecordFile(path)
    file.write({"kind": "mark", "time": 0.0, "training": 1, "mark": "paused"})
    file.close()
    path.write_bytes(whole + b'{"kind":"fig')
    file = RecordFile(path)
    file.write({"kind": "mark", "time": 0.0, "training": 1, "mark": "paused"})
    file.close()
    assert parse_entries(path.read_bytes())[-1]["mark"] == "paused"


def test_absurd_numbers_are_passed_over(finished: tuple[TrainingRun, Path], tmp_path: Path) -> None:
    whole = Path(f"{finished[1]}.run.jsonl").read_bytes()
    path = tmp_path / "base.run.jsonl"
    absurd = ("1e999", "-1e999", "NaN", "1" + "0" * 400, "-7")
    entries = [
        f'{{"kind":"figures","time":{time},"training":{count},"learning":{count},"sample":1,"best":{count}}}'
        for time, count in [*((number, "1") for number in absurd), *(("1", number) for number in absurd)]
    ]
    entries += [f'{{"kind":"limits","time":1,"max_iterations":{number}}}' for number in absurd]
    path.write_bytes(whole + "\n".join(entries).encode() + b"\n")
    record = RunRecord(path)
    assert record.metrics.equals(follow_run(finished[1]).metrics)
    assert record.progress.max_iterations in (0, -7)
    assert len(runs(tmp_path).frame) == 1


def test_who_follows_hears_all_once_though_the_clock_is_set_back(tmp_path: Path) -> None:
    file = RecordFile(tmp_path / "base.run.jsonl", anew=True)
    begin = {"kind": "start", "time": 5000.0, "training": 0, "locked": True}
    marks = [
        {"kind": "mark", "time": 4000.0 - n, "training": n, "mark": "best", "detail": ""} for n in range(6)
    ]
    for entry in (begin, *marks[:4]):
        file.write(entry)
    following = follow_run(tmp_path / "base").follow()
    heard = [next(following) for _ in range(5)]
    file.rewrite(lambda entries: [entries[0], *entries[3:]])
    file.write(marks[4])
    file.write({"kind": "end", "time": 1.0, "state": "stopped", "reason": ""})
    heard += following
    file.close()
    assert [entry["time"] for entry in heard] == [5000.0, 4000.0, 3999.0, 3998.0, 3997.0, 3996.0, 1.0]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{}\n", b"\x00" * 100, b'{"kind":"end","time":1}\n'])
def test_what_is_no_record_is_not_listed(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "base.run.jsonl").write_bytes(content)
    assert runs(tmp_path) == []


def test_links_and_pipes_are_no_records(finished: tuple[TrainingRun, Path], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.run.jsonl")
    (tmp_path / "link.run.jsonl").symlink_to(f"{finished[1]}.run.jsonl")
    (tmp_path / "folder").symlink_to(finished[1].parent)
    assert runs(tmp_path) == []
    for name in ("pipe", "link"):
        with pytest.raises(InputError, match="no record"):
            follow_run(tmp_path / name)
        with pytest.raises(OSError, match=r"plain file|symbolic"):
            RecordFile(tmp_path / f"{name}.run.jsonl")


def _not_root(look: Callable[[], None]) -> None:
    """Do something as somebody who may not write everywhere; errors are errors here too."""
    if os.geteuid():
        look()
        return
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setuid(65534)
            look()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0


def test_a_folder_that_cannot_be_written_can_be_looked_at(
    finished: tuple[TrainingRun, Path], short: ShortSet
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(f"{finished[1]}.run.jsonl", folder / "over.run.jsonl")
        living = _run(short, model_output=folder / "base").start()
        try:
            _wait(lambda: len(runs(folder)) == 2)
            folder.chmod(0o555)

            def look() -> None:
                found = runs(folder)
                assert [record.state for record in found] == [RunState.RUNNING, RunState.FINISHED]
                with pytest.raises(InputError, match="cannot be written"):
                    found[0].pause()
                with pytest.raises(PermissionError):
                    RecordFile(folder / "another.run.jsonl")

            _not_root(look)
        finally:
            folder.chmod(0o755)
            living.stop(timeout=60)


def test_a_record_says_which_kernel_and_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = "6b2d4a6e-0f0f-4a56-8a3c-0123456789ab"
    assert "kernel" not in whereabouts()
    monkeypatch.setattr(sys, "argv", ["ipykernel_launcher.py", "-f", f"/run/jupyter/kernel-{kernel}.json"])
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/train.ipynb")
    about = whereabouts()
    assert (about["kernel"], about["notebook"]) == (kernel, "/home/me/train.ipynb")
    assert is_process(about)
    assert not is_process({**about, "started": about["started"] - 1})
    assert not is_process({**about, "host": "elsewhere"})
    assert not is_process({**about, "pid": 1 << 30})


def test_the_lock_goes_with_the_file_and_with_the_process(tmp_path: Path) -> None:
    path = tmp_path / "base.run.jsonl"
    file = RecordFile(path)
    for number in range(10):
        file.write({"kind": "mark", "number": number})
    assert is_held(path)
    file.rewrite(lambda entries: entries[5:])
    assert is_held(path)
    file.write({"kind": "mark", "number": 10})
    with pytest.raises(InputError, match="another run"):
        RecordFile(path)
    assert [entry["number"] for entry in parse_entries(path.read_bytes())] == [5, 6, 7, 8, 9, 10]
    (to_child, ending), (ready, from_child) = os.pipe(), os.pipe()
    child = os.fork()
    if not child:  # a worker that outlives its parent's run
        os.write(from_child, b"x")
        os.read(to_child, 1)
        os._exit(0)
    try:
        os.read(ready, 1)
        file.close()
        assert not is_held(path)
    finally:
        os.write(ending, b"x")
        os.waitpid(child, 0)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def _recorder(output: Path, heard: list[Event]) -> tuple[Recorder, list[int]]:
    """A recorder of a run that is where the list says."""
    where = [0]

    def progress() -> RunProgress:
        figures = [where[0] * share % 100 for share in (0.1234567, 1.234567, 2.345678, 3.45678, 4.56789)]
        counters = Counters(where[0], where[0], where[0])
        return RunProgress(RunState.RUNNING, counters, ErrorRates(*figures), figures[0], 0, 1.5 * where[0])

    return Recorder(str(output), progress, lambda: (12.3456, 34.5678), heard.append), where


def test_a_long_run_has_a_short_record(tmp_path: Path) -> None:
    heard: list[Event] = []
    recorder, where = _recorder(tmp_path / "base", heard)
    recorder.start({"max_iterations": 0}, anew=True)
    record = RunRecord(tmp_path / "base")
    largest = 0
    for second in range(1, 6001):  # more than one and a half hours
        where[0] = second * 30
        recorder.figures()
        if second % 3 == 0:
            recorder(NewBest(50.0 - second / 300))
        if second % 500 == 0:
            largest = max(largest, record.path.stat().st_size)
            assert record.progress.counters.training == second * 30
    assert 100_000 < largest < 500_000
    metrics = record.metrics
    assert len(metrics) > 500
    assert metrics.training_iteration.is_monotonic_increasing
    assert (metrics.training_iteration.iloc[0], metrics.training_iteration.iloc[-1]) == (30, 180_000)
    assert metrics.training_iteration.diff().max() < 180_000 / 300
    assert len(record.marks) > 100
    assert record.state is RunState.RUNNING
    recorder.end(RunState.FINISHED, "")
    assert RunRecord(tmp_path / "base").metrics.equals(record.metrics)
    assert record.state is RunState.FINISHED
    assert not heard


@contextmanager
def _full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_of_once_and_the_record_goes_on_later(tmp_path: Path) -> None:
    heard: list[Event] = []
    recorder, where = _recorder(tmp_path / "base", heard)
    recorder.start({}, anew=True)
    path = Path(recorder.path)
    with _full_disk(path.stat().st_size + 500):
        for where[0] in range(1, 10):
            recorder.figures()
    assert [type(event) for event in heard] == [RecordFailed]
    where[0] = 10
    recorder.figures()
    recorder.end(RunState.FINISHED, "")
    iterations = RunRecord(path).metrics.training_iteration.tolist()
    assert iterations[:1] == [1]
    assert iterations[-1] == 10
    assert 2 < len(iterations) < 8 or iterations == [1, 10, 10]


def test_a_run_goes_on_where_no_record_can_be_kept(short: ShortSet, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = _run(short, 5, model_output=tmp_path / "file" / "base")
    heard: list[Event] = []
    run.observe(lambda event: heard.append(event) if isinstance(event, RecordFailed) else None)
    assert run.start().wait(60)
    assert run.state is RunState.FINISHED
    assert [event.path for event in heard if isinstance(event, RecordFailed)] == [
        str(tmp_path / "file" / "base.run.jsonl")
    ]


# The mailbox.


def test_only_a_whole_command_for_this_very_run_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "base.run.command"
    good = json.dumps({"run": "me", "command": "pause"}).encode() + b"\n"
    assert take(path, "me") is None
    path.write_bytes(good)
    assert take(path, "me") == {"run": "me", "command": "pause"}
    for bad in (
        json.dumps({"run": "another", "command": "stop"}).encode() + b"\n",
        json.dumps({"run": "me", "command": "rm -r"}).encode() + b"\n",
        b"[]\n",
        b"stop\n",
        b"\xff\n",
    ):
        path.write_bytes(bad)
        assert take(path, "me") is None
        assert not path.exists()
    path.write_bytes(good[:-1])  # whoever writes it is not done
    assert take(path, "me") is None
    assert path.exists()
    for moment in (1, time.time() + 3600):  # long ago, and before the clock was set back
        path.write_bytes(good[:-1])
        os.utime(path, (moment, moment))
        assert take(path, "me") is None
        assert not path.exists()
    (tmp_path / "elsewhere").write_bytes(good)
    path.symlink_to(tmp_path / "elsewhere")
    assert take(path, "me") is None
    path.unlink()
    os.mkfifo(path)
    assert take(path, "me") is None
    path.unlink()
    if os.geteuid() == 0:
        path.write_bytes(good)
        os.chown(path, 12345, 12345)
        assert take(path, "me") is None


def test_a_command_that_nobody_takes_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "base.run.command"
    for is_alive, problem in ((False, "over"), (True, "not answered")):
        with pytest.raises(InputError, match=problem):
            send(path, "me", "stop", is_alive=lambda alive=is_alive: alive, timeout=0.1)  # type: ignore[misc]
        assert not path.exists()
