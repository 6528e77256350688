"""Text to positioned glyphs, with HarfBuzz, as Pango 1.50 asks it (``shape.c``, ``pango_hb_shape``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import uharfbuzz as hb

from tessnb.synthesis.boundaries import cursor_positions
from tessnb.synthesis.face import UNITS, FontFace
from tessnb.synthesis.scripts import COMMON

__all__ = ["EMPTY_GLYPH", "GlyphRun", "ShapingOptions", "round_units", "shape", "split_spacing"]

#: The glyph of a space that vanished at the end of a line: no ink.
EMPTY_GLYPH = 0x0FFFFFFF
_HYPHENS = "\u2010-"


def round_units(value: Any) -> Any:
    """Round layout units (a number or an array) to whole pixels, halves upward."""
    return (value + UNITS // 2) // UNITS * UNITS


@dataclass(frozen=True)
class ShapingOptions:
    """What changes the glyphs of a text besides its font.

    Attributes
    ----------
    letter_spacing : int
        Added between graphemes, in layout units.
    features : tuple of str
        OpenType features that are switched on, such as ``dlig``.
    """

    letter_spacing: int = 0
    features: tuple[str, ...] = ()

    def harfbuzz(self, script: str) -> dict[str, bool]:
        """Return the features as HarfBuzz takes them; letter spacing switches ligatures off.

        Contextual alternates are off for Hangul, as they were in HarfBuzz up to the reference's version.
        """
        wanted = dict.fromkeys(self.features, True)
        if script == "Hang":
            wanted["calt"] = False
        if self.letter_spacing:
            wanted |= dict.fromkeys(("liga", "clig", "dlig", "hlig"), False)
        return wanted


@dataclass(eq=False)
class GlyphRun:
    """The glyphs of a piece of a paragraph, from left to right as they stand.

    Attributes
    ----------
    start, end : int
        The piece: character offsets in the paragraph.
    glyphs : ndarray, shape=(n,), dtype=int64
        Glyph indices, or `EMPTY_GLYPH`.
    clusters : ndarray, shape=(n,), dtype=int64
        The paragraph's character that each glyph begins with.
    widths, x_offsets, y_offsets : ndarray, shape=(n,), dtype=int64
        Layout units; widths are whole pixels; y points down.
    level : int
        Odd where the text runs from right to left, and the clusters backwards.
    upright : bool
        Whether the glyphs stand upright in a vertical line, which is set as if it ran to the right.
    """

    start: int
    end: int
    glyphs: np.ndarray
    clusters: np.ndarray
    widths: np.ndarray
    x_offsets: np.ndarray
    y_offsets: np.ndarray
    level: int = 0
    upright: bool = False

    @property
    def width(self) -> int:
        """Width in layout units."""
        return int(self.widths.sum())

    @property
    def cluster_starts(self) -> np.ndarray:
        """The indices (int64) of the glyphs that begin a cluster."""
        return np.flatnonzero(np.diff(self.clusters, prepend=-1))

    @property
    def cluster_spans(self) -> list[tuple[int, int]]:
        """The characters (start, end) of every cluster, from left to right."""
        firsts = self.clusters[self.cluster_starts].tolist()
        ends = [self.end, *firsts[:-1]] if self.level % 2 else [*firsts[1:], self.end]
        return list(zip(firsts, ends, strict=True))

    def character_widths(self) -> np.ndarray:
        """Return the width of every character: a cluster's width divided among its characters.

        Returns
        -------
        ndarray, shape=(end - start,), dtype=int64
        """
        starts = np.unique(self.clusters)
        sums = np.zeros(len(starts), np.int64)
        np.add.at(sums, np.searchsorted(starts, self.clusters), self.widths)
        counts = np.diff(np.append(starts, self.end))
        shares = sums // counts
        widths = np.repeat(shares, counts)
        widths[starts - self.start] += sums - shares * counts
        return widths


def shape(
    face: FontFace,
    text: str,
    start: int,
    end: int,
    script: str,
    options: ShapingOptions,
    hyphen: bool = False,
    level: int = 0,
    upright: bool = False,
) -> GlyphRun:
    """Shape the characters ``start <= i < end`` of a paragraph.

    Parameters
    ----------
    face : FontFace
    text : str
        The whole paragraph, as context.
    start, end : int
    script : str
        ISO 15924 code.
    options : ShapingOptions
    hyphen : bool
        Draw a hyphen at the end, where a word is broken; it belongs to the last character.
    level : int
        Odd if the text runs from right to left.
    upright : bool
        Shape from top to bottom.
    """
    buffer = hb.Buffer()
    sign = next((char for char in _HYPHENS if face.glyph_of(ord(char))), "") if hyphen else ""
    if sign:
        buffer.add_str(text[:end] + sign, start, end + 1 - start)
    else:
        buffer.add_str(text, start, end - start)
    buffer.direction = "ttb" if upright else "rtl" if level % 2 else "ltr"
    buffer.script = "Latn" if script == COMMON else script
    buffer.language = "c"  # the reference never asks for the locale
    buffer.flags = hb.BufferFlags.BOT | hb.BufferFlags.EOT
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    hb.shape(face.hb, buffer, options.harfbuzz(script))
    rows = [
        (info.codepoint, info.cluster, place.x_advance, place.y_advance, place.x_offset, place.y_offset)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]
    glyphs, clusters, widths, heights, x_offsets, y_offsets = np.array(rows, np.int64).reshape(-1, 6).T.copy()
    if upright:
        widths, x_offsets, y_offsets = -heights, -y_offsets, x_offsets
    clusters = np.minimum(clusters, end - 1)
    negative = widths < 0
    widths = np.where(negative, -widths, widths)
    x_offsets = np.where(negative, x_offsets + widths, x_offsets)
    run = GlyphRun(start, end, glyphs, clusters, round_units(widths), x_offsets, -y_offsets, level, upright)
    if options.letter_spacing:
        _space_letters(run, text, options.letter_spacing)
    return run


def split_spacing(spacing: int) -> tuple[int, int]:
    """Divide letter spacing into what stands left and right of a grapheme (layout units)."""
    left = round_units(spacing // 2) if spacing % UNITS == 0 else spacing // 2
    return left, spacing - left


def _space_letters(run: GlyphRun, text: str, spacing: int) -> None:
    """Put space on both sides of every grapheme, and in any case at both ends of the run."""
    left, right = split_spacing(spacing)
    positions = cursor_positions(text)
    backward = run.level % 2
    starts = run.cluster_starts
    ends = np.append(starts[1:], len(run.clusters)) - 1
    for first, last, (start, end) in zip(starts, ends, run.cluster_spans, strict=True):
        if start not in positions:
            base = last if backward else first
            if run.widths[base] == 0:
                run.x_offsets[base] += left if backward else -right
            continue
        at_left, at_right = start > run.start, end < run.end
        if backward:
            at_left, at_right = at_right, at_left
        run.widths[first] += left * at_left
        run.x_offsets[first] += left * at_left
        run.widths[last] += right * at_right
    run.widths[0] += left
    run.x_offsets[0] += left
    run.widths[-1] += right
