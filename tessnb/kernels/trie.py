"""Word lists to word graphs: a tree of letters is grown, then like endings are merged.

The tree is a set of edges. An edge leads from its *source* to its *target* node and carries a letter and
whether a word ends with it; target 0 means that no word goes on. Nodes are numbered as they are made, node 0
is the root. Everything that Tesseract's order of operations decides (numbers of nodes, order of edges, which
of two like nodes survives) is decided the same way here.
Source: ``src/dict/trie.cpp``, ``Trie::add_word_to_dawg``, ``trie_to_dawg``, ``reduce_node_input``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tessnb.kernels.sorting import std_sort

__all__ = ["Trie", "add_words", "merge_endings", "pack_edges"]

_NONE = -1


class Trie(NamedTuple):
    """The buffers of a tree; E edges and E + 1 nodes are the most that its words can need.

    Attributes
    ----------
    letters, sources, targets : ndarray of int32, shape (E,)
        The edges.
    ends : ndarray of uint8, shape (E,)
        Whether a word ends with an edge.
    following : ndarray of int32, shape (E,)
        The next edge out of the same node, -1 for none.
    first, last : ndarray of int32, shape (E + 1,)
        The first and last edge out of each node; -1 to begin with. Those of the root are not used.
    out_counts : ndarray of int32, shape (E + 1,)
        How many edges lead out of each node; 0 to begin with.
    parents : ndarray of int32, shape (E + 1,)
        The edge that leads into each node.
    root_edges : ndarray of int32, shape (letters,)
        The edge out of the root by letter; -1 to begin with.
    leaves : ndarray of int32, shape (E,)
        The edges with target 0; -1 marks a free slot.
    slots : ndarray of int32, shape (E,)
        Where an edge with target 0 stands in `leaves`.
    free : ndarray of int32, shape (E,)
        A stack of free slots.
    """

    letters: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    ends: np.ndarray
    following: np.ndarray
    first: np.ndarray
    last: np.ndarray
    out_counts: np.ndarray
    parents: np.ndarray
    root_edges: np.ndarray
    leaves: np.ndarray
    slots: np.ndarray
    free: np.ndarray


@njit(nogil=True, no_cpython_wrapper=True)
def _find(trie, node, letter):  # type: ignore[no-untyped-def]
    if node == 0:
        return trie.root_edges[letter]
    edge = trie.first[node]
    while edge != _NONE and trie.letters[edge] != letter:
        edge = trie.following[edge]
    return edge


@njit(nogil=True, no_cpython_wrapper=True)
def _append(trie, node, edge):  # type: ignore[no-untyped-def]
    """Make `edge` the last one out of `node`."""
    trie.following[edge] = _NONE
    if node == 0:
        trie.root_edges[trie.letters[edge]] = edge
    elif trie.first[node] == _NONE:
        trie.first[node] = edge
    else:
        trie.following[trie.last[node]] = edge
    trie.last[node] = edge
    trie.out_counts[node] += 1


@njit(nogil=True, no_cpython_wrapper=True)
def _remove(trie, node, edge):  # type: ignore[no-untyped-def]
    """Take `edge` out of the edges of `node`."""
    trie.out_counts[node] -= 1
    if node == 0:
        trie.root_edges[trie.letters[edge]] = _NONE
        return
    previous = _NONE
    current = trie.first[node]
    while current != edge:
        previous = current
        current = trie.following[current]
    if previous == _NONE:
        trie.first[node] = trie.following[edge]
    else:
        trie.following[previous] = trie.following[edge]
    if trie.last[node] == edge:
        trie.last[node] = previous


@njit(nogil=True, no_cpython_wrapper=True)
def _has_word(trie, letters, begin, end):  # type: ignore[no-untyped-def]
    node = 0
    for index in range(begin, end):
        edge = _find(trie, node, letters[index])
        if edge == _NONE:
            return False
        node = trie.targets[edge]
        if index == end - 1:
            return trie.ends[edge] != 0
        if node == 0:
            return False
    return False


@njit(cache=True, nogil=True)
def add_words(trie, letters, starts):  # type: ignore[no-untyped-def]
    """Add words to an empty tree, in their order; those that are there already are passed over.

    Parameters
    ----------
    trie : Trie
    letters : ndarray of int32, shape (total,)
        The letters of all words, one behind the other.
    starts : ndarray of int64, shape (words + 1,)
        Where each word begins, and the end of the last. No word may be empty.

    Returns
    -------
    num_nodes, num_edges, num_leaves : int
        How much of the buffers is in use; `num_leaves` counts free slots, too.
    """
    num_nodes, num_edges, num_leaves, num_free = 1, 0, 0, 0
    for word in range(starts.shape[0] - 1):
        begin, end = starts[word], starts[word + 1]
        if _has_word(trie, letters, begin, end):
            continue
        node = 0
        index = begin
        edge = _NONE
        while index < end - 1:
            edge = _find(trie, node, letters[index])
            if edge == _NONE or trie.targets[edge] == 0:
                break
            node = trie.targets[edge]
            index += 1
        if index < end - 1 and edge != _NONE:
            # A shorter word ends here: its edge is taken off the leaves and goes on.
            slot = trie.slots[edge]
            trie.leaves[slot] = _NONE
            trie.free[num_free] = slot
            num_free += 1
            _remove(trie, node, edge)
            _append(trie, node, edge)
            trie.targets[edge] = num_nodes
            trie.parents[num_nodes] = edge
            node = num_nodes
            num_nodes += 1
            index += 1
        edge = _find(trie, node, letters[index])
        if edge != _NONE:
            trie.ends[edge] = 1
            continue
        while index < end:
            edge = num_edges
            num_edges += 1
            trie.letters[edge] = letters[index]
            trie.sources[edge] = node
            if index < end - 1:
                trie.ends[edge] = 0
                trie.targets[edge] = num_nodes
                trie.parents[num_nodes] = edge
            else:
                trie.ends[edge] = 1
                trie.targets[edge] = 0
                if num_free:
                    num_free -= 1
                    slot = trie.free[num_free]
                else:
                    slot = num_leaves
                    num_leaves += 1
                trie.leaves[slot] = edge
                trie.slots[edge] = slot
            _append(trie, node, edge)
            if index < end - 1:
                node = num_nodes
                num_nodes += 1
            index += 1
    return num_nodes, num_edges, num_leaves


@njit(cache=True, nogil=True)
def merge_endings(trie, num_leaves, keys, batch, into_last, into_next, queue, queued):  # type: ignore[no-untyped-def]
    """Merge, from the ends of the words on, nodes that have one and the same edge out; `trie` is changed.

    Parameters
    ----------
    trie : Trie
    num_leaves : int
        As `add_words` returned it.
    keys, batch : ndarray of int32, shape (E,)
        Scratch.
    into_last : ndarray of int32, shape (E + 1,)
        The last edge into each node: a copy of ``trie.parents``.
    into_next : ndarray of int32, shape (E,)
        The next edge into the same node; -1 to begin with.
    queue : ndarray of int32, shape (E + 1,)
        Scratch.
    queued : ndarray of uint8, shape (E + 1,)
        0 to begin with.

    Notes
    -----
    The edges into a node are sorted by their letters. Of those with the same letter that either all end a
    word or all do not, and that are the only edge out of their source, the first keeps its source; the other
    sources vanish, and what led to them leads to that one. So a node has all its edges in before its own turn
    comes. A node that has vanished has no edges out.
    """
    no_letter = trie.root_edges.shape[0]
    queue[0] = 0
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        count = 0
        if node == 0:
            for slot in range(num_leaves):
                edge = trie.leaves[slot]
                batch[count] = edge
                keys[count] = no_letter if edge == _NONE else trie.letters[edge]
                count += 1
        else:
            edge = trie.parents[node]
            while edge != _NONE:
                batch[count] = edge
                keys[count] = trie.letters[edge]
                count += 1
                edge = into_next[edge]
        std_sort(keys, batch, count)
        letter = plain = ending = _NONE
        for index in range(count):
            edge = batch[index]
            if edge == _NONE:
                break
            if keys[index] != letter:
                letter = keys[index]
                plain = ending = _NONE
            source = trie.sources[edge]
            if trie.out_counts[source] == 1:
                survivor = ending if trie.ends[edge] else plain
                if survivor != _NONE:
                    kept = trie.sources[survivor]
                    moved = trie.parents[source]
                    trie.targets[moved] = kept
                    into_next[into_last[kept]] = moved
                    into_last[kept] = moved
                    trie.out_counts[source] = 0
                    continue
                if trie.ends[edge]:
                    ending = edge
                else:
                    plain = edge
            if source != 0 and not queued[source]:
                queued[source] = 1
                queue[tail] = source
                tail += 1


@njit(cache=True, nogil=True)
def pack_edges(trie, num_nodes, flag_start_bit, offsets, packed):  # type: ignore[no-untyped-def]
    """Write the edges of all nodes that are left, node by node, as ``SquishedDawg`` packs them.

    Parameters
    ----------
    trie : Trie
    num_nodes : int
        As `add_words` returned it.
    flag_start_bit : int
        How many bits the letter has.
    offsets : ndarray of int64, shape (num_nodes,)
        Scratch.
    packed : ndarray of uint64, shape (E,)
        The result.

    Returns
    -------
    int
        How many edges were written.
    """
    total = 0
    for node in range(num_nodes):
        offsets[node] = total
        total += trie.out_counts[node]
    at = 0
    for node in range(num_nodes):
        if trie.out_counts[node] == 0:
            continue
        if node == 0:
            for letter in range(trie.root_edges.shape[0]):
                if trie.root_edges[letter] != _NONE:
                    packed[at] = _pack(trie, trie.root_edges[letter], flag_start_bit, offsets)
                    at += 1
        else:
            edge = trie.first[node]
            while edge != _NONE:
                packed[at] = _pack(trie, edge, flag_start_bit, offsets)
                at += 1
                edge = trie.following[edge]
        packed[at - 1] |= np.uint64(1) << np.uint64(flag_start_bit)
    return at


@njit(nogil=True, no_cpython_wrapper=True)
def _pack(trie, edge, flag_start_bit, offsets):  # type: ignore[no-untyped-def]
    value = np.uint64(trie.letters[edge])
    if trie.ends[edge]:
        value |= np.uint64(4) << np.uint64(flag_start_bit)
    return value | np.uint64(offsets[trie.targets[edge]]) << np.uint64(flag_start_bit + 3)
