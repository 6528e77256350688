"""Two models on the same lines, as tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

import tessnb as tn
from tessnb.analysis.readings_compared import VERDICTS, compare_readings
from tessnb.errors import InputError

TRUTHS = ["tea", "cat", "dog", "<b>", "x"]
A = ["tea", "cat", "dig", "<b", "y"]
B = ["tea", "cot", "dog", "<c>", "y"]


def test_each_line_has_its_verdict() -> None:
    compared = compare_readings(tn.compare_texts(TRUTHS, A), tn.compare_texts(TRUTHS, B))
    assert compared.lines.verdict.tolist() == ["both right", "a right", "b right", "both wrong", "same error"]
    assert compared.lines.distance_a.tolist() == [0, 0, 1, 1, 1]
    assert compared.lines.distance_b.tolist() == [0, 1, 0, 1, 1]
    assert compared.lines.read_b.tolist() == B
    assert compared.counts.to_dict() == dict.fromkeys(VERDICTS, 1)
    rates = compared.rates
    assert rates.loc["cer", "a"] == pytest.approx(100 * 3 / 13)
    assert rates.loc["wer", "difference"] == pytest.approx(0.0)


def test_it_is_shown_escaped() -> None:
    page = compare_readings(tn.compare_texts(TRUTHS, A), tn.compare_texts(TRUTHS, B))._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert "1 that only a reads right" in page


def test_only_the_same_lines_are_compared() -> None:
    a, b = tn.compare_texts(TRUTHS, A), tn.compare_texts(TRUTHS, B)
    assert compare_readings(a, replace(b, lines=b.lines.loc[[0, 2, 4]])).lines.index.tolist() == [0, 2, 4]
    with pytest.raises(InputError, match="no line that both"):
        compare_readings(a, replace(b, lines=b.lines.iloc[:0]))
