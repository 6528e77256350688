"""A random share of lines is kept out: of lines in memory, or of any number that stay where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np

from tessnb.errors import InputError
from tessnb.lines import LazyLines, TrainingLine
from tessnb.network.random import TRand

__all__ = ["Split", "SplitLines", "hold_out"]


class Split(NamedTuple):
    """A part of lines: the random `share` that a `seed` keeps out (`is_out`), or what is left."""

    share: float
    seed: int
    is_out: bool


class SplitLines(LazyLines):
    """A part of lines, read from where they are when asked for.

    Parameters
    ----------
    lines : sequence of TrainingLine
        All lines.
    places : ndarray of int, shape (n,)
        Which of them.
    split : Split
        How they were chosen.
    """

    def __init__(self, lines: Sequence[TrainingLine], places: np.ndarray, split: Split) -> None:
        self.lines, self.places, self.split = lines, places, split

    def __len__(self) -> int:
        return len(self.places)

    def line(self, place: int) -> TrainingLine:
        """Take a line of all."""
        return self.lines[int(self.places[place])]


@overload
def hold_out(
    lines: list[TrainingLine], share: float, seed: int = 1
) -> tuple[list[TrainingLine], list[TrainingLine]]: ...


@overload
def hold_out(
    lines: Sequence[TrainingLine], share: float, seed: int = 1
) -> tuple[Sequence[TrainingLine], Sequence[TrainingLine]]: ...


def hold_out(
    lines: Sequence[TrainingLine], share: float, seed: int = 1
) -> tuple[Sequence[TrainingLine], Sequence[TrainingLine]]:
    """Split lines into those to train on and a random share to keep out, both in their old order.

    Parameters
    ----------
    lines : sequence of TrainingLine
    share : float
        Between 0 and 1; at least one line is kept out and one is not.
    seed : int

    Returns
    -------
    kept, out : sequence of TrainingLine
        Lists of what is in a list; of another sequence `SplitLines`, for which no line is read.

    Raises
    ------
    InputError
        If there are fewer than two lines or the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise InputError("a held-out share must be between 0 and 1", found=share)
    if len(lines) < 2:
        raise InputError("too few lines to keep any out", found=len(lines), expected="at least 2")
    count = min(max(round(share * len(lines)), 1), len(lines) - 1)
    is_out = np.zeros(len(lines), np.bool_)
    is_out[np.argsort(TRand(seed).int_rands(len(lines)), kind="stable")[:count]] = True
    parts = [
        SplitLines(lines, np.nonzero(chosen)[0], Split(share, seed, out))
        for out, chosen in ((False, ~is_out), (True, is_out))
    ]
    kept, out = parts if not isinstance(lines, list) else map(list, parts)
    return kept, out
