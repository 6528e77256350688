"""A model that learns a few lines by heart forgets others: seen while it happens, and stopped in time."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

import tessnb as tn
from tessnb.analysis import ForgettingMonitor
from tessnb.errors import InputError
from tessnb.lines import TrainingLine

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def material() -> dict[str, list[TrainingLine]]:
    return {
        "old": list(tn.render("The ferry leaves\nat 6:45, rain\nor shine.", ["DejaVu Sans"], xsize=700)),
        "target": list(tn.render("ooo iii\n111 000", ["Liberation Serif"], xsize=500)),
    }


def fine_tuning(material: dict[str, list[TrainingLine]], **settings: object) -> tn.TrainingRun:
    wrong = [tn.TrainingLine(line.image, "zzz") for line in material["target"]]
    model = tn.load_model("eng", trainable=True)
    return tn.fine_tune(model, wrong, learning_rate=0.01, recipe=None, **settings)  # type: ignore[arg-type]


def test_old_and_new_in_one_table(material: dict[str, list[TrainingLine]], tmp_path: Path) -> None:
    run = fine_tuning(material, max_iterations=60)
    monitor = ForgettingMonitor(run, material["old"], material["target"], every=20)
    assert "no evaluation yet" in repr(monitor)
    with pytest.raises(InputError, match="no evaluation yet"):
        monitor.plot()
    run.start().wait()
    monitor.close()
    assert monitor.error is None
    frame = monitor.frame()
    assert set(frame.material) == {"old", "target"}
    assert {"all", "all but spaces", "space", "lower case", "digit"} <= set(frame["class"])
    curve = monitor.curve()
    assert curve.index[0] == 0
    assert curve.index[-1] == 60
    assert curve.old.iloc[0] < 5
    assert curve.old.iloc[-1] > 20
    old = frame[(frame.material == "old") & (frame.iteration == 0)].set_index("class")
    parts = old.drop(["all", "all but spaces"])
    assert parts.characters.sum() == old.characters["all"]
    assert old.characters["all but spaces"] == old.characters["all"] - old.characters["space"]
    assert "old: space" in monitor._repr_html_()
    monitor.plot().save(tmp_path / "chart.svg")
    chart = ElementTree.parse(tmp_path / "chart.svg").getroot()
    titles = [text.text for text in chart.iter(f"{SVG}text") if "CER" in (text.text or "")]
    assert {"all, CER %", "space, CER %", "lower case, CER %"} <= set(titles)
    curves = [path for path in chart.iter(f"{SVG}path") if path.get("stroke-width") == "2"]
    assert len(curves) == sum(1 for _ in frame.groupby(["class", "material"]))
    assert all(path.get("d", "").count("L") == len(curve) - 1 for path in curves[:2])


def test_a_limit_stops_the_run(material: dict[str, list[TrainingLine]]) -> None:
    run = fine_tuning(material, max_iterations=5000)
    monitor = ForgettingMonitor(run, material["old"], every=10, limit=15.0)
    run.start()
    assert run.wait(60)
    assert run.state.value == "stopped"
    monitor.close()
    assert monitor.stopped_at is not None
    assert monitor.curve().old[monitor.stopped_at] > 15
    assert f"stopped at {monitor.stopped_at}" in repr(monitor)


def test_nothing_to_watch_is_an_error(material: dict[str, list[TrainingLine]]) -> None:
    run = fine_tuning(material, max_iterations=1)
    with pytest.raises(InputError, match="no old material"):
        ForgettingMonitor(run, [])
    with pytest.raises(InputError, match="apart"):
        ForgettingMonitor(run, material["old"], every=0)
