"""A list of words or n-grams as a text in which each is boxed on its own (``text2image --render_ngrams``)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tessnb.synthesis.coverage import words
from tessnb.synthesis.pages import RANDOM_SEED

__all__ = ["ngram_text"]

_MASK = 0xFFFFFFFF
_STATE = 624


def ngram_text(
    text: str, ptsize: int = 12, keep: Callable[[str], bool] | None = None, *, shuffled: bool = True
) -> str:
    """Shuffle the words of `text` and set them wide apart in short lines.

    Parameters
    ----------
    text : str
    ptsize : int
        Font size, on which the length of a line depends.
    keep : callable, optional
        Words that it refuses are left out.
    shuffled : bool
        Otherwise the order is kept, and single spaces are between the words.

    Notes
    -----
    The order is that of ``std::shuffle`` with ``std::mt19937`` in GNU's library: the reference's.
    """
    limit = 50 if ptsize > 20 else 100
    found = [text[start:end] for start, end in words(text)]
    parts: list[str] = []
    length, line = 0, 1
    separator = "    " if shuffled else " "
    for word in _shuffled(found) if shuffled else found:
        if keep is not None and not keep(word):
            continue
        length += len(word.encode())
        parts.append(word)
        gap = separator
        if length > line * limit:
            line += 1
            gap = " \n" + (separator if line % 2 else "")
        parts.append(gap)
        length += len(gap)
    return "".join(parts)


def _shuffled(items: list[str]) -> list[str]:
    items = list(items)
    count = len(items)
    draw = _generator()

    def swap(a: int, b: int) -> None:
        items[a], items[b] = items[b], items[a]

    if count and _MASK // count >= count:
        index = 1
        if count % 2 == 0:
            swap(1, draw(2))
            index = 2
        while index < count:
            second = index + 2
            both = draw((index + 1) * second)
            swap(index, both // second)
            swap(index + 1, both % second)
            index += 2
    else:
        for index in range(1, count):
            swap(index, draw(index + 1))
    return items


def _generator() -> Callable[[int], int]:
    """Return a function that draws below a bound, as ``std::uniform_int_distribution`` does."""
    engine = np.random.MT19937()
    state = engine.state
    state["state"]["key"], state["state"]["pos"] = np.array(_seed_sequence(RANDOM_SEED), np.uint32), _STATE
    engine.state = state

    def draw(bound: int) -> int:
        product = int(engine.random_raw()) * bound
        if product & _MASK < bound:
            threshold = (1 << 32) % bound
            while product & _MASK < threshold:
                product = int(engine.random_raw()) * bound
        return product >> 32

    return draw


def _seed_sequence(seed: int) -> list[int]:
    """Return the state that ``std::seed_seq`` makes of one number (ISO C++, [rand.util.seedseq])."""
    n, t = _STATE, 11
    p = (n - t) // 2
    q = p + t
    words_ = [0x8B8B8B8B] * n
    for k in range(n):
        mixed = words_[k] ^ words_[(k + p) % n] ^ words_[k - 1]
        first = 1664525 * (mixed ^ (mixed >> 27)) & _MASK
        second = first + (1 if k == 0 else k + seed if k == 1 else k) & _MASK
        words_[(k + p) % n] = words_[(k + p) % n] + first & _MASK
        words_[(k + q) % n] = words_[(k + q) % n] + second & _MASK
        words_[k] = second
    for k in range(n):
        mixed = words_[k] + words_[(k + p) % n] + words_[k - 1] & _MASK
        first = 1566083941 * (mixed ^ (mixed >> 27)) & _MASK
        second = first - k & _MASK
        words_[(k + p) % n] ^= first
        words_[(k + q) % n] ^= second
        words_[k] = second
    return words_
