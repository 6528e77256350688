"""The nodes of a beam search, and the heaps that keep the best of them.

Source: ``recodebeam.cpp``, ``RecodeNode`` and ``PushHeapIfBetter``; ``genericheap.h``. Every heap operation
happens in the same order as there, so that ties fall the same way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

__all__ = [
    "BEAM_WIDTHS",
    "CONTINUATIONS",
    "DUPLICATE",
    "END_OF_WORD",
    "INVALID_UNICHAR_ID",
    "NODE",
    "SETTINGS",
    "START_OF_DAWG",
    "START_OF_WORD",
    "Search",
    "last_character",
    "lattice_size",
    "push",
    "push_initial",
    "rank_codes",
    "score_after",
]

INVALID_UNICHAR_ID = -1
#: Bits of a node's flags.
START_OF_DAWG, START_OF_WORD, END_OF_WORD, DUPLICATE = 1, 2, 4, 8
#: How many kinds of nodes there are by what may follow: anything; only a duplicate; anything but a duplicate.
CONTINUATIONS = 3
#: How many paths are kept, by how many codes of an unfinished character they have.
BEAM_WIDTHS = np.array([5, 10, 16, 16, 16, 16, 16, 16, 16, 16], np.int64)
_TOP_N = 5
_TOP2, _TOPN, _ALSO_RAN = 0, 1, 2
# Items of `Search.counts`.
_NODES, _FREE = 0, 1

#: A node: the network output; the character that it completes, or -1; the node before, or -1; the rows of its
#: dictionary positions, or -1; the kind of word; flags; the natural logarithm of this step's probability; and
#: what names the codes so far without nulls and duplicates.
NODE = np.dtype(
    [
        ("code", "i4"),
        ("unichar_id", "i4"),
        ("prev", "i4"),
        ("begin", "i4"),
        ("end", "i4"),
        ("permuter", "i4"),
        ("flags", "i4"),
        ("certainty", "f4"),
        ("code_hash", "u8"),
    ],
    align=True,
)

#: What steers a search: the code for "nothing"; whether every step is a character, duplicates not folded;
#: whether there is a dictionary; whether its language puts spaces between words; by how much certainties are
#: multiplied outside of dictionary words; what is added to them; below which nothing is a dictionary word;
#: how many codes there are; how many lengths of an unfinished character's code.
SETTINGS = np.dtype(
    [
        ("null_char", "i8"),
        ("simple_text", "i8"),
        ("use_dictionary", "i8"),
        ("space_delimited", "i8"),
        ("code_range", "i8"),
        ("lengths", "i8"),
        ("dict_ratio", "f4"),
        ("worst_dict_cert", "f4"),
        ("cert_offset", "f8"),
    ],
    align=True,
)


class Search(NamedTuple):
    """Everything that a search works on.

    Attributes
    ----------
    settings : ndarray of `SETTINGS`, shape (1,)
    nodes : ndarray of `NODE`
        All nodes so far.
    scores : ndarray of float32
        Of each node the sum of the certainties up to it.
    heaps, sizes : ndarray of int64, shapes (2, beams, 17) and (2, beams)
        The nodes of this step and the last, the worst on top; ``step & 1`` is the first index.
    initial : ndarray of int64, shape (`CONTINUATIONS`,)
        The nodes of this step that hold the best place for a dictionary word to begin; their code is -1 while
        there is none.
    counts : ndarray of int64, shape (5,)
        Nodes used, nodes free again, positions used, whether the positions ran out, candidates.
    free : ndarray of int64
        The nodes that are free again.
    ranks : ndarray of int64, shape (codes + 2,)
        How well each code scores at this step: 0 first or second, 1 among the first five, 2 below. Then the
        first and the second code themselves.
    candidates : ndarray of int64
        The links from the empty prefix whose codes rank below 2.
    prefixes : ndarray of int32, shape (prefixes, 3)
        Of each prefix: where its links begin that complete a character, where those that do not, where they
        end.
    links : ndarray of int32, shape (links, 2)
        The code, and the character that it completes or the prefix that it makes.
    traits : ndarray of uint8, shape (unichars, 3)
        Whether a character may be found; is of a script with spaces between words; is a digit.
    dawgs : ndarray of int64, shape (dawgs, 2)
        See `tessnb.kernels.dictionary`; so are `edges`, `starts` and `positions`.
    edges : ndarray of int32, shape (edges, 3)
    starts : ndarray of int32, shape (initial positions, 5)
    positions : ndarray of int32, shape (capacity, 5)
    """

    settings: np.ndarray
    nodes: np.ndarray
    scores: np.ndarray
    heaps: np.ndarray
    sizes: np.ndarray
    initial: np.ndarray
    counts: np.ndarray
    free: np.ndarray
    ranks: np.ndarray
    candidates: np.ndarray
    prefixes: np.ndarray
    links: np.ndarray
    traits: np.ndarray
    dawgs: np.ndarray
    edges: np.ndarray
    starts: np.ndarray
    positions: np.ndarray


def lattice_size(steps: int, lengths: int) -> int:
    """Return how many nodes a search over so many steps and lengths of prefixes can need."""
    widths = sum(int(BEAM_WIDTHS[length]) + 1 for length in range(lengths))
    return steps * (2 * CONTINUATIONS * widths + CONTINUATIONS) + 1


@njit(nogil=True, no_cpython_wrapper=True)
def _sift_up(heap, hole, item, keys):  # type: ignore[no-untyped-def]
    while hole > 0:
        parent = (hole + 1) // 2 - 1
        if not keys[item] < keys[heap[parent]]:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = item


@njit(nogil=True, no_cpython_wrapper=True)
def _sift_down(heap, size, hole, item, keys):  # type: ignore[no-untyped-def]
    child = 2 * hole + 1
    while child < size:
        if child + 1 < size and keys[heap[child + 1]] < keys[heap[child]]:
            child += 1
        if not keys[heap[child]] < keys[item]:
            break
        heap[hole] = heap[child]
        hole = child
        child = 2 * hole + 1
    heap[hole] = item
    return hole


@njit(nogil=True, no_cpython_wrapper=True)
def _rank_codes(outputs, null_char, ranks, heap):  # type: ignore[no-untyped-def]
    codes = outputs.shape[0]
    ranks[:codes] = _ALSO_RAN
    ranks[codes:] = -1
    size = 0
    for code in range(codes):
        if size < _TOP_N or outputs[code] > outputs[heap[0]]:
            _sift_up(heap, size, code, outputs)
            if size < _TOP_N:
                size += 1
            else:
                _sift_down(heap, size, 0, heap[size], outputs)
    while size > 0:
        code = heap[0]
        size -= 1
        if size > 0:
            _sift_down(heap, size, 0, heap[size], outputs)
        if size > 1:
            ranks[code] = _TOPN
        else:
            ranks[code] = _TOP2
            ranks[codes + size] = code
    ranks[null_char] = _TOP2


@njit(nogil=True, no_cpython_wrapper=True)
def rank_codes(s, outputs):  # type: ignore[no-untyped-def]
    """Fill ``s.ranks`` and ``s.candidates`` for one step's outputs (``ComputeTopN``)."""
    ranks = s.ranks
    _rank_codes(outputs, s.settings[0].null_char, ranks, s.free)
    count = 0
    for link in range(s.prefixes[0, 0], s.prefixes[0, 2]):
        if ranks[s.links[link, 0]] < _ALSO_RAN:
            s.candidates[count] = link
            count += 1
    s.counts[4] = count


