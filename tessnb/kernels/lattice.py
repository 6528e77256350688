"""The nodes of a beam search, and the heaps that keep the best of them.

Source: ``recodebeam.cpp``, ``RecodeNode`` and ``PushHeapIfBetter``; ``genericheap.h``. Every heap operation
happens in the same order as there, so that ties fall the same way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tessnb.kernels.dictionary import inner

__all__ = [
    "BEAM_WIDTHS",
    "CONTINUATIONS",
    "DUPLICATE",
    "END_OF_WORD",
    "INVALID_UNICHAR_ID",
    "NODE",
    "START_OF_DAWG",
    "START_OF_WORD",
    "STATE",
    "Search",
    "last_character",
    "lattice_size",
    "push",
    "push_initial",
    "rank_codes",
    "score_of",
]

INVALID_UNICHAR_ID = -1
#: Bits of a node's flags.
START_OF_DAWG, START_OF_WORD, END_OF_WORD, DUPLICATE = 1, 2, 4, 8
#: How many kinds of nodes there are by what may follow: anything; only a duplicate; anything but a duplicate.
CONTINUATIONS = 3
#: How many paths are kept, by how many codes of an unfinished character they have.
BEAM_WIDTHS = np.array([5, 10, 16, 16, 16, 16, 16, 16, 16, 16], np.int64)
#: The column of a heap that holds its size; before it there is room for one node more than it keeps.
SIZE = int(BEAM_WIDTHS.max()) + 1
_TOP_N = 5
_TOP2, _TOPN, _ALSO_RAN = 0, 1, 2

#: A node: the network output; the character that it completes, or -1; the node before, or -1; the rows of its
#: dictionary positions, or -1; the kind of word; flags; the prefix that the codes of an unfinished character
#: make; the natural logarithm of this step's probability; and what names the codes so far without nulls and
#: duplicates.
NODE = np.dtype(
    [
        ("code", "i8"),
        ("unichar_id", "i8"),
        ("prev", "i8"),
        ("begin", "i4"),
        ("end", "i4"),
        ("permuter", "i4"),
        ("flags", "i4"),
        ("prefix", "i4"),
        ("certainty", "f4"),
        ("code_hash", "u8"),
    ],
    align=True,
)

#: What steers a search: the code for "nothing"; whether every step is a character, duplicates not folded;
#: whether there is a dictionary; whether its language puts spaces between words; by how much certainties are
#: multiplied outside of dictionary words; what is added to them; below which nothing is a dictionary word;
#: how many codes there are; how many lengths of an unfinished character's code. Then where it stands: nodes
#: used; nodes free again; dictionary positions used; how many of them are the beginnings of words; whether
#: there was too little room for them; the first of this step's initial nodes; the codes that score first and
#: second; how many links from the empty prefix are looked at.
STATE = np.dtype(
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
        ("nodes", "i8"),
        ("free", "i8"),
        ("positions", "i8"),
        ("starts", "i8"),
        ("full", "i8"),
        ("initial", "i8"),
        ("first", "i8"),
        ("second", "i8"),
        ("candidates", "i8"),
    ],
    align=True,
)


class Search(NamedTuple):
    """Everything that a search works on.

    Attributes
    ----------
    state : ndarray of `STATE`, shape (1,)
    draft : ndarray of `NODE`, shape (1,)
        The node that is about to be pushed.
    nodes : ndarray of `NODE`
        All nodes so far.
    scores : ndarray of float32
        Of each node the sum of the certainties up to it.
    heaps : ndarray of int64, shape (2, beams, `SIZE` + 1)
        The nodes of this step and the last, the worst on top; ``step & 1`` is the first index.
    free : ndarray of int64, shape (`SIZE` * beams,)
        The nodes that are free again.
    ranks : ndarray of int64, shape (codes,)
        How well each code scores at this step: 0 first, second or null, 1 among the first five, 2 below.
    certainties : ndarray of float32, shape (3, codes)
        Of the codes that are looked at: alone, with the null, and with the null and the other one of the two
        that score best.
    candidates : ndarray of int64
        The links from the empty prefix whose codes are looked at.
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

    state: np.ndarray
    draft: np.ndarray
    nodes: np.ndarray
    scores: np.ndarray
    heaps: np.ndarray
    free: np.ndarray
    ranks: np.ndarray
    certainties: np.ndarray
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


