"""Pages: lines at their heights, the ink of every cluster, and where a page ends.

Coordinates are layout units from the upper left corner of the text area, y downward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tessnb.synthesis.bidi import base_direction
from tessnb.synthesis.face import UNITS, FontFace
from tessnb.synthesis.shaping import EMPTY_GLYPH
from tessnb.synthesis.typesetting import Line, Typesetter, paragraphs

__all__ = [
    "Cluster",
    "Clusters",
    "PlacedGlyphs",
    "PlacedLine",
    "first_page_end",
    "line_clusters",
    "line_glyphs",
    "line_pens",
    "page_clusters",
    "place_lines",
]


_FAR = 1 << 40


@dataclass(frozen=True, eq=False)
class PlacedLine:
    """A line and its baseline; `start` and `end` are characters of the whole text."""

    line: Line
    paragraph: int
    start: int
    end: int
    baseline: int


class Cluster(NamedTuple):
    """The smallest piece of text that has a rectangle of its own.

    Attributes
    ----------
    start, end : int
        Characters of the text.
    ink : (x, y, width, height)
        Union of its glyphs' extents in layout units; zero if nothing is drawn.
    """

    start: int
    end: int
    ink: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Clusters:
    """The clusters of a page.

    Attributes
    ----------
    starts, ends : ndarray, shape=(n,), dtype=int64
        Characters of the text.
    inks : ndarray, shape=(n, 4), dtype=int64
        See `Cluster`.
    lines : ndarray, shape=(n,), dtype=int64
        The lines that they stand in, counted from 0.
    """

    starts: np.ndarray
    ends: np.ndarray
    inks: np.ndarray
    lines: np.ndarray


@dataclass(frozen=True, eq=False)
class PlacedGlyphs:
    """Glyphs of a run and the whole pixels at which they are drawn.

    Attributes
    ----------
    glyphs, x, y : ndarray, shape=(n,), dtype=int64
        Glyph index and pen position in pixels, from the text area's upper left corner; of vertical text
        from its upper right one, x downward and y to the left.
    upright : bool
        Whether the glyphs stand upright in vertical text.
    """

    glyphs: np.ndarray
    x: np.ndarray
    y: np.ndarray
    upright: bool = False


def place_lines(setter: Typesetter, text: str, leading: int) -> Iterator[PlacedLine]:
    """Set `text` and yield its lines from top to bottom.

    Parameters
    ----------
    setter : Typesetter
    text : str
    leading : int
        Space between lines, in pixels.
    """
    top = 0
    base = base_direction(text) or 0
    for start, end in paragraphs(text):
        own = base_direction(text[start:end])
        base = base if own is None else own
        for line in setter.lines(text[start:end], end == len(text), base):
            yield PlacedLine(line, start, start + line.start, start + line.end, top + line.above)
            top += line.above + line.below + leading * UNITS


def _glyph_inks(face: FontFace, glyphs: np.ndarray, upright: np.ndarray) -> np.ndarray:
    """Return x, y, width and height of every glyph as int64 (n, 4); upright ones are turned with the page."""
    used, which = np.unique(glyphs, return_inverse=True)
    inks = [(0, 0, 0, 0) if glyph == EMPTY_GLYPH else face.glyph(glyph).ink for glyph in used.tolist()]
    boxes = np.array(inks, np.int64).reshape(-1, 4)[which]
    if upright.any():
        x, y, width, height = boxes.T
        boxes = np.where(upright[:, None], np.stack([y, -x - width, height, width], axis=1), boxes)
    return boxes


def line_clusters(face: FontFace, placed: PlacedLine) -> Iterator[Cluster]:
    """Yield the clusters of a line from left to right (``pango_layout_iter_get_cluster_extents``)."""
    found = _clusters(face, [placed])
    for start, end, ink in zip(found.starts.tolist(), found.ends.tolist(), found.inks.tolist(), strict=True):
        yield Cluster(start, end, tuple(ink))


def page_clusters(face: FontFace, lines: Sequence[PlacedLine]) -> Clusters:
    """Return the clusters of all lines, line by line, in the order of the text."""
    found = _clusters(face, lines)
    order = np.lexsort((found.starts, found.lines))
    return Clusters(found.starts[order], found.ends[order], found.inks[order], found.lines[order])


def _clusters(face: FontFace, lines: Sequence[PlacedLine]) -> Clusters:
    """Return the clusters of all lines, each from left to right."""
    placed_runs = [(number, placed, run) for number, placed in enumerate(lines) for run in placed.line.runs]
    if not placed_runs:
        none = np.zeros(0, np.int64)
        return Clusters(none, none, none.reshape(0, 4), none)
    facts = [
        (number, placed.paragraph, placed.baseline, placed.line.left, run.end, run.level % 2, run.upright)
        for number, placed, run in placed_runs
    ]
    runs = [run for _, _, run in placed_runs]
    of_run = np.repeat(np.arange(len(runs)), [len(run.glyphs) for run in runs])
    line, paragraph, baseline, left, end, backward, upright = np.array(facts, np.int64).T
    inks = _glyph_inks(face, np.concatenate([run.glyphs for run in runs]), upright[of_run] != 0)
    widths = np.concatenate([run.widths for run in runs])
    pens, of_line = np.cumsum(widths) - widths, line[of_run]
    pens += left[of_run] - pens[np.searchsorted(of_line, of_line)]
    drawn = (inks[:, 2] > 0) & (inks[:, 3] > 0)
    x0 = pens + np.concatenate([run.x_offsets for run in runs]) + inks[:, 0]
    y0 = baseline[of_run] + np.concatenate([run.y_offsets for run in runs]) + inks[:, 1]
    clusters = np.concatenate([run.clusters for run in runs])
    begins = np.flatnonzero((np.diff(clusters, prepend=-1) != 0) | (np.diff(of_run, prepend=-1) != 0))
    sides = [
        np.minimum.reduceat(np.where(drawn, side, _FAR), begins)
        for side in (x0, y0, -x0 - inks[:, 2], -y0 - inks[:, 3])
    ]
    extents = np.stack([sides[0], sides[1], -sides[2] - sides[0], -sides[3] - sides[1]], axis=1)
    extents[sides[0] == _FAR] = 0
    firsts, own = clusters[begins], of_run[begins]
    behind, before = np.append(firsts[1:], 0), np.insert(firsts[:-1], 0, 0)
    behind[np.diff(own, append=-1) != 0] = before[np.diff(own, prepend=-1) != 0] = 0
    ends = np.where(backward[own] != 0, before, behind)
    ends = np.where(ends == 0, end[own], ends)
    return Clusters(firsts + paragraph[own], ends + paragraph[own], extents, line[own])


def line_pens(placed: PlacedLine) -> list[int]:
    """Return where the pen stands at every cluster of a line, and at its end, in layout units."""
    pens, x = [], placed.line.left
    for run in placed.line.runs:
        pens += (x + np.cumsum(run.widths) - run.widths)[run.cluster_starts].tolist()
        x += run.width
    return [*pens, x]


def line_glyphs(placed: PlacedLine, face: FontFace | None = None) -> Iterator[PlacedGlyphs]:
    """Yield the visible glyphs of a line, run by run, at whole pixels.

    Parameters
    ----------
    placed : PlacedLine
    face : FontFace, optional
        Only of vertical text: runs are moved to the middle of the line.
    """
    x = placed.line.left
    for run in placed.line.runs:
        pens = x + np.cumsum(run.widths) - run.widths + run.x_offsets
        shift = face.vertical_extent(run.upright)[1] if face is not None else 0
        heights = placed.baseline + shift + run.y_offsets
        if face is not None:  # downward halves are rounded to the right of the page
            heights = heights - 1
        seen = run.glyphs != EMPTY_GLYPH
        yield PlacedGlyphs(run.glyphs[seen], _pixels(pens[seen]), _pixels(heights[seen]), run.upright)
        x += run.width


def _pixels(units: np.ndarray) -> np.ndarray:
    return (units + UNITS // 2) // UNITS


def ink_rows(face: FontFace, placed: PlacedLine, vertical: bool = False) -> tuple[int, int]:
    """Return the first pixel row of a line's ink and the row behind its last one."""
    tops, bottoms = [], []
    for run in placed.line.runs:
        inks = _glyph_inks(face, run.glyphs, np.full(len(run.glyphs), run.upright))
        seen = (inks[:, 2] > 0) & (inks[:, 3] > 0)
        if seen.any():
            heights = run.y_offsets[seen] + inks[seen, 1]
            if vertical:
                heights = heights + face.vertical_extent(run.upright)[1]
            tops.append(int(heights.min()))
            bottoms.append(int((heights + inks[seen, 3]).max()))
    top, bottom = (min(tops), max(bottoms)) if tops else (0, 0)
    return (placed.baseline + top) // UNITS, -(-(placed.baseline + bottom) // UNITS)


def first_page_end(setter: Typesetter, text: str, leading: int, height: int) -> int:
    """Return the character at which a second page begins (``FindFirstPageBreakOffset``).

    Parameters
    ----------
    setter : Typesetter
    text : str
        At most as much as may stand on a page.
    leading : int
        Pixels between lines.
    height : int
        Of the text area, in pixels.
    """
    page_top: int | None = None
    for placed in place_lines(setter, text, leading):
        top, bottom = ink_rows(setter.face, placed, setter.is_vertical)
        page_top = top if page_top is None else page_top
        if bottom - page_top > height:
            return placed.start
    return len(text)
