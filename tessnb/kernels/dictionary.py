"""Walking several word graphs at once, one letter at a time: which dictionaries still allow the word so far.

The graphs lie one behind the other in `edges`, int32 of shape (edges, 3): the letter; the node that the edge
leads to, counted from its graph's beginning, 0 for none; `LAST_EDGE` and `WORD_END`. `dawgs`, int64 of shape
(dawgs, 2), has each graph's beginning and its kind of words; `PUNC_PERM` stands around all others.

A *position* is a row of five int32: the word or number graph (-1: none chosen yet), the last edge in it (-1:
not begun), the punctuation graph (-1: none), the last edge in that (-1: not begun), and whether the word has
ended and only punctuation may follow.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tessnb.kernels.options import INSIDE, OPTIONS

__all__ = [
    "DIGIT",
    "LAST_EDGE",
    "NO_PERM",
    "NUMBER_PERM",
    "PUNC_PERM",
    "TOP_CHOICE_PERM",
    "WORD_END",
    "continue_word",
]

#: Kinds of words (``ratngs.h``, ``PermuterType``): none; punctuation; not a dictionary's; numbers.
NO_PERM, PUNC_PERM, TOP_CHOICE_PERM, NUMBER_PERM = 0, 1, 2, 6
#: Bits of an edge's flags.
LAST_EDGE, WORD_END = 1, 2
#: The column of the characters' traits that says which are digits.
DIGIT = 2
_PATTERN = 0  # the letter that stands for the word among punctuation, and for any digit in the number dawg
_NO_EDGE = -1

inner = njit(**INSIDE)


@inner
def _edge_of(dawgs, edges, dawg, last, letter):  # type: ignore[no-untyped-def]
    """The edge with `letter` behind the edge `last` (-1: the beginning), or -1."""
    start, edge = dawgs[dawg, 0], np.int64(0)
    if last != _NO_EDGE:
        edge = np.int64(edges[start + last, 1])
        if edge == 0:
            return np.int64(_NO_EDGE)
    while edges[start + edge, 0] != letter:
        if edges[start + edge, 2] & LAST_EDGE:
            return np.int64(_NO_EDGE)
        edge += 1
    return edge


@inner
def _ends(dawgs, edges, dawg, edge):  # type: ignore[no-untyped-def]
    return edge != _NO_EDGE and edges[dawgs[dawg, 0] + edge, 2] & WORD_END != 0


@inner
def _letter_for(dawgs, traits, dawg, unichar_id):  # type: ignore[no-untyped-def]
    if dawgs[dawg, 1] == NUMBER_PERM and traits[unichar_id, DIGIT]:
        return np.int64(_PATTERN)
    return unichar_id


@inner
def _add(positions, begin, end, dawg, dawg_edge, punc, punc_edge, back):  # type: ignore[no-untyped-def]
    """Add a position unless it is there already; return the new end."""
    for row in range(begin, end):
        if (
            positions[row, 0] == dawg
            and positions[row, 1] == dawg_edge
            and positions[row, 2] == punc
            and positions[row, 3] == punc_edge
            and positions[row, 4] == back
        ):
            return end
    positions[end, 0] = dawg
    positions[end, 1] = dawg_edge
    positions[end, 2] = punc
    positions[end, 3] = punc_edge
    positions[end, 4] = back
    return end + 1


@njit(**OPTIONS)
def continue_word(dawgs, edges, traits, positions, old_begin, old_end, begin, unichar_id):  # type: ignore[no-untyped-def]
    """Take all positions in ``positions[old_begin:old_end]`` one letter further.

    Parameters
    ----------
    dawgs : ndarray of int64, shape (dawgs, 2)
    edges : ndarray of int32, shape (edges, 3)
        See the module.
    traits : ndarray of uint8, shape (unichars, 3)
        The column `DIGIT` says which letters are digits.
    positions : ndarray of int32, shape (capacity, 5)
        The new positions are written from row `begin` on, at most ``dawgs + 2`` for each old one.
    old_begin, old_end, begin : int
        Rows of `positions`.
    unichar_id : int
        The letter.

    Returns
    -------
    end : int
        Behind the last row written.
    permuter : int
        The strongest kind of word that it may be, `NO_PERM` if no word goes on like this.
    valid_end : bool
        Whether the word may end here.

    Notes
    -----
    Source: ``dict.cpp``, ``Dict::def_letter_is_okay`` with ``word_end`` false and without pattern dawgs.
    """
    end = begin
    permuter = np.int64(NO_PERM)
    valid_end = False
    for row in range(old_begin, old_end):
        dawg, dawg_edge = np.int64(positions[row, 0]), np.int64(positions[row, 1])
        punc, punc_edge = np.int64(positions[row, 2]), np.int64(positions[row, 3])
        if dawg < 0:
            through = _edge_of(dawgs, edges, punc, punc_edge, _PATTERN)
            if through != _NO_EDGE:
                for following in range(dawgs.shape[0]):
                    if dawgs[following, 1] == PUNC_PERM:
                        continue
                    letter = _letter_for(dawgs, traits, following, unichar_id)
                    edge = _edge_of(dawgs, edges, following, _NO_EDGE, letter)
                    if edge != _NO_EDGE:
                        end = _add(positions, begin, end, following, edge, punc, through, 0)
                        permuter = max(permuter, dawgs[following, 1])
                        if _ends(dawgs, edges, following, edge) and _ends(dawgs, edges, punc, through):
                            valid_end = True
            edge = _edge_of(dawgs, edges, punc, punc_edge, unichar_id)
            if edge != _NO_EDGE:
                end = _add(positions, begin, end, -1, _NO_EDGE, punc, edge, 0)
                permuter = max(permuter, np.int64(PUNC_PERM))
                if _ends(dawgs, edges, punc, edge):
                    valid_end = True
            continue
        if punc >= 0 and _ends(dawgs, edges, dawg, dawg_edge):
            edge = _edge_of(dawgs, edges, punc, punc_edge, unichar_id)
            if edge != _NO_EDGE:
                end = _add(positions, begin, end, dawg, dawg_edge, punc, edge, 1)
                permuter = max(permuter, dawgs[dawg, 1])
                if _ends(dawgs, edges, punc, edge):
                    valid_end = True
        if positions[row, 4]:
            continue
        edge = _edge_of(dawgs, edges, dawg, dawg_edge, _letter_for(dawgs, traits, dawg, unichar_id))
        if edge != _NO_EDGE:
            permuter = max(permuter, dawgs[dawg, 1])
            if _ends(dawgs, edges, dawg, edge) and (punc < 0 or _ends(dawgs, edges, punc, punc_edge)):
                valid_end = True
            end = _add(positions, begin, end, dawg, edge, punc, punc_edge, 0)
    return end, permuter, valid_end
