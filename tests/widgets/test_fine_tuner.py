"""The fine tuner without a browser: from lines to an exported model."""

from __future__ import annotations

import doctest
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from PIL import Image

import tessnb as tn
from tessnb.errors import InputError
from tessnb.widgets import fine_tuner
from tests.widgets.conftest import TEXT

Make = Callable[..., tn.TrainingRun]


@pytest.fixture
def model(make_run: Make) -> tn.Model:
    """A network that has seen three lines a few times."""
    run = make_run(max_iterations=40)
    run.start().wait()
    return run.model()


@pytest.fixture
def lines() -> list[tn.TrainingLine]:
    return list(tn.render(TEXT, ["DejaVu Sans", "DejaVu Serif"], xsize=700, ysize=600))


def make_tuner(*arguments: Any, **options: Any) -> tn.FineTuner:
    """A fine tuner that shows itself only when the test says so."""
    tuner = tn.FineTuner(*arguments, **options)
    tuner._publisher.close()
    return tuner


def shown(tuner: Any, step: int) -> str:
    """What is said in a step, as it would be shown now."""
    tuner._publish()
    return str(tuner._steps[step - 1].said.value)


def test_from_lines_to_an_exported_model(
    model: tn.Model, lines: list[tn.TrainingLine], tmp_path: Path
) -> None:
    lines[1].transcription = " three <b> four\x07"
    lines.append(tn.TrainingLine(np.full((30, 200), 255, np.uint8), "<i>nothing</i>"))
    tuner = make_tuner(
        model, lines, old=lines[:2], held_out=34, max_iterations=30, may_forget=100, folder=tmp_path
    )
    assert tuner.step == 1
    tuner.take_lines()
    assert tuner.step == 2
    assert tuner.model is not None
    assert tuner.problems is not None
    assert {"control_characters", "edge_spaces", "blank_image"} <= set(tuner.problems.kind)
    tuner._publish()
    rows = tuner._steps[1]._rows.children
    assert len(rows) == 2
    pictures = "".join(row.children[0].value for row in rows)
    assert "&lt;i&gt;nothing" in pictures
    assert "<i>" not in pictures
    tuner.correct(0, "one & two")
    tuner.leave_out(len(lines) - 1)
    report = tuner.fix()
    assert report.ok
    assert tuner.step == 3
    assert [line.transcription for line in tuner.lines[:3]] == TEXT.split("\n")
    assert len(tuner.lines) == 6
    run = tuner.train()
    assert run is tuner.run
    result = tuner.wait(120)
    assert tuner.step == 4
    assert run.progress.counters.training == 30
    assert result.a.cer == tn.evaluate(model, tuner._job.held_out).cer
    assert result.b.cer == tn.evaluate(tuner.model, tuner._job.held_out).cer
    assert tuner._job.old_change == (
        tn.evaluate(model, tuner._job.old).cer,
        tn.evaluate(tuner.model, tuner._job.old).cer,
    )
    assert tuner._job.monitor is not None
    assert len(tuner._job.monitor.curve()) >= 2

    Image.fromarray(lines[0].image).save(tmp_path / "line.png")
    tried = tuner.try_image(tmp_path / "line.png")
    assert tried.after == tn.read(tmp_path / "line.png", tuner.model)
    written = tuner.export(tmp_path / "mine")
    assert written == tmp_path / "mine.traineddata"
    assert not tn.load_model(written).integer
    assert tn.load_model(tuner.export(tmp_path / "fast", integer=True)).integer
    assert re.search(r"tesseract page\.png - --tessdata-dir \S+ -l fast", shown(tuner, 4))
    with pytest.raises(InputError, match="such a file already"):
        tuner.export(tmp_path / "mine")
    assert "such a file already" in shown(tuner, 4)
    bundle: Any = tuner._repr_mimebundle_()
    page = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "Held-out, characters" in page["text/html"]
    assert page["text/plain"] == "FineTuner: step 4 of 4"
    tuner.close()
    assert not any("fine-tuner" in each.name or "publisher" in each.name for each in threading.enumerate())
    with pytest.raises(InputError, match="closed"):
        tuner.check()


