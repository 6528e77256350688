"""Boxes of pages into the entries of a box file: line ends, spaces, and right-to-left text turned around.

Source: ``src/training/pango/boxchar.cpp`` (``PrepareToWrite`` and what it calls).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tessnb.formats.boxfile import BoxChar
from tessnb.synthesis.boxes import NO_LINE, SPACE, Rect, TextBox
from tessnb.synthesis.sorting import gnu_sort

__all__ = ["Reading", "box_entries", "reading_of", "reading_of_text"]

LINE_END = "\t"
_STEEP = 5


@dataclass(frozen=True)
class Reading:
    """Which way a text mostly runs.

    Attributes
    ----------
    right_to_left, vertical : bool
    """

    right_to_left: bool = False
    vertical: bool = False


@dataclass(slots=True)
class _Entry:
    text: str
    rect: Rect | None
    line: tuple[int, int]  # page and line
    page: int
    turn: int = -1  # its place in logical order, if it is right-to-left


@cache
def _direction(char: str) -> int:
    """Return 1 for a right-to-left character, -1 for any other but marks and controls, which are 0."""
    kind = unicodedata.bidirectional(char)
    return 1 if kind in ("R", "AL", "RLI") else 0 if kind in ("NSM", "BN") else -1


def reading_of_text(text: str, vertical: bool = False) -> Reading:
    """Return which way a text will run, before it is set."""
    return Reading(sum(map(_direction, text)) > 0, vertical)


def reading_of(pages: Iterable[Sequence[TextBox]]) -> Reading:
    """Return which way the text of boxes runs (``ContainsMostlyRTL``, ``MostlyVertical``)."""
    balance = across = down = 0
    for boxes in pages:
        counts = Counter("".join([box.text for box in boxes]))
        balance += sum(_direction(char) * count for char, count in counts.items())
        for before, box in pairwise(boxes):
            if before.rect is not None and box.rect is not None:
                dx, dy = box.rect.x - before.rect.x, box.rect.y - before.rect.y
                if abs(dx) > abs(dy) * _STEEP or abs(dy) > abs(dx) * _STEEP:
                    across += dx * dx
                    down += dy * dy
    return Reading(balance > 0, down > across)


def box_entries(
    pages: Iterable[Sequence[TextBox]],
    height: int,
    reading: Reading,
    *,
    guess_lines: bool = False,
    first_page: int = 0,
) -> list[BoxChar]:
    """Return the entries of a box file.

    Parameters
    ----------
    pages : iterable of sequence of TextBox
        Each page's boxes in the order of the text.
    height : int
        Of every page, in pixels.
    reading : Reading
        From `reading_of`.
    guess_lines : bool
        Find line ends as the reference does: where a box lies further back than any before it went
        forward. That misses ends behind very short lines, and invents some; without it they are where
        lines end.
    first_page : int
        Number of the first page.

    Returns
    -------
    list of BoxChar
        A tab between two lines. Right-to-left text stands in visual order, from left to right.
    """
    entries = [
        _Entry(box.text, box.rect, (page, box.line), 0 if box.line == NO_LINE else page)
        for page, boxes in enumerate(pages, first_page)
        for box in boxes
    ]
    while entries and entries[0].rect is None and not guess_lines:
        del entries[0]
    _insert_line_ends(entries, reading, guess_lines)
    _place_spaces(entries, reading)
    entries = [entry for entry in entries if entry.rect is not None]
    if reading.right_to_left:
        entries = _reordered(entries)
    found = []
    for entry in entries:
        x, y, width, tall = entry.rect or Rect(0, 0, 0, 0)
        found.append(BoxChar(entry.text, x, height - y - tall, x + width, height - y, entry.page))
    return found


def _insert_line_ends(entries: list[_Entry], reading: Reading, guess: bool) -> None:
    """Insert tabs between lines, or make them of spaces; drop spaces behind spaces and at the ends."""
    last, furthest, index = -1, 0, 0
    while index < len(entries):
        entry = entries[index]
        if entry.rect is None:
            if last < 0 or last + 1 < index or index + 1 == len(entries):
                index = _erase_blanks(entries, index)
            index += 1
            continue
        before = entries[last]
        if last >= 0 and before.rect is not None:
            forward = _forward(before.rect, entry.rect, reading)
            ends = -forward > furthest if guess else before.line != entry.line
            furthest = 0 if ends else max(furthest, forward)
            if ends and last + 1 == index:
                entries.insert(
                    index, _Entry(LINE_END, _end_of(before.rect, reading), before.line, entry.page)
                )
                index += 1
            elif ends:
                entries[index - 1].text = LINE_END
                entries[index - 1].rect = _end_of(before.rect, reading)
        last = index
        index += 1


def _erase_blanks(entries: list[_Entry], index: int) -> int:
    """Remove the blank at `index`, and all before it if it was the last entry; return where to go on from."""
    while True:
        del entries[index]
        if index == 0:
            return index
        at_end = index == len(entries)
        index -= 1
        if not at_end or entries[index].rect is not None:
            return index


def _forward(before: Rect, here: Rect, reading: Reading) -> int:
    """Return how far a box lies in reading direction from the one before it."""
    if reading.vertical:
        return here.y - before.y
    return before.x - here.x if reading.right_to_left else here.x - before.x


def _end_of(rect: Rect, reading: Reading) -> Rect:
    """Return the place of a line end: a pixel behind the line's last box."""
    if reading.vertical:
        return Rect(rect.x, rect.bottom, 1, 1)
    return Rect(max(rect.x - 1, 0) if reading.right_to_left else rect.right, rect.y, 1, 1)


