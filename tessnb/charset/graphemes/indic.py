"""Graphemes (akshara) of the Indic scripts whose Unicode blocks follow ISCII, and of Sinhala.

With C consonant, V vowel, H virama, M vowel sign (matra), P piece of one, D vowel modifier, N nukta, v Vedic
mark, Z and z the joiner and the non-joiner, valid are ``V[D](v)*`` and
``(C[N](H|HZ|Hz|ZH)?)*C[N](H|Hz)?[M[P]][D](v)*`` (ISCII, section 8, with Unicode's joiners).

Source: ``src/training/unicharset/validate_indic.cpp``.
"""

from __future__ import annotations

from tessnb.charset.graphemes.validator import (
    ZERO_WIDTH_JOINER,
    ZERO_WIDTH_NON_JOINER,
    CharClass,
    Report,
    Script,
    Validator,
    is_vedic_accent,
    is_virama,
)

__all__ = ["IndicValidator", "class_table"]

_BLOCK_SIZE = 128
_MALAYALAM_ANUSVARA = "\u0d02"
_SUBSCRIPT_SCRIPTS = (Script.TELUGU, Script.KANNADA, Script.JAVANESE, Script.MYANMAR, Script.KHMER)


def class_table(*runs: tuple[int, CharClass]) -> list[CharClass]:
    """Return a class per place in a block from pairs of (last place of the run, class)."""
    table: list[CharClass] = []
    for last, kind in runs:
        table += [kind] * (last + 1 - len(table))
    return table


def _indic_table(script: Script) -> list[CharClass]:
    c = CharClass
    if script == Script.SINHALA:
        table = class_table(
            (0x03, c.VOWEL_MODIFIER),
            (0x19, c.VOWEL),
            (0x49, c.CONSONANT),
            (0x4A, c.VIRAMA),
            (0x5F, c.MATRA),
        )
    else:
        table = class_table(
            (0x03, c.VOWEL_MODIFIER),
            (0x14, c.VOWEL),
            (0x3B, c.CONSONANT),
            (0x3C, c.NUKTA),
            (0x3D, c.VOWEL),
            (0x4C, c.MATRA),
            (0x4D, c.VIRAMA),
            (0x4F, c.OTHER),
            (0x50, c.VOWEL),
            (0x54, c.MATRA),
            (0x57, c.MATRA_PIECE),
            (0x5F, c.CONSONANT),
        )
    table += class_table(
        (0x01, c.VOWEL), (0x03, c.MATRA), (0x0F, c.OTHER), (0x13, c.VOWEL_MODIFIER), (0x1F, c.OTHER)
    )
    exceptions = {
        Script.TAMIL: {0x03: c.VOWEL, **dict.fromkeys(range(0x70, 0x7B), c.OTHER)},
        Script.BENGALI: {0x70: c.CONSONANT, 0x71: c.CONSONANT},
        Script.GURMUKHI: {0x72: c.CONSONANT, 0x73: c.CONSONANT},
        Script.SINHALA: {0x70: c.CONSONANT},
        Script.DEVANAGARI: {0x70: c.OTHER},
    }
    for place, kind in exceptions.get(script, {}).items():
        table[place] = kind
    return table


