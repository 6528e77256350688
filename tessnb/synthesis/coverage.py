"""Text that a font cannot draw: found, and stripped or dropped as the reference does.

Source: ``pango_font_info.cpp`` (``CoversUTF8Text``, ``CanRenderString``, ``DropUncoveredChars``) and
``stringrenderer.cpp`` (``StripUnrenderableWords``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tessnb.synthesis.characters import is_mark, is_whitespace, is_zero_width
from tessnb.synthesis.face import FontFace
from tessnb.synthesis.scripts import script_runs
from tessnb.synthesis.shaping import ShapingOptions, shape

__all__ = ["can_render", "drop_uncovered", "missing", "strip_unrenderable", "words"]

_DOTTED_CIRCLE = "\u25cc"
_WHITE = "\\t-\\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_WORD = re.compile(f"[^{_WHITE}]+")


def words(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every stretch of `text` without white space."""
    for match in _WORD.finditer(text):
        yield match.span()


def missing(face: FontFace, text: Iterable[str]) -> set[str]:
    """Return the characters of `text` that are drawn but have no glyph in the font."""
    return {
        char
        for char in set(text)
        if not is_whitespace(char) and not is_zero_width(char) and not face.glyph_of(ord(char))
    }


def can_render(face: FontFace, word: str, lacking: set[str] | None = None) -> bool:
    """Return whether the font has all of a word and shapes it without a dotted circle.

    Parameters
    ----------
    face : FontFace
    word : str
    lacking : set of str, optional
        The result of `missing` for a text that contains the word, to save time.
    """
    lacking = missing(face, word) if lacking is None else lacking
    if not lacking.isdisjoint(word):
        return False
    if _DOTTED_CIRCLE not in word and not any(map(is_mark, word)):
        return True
    circle = face.glyph_of(ord(_DOTTED_CIRCLE))
    options = ShapingOptions()
    return not any(
        (shape(face, word, run.start, run.end, run.script, options).glyphs == circle).any()
        for run in script_runs(word)
    )


def strip_unrenderable(face: FontFace, text: str) -> tuple[str, list[str]]:
    """Remove the words that the font cannot draw; the space around them stays.

    Returns
    -------
    text : str
    stripped : list of str
        The words that were removed, in order.
    """
    lacking = missing(face, text)
    stripped: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if can_render(face, match[0], lacking):
            return match[0]
        stripped.append(match[0])
        return ""

    return _WORD.sub(keep, text), stripped


def drop_uncovered(face: FontFace, text: str) -> tuple[str, int]:
    """Remove the characters that the font lacks; return the text and how many were removed."""
    lacking = missing(face, text)
    if not lacking:
        return text, 0
    kept = "".join(char for char in text if char not in lacking)
    return kept, len(text) - len(kept)
