"""Graphemes of all scripts without rules of their own: a base and its combining characters.

The first pass over every text, too. Refuses vowels that Indic scripts spell in one character and sequences
that Thai does not have.

Source: ``src/training/unicharset/validate_grapheme.cpp``.
"""

from __future__ import annotations

from functools import cache

from tessnb.charset.characters import is_combining, is_grapheme_link, is_whitespace
from tessnb.charset.graphemes.validator import (
    ZERO_WIDTH_JOINER,
    ZERO_WIDTH_NON_JOINER,
    CharClass,
    Validator,
    is_vedic_accent,
)

__all__ = ["SimpleValidator", "single_class"]

_JAVANESE_TALING = "\ua9ba"
_COMBINERS = (CharClass.COMBINER, CharClass.VIRAMA)


def _range(first: int, last: int) -> frozenset[str]:
    return frozenset(map(chr, range(first, last + 1)))


#: Vowel signs that must not follow a character, as the two have one code point together (table 12-1).
_BAD_AFTER = {
    "\u0905": _range(0x949, 0x94C) | {"\u0946", "\u093e"},
    "\u0906": _range(0x949, 0x94C),
    "\u0909": frozenset("\u0941"),
    "\u090f": _range(0x945, 0x947),
    "\u093e": _range(0x945, 0x948),
    "\u094d": _range(0x93E, 0x94C),
    "\u0985": frozenset("\u09be"),
    "\u0c12": frozenset("\u0c55\u0c4c"),
    "\u0c92": frozenset("\u0ccc"),
}
_THAI_CONSONANTS = _range(0xE01, 0xE2E)
_THAI_LEADING_VOWELS = _range(0xE40, 0xE44)
_THAI_TONES = _range(0xE48, 0xE4B)
_THAI_TONABLE_VOWELS = _range(0xE34, 0xE39) | {"\u0e31"}
_THAI_FOLLOWING_VOWELS = frozenset("\u0e30\u0e32\u0e33")
_THAI_MARKS = _range(0xE30, 0xE4D)
_THAI_RU = "\u0e24"


def _bad_thai(before: str, character: str) -> bool:
    """Return whether Thai has no `character` after `before`."""
    if not "\u0e30" <= character <= "\u0e4d":
        return False
    consonant = before in _THAI_CONSONANTS
    return (
        (character in _THAI_TONES and not (consonant or before in _THAI_TONABLE_VOWELS))
        or ((character in _THAI_TONABLE_VOWELS or character == "\u0e47") and not consonant)
        or (character == "\u0e4c" and not (consonant or before in "\u0e38\u0e34"))
        or (character == "\u0e4d" and not (consonant or before in "\u0e48\u0e49"))
        or (
            character in _THAI_FOLLOWING_VOWELS
            and not (consonant or before in _THAI_TONES)
            and before + character not in ("\u0e32\u0e30", "\u0e4d\u0e32")
        )
        or (
            character in _THAI_LEADING_VOWELS and (before in _THAI_LEADING_VOWELS or before in "\u0e31\u0e37")
        )
        or (character in _THAI_MARKS and before == _THAI_RU)
    )


@cache
def single_class(character: str) -> CharClass:
    """Return the class of a character in the rules for all scripts."""
    if is_vedic_accent(character):
        return CharClass.VEDIC_MARK
    if is_grapheme_link(character):
        return CharClass.VIRAMA
    if is_whitespace(character):
        return CharClass.WHITESPACE
    if character == _JAVANESE_TALING:
        return CharClass.CONSONANT
    if is_combining(character) or character in (ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER):
        return CharClass.COMBINER
    return CharClass.OTHER


class SimpleValidator(Validator):
    """Cuts text at grapheme boundaries; GLYPH_SPLIT is its word for whole graphemes."""

    def class_of(self, character: str) -> CharClass:
        return single_class(character)

    def consume(self) -> bool:
        before_last = last = " "
        last_class = CharClass.WHITESPACE
        length = 0
        while self.used < len(self.text):
            kind, character = self.classes[self.used], self.text[self.used]
            if kind is CharClass.VIRAMA and last_class is CharClass.VIRAMA:
                self.report(f"Two grapheme links in a row:0x{ord(last):x} 0x{ord(character):x}")
                return False
            if (
                last_class is not CharClass.WHITESPACE
                and kind is not CharClass.WHITESPACE
                and self._badly_formed(last, character)
            ):
                return False
            links_on = (
                last == ZERO_WIDTH_JOINER
                or last_class is CharClass.VIRAMA
                or (
                    last == ZERO_WIDTH_NON_JOINER
                    and (kind is CharClass.VIRAMA or before_last == ZERO_WIDTH_JOINER)
                )
            )
            if length and kind not in _COMBINERS and not links_on:
                break
            self.take()
            length += 1
            before_last, last, last_class = last, character, kind
        if length:
            self.cut_part(length)
        return True

    def _badly_formed(self, before: str, character: str) -> bool:
        if character in _BAD_AFTER.get(before, ()):
            what = "Indic vowel sequence"
        elif _bad_thai(before, character):
            what = "Thai"
        else:
            return False
        self.report(f"Badly formed {what}:0x{ord(before):x} 0x{ord(character):x}")
        return True
