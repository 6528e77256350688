"""Which fonts have which characters, and the fewest fonts that have them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tessnb.synthesis.characters import is_whitespace, is_zero_width
from tessnb.synthesis.fonts import Font, installed_fonts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cover", "covering_fonts", "font_coverage"]

#: Attempts of the exact search; beyond them the best choice so far is good enough.
_ATTEMPTS = 20_000


class Cover(NamedTuple):
    """Fonts that have the characters of a text.

    Attributes
    ----------
    fonts : list of Font
        As few as possible, the one that has most first.
    missing : set of str
        Characters that no font has.
    """

    fonts: list[Font]
    missing: set[str]


def _drawn(text: Iterable[str]) -> list[str]:
    """Return the different characters of a text that need a glyph, sorted."""
    chars = {char for part in text for char in part}
    return sorted(char for char in chars if not is_whitespace(char) and not is_zero_width(char))


def font_coverage(text: Iterable[str], fonts: Sequence[Font] | None = None) -> pd.DataFrame:
    """Return which fonts have which characters of a text.

    Parameters
    ----------
    text : str or iterable of str
    fonts : sequence of Font, optional
        By default all that are installed.

    Returns
    -------
    DataFrame of bool
        A row per font, by name, and a column per character, in the order of their code points; white space
        and characters that are never drawn are left out.
    """
    import pandas as pd

    fonts = installed_fonts() if fonts is None else fonts
    chars = _drawn(text)
    codes = [ord(char) for char in chars]
    rows = [[code in own for code in codes] for own in (font.characters for font in fonts)]
    names = pd.Index([font.name for font in fonts], name="font")
    return pd.DataFrame(rows, index=names, columns=pd.Index(chars, name="character"), dtype=bool)


def covering_fonts(text: Iterable[str], fonts: Sequence[Font] | None = None) -> Cover:
    """Choose the fewest fonts that together have every character of a text.

    Parameters
    ----------
    text : str or iterable of str
    fonts : sequence of Font, optional
        By default all that are installed; of equals the first is taken.

    Returns
    -------
    Cover

    Notes
    -----
    Exact where some thousands of attempts decide it, which they do for what is printed on one page; otherwise
    each font is the one that adds most.
    """
    chars = _drawn(text)
    having: dict[frozenset[str], Font] = {}
    for font in installed_fonts() if fonts is None else fonts:
        own = font.characters
        having.setdefault(frozenset(char for char in chars if ord(char) in own), font)
    useful = [own for own in having if own and not any(own < other for other in having)]
    wanted = frozenset().union(*useful)
    best = _Search(useful).fewest(wanted)
    return Cover([having[own] for own in sorted(best, key=len, reverse=True)], set(chars) - wanted)


class _Search:
    """Looks for the smallest choice of sets whose union is everything."""

    def __init__(self, sets: list[frozenset[str]]) -> None:
        self.sets = sorted(sets, key=len, reverse=True)
        self.best: list[frozenset[str]] = []
        self.attempts = 0

    def fewest(self, wanted: frozenset[str]) -> list[frozenset[str]]:
        """Return the choice: greedy first, then anything smaller."""
        left = wanted
        while left:
            self.best.append(max(self.sets, key=lambda own: len(own & left)))
            left -= self.best[-1]
        self._try([], wanted)
        return self.best

    def _try(self, chosen: list[frozenset[str]], left: frozenset[str]) -> None:
        self.attempts += 1
        if not left:
            self.best = list(chosen)
            return
        most = max(len(own & left) for own in self.sets)
        if len(chosen) - (-len(left) // most) >= len(self.best) or self.attempts > _ATTEMPTS:
            return
        rarest = min(left, key=lambda char: (sum(char in own for own in self.sets), char))
        options = [own for own in self.sets if rarest in own]
        for own in sorted(options, key=lambda own: -len(own & left)):
            self._try([*chosen, own], left - own)
