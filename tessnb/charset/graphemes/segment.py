"""Choosing the script whose rules hold for a text, and cutting it.

Source: ``src/training/unicharset/validator.cpp``, ``ValidateCleanAndSegment``, ``MostFrequentViramaScript``.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from tessnb.charset.characters import script_of
from tessnb.charset.graphemes.indic import IndicValidator
from tessnb.charset.graphemes.javanese import JavaneseValidator
from tessnb.charset.graphemes.khmer import KhmerValidator
from tessnb.charset.graphemes.myanmar import MyanmarValidator
from tessnb.charset.graphemes.simple import SimpleValidator, single_class
from tessnb.charset.graphemes.validator import CharClass, GraphemeMode, Report, Script, Validator

__all__ = ["segment_graphemes", "virama_script_of"]

_BLOCK_SIZE = 128
_FIRST, _LAST = "\u0900", "\ua9df"
_VALIDATORS: dict[Script, type[Validator]] = {
    Script.JAVANESE: JavaneseValidator,
    Script.MYANMAR: MyanmarValidator,
    Script.KHMER: KhmerValidator,
}
_INDIC = range(Script.DEVANAGARI, Script.SINHALA + 1)
#: How many buckets libstdc++'s hash table has after each growth.
_BUCKETS = (13, 29, 59, 127, 257, 541, 1109)


def _hash_order(keys: list[int]) -> list[int]:
    """Return distinct keys, given in order of insertion, as a ``std::unordered_map<int, int>`` iterates them.

    libstdc++ keeps one list; a key goes to the front of its bucket, a new bucket to the front of the list.
    """
    order: list[int] = []
    sizes = iter(_BUCKETS)
    size = 0
    for count, key in enumerate(keys):
        if count >= size:
            size = next(sizes)
            order, old = [], order
            for moved in old:
                _place(moved, order, size)
        _place(key, order, size)
    return order


def _place(key: int, order: list[int], size: int) -> None:
    fellows = (index for index, other in enumerate(order) if other % size == key % size)
    order.insert(next(fellows, 0), key)


def virama_script_of(text: str) -> Script:
    """Return the script with rules of its own that most characters of `text` belong to, or ``NON_VIRAMA``.

    Other scripts between Devanagari and Javanese count, too, block by block: where one of them prevails there
    are no rules.
    """
    counts: Counter[int] = Counter()
    for character in text:
        if character < _FIRST:
            continue
        script = script_of(character)
        if script == "Myanmar":
            counts[Script.MYANMAR // _BLOCK_SIZE] += 1
        elif character <= _LAST and script != "Common":
            counts[ord(character) // _BLOCK_SIZE] += 1
    if not counts:
        return Script.NON_VIRAMA
    most = max(counts.values())
    candidates = [block for block, count in counts.items() if count == most]
    if len(candidates) > 1:
        candidates = [block for block in _hash_order(list(counts)) if counts[block] == most]
    first = candidates[0] * _BLOCK_SIZE
    return Script(first) if first in _VALIDATORS or first in _INDIC else Script.NON_VIRAMA


@cache
def _is_single(character: str) -> bool:
    """Return whether it is a grapheme in any text, and of no script with rules."""
    return (
        single_class(character) in (CharClass.OTHER, CharClass.WHITESPACE)
        and virama_script_of(character) == Script.NON_VIRAMA
        and not "\u0e00" <= character <= "\u0e7f"
    )


def segment_graphemes(text: str, mode: GraphemeMode, report: Report | None = None) -> tuple[list[str], bool]:
    """Validate `text` and cut it.

    Parameters
    ----------
    text : str
        Normalized text, best a line or a grapheme.
    mode : GraphemeMode
        How to cut.
    report : callable, optional
        Takes a message for each thing that is left out.

    Returns
    -------
    pieces : list of str
        As much as is valid.
    valid : bool
        False if something was left out.
    """
    if all(map(_is_single, set(text))):  # most texts are such, and quick to cut
        return (list(text) if mode else [text]), True
    simple = SimpleValidator(report=report)
    script = virama_script_of(text)
    pieces: list[str] = []
    if script == Script.NON_VIRAMA:
        finer = {
            GraphemeMode.COMBINED: GraphemeMode.GLYPH_SPLIT,
            GraphemeMode.GLYPH_SPLIT: GraphemeMode.INDIVIDUAL,
        }
        valid = simple.segment(text, finer.get(mode, mode), pieces)
        return pieces, valid
    graphemes: list[str] = []
    valid = simple.segment(text, GraphemeMode.GLYPH_SPLIT, graphemes)
    validator = _VALIDATORS.get(script, IndicValidator)(script, report)
    for grapheme in graphemes:
        valid &= validator.segment(grapheme, mode, pieces)
    return pieces, valid
