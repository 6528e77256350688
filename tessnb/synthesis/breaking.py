"""Where a line may be broken, and where that shows a hyphen, as in Pango (``break.c``)."""

from __future__ import annotations

from functools import cached_property

from tessnb.synthesis.boundaries import cursor_positions, is_unspaced, word_boundaries
from tessnb.synthesis.characters import is_break_space, is_mark
from tessnb.synthesis.linebreaks import line_breaks
from tessnb.synthesis.scripts import COMMON, script_of, script_runs
from tessnb.synthesis.thai import thai_breaks

__all__ = ["BreakPositions"]

_SOFT_HYPHEN = "\u00ad"
_HYPHENS = frozenset("-\u058a\u1400\u1806\u2010\u2e17\u2e40\u30a0\ufe63\uff0d")
#: Scripts whose words are broken without a sign.
_UNHYPHENATED = frozenset(["Hani", "Hang", "Hira", "Kana"])


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
        thai = [
            run.start + offset
            for run in script_runs(text)
            if run.script == "Thai"
            for offset in thai_breaks(text[run.start : run.end])
        ]
        self.words = frozenset(line_breaks(text)).union(thai) - self._never

    @cached_property
    def anywhere(self) -> frozenset[int]:
        """Offsets between graphemes."""
        return cursor_positions(self._text) - self._never

    @cached_property
    def _word_edges(self) -> frozenset[int]:
        return frozenset(word_boundaries(self._text))

    def needs_hyphen(self, offset: int) -> bool:
        """Return whether a line that ends at `offset`, inside a word, shows a hyphen there."""
        if not 0 < offset < len(self._text):
            return False
        before, behind = self._text[offset - 1], self._text[offset]
        script = script_of(before)
        if script in _UNHYPHENATED or (script == COMMON and before != _SOFT_HYPHEN):
            return False
        if any(char in _HYPHENS or is_break_space(char) for char in (before, behind)):
            return False
        if any(map(is_unspaced, (before, behind))) and not is_mark(behind):
            return False
        return offset not in self._word_edges
