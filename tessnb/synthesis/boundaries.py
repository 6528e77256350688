"""Boundaries in text: words, by ICU (UAX #29), and where a cursor may stand, by the simpler rules of Pango.

As in Pango, nothing is looked up in a dictionary.

Source: Pango's ``break.c`` (``default_break``) and ``break-indic.c``.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, lru_cache
from typing import Any

import icu

from tessnb.synthesis.scripts import script_of

__all__ = ["cursor_positions", "is_unspaced", "word_boundaries"]

_own = threading.local()  # an ICU iterator holds the text it walks over

_LINE_BREAK = icu.UProperty.LINE_BREAK
_PREPEND = frozenset([*range(0x600, 0x606), 0x6DD, 0x70F, 0x8E2, 0xD4E, 0x110BD, 0x110CD, 0x111C2, 0x111C3])
_JOINERS = "\u200c\u200d"
_JOINED_SCRIPTS = frozenset(["Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym"])
_VIRAMAS = frozenset("\u09cd\u0acd\u094d\u0ccd\u0d4d\u0b4d\u0a4d\u0bcd\u0c4d")
_AL_LAKUNA = "\u0dca"


def _iterator() -> Any:
    if not hasattr(_own, "words"):
        _own.words = icu.BreakIterator.createWordInstance(icu.Locale("en"))
    return _own.words


@cache
def is_unspaced(char: str) -> bool:
    """Return whether a character belongs to a script that separates no words (line break class SA)."""
    value = icu.Char.getIntPropertyValue(char, _LINE_BREAK)
    return bool(
        icu.Char.getPropertyValueName(_LINE_BREAK, value, icu.UPropertyNameChoice.SHORT_PROPERTY_NAME) == "SA"
    )


@cache
def _plain(char: str) -> str:
    """Return a stand-in for a character of an unspaced script that ICU has no dictionary for."""
    if not is_unspaced(char):
        return char
    mark = unicodedata.category(char) in ("Mn", "Mc")
    return ("\u0301" if mark else "a") if ord(char) < 0x10000 else "\U0001d165" if mark else "\U0001d400"


def word_boundaries(text: str) -> list[int]:
    """Return the boundaries of words behind the start of `text`, the last one its end."""
    iterator = _iterator()
    iterator.setText("".join(map(_plain, text)))
    found = [int(position) for position in iterator]
    if found and found[-1] != len(text):  # ICU counts UTF-16 units
        offsets, unit = {}, 0
        for index, char in enumerate(text):
            offsets[unit] = index
            unit += 2 if ord(char) > 0xFFFF else 1
        offsets[unit] = len(text)
        found = [offsets[position] for position in found]
    return found


@cache
def _grapheme_kind(char: str) -> str:
    """Return what decides about a boundary beside a character.

    ``C`` a control, ``E`` an extending or spacing mark, ``P`` prepended, ``R`` a regional indicator, ``X`` a
    pictograph, a Hangul type (``L``, ``V``, ``T``, ``LV``, ``LVT``), or nothing.
    """
    code, category = ord(char), unicodedata.category(char)
    if (
        char in _JOINERS
        or 0xE0020 <= code <= 0xE00FF
        or 0xFF9E <= code <= 0xFF9F
        or 0x1F3FB <= code <= 0x1F3FF
    ):
        return "E"
    if code in _PREPEND:
        return "P"
    if category in ("Cc", "Cf", "Zl", "Zp", "Cs"):
        return "C"
    if category[0] == "M":
        return "E"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "R"
    hangul = icu.Char.getIntPropertyValue(char, icu.UProperty.HANGUL_SYLLABLE_TYPE)
    if hangul:
        return ("", "L", "V", "T", "LV", "LVT")[hangul]
    if icu.Char.hasBinaryProperty(char, icu.UProperty.EXTENDED_PICTOGRAPHIC):
        return "X"
    return ""


_SYLLABLES = frozenset(
    [
        *(("L", kind) for kind in ("L", "V", "LV", "LVT")),
        *((first, kind) for first in ("V", "LV") for kind in ("V", "T")),
        *((first, "T") for first in ("T", "LVT")),
    ]
)


@lru_cache(maxsize=256)
def cursor_positions(text: str) -> frozenset[int]:
    """Return the offsets at which a cursor may stand, both ends included (``is_cursor_position``)."""
    found = {0, len(text)}
    flags = 0  # regional indicators in a row
    for index in range(1, len(text)):
        before, here = _grapheme_kind(text[index - 1]), _grapheme_kind(text[index])
        flags = flags + 1 if before == "R" else 0
        if text[index - 1 : index + 1] == "\r\n":
            continue
        joined = (
            here == "E"
            or before == "P"
            or (before, here) in _SYLLABLES
            or (here == "R" and flags % 2 == 1)
            or (here == "X" and text[index - 1] == "\u200d" and _is_pictograph(text, index - 1))
        )
        if not joined or before == "C" or here == "C":
            found.add(index)
    for index, char in enumerate(text):
        if char in _JOINERS:
            found -= _around_joiner(text, index)
    return frozenset(found | {0, len(text)})


def _is_pictograph(text: str, joiner: int) -> bool:
    while joiner > 0 and _grapheme_kind(text[joiner]) == "E":
        joiner -= 1
    return _grapheme_kind(text[joiner]) == "X"


def _around_joiner(text: str, index: int) -> set[int]:
    """Return the offsets that a joiner inside an Indic word forbids."""
    before, behind = text[:index][-1:], text[index + 1 :]
    if not before:
        return set()
    script = script_of(before)
    if script == "Sinh":
        return _sinhala_conjunct(text, index)
    if script not in _JOINED_SCRIPTS:
        return set()
    third = {index + 2} if behind[:1] in _VIRAMAS and len(behind) > 1 else set()
    return {index} | ({index + 1} if behind else set()) | third


def _sinhala_conjunct(text: str, joiner: int) -> set[int]:
    """Return the offsets inside consonant, virama, joiner, consonant; virama and joiner in any order."""
    if text[joiner] != "\u200d":
        return set()
    if text[joiner - 1] == _AL_LAKUNA:
        first = joiner - 1
    elif text[joiner + 1 : joiner + 2] == _AL_LAKUNA:
        first = joiner
    else:
        return set()
    behind = text[first + 2 : first + 3]
    return {first, first + 1} | ({first + 2} if "\u0d9a" <= behind <= "\u0dc6" else set())
