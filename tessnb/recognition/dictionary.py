"""The dictionaries of a model, packed for the beam search.

Source: ``dict.cpp``, ``Dict::LoadLSTM``, ``FinishLoad`` and ``default_dawgs``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tessnb.formats.dawg import NO_EDGE, SquishedDawg
from tessnb.formats.unicharset import Unicharset
from tessnb.kernels.dictionary import LAST_EDGE, PUNC_PERM, WORD_END

__all__ = [
    "PATTERN",
    "SYSTEM_DAWG_PERM",
    "USER_DAWG_PERM",
    "NamedDawg",
    "PackedDawgs",
    "is_space_delimited",
    "pack_dawgs",
    "space_delimited",
]

#: More kinds of words (``ratngs.h``, ``PermuterType``).
SYSTEM_DAWG_PERM, USER_DAWG_PERM = 8, 10
#: The letter that stands for a word among punctuation, and for any digit in the number dawg.
PATTERN = 0
_WITHOUT_SPACES = ("Han", "Thai", "Hangul", "Hiragana", "Katakana")


class NamedDawg(NamedTuple):
    """A word graph and the kind of its words: punctuation, numbers, or anything else."""

    dawg: SquishedDawg
    permuter: int


def space_delimited(unicharset: Unicharset) -> np.ndarray:
    """Return which characters belong to scripts with spaces between words.

    As in the reference, a script that no character has is taken for the "NULL" script, so that characters of
    unknown script do not count as delimited unless all five scripts without spaces are there.

    Returns
    -------
    ndarray of uint8, shape (unichars,)

    Notes
    -----
    Source: ``unicharset.h``, ``UNICHARSET::IsSpaceDelimited``.
    """
    scripts = unicharset.scripts
    excluded = {name if name in scripts else scripts[0] for name in _WITHOUT_SPACES} if scripts else set()
    return np.array([entry.script not in excluded for entry in unicharset.entries], np.uint8)


def is_space_delimited(unicharset: Unicharset) -> bool:
    """Return whether the language puts spaces between words (``Dict::IsSpaceDelimitedLang``)."""
    return not {"Han", "Katakana", "Thai"} & set(unicharset.scripts)


class PackedDawgs(NamedTuple):
    """Dictionaries as `tessnb.kernels.dictionary` wants them.

    Attributes
    ----------
    dawgs : ndarray of int64, shape (dawgs, 2)
    edges : ndarray of int32, shape (edges, 3)
    starts : ndarray of int32, shape (positions, 5)
        Where words begin.
    """

    dawgs: np.ndarray
    edges: np.ndarray
    starts: np.ndarray


def pack_dawgs(dawgs: Sequence[NamedDawg]) -> PackedDawgs:
    """Lay dictionaries one behind the other for the kernel.

    Parameters
    ----------
    dawgs : sequence of NamedDawg
        In the reference's order: punctuation, words, numbers, the user's words. May be empty.
    """
    rows, parts, begin = [], [], 0
    for dawg, permuter in dawgs:
        flags = dawg.last_edges * LAST_EDGE + dawg.word_ends * WORD_END
        rows.append((begin, permuter))
        parts.append(np.stack([dawg.letters, dawg.next_nodes, flags], axis=1))
        begin += len(dawg.edges)
    return PackedDawgs(
        np.array(rows, np.int64).reshape(-1, 2),
        np.concatenate([*parts, np.zeros((0, 3))]).astype(np.int32),
        _initial_positions(dawgs),
    )


def _initial_positions(dawgs: Sequence[NamedDawg]) -> np.ndarray:
    """Where words begin: in the punctuation dawg, which leads to the others, or else in each."""
    surrounding = any(
        permuter == PUNC_PERM and dawg.edge_of(0, PATTERN, word_end=True) != NO_EDGE
        for dawg, permuter in dawgs
    )
    rows = []
    for index, (_, permuter) in enumerate(dawgs):
        if permuter == PUNC_PERM:
            rows.append((-1, NO_EDGE, index, NO_EDGE, 0))
        elif not surrounding:
            rows.append((index, NO_EDGE, -1, NO_EDGE, 0))
    return np.array(rows, np.int32).reshape(-1, 5)