@inner
def _sift_up(heap, hole, item, keys):  # type: ignore[no-untyped-def]
    while hole > 0:
        parent = (hole + 1) // 2 - 1
        if not keys[item] < keys[heap[parent]]:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = item


@inner
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


@inner
def rank_codes(state, outputs, ranks, heap):  # type: ignore[no-untyped-def]
    """Fill `ranks` and the two codes that score best for one step's outputs (``ComputeTopN``)."""
    size = 0
    for code in range(outputs.shape[0]):
        ranks[code] = _ALSO_RAN
        if size < _TOP_N or outputs[code] > outputs[heap[0]]:
            _sift_up(heap, size, code, outputs)
            if size < _TOP_N:
                size += 1
            else:
                _sift_down(heap, size, 0, heap[size], outputs)
    state.first = state.second = -1
    while size > 0:
        code = heap[0]
        size -= 1
        if size > 0:
            _sift_down(heap, size, 0, heap[size], outputs)
        if size > 1:
            ranks[code] = _TOPN
            continue
        ranks[code] = _TOP2
        if size == 1:
            state.second = code
        else:
            state.first = code
    ranks[state.null_char] = _TOP2


@inner
def last_character(nodes, node):  # type: ignore[no-untyped-def]
    """The last node up to `node` that is a character, not a null, a part or a duplicate; -1 for none."""
    while node >= 0 and (nodes[node].unichar_id == INVALID_UNICHAR_ID or nodes[node].flags & DUPLICATE):
        node = nodes[node].prev
    return node


@inner
def _name(state, draft, nodes):  # type: ignore[no-untyped-def]
    """Name the codes up to a draft."""
    value = nodes[draft.prev].code_hash if draft.prev >= 0 else np.uint64(0)
    if not draft.flags & DUPLICATE and draft.code != state.null_char:
        classes = np.uint64(state.code_range)
        carry = ((value >> np.uint64(32)) * classes) >> np.uint64(32)
        value = value * classes + carry + np.uint64(draft.code)
    return value


@inner
def score_of(draft, scores):  # type: ignore[no-untyped-def]
    """The sum of the certainties up to a draft."""
    return np.float32(draft.certainty + scores[draft.prev]) if draft.prev >= 0 else draft.certainty


@inner
def push(state, draft, nodes, scores, heap, free, width):  # type: ignore[no-untyped-def]
    """Put a draft on a heap if there is room or it is better than the worst there (``PushHeapIfBetter``).

    A node for the same text in the same state is replaced if it is worse, and stands in the way if not.

    Returns
    -------
    bool
        Whether the node is in the lattice now.
    """
    size = heap[SIZE]
    score = score_of(draft, scores)
    if size >= width and not score > scores[heap[0]]:
        return False
    draft.code_hash = _name(state, draft, nodes)
    for place in range(size):
        index = heap[place]
        old = nodes[index]
        if (
            old.code == draft.code
            and old.code_hash == draft.code_hash
            and old.permuter == draft.permuter
            and (old.flags ^ draft.flags) & START_OF_DAWG == 0
        ):
            if not score > scores[index]:
                return False
            nodes[index] = draft
            scores[index] = score
            _sift_up(heap, _sift_down(heap, size, place, index, scores), index, scores)
            return True
    if state.free > 0:
        state.free -= 1
        index = free[state.free]
    else:
        index = state.nodes
        state.nodes += 1
    nodes[index] = draft
    scores[index] = score
    _sift_up(heap, size, index, scores)
    if size < width:
        heap[SIZE] = size + 1
    else:
        free[state.free] = heap[0]
        state.free += 1
        _sift_down(heap, size, 0, heap[size], scores)
    return True


@inner
def push_initial(state, draft, nodes, scores, continuation):  # type: ignore[no-untyped-def]
    """Remember the best place of a step where a dictionary word may begin (``PushInitialDawgIfBetter``)."""
    index, score = state.initial + continuation, score_of(draft, scores)
    if nodes[index].code < 0 or score > scores[index]:
        draft.code_hash = _name(state, draft, nodes)
        nodes[index] = draft
        scores[index] = score
        node = nodes[index]
        node.flags |= START_OF_DAWG
        node.begin = 0
        node.end = state.starts
