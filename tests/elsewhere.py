"""Trainings in other processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.short_lines import TINY_NET, ShortSet

__all__ = ["start_training", "until"]


def start_training(short: ShortSet, output: Path, *flags: str) -> subprocess.Popen[bytes]:
    """Train as a terminal would."""
    command = ["lstmtraining", "--traineddata", short.starter, "--train_listfile", short.list]
    command += ["--net_spec", TINY_NET, "--learning_rate", "0.01", "--model_output", output, *flags]
    return subprocess.Popen([sys.executable, "-m", "tessnb", *map(str, command)], stderr=subprocess.DEVNULL)


def until(condition: Callable[[], Any]) -> Any:
    """Wait until something is true, and return it."""
    deadline = time.monotonic() + 240
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found
