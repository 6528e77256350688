"""The layer viewer without a browser: what it sends, and what it refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import traitlets

import tessnb as tn
from tessnb.analysis.layer_views import inspect_layers
from tessnb.lines import TrainingLine


@pytest.fixture(scope="module")
def lines() -> list[TrainingLine]:
    return list(tn.render("Harvey\n<b>all</b>", ["DejaVu Sans"], xsize=700, ysize=500))


def until(condition: Callable[[], Any]) -> None:
    """Wait for something that another thread does."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen within a minute")


def numbers(frame: dict[str, Any], which: str) -> np.ndarray:
    """What the browser makes of the bytes: (features, height, width)."""
    field = frame[which]
    shape = frame["features"], frame["height"], frame["width"]
    return np.frombuffer(field["values"], "<i2").reshape(shape) / 32767 * field["limit"]


def test_the_browser_gets_what_layers_compute(lines: list[TrainingLine]) -> None:
    model = tn.load_model("eng", trainable=True)
    viewer, views = tn.LayerViewer(lines, model, layer="Lfx96"), inspect_layers(lines[0], model)
    assert viewer.layer == ":4"
    for name in ("Lfx96", "ConvNL", "Output"):
        viewer.layer = name
        until(lambda name=name: viewer._shown["id"] == views[name].id)  # type: ignore[misc]
        frame, layer = viewer._shown, views[name]
        assert layer.deltas is not None
        for which, values in (("activations", layer.activations), ("deltas", layer.deltas)):
            wanted = values.transpose(2, 0, 1)
            assert np.abs(numbers(frame, which) - wanted).max() <= np.abs(wanted).max() / 65000
        assert (frame["filters"] is not None) == (name == "ConvNL")
        assert [each["name"] for each in frame["histograms"]] == ["weights", "gradients"]
    assert [row[1] for row in viewer._statistics][-1] == "Output"
    assert len(viewer._layers) == len(views.layers)
    viewer.close()


def test_layers_of_a_run(make_run: Callable[..., tn.TrainingRun]) -> None:
    run = make_run(max_iterations=5)
    viewer = tn.LayerViewer(run.trainer.samples.line(0), run)
    parallel = next(each for each in viewer._layers if each["type"] == "ParBidiLSTM")
    assert sum(each["level"] == 1 for each in viewer._layers) == 2
    viewer.layer = parallel["id"]
    until(lambda: viewer._shown["id"] == parallel["id"])
    names = [each["name"] for each in viewer._shown["histograms"]]
    assert len(names) == 4
    assert all(" of " in name for name in names)
    run.start().wait()
    viewer.close()


def test_other_lines(lines: list[TrainingLine]) -> None:
    viewer = tn.LayerViewer([lines[0], TrainingLine(lines[1].image, "")], "eng")
    viewer.index = 1
    until(lambda: viewer._shown["deltas"] is None)
    assert "Nothing comes back" in viewer._shown["note"]
    assert [each["name"] for each in viewer._shown["histograms"]] == ["weights"]
    html = viewer._repr_mimebundle_()[0]["text/html"]  # type: ignore[index]
    assert html.count("<img") == 2
    assert "Nothing comes back" in html
    viewer.close()


def test_what_is_refused(lines: list[TrainingLine]) -> None:
    with pytest.raises(tn.TessnbError, match="no line"):
        tn.LayerViewer(None, "eng")
    with pytest.raises(tn.TessnbError, match="no such layer"):
        tn.LayerViewer(lines, "eng", layer="Lfx512")
    with pytest.raises(TypeError):
        tn.LayerViewer(lines, "eng", colour="red")  # type: ignore[call-arg]
    with pytest.raises(traitlets.TraitError):
        tn.LayerViewer(lines, "eng", show="all")
    with pytest.raises(traitlets.TraitError, match="below 2"):
        tn.LayerViewer(lines, "eng", index=2)
