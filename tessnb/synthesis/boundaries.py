"""Boundaries in text, found by ICU: graphemes and words (UAX #29), places to break a line (UAX #14)."""

from __future__ import annotations

import threading
from typing import Any, Literal

import icu

__all__ = ["Kind", "boundaries"]

Kind = Literal["grapheme", "word", "line"]

_own = threading.local()  # an ICU iterator holds the text it walks over


def _iterator(kind: Kind) -> Any:
    iterators: dict[str, Any] = _own.__dict__
    if kind not in iterators:
        create = {
            "grapheme": icu.BreakIterator.createCharacterInstance,
            "word": icu.BreakIterator.createWordInstance,
            "line": icu.BreakIterator.createLineInstance,
        }[kind]
        iterators[kind] = create(icu.Locale("en"))
    return iterators[kind]


def boundaries(kind: Kind, text: str) -> list[int]:
    """Return the boundaries of `text` behind its start, the last one its end, as character offsets."""
    iterator = _iterator(kind)
    iterator.setText(text)
    found = [int(position) for position in iterator]
    if found and found[-1] != len(text):  # ICU counts UTF-16 units
        offsets, unit = {}, 0
        for index, char in enumerate(text):
            offsets[unit] = index
            unit += 2 if ord(char) > 0xFFFF else 1
        offsets[unit] = len(text)
        found = [offsets[position] for position in found]
    return found
