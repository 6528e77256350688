"""A run that is quick to make and quick to learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

import tessnb as tn

TEXT = "one & two\nthree <b> four\nfive six"
TINY_NET = "[1,24,0,1 Ct3,3,4 Mp3,3 Lfys8 Lbx8 O1c1]"


@pytest.fixture
def make_run() -> Iterator[Callable[..., tn.TrainingRun]]:
    """``make_run(max_iterations=…)`` prepares a run on three short lines; it is stopped after the test."""
    lines = list(tn.render(TEXT, ["DejaVu Sans"], xsize=700, ysize=600))
    starter = tn.make_starter(TEXT)
    runs = []

    def make(**options: Any) -> tn.TrainingRun:
        runs.append(tn.train_from_scratch(starter, lines, net_spec=TINY_NET, **options))
        return runs[-1]

    yield make
    for run in runs:
        with suppress(tn.TessnbError):  # what the run failed with
            run.stop()