def test_a_font_scans_and_characters(model: tn.Model, tmp_path: Path) -> None:
    tuner = make_tuner(model, text=TEXT)
    with pytest.raises(InputError, match="no font is chosen"):
        tuner.take_fonts()
    assert "no font is chosen" in shown(tuner, 1)
    tuner.take_fonts("DejaVu Sans", "DejaVu Serif", text=TEXT, lines=4)
    assert {line.font for line in tuner.lines} == {"DejaVu Sans", "DejaVu Serif"}
    assert shown(tuner, 1).endswith('role="status"></div>')
    with pytest.raises(InputError, match="no such file or folder"):
        tuner.take_scans(tmp_path / "nowhere")
    for number, line in enumerate(list(tuner.lines)):
        Image.fromarray(line.image).save(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.gt.txt").write_text(line.transcription + "\n")
    count = len(tuner.lines)
    tuner.take_scans(tmp_path)
    assert len(tuner.lines) == count
    assert tuner.step >= 2
    tuner.add_characters("₹", lines=10)
    assert all("₹" in line.transcription for line in tuner.lines)
    assert tuner.problems is not None
    assert "unencodable" not in set(tuner.problems.kind)
    with pytest.raises(InputError, match="nothing was trained"):
        tuner.export(tmp_path / "mine")
    tuner.close()
    tuner.close()


def test_clicks_do_the_same(model: tn.Model, lines: list[tn.TrainingLine], tmp_path: Path) -> None:
    tuner = make_tuner(model, lines, old=lines[:1], held_out=34, max_iterations=10, folder=tmp_path)
    material, soundness, training, result = tuner._steps

    def click(button: Any) -> None:
        button.click()
        tuner._work.enqueue(lambda: None).result(60)
        tuner._publish()

    assert [step.head.disabled for step in tuner._steps] == [False, True, True, True]
    click(material._prepare)
    assert [step.head.disabled for step in tuner._steps] == [False, False, False, True]
    assert training.body.layout.display is None
    soundness.head.click()
    tuner._publish()
    assert soundness.body.layout.display is None
    training.held_out.value = 50
    assert tuner.held_out == 50
    click(training._train)
    assert tuner.wait(120).a.cer >= 0
    tuner._publish()
    assert not result.head.disabled
    result.name.value = str(tmp_path / "clicked")
    result.weights.value = True
    click(result.busy[1])
    assert tn.load_model(tmp_path / "clicked.traineddata").integer
    tuner.close()


def test_what_takes_long_can_be_cancelled(
    model: tn.Model, lines: list[tn.TrainingLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    tuner = make_tuner(model, lines, old=lines[:2], text=TEXT)
    tuner.take_lines()
    before, report = tuner.lines, tuner._job.report

    def cancelled(moment: int, step: int, work: Callable[..., object], *arguments: Any, **more: Any) -> None:
        """Do something, and press Cancel when so many lines are done."""
        tell, button = tuner._work.tell, tuner._steps[step - 1]._cancel
        assert button is not None

        def told(done: int, total: int | None) -> None:
            if done >= moment:
                tuner._publish()
                assert button.layout.display is None
                button.click()
            tell(done, total)

        with monkeypatch.context() as patch:
            patch.setattr(tuner._work, "tell", told)
            with pytest.raises(InputError, match="cancelled"):
                work(*arguments, **more)
        assert "Cancelled." in shown(tuner, step)
        assert button.layout.display == "none"

    cancelled(120, 1, tuner.take_fonts, "DejaVu Sans", text="one two three four " * 800, lines=300)
    cancelled(8, 1, tuner.add_characters, "₹", lines=8)
    assert tuner.lines is before
    cancelled(2, 2, tuner.check)
    assert tuner._job.report is report
    cancelled(1, 3, tuner.train)
    assert tuner.run is None
    assert tuner.step == 3
    tuner.close()


def test_training_again_does_not_wait_for_the_old_run(model: tn.Model, lines: list[tn.TrainingLine]) -> None:
    tuner = tn.FineTuner(model, lines, old=lines[:1], held_out=34)
    tuner.take_lines()
    first = tuner.train()
    second = tuner.train()
    assert first.state is tn.RunState.STOPPED
    assert tuner.check().lines  # the thread is free
    assert second.state is tn.RunState.RUNNING
    tuner.close()


def test_values_are_checked(model: tn.Model) -> None:
    with pytest.raises(traitlets.TraitError):
        tn.FineTuner(model, held_out=100)
    with pytest.raises(TypeError, match="colour"):
        tn.FineTuner(model, colour="red")  # type: ignore[call-arg]
    tuner = tn.FineTuner("nowhere/no.traineddata")
    with pytest.raises(InputError):
        tuner.take_lines([])
    with pytest.raises(InputError, match="no lines were given"):
        tuner.take_lines()
    tuner.close()


def test_its_example_holds(model: tn.Model, lines: list[tn.TrainingLine]) -> None:
    result = doctest.testmod(fine_tuner, extraglobs={"model": model, "lines": lines[:3], **vars(fine_tuner)})
    assert (result.failed, result.attempted) == (0, 6)
