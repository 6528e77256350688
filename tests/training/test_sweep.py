"""Sweeps: every combination once, whoever trains it, and nothing done twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import tessnb as tn
from tessnb.errors import InputError
from tests.lines.test_preparing import line_images
from tests.stress import material

LINES = material.lines(12)
FIXED: dict[str, Any] = {"lines": LINES, "net_spec": material.TINY_NET, "held_out": 0.25}
SETTINGS = {"learning_rate": [0.002, 0.02], "max_iterations": [110, 220]}


def swept(folder: Path, **changed: Any) -> pd.DataFrame:
    return tn.sweep(
        tn.train_from_scratch,
        SETTINGS,
        folder=folder,
        **{"starter": material.starter(), **FIXED, **changed},
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return swept(tmp_path_factory.mktemp("whole"))


def figures(table: pd.DataFrame) -> pd.DataFrame:
    """What does not depend on the machine."""
    return table.drop(columns=["seconds", "model"])


def models(table: pd.DataFrame) -> list[bytes]:
    return [Path(path).read_bytes() for path in table.model]


def test_a_row_for_each_combination(whole: pd.DataFrame) -> None:
    assert whole[["learning_rate", "max_iterations"]].values.tolist() == [
        [rate, count] for rate in SETTINGS["learning_rate"] for count in SETTINGS["max_iterations"]
    ]
    assert whole.iterations.tolist() == whole.max_iterations.tolist()
    assert (whole.best_bcer <= 100).all()
    assert (whole.best_cer <= whole.cer).all()
    assert (whole.seconds > 0).all()
    assert whole.ended.unique().tolist() == ["the largest number of iterations is reached"]
    row = whole.iloc[-1]
    alone = tn.train_from_scratch(material.starter(), learning_rate=0.02, max_iterations=220, **FIXED)
    alone.execute()
    assert row.bcer == alone.progress.means.bcer
    assert row.cer == alone.evaluations.cer.iloc[-1]
    assert row.best_cer == alone.evaluations.cer.min()
    held_out = tn.hold_out(LINES, 0.25)[1]
    assert tn.evaluate(row.model, held_out).cer == pytest.approx(row.best_cer)


def test_what_is_done_is_not_done_again(whole: pd.DataFrame) -> None:
    folder = Path(whole.model[0]).parent
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    pd.testing.assert_frame_equal(swept(folder), whole)
    pd.testing.assert_frame_equal(swept(folder, lines=material.lines(12)), whole)
    assert before == {path: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_what_is_lacking_is_made_the_same(whole: pd.DataFrame) -> None:
    """Of one run the result has gone, of one the model, and one is cut off by half of its training."""
    folder = Path(whole.model[0]).parent
    stems = [path.removesuffix(".traineddata") for path in whole.model]
    expected = models(whole)
    os.unlink(f"{stems[0]}.result.json")
    os.unlink(f"{stems[1]}.traineddata")
    for path in folder.glob(f"{Path(stems[3]).name}*"):
        path.unlink()
    half = tn.train_from_scratch(
        material.starter(), learning_rate=0.02, max_iterations=220, model_output=stems[3], **FIXED
    )
    half.observe(lambda event: half.progress.counters.training == 120 and half.stop(wait=False))
    half.execute()
    assert half.progress.counters.training < 220
    kept = os.stat(whole.model[2]).st_mtime_ns
    again = swept(folder)
    pd.testing.assert_frame_equal(figures(again), figures(whole))
    assert models(again) == expected
    assert os.stat(whole.model[2]).st_mtime_ns == kept


def test_other_material_makes_other_runs(whole: pd.DataFrame, tmp_path: Path) -> None:
    folder = Path(whole.model[0]).parent
    for changed in ({"lines": material.lines(11)}, {"held_out": 0.5}, {"target_error_rate": 99.0}):
        assert not set(swept(folder, **changed).model) & set(whole.model)
    one = {"learning_rate": [0.01]}
    model = tn.Model.load(whole.model[0])
    fixed = {"lines": LINES, "max_iterations": 10, "folder": tmp_path}
    first = tn.sweep(tn.fine_tune, one, model=whole.model[0], **fixed)
    assert first.model[0] != tn.sweep(tn.fine_tune, one, model=whole.model[1], **fixed).model[0]
    in_memory = tn.sweep(tn.fine_tune, one, model=model, **fixed)
    assert models(in_memory) == models(first)


@pytest.mark.parametrize("given", [tn.open_lines, str])
def test_a_changed_transcription_makes_another_run(tmp_path: Path, given: Callable[[Path], Any]) -> None:
    line_images(tmp_path / "lines", 8)
    fixed: dict[str, Any] = {
        "starter": material.starter(),
        "net_spec": material.TINY_NET,
        "max_iterations": 5,
    }

    def model() -> str:
        table = tn.sweep(
            tn.train_from_scratch,
            {"learning_rate": [0.01]},
            lines=given(tmp_path / "lines"),
            folder=tmp_path / "runs",
            **fixed,
        )
        return str(table.model[0])

    first = model()
    assert model() == first
    (tmp_path / "lines" / "line0003.gt.txt").write_text("nose")
    assert model() != first


def test_what_cannot_be_trained_has_its_reason(tmp_path: Path) -> None:
    specs = {"net_spec": [material.TINY_NET, "[1,12,0,1 nonsense"]}
    table = tn.sweep(
        tn.train_from_scratch,
        specs,
        starter=material.starter(),
        lines=LINES,
        max_iterations=5,
        folder=tmp_path,
    )
    assert table.iterations.tolist() == [5, 0]
    assert table.model[1] == ""
    assert "nonsense" in table.ended[1]
    assert table.cer.isna().all()


def test_errors(tmp_path: Path) -> None:
    def refused(settings: Any, **fixed: Any) -> None:
        tn.sweep(tn.fine_tune, settings, folder=tmp_path, **{"model": "eng", "lines": LINES, **fixed})

    for settings in ({}, {"learning_rate": []}):
        with pytest.raises(InputError, match="nothing to try"):
            refused(settings)
    with pytest.raises(InputError, match=r"model_output.*have their own"):
        refused({"model_output": ["a", "b"]})
    with pytest.raises(InputError, match="same for all; found learning_rate"):
        refused({"learning_rate": [1]}, learning_rate=1)
    with pytest.raises(InputError, match="tried twice"):
        refused({"learning_rate": [1, 1]})
    with pytest.raises(InputError, match=r"lines: .*told from others"):
        refused({"learning_rate": [1]}, lines=iter(LINES))
    assert list(tmp_path.iterdir()) == []
