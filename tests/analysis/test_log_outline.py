"""What is drawn of a log: bounded, with what matters in it."""

from __future__ import annotations

import tessnb as tn
from tessnb.analysis.log_outline import outline
from tests.analysis.test_logs import OLD


def report(iteration: int, bcer: float, more: str = "") -> str:
    return (
        f"At iteration {iteration // 2}/{iteration}/{iteration}, Mean rms=1%, delta=2%, "
        f"BCER train={bcer}%, BWER train={2 * bcer}%, skip ratio=0%, {more}\n"
    )


def test_a_short_log_is_there_whole() -> None:
    found = outline(tn.read_log(OLD))
    assert found.iterations == [100, 200, 300]
    assert found.figures["bcer"] == [96.314, 15.7, 1e-05]
    assert found.figures["rms"] == [4.514, 4.2, None]
    # The learning iterations 98 and 190 are the training iterations 100 and 200.
    assert found.evaluations == [(100.0, 20.9447893, 27.5), (200.0, 5.0, 16.2)]
    assert found.best == (300, 1e-05)
    assert found.skipped == 2
    assert (300, "diverged", "Divergence") in found.marks
    assert (300, "learning_rate", "Learning rate 0.0005") in found.marks


def test_a_long_log_keeps_its_ends_and_extremes() -> None:
    errors = [50.0 + n % 7 for n in range(5000)]
    errors[1234], errors[4321] = 99.0, 1.0
    text = "".join(report(100 * n, error) for n, error in enumerate(errors, 1))
    found = outline(tn.read_log(text), points=100)
    assert len(found.iterations) == len(found.figures["bwer"]) <= 100
    assert [found.iterations[0], found.iterations[-1]] == [100, 500_000]
    assert found.iterations == sorted(found.iterations)
    drawn = dict(zip(found.iterations, found.figures["bcer"], strict=True))
    assert (drawn[123_500], drawn[432_200]) == (99.0, 1.0)
    assert found.best == (432_200, 1.0)


def test_no_more_than_the_last_events_are_kept() -> None:
    text = "".join(report(100 * n, 50.0, "Divergence! ") for n in range(1, 400))
    found = outline(tn.read_log(text), marks=7)
    assert [iteration for iteration, _, _ in found.marks] == [100 * n for n in range(393, 400)]


def test_a_log_of_evaluations_alone() -> None:
    found = outline(tn.read_log("At iteration 0, stage 0, BCER eval=3.5, BWER eval=9\n"))
    assert found.iterations == []
    assert found.evaluations == [(0.0, 3.5, 9.0)]
    assert found.best is None
