"""The words of a dawg by number: any page of them, of those with a beginning, without listing the others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

import numpy as np

from tessnb.errors import FormatError
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.unicharset import Unicharset

__all__ = ["WordPages"]

#: Letters of the longest word that is counted; word lists are read in lines of 499 bytes.
_MOST_LETTERS = 1000


class WordPages:
    """The words of a dawg, counted, in the order in which `dawg_words` lists them.

    Parameters
    ----------
    dawg : SquishedDawg
    unicharset : Unicharset, optional
        What the words are spelled in; without it a letter is its number and a space.

    Raises
    ------
    FormatError
        If the dawg has letters that the unicharset lacks.

    Examples
    --------
    >>> pages = WordPages(dawg, unicharset)  # doctest: +SKIP
    >>> pages.count("tea"), pages.words("tea", count=2)  # doctest: +SKIP
    (3, ['tea', 'teapot'])
    """

    def __init__(self, dawg: SquishedDawg, unicharset: Unicharset | None = None) -> None:
        self.dawg = dawg
        largest = int(dawg.letters.max())
        self._texts = list(unicharset or (f"{number} " for number in range(largest + 1)))
        if largest >= len(self._texts):
            raise FormatError(
                "the words are spelled in another unicharset",
                found=f"letter {largest}",
                expected=f"at most {len(self._texts) - 1}",
            )

    def __len__(self) -> int:
        return self.count()

    @cached_property
    def _counts(self) -> list[int]:
        """How many words go through each edge."""
        dawg = self.dawg
        most = 2**62 // len(dawg.edges)
        ends = dawg.word_ends.astype(np.int64)
        following = dawg.next_nodes
        closing = np.flatnonzero(dawg.last_edges)
        behind = closing[np.searchsorted(closing, following)] + 1
        counts = ends
        for _ in range(_MOST_LETTERS):
            sums = np.concatenate([[0], np.cumsum(counts)])
            below = np.where(following > 0, sums[behind] - sums[following], 0)
            longer = np.minimum(ends + below, most)
            if np.array_equal(longer, counts):
                return [int(count) for count in counts]
            counts = longer
        raise FormatError("words of this dawg never end", expected=f"at most {_MOST_LETTERS} letters")

    def _matches(self, prefix: str, node: int = 0, before: str = "") -> Iterator[tuple[str, int]]:
        """Yield the edges all of whose words begin with the prefix, each with what is spelled before it."""
        for edge in self.dawg.node_edges(node):
            letter = self._texts[self.dawg.letters[edge]]
            if letter.startswith(prefix):
                yield before, edge
            elif letter and prefix.startswith(letter) and (following := int(self.dawg.next_nodes[edge])):
                yield from self._matches(prefix.removeprefix(letter), following, before + letter)

    def count(self, prefix: str = "") -> int:
        """Return how many words begin with this.

        Raises
        ------
        FormatError
            If the dawg is damaged: it goes in circles.
        """
        return sum(self._counts[edge] for _, edge in self._matches(prefix))

    def words(self, prefix: str = "", first: int = 0, count: int = 100) -> list[str]:
        """Return some of the words that begin with this: `count` from number `first` on; see `count`."""
        return list(islice(self._from(prefix, first), count))

    def _from(self, prefix: str, skip: int) -> Iterator[str]:
        counts, dawg = self._counts, self.dawg
        stack = list(self._matches(prefix))[::-1]
        while stack:
            text, edge = stack.pop()
            if skip >= counts[edge]:
                skip -= counts[edge]
                continue
            text += self._texts[dawg.letters[edge]]
            if dawg.word_ends[edge]:
                if skip:
                    skip -= 1
                else:
                    yield text
            if node := int(dawg.next_nodes[edge]):
                stack.extend((text, following) for following in reversed(dawg.node_edges(node)))