@njit(nogil=True, no_cpython_wrapper=True)
def last_character(nodes, node):  # type: ignore[no-untyped-def]
    """The last node up to `node` that is a character, not a null, a part or a duplicate; -1 for none."""
    while node >= 0 and (nodes[node].unichar_id == INVALID_UNICHAR_ID or nodes[node].flags & DUPLICATE):
        node = np.int64(nodes[node].prev)
    return node


@njit(nogil=True, no_cpython_wrapper=True)
def _hash(s, code, flags, prev):  # type: ignore[no-untyped-def]
    value = np.uint64(0)
    if prev >= 0:
        value = s.nodes[prev].code_hash
    if not flags & DUPLICATE and code != s.settings[0].null_char:
        classes = np.uint64(s.settings[0].code_range)
        carry = ((value >> np.uint64(32)) * classes) >> np.uint64(32)
        value = value * classes + carry + np.uint64(code)
    return value


@njit(nogil=True, no_cpython_wrapper=True)
def score_after(s, certainty, prev):  # type: ignore[no-untyped-def]
    """The score of a node behind `prev`."""
    if prev < 0:
        return certainty
    return np.float32(certainty + s.scores[prev])


@njit(nogil=True, no_cpython_wrapper=True)
def _store(s, index, code, unichar_id, permuter, flags, certainty, score, prev, begin, end, code_hash):  # type: ignore[no-untyped-def]
    s.scores[index] = score
    node = s.nodes[index]
    node.code = code
    node.unichar_id = unichar_id
    node.prev = prev
    node.begin = begin
    node.end = end
    node.permuter = permuter
    node.flags = flags
    node.certainty = certainty
    node.code_hash = code_hash


