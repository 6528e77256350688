"""Paragraphs into items: stretches of one script and one direction, the smallest that Pango shapes.

Source: Pango's ``itemize.c`` (``itemize_state_next``, ``itemize_state_add_character``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessnb.synthesis.bidi import embedding_levels
from tessnb.synthesis.scripts import COMMON, script_runs
from tessnb.synthesis.shaping import GlyphRun

__all__ = ["Item", "itemize"]


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
    shaped : GlyphRun or None
        Its glyphs, if they are known.
    widths : ndarray or None, shape=(n,), dtype=int64
        Widths of its characters before anything was cut off; ``widths[0]`` belongs to character `first`.
    """

    start: int
    end: int
    script: str
    level: int = 0
    shaped: GlyphRun | None = None
    widths: np.ndarray | None = None
    first: int = 0


def itemize(text: str, base: int) -> list[Item]:
    """Split a paragraph of base level `base` where its script or level changes, and around tabs."""
    levels = embedding_levels(text, base)
    items: list[Item] = []
    for run in script_runs(text):
        start = run.start
        for at in range(run.start, run.end):
            changes = at > start and (levels[at] != levels[start] or "\t" in (text[at - 1], text[at]))
            if changes:
                items.append(_item(text, start, at, run.script, levels[start]))
                start = at
        items.append(_item(text, start, run.end, run.script, levels[start]))
    return items


def _item(text: str, start: int, end: int, script: str, level: int) -> Item:
    return Item(start, end, COMMON if text[start] == "\t" else script, level)