class IndicValidator(Validator):
    """Validates and cuts one of the Indic scripts."""

    #: Ya and ra, which Sinhala draws as special forms after a virama and a joiner.
    special_ya, special_ra = "\u0dba", "\u0dbb"

    def __init__(self, script: Script, report: Report | None = None) -> None:
        self._table = self.make_table(script)
        self._subscripts = script in _SUBSCRIPT_SCRIPTS
        super().__init__(script, report)

    @staticmethod
    def make_table(script: Script) -> list[CharClass]:
        """Return the class of each place in the script's block."""
        return _indic_table(script)

    def class_of(self, character: str) -> CharClass:
        if is_vedic_accent(character):
            return CharClass.VEDIC_MARK
        if character == ZERO_WIDTH_NON_JOINER:
            return CharClass.NON_JOINER
        if character == ZERO_WIDTH_JOINER:
            return CharClass.JOINER
        place = ord(character) - self.script
        return self._table[place] if 0 <= place < _BLOCK_SIZE else CharClass.OTHER

    def consume(self) -> bool:
        kind, character = self.classes[self.used], self.text[self.used]
        if kind is CharClass.CONSONANT:
            return self._consume_consonants() and self._consume_tail()
        if kind in (CharClass.VOWEL, CharClass.VEDIC_MARK):
            return self._consume_vowel()
        if kind in (CharClass.JOINER, CharClass.NON_JOINER):
            self.report(f"Dropping isolated joiner: 0x{ord(character):x}")
            self.used += 1
            return True
        if kind is CharClass.OTHER:
            self.take_part(1)
            return True
        self.report(f"Invalid start of grapheme sequence:{kind.value}=0x{ord(character):x}")
        return False

    def _consume_virama(self, joiner: str, *, after_matra: bool) -> bool:
        """Consume a virama and the joiners behind it; `joiner` is one that stood before it, or empty.

        A virama that links (after any joiner, or before ZWJ or a consonant) needs a consonant next; all
        others are explicit and are followed by ZWNJ, which is added where it lacks.
        """
        if joiner:
            if self.take_part(2):
                self.report("Invalid pre-virama joiner with no 2nd consonant!!")
                return False
            if self.next_text_is(ZERO_WIDTH_JOINER + ZERO_WIDTH_NON_JOINER):
                codes = (joiner, self.output[-1], self.text[self.used])
                self.report("JHJ!!: " + " ".join(f"0x{ord(code):x}" for code in codes))
                return False
            return True
        self.take()
        if self.next_text_is(ZERO_WIDTH_JOINER):
            if after_matra:
                self.report("ZWJ after a post-matra virama!!")
                return False
            following = self.text[self.used + 1 : self.used + 2]
            special = (ZERO_WIDTH_NON_JOINER, self.special_ya, self.special_ra)
            if following in special and self.text[self.used - 2] != self.special_ra:
                self.take()  # the consonant after it completes the part
            elif self.take_part(len(self.output) + 1 - self.cut):  # a half form
                return True
            if self.next_text_is(ZERO_WIDTH_NON_JOINER):
                if self.cut == len(self.output) or self.output[self.cut] != self.special_ra:
                    self.report(f"Virama ZWJ ZWNJ in non-Sinhala: base=0x{int(self.script):x}!")
                    return False
                self.take_part(4)  # Sinhala's repaya standing alone
        elif after_matra or not self.next_is(CharClass.CONSONANT):
            self._end_explicit_virama()
            self.cut_part(2)
        return True

    def _end_explicit_virama(self) -> None:
        if self.next_text_is(ZERO_WIDTH_NON_JOINER):
            self.take()
        else:
            self.output.append(ZERO_WIDTH_NON_JOINER)

    def _consume_consonants(self) -> bool:
        """Consume consonants joined by viramas, without vowel signs and what else follows them."""
        while True:
            self.take()
            if (
                self.cut + 3 <= len(self.output)
                and self.output[-1] in (self.special_ya, self.special_ra)
                and is_virama(self.output[-3])
                and self.output[-2] == ZERO_WIDTH_JOINER
            ):
                self.cut_part(3)
            nukta = self.next_is(CharClass.NUKTA)
            if nukta:
                self.take()
            size = 2 + nukta
            if self._subscripts and self.cut + size <= len(self.output) and is_virama(self.output[-size]):
                self.cut_part(size)
            joiner = ""
            joiners = ZERO_WIDTH_JOINER + ZERO_WIDTH_NON_JOINER * (self.script == Script.MALAYALAM)
            if self.next_text_is(joiners):
                joiner = self.text[self.used]
                self.used += 1
                if self.at_end:
                    self.report(f"Skipping ending joiner: 0x{ord(self.output[-1]):x} 0x{ord(joiner):x}")
                    return True
                if self.next_is(CharClass.VIRAMA):
                    self.output.append(joiner)
                else:
                    codes = (self.output[-1], joiner, self.text[self.used])
                    self.report(
                        "Skipping unnecessary joiner: " + " ".join(f"0x{ord(code):x}" for code in codes)
                    )
                    joiner = ""
            if not self.next_is(CharClass.VIRAMA):
                break
            if not self._consume_virama(joiner, after_matra=False):
                return False
            if not self.next_is(CharClass.CONSONANT):
                break
        if self.cut < len(self.output):
            self.cut_part(1)
        return True

    def _consume_tail(self) -> bool:
        """Consume what follows the consonants: vowel sign, modifiers, Vedic marks, an explicit virama."""
        if self.next_is(CharClass.MATRA):
            self.take_part(1)
            if self.next_is(CharClass.MATRA_PIECE):
                self.take_part(1)
        self._consume_matra_pieces()
        while self.next_is(CharClass.VOWEL_MODIFIER):
            self.take_part(1)
            if self.script != Script.MALAYALAM or self.output[-1] != _MALAYALAM_ANUSVARA:
                break
        while self.next_is(CharClass.VEDIC_MARK):
            self.take_part(1)
        return not self.next_is(CharClass.VIRAMA) or self._consume_virama("", after_matra=True)

    def _consume_matra_pieces(self) -> None:
        """Consume more pieces of a vowel sign, in scripts that have them."""

    def _consume_vowel(self) -> bool:
        """Consume an independent vowel, its modifiers and Vedic marks."""
        self.take_part(1)
        while self.next_is(CharClass.VOWEL_MODIFIER):
            self.take_part(1)
            if self.script != Script.MALAYALAM:
                break
        while self.next_is(CharClass.VEDIC_MARK):
            self.take_part(1)
        return True
