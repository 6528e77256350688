"""A text against what was read of it: distances in characters and words, and each wrong grapheme.

Rates are those that jiwer computes with its defaults: white space at the ends does not count, a run of it is
one space, words stand between spaces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from tessnb.analysis.characters import character_class, word_position
from tessnb.charset.clusters import graphemes

__all__ = ["Comparison", "GraphemeError", "compare_line", "words_in"]

_RUNS = re.compile(r"\s\s+")
_KINDS = {"replace": "substituted", "delete": "deleted", "insert": "inserted"}
_AROUND = 8


class GraphemeError(NamedTuple):
    """A wrong character.

    Attributes
    ----------
    position, read_position : int
        Where it is in the truth and in the text read, in code points from 0; for a missing or superfluous
        one the place where it would be.
    kind : str
        ``substituted``, ``deleted`` or ``inserted``.
    truth, read : str
        The graphemes; empty where there is none.
    character_class : str
        Of the truth, or of what was inserted; see `character_class`.
    word_position : str
        See `word_position`.
    context : str
        The truth around it, the place in brackets.
    """

    position: int
    read_position: int
    kind: str
    truth: str
    read: str
    character_class: str
    word_position: str
    context: str


class Comparison(NamedTuple):
    """How far a text read is from the truth.

    Attributes
    ----------
    distance, characters : int
        Edits in code points, and the truth's length.
    word_distance, words : int
        Edits in words, and how many the truth has.
    errors : list of GraphemeError
    """

    distance: int
    characters: int
    word_distance: int
    words: int
    errors: list[GraphemeError]


def words_in(text: str) -> list[str]:
    """Return the words of a line, as jiwer cuts them."""
    return [word for word in _RUNS.sub(" ", text).strip().split(" ") if word]


def compare_line(truth: str, read: str) -> Comparison:
    """Compare a line with its truth.

    Examples
    --------
    >>> compare_line("the cat", "tho cat").errors[0].context
    'th[e] cat'
    """
    words = words_in(truth)
    stripped = truth.strip()
    if truth == read:
        return Comparison(0, len(stripped), 0, len(words), [])
    found = read.strip()
    distance = Levenshtein.distance(stripped, found)
    word_distance = Levenshtein.distance(words, words_in(read)) if distance else 0
    errors = _errors(truth, read) if distance else []
    return Comparison(distance, len(stripped), word_distance, len(words), errors)


def _errors(truth: str, read: str) -> list[GraphemeError]:
    old, new = graphemes(truth.strip()), graphemes(read.strip())
    places, read_places = _starts(old, truth), _starts(new, read)
    errors = []
    for step in Levenshtein.editops(old, new):
        at, found_at = step.src_pos, step.dest_pos
        right = "" if step.tag == "insert" else old[at]
        wrong = "" if step.tag == "delete" else new[found_at]
        after = at + bool(right)
        before = old[at - 1] if at else ""
        shown = right or wrong
        errors.append(
            GraphemeError(
                places[at],
                read_places[found_at],
                _KINDS[step.tag],
                right,
                wrong,
                character_class(shown),
                word_position(before, shown, old[after] if after < len(old) else ""),
                f"{''.join(old[max(at - _AROUND, 0) : at])}[{right}]{''.join(old[after : after + _AROUND])}",
            )
        )
    return errors


def _starts(pieces: list[str], text: str) -> Sequence[int]:
    """Return where each piece of a stripped text begins in it, and where the last ends."""
    first, size = len(text) - len(text.lstrip()), len(text.strip())
    if len(pieces) == size:
        return range(first, first + size + 1)
    return list(accumulate(map(len, pieces), initial=first))
