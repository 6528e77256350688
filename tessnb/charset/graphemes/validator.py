"""The frame of all grapheme validators: classes in, parts out.

A validator gives every character a class, then consumes graphemes by its script's rules. It collects the
valid characters (`output`) and, as it goes, cuts them into parts that are drawn as one glyph (`parts`). Which
of the two is the result depends on the `GraphemeMode`.

Source: ``src/training/unicharset/validator.h`` and ``validator.cpp``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum, IntEnum

__all__ = [
    "LEFT_TO_RIGHT_MARK",
    "REPLACEMENT",
    "RIGHT_TO_LEFT_MARK",
    "ZERO_WIDTH_JOINER",
    "ZERO_WIDTH_NON_JOINER",
    "ZERO_WIDTH_SPACE",
    "CharClass",
    "GraphemeMode",
    "Report",
    "Script",
    "Validator",
    "is_vedic_accent",
    "is_virama",
]

ZERO_WIDTH_SPACE = "\u200b"
ZERO_WIDTH_NON_JOINER = "\u200c"
ZERO_WIDTH_JOINER = "\u200d"
LEFT_TO_RIGHT_MARK = "\u200e"
RIGHT_TO_LEFT_MARK = "\u200f"
REPLACEMENT = "\ufffd"

#: Takes a line (without newline) for each thing that is not valid.
Report = Callable[[str], object]

_OTHER_VIRAMAS = frozenset("\u0dca\ua9c0\u1039\u17d2")


class GraphemeMode(IntEnum):
    """How text is cut.

    SINGLE_STRING is not cut at all. COMBINED gives whole graphemes (``--norm_mode 1``), GLYPH_SPLIT what is
    drawn as one repeatable glyph (2), INDIVIDUAL single code points (3).
    """

    SINGLE_STRING = 0
    COMBINED = 1
    GLYPH_SPLIT = 2
    INDIVIDUAL = 3


class Script(IntEnum):
    """Scripts with rules of their own; the value is where their Unicode block begins."""

    NON_VIRAMA = 0
    DEVANAGARI = 0x900
    BENGALI = 0x980
    GURMUKHI = 0xA00
    GUJARATI = 0xA80
    ORIYA = 0xB00
    TAMIL = 0xB80
    TELUGU = 0xC00
    KANNADA = 0xC80
    MALAYALAM = 0xD00
    SINHALA = 0xD80
    MYANMAR = 0x1000
    KHMER = 0x1780
    JAVANESE = 0xA980


class CharClass(Enum):
    """What a character does in a grapheme; the letters are those of the grammars in comments and messages."""

    CONSONANT = "C"
    VOWEL = "V"
    VIRAMA = "H"
    MATRA = "M"
    MATRA_PIECE = "P"
    VOWEL_MODIFIER = "D"
    NON_JOINER = "z"
    JOINER = "Z"
    VEDIC_MARK = "v"
    NUKTA = "N"
    ROBAT = "R"
    OTHER = "O"
    WHITESPACE = " "
    COMBINER = "c"


def is_virama(character: str) -> bool:
    """Return whether it is the virama of a script with a validator."""
    code = ord(character)
    return (0x900 <= code <= 0xDFF and code & 0x7F == 0x4D) or character in _OTHER_VIRAMAS


def is_vedic_accent(character: str) -> bool:
    """Return whether it is an accent of Vedic texts, which may stand in any Indic script."""
    code = ord(character)
    return 0x1CD0 <= code < 0x1D00 or 0xA8E0 <= code <= 0xA8F7 or 0x951 <= code <= 0x954


class Validator(ABC):
    """Validates and cuts text of one script.

    Parameters
    ----------
    script : Script
        The script whose rules hold.
    report : callable, optional
        Takes a message for each thing that is wrong, in the reference's words.

    Attributes
    ----------
    text : str
        What is being validated.
    classes : list of CharClass
        The class of each character.
    used : int
        How many characters are dealt with.
    output : list of str
        The valid characters so far.
    parts : list of str
        The glyph-like pieces that the first `cut` characters of `output` make.
    """

    def __init__(self, script: Script = Script.NON_VIRAMA, report: Report | None = None) -> None:
        self.script = script
        self.report = report or (lambda message: None)
        self._start("")

    def _start(self, text: str) -> None:
        self.text = text
        self.classes = [self.class_of(character) for character in text]
        self.used = self.cut = 0
        self.output: list[str] = []
        self.parts: list[str] = []

    def segment(self, text: str, mode: GraphemeMode, into: list[str]) -> bool:
        """Validate `text` and append its pieces to `into`.

        Returns
        -------
        bool
            False if something was invalid and left out.
        """
        self._start(text)
        valid = True
        while self.used < len(self.text):
            if not self.consume():
                valid = False
                self.used += 1
        if mode == GraphemeMode.INDIVIDUAL:
            into.extend(self.output)
        elif mode == GraphemeMode.GLYPH_SPLIT:
            into.extend(self.parts)
        elif mode == GraphemeMode.COMBINED or not into:
            into.append("".join(self.output))
        else:
            into[-1] += "".join(self.output)
        return valid

    @abstractmethod
    def class_of(self, character: str) -> CharClass:
        """Return the class of a character."""

    @abstractmethod
    def consume(self) -> bool:
        """Consume the next grapheme; false if it is invalid at `used`."""

    # Steps that the rules are made of. Those that return a bool say whether the text ends here.

    @property
    def at_end(self) -> bool:
        return self.used >= len(self.text)

    def next_is(self, *kinds: CharClass) -> bool:
        """Return whether there is a next character, of one of these classes."""
        return self.used < len(self.text) and self.classes[self.used] in kinds

    def next_text_is(self, characters: str) -> bool:
        """Return whether there is a next character, one of these."""
        return self.used < len(self.text) and self.text[self.used] in characters

    def take(self) -> bool:
        """Copy the next character to the output, without cutting."""
        self.output.append(self.text[self.used])
        self.used += 1
        return self.at_end

    def cut_part(self, length: int) -> None:
        """Make a part of the last `length` characters of the output; each uncut one before them is a part."""
        while self.cut + length < len(self.output):
            self.parts.append(self.output[self.cut])
            self.cut += 1
        self.parts.append("".join(self.output[self.cut :]))
        self.cut = len(self.output)

    def take_part(self, length: int) -> bool:
        """Copy the next character, then make a part of the last `length`."""
        self.output.append(self.text[self.used])
        self.cut_part(length)
        self.used += 1
        return self.at_end
