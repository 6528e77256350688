"""Keeping out a share of lines, of few and of very many."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import tessnb as tn
from tessnb.lines import TrainingLine
from tessnb.network.random import TRand
from tessnb.training import hold_out
from tests.short_lines import ShortSet


class _Counted(Sequence[TrainingLine]):
    """Lines that are made when they are asked for, and say how often that was."""

    def __init__(self, count: int) -> None:
        self.count, self.made = count, 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: Any) -> Any:
        self.made += 1
        return TrainingLine(np.full((2, 2), 255, np.uint8), str(index))


def test_the_share_is_the_first_of_a_random_order() -> None:
    lines = _Counted(1000)
    kept, out = hold_out(lines, 0.1, seed=3)
    random = TRand(3)
    order = sorted(range(1000), key=[random.int_rand() for _ in range(1000)].__getitem__)
    assert [line.transcription for line in out] == [str(place) for place in sorted(order[:100])]
    assert [line.transcription for line in kept[:3]] == [str(place) for place in sorted(order[100:])[:3]]
    assert kept[-1].transcription == str(max(order[100:]))
    with pytest.raises(IndexError):
        out[100]


def test_a_million_lines_are_split_unread_in_little_memory() -> None:
    lines = _Counted(1_000_000)
    tracemalloc.start()
    try:
        kept, out = hold_out(lines, 0.1)
        assert (len(kept), len(out)) == (900_000, 100_000)
        assert out[99_999].transcription == str(int(out[-1].transcription))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert lines.made == 2
    assert peak < 40 << 20


def test_a_share_of_what_was_opened_is_read_when_it_is_looked_at(short: ShortSet) -> None:
    opened = tn.open_lines(*short.documents)
    expected = hold_out(list(opened), 0.25)
    found = hold_out(opened, 0.25)
    for one, other in zip(found, expected, strict=True):
        assert [line.transcription for line in one] == [line.transcription for line in other]
    kept, out = hold_out(found[0], 0.5)
    assert len(kept) == len(out) == 6
