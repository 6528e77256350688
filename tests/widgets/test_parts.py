"""The pieces of a display that need no display."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from tessnb.analysis.differences import mark_differences
from tessnb.charset.clusters import graphemes
from tessnb.widgets._curve import Curve
from tessnb.widgets._parts import duration
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._summary import axis_ticks, decade_below, number, percent


def test_a_curve_stays_small_and_true() -> None:
    curve = Curve(2, limit=100)
    for step in range(100_000):
        curve.append((step, 2 * step))
        if step % 9_999 == 0:
            rows = curve.rows()
            assert len(rows) <= 102
            assert tuple(rows[-1]) == (step, 2 * step)
            assert rows[0, 0] == 0
            np.testing.assert_array_equal(rows[:, 1], 2 * rows[:, 0])
            gaps = np.diff(rows[:-1, 0])
            assert len(set(gaps)) <= 1


def test_a_short_curve_is_kept_whole() -> None:
    curve = Curve(1, limit=10)
    assert len(curve) == 0
    for step in range(10):
        curve.append((step,))
    assert curve.rows()[:, 0].tolist() == list(range(10))


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
