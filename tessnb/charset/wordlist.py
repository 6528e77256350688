"""Word lists: reading them, spelling them in unichar-ids, and building dawgs of them.

Source: ``src/dict/trie.cpp``, ``Trie::read_word_list``, ``read_and_add_word_list``, ``add_word_list``;
``src/ccstruct/ratngs.cpp``, ``WERD_CHOICE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

import numpy as np

from tessnb.charset.encoder import UnicharSpeller
from tessnb.formats.dawg import NO_EDGE, SquishedDawg, flag_start_bit
from tessnb.formats.unicharset import CUSTOM_LIGATURES, Unicharset

__all__ = ["ReversePolicy", "build_dawg", "dawg_words", "longest_first", "missing_words", "read_word_list"]

#: The longest line in bytes that the reference reads at once; it takes a longer one for several words.
_LINE_LIMIT = 499
#: Directions of letters of right-to-left scripts (ICU's ``U_RIGHT_TO_LEFT`` and ``U_RIGHT_TO_LEFT_ARABIC``).
_RTL = frozenset({1, 13})
_LIGATURES = {private: text for text, private in CUSTOM_LIGATURES.items()}


class ReversePolicy(IntEnum):
    """Which words are stored backwards and mirrored (``Trie::RTLReversePolicy``)."""

    DO_NO_REVERSE = 0
    REVERSE_IF_HAS_RTL = 1
    FORCE_REVERSE = 2


def read_word_list(data: bytes) -> list[str]:
    """Return the lines of a word list, as ``wordlist2dawg`` reads them.

    Line ends (LF, CRLF) go; a line of 500 bytes or more becomes several words; what follows a zero byte in a
    line is lost. Bytes that are no UTF-8 become surrogate escapes.
    """
    words = []
    for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
        for start in range(0, len(line), _LINE_LIMIT):
            piece = line[start : start + _LINE_LIMIT].partition(b"\0")[0].rstrip(b"\r\n")
            words.append(piece.decode("utf-8", "surrogateescape"))
    return words


def longest_first(words: Sequence[str]) -> list[str]:
    """Order words by falling length in bytes, equal ones as the reference's unstable sort leaves them."""
    from tessnb.kernels.sorting import std_sort

    keys = np.array([-len(word.encode("utf-8", "surrogateescape")) for word in words], np.int32)
    order = np.arange(len(words), dtype=np.int32)
    std_sort(keys, order, len(words))
    return [words[index] for index in order.tolist()]


def _spell(words: Iterable[str], unicharset: Unicharset, policy: ReversePolicy) -> Iterator[list[int]]:
    """Yield the unichar-ids of the words that the unicharset can spell."""
    speller = UnicharSpeller(unicharset)
    rtl = {index for index, entry in enumerate(unicharset.entries) if entry.direction in _RTL}
    mirrors = [entry.mirror for entry in unicharset.entries]
    for word in words:
        ids = speller.unichar_ids(word)
        if not ids:
            continue
        if policy == ReversePolicy.FORCE_REVERSE or (
            policy == ReversePolicy.REVERSE_IF_HAS_RTL and not rtl.isdisjoint(ids)
        ):
            ids = [mirrors[unichar_id] for unichar_id in reversed(ids)]
        yield ids


def build_dawg(
    words: Iterable[str],
    unicharset: Unicharset,
    reverse_policy: ReversePolicy = ReversePolicy.DO_NO_REVERSE,
) -> SquishedDawg | None:
    """Pack words into a dawg: the same edges in the same order as the reference makes.

    Parameters
    ----------
    words : iterable of str
        Their order matters to the bytes, not to the meaning; ``wordlist2dawg`` takes the `longest_first`,
        ``combine_lang_model`` takes them as they come. Words with characters that the unicharset lacks are
        passed over, as are repetitions.
    unicharset : Unicharset
    reverse_policy : ReversePolicy

    Returns
    -------
    SquishedDawg or None
        None if no word is left.
    """
    letters: list[int] = []
    starts = [0]
    for ids in _spell(words, unicharset, reverse_policy):
        letters.extend(ids)
        starts.append(len(letters))
    if not letters:
        return None
    return SquishedDawg(
        len(unicharset), _build(np.array(letters, np.int32), np.array(starts), len(unicharset))
    )


