"""The checkpoint picker without a browser, over a real run."""

from __future__ import annotations

import doctest
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tessnb as tn
from tessnb.errors import InputError
from tessnb.widgets import checkpoint_picker


@pytest.fixture
def output(make_run: Callable[..., tn.TrainingRun], tmp_path: Path) -> tuple[Path, tn.TrainingRun]:
    """A run's ``model_output`` with two snapshots and the current checkpoint, and the run."""
    run = make_run(max_iterations=20, model_output=tmp_path / "base").start()
    run.wait()
    run.checkpoint()
    run.trainer.save_current()
    run.set(max_iterations=40)
    run.start()
    run.wait()
    run.checkpoint()
    run.trainer.save_current()
    run.trainer.container.write(tmp_path / "eng.traineddata")
    return tmp_path / "base", run


def answers(picker: Any, kind: str) -> list[Any]:
    """What was sent of a kind, when there is something."""
    deadline = time.monotonic() + 60
    while not (found := [message for message in picker.sent if message["kind"] == kind]):
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.01)
    return found


def listen(picker: Any) -> Any:
    picker.sent = []
    picker.send = lambda content, buffers=None: picker.sent.append(content)
    return picker


def test_a_checkpoint_is_chosen_and_exported(output: tuple[Path, tn.TrainingRun], tmp_path: Path) -> None:
    picker = tn.CheckpointPicker(output[1], export_dir=tmp_path / "models")
    first, second, current = picker.checkpoints
    assert [each.training_iteration for each in (first, second, current)] == [20, 40, 40]
    assert current.is_current
    with pytest.raises(InputError, match="no checkpoint is chosen"):
        picker.export()
    picker._chosen = first.path.name  # as a browser says it
    assert picker.value == first.path
    made = picker.export()
    assert re.fullmatch(r"base_\d+\.\d{3}_20\.traineddata", made.name)
    fast = picker.export("mine_fast", integer=True)
    assert picker.exported == (made, fast)
    assert not tn.load_model(made).integer
    assert tn.load_model(fast).integer
    assert fast.stat().st_size < made.stat().st_size
    with pytest.raises(InputError, match="such a model already"):
        picker.export("mine_fast")
    with pytest.raises(InputError, match="no folder"):
        picker.export("../mine")
    with pytest.raises(InputError, match="no such checkpoint"):
        picker.value = tmp_path / "base_1.0_1_1.checkpoint"
    assert picker.value == first.path
    picker.close()


def test_the_browser_asks_and_is_answered(output: tuple[Path, tn.TrainingRun]) -> None:
    base, _ = output
    picker = listen(tn.CheckpointPicker(base))
    picker._on_message(picker, {"kind": "look", "anyway": True}, [])
    rows = answers(picker, "checkpoints")[-1]["checkpoints"]
    assert [row["iteration"] for row in rows] == [20, 40, 40]
    picker._chosen = rows[0]["name"]
    picker._on_message(picker, {"kind": "export", "name": "a/b", "integer": False}, [])
    assert answers(picker, "result")[-1]["failed"]
    picker.sent.clear()
    picker._on_message(picker, {"kind": "export", "name": rows[0]["names"][1], "integer": True}, [])
    assert "_fast.traineddata" in answers(picker, "result")[-1]["text"]
    picker.sent.clear()
    picker._on_message(picker, {"kind": "remove", "name": f"../{rows[0]['name']}"}, [])
    assert len(answers(picker, "checkpoints")[-1]["checkpoints"]) == 2
    assert answers(picker, "checkpoints")[-1]["undo"] == 1
    assert picker.value is None
    picker.sent.clear()
    picker._on_message(picker, {"kind": "undo"}, [])
    assert len(answers(picker, "checkpoints")[-1]["checkpoints"]) == 3
    picker.sent.clear()
    picker._on_message(picker, {"kind": "remove", "name": rows[2]["name"]}, [])
    assert "goes on from this checkpoint" in answers(picker, "result")[-1]["text"]
    assert picker.undo() is None
    picker.close()
    picker._on_message(picker, {"kind": "look"}, [])  # a late message does no harm


def test_what_is_seen_without_widgets(output: tuple[Path, tn.TrainingRun], tmp_path: Path) -> None:
    base, _ = output
    picker = tn.CheckpointPicker(base)
    data = picker._repr_mimebundle_()[0]
    assert data["text/html"].count("<tr>") == 4
    assert "best" in data["text/html"]
    assert data["text/plain"] == "CheckpointPicker: 3 checkpoints"
    picker.close()
    (tmp_path / "empty").mkdir()
    empty = tn.CheckpointPicker(tmp_path / "empty")
    assert "No checkpoints" in empty._repr_mimebundle_()[0]["text/html"]
    empty.close()


def test_values_are_checked(make_run: Callable[..., tn.TrainingRun], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="writes no checkpoints"):
        tn.CheckpointPicker(make_run())
    with pytest.raises(InputError, match="no such folder"):
        tn.CheckpointPicker(tmp_path / "nowhere" / "base")
    with pytest.raises(TypeError, match="colour"):
        tn.CheckpointPicker(tmp_path, colour="red")  # type: ignore[call-arg]


def test_its_example_holds(output: tuple[Path, tn.TrainingRun]) -> None:
    result = doctest.testmod(checkpoint_picker, extraglobs={"model_output": output[0]})
    assert (result.failed, result.attempted) == (0, 6)
