"""Editing the boxes of a page: what an edit takes away and what it puts there.

Each function looks at a page's boxes, in the order of the file, and returns an `Edit`; nothing is changed.
Boxes are ``boxes[start:stop]``: one box, or the boxes of a word or line that is edited as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Literal

from rapidfuzz.distance import Levenshtein

from tessnb.charset.clusters import graphemes
from tessnb.errors import InputError, TessnbError
from tessnb.formats.boxfile import BoxChar, boxes_from_bytes, boxes_to_bytes

__all__ = [
    "LEVELS",
    "Edit",
    "Level",
    "check_text",
    "delete",
    "insert",
    "merge",
    "place",
    "set_text",
    "split",
    "text_lines",
]

Level = Literal["characters", "words", "lines"]
"""What is edited as one."""

LEVELS: tuple[Level, ...] = ("characters", "words", "lines")

_SPACE, _END = " ", "\t"
Rect = tuple[int, int, int, int]


@dataclass(frozen=True)
class Edit:
    """Boxes that take the place of others.

    Attributes
    ----------
    start : int
        The place of the first one on the page.
    removed, inserted : tuple of BoxChar
        What was there, and what will be.
    """

    start: int
    removed: tuple[BoxChar, ...]
    inserted: tuple[BoxChar, ...]

    def apply(self, boxes: Sequence[BoxChar]) -> tuple[BoxChar, ...]:
        """Return the page's boxes after the edit."""
        return (*boxes[: self.start], *self.inserted, *boxes[self.start + len(self.removed) :])

    @property
    def inverse(self) -> Edit:
        return Edit(self.start, self.inserted, self.removed)


def check_text(text: str, is_word: bool) -> None:
    """See whether a box file can hold a text.

    Parameters
    ----------
    text : str
    is_word : bool
        It stands behind ``WordStr``, where it may hold spaces.

    Raises
    ------
    InputError
        If reading it back would give something else.
    """
    if not text:
        raise InputError("a box without text", hint="Delete the box instead")
    for char, name in (("\n", "a line break"), ("\r", "a line break"), ("\0", "a zero character")):
        if char in text:
            raise InputError(f"{name} in a box's text", found=repr(text), expected="one line of text")
    if not is_word and len(text) > 1 and (_SPACE in text or _END in text):
        raise InputError(
            "a space or tab within a character's text", found=repr(text),
            expected="a single space, a tab at the end of a line, or a text without them",
            hint="Edit words or lines instead of characters",
        )  # fmt: skip
    box = BoxChar(text, 0, 0, 1, 1, is_word=is_word)
    try:
        kept = boxes_from_bytes(boxes_to_bytes([box])) == [box]
    except (TessnbError, UnicodeEncodeError):
        kept = False
    if not kept:
        raise InputError(
            "a text that a box file cannot hold",
            found=repr(text),
            expected="valid text of at most 1023 bytes",
        )


def set_text(boxes: Sequence[BoxChar], start: int, stop: int, text: str) -> Edit:
    """Give a box another text, or a word or line of characters another content.

    What is the same in both texts keeps its boxes; other characters share the room of those that they
    replace. A new space gets a box of its own.
    """
    chosen = _chosen(boxes, start, stop)
    if len(chosen) == 1 and (chosen[0].is_word or len(graphemes(text)) == 1 or _SPACE not in text):
        check_text(text, chosen[0].is_word)
        return _edit(boxes, start, stop, [replace(chosen[0], text=text)])
    if any(box.is_word for box in chosen):
        raise InputError("the texts of several WordStr boxes at once", hint="Edit one after the other")
    pieces = graphemes(text)
    for piece in pieces or [""]:
        check_text(piece, False)
    if _END in pieces:
        raise InputError("a tab within a line", found=repr(text), hint="Split the line instead")
    new: list[BoxChar] = []
    at = wanted = 0
    for index, where in (*_kept(chosen, pieces), (len(chosen), len(pieces))):
        if index > at or where > wanted:
            new += _shared(chosen, at, index, pieces[wanted:where])
        if index == len(chosen):
            break
        new.append(chosen[index])
        at, wanted = index + 1, where + len(graphemes(chosen[index].text))
    return _edit(boxes, start, stop, new)


def place(boxes: Sequence[BoxChar], start: int, stop: int, rect: Rect) -> Edit:
    """Move and size boxes so that together they fill a rectangle (left, bottom, right, top).

    Raises
    ------
    InputError
        If the rectangle is empty or upside down.
    """
    chosen = _chosen(boxes, start, stop)
    left, bottom, right, top = rect
    if left >= right or bottom >= top:
        raise InputError("a box without area", found=rect, expected="left < right and bottom < top")
    old = _around(chosen)

    def moved(box: BoxChar) -> BoxChar:
        across = [_mapped(x, old[0], old[2], left, right) for x in (box.left, box.right)]
        upwards = [_mapped(y, old[1], old[3], bottom, top) for y in (box.bottom, box.top)]
        return replace(box, left=across[0], right=across[1], bottom=upwards[0], top=upwards[1])

    return _edit(boxes, start, stop, [moved(box) for box in chosen])