def _build(letters: np.ndarray, starts: np.ndarray, unicharset_size: int) -> np.ndarray:
    """Return the packed edges of words.

    Parameters
    ----------
    letters : ndarray of int32, shape (total,)
    starts : ndarray of int64, shape (words + 1,)
    unicharset_size : int

    Returns
    -------
    ndarray of uint64, shape (edges,)
    """
    from tessnb.kernels.trie import Trie, add_words, merge_endings, pack_edges

    size = len(letters)

    def scratch(length: int) -> np.ndarray:
        return np.full(length, -1, np.int32)

    trie = Trie(
        letters=scratch(size),
        sources=scratch(size),
        targets=scratch(size),
        ends=np.zeros(size, np.uint8),
        following=scratch(size),
        first=scratch(size + 1),
        last=scratch(size + 1),
        out_counts=np.zeros(size + 1, np.int32),
        parents=scratch(size + 1),
        root_edges=scratch(unicharset_size),
        leaves=scratch(size),
        slots=scratch(size),
        free=scratch(size),
    )
    num_nodes, num_edges, num_leaves = add_words(trie, letters, starts)
    merge_endings(
        trie,
        num_leaves,
        scratch(num_edges),
        scratch(num_edges),
        trie.parents.copy(),
        scratch(num_edges),
        scratch(num_nodes),
        np.zeros(num_nodes, np.uint8),
    )
    packed = np.zeros(num_edges, np.uint64)
    offsets = np.zeros(num_nodes, np.int64)
    count = pack_edges(trie, num_nodes, flag_start_bit(unicharset_size), offsets, packed)
    return packed[:count].copy()


def dawg_words(dawg: SquishedDawg, unicharset: Unicharset) -> Iterator[str]:
    """Yield the words of a dawg as text, as ``dawg2wordlist`` lists them.

    Ligatures without a code point of their own are written out.

    Raises
    ------
    CharsetError
        If the dawg was made with a larger unicharset.
    """
    texts: dict[int, str] = {}
    for ids in dawg.words():
        for unichar_id in ids:
            if unichar_id not in texts:
                text = unicharset.unichar_of(unichar_id)
                texts[unichar_id] = _LIGATURES.get(text, text)
        yield "".join(map(texts.__getitem__, ids))


def missing_words(
    words: Iterable[str], dawg: SquishedDawg, unicharset: Unicharset
) -> Iterator[tuple[str, bool]]:
    """Yield the words that a dawg lacks, and whether the unicharset can spell them at all.

    A ``*`` stands for any one character. Source: ``Dawg::check_for_words``, ``match_words``.
    """
    speller = UnicharSpeller(unicharset)
    wildcard = unicharset.find("*")
    for word in words:
        ids = speller.unichar_ids(word)
        if not ids or not _matches(dawg, ids, wildcard):
            yield word, bool(ids)


def _matches(dawg: SquishedDawg, ids: Sequence[int], wildcard: int | None) -> bool:
    """Whether the dawg has a word like this."""
    nodes = {0}
    for index, unichar_id in enumerate(ids):
        last = index == len(ids) - 1
        edges: set[int] = set()
        for node in nodes:
            if unichar_id == wildcard:
                edges.update(edge for edge in dawg.node_edges(node) if dawg.word_ends[edge] or not last)
            else:
                edges.add(dawg.edge_of(node, unichar_id, word_end=last))
        edges.discard(NO_EDGE)
        if last:
            return bool(edges)
        nodes = {int(dawg.next_nodes[edge]) for edge in edges} - {0}
    return False
