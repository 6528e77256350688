"""The pieces of a display that need no display."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from tessnb.analysis.differences import mark_differences
from tessnb.charset.clusters import graphemes
from tessnb.widgets._curve import Curve
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._summary import axis_ticks, decade_below, duration, number, percent


@pytest.mark.parametrize("lines", [1, 99, 100, 101, 1_000, 100_000])
@pytest.mark.parametrize("at_once", [1, 37, 100_000])
def test_a_curve_stays_small_and_true(lines: int, at_once: int) -> None:
    if lines / at_once > 5_000:
        lines = 5_000
    rows = np.column_stack([np.arange(lines), np.random.default_rng(lines).random(lines)])
    curve = Curve(2, limit=100)
    for start in range(0, lines, at_once):
        curve.extend(rows[start : start + at_once])
        assert len(curve) <= 100
    kept = curve.rows()
    assert len(kept) >= min(lines, 50)
    np.testing.assert_array_equal(kept, rows[kept[:, 0].astype(int)])
    assert kept[-1, 0] == lines - 1
    assert len(set(np.diff(kept[:-1, 0]))) <= 1
    stride = int(kept[1, 0] - kept[0, 0]) if len(kept) > 2 else 1
    for window in (1, 30, 1000):
        means = curve.means(window)[:, 1]
        for place in (0, len(kept) // 2, len(kept) - 1):
            end = int(kept[place, 0]) + 1
            begin = max(end - window, 0) // stride * stride
            assert means[place] == pytest.approx(rows[begin:end, 1].mean())


def test_a_short_curve_is_kept_whole() -> None:
    curve = Curve(1, limit=10)
    assert len(curve) == 0
    assert curve.means(5).shape == (0, 1)
    for step in range(10):
        curve.extend(np.array([[step]], float))
    assert curve.rows()[:, 0].tolist() == list(range(10))
    same = curve.copy()
    curve.extend(np.array([[10.0]]))
    assert len(same) == 10
    assert len(curve) == 6


def test_what_is_not_a_number_is_left_out_of_means() -> None:
    curve = Curve(2, limit=10)
    curve.extend(np.array([[1, 2.0], [2, np.nan], [3, np.inf], [4, 6.0], [5, np.nan]]))
    np.testing.assert_allclose(curve.means(2)[:, 1], [2, 2, np.nan, 6, 6])
    np.testing.assert_allclose(curve.means(1000)[:, 1], [2, 2, 2, 4, 4])


@pytest.mark.parametrize(
    ("truth", "read", "html", "errors"),
    [
        ("same", "same", "same", 0),
        ("a<b", "a<b", "a&lt;b", 0),
        ("cat", "cart", "ca<ins>r</ins>t", 1),
        ("cart", "cat", "ca<del>r</del>t", 1),
        ('x"y', "x&y", 'x<mark title="&quot;">&amp;</mark>y', 1),
        ("abc", "", "<del>abc</del>", 3),
        ("", "<script>", "<ins>&lt;script&gt;</ins>", 8),
        ("e\u0301a", "ea", '<mark title="e\u0301">e</mark>a', 1),
        ("\u0915\u094d\u0937", "", "<del>\u0915\u094d\u0937</del>", 1),
    ],
)
def test_differences_are_marked_and_escaped(truth: str, read: str, html: str, errors: int) -> None:
    assert mark_differences(truth, read) == (html, errors)


def test_graphemes_are_never_split() -> None:
    assert graphemes("e\u0301\U0001f469\u200d\U0001f680x") == ["e\u0301", "\U0001f469\u200d\U0001f680", "x"]
    assert graphemes("") == []


def test_numbers_read_well() -> None:
    assert number(1234567) == "1\u202f234\u202f567"
    assert [percent(value) for value in (99.96, 1.954, 0.5)] == [
        "100.0\u202f%",
        "2.0\u202f%",
        "0.50\u202f%",
    ]
    assert [duration(seconds) for seconds in (0.2, 59.4, 65, 7260)] == [
        "1 s",
        "59 s",
        "1 min 05 s",
        "2 h 01 min",
    ]


@pytest.mark.parametrize(
    ("lowest", "axis"), [(100, 10), (11, 10), (9.9, 1), (1, 1), (0.2, 0.1), (0.0, 0.01), (0.0001, 0.01)]
)
def test_the_axis_begins_at_a_decade(lowest: float, axis: float) -> None:
    assert decade_below(np.array([100.0, lowest])) == pytest.approx(axis)


def test_a_publisher_keeps_its_rate_and_its_thread() -> None:
    threads: set[int] = set()
    calls: list[float] = []

    def publish() -> bool:
        threads.add(threading.get_ident())
        calls.append(time.monotonic())
        return len(calls) < 4

    publisher = Publisher(publish, rate=10)
    for _ in range(3):
        publisher.start()
    deadline = time.monotonic() + 10
    while len(calls) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    assert len(calls) == 4
    assert len(threads) == 1
    assert np.diff(calls).min() > 0.08
    publisher.start()
    time.sleep(0.3)
    assert len(calls) == 5
    publisher.close()
    publisher.start()
    time.sleep(0.2)
    assert len(calls) == 5


def test_a_publisher_can_hurry() -> None:
    calls: list[float] = []

    def publish() -> bool:
        calls.append(time.monotonic())
        return True

    publisher = Publisher(publish, rate=0.1)
    publisher.start()
    time.sleep(0.2)
    publisher.hurry()
    time.sleep(0.4)
    publisher.close()
    assert len(calls) == 2


@pytest.mark.parametrize("right", [1, 7, 12, 100, 300, 650, 651, 799, 800, 999, 1000, 6_400, 999_999])
def test_an_axis_has_a_handful_of_round_numbers(right: float) -> None:
    ticks = axis_ticks(right)
    assert 3 <= len(ticks) <= 8
    assert ticks[0] == 0
    assert right * 0.6 < ticks[-1] <= right * 1.001
    step = f"{ticks[1] - ticks[0]:e}"
    assert step[0] in "125"
    assert set(step[2:8]) == {"0"}