def split(boxes: Sequence[BoxChar], start: int, stop: int, level: Level = "characters") -> Edit:
    """Make two of one.

    A single box is cut in the middle, with its text: a ``WordStr`` at the space nearest to the middle, and a
    lone character stands in both. A word of several boxes is parted, by a space, at its widest gap; a line at
    its widest space, by a line end.

    Raises
    ------
    InputError
        If there is nothing to part.
    """
    chosen = _chosen(boxes, start, stop)
    if len(chosen) == 1:
        return _edit(boxes, start, stop, _halves(chosen[0], level))
    if level == "lines":
        spaces = [index for index, box in enumerate(chosen) if box.text == _SPACE]
        spaces = [index for index in spaces if 0 < index < len(chosen) - 1]
        if not spaces:
            raise InputError("a line of one word cannot be split", hint="Split the word first")
        index = max(spaces, key=lambda index: chosen[index + 1].left - chosen[index - 1].right)
        end = _line_end(chosen[index - 1])
        return _edit(boxes, start, stop, [*chosen[:index], end, *chosen[index + 1 :]])
    gaps = [after.left - before.right for before, after in pairwise(chosen)]
    index = gaps.index(max(gaps)) + 1
    space = _between(_SPACE, chosen[index - 1], chosen[index])
    return _edit(boxes, start, stop, [*chosen[:index], space, *chosen[index:]])


def merge(boxes: Sequence[BoxChar], start: int, stop: int, level: Level = "characters") -> Edit:
    """Make one of several: join the boxes of characters, or take away what parts words or lines.

    Raises
    ------
    InputError
        If there is only one, a line ends in between, or the text would be impossible.
    """
    chosen = _chosen(boxes, start, stop)
    if len(chosen) < 2:
        raise InputError("nothing to merge with", hint="Select at least two")
    if level != "lines" and any(box.text == _END for box in chosen):
        raise InputError("a line ends in between", hint="Merge the lines first, or delete the line's end")
    if level == "characters" or any(box.is_word for box in chosen):
        is_word = any(box.is_word for box in chosen)
        texts = [_SPACE if box.text == _END else box.text for box in chosen]
        if not is_word and len(texts) > 1 and _SPACE in texts:
            raise InputError("a space stands in between", hint="Merge words instead, or delete the space")
        text = "".join(texts)
        check_text(text, is_word)
        left, bottom, right, top = _around([box for box in chosen if box.text != _END] or chosen)
        return _edit(boxes, start, stop, [BoxChar(text, left, bottom, right, top, chosen[0].page, is_word)])
    if level == "words":
        return _edit(boxes, start, stop, [box for box in chosen if box.text != _SPACE])
    joined = list(chosen)
    for index, box in enumerate(joined):
        if box.text == _END and 0 < index < len(joined) - 1:
            joined[index] = _between(_SPACE, joined[index - 1], joined[index + 1])
    return _edit(boxes, start, stop, joined)


def insert(boxes: Sequence[BoxChar], at: int, box: BoxChar) -> Edit:
    """Insert a box; a ``WordStr`` comes behind the line that `at` is in, with a line end of its own."""
    check_text(box.text, box.is_word)
    if box.left >= box.right or box.bottom >= box.top:
        raise InputError("a box without area", found=str(box), expected="left < right and bottom < top")
    if not 0 <= at <= len(boxes):
        raise InputError("no such place", found=at, expected=f"0 to {len(boxes)}")
    if not box.is_word:
        return Edit(at, (), (box,))
    while 0 < at < len(boxes) and boxes[at - 1].text != _END:
        at += 1
    end = _line_end(box)
    if at and boxes[at - 1].text != _END:
        return Edit(at, (), (_line_end(boxes[at - 1]), box, end))
    return Edit(at, (), (box, end))


def delete(boxes: Sequence[BoxChar], start: int, stop: int, level: Level = "characters") -> Edit:
    """Take boxes away; with a word its space, with a line its end."""
    _chosen(boxes, start, stop)
    separator = {"words": _SPACE, "lines": _END}.get(level)
    if separator is not None and stop < len(boxes) and boxes[stop].text == separator:
        stop += 1
    elif separator is not None and start > 0 and boxes[start - 1].text == separator:
        start -= 1
    return _edit(boxes, start, stop, [])


