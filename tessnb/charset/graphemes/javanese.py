"""Graphemes of Javanese: the Indic rules with its own classes, medial consonants and vowel sign pieces.

Source: ``src/training/unicharset/validate_javanese.cpp``.
"""

from __future__ import annotations

from tessnb.charset.graphemes.indic import IndicValidator, class_table
from tessnb.charset.graphemes.validator import CharClass, Script, is_vedic_accent

__all__ = ["JavaneseValidator"]


class JavaneseValidator(IndicValidator):
    """Validates and cuts Javanese.

    Notes
    -----
    A pangkon (virama) that is not followed by a consonant takes the next character with it; at the very end
    of a text, where the original reads past its buffer, it stays with its consonant.
    """

    special_ya, special_ra = "\ua9be", "\ua9bf"  # pengkal and cakra

    @staticmethod
    def make_table(script: Script) -> list[CharClass]:
        c = CharClass
        return class_table(
            (0x03, c.VOWEL_MODIFIER),
            (0x32, c.CONSONANT),
            (0x33, c.NUKTA),
            (0x34, c.MATRA_PIECE),
            (0x39, c.MATRA),
            (0x3A, c.CONSONANT),
            (0x3D, c.MATRA),
            (0x3F, c.NUKTA),
            (0x40, c.VIRAMA),
            (0x7F, c.OTHER),
        )

    def class_of(self, character: str) -> CharClass:
        return CharClass.OTHER if is_vedic_accent(character) else super().class_of(character)

    def _end_explicit_virama(self) -> None:
        if not self.at_end:
            self.take()

    def _consume_matra_pieces(self) -> None:
        while self.next_is(CharClass.MATRA_PIECE):
            self.take_part(1)
