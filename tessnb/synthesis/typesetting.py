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

from tessnb.errors import UnsupportedError
from tessnb.synthesis.breaking import BreakPositions
from tessnb.synthesis.characters import is_break_space, is_right_to_left
from tessnb.synthesis.face import FontFace
from tessnb.synthesis.scripts import COMMON, script_runs
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
    """

    start: int
    end: int
    runs: list[GlyphRun] = field(default_factory=list)
    wrapped: bool = False


@dataclass
class _Item:
    """A piece of one script that is still to be set, and what its characters measured before it was cut."""

    start: int
    end: int
    script: str
    shaped: GlyphRun | None = None
    widths: np.ndarray | None = None
    first: int = 0  # the character that widths[0] belongs to


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
    """

    def __init__(self, face: FontFace, width: int, options: ShapingOptions | None = None) -> None:
        self.face, self.width = face, width
        self.options = options or ShapingOptions()
        self.lines = lru_cache(maxsize=4096)(self._lines)

    def _lines(self, text: str, final: bool) -> list[Line]:
        """Return the lines of a paragraph; `final` is that no other follows it."""
        if not text:
            return [Line(0, 0)]
        return list(_ParagraphSetter(self, text, final).lines())

    @property
    def _tab_width(self) -> int:
        spaces = " " * _TAB_SPACES
        return shape(self.face, spaces, 0, _TAB_SPACES, COMMON, self.options).width or 50 * 1024

    def tab(self, item: _Item, position: int) -> GlyphRun:
        """Return the gap of a tab that begins at `position` (layout units) of its line."""
        width = self._tab_width
        stop = -(-(position + width // _TAB_SPACES) // width) * width
        one = np.zeros(1, np.int64)
        return GlyphRun(
            item.start, item.end, one + EMPTY_GLYPH, one + item.start, one + stop - position, one, one
        )


class _ParagraphSetter:
    """Fills the lines of one paragraph."""

    def __init__(self, setter: Typesetter, text: str, final: bool) -> None:
        self.setter, self.text = setter, text
        strong = next((char for char in text if is_right_to_left(char)), None)
        if strong is not None:
            raise UnsupportedError(
                "right-to-left text cannot be rendered yet",
                found=f"U+{ord(strong):04X} in {text[:40]!r}",
                expected="left-to-right text",
            )
        self.breaks = BreakPositions(text, final)
        self.items: list[_Item] = []
        for run in script_runs(text):
            start = run.start
            for tab in re.finditer("\t", text[run.start : run.end]):
                at = run.start + tab.start()
                if at > start:
                    self.items.append(_Item(start, at, run.script))
                self.items.append(_Item(at, at + 1, COMMON))
                start = at + 1
            if run.end > start:
                self.items.append(_Item(start, run.end, run.script))

    def lines(self) -> Iterator[Line]:
        while self.items:
            yield self._line()

    # -- measuring ------------------------------------------------------------------------------------

    def _shape(self, start: int, end: int, script: str, hyphen: bool = False) -> GlyphRun:
        return shape(self.setter.face, self.text, start, end, script, self.setter.options, hyphen)

    def _widths(self, item: _Item) -> np.ndarray:
        if item.widths is None:
            if item.shaped is None:
                item.shaped = self._shape(item.start, item.end, item.script)
            item.widths, item.first = item.shaped.character_widths(), item.start
        return item.widths[item.start - item.first : item.end - item.first]

    def _gone(self, widths: np.ndarray, item: _Item, offset: int) -> int:
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
        fallback: tuple[int, int, list[_Item]] | None = None  # runs to keep, room, items from there on
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
                line.runs.append(self._shape(item.start, item.end, item.script))
                room = 0
                del self.items[0]
                continue
            self._cut(line, item, offset)
            break
        line.end = self.items[0].start if self.items else len(self.text)
        line.wrapped = bool(self.items)
        self._finish(line)
        return line

    def _whole(self, item: _Item, room: int, at_start: bool, last: bool) -> GlyphRun | None:
        """Return the item's glyphs if all of it fits."""
        widths = self._widths(item)
        gone = self._gone(widths, item, item.end) if item.end in self.breaks.words else 0
        alone = at_start and item.end - item.start == 1
        if int(widths.sum()) - gone > room and not alone:
            return None
        run = item.shaped if item.shaped and item.shaped.start == item.start else None
        run = run or self._shape(item.start, item.end, item.script)
        return run if alone or run.width - gone <= room else None

    def _break(
        self, item: _Item, room: int, have_runs: bool, force: bool, last: bool, whole: bool
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
        self, item: _Item, room: int, have_runs: bool, last: bool, whole: bool, allowed: frozenset[int]
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
            run = self._shape(item.start, offset, item.script, self.breaks.needs_hyphen(offset))
            if self.breaks.needs_hyphen(offset) or (offset == item.end and last):
                gone = 0
            if run.width - gone <= room:
                return offset, True
        if ends:
            return ends[0], False
        later = [p for p in range(max(limit + 1, item.start + 1), item.end) if p in allowed]
        return (later[0] if later else item.end), False

    def _cut(self, line: Line, item: _Item, offset: int) -> None:
        if offset > item.start:
            line.runs.append(self._shape(item.start, offset, item.script, self.breaks.needs_hyphen(offset)))
            self._widths(item)
            item.start, item.shaped = offset, None

    def _finish(self, line: Line) -> None:
        """Drop the space at which the line was wrapped, and the letter spacing at both ends."""
        if not line.runs:
            return
        run = line.runs[-1]
        if line.wrapped and is_break_space(self.text[line.end - 1]) and run.end == line.end:
            single = len(run.glyphs) < 2 or run.clusters[-1] != run.clusters[-2]
            if single:
                run.widths = run.widths.copy()
                run.glyphs = run.glyphs.copy()
                run.widths[-1], run.glyphs[-1] = 0, EMPTY_GLYPH
        spacing = self.setter.options.letter_spacing
        if spacing:
            left, right = split_spacing(spacing)
            visible = np.flatnonzero(line.runs[0].widths)
            if len(visible):
                line.runs[0].widths[visible[0]] -= left
                line.runs[0].x_offsets[visible[0]] -= left
            visible = np.flatnonzero(run.widths)
            if len(visible):
                run.widths[visible[-1]] = max(run.widths[visible[-1]] - right, 0)
