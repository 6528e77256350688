"""Rolling errors."""

from __future__ import annotations

from tessnb.events import ErrorRates
from tessnb.training.history import WINDOW, ErrorHistory


def test_means_cover_what_there_is_and_then_the_window() -> None:
    history = ErrorHistory()
    history.record(0, ErrorRates(0.5, 1.0, 1.0, 0.25, 0.0))
    history.record(1, ErrorRates(0.25, 0.0, 0.0, 0.75, 3.0))
    assert history.means == ErrorRates(37.5, 50.0, 50.0, 50.0, 150.0)
    for iteration in range(2, WINDOW + 1):
        history.record(iteration, ErrorRates(0.0, 0.0, 0.0, 0.0, 0.0))
    # The first line has left the window, the second has not.
    assert history.means == ErrorRates(0.025, 0.0, 0.0, 0.075, 0.3)
    assert history.single(1) == ErrorRates(0.25, 0.0, 0.0, 0.75, 3.0)


def test_means_are_rounded_to_thousandths_of_a_percent() -> None:
    history = ErrorHistory()
    history.record(0, ErrorRates(1 / 3, 2 / 3, 0.0, 0.0, -0.5))
    assert history.means == ErrorRates(33.333, 66.667, 0.0, 0.0, -50.0)


def test_a_copy_is_independent() -> None:
    history = ErrorHistory()
    copy = history.copy()
    history.record(0, ErrorRates(1.0, 1.0, 1.0, 1.0, 1.0))
    assert copy.buffers.sum() == 0
    assert copy.means.bcer == 100.0
