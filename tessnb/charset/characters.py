"""What ICU knows of single characters, asked once per code point.

Tesseract asks ICU too; where both link the same version of it (`icu.ICU_VERSION`), all answers agree.
"""

from __future__ import annotations

from functools import cache

import icu

__all__ = ["is_alpha", "is_combining", "is_grapheme_link", "is_whitespace", "script_of"]

_COMBINING = {
    icu.UCharCategory.NON_SPACING_MARK,
    icu.UCharCategory.ENCLOSING_MARK,
    icu.UCharCategory.COMBINING_SPACING_MARK,
}


@cache
def script_of(character: str) -> str:
    """Return the script's name: ``"Latin"``, ``"Common"``, ``"Inherited"`` …"""
    return str(icu.Script.getScript(ord(character)).getName())


@cache
def is_alpha(character: str) -> bool:
    """Return whether it is a letter."""
    return bool(icu.Char.isalpha(ord(character)))


@cache
def is_whitespace(character: str) -> bool:
    """Return whether it has the property White_Space."""
    return bool(icu.Char.isUWhiteSpace(ord(character)))


@cache
def is_combining(character: str) -> bool:
    """Return whether it is a mark: non-spacing, enclosing or spacing."""
    return icu.Char.charType(ord(character)) in _COMBINING


@cache
def is_grapheme_link(character: str) -> bool:
    """Return whether it links graphemes (a virama)."""
    return bool(icu.Char.hasBinaryProperty(ord(character), icu.UProperty.GRAPHEME_LINK))
