"""Text that runs both ways: the direction of a paragraph, the level of each character, the visual order.

Source: UAX #9 by ICU, asked as Pango asks FriBidi (``pango-utils.c``, ``pango_find_base_dir``;
``pango-bidi-type.c``; ``pango-layout.c``, ``reorder_runs_recurse``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import icu

__all__ = ["base_direction", "embedding_levels", "visual_order"]

_RIGHT = frozenset(["R", "AL", "RLE", "RLO"])
_LEFT = frozenset(["L", "LRE", "LRO"])
#: What makes more than one level possible in a paragraph that begins at level 0.
_MIXED = _RIGHT | {"AN", "RLI", "LRI", "FSI", "LRE", "LRO"}

T = TypeVar("T")


@cache
def _kind(char: str) -> str:
    return unicodedata.bidirectional(char)


def base_direction(text: str) -> int | None:
    """Return the level (0 left to right, 1 right to left) of the first strong character, None without one."""
    for char in text:
        kind = _kind(char)
        if kind in _LEFT:
            return 0
        if kind in _RIGHT:
            return 1
    return None


def embedding_levels(text: str, base: int) -> list[int]:
    """Return the embedding level of each character of a paragraph; odd ones run from right to left.

    Parameters
    ----------
    text : str
    base : int
        The paragraph's level, 0 or 1.
    """
    if not base and not any(_kind(char) in _MIXED for char in set(text)):
        return [0] * len(text)
    algorithm = icu.Bidi()
    algorithm.setPara(icu.UnicodeString(text), base)
    levels = iter(algorithm.getLevels())
    found = []
    for char in text:
        found.append(next(levels))
        if ord(char) > 0xFFFF:  # ICU counts UTF-16 units
            next(levels)
    return found


def visual_order(pieces: Sequence[T], levels: Sequence[int]) -> list[T]:
    """Return pieces of a line, given in logical order, from left to right (UAX #9, rule L2)."""
    order = list(range(len(pieces)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return [pieces[index] for index in order]
