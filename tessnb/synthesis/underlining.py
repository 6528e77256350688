"""Underlines below random stretches of words.

Source: ``stringrenderer.cpp`` (``SetWordUnderlineAttributes``), ``pango-renderer.c`` (``add_underline``).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np
import uharfbuzz as hb

from tessnb.network.random import TRand
from tessnb.synthesis.coverage import words
from tessnb.synthesis.face import UNITS, FontFace
from tessnb.synthesis.layout import Cluster, PlacedLine, line_clusters, line_pens

__all__ = ["draw_underlines", "underlined"]


def underlined(text: str, start: float, continuation: float) -> list[tuple[int, int]]:
    """Choose what to underline, the same for the same text.

    Parameters
    ----------
    text : str
    start, continuation : float
        Probability that a word begins an underline, and that the next word goes on with it.

    Returns
    -------
    list of (int, int)
        Characters ``start <= i < end`` of each stretch.
    """
    random = TRand()

    def decide(probability: float) -> bool:
        if probability in (0.0, 1.0):
            return probability == 1.0
        return random.unsigned_rand(1.0) < probability

    stretches: list[tuple[int, int]] = []
    first: int | None = None
    last = 0
    for word_start, word_end in words(text):
        if first is not None:
            if decide(continuation):
                last = word_end
            else:
                stretches.append((first, last))
                first = None
        if first is None and decide(start):
            first, last = word_start, word_end
    if first is not None:
        stretches.append((first, len(text)))
    return stretches


def draw_underlines(
    page: np.ndarray,
    face: FontFace,
    lines: Iterable[PlacedLine],
    stretches: list[tuple[int, int]],
    left: int,
    top: int,
    vertical: bool = False,
) -> None:
    """Draw the underlines of set lines.

    Parameters
    ----------
    page : ndarray, shape=(height, width), dtype=uint8
        Changed in place.
    face : FontFace
    lines : iterable of PlacedLine
    stretches : list of (int, int)
        From `underlined`.
    left, top : int
        The text area's upper left corner, in pixels.
    vertical : bool
        Vertical text: the page is turned counterclockwise, so that lines run to the right.
    """
    thickness = face.hb.get_metric_position(hb.OTMetricsTag.UNDERLINE_SIZE) or UNITS
    position = face.hb.get_metric_position(hb.OTMetricsTag.UNDERLINE_OFFSET) or -UNITS
    for line in lines:
        pens = line_pens(line)
        uprights = [run.upright for run in line.line.runs for _ in run.cluster_starts]
        placed = list(zip(line_clusters(face, line), pens, pens[1:], uprights, strict=False))
        for start, end in stretches:
            keys = [(start <= cluster.start < end, upright) for cluster, _, _, upright in placed]
            for (inside, upright), group in groupby(zip(keys, placed, strict=True), lambda pair: pair[0]):
                if inside:
                    x0, x1 = _extent([entry[:3] for _, entry in group])
                    y0 = line.baseline - position + (face.underline_shift(upright) if vertical else 0)
                    edges = y0 + top * UNITS, y0 + thickness + top * UNITS
                    _fill(page, x0 + left * UNITS, x1 + left * UNITS, *edges)


def _extent(inside: list[tuple[Cluster, int, int]]) -> tuple[int, int]:
    """Return the columns of an underline: the wider of the ink and the advances."""
    inks = [cluster.ink for cluster, _, _ in inside if cluster.ink[2]]
    begin, advance = inside[0][1], inside[-1][2] - inside[0][1]
    left = min([begin, *(ink[0] for ink in inks)])
    width = max(ink[0] + ink[2] for ink in inks) - min(ink[0] for ink in inks) if inks else 0
    return left, left + max(width, advance)


def _fill(page: np.ndarray, x0: int, x1: int, y0: int, y1: int) -> None:
    """Blacken a rectangle given in layout units; pixels that it covers in part become grey."""
    height, width = page.shape
    columns = slice(max(x0 // UNITS, 0), min(-(-x1 // UNITS), width))
    for row in range(max(y0 // UNITS, 0), min(-(-y1 // UNITS), height)):
        cover = (min(y1, (row + 1) * UNITS) - max(y0, row * UNITS)) / UNITS
        light = 255 - int(cover * 255 + 0.5)
        page[row, columns] = ((page[row, columns].astype(np.int32) * light + 127) // 255).astype(np.uint8)
