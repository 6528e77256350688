"""Character and word error rates by edit distance, which bag-of-characters figures only resemble."""

from __future__ import annotations

import unicodedata
from collections import deque
from dataclasses import astuple, dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from tessnb.charset.clusters import graphemes

__all__ = ["RecentErrors", "TrueErrors"]


@dataclass(slots=True)
class TrueErrors:
    """Edits, and what they are counted against, over any number of lines.

    Attributes
    ----------
    character_edits, characters : int
        Insertions, deletions and substitutions of graphemes; graphemes of the truth.
    word_edits, words : int
        The same of words, which stand between spaces.
    """

    character_edits: int = 0
    characters: int = 0
    word_edits: int = 0
    words: int = 0

    def add(self, truth: str, found: str) -> None:
        """Count a line; both texts are composed (NFC) before.

        Examples
        --------
        >>> errors = TrueErrors()
        >>> errors.add("the cat", "teh cats")
        >>> errors.character_edits, errors.word_edits
        (3, 2)
        """
        truth, found = unicodedata.normalize("NFC", truth), unicodedata.normalize("NFC", found)
        true_words = truth.split()
        self.words += len(true_words)
        if truth == found:
            self.characters += len(graphemes(truth))
            return
        true_characters = graphemes(truth)
        self.characters += len(true_characters)
        self.character_edits += Levenshtein.distance(true_characters, graphemes(found))
        self.word_edits += Levenshtein.distance(true_words, found.split())

    @property
    def cer(self) -> float:
        """Character error rate in percent."""
        return 100.0 * self.character_edits / max(self.characters, 1)

    @property
    def wer(self) -> float:
        """Word error rate in percent."""
        return 100.0 * self.word_edits / max(self.words, 1)


class RecentErrors:
    """The true errors of the last lines, and their sum.

    Parameters
    ----------
    size : int
        How many lines count.

    Attributes
    ----------
    total : TrueErrors
        Of the last `size` lines together.
    """

    def __init__(self, size: int) -> None:
        self._lines: deque[TrueErrors] = deque(maxlen=size)
        self.total = TrueErrors()

    def add(self, truth: str, found: str) -> TrueErrors:
        """Count a line and return its own errors."""
        line = TrueErrors()
        line.add(truth, found)
        change = np.array(astuple(line))
        if len(self._lines) == self._lines.maxlen:
            change -= astuple(self._lines[0])
        self._lines.append(line)
        self.total = TrueErrors(*(np.array(astuple(self.total)) + change).tolist())
        return line