@njit(nogil=True, no_cpython_wrapper=True)
def push(s, now, beam, width, code, unichar_id, permuter, flags, certainty, prev, begin, end):  # type: ignore[no-untyped-def]
    """Put a node on a heap if there is room or it is better than the worst there (``PushHeapIfBetter``).

    A node for the same text in the same state is replaced if it is worse, and stands in the way if not.

    Returns
    -------
    bool
        Whether the node is in the lattice now.
    """
    nodes, scores, counts = s.nodes, s.scores, s.counts
    sizes, heap = s.sizes[now], s.heaps[now, beam]
    size = sizes[beam]
    score = score_after(s, certainty, prev)
    if size >= width and not score > scores[heap[0]]:
        return False
    code_hash = _hash(s, code, flags, prev)
    for place in range(size):
        old = nodes[heap[place]]
        if (
            old.code == code
            and old.code_hash == code_hash
            and old.permuter == permuter
            and (old.flags ^ flags) & START_OF_DAWG == 0
        ):
            node = heap[place]
            if not score > scores[node]:
                return False
            _store(s, node, code, unichar_id, permuter, flags, certainty, score, prev, begin, end, code_hash)
            hole = _sift_down(heap, size, place, node, scores)
            _sift_up(heap, hole, node, scores)
            return True
    if counts[_FREE] > 0:
        counts[_FREE] -= 1
        node = s.free[counts[_FREE]]
    else:
        node = counts[_NODES]
        counts[_NODES] += 1
    _store(s, node, code, unichar_id, permuter, flags, certainty, score, prev, begin, end, code_hash)
    _sift_up(heap, size, node, scores)
    if size < width:
        sizes[beam] = size + 1
    else:
        s.free[counts[_FREE]] = heap[0]
        counts[_FREE] += 1
        _sift_down(heap, size, 0, heap[size], scores)
    return True


@njit(nogil=True, no_cpython_wrapper=True)
def push_initial(s, continuation, code, unichar_id, permuter, flags, certainty, prev):  # type: ignore[no-untyped-def]
    """Remember the best place of a step where a dictionary word may begin (``PushInitialDawgIfBetter``)."""
    node = s.initial[continuation]
    score = score_after(s, certainty, prev)
    if s.nodes[node].code < 0 or score > s.scores[node]:
        code_hash, end = _hash(s, code, 0, prev), s.starts.shape[0]
        flags |= START_OF_DAWG
        _store(s, node, code, unichar_id, permuter, flags, certainty, score, prev, 0, end, code_hash)