def _place_spaces(entries: list[_Entry], reading: Reading) -> None:
    """Give every space the room between its neighbours."""
    for index in range(1, len(entries) - 1):
        if entries[index].rect is not None:
            continue
        before, behind = entries[index - 1].rect, entries[index + 1].rect
        if before is None or behind is None:
            continue
        top, bottom = min(before.y, behind.y), max(before.bottom, behind.bottom)
        left, right = before.right, behind.x
        if reading.vertical:
            top, bottom = before.bottom, behind.y
            left, right = min(before.x, behind.x), max(before.right, behind.right)
        elif reading.right_to_left:  # words of both directions are as wide as their boxes together
            right = min(rect.x for rect in _word(entries, index, -1))
            left = max(rect.right for rect in _word(entries, index, 1))
        entries[index].text = SPACE
        entries[index].rect = Rect(left, top, max(right - left, 1), max(bottom - top, 1))


def _word(entries: list[_Entry], space: int, step: int) -> list[Rect]:
    """Return the rectangles from a space to the next space or line end, backward or forward."""
    found: list[Rect] = []
    index = space + step
    while 0 <= index < len(entries):
        rect = entries[index].rect
        if rect is None or (found and entries[index].text in ((SPACE, LINE_END) if step < 0 else LINE_END)):
            break
        found.append(rect)
        index += step
    return found


def _reordered(entries: list[_Entry]) -> list[_Entry]:
    """Return entries from left to right, line by line; right-to-left ones by their reversed logical order."""
    for index, entry in enumerate(entries):
        if sum(map(_direction, entry.text)) > 0:
            entry.turn = index
            entry.text = entry.text[::-1]
    result: list[_Entry] = []
    start = 0
    while start < len(entries):
        end = start + 1
        while end < len(entries) and entries[end].text != LINE_END:
            end += 1
        line = entries[start:end]
        gnu_sort(line, _stands_before)
        result += [*line, *entries[end : end + 1]]
        start = end + 1
    return result


def _stands_before(one: _Entry, other: _Entry) -> bool:
    if one.turn >= 0 and other.turn >= 0:
        return other.turn < one.turn
    return one.rect is None or (other.rect is not None and one.rect.x < other.rect.x)
