"""A real cluster of processes, of which one is killed in the middle of each kind of work: nothing is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import tessnb as tn
from tests.elsewhere import until
from tests.lines.test_preparing import assert_same, line_images
from tests.stress import material

if TYPE_CHECKING:
    from distributed import Client


@pytest.fixture
def client() -> Iterator[Client]:
    """Two workers, and for each test others: a cluster need not come back to strength to end its work."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


class Killer:
    """Kills, once, a worker that has work; `on_done` is for whoever reports that something is finished."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._processes: dict[str, int] = client.run(os.getpid)
        self.killed = 0

    def on_done(self, *_: object) -> None:
        if self.killed:
            return
        busy = [worker for worker, keys in self._client.processing().items() if keys]
        if busy:
            self.killed = self._processes[busy[0]]
            os.kill(self.killed, signal.SIGKILL)

    def was_here(self) -> bool:
        """Whether one was killed, and its process is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.killed, 0)
            return False  # also where none was killed: 0 is this process and its group
        return True


def test_rendering(client: Client) -> None:
    text = tn.english_text()[:600]
    fonts = tn.find_fonts(names=["DejaVu Sans", "DejaVu Serif", "Liberation Sans", "FreeSerif"])
    killer = Killer(client)
    settings: dict[str, Any] = {"xsize": 1200, "exposures": (0, 1)}
    lines = tn.render(text, fonts, executor=client.get_executor(), on_done=killer.on_done, **settings)
    assert until(killer.was_here)
    expected = tn.render(text, fonts, **settings)
    assert [line.font for line in lines] == [line.font for line in expected]
    assert_same(lines, expected)


def test_preparing_lines(client: Client, tmp_path: Path) -> None:
    line_images(tmp_path / "lines", 1500)
    (tmp_path / "lines" / "line0700.gt.txt").write_text("")
    killer = Killer(client)
    lines = tn.prepare_lines(
        tmp_path / "lines", folder=tmp_path / "made", executor=client.get_executor(), on_done=killer.on_done
    )
    assert until(killer.was_here)
    assert_same(lines, [material.line(number) for number in range(1500) if number != 700])
    assert lines.problems.source.tolist() == [str(tmp_path / "lines" / "line0700.png")]
    here = tn.prepare_lines(tmp_path / "lines", folder=tmp_path / "here")
    assert [Path(path).read_bytes() for path in lines.documents] == [
        Path(path).read_bytes() for path in here.documents
    ]


def test_checking(client: Client) -> None:
    lines = material.lines(1500)
    for number in range(0, 1500, 100):
        lines[number] = replace(lines[number], transcription=f"Ω {lines[number].transcription}")
    killer = Killer(client)
    there = tn.preflight(lines, material.starter(), progress=killer.on_done, executor=client.get_executor())
    assert until(killer.was_here)
    here = tn.preflight(lines, material.starter())
    assert here.problems.kind.eq("unencodable").sum() == 15
    pd.testing.assert_frame_equal(there.problems, here.problems)


def test_evaluating(client: Client) -> None:
    lines, model = material.lines(1500), material.trained().model()
    killer = Killer(client)
    there = tn.evaluate(model, lines, progress=killer.on_done, executor=client.get_executor())
    assert until(killer.was_here)
    here = tn.evaluate(model, lines)
    assert (there.bcer, there.bwer, there.cer) == (here.bcer, here.bwer, here.cer)
    pd.testing.assert_frame_equal(there.lines, here.lines)
    pd.testing.assert_frame_equal(there.errors, here.errors)


def test_trying_settings(client: Client, tmp_path: Path) -> None:
    """A run whose worker dies goes on from its last checkpoint, to the same model."""
    settings = {"learning_rate": [0.002, 0.005, 0.02]}
    fixed: dict[str, Any] = {
        **{"starter": material.starter(), "lines": material.lines(12), "net_spec": material.TINY_NET},
        **{"max_iterations": 1000, "held_out": 0.25},
    }
    killed: list[tn.RunRecord] = []

    def kill() -> None:
        def under_way() -> tn.RunRecord | None:
            found = (run for run in tn.runs(tmp_path) if run.state is tn.RunState.RUNNING)
            return next((run for run in found if run.saved_iteration), None)

        killed.append(until(under_way))
        os.kill(int(killed[0].about["pid"]), signal.SIGKILL)

    killer = Thread(target=kill)
    killer.start()
    there = tn.sweep(
        tn.train_from_scratch, settings, folder=tmp_path / "there", executor=client.get_executor(), **fixed
    )
    killer.join()
    begun = [entry for entry in killed[0].follow() if entry["kind"] == "start"]
    assert len(begun) == 2
    assert begun[1]["training"] > 0
    here = tn.sweep(tn.train_from_scratch, settings, folder=tmp_path / "here", **fixed)
    same = here.columns.difference(["seconds", "model"])
    pd.testing.assert_frame_equal(there[same], here[same])
    for one, other in zip(there.model, here.model, strict=True):
        assert Path(one).read_bytes() == Path(other).read_bytes()
