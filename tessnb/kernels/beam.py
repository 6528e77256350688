"""The beam search that turns a network's outputs into the best sequence of codes that spell characters.

Source: ``recodebeam.cpp``, ``RecodeBeamSearch::DecodeStep`` and what it calls.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from tessnb.kernels.dictionary import NO_PERM, TOP_CHOICE_PERM, continue_word
from tessnb.kernels.lattice import (
    BEAM_WIDTHS,
    CONTINUATIONS,
    DUPLICATE,
    END_OF_WORD,
    INVALID_UNICHAR_ID,
    START_OF_DAWG,
    START_OF_WORD,
    last_character,
    push,
    push_initial,
    rank_codes,
    score_after,
)

__all__ = ["MIN_CERTAINTY", "beam_search"]

_SPACE = 0
#: The certainty (natural logarithm of a probability) that nothing falls below.
MIN_CERTAINTY = np.float32(-20.0)
_MIN_PROB = np.exp(MIN_CERTAINTY)
_ANYTHING, _ONLY_DUP, _NO_DUP = 0, 1, 2
_TOP2, _ALSO_RAN = 0, 2
# Items of `Search.counts`, and columns of `Search.traits`.
_NODES, _FREE, _POSITIONS, _FULL, _CANDIDATES = 0, 1, 2, 3, 4
_ENABLED, _DELIMITED = 0, 1


_inner = njit(nogil=True, no_cpython_wrapper=True)


@_inner
def _certainty(s, probability):  # type: ignore[no-untyped-def]
    certainty = MIN_CERTAINTY
    if probability > _MIN_PROB:
        certainty = np.float32(math.log(probability))
    return np.float32(np.float64(certainty) + s.settings[0].cert_offset)


@_inner
def _shared_certainty(s, outputs, code, prev_code, continuation):  # type: ignore[no-untyped-def]
    """The certainty of a transition: of `code`, a null or the code before where these two lead the step."""
    null_char, first, second = s.settings[0].null_char, s.ranks[-2], s.ranks[-1]
    probability = np.float32(outputs[code] + outputs[null_char])
    if (
        prev_code >= 0
        and continuation == _ANYTHING
        and prev_code != null_char
        and ((prev_code == first and code == second) or (code == first and prev_code == second))
    ):
        probability = np.float32(probability + outputs[prev_code])
    return _certainty(s, probability)


@_inner
def _beam(s, in_word, continuation, length):  # type: ignore[no-untyped-def]
    return (in_word * CONTINUATIONS + continuation) * s.settings[0].lengths + length


@_inner
def _push_partial(  # type: ignore[no-untyped-def]
    s, now, in_word, continuation, length, flags, code, unichar_id, certainty, prev
):
    """Push a null, a duplicate or a part of a character (``PushDupOrNoDawgIfBetter``)."""
    settings = s.settings[0]
    permuter = np.int64(NO_PERM if in_word else TOP_CHOICE_PERM)
    if prev >= 0:
        permuter = np.int64(s.nodes[prev].permuter)
    if in_word:
        if not certainty > settings.worst_dict_cert:
            return
    else:
        certainty = np.float32(certainty * settings.dict_ratio)
        if not certainty >= MIN_CERTAINTY and code != settings.null_char:
            return
    beam, width = _beam(s, in_word, continuation, length), BEAM_WIDTHS[length]
    push(s, now, beam, width, code, unichar_id, permuter, flags, certainty, prev, -1, -1)


@_inner
def _hopeless(s, now, beam, score):  # type: ignore[no-untyped-def]
    """Whether a heap is full and its worst node is no worse than `score`."""
    return s.sizes[now, beam] >= BEAM_WIDTHS[0] and score <= s.scores[s.heaps[now, beam, 0]]


@_inner
def _continue_dawg(s, now, continuation, code, unichar_id, certainty, prev):  # type: ignore[no-untyped-def]
    """Push a character if a dictionary word goes on with it (``ContinueDawg``)."""
    nodes, counts, width = s.nodes, s.counts, BEAM_WIDTHS[0]
    dawg_beam, free_beam = _beam(s, 1, continuation, 0), _beam(s, 0, continuation, 0)
    flags, permuter, begin, end, valid_end = 0, np.int64(NO_PERM), np.int64(-1), np.int64(-1), False
    if unichar_id != INVALID_UNICHAR_ID:
        score = score_after(s, certainty, prev)
        if _hopeless(s, now, dawg_beam, score) and _hopeless(s, now, free_beam, score):
            return
        before = last_character(nodes, prev)
        if unichar_id == _SPACE:
            if before >= 0 and nodes[before].flags & END_OF_WORD:
                permuter = np.int64(nodes[before].permuter)
                push_initial(s, continuation, code, unichar_id, permuter, 0, certainty, prev)
                push(s, now, free_beam, width, code, unichar_id, permuter, 0, certainty, prev, -1, -1)
            return
        old_begin, old_end, flags = np.int64(0), np.int64(s.starts.shape[0]), START_OF_WORD
        if before >= 0:
            old_begin, old_end = np.int64(nodes[before].begin), np.int64(nodes[before].end)
            flags = START_OF_WORD if nodes[before].flags & START_OF_DAWG else 0
            last = nodes[before].unichar_id
            if flags and last != _SPACE and s.traits[last, _DELIMITED] and s.traits[unichar_id, _DELIMITED]:
                return
        if old_begin < 0:
            return
        begin = counts[_POSITIONS]
        if begin + (old_end - old_begin) * (s.dawgs.shape[0] + 2) > s.positions.shape[0]:
            counts[_FULL] = 1
            return
        end, permuter, valid_end = continue_word(
            s.dawgs, s.edges, s.traits, s.positions, old_begin, old_end, begin, unichar_id
        )
        if permuter == NO_PERM:
            return
        if valid_end:
            flags |= END_OF_WORD
    if push(s, now, dawg_beam, width, code, unichar_id, permuter, flags, certainty, prev, begin, end):
        counts[_POSITIONS] = max(counts[_POSITIONS], end)
    if valid_end and not s.settings[0].space_delimited:
        push_initial(s, continuation, code, unichar_id, permuter, flags, certainty, prev)
        push(s, now, free_beam, width, code, unichar_id, permuter, flags, certainty, prev, -1, -1)


@_inner
def _continue_unichar(s, now, in_word, continuation, code, unichar_id, certainty, prev):  # type: ignore[no-untyped-def]
    """Push a complete character (or a null) inside or outside of dictionary words (``ContinueUnichar``)."""
    settings = s.settings[0]
    if in_word:
        if certainty > settings.worst_dict_cert:
            _continue_dawg(s, now, continuation, code, unichar_id, certainty, prev)
        return
    scaled = np.float32(certainty * settings.dict_ratio)
    beam, permuter = _beam(s, 0, continuation, 0), np.int64(TOP_CHOICE_PERM)
    push(s, now, beam, BEAM_WIDTHS[0], code, unichar_id, permuter, 0, scaled, prev, -1, -1)
    if not settings.use_dictionary or unichar_id == INVALID_UNICHAR_ID:
        return
    if unichar_id == _SPACE and certainty > settings.worst_dict_cert:
        # The certainty of the space counts for the dictionary word behind it, so it is not scaled. NO_PERM
        # says that the nulls before it, which were scaled, do not count for that word.
        push_initial(s, continuation, code, unichar_id, NO_PERM, 0, certainty, prev)
    elif not s.traits[unichar_id, _DELIMITED]:
        push_initial(s, continuation, code, unichar_id, permuter, 0, scaled, prev)


@_inner
def _prefix_of(s, node, length):  # type: ignore[no-untyped-def]
    """The prefix that the last `length` codes make, without nulls and duplicates; -1 for none."""
    nodes, prefixes, links = s.nodes, s.prefixes, s.links
    parts = np.zeros(BEAM_WIDTHS.shape[0], np.int32)
    for place in range(length - 1, -1, -1):
        while node >= 0 and (nodes[node].flags & DUPLICATE or nodes[node].code == s.settings[0].null_char):
            node = np.int64(nodes[node].prev)
        if node < 0:
            return np.int64(-1)
        parts[place] = nodes[node].code
        node = np.int64(nodes[node].prev)
    prefix = np.int64(0)
    for place in range(length):
        found = np.int64(-1)
        for link in range(prefixes[prefix, 1], prefixes[prefix, 2]):
            if links[link, 0] == parts[place]:
                found = np.int64(links[link, 1])
                break
        if found < 0:
            return found
        prefix = found
    return prefix


@_inner
def _repeat(s, now, outputs, prev, in_word, continuation, length, rank):  # type: ignore[no-untyped-def]
    """Extend a node by itself, alone or together with the null."""
    code, unichar_id = np.int64(s.nodes[prev].code), np.int64(s.nodes[prev].unichar_id)
    null_char = s.settings[0].null_char
    if s.ranks[code] != rank:
        return
    if continuation != _NO_DUP:
        certainty = _certainty(s, outputs[code])
        _push_partial(s, now, in_word, _ANYTHING, length, DUPLICATE, code, unichar_id, certainty, prev)
    if continuation == _ANYTHING and rank == _TOP2 and code != null_char:
        certainty = _certainty(s, np.float32(outputs[code] + outputs[null_char]))
        _push_partial(s, now, in_word, _NO_DUP, length, DUPLICATE, code, unichar_id, certainty, prev)


@_inner
def _follow(s, now, outputs, prev, prev_code, in_word, continuation, length, rank, link, final):  # type: ignore[no-untyped-def]
    """Extend a node by the code of one link."""
    settings, code = s.settings[0], np.int64(s.links[link, 0])
    if s.ranks[code] != rank or (code == prev_code and not settings.simple_text):
        return
    certainty = _certainty(s, outputs[code])
    unichar_id = np.int64(INVALID_UNICHAR_ID)
    if final:
        if certainty < MIN_CERTAINTY and code != settings.null_char:
            return
        if length > 0 or code != settings.null_char:
            unichar_id = np.int64(s.links[link, 1])
        if unichar_id != INVALID_UNICHAR_ID and not s.traits[unichar_id, _ENABLED]:
            return
    kinds = 2 if rank == _TOP2 and code != settings.null_char else 1
    for kind in range(kinds):
        following = _ANYTHING
        if kind == 1:
            following = _ONLY_DUP
            certainty = _shared_certainty(s, outputs, code, prev_code, continuation)
        if final:
            _continue_unichar(s, now, in_word, following, code, unichar_id, certainty, prev)
        else:
            _push_partial(s, now, in_word, following, length + 1, 0, code, unichar_id, certainty, prev)


@_inner
def _continue(s, now, outputs, prev, beam, rank):  # type: ignore[no-untyped-def]
    """Extend one node by all codes of one rank (``ContinueContext``)."""
    settings = s.settings[0]
    length = beam % settings.lengths
    continuation = (beam // settings.lengths) % CONTINUATIONS
    in_word = beam // (settings.lengths * CONTINUATIONS)
    prev_code = np.int64(-1)
    if prev >= 0:
        prev_code = np.int64(s.nodes[prev].code)
        if not settings.simple_text:
            _repeat(s, now, outputs, prev, in_word, continuation, length, rank)
            if continuation == _ONLY_DUP:
                return
            null_char = settings.null_char
            if prev_code != null_char and length > 0 and s.ranks[null_char] == rank:
                # Nulls between the codes of one character are not part of its code.
                certainty = _certainty(s, outputs[null_char])
                _push_partial(
                    s, now, in_word, _ANYTHING, length, 0, null_char, INVALID_UNICHAR_ID, certainty, prev
                )
    prefix = np.int64(0)
    if length > 0:
        prefix = _prefix_of(s, prev, length)
        if prefix < 0:
            return
    begin, middle, end = s.prefixes[prefix, 0], s.prefixes[prefix, 1], s.prefixes[prefix, 2]
    short = length == 0 and rank < _ALSO_RAN
    count = s.counts[_CANDIDATES] if short else np.int64(end - begin)
    for index in range(count):
        link = s.candidates[index] if short else np.int64(begin + index)
        _follow(s, now, outputs, prev, prev_code, in_word, continuation, length, rank, link, link < middle)


@_inner
def _advance(s, now, outputs):  # type: ignore[no-untyped-def]
    """Extend all nodes of the step before (``DecodeStep``)."""
    before, lengths = 1 - now, s.settings[0].lengths
    total = 0
    for rank in range(3):
        # First by the codes that score best; by the others only if those lead nowhere.
        if total > 0:
            break
        for beam in range(s.sizes.shape[1]):
            for place in range(s.sizes[before, beam] - 1, -1, -1):
                _continue(s, now, outputs, s.heaps[before, beam, place], beam, rank)
        for in_word in range(2):
            for length in range(lengths):
                total += s.sizes[now, _beam(s, in_word, _ANYTHING, length)]
    for continuation in range(CONTINUATIONS):
        node = s.nodes[s.initial[continuation]]
        if node.code >= 0:
            push(
                s,
                now,
                _beam(s, 1, continuation, 0),
                BEAM_WIDTHS[0],
                np.int64(node.code),
                np.int64(node.unichar_id),
                np.int64(node.permuter),
                np.int64(node.flags),
                node.certainty,
                np.int64(node.prev),
                np.int64(node.begin),
                np.int64(node.end),
            )


@_inner
def _best_end(s, now):  # type: ignore[no-untyped-def]
    """The best node of the last step that may end a line (``ExtractBestPaths``)."""
    nodes = s.nodes
    best = np.int64(-1)
    for continuation in (_ANYTHING, _NO_DUP):
        for in_word in range(2):
            beam = _beam(s, in_word, continuation, 0)
            for place in range(s.sizes[now, beam]):
                node = s.heaps[now, beam, place]
                if in_word:
                    last = last_character(nodes, node)
                    if last < 0:
                        continue
                    if not nodes[last].flags & END_OF_WORD and nodes[last].unichar_id != _SPACE:
                        continue
                if best < 0 or s.scores[node] > s.scores[best]:
                    best = node
    return best


@njit(nogil=True, cache=True)
def beam_search(s, outputs, path):  # type: ignore[no-untyped-def]
    """Find the best path through a line's outputs.

    Parameters
    ----------
    s : Search
        Its tables and settings; the rest is scratch, with room for `lattice_size` nodes.
    outputs : ndarray of float32, shape (steps, codes)
        Probabilities.
    path : ndarray of int64, shape (steps,)
        Filled with the nodes of the best path.

    Returns
    -------
    length : int
        The number of nodes in `path`: all steps, or 0 if there is no path; -1 if there was too little room
        for dictionary positions.
    """
    steps = outputs.shape[0]
    if steps == 0:
        return 0
    s.counts[:] = 0
    s.sizes[:] = 0
    initial = s.starts.shape[0]
    s.positions[:initial] = s.starts
    s.counts[_POSITIONS] = initial
    now = 0
    for t in range(steps):
        now = t & 1
        rank_codes(s, outputs[t])
        s.sizes[now] = 0
        s.counts[_FREE] = 0
        for continuation in range(CONTINUATIONS):
            node = s.counts[_NODES]
            s.initial[continuation] = node
            s.nodes[node].code = -1
            s.counts[_NODES] += 1
        if t == 0:
            for in_word in range(2 if s.settings[0].use_dictionary else 1):
                _continue(s, now, outputs[t], np.int64(-1), _beam(s, in_word, _ANYTHING, 0), _TOP2)
        else:
            _advance(s, now, outputs[t])
        if s.counts[_FULL]:
            return -1
    best = _best_end(s, now)
    if best < 0:
        return 0
    for t in range(steps - 1, -1, -1):
        path[t] = best
        best = np.int64(s.nodes[best].prev)
    return steps
