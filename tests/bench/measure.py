"""Time, processor time and memory of whole processes, and what this machine's matrix product reaches."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np

__all__ = ["Usage", "cpu_seconds", "iterations_per_second", "machine", "matrix_product_gflops", "usage"]

_ITERATION = re.compile(r"At iteration \d+/(\d+)/\d+")


def iterations_per_second(
    command: Sequence[str], environment: dict[str, str], cwd: Path
) -> tuple[float, float]:
    """Run a trainer and time it from the first to the last of the lines it prints every 100 iterations.

    Returns
    -------
    by_clock, by_processor : float
        Iterations per second, and per second of processor time of all threads. Start-up does not count.
    """
    stamps: list[tuple[int, float, float]] = []
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := _ITERATION.search(line):
                stamps.append((int(found[1]), time.perf_counter(), cpu_seconds(process.pid)))
    if process.returncode or len(stamps) < 2:
        raise RuntimeError(f"{command} ended with {process.returncode} after {len(stamps)} reports")
    count, clock, processor = (last - first for first, last in zip(stamps[0], stamps[-1], strict=True))
    return count / clock, count / processor


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a running process and its threads have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What a finished process used: seconds by the clock, of all its threads, and its peak memory in MiB."""

    wall: float
    cpu: float
    peak: float
    output: str


def usage(command: Sequence[str], environment: dict[str, str], cwd: Path) -> Usage:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=output, stderr=output)
        peak = 0.0
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            peak = max(peak, _peak_so_far(process.pid))
            time.sleep(0.01)
        _, status, resources = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{text}")
    return Usage(wall, resources.ru_utime + resources.ru_stime, peak, text)


def _peak_so_far(pid: int) -> float:
    """Return a process's peak memory in MiB, 0 if it is over; ``ru_maxrss`` would begin with our own."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def matrix_product_gflops(threads: int = 1, size: int = 1536, runs: int = 9) -> float:
    """Return what a float32 matrix product reaches, in GFLOP/s (median)."""
    from threadpoolctl import threadpool_limits

    left = np.random.default_rng(1).random((size, size), np.float32)
    rates = []
    with threadpool_limits(threads):
        for _ in range(runs):
            began = time.perf_counter()
            left @ left
            rates.append(2 * size**3 / (time.perf_counter() - began) / 1e9)
    return median(rates)


def machine() -> dict[str, str]:
    """Return what this runs on and with."""
    model, flags = platform.processor() or platform.machine(), ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        fields = {
            name.strip(): value.strip()
            for name, _, value in (line.partition(":") for line in cpuinfo.read_text().splitlines())
        }
        model = fields.get("model name", model)
        flags = " ".join(flag for flag in fields.get("flags", "").split() if flag.startswith(("avx", "fma")))
    reference = subprocess.run(["lstmtraining", "--version"], capture_output=True, text=True).stdout.split()
    return {
        "processor": model,
        "cores": str(len(os.sched_getaffinity(0))),
        "flags": flags,
        "reference": reference[0] if reference else "none",
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "numba", "llvmlite")},
    }
