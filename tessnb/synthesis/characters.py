"""What typesetting asks about single characters."""

from __future__ import annotations

import unicodedata
from functools import cache

import icu

__all__ = [
    "is_break_space",
    "is_mark",
    "is_whitespace",
    "is_zero_width",
]

_BREAK_CONTROLS = frozenset("\t\n\r\f")
_ZERO_WIDTH = frozenset(
    [
        *(0x00AD, 0x034F, 0x2028, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2064),
        *range(0x2066, 0x206A),
    ]
)


@cache
def is_whitespace(char: str) -> bool:
    """Return whether a character has Unicode's White_Space property (Tesseract's ``IsWhitespace``)."""
    return bool(icu.Char.isUWhiteSpace(char))


@cache
def is_break_space(char: str) -> bool:
    """Return whether a character vanishes where a line is wrapped behind it (Pango's ``is_white``)."""
    return char in _BREAK_CONTROLS or unicodedata.category(char) in ("Zs", "Zl", "Zp")


def is_zero_width(char: str) -> bool:
    """Return whether a character is never drawn and no font need have it (``pango_is_zero_width``)."""
    return ord(char) in _ZERO_WIDTH


@cache
def is_mark(char: str) -> bool:
    """Return whether a character is a combining mark."""
    return unicodedata.category(char)[0] == "M"
