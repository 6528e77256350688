"""Paragraphs into items: stretches of one script and one direction, the smallest that Pango shapes.

Source: Pango's ``itemize.c`` (``itemize_state_next``, ``itemize_state_add_character``), ``pango-gravity.c``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import icu
import numpy as np

from tessnb.synthesis.bidi import embedding_levels
from tessnb.synthesis.scripts import COMMON, script_runs
from tessnb.synthesis.shaping import GlyphRun

__all__ = ["Item", "itemize"]

_JOINER = "\u200d"
_VARIATIONS = frozenset(map(chr, [0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)]))


@dataclass
class Item:
    """A piece of a paragraph that is still to be set.

    Attributes
    ----------
    start, end : int
        Characters of the paragraph.
    script : str
        ISO 15924 code.
    level : int
        Odd where text runs from right to left.
    upright : bool
        Whether its characters stand upright in a vertical line.
    shaped : GlyphRun or None
        Its glyphs, if they are known.
    widths : ndarray or None, shape=(n,), dtype=int64
        Widths of its characters before anything was cut off; ``widths[0]`` belongs to character `first`.
    """

    start: int
    end: int
    script: str
    level: int = 0
    upright: bool = False
    shaped: GlyphRun | None = None
    widths: np.ndarray | None = None
    first: int = 0


def itemize(text: str, base: int, writing_mode: str = "horizontal") -> list[Item]:
    """Split a paragraph of base level `base` where its script, level or orientation changes; around tabs."""
    levels = embedding_levels(text, base)
    upright = _orientations(text, writing_mode)
    items: list[Item] = []

    def add(start: int, end: int, script: str) -> None:
        level = (levels[start] + 1) // 2 * 2 if upright[start] else levels[start]
        script = COMMON if text[start] == "\t" else script
        items.append(Item(start, end, script, level, upright[start]))

    for run in script_runs(text):
        start = run.start
        for at in range(run.start + 1, run.end):
            same = levels[at] == levels[start] and upright[at] == upright[start]
            if not same or "\t" in (text[at - 1], text[at]):
                add(start, at, run.script)
                start = at
        add(start, run.end, run.script)
    return items


@cache
def _stands_upright(char: str) -> bool:
    value = icu.Char.getIntPropertyValue(char, icu.UProperty.VERTICAL_ORIENTATION)
    short = icu.UPropertyNameChoice.SHORT_PROPERTY_NAME
    return icu.Char.getPropertyValueName(icu.UProperty.VERTICAL_ORIENTATION, value, short) in ("U", "Tu")


def _orientations(text: str, writing_mode: str) -> list[bool]:
    """Return for each character whether it stands upright (``width_iter_next``)."""
    if writing_mode != "vertical":
        return [writing_mode == "vertical-upright"] * len(text)
    found: list[bool] = []
    joined = False
    for char in text:
        goes_on = found and (joined or char == _JOINER or char in _VARIATIONS)
        joined = char == _JOINER
        found.append(found[-1] if goes_on else _stands_upright(char))
    return found
