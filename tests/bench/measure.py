"""Timing: both sides in turn, medians of the runs."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

_ITERATION = re.compile(r"At iteration \d+/(\d+)/\d+")


def iterations_per_second(command: list[str], environment: dict[str, str], cwd: Path) -> tuple[float, float]:
    """Run a trainer and time it by the lines it prints every 100 iterations.

    Returns
    -------
    rate : float
        Iterations per second between the first and the last such line: start-up does not count.
    start : float
        Seconds from the command to the first of these lines, minus 100 iterations at `rate`.
    """
    began = time.perf_counter()
    stamps: list[tuple[int, float]] = []
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := _ITERATION.search(line):
                stamps.append((int(found[1]), time.perf_counter() - began))
    if process.returncode or len(stamps) < 2:
        raise RuntimeError(f"{command} ended with {process.returncode} after {len(stamps)} reports")
    (first, at_first), (last, at_last) = stamps[0], stamps[-1]
    rate = (last - first) / (at_last - at_first)
    return rate, at_first - first / rate


def seconds(command: list[str], environment: dict[str, str], cwd: Path) -> float:
    """Return the wall time of a whole process."""
    began = time.perf_counter()
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{command} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return time.perf_counter() - began


def in_turn(
    ours: Callable[[], float], reference: Callable[[], float], runs: int
) -> tuple[float, float, float]:
    """Measure A B A B …; return both medians and the median of the pairwise ratios ours / reference."""
    pairs = [(ours(), reference()) for _ in range(runs)]
    return (
        median(pair[0] for pair in pairs),
        median(pair[1] for pair in pairs),
        median(pair[0] / pair[1] for pair in pairs),
    )


def matrix_product_gflops(size: int = 1024, runs: int = 9) -> float:
    """Return what a float32 matrix product reaches on one thread, in GFLOP/s (median)."""
    from threadpoolctl import threadpool_limits

    left = np.random.default_rng(1).random((size, size), np.float32)
    rates = []
    with threadpool_limits(1):
        for _ in range(runs):
            began = time.perf_counter()
            left @ left
            rates.append(2 * size**3 / (time.perf_counter() - began) / 1e9)
    return median(rates)
