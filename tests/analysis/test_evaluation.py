"""Evaluation beside the real ``lstmeval`` and beside jiwer."""

from __future__ import annotations

import re
from pathlib import Path

import jiwer
import pytest

import tessnb as tn
from tessnb.errors import InputError
from tests.conftest import EnglishSet, run_tool


@pytest.mark.parametrize("trainable", [False, True])
def test_the_reference_finds_the_same(english: EnglishSet, tmp_path: Path, trainable: bool) -> None:
    """BCER and BWER as lstmeval prints them, for an integer model and for the same with float weights."""
    model = tmp_path / "eng.traineddata"
    tn.load_model("eng", trainable=trainable).save(model)
    log = run_tool("lstmeval", "--model", model, "--eval_listfile", english.eval_list)
    found = re.search(r"BCER eval=([\d.]+), BWER eval=([\d.]+)", log.stdout + log.stderr)
    assert found is not None
    assert 0 < float(found[1]) < 20
    result = tn.evaluate(model, english.eval_list.read_text().split())
    assert result.bcer == pytest.approx(float(found[1]), abs=0.01)
    assert result.bwer == pytest.approx(float(found[2]), abs=0.01)
    assert result.lines.bcer.mean() == pytest.approx(result.bcer)


def test_rates_and_errors_agree() -> None:
    """CER and WER are jiwer's; each wrong character has its row."""
    lines = tn.render("The ferry leaves\nat 6:45 from Pier 9,", ["DejaVu Sans", "FreeSerif"], xsize=900)
    result = tn.evaluate("eng", lines)
    truth, read = result.lines.truth.tolist(), result.lines["read"].tolist()
    assert result.cer == pytest.approx(100 * jiwer.cer(truth, read))
    assert result.wer == pytest.approx(100 * jiwer.wer(truth, read))
    assert set(result.lines.font) == {"DejaVu Sans", "FreeSerif"}
    assert result.cer < 10
    for number, line in result.lines.iterrows():
        rows = result.errors[result.errors.line == number]
        assert line.cer == pytest.approx(100 * len(rows) / len(line.truth))
        for row in rows.itertuples():
            assert row.kind == "inserted" or line.truth[row.position] == row.truth


def test_what_cannot_be_used_is_listed() -> None:
    lines = list(tn.render("The ferry", ["DejaVu Sans"], xsize=900))
    lines.append(tn.TrainingLine(lines[0].image, "паром", source="cyrillic"))
    result = tn.evaluate(tn.load_model("eng"), lines)
    assert set(result.skipped.truth) == {"паром"}
    assert "encode" in result.skipped.reason[0]


def test_no_lines_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="no lines"):
        tn.evaluate("eng", [])
