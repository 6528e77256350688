"""Threads: BLAS held to a number of them, gradients on one of our own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from tessnb.network.threads import blas_threads, in_background
from tessnb.network.weights import WeightMatrix


def counts() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_blas_is_held_until_the_last_block_ends() -> None:
    with blas_threads(2):
        pass  # Loads both libraries.
    before = counts()
    with blas_threads():
        assert counts() == {1}
        with blas_threads(2):
            assert counts() == {1}
        assert counts() == {1}
    assert counts() == before


@pytest.fixture
def busy() -> Iterator[threading.Event]:
    """The background thread at work until the event is set."""
    release, started = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        release.wait(30)

    future = in_background(work)
    assert started.wait(30)
    yield release
    release.set()
    future.result()


def test_a_gradient_does_not_wait_for_a_busy_core(busy: threading.Event) -> None:
    weights = WeightMatrix(2, 3)
    weights.init_backward()
    x, errors = np.ones((5, 2), np.float32), np.full((5, 3), np.float32(0.5))
    weights.set_gradient([(x, errors)], errors)
    assert not busy.is_set()
    np.testing.assert_array_equal(weights.gradient, np.full((3, 3), np.float32(2.5)))


@pytest.mark.parametrize("cores", ["1", "2"])
def test_errors_come_out_where_the_result_is_used(monkeypatch: pytest.MonkeyPatch, cores: str) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", cores)
    weights = WeightMatrix(2, 3)
    weights.init_backward()
    weights.set_gradient(
        [(np.ones((5, 2), np.float32), np.ones((4, 3), np.float32))], np.ones((4, 3), np.float32)
    )
    with pytest.raises(ValueError, match="mismatch"):
        weights.settle()
    weights.settle()