def text_lines(boxes: Sequence[BoxChar]) -> list[tuple[int, int]]:
    """Return where each text line of a page begins and ends (without the tab); empty ones are left out."""
    lines, start = [], 0
    for index, box in enumerate((*boxes, BoxChar(_END, 0, 0, 0, 0))):
        if box.text == _END:
            if index > start:
                lines.append((start, index))
            start = index + 1
    return lines


def _edit(boxes: Sequence[BoxChar], start: int, stop: int, inserted: Sequence[BoxChar]) -> Edit:
    return Edit(start, tuple(boxes[start:stop]), tuple(inserted))


def _chosen(boxes: Sequence[BoxChar], start: int, stop: int) -> tuple[BoxChar, ...]:
    if not 0 <= start < stop <= len(boxes):
        raise InputError("no such boxes", found=f"{start} to {stop}", expected=f"within 0 to {len(boxes)}")
    return tuple(boxes[start:stop])


def _around(boxes: Sequence[BoxChar]) -> Rect:
    return (
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
    )


def _mapped(value: int, low: int, high: int, new_low: int, new_high: int) -> int:
    if high == low:
        return new_low if value == low else new_high
    return new_low + round((value - low) * (new_high - new_low) / (high - low))


def _halves(box: BoxChar, level: Level) -> list[BoxChar]:
    """Cut one box; a ``WordStr`` that stands for a line becomes two lines."""
    pieces = graphemes(box.text)
    if box.text == _END:
        raise InputError("the end of a line cannot be split")
    cut = (len(pieces) + 1) // 2
    if box.is_word:
        spaces = [index + 1 for index, piece in enumerate(pieces[:-1]) if piece == _SPACE]
        cut = min(spaces, key=lambda index: abs(2 * index - len(pieces)), default=cut)
    if len(pieces) == 1:
        texts, share = (box.text, box.text), 0.5
    else:
        texts, share = ("".join(pieces[:cut]), "".join(pieces[cut:])), cut / len(pieces)
    middle = box.left + round((box.right - box.left) * share)
    first, second = replace(box, text=texts[0], right=middle), replace(box, text=texts[1], left=middle)
    if box.is_word and level == "lines":
        first.text = first.text.rstrip(_SPACE) or first.text
        return [first, _line_end(first), second]
    return [first, second]


def _line_end(box: BoxChar) -> BoxChar:
    """Return the tab that ends a line behind its last box, where Tesseract puts it."""
    return replace(box, text=_END, left=box.right + 1, right=box.right + 5, is_word=False)


def _between(text: str, before: BoxChar, after: BoxChar) -> BoxChar:
    """Return a box for the gap between two on a line; it has some width even where there is none."""
    left = max(min(before.right, after.left), 0)
    right = max(after.left, left + 1) if after.left >= before.left else left + 1
    low, high = min(before.bottom, after.bottom), max(before.top, after.top)
    if after.top < before.bottom or before.top < after.bottom:  # not beside each other
        left, right, low, high = before.right, before.right + 1, before.bottom, before.top
    return BoxChar(text, left, low, right, high, before.page)


def _kept(boxes: Sequence[BoxChar], pieces: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield which boxes stay as they are, and where their texts begin among the new pieces."""
    old = [piece for box in boxes for piece in graphemes(box.text)]
    places: dict[int, int] = {}
    for step in Levenshtein.opcodes(old, list(pieces)):
        if step.tag == "equal":
            places.update(zip(range(step.src_start, step.src_end), count(step.dest_start), strict=False))
    at = 0
    for index, box in enumerate(boxes):
        size = len(graphemes(box.text))
        first = places.get(at)
        if first is not None and all(places.get(at + k) == first + k for k in range(size)):
            yield index, first
        at += size


def _shared(boxes: Sequence[BoxChar], start: int, stop: int, pieces: Sequence[str]) -> list[BoxChar]:
    """Give the room of ``boxes[start:stop]``, or of the gap there, to some new characters."""
    old = boxes[start:stop]
    if len(old) == len(pieces):
        return [replace(box, text=piece) for box, piece in zip(old, pieces, strict=True)]
    if old:
        left, bottom, right, top = _around(old)
    else:
        before, after = boxes[max(start - 1, 0)], boxes[min(start, len(boxes) - 1)]
        gap = _between(_SPACE, before, after) if before is not after else after
        left, bottom, right, top = gap.left, gap.bottom, gap.right, gap.top
        if start == 0:
            left, right = max(after.left - 1, 0), max(after.left, 1)
        elif start == len(boxes):
            left, right = before.right, before.right + 1
    step = (right - left) / len(pieces) if pieces else 0
    made = []
    for number, piece in enumerate(pieces):
        low = left + round(number * step)
        high = max(left + round((number + 1) * step), low + 1)
        made.append(BoxChar(piece, low, bottom, high, top, boxes[0].page))
    return made
