"""From the order on the page, left to right, in which box files hold text, to the order of reading.

Tesseract trains on right-to-left text as it stands on the page. What is read is found by going the way of
the bidirectional algorithm backwards. Some texts look the same in several orders of reading; where numbers or
brackets stand between the two directions, what is returned need not be what the writer had in mind.

Source: UAX #9, rule L2, from the lowest level to the highest.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["reading_order", "runs_right_to_left"]

_KINDS = {"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N", "CS": "S", "ES": "S", "ET": "T"}


def _kind(text: str) -> str:
    """Return "R", "L", "N" (number), "S" (separator), "T" (a sign like %) or "", by the first that tells."""
    return next(filter(None, (_KINDS.get(unicodedata.bidirectional(char), "") for char in text)), "")


def runs_right_to_left(texts: Sequence[str]) -> bool:
    """Return whether most strong characters of a line run from right to left."""
    kinds = [_kind(char) for text in texts for char in text]
    return kinds.count("R") > kinds.count("L")


def reading_order(texts: Sequence[str]) -> list[int]:
    """Return the places of a line's texts in the order of reading.

    Parameters
    ----------
    texts : sequence of str
        From left to right, each a grapheme or a few that belong together.

    Returns
    -------
    list of int
        ``[0, 1, 2, …]`` where nothing runs from right to left.

    Examples
    --------
    >>> line = "12 \u05d2\u05d1\u05d0"
    >>> "".join(line[place] for place in reading_order(line))
    '\u05d0\u05d1\u05d2 12'
    """
    order = list(range(len(texts)))
    kinds = [_kind(text) for text in texts]
    if "R" not in kinds:
        return order
    levels = _levels(kinds, 1 if runs_right_to_left(texts) else 0)
    for level in range(1, max(levels) + 1):
        positions = [levels[index] for index in order]
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and positions[end] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return order


def _levels(kinds: Sequence[str], base: int) -> list[int]:
    """Return an embedding level for each text; what is neither takes that of its surroundings."""
    kinds = _with_signs(kinds)
    left, right = _nearest(kinds), _nearest(kinds[::-1])[::-1]
    if base:
        inside = [
            before[0] == "L" and after[0] in ("L", "N") for before, after in zip(left, right, strict=True)
        ]
        return [
            1 if kind == "R" else 2 if kind or latin else 1 for kind, latin in zip(kinds, inside, strict=True)
        ]
    within = [before[1] == after[1] == "R" for before, after in zip(left, right, strict=True)]
    levels = {"R": 1, "L": 0}
    return [
        levels.get(kind, (2 if kind else 1) if hebrew else 0)
        for kind, hebrew in zip(kinds, within, strict=True)
    ]


def _with_signs(kinds: Sequence[str]) -> list[str]:
    """Make a separator within a number, and signs beside one, part of it; others are nothing."""
    found = list(kinds)
    for index, kind in enumerate(kinds):
        if kind == "S":
            found[index] = (
                "N" if kinds[max(index - 1, 0)] == "N" == "".join(kinds[index + 1 : index + 2]) else ""
            )
    for order in (range(len(found)), range(len(found) - 1, -1, -1)):
        last = ""
        for index in order:
            if found[index] == "T" and last == "N":
                found[index] = "N"
            last = found[index]
    return ["" if kind == "T" else kind for kind in found]


def _nearest(kinds: Sequence[str]) -> list[tuple[str, str]]:
    """Return, before each place, the last kind that is not nothing, and the last that is a letter's."""
    found, last, letter = [], "", ""
    for kind in kinds:
        found.append((last, letter))
        last = kind or last
        letter = kind if kind in ("R", "L") else letter
    return found
