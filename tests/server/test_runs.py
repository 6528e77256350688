"""The trainings of a server: of other processes, found, followed and told what to do."""

from __future__ import annotations

import math
import os
import signal
from pathlib import Path
from typing import Any

from tessnb.server import run_watch
from tessnb.server.base import Root
from tessnb.server.run_watch import RunWatch
from tessnb.server.runs import describe_run, points_of
from tessnb.training import follow_run
from tessnb.training.record import RECORD_SUFFIX
from tests.elsewhere import start_training, until
from tests.server.conftest import Server
from tests.short_lines import ShortSet


def test_a_run_of_another_process(server: Server, short: ShortSet) -> None:
    """Listed while it goes on; paused, resumed, saved, killed, gone on with, stopped."""
    (server.root / "deep er").mkdir()
    output = server.root / "deep er" / "<b>ase"

    def listed() -> dict[str, Any] | None:
        status, answer = server.ask("runs")
        assert status == 200
        assert answer["whole"] is True
        named = [run for run in answer["runs"] if run["name"] == "<b>ase"]
        return named[0] if named else None

    def one(after: float = 0.0) -> dict[str, Any]:
        status, answer = server.ask("runs/one", {"path": "deep er/<b>ase", "after": after})
        assert status == 200
        return dict(answer)

    def tell(command: str) -> tuple[int, Any]:
        return server.ask("runs/tell", body={"path": "deep er/<b>ase", "command": command})

    process = start_training(short, output, "--max_iterations", "1000000", "--target_error_rate", "-1")
    try:
        until(lambda: (run := listed()) and run["rate"] and run["iteration"] > 100)
        run = listed()
        assert run is not None
        assert (run["path"], run["state"], run["over"]) == ("deep er/<b>ase", "running", False)
        assert run["eta"] > 0
        assert 0 < run["fraction"] < 1
        assert "lstmtraining" in run["place"]
        assert run["notebook"] == ""
        first = one()
        assert len(first["training"]) >= 2
        assert all(0 <= error <= 100 for _, error in first["training"])
        news = until(lambda: (found := one(first["time"])) and found["training"] and found)
        assert news["training"][0][0] > first["training"][-1][0]
        assert tell("pause")[0] == 200
        until(lambda: one()["state"] == "paused")
        assert tell("resume")[0] == 200
        until(lambda: one()["state"] == "running")
        assert tell("checkpoint")[0] == 200
        asked = until(lambda: [each for each in one()["checkpoints"] if each["kind"] == "asked for"])
        assert (server.root / asked[0]["path"]).is_file()
        until(lambda: any(each["kind"] == "current" for each in one()["checkpoints"]))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    left = until(lambda: (run := listed()) and run["state"] == "left behind" and run)
    assert left["can_go_on"]
    status, answer = tell("pause")
    assert (status, answer["message"].split(": ")[-1]) == (400, "the run is over; found left behind")
    status, going_on = tell("resume")
    assert (status, going_on["state"]) == (200, "running")
    assert going_on["run"] != left["run"]
    pid = follow_run(output).about["pid"]
    assert pid not in (process.pid, os.getpid())
    assert tell("stop")[0] == 200
    stopped = until(lambda: (run := listed()) and run["over"] and run)
    assert (stopped["state"], stopped["reason"]) == ("stopped", "it was stopped")
    assert stopped["iteration"] >= left["iteration"] - 100


def test_what_cannot_go_on_says_why(server: Server, short: ShortSet) -> None:
    output = server.root / "short"
    assert start_training(short, output, "--max_iterations", "5").wait() == 0
    for path in server.root.glob("short*checkpoint*"):
        path.unlink()
    status, answer = server.ask("runs/tell", body={"path": "short", "command": "resume"})
    assert status == 400
    assert "has not written a checkpoint" in answer["message"]
    run = next(run for run in server.ask("runs")[1]["runs"] if run["name"] == "short")
    assert (run["state"], run["over"]) == ("finished", True)
    assert run["reason"] == "the largest number of iterations is reached"


def entries(*rows: str) -> str:
    return "\n".join(['{"kind":"start","time":1,"training":0,"run":"x"}', *rows, ""])


def figures(number: int, bcer: float) -> str:
    line = f'"kind":"figures","time":{number},"training":{number},"learning":1,"sample":1,"bcer":{bcer}'
    return "{" + line + "}"


def test_a_long_curve_has_few_points(tmp_path: Path) -> None:
    record = tmp_path / "long.run.jsonl"
    record.write_text(entries(*(figures(number, 100 / number) for number in range(2, 5000))))
    points = points_of(follow_run(record))
    assert len(points["training"]) == 240
    assert points["training"][0] == [2, 50.0]
    assert points["training"][-1] == [4999, 100 / 4999]
    assert points["time"] == 4999
    later = points_of(follow_run(record), 4990)
    assert [place for place, _ in later["training"]] == list(range(4991, 5000))


def test_odd_records_do_no_harm(tmp_path: Path) -> None:
    """Whoever may write to the folder may have written anything."""
    about = '"notebook":"/etc/passwd","kernel":{"a":1},"command":["x"],"host":7,"max_iterations":1e400'
    (tmp_path / "odd.run.jsonl").write_text(
        f'{{"kind":"start","time":1,"training":0,"run":[1],{about}}}\n{figures(3, math.nan)}\n'
    )
    run = describe_run(follow_run(tmp_path / "odd"), Root(tmp_path))
    assert run["state"] == "left behind"
    assert run["notebook"] == ""
    assert run["kernel"] is None


class Watched:
    """A folder with runs, and what watches it without waiting."""

    def __init__(self, folder: Path, **bounds: Any) -> None:
        self.folder = folder
        self.watch = RunWatch(folder, **bounds)

    def add(self, name: str) -> Path:
        path = self.folder / f"{name}{RECORD_SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(entries())
        return path

    def names(self) -> set[str]:
        return {record.name for record in self.watch.runs()}


def test_runs_come_and_go(tmp_path: Path) -> None:
    assert run_watch._SUFFIX == RECORD_SUFFIX
    watched = Watched(tmp_path)
    assert watched.names() == set()
    first = watched.add("a/b/first")
    watched.add("second")
    until(lambda: watched.names() == {"first", "second"})
    for path in (tmp_path, tmp_path / "a", tmp_path / "a/b"):  # as if nothing had happened for long
        os.utime(path, (1, 1))
    watched.names()
    watched.add("a/b/third")
    until(lambda: watched.names() == {"first", "second", "third"})
    first.unlink()
    until(lambda: watched.names() == {"second", "third"})


def test_links_hidden_folders_and_deep_ones_are_not_looked_into(tmp_path: Path) -> None:
    watched = Watched(tmp_path / "root", depth=3)
    elsewhere = Watched(tmp_path / "elsewhere")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "elsewhere")
    elsewhere.add("linked")
    (tmp_path / "root" / f"x{RECORD_SUFFIX}").symlink_to(tmp_path / "elsewhere" / f"linked{RECORD_SUFFIX}")
    for name in (".hidden/a", "node_modules/b", "1/2/3/c", "1/2/3/4/d"):
        watched.add(name)
    assert watched.names() == {"c"}


def test_a_search_has_an_end(tmp_path: Path) -> None:
    watched = Watched(tmp_path, folders=5)
    for number in range(9):
        watched.add(f"{number}/deep/{number}")
    watched.add("near")
    assert watched.names() == {"near"}
    assert not watched.watch.is_whole
    assert len(RunWatch(tmp_path).runs(most=3)) == 3
