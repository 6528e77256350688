"""Graphemes of Khmer: ``C{R|N}{HC{R}}*{{Z|z}M{P}}{D}{HC}`` (Unicode, chapter 16).

C is a consonant or an independent vowel, R the robat, N a consonant shifter, H the coeng, M and P vowel
signs, D other signs, Z and z the joiner and the non-joiner.

Source: ``src/training/unicharset/validate_khmer.cpp``.
"""

from __future__ import annotations

from tessnb.charset.graphemes.indic import class_table
from tessnb.charset.graphemes.validator import (
    ZERO_WIDTH_JOINER,
    ZERO_WIDTH_NON_JOINER,
    CharClass,
    Script,
    Validator,
    is_vedic_accent,
)

__all__ = ["KhmerValidator"]

_TABLE = class_table(
    (0x33, CharClass.CONSONANT),
    (0x45, CharClass.MATRA),
    (0x46, CharClass.MATRA_PIECE),
    (0x48, CharClass.VOWEL_MODIFIER),
    (0x4A, CharClass.NUKTA),
    (0x4B, CharClass.VOWEL_MODIFIER),
    (0x4C, CharClass.ROBAT),
    (0x51, CharClass.VOWEL_MODIFIER),
    (0x52, CharClass.VIRAMA),
    (0x7F, CharClass.OTHER),
)


class KhmerValidator(Validator):
    """Validates and cuts Khmer; a coeng makes one part with its consonant, a joiner with its vowel sign."""

    def class_of(self, character: str) -> CharClass:
        if is_vedic_accent(character):
            return CharClass.VEDIC_MARK
        if character == ZERO_WIDTH_NON_JOINER:
            return CharClass.NON_JOINER
        if character == ZERO_WIDTH_JOINER:
            return CharClass.JOINER
        place = ord(character) - Script.KHMER
        return _TABLE[place] if 0 <= place < len(_TABLE) else CharClass.OTHER

    def consume(self) -> bool:
        if self.next_is(CharClass.OTHER):
            self.take_part(1)
            return True
        if not self.next_is(CharClass.CONSONANT):
            self.report(f"Invalid start of Khmer syllable:0x{ord(self.text[self.used]):x}")
            return False
        self.take_part(1)
        if self.next_is(CharClass.ROBAT, CharClass.NUKTA):
            self.take_part(1)
        while self._take_subscript():
            if self.next_is(CharClass.ROBAT):
                self.take_part(1)
        joiner = self.next_is(CharClass.JOINER, CharClass.NON_JOINER)
        if joiner and self.take():
            self.report(f"Unterminated joiner: 0x{ord(self.output[-1]):x}")
            return False
        piece = self.next_is(CharClass.MATRA_PIECE)
        if piece or self.next_is(CharClass.MATRA):
            self.take_part(1 + joiner)
        elif joiner:
            codes = f"0x{ord(self.output[-1]):x} 0x{ord(self.text[self.used]):x}"
            self.report(f"Joiner with non-dependent vowel after it!:{codes}")
            return False
        if self.next_is(CharClass.MATRA_PIECE) and not piece:
            self.take_part(1)
        if self.next_is(CharClass.VOWEL_MODIFIER):
            self.take_part(1)
        self._take_subscript()
        return True

    def _take_subscript(self) -> bool:
        """Take a coeng and its consonant, if both are there."""
        following = self.classes[self.used + 1 : self.used + 2]
        found = self.next_is(CharClass.VIRAMA) and following == [CharClass.CONSONANT]
        if found:
            self.take()
            self.take_part(2)
        return found
