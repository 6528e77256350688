"""Where a line may be broken: UAX #14, through ICU."""

from __future__ import annotations

from functools import cache
from typing import Any

import icu

from tessnb.synthesis.shaping import boundaries, graphemes

__all__ = ["SOFT_HYPHEN", "BreakPositions"]

SOFT_HYPHEN = "\u00ad"


@cache
def _line_iterator() -> Any:
    return icu.BreakIterator.createLineInstance(icu.Locale("en"))


class BreakPositions:
    """The places of a paragraph at which its lines may end.

    Parameters
    ----------
    text : str
        The paragraph.
    final : bool
        Whether its end is the end of all text. Otherwise no line is *broken* there, so that a space
        before the newline needs room, as it does in Pango.

    Attributes
    ----------
    words : frozenset of int
        Character offsets at which a line may be broken.
    anywhere : frozenset of int
        Offsets between graphemes: where nothing else helps.
    """

    def __init__(self, text: str, final: bool) -> None:
        self._text = text
        self._never = frozenset([0] if final else [0, len(text)])
        self.words = frozenset(boundaries(_line_iterator(), text)) - self._never
        self._graphemes: frozenset[int] | None = None

    @property
    def anywhere(self) -> frozenset[int]:
        """Offsets between graphemes."""
        if self._graphemes is None:
            self._graphemes = frozenset(graphemes(self._text)) - self._never
        return self._graphemes

    def needs_hyphen(self, offset: int) -> bool:
        """Return whether a line that ends at `offset` shows a hyphen there."""
        return offset > 0 and self._text[offset - 1] == SOFT_HYPHEN
