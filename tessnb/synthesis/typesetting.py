"""Paragraphs into lines of glyphs: the greedy line filling of Pango, and pages of lines.

Source: ``pango-layout.c`` of Pango 1.50 (``process_item``, ``process_line``,
``pango_layout_line_postprocess``, ``pango_layout_get_extents_internal``) and ``stringrenderer.cpp``
(``FindFirstPageBreakOffset``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from tessnb.synthesis.bidi import visual_order
from tessnb.synthesis.breaking import BreakPositions
from tessnb.synthesis.characters import is_break_space
from tessnb.synthesis.face import FontFace
from tessnb.synthesis.items import Item, itemize
from tessnb.synthesis.scripts import COMMON
from tessnb.synthesis.shaping import EMPTY_GLYPH, GlyphRun, ShapingOptions, shape, split_spacing

__all__ = ["Line", "Typesetter", "paragraphs"]

_PARAGRAPH_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_TAB_SPACES = 8
#: Lines whose width is estimated within this many ems of the limit are measured.
_MEASURE_EMS = 4


@dataclass
class Line:
    """One line of a paragraph.

    Attributes
    ----------
    start, end : int
        Characters of the paragraph, the space at which the line was wrapped included.
    runs : list of GlyphRun
        In visual order; none for an empty line.
    wrapped : bool
        Whether the paragraph goes on in the next line.
    left : int
        Where the line begins, in layout units: lines of right-to-left paragraphs end at the right edge.
    above, below : int
        From its baseline (its middle, if it is vertical) to its edges, in layout units.
    """

    start: int
    end: int
    runs: list[GlyphRun] = field(default_factory=list)
    wrapped: bool = False
    left: int = 0
    above: int = 0
    below: int = 0


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every paragraph, without its separator; the last one may be empty."""
    start = 0
    for match in _PARAGRAPH_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


