"""Graphemes of Myanmar: a base and a fixed order of optional signs (Unicode, table 16-3, and more).

Source: ``src/training/unicharset/validate_myanmar.cpp``.
"""

from __future__ import annotations

from tessnb.charset.characters import script_of
from tessnb.charset.graphemes.validator import ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER, CharClass, Validator

__all__ = ["MyanmarValidator"]

_ASAT, _VIRAMA, _MEDIAL_YA = "\u103a", "\u1039", "\u103b"
_KINZI = "\u1004" + _ASAT + _VIRAMA


def _set(*ranges: int | tuple[int, int]) -> frozenset[str]:
    pairs = [item if isinstance(item, tuple) else (item, item) for item in ranges]
    return frozenset(chr(code) for first, last in pairs for code in range(first, last + 1))


_LETTERS = _set(
    (0x1000, 0x102A),
    0x103F,
    (0x104C, 0x1055),
    (0x105A, 0x105D),
    0x1061,
    0x1065,
    0x1066,
    (0x106E, 0x1070),
    (0x1075, 0x1081),
    0x108E,
    (0xA9E0, 0xA9E4),
    (0xA9E7, 0xA9EF),
    (0xA9FA, 0xA9FE),
    (0xAA60, 0xAA6F),
    (0xAA71, 0xAA73),
    0xAA7A,
    0xAA7E,
    0xAA7F,
)
_SYMBOLS = _set(
    (0x1040, 0x104F), (0x1090, 0x1099), 0x109E, 0x109F, (0xA9F0, 0xA9F9), 0xA9E6, 0xAA70, (0xAA74, 0xAA79)
)
_MEDIALS = (_ASAT, _MEDIAL_YA, *map(chr, (0x103C, 0x103D, 0x103E, 0x105E, 0x105F, 0x1060, 0x1081, 0x1031)))
_VOWELS_I = _set(0x102D, 0x102E, 0x1032)
_VOWELS_U = _set(
    0x102F,
    0x1030,
    (0x1056, 0x1059),
    0x1062,
    0x1067,
    0x1068,
    (0x1071, 0x1074),
    (0x1083, 0x1086),
    0x109C,
    0x109D,
)
_VOWELS_AA = _set(0x102B, 0x102C)
_SIGNS = "\u1036\u1037\u1038"
_TONES = _set(
    0x1038,
    0x103A,
    0x1063,
    0x1064,
    (0x1069, 0x106D),
    (0x1087, 0x108D),
    0x108F,
    0x109A,
    0x109B,
    (0xAA7B, 0xAA7D),
)


def _is_other(character: str) -> bool:
    """Return whether it is no part of a syllable: another script, a digit, a symbol."""
    joiner = character in (ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER)
    return (script_of(character) != "Myanmar" and not joiner) or character in _SYMBOLS


class MyanmarValidator(Validator):
    """Validates and cuts Myanmar; all that is drawn singly is a part, kinzi and subscripts are one each."""

    def class_of(self, character: str) -> CharClass:
        return CharClass.CONSONANT if character in _LETTERS else CharClass.OTHER

    def consume(self) -> bool:
        if _is_other(self.text[self.used]):
            self.take_part(1)
            return True
        if self.text.startswith(_KINZI, self.used):
            self.take()
            self.take()
            if self.take_part(3):
                return True
        if self.text[self.used] not in _LETTERS:
            self.report(f"Invalid start of Myanmar syllable:0x{ord(self.text[self.used]):x}")
            return False
        if not self.take_part(1) and not self._consume_subscript():
            self._consume_signs()
        return True

    def _next_in(self, characters: frozenset[str] | str) -> bool:
        return self.used < len(self.text) and self.text[self.used] in characters

    def _consume_subscript(self) -> bool:
        """Take a virama and its consonant; true if the text ends there."""
        if self._next_in(_VIRAMA) and self.text[self.used + 1 : self.used + 2] in _LETTERS:
            self.take()
            return self.take_part(2)
        return False

    def _consume_signs(self) -> None:
        for medial in _MEDIALS:
            if self._next_in(medial):
                self.take_part(1)
                if medial == _MEDIAL_YA and self._next_in(_ASAT):
                    self.take_part(1)
        for vowels in (_VOWELS_I, _VOWELS_U):
            if self._next_in(vowels):
                self.take_part(1)
        if self._next_in(_VOWELS_AA):
            self.take_part(1)
            if self._next_in(_ASAT):
                self.take_part(1)
        for sign in _SIGNS:
            if self._next_in(sign):
                self.take_part(1)
        if self._next_in(_TONES):
            self.take_part(1)
