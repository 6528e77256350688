"""The beam search that turns a network's outputs into the best sequence of codes that spell characters.

Source: ``recodebeam.cpp``, ``RecodeBeamSearch::DecodeStep`` and what it calls.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from tessnb.kernels.dictionary import NO_PERM, TOP_CHOICE_PERM, continue_word, inner
from tessnb.kernels.lattice import (
    BEAM_WIDTHS,
    CONTINUATIONS,
    DUPLICATE,
    END_OF_WORD,
    INVALID_UNICHAR_ID,
    SIZE,
    START_OF_DAWG,
    START_OF_WORD,
    last_character,
    push,
    push_initial,
    rank_codes,
    score_of,
)
from tessnb.kernels.options import OPTIONS

__all__ = ["MIN_CERTAINTY", "beam_search"]

_SPACE = 0
#: The certainty (natural logarithm of a probability) that nothing falls below.
MIN_CERTAINTY = np.float32(-20.0)
_MIN_PROB = np.exp(MIN_CERTAINTY)
_ANYTHING, _ONLY_DUP, _NO_DUP = 0, 1, 2
_TOP2 = 0
# Columns of `Search.traits`, and rows of `Search.certainties`.
_ENABLED, _DELIMITED = 0, 1
_ALONE, _WITH_NULL, _WITH_BOTH = 0, 1, 2


@inner
def _certainty(state, probability):  # type: ignore[no-untyped-def]
    certainty = MIN_CERTAINTY
    if probability > _MIN_PROB:
        certainty = np.float32(math.log(probability))
    return np.float32(np.float64(certainty) + state.cert_offset)


@inner
def _look_at(state, outputs, ranks, certainties, candidates, prefixes, links, rank):  # type: ignore[no-untyped-def]
    """Find the links from the empty prefix with codes of one rank, and the certainties of these codes."""
    null_char, count = state.null_char, 0
    for link in range(prefixes[0, 0], prefixes[0, 2]):
        if ranks[links[link, 0]] == rank:
            candidates[count] = link
            count += 1
    state.candidates = count
    for code in range(outputs.shape[0]):
        if ranks[code] != rank:
            continue
        certainties[_ALONE, code] = _certainty(state, outputs[code])
        if rank == _TOP2 and code != null_char:
            # What leads the step may be shared by a code, the null and the code before.
            shared = np.float32(outputs[code] + outputs[null_char])
            certainties[_WITH_NULL, code] = _certainty(state, shared)
            other = state.first if code == state.second else state.second
            if other >= 0:
                certainties[_WITH_BOTH, code] = _certainty(state, np.float32(shared + outputs[other]))


@inner
def _write(draft, code, unichar_id, permuter, flags, certainty, prev, prefix):  # type: ignore[no-untyped-def]
    draft.code, draft.unichar_id, draft.prev = code, unichar_id, prev
    draft.permuter, draft.flags, draft.certainty = permuter, flags, certainty
    draft.prefix, draft.begin, draft.end = prefix, -1, -1


@inner
def _push_partial(state, draft, nodes, scores, heaps, free, in_word, continuation, length):  # type: ignore[no-untyped-def]
    """Push a null, a duplicate or a part of a character (``PushDupOrNoDawgIfBetter``)."""
    if draft.prev >= 0:
        draft.permuter = nodes[draft.prev].permuter
    else:
        draft.permuter = NO_PERM if in_word else TOP_CHOICE_PERM
    if in_word:
        if not draft.certainty > state.worst_dict_cert:
            return
    else:
        draft.certainty = np.float32(draft.certainty * state.dict_ratio)
        if not draft.certainty >= MIN_CERTAINTY and draft.code != state.null_char:
            return
    heap = heaps[(in_word * CONTINUATIONS + continuation) * state.lengths + length]
    push(state, draft, nodes, scores, heap, free, BEAM_WIDTHS[length])


@inner
def _hopeless(draft, scores, heap):  # type: ignore[no-untyped-def]
    """Whether a heap is full and its worst node is no worse than the draft."""
    return heap[SIZE] >= BEAM_WIDTHS[0] and score_of(draft, scores) <= scores[heap[0]]


@inner
def _continue_dawg(  # type: ignore[no-untyped-def]
    state, draft, nodes, scores, heaps, free, traits, dawgs, edges, positions, continuation
):
    """Push a character if a dictionary word goes on with it (``ContinueDawg``)."""
    width, unichar_id = BEAM_WIDTHS[0], draft.unichar_id
    text, words = heaps[continuation * state.lengths], heaps[(CONTINUATIONS + continuation) * state.lengths]
    if _hopeless(draft, scores, words) and _hopeless(draft, scores, text):
        return
    before = last_character(nodes, draft.prev)
    if unichar_id == _SPACE:
        if before >= 0 and nodes[before].flags & END_OF_WORD:
            draft.permuter = nodes[before].permuter
            push_initial(state, draft, nodes, scores, continuation)
            push(state, draft, nodes, scores, text, free, width)
        return
    old_begin, old_end, flags = np.int64(0), state.starts, START_OF_WORD
    if before >= 0:
        node = nodes[before]
        old_begin, old_end = np.int64(node.begin), np.int64(node.end)
        flags = START_OF_WORD if node.flags & START_OF_DAWG else 0
        last = node.unichar_id
        if flags and last != _SPACE and traits[last, _DELIMITED] and traits[unichar_id, _DELIMITED]:
            return
    if old_begin < 0:
        return
    begin = state.positions
    if begin + (old_end - old_begin) * (dawgs.shape[0] + 2) > positions.shape[0]:
        state.full = 1
        return
    end, permuter, valid_end = continue_word(
        dawgs, edges, traits, positions, old_begin, old_end, begin, unichar_id
    )
    if permuter == NO_PERM:
        return
    draft.permuter, draft.flags = permuter, flags | END_OF_WORD if valid_end else flags
    draft.begin, draft.end = begin, end
    if push(state, draft, nodes, scores, words, free, width):
        state.positions = max(state.positions, end)
    if valid_end and not state.space_delimited:
        draft.begin = draft.end = -1
        push_initial(state, draft, nodes, scores, continuation)
        push(state, draft, nodes, scores, text, free, width)


@inner
def _continue_text(state, draft, nodes, scores, heaps, free, traits, continuation):  # type: ignore[no-untyped-def]
    """Push a complete character (or a null) outside of dictionary words (``ContinueUnichar``)."""
    unichar_id, certainty = draft.unichar_id, draft.certainty
    draft.certainty = np.float32(certainty * state.dict_ratio)
    push(state, draft, nodes, scores, heaps[continuation * state.lengths], free, BEAM_WIDTHS[0])
    if not state.use_dictionary or unichar_id == INVALID_UNICHAR_ID:
        return
    if unichar_id == _SPACE and certainty > state.worst_dict_cert:
        # The certainty of the space counts for the dictionary word behind it, so it is not scaled. NO_PERM
        # says that the nulls before it, which were scaled, do not count for that word.
        draft.certainty, draft.permuter = certainty, NO_PERM
        push_initial(state, draft, nodes, scores, continuation)
    elif not traits[unichar_id, _DELIMITED]:
        push_initial(state, draft, nodes, scores, continuation)


@inner
def _repeat(state, draft, nodes, scores, heaps, free, certainties, prev, in_word, continuation, length, rank):  # type: ignore[no-untyped-def]
    """Extend a node by itself, alone or together with the null."""
    node = nodes[prev]
    for kind in range(2):
        following = _ANYTHING if kind == _ALONE else _NO_DUP
        if kind == _ALONE:
            skipped = continuation == _NO_DUP
        else:
            skipped = continuation != _ANYTHING or rank != _TOP2 or node.code == state.null_char
        if not skipped:
            certainty = certainties[kind, node.code]
            _write(draft, node.code, node.unichar_id, 0, DUPLICATE, certainty, prev, node.prefix)
            _push_partial(state, draft, nodes, scores, heaps, free, in_word, following, length)


@inner
def _extend(  # type: ignore[no-untyped-def]
    state,
    draft,
    nodes,
    scores,
    heaps,
    free,
    ranks,
    certainties,
    candidates,
    prefixes,
    links,
    traits,
    dawgs,
    edges,
    positions,
    prev,
    beam,
    rank,
):
    """Extend one node by all codes of one rank (``ContinueContext``)."""
    lengths, null_char = state.lengths, state.null_char
    length, continuation = beam % lengths, (beam // lengths) % CONTINUATIONS
    in_word = beam // (lengths * CONTINUATIONS)
    prev_code, prefix = np.int64(-1), np.int64(0)
    if prev >= 0:
        prev_code = nodes[prev].code
        if length > 0:
            prefix = np.int64(nodes[prev].prefix)
        if not state.simple_text:
            if ranks[prev_code] == rank:
                _repeat(
                    *(state, draft, nodes, scores, heaps, free, certainties, prev),
                    *(in_word, continuation, length, rank),
                )
            if continuation == _ONLY_DUP:
                return
            if length > 0 and prev_code != null_char and ranks[null_char] == rank:
                # Nulls between the codes of one character are not part of its code.
                certainty = certainties[_ALONE, null_char]
                _write(draft, null_char, INVALID_UNICHAR_ID, 0, 0, certainty, prev, prefix)
                _push_partial(state, draft, nodes, scores, heaps, free, in_word, _ANYTHING, length)
    begin, middle, end = prefixes[prefix, 0], prefixes[prefix, 1], prefixes[prefix, 2]
    for index in range(state.candidates if length == 0 else np.int64(end - begin)):
        link = candidates[index] if length == 0 else np.int64(begin + index)
        code, target = np.int64(links[link, 0]), np.int64(links[link, 1])
        if ranks[code] != rank or (code == prev_code and not state.simple_text):
            continue
        certainty, final = certainties[_ALONE, code], link < middle
        unichar_id = np.int64(INVALID_UNICHAR_ID)
        if final:
            if certainty < MIN_CERTAINTY and code != null_char:
                continue
            if length > 0 or code != null_char:
                unichar_id = target
            if unichar_id != INVALID_UNICHAR_ID and not traits[unichar_id, _ENABLED]:
                continue
        for following in range(2 if rank == _TOP2 and code != null_char else 1):
            if following == _ONLY_DUP:
                other = state.first if code == state.second else state.second
                both = continuation == _ANYTHING and prev_code == other and other >= 0 and other != null_char
                certainty = certainties[_WITH_BOTH if both else _WITH_NULL, code]
            _write(draft, code, unichar_id, TOP_CHOICE_PERM, 0, certainty, prev, 0 if final else target)
            if not final:
                _push_partial(state, draft, nodes, scores, heaps, free, in_word, following, length + 1)
            elif not in_word:
                _continue_text(state, draft, nodes, scores, heaps, free, traits, following)
            elif certainty > state.worst_dict_cert:
                if unichar_id == INVALID_UNICHAR_ID:
                    draft.permuter = NO_PERM
                    heap = heaps[(CONTINUATIONS + following) * lengths]
                    push(state, draft, nodes, scores, heap, free, BEAM_WIDTHS[0])
                else:
                    _continue_dawg(
                        *(state, draft, nodes, scores, heaps, free, traits, dawgs, edges, positions),
                        following,
                    )


@inner
def _push_initials(state, draft, nodes, scores, heaps, free):  # type: ignore[no-untyped-def]
    """Let dictionary words begin behind the best nodes where they may."""
    for continuation in range(CONTINUATIONS):
        node = nodes[state.initial + continuation]
        if node.code >= 0:
            _write(
                *(draft, node.code, node.unichar_id, node.permuter, node.flags),
                *(node.certainty, node.prev, 0),
            )
            draft.begin, draft.end = node.begin, node.end
            heap = heaps[(CONTINUATIONS + continuation) * state.lengths]
            push(state, draft, nodes, scores, heap, free, BEAM_WIDTHS[0])


@inner
def _best_end(state, nodes, scores, heaps):  # type: ignore[no-untyped-def]
    """The best node of the last step that may end a line (``ExtractBestPaths``)."""
    best = np.int64(-1)
    for kind in range(4):
        continuation, in_word = _ANYTHING if kind < 2 else _NO_DUP, kind % 2
        heap = heaps[(in_word * CONTINUATIONS + continuation) * state.lengths]
        for place in range(heap[SIZE]):
            index = heap[place]
            if in_word:
                last = last_character(nodes, index)
                if last < 0:
                    continue
                if not nodes[last].flags & END_OF_WORD and nodes[last].unichar_id != _SPACE:
                    continue
            if best < 0 or scores[index] > scores[best]:
                best = index
    return best


@njit(**OPTIONS)
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
    state, draft, nodes, scores, free = s.state[0], s.draft[0], s.nodes, s.scores, s.free
    steps, lengths, beams = outputs.shape[0], state.lengths, s.heaps.shape[1]
    if steps == 0:
        return 0
    for row in range(s.starts.shape[0]):
        for column in range(s.starts.shape[1]):
            s.positions[row, column] = s.starts[row, column]
    state.nodes, state.full = 0, 0
    state.starts = state.positions = s.starts.shape[0]
    # Before the first step there is nothing, outside of words and inside.
    for beam in range(beams):
        s.heaps[1, beam, SIZE] = 0
    for in_word in range(2 if state.use_dictionary else 1):
        s.heaps[1, in_word * CONTINUATIONS * lengths, 0] = -1
        s.heaps[1, in_word * CONTINUATIONS * lengths, SIZE] = 1
    for t in range(steps):
        heaps, before = s.heaps[t & 1], s.heaps[1 - (t & 1)]
        rank_codes(state, outputs[t], s.ranks, free)
        state.free, state.initial = 0, state.nodes
        state.nodes += CONTINUATIONS
        for continuation in range(CONTINUATIONS):
            nodes[state.initial + continuation].code = -1
        for beam in range(beams):
            heaps[beam, SIZE] = 0
        for rank in range(3 if t > 0 else 1):
            # First by the codes that score best; by the others only if those lead nowhere.
            _look_at(state, outputs[t], s.ranks, s.certainties, s.candidates, s.prefixes, s.links, rank)
            for beam in range(beams):
                for place in range(before[beam, SIZE] - 1, -1, -1):
                    _extend(
                        *(state, draft, nodes, scores, heaps, free, s.ranks, s.certainties, s.candidates),
                        *(s.prefixes, s.links, s.traits, s.dawgs, s.edges, s.positions),
                        *(before[beam, place], beam, rank),
                    )
            total = 0
            for length in range(lengths):
                total += heaps[length, SIZE] + heaps[CONTINUATIONS * lengths + length, SIZE]
            if total > 0:
                break
        if t > 0:
            _push_initials(state, draft, nodes, scores, heaps, free)
        if state.full:
            return -1
    best = _best_end(state, nodes, scores, s.heaps[(steps - 1) & 1])
    if best < 0:
        return 0
    for t in range(steps - 1, -1, -1):
        path[t] = best
        best = nodes[best].prev
    return steps
