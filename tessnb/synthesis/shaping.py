"""Text to positioned glyphs, with HarfBuzz, as Pango 1.50 asks it (``shape.c``, ``pango_hb_shape``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import uharfbuzz as hb

from tessnb.synthesis.boundaries import boundaries
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

    def harfbuzz(self) -> dict[str, bool]:
        """Return the features as HarfBuzz takes them; letter spacing switches ligatures off."""
        wanted = dict.fromkeys(self.features, True)
        if self.letter_spacing:
            wanted |= dict.fromkeys(("liga", "clig", "dlig", "hlig"), False)
        return wanted


@dataclass(eq=False)
class GlyphRun:
    """The glyphs of a piece of a paragraph, left to right.

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
    """

    start: int
    end: int
    glyphs: np.ndarray
    clusters: np.ndarray
    widths: np.ndarray
    x_offsets: np.ndarray
    y_offsets: np.ndarray

    @property
    def width(self) -> int:
        """Width in layout units."""
        return int(self.widths.sum())

    @property
    def cluster_starts(self) -> np.ndarray:
        """The indices (int64) of the glyphs that begin a cluster."""
        return np.flatnonzero(np.diff(self.clusters, prepend=-1))

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
    """
    buffer = hb.Buffer()
    sign = next((char for char in _HYPHENS if face.glyph_of(ord(char))), "") if hyphen else ""
    if sign:
        buffer.add_str(text[:end] + sign, start, end + 1 - start)
    else:
        buffer.add_str(text, start, end - start)
    buffer.direction = "ltr"
    buffer.script = "Latn" if script == COMMON else script
    buffer.language = "en"
    buffer.flags = hb.BufferFlags.BOT | hb.BufferFlags.EOT
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    hb.shape(face.hb, buffer, options.harfbuzz())
    rows = [
        (info.codepoint, info.cluster, position.x_advance, position.x_offset, -position.y_offset)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]
    glyphs, clusters, widths, x_offsets, y_offsets = np.array(rows, np.int64).reshape(-1, 5).T.copy()
    clusters = np.minimum(clusters, end - 1)
    negative = widths < 0
    widths = np.where(negative, -widths, widths)
    x_offsets = np.where(negative, x_offsets + widths, x_offsets)
    run = GlyphRun(start, end, glyphs, clusters, round_units(widths), x_offsets, y_offsets)
    if options.letter_spacing:
        _space_letters(run, text, options.letter_spacing)
    return run


def split_spacing(spacing: int) -> tuple[int, int]:
    """Divide letter spacing into what stands left and right of a grapheme (layout units)."""
    left = round_units(spacing // 2) if spacing % UNITS == 0 else spacing // 2
    return left, spacing - left


def _space_letters(run: GlyphRun, text: str, spacing: int) -> None:
    left, right = split_spacing(spacing)
    positions = {0, *boundaries("grapheme", text[run.start : run.end])}
    starts = run.cluster_starts
    ends = np.append(starts[1:], len(run.clusters))
    for first, behind in zip(starts, ends, strict=True):
        if int(run.clusters[first]) - run.start not in positions:
            if run.widths[first] == 0:
                run.x_offsets[first] -= right
            continue
        run.widths[first] += left
        run.x_offsets[first] += left
        run.widths[behind - 1] += right
