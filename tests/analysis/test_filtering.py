"""Conditions mean what pandas' query makes of them, and nothing more can be asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tessnb.analysis.filtering import choose_rows, filter_column, search_texts
from tessnb.errors import InputError

FRAME = pd.DataFrame(
    {
        "cer": [0, 7.5, 3, np.nan],
        "font": pd.Categorical(["Serif", "Sans", "Sans", None]),
        "n x": [1, 2, 3, 4],
        "truth": ["a&b", "X-ray", "`q`", "שלום (d)"],
    },
    index=pd.Index([3, 5, 7, 9], name="line"),
)


@pytest.mark.parametrize(
    "condition",
    [
        "cer > 5",
        "cer>1 & font=='Sans'",
        "`n x` >= 3 | cer==0",
        "cer == 0 | cer > 1 & `n x` > 2",
        "not cer > 5",
        "~(cer>5)",
        "font in ['Sans']",
        "font not in ('Sans', 'x')",
        "'Sans' == font",
        "font != 'Sans'",
        "font == ['Sans', 'Serif']",
        "1 < cer < 8",
        "cer*2 > `n x` + 1",
        "truth == 'a&b'",
        'truth == "`q`" or truth.str.startswith("a")',
        "truth.str.contains('ray') and line > 3",
        "truth.str.endswith('(d)')",
        "cer.isna()",
        "cer.notna() and cer > -1",
        "font > 'Sans'",
    ],
)
def test_pandas_says_the_same(condition: str) -> None:
    frame = FRAME.assign(font=FRAME.font.astype(object)) if "font >" in condition else FRAME
    expected = frame.query(condition, engine="python").index
    assert list(frame.index[choose_rows(frame, condition)]) == list(expected)
    assert 0 < len(expected) < 4


@pytest.mark.parametrize(
    "condition",
    [
        "@FRAME",
        "cer.mean() > 1",
        "cer.values.tofile('x')",
        "truth.str.contains(truth)",
        "truth.str.replace('a', 'b') == 'b'",
        "__import__('os').getcwd() == truth",
        "truth.__class__ == 1",
        "(lambda: cer > 1)()",
        "[x for x in cer] == 1",
        "f'{cer}' == truth",
        "b'a' == truth",
        "cer[0] > 1",
        "cer if cer else cer",
        "'a' * 9**9 == truth",
        "9**9**9 > cer",
        "1" + "0" * 400 + " + cer > 1",
        "cer > 'a'",
        "font > 5",
        "cer and font",
        "cer",
        "5",
        "'x'",
        "cer ==",
        "cer > 1; cer",
        "weather == 1",
        "not " * 900 + "cer",
        "(" * 400 + "cer" + ")" * 400,
        "cer > " + "1" * 3000,
        "-truth == 1",
    ],
)
def test_nothing_else_is_done(condition: str) -> None:
    with pytest.raises(InputError):
        choose_rows(FRAME, condition)


def test_words_are_searched_in_all_texts() -> None:
    assert search_texts(FRAME, "sans x-R").tolist() == [False, True, False, False]
    assert search_texts(FRAME, "(D)").tolist() == [False, False, False, True]
    assert search_texts(FRAME, " ").all()


@pytest.mark.parametrize(
    ("column", "wanted", "rows"),
    [
        ("cer", "> 3", [1]),
        ("cer", ">=3", [1, 2]),
        ("cer", "0", [0]),
        ("cer", "= 7.5", [1]),
        ("cer", "2..8", [1, 2]),
        ("cer", "..3", [0, 2]),
        ("n x", "3..", [2, 3]),
        ("font", "san", [1, 2]),
        ("font", "=Serif", [0]),
        ("font", "=", [3]),
        ("truth", "(", [3]),
        ("cer", " ", [0, 1, 2, 3]),
    ],
)
def test_a_column_is_filtered(column: str, wanted: str, rows: list[int]) -> None:
    assert np.flatnonzero(filter_column(FRAME[column], wanted)).tolist() == rows


@pytest.mark.parametrize("wanted", ["abc", "..", ">", "1...2.3", "> x"])
def test_numbers_are_asked_for_numbers(wanted: str) -> None:
    with pytest.raises(InputError, match="not a condition on numbers"):
        filter_column(FRAME.cer, wanted)
