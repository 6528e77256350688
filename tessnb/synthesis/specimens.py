"""A few words in a font, as the renderer draws them, and what of a text the font cannot draw."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from tessnb.charset.clusters import graphemes
from tessnb.synthesis.characters import is_mark, is_whitespace, is_zero_width
from tessnb.synthesis.coverage import can_render
from tessnb.synthesis.face import UNITS, FontFace
from tessnb.synthesis.fonts import Font
from tessnb.synthesis.layout import place_lines
from tessnb.synthesis.painting import WHITE, paint_lines
from tessnb.synthesis.scripts import script_of
from tessnb.synthesis.typesetting import Typesetter

__all__ = ["different_graphemes", "draw_specimen", "missing_graphemes", "own_letters", "telling_line"]

#: Room in ems around what is drawn; scripts that climb need it above and below.
_ROOM_EMS = 3


def different_graphemes(text: str) -> list[str]:
    """Return what a reader sees as the different characters of a text, without space, in order."""
    return [
        grapheme
        for grapheme in dict.fromkeys(graphemes(text))
        if not all(is_whitespace(char) or is_zero_width(char) for char in grapheme)
    ]


def missing_graphemes(font: Font, wanted: Iterable[str]) -> list[str]:
    """Return which graphemes a font cannot draw, or only with a dotted circle."""
    own = font.characters
    face: FontFace | None = None
    lacking = []
    for grapheme in wanted:
        drawn = [char for char in grapheme if not is_whitespace(char) and not is_zero_width(char)]
        if any(ord(char) not in own for char in drawn):
            lacking.append(grapheme)
        elif any(map(is_mark, drawn)):
            face = face or FontFace(font.path, font.index)
            if not can_render(face, grapheme, set()):
                lacking.append(grapheme)
    return lacking


def telling_line(text: str, length: int = 28) -> str:
    """Return the stretch of a text's whole words that shows most of its different characters.

    Parameters
    ----------
    text : str
    length : int
        Graphemes at most, except where one word has more.
    """
    best, most = "", -1
    for line in dict.fromkeys(text.splitlines()):
        words = line.split()
        sizes = [len(graphemes(word)) for word in words]
        end = total = 0
        for start, size in enumerate(sizes):
            end, total = (start, 0) if end < start else (end, total)
            while end < len(words) and (end == start or total + sizes[end] + end - start <= length):
                total += sizes[end]
                end += 1
            stretch = " ".join(words[start:end])
            score = len(set(stretch))
            if score > most:
                best, most = stretch, score
            total -= size
    return best


def own_letters(font: Font, scripts: Sequence[str], count: int = 12) -> str:
    """Return some letters that a font has, of the first of `scripts` or of whatever it has."""
    characters = [chr(code) for code in sorted(font.characters) if code > 0x20]
    for script in scripts[:1]:
        letters = [
            char for char in characters if unicodedata.category(char)[0] == "L" and script_of(char) == script
        ]
        if letters:
            return " ".join(letters[:count])
    return " ".join([char for char in characters if unicodedata.category(char)[0] in "LNPS"][:count])


def draw_specimen(text: str, font: Font, pixel_size: float) -> np.ndarray:
    """Draw one line in a font, cut to its ink.

    Parameters
    ----------
    text : str
        Characters that the font lacks show as the font shows them, usually as boxes.
    font : Font
    pixel_size : float
        Pixels per em.

    Returns
    -------
    ndarray, shape=(height, width), dtype=uint8
        0 ink, 255 paper, grey between; a single white pixel where nothing is drawn.

    Raises
    ------
    FormatError
        If FreeType cannot read the font.
    """
    face = FontFace(font.path, font.index, pixel_size)
    em = int(np.ceil(pixel_size))
    line = " ".join(text.split())
    width = (2 + 3 * len(line)) * em
    setter = Typesetter(face, width * UNITS)
    placed = list(place_lines(setter, line, 0))[:1]
    page = np.full((2 * _ROOM_EMS * em, width + 2 * em), WHITE, np.uint8)
    top = _ROOM_EMS * em - (placed[0].baseline // UNITS if placed else 0)
    paint_lines(page, face, placed, em, top)
    rows, columns = (np.flatnonzero((page < WHITE).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return page[:1, :1].copy()
    return page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