class Typesetter:
    """Sets paragraphs in one font to one width.

    Parameters
    ----------
    face : FontFace
    width : int
        Of a line, in layout units.
    options : ShapingOptions
    writing_mode : str
        Lines of ``vertical`` and ``vertical-upright`` text are set as if they ran to the right.
    """

    def __init__(
        self,
        face: FontFace,
        width: int,
        options: ShapingOptions | None = None,
        writing_mode: str = "horizontal",
    ) -> None:
        self.face, self.width, self.writing_mode = face, width, writing_mode
        self.options = options or ShapingOptions()
        self.lines = lru_cache(maxsize=4096)(self._lines)

    def _lines(self, text: str, final: bool, base: int = 0) -> list[Line]:
        """Return the lines of a paragraph of level `base`; `final` is that no other follows it."""
        if not text:
            left = self.width if base and not self.is_vertical else 0
            return [Line(0, 0, left=left, above=self.face.ascent, below=self.face.descent)]
        return list(_ParagraphSetter(self, text, final, base).lines())

    @property
    def is_vertical(self) -> bool:
        """Whether lines run down the page."""
        return self.writing_mode != "horizontal"

    @property
    def _tab_width(self) -> int:
        spaces = " " * _TAB_SPACES
        return shape(self.face, spaces, 0, _TAB_SPACES, COMMON, self.options).width or 50 * 1024

    def tab(self, item: Item, position: int) -> GlyphRun:
        """Return the gap of a tab that begins at `position` (layout units) of its line."""
        width = self._tab_width
        stop = -(-(position + width // _TAB_SPACES) // width) * width
        one = np.zeros(1, np.int64)
        return GlyphRun(
            item.start,
            item.end,
            one + EMPTY_GLYPH,
            one + item.start,
            one + stop - position,
            one,
            one,
            item.level,
            item.upright,
        )


class _ParagraphSetter:
    """Fills the lines of one paragraph."""

    def __init__(self, setter: Typesetter, text: str, final: bool, base: int) -> None:
        self.setter, self.text, self.base = setter, text, base
        self.breaks = BreakPositions(text, final)
        self.items = itemize(text, base, setter.writing_mode)

    def lines(self) -> Iterator[Line]:
        while self.items:
            yield self._line()

    # -- measuring ------------------------------------------------------------------------------------

    def _shape(self, item: Item, end: int | None = None) -> GlyphRun:
        """Return the glyphs of an item, or of it up to `end`, where a line ends and may need a hyphen."""
        hyphen = end is not None and self.breaks.needs_hyphen(end)
        end = item.end if end is None else end
        face, options = self.setter.face, self.setter.options
        return shape(face, self.text, item.start, end, item.script, options, hyphen, item.level, item.upright)

    def _widths(self, item: Item) -> np.ndarray:
        if item.widths is None:
            if item.shaped is None:
                item.shaped = self._shape(item)
            item.widths, item.first = item.shaped.character_widths(), item.start
        return item.widths[item.start - item.first : item.end - item.first]

    def _gone(self, widths: np.ndarray, item: Item, offset: int) -> int:
        """Return the width that vanishes when a line ends at `offset`: a space, or minus a hyphen."""
        if self.breaks.needs_hyphen(offset):
            return -self._hyphen_width(item.script)
        if offset > item.start and is_break_space(self.text[offset - 1]):
            return int(widths[offset - 1 - item.start])
        return 0

    def _hyphen_width(self, script: str) -> int:
        face = self.setter.face
        return int(face.hb.get_glyph_h_advance(face.glyph_of(0x2010) or face.glyph_of(0x2D)))

    # -- filling a line -------------------------------------------------------------------------------

    def _line(self) -> Line:
        line = Line(self.items[0].start, 0)
        room = self.setter.width
        fallback: tuple[int, int, list[Item]] | None = None  # runs to keep, room, items from there on
        while self.items:
            item = self.items[0]
            if self.text[item.start] == "\t":
                tab = self.setter.tab(item, self.setter.width - room)
                line.runs.append(tab)
                room = max(room - tab.width, 0)
                del self.items[0]
                continue
            last = len(self.items) == 1
            run = self._whole(item, room, not line.runs, last)
            if run is not None:
                first = item.start + (0 if line.runs else 1)
                if any(offset in self.breaks.words for offset in range(first, item.end)):
                    fallback = len(line.runs), room, list(self.items)
                line.runs.append(run)
                room = max(room - run.width, 0)
                del self.items[0]
                continue
            offset = self._break(item, room, bool(line.runs), fallback is None, last, True)
            if offset is None:
                assert fallback is not None
                kept, room, self.items = fallback
                del line.runs[kept:]
                item = self.items[0]
                offset = self._break(item, room, bool(line.runs), True, len(self.items) == 1, False)
            assert offset is not None
            if offset == item.end:
                line.runs.append(self._shape(item))
                room = 0
                del self.items[0]
                continue
            self._cut(line, item, offset)
            break
        line.end = self.items[0].start if self.items else len(self.text)
        line.wrapped = bool(self.items)
        self._finish(line)
        return line

    def _whole(self, item: Item, room: int, at_start: bool, last: bool) -> GlyphRun | None:
        """Return the item's glyphs if all of it fits."""
        widths = self._widths(item)
        gone = self._gone(widths, item, item.end) if item.end in self.breaks.words else 0
        alone = at_start and item.end - item.start == 1
        if int(widths.sum()) - gone > room and not alone:
            return None
        run = item.shaped if item.shaped and item.shaped.start == item.start else None
        run = run or self._shape(item)
        return run if alone or run.width - gone <= room else None

    def _break(
        self, item: Item, room: int, have_runs: bool, force: bool, last: bool, whole: bool
    ) -> int | None:
        """Return the offset at which to end the line within `item`, or None if no place fits.

        With `force` the line ends somewhere, between any two graphemes if need be. Without `whole` the
        item's end is no choice.
        """
        offset, fits = self._best(item, room, have_runs, last, whole, self.breaks.words)
        if not fits and force:
            offset, fits = self._best(item, room, have_runs, last, whole, self.breaks.anywhere)
        return offset if fits or force else None

    def _best(
        self, item: Item, room: int, have_runs: bool, last: bool, whole: bool, allowed: frozenset[int]
    ) -> tuple[int, bool]:
        widths = self._widths(item)
        behind = np.concatenate([[0], np.cumsum(widths)])
        margin = _MEASURE_EMS * int(self.setter.face.pixel_size) * 1024
        beyond = item.start + int(np.searchsorted(behind, room + margin, "right"))
        limit = min(beyond, item.end if whole else item.end - 1)
        ends = [p for p in range(item.start, limit + 1) if p in allowed]
        if not have_runs:
            ends = [p for p in ends if p > item.start]
        for offset in reversed(ends):
            gone = self._gone(widths, item, offset)
            if offset == item.start or behind[offset - item.start] - gone < room - margin:
                return offset, True
            run = self._shape(item, offset)
            if self.breaks.needs_hyphen(offset) or (offset == item.end and last):
                gone = 0
            if run.width - gone <= room:
                return offset, True
        if ends:
            return ends[0], False
        later = [p for p in range(max(limit + 1, item.start + 1), item.end) if p in allowed]
        return (later[0] if later else item.end), False

    def _cut(self, line: Line, item: Item, offset: int) -> None:
        if offset > item.start:
            line.runs.append(self._shape(item, offset))
            self._widths(item)
            item.start, item.shaped = offset, None

    def _finish(self, line: Line) -> None:
        """Drop the space at which the line was wrapped, and put its runs in their places."""
        if line.runs:
            self._drop_space(line)
            line.runs = visual_order(line.runs, [run.level for run in line.runs])
            self._trim(line)
        face = self.setter.face
        line.above, line.below = face.ascent, face.descent
        if self.setter.is_vertical:
            whole = face.ascent + face.descent
            tops = {face.vertical_extent(run.upright)[0] for run in line.runs}
            line.above, line.below = max(tops), whole - min(tops)
        elif self.base:
            line.left = self.setter.width - sum(run.width for run in line.runs)

    def _drop_space(self, line: Line) -> None:
        run = line.runs[-1]
        if not line.wrapped or run.end != line.end or not is_break_space(self.text[line.end - 1]):
            return
        last, neighbour = (0, 1) if run.level % 2 else (-1, -2)
        if len(run.glyphs) < 2 or run.clusters[last] != run.clusters[neighbour]:
            run.widths = run.widths.copy()
            run.glyphs = run.glyphs.copy()
            run.widths[last], run.glyphs[last] = 0, EMPTY_GLYPH

    def _trim(self, line: Line) -> None:
        """Take the letter spacing away at both ends of a line, and beside a space that vanished."""
        if not self.setter.options.letter_spacing:
            return
        left, right = split_spacing(self.setter.options.letter_spacing)
        for number, run in enumerate(line.runs):
            visible = np.flatnonzero(run.widths)
            if not len(visible):
                continue
            first, last = visible[0], visible[-1]
            if run.widths[0] == 0 or number == 0:
                run.widths[first] -= left
                run.x_offsets[first] -= left
            if run.widths[-1] == 0 or number == len(line.runs) - 1:
                run.widths[last] = max(run.widths[last] - right, 0)
