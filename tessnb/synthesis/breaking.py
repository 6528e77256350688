"""Where a line may be broken: UAX #14, through ICU; and where that shows a hyphen, as in Pango."""

from __future__ import annotations

from tessnb.synthesis.boundaries import boundaries
from tessnb.synthesis.characters import is_break_space
from tessnb.synthesis.scripts import COMMON, script_of

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
        self.words = frozenset(boundaries("line", text)) - self._never
        self._graphemes: frozenset[int] | None = None
        self._word_edges: frozenset[int] | None = None

    @property
    def anywhere(self) -> frozenset[int]:
        """Offsets between graphemes."""
        if self._graphemes is None:
            self._graphemes = frozenset(boundaries("grapheme", self._text)) - self._never
        return self._graphemes

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
        if self._word_edges is None:
            self._word_edges = frozenset(boundaries("word", self._text))
        return offset not in self._word_edges
