"""A few seconds of each part of ``make stress``, always the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("part", ["fuzz", "faults", "threads", "scale"])
def test_nothing_goes_wrong(part: str) -> None:
    command = [sys.executable, "-m", "tests.stress", part, "--quick", "--seed", "1"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
