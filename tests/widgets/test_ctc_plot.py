"""The CTC plot without a browser: what it sends, what it refuses; following a run leaves it alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets

import tessnb as tn
from tessnb.lines import TrainingLine

TEXT = "Harvey's books\n<b>all</b>"


@pytest.fixture(scope="module")
def lines() -> list[TrainingLine]:
    return list(tn.render(TEXT, ["DejaVu Sans"], xsize=900, ysize=500))


def until(condition: Callable[[], Any]) -> None:
    """Wait for something that another thread does."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen within a minute")


def probabilities(frame: dict[str, Any], which: str) -> np.ndarray:
    """What the browser makes of the bytes."""
    return np.frombuffer(frame[which], "<u2").reshape(len(frame["rows"]), frame["steps"]) / 65535


def test_the_browser_gets_the_recognizers_outputs(lines: list[TrainingLine]) -> None:
    model = tn.load_model("eng")
    plot = tn.CTCPlot(lines, model)
    found, frame = plot.alignment, plot._shown
    assert found is not None
    assert np.array_equal(found.outputs, tn.Recognizer(model).outputs(lines[0].image).values)
    assert found.targets is not None
    codes = [*(row.code for row in found.rows()), found.null_char]
    half = 0.5 / 65535 + 1e-9
    assert np.abs(probabilities(frame, "outputs") - found.outputs[:, codes].T).max() <= half
    assert np.abs(probabilities(frame, "targets") - found.targets[:, codes].T).max() <= half
    assert [name for name, _ in frame["rows"]][:3] == ["H", "a", "r"]
    for symbol, (text, _, _, parts) in zip(found.beam, frame["paths"]["beam"], strict=True):
        assert text == symbol.text
        assert [codes[part[0]] for part in parts] == [part.code for part in symbol.parts]
    assert frame["edges"][0] == lines[0].boxes[0][0]
    plot.close()


def test_differences_are_marked(lines: list[TrainingLine]) -> None:
    image = lines[0].image
    plot = tn.CTCPlot([TrainingLine(image, "Haxvey's bbooks"), TrainingLine(image, "")], "eng")
    marks = {
        name: {place: mark for place, (_, _, mark, _) in enumerate(path) if mark}
        for name, path in plot._shown["paths"].items()
    }
    assert marks["truth"] in ({2: "substituted", 9: "deleted"}, {2: "substituted", 10: "deleted"})
    assert marks["greedy"] == marks["beam"] == {2: "substituted"}
    assert len(plot._shown["pairs"]) == 15
    plot.index = 1
    until(lambda: plot._shown["targets"] is None)
    assert plot._shown["paths"]["truth"] == []
    assert all(expected for _, expected in plot._shown["rows"])
    assert "no transcription" in plot._shown["problem"]
    plot.close()


def test_other_lines_and_models(lines: list[TrainingLine], tmp_path: Path) -> None:
    saved = tmp_path / "mine.traineddata"
    tn.load_model("eng").save(saved)
    plot = tn.CTCPlot(lines, {"one": "eng", "two": saved}, show="targets")
    assert plot.models == ["one", "two"]
    assert plot.model == "one"
    plot.index, plot.model = 1, "two"
    until(lambda: plot.alignment is not None and plot.alignment.text == "<b>all</b>")
    assert "two" in plot._shown["title"]
    html = plot._repr_mimebundle_()[0]["text/html"]  # type: ignore[index]
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    plot.close()


def test_what_is_refused(lines: list[TrainingLine]) -> None:
    with pytest.raises(tn.TessnbError, match="no line"):
        tn.CTCPlot([], "eng")
    with pytest.raises(tn.TessnbError, match="no line"):
        tn.CTCPlot("a line", "eng")
    with pytest.raises(tn.TessnbError, match="not a model"):
        tn.CTCPlot(lines, 7)
    with pytest.raises(TypeError):
        tn.CTCPlot(lines, "eng", colour="red")  # type: ignore[call-arg]
    with pytest.raises(traitlets.TraitError):
        tn.CTCPlot(lines, "eng", show="all")
    with pytest.raises(traitlets.TraitError, match="below 2"):
        tn.CTCPlot(lines, "eng", index=2)
    plot = tn.CTCPlot(lines, "eng")
    with pytest.raises(traitlets.TraitError, match="only eng"):
        plot.model = "deu"
    plot.close()


def test_a_run_is_followed_and_left_alone(make_run: Callable[..., tn.TrainingRun]) -> None:
    run, twin = make_run(max_iterations=1200), make_run(max_iterations=1200)
    line = run.trainer.samples.line(0)
    plot = tn.CTCPlot(line, run, moments=5)
    assert plot.models[:2] == ["now", "best"]
    assert plot.iterations == [0]
    run.start()
    until(lambda: len(plot.iterations) > 2)
    seen = plot.iterations[0]
    plot.iteration = seen
    until(lambda: str(plot._shown["title"]).endswith(f"iteration {seen}"))
    plot.iteration = -1
    run.wait()
    until(lambda: plot.iterations[-1] == 1200)
    assert len(plot.iterations) <= 5
    assert plot.iterations == sorted(plot.iterations)
    until(lambda: str(plot._shown["title"]).endswith("iteration 1200"))
    twin.start().wait()
    one, other = (each.model().to_record().to_bytes() for each in (run, twin))
    assert one == other
    plot.close()


def test_checkpoints_of_a_run(make_run: Callable[..., tn.TrainingRun], tmp_path: Path) -> None:
    run = make_run(model_output=tmp_path / "[a]", max_iterations=10)
    record = run.trainer.checkpoint().to_bytes()
    (tmp_path / "[a]_12.500000_9_10.checkpoint").write_bytes(record)
    plot = tn.CTCPlot(run.trainer.samples.line(0), run)
    assert plot.models == ["now", "best", "checkpoint 10 (BCER 12.50 %)"]
    plot.model = plot.models[2]
    until(lambda: "checkpoint 10" in plot._shown["title"])
    (tmp_path / "[a]_12.500000_9_10.checkpoint").unlink()
    plot.close()


def test_closing_ends_its_thread(make_run: Callable[..., tn.TrainingRun]) -> None:
    run = make_run(target_error_rate=-1)
    plot = tn.CTCPlot(run.trainer.samples.line(0), run.start())
    assert any(thread.name == "tessnb-publisher" for thread in threading.enumerate())
    plot.close()
    assert not any(thread.name == "tessnb-publisher" for thread in threading.enumerate())
    run.stop()
