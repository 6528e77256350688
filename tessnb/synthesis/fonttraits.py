"""What kind of letters a font has: with serifs or without, all of one width, of which scripts.

Source: the OpenType specification's ``OS/2`` (``panose``, ``sFamilyClass``) and ``post`` (``isFixedPitch``).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import cache, lru_cache

import icu
import numpy as np
import uharfbuzz as hb

from tessnb.synthesis.fonts import Font

__all__ = ["FontTraits", "font_traits", "script_name"]

#: Letters of a script that a font needs to count as one for it, or half of them where there are fewer.
_ENOUGH = 20
_LATIN_TEXT, _MONOSPACED = 2, 9
#: PANOSE's serif styles, and the classes of ``sFamilyClass`` (its upper byte).
_SERIFS, _SANS = range(2, 11), range(11, 16)
_SERIF_CLASSES, _SANS_CLASS = (1, 2, 3, 4, 5, 7), 8
_SANS_NAMES = re.compile(r"\b(sans|gothic|grotesk|grotesque|kaku|hei|dotum)\b|gothic", re.IGNORECASE)
_SERIF_NAMES = re.compile(
    r"\b(serif|times|roman|mincho|ming|song|sung|batang|myeongjo)\b|batang", re.IGNORECASE
)


@dataclass(frozen=True)
class FontTraits:
    """The kind of a font's letters.

    Attributes
    ----------
    serif : bool or None
        None where neither its tables nor its name tell.
    monospaced : bool
    scripts : tuple of str
        ISO 15924 codes of the scripts that it has letters of, the one with most first.
    """

    serif: bool | None
    monospaced: bool
    scripts: tuple[str, ...]


def font_traits(font: Font) -> FontTraits:
    """Return the kind of a font's letters.

    Of serifs the family class tells, where it says nothing PANOSE, then the family's name.
    """
    return _traits(font.path, font.index & 0xFFFF, font.families, font.characters)


@lru_cache(maxsize=8192)
def _traits(path: str, index: int, families: tuple[str, ...], characters: frozenset[int]) -> FontTraits:
    face = hb.Face(hb.Blob.from_file_path(path), index)
    os2, post = (bytes(face.reference_table(tag).data) for tag in ("OS/2", "post"))
    fixed = len(post) >= 16 and struct.unpack_from(">I", post, 12)[0] != 0
    panose, family_class = bytes(10), 0
    if len(os2) >= 78:
        panose, family_class = os2[32:42], struct.unpack_from(">b", os2, 30)[0]
    is_latin = panose[0] == _LATIN_TEXT
    monospaced = fixed or (is_latin and panose[3] == _MONOSPACED) or _equally_wide(face)
    return FontTraits(
        _serif(panose[1] if is_latin else 0, family_class, families), monospaced, _scripts(characters)
    )


def _serif(style: int, family_class: int, families: tuple[str, ...]) -> bool | None:
    if family_class in _SERIF_CLASSES or family_class == _SANS_CLASS:
        return family_class in _SERIF_CLASSES
    if style in _SERIFS or style in _SANS:
        return style in _SERIFS
    for family in families:
        for pattern, serif in ((_SANS_NAMES, False), (_SERIF_NAMES, True)):
            if pattern.search(family):
                return serif
    return None


def _equally_wide(face: hb.Face) -> bool:
    """Return whether a narrow and a wide letter take the same room."""
    font = hb.Font(face)
    widths = {font.get_glyph_h_advance(font.get_nominal_glyph(ord(char)) or 0) for char in "ilMW"}
    return len(widths) == 1 and bool(font.get_nominal_glyph(ord("i")))


@cache
def _letters() -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return the script of every code point (0: not a letter), letters per script, and the scripts' codes."""
    table = np.zeros(0x110000, np.uint8)
    codes = [""]
    names = [name for name in dir(icu.UScriptCode) if name.isupper()]
    for number in sorted({int(getattr(icu.UScriptCode, name)) for name in names}):
        code = icu.Script(number).getShortName()
        letters = icu.UnicodeSet(f"[[:Script={code}:]&[:Letter:]]")
        count = letters.getRangeCount()
        if count and code not in ("Zyyy", "Zinh", "Zzzz"):
            for place in range(count):
                first, last = letters.getRangeStart(place), letters.getRangeEnd(place)
                table[ord(first) : ord(last) + 1] = len(codes)
            codes.append(code)
    return table, np.bincount(table, minlength=len(codes)), tuple(codes)


def _scripts(characters: frozenset[int]) -> tuple[str, ...]:
    table, totals, codes = _letters()
    own = np.bincount(table[np.fromiter(characters, np.int64, len(characters))], minlength=len(codes))
    enough = np.minimum(_ENOUGH, -(-totals // 2))
    places = [place for place in np.flatnonzero(own >= enough).tolist() if place]
    return tuple(codes[place] for place in sorted(places, key=lambda place: -own[place]))


@cache
def script_name(code: str) -> str:
    """Return what a script is called in English.

    Examples
    --------
    >>> script_name("Deva")
    'Devanagari'
    """
    return str(icu.Script(icu.Script.getCode(code)[0]).getName()).replace("_", " ")
