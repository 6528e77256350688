"""Texts as sequences of what a reader sees as single characters."""

from __future__ import annotations

import threading

import icu

__all__ = ["graphemes"]


class _Breaks(threading.local):
    """ICU's iterator, one a thread: it holds the text that it is at."""

    def __init__(self) -> None:
        self.iterator = icu.BreakIterator.createCharacterInstance(icu.Locale.getRoot())


_breaks = _Breaks()


def graphemes(text: str) -> list[str]:
    """Cut a text into what a reader sees as single characters (Unicode's extended grapheme clusters).

    Examples
    --------
    >>> graphemes("e\u0301a")
    ['e\u0301', 'a']
    """
    if text.isascii() and "\r" not in text:
        return list(text)
    breaks = _breaks.iterator
    string = icu.UnicodeString(text)
    breaks.setText(string)
    ends = list(breaks)
    return [str(string[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
