"""Kinds of characters, as tables group them: letters, digits, spaces, scripts, places in words."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from tessnb.charset.characters import script_of

__all__ = ["CLASSES", "character_class", "dominant_script", "word_position"]

#: What `character_class` returns.
CLASSES = ("lower case", "upper case", "letter", "digit", "punctuation", "symbol", "space", "mark", "other")

_BY_CATEGORY = {
    **{"Ll": "lower case", "Lu": "upper case", "Lt": "upper case"},
    **{"L": "letter", "N": "digit", "P": "punctuation", "S": "symbol", "Z": "space", "M": "mark"},
}
_NO_SCRIPT = ("Common", "Inherited", "Unknown")


@lru_cache(maxsize=1 << 16)
def character_class(grapheme: str) -> str:
    """Return what kind of character a grapheme is, by its first code point: one of `CLASSES`.

    Examples
    --------
    >>> [character_class(text) for text in "aA7, ±ش"]
    ['lower case', 'upper case', 'digit', 'punctuation', 'space', 'symbol', 'letter']
    """
    if not grapheme or grapheme in "\t\n\r":
        return "space" if grapheme else "other"
    category = unicodedata.category(grapheme[0])
    return _BY_CATEGORY.get(category) or _BY_CATEGORY.get(category[0], "other")


def dominant_script(text: str) -> str:
    """Return the script of most characters of a text; ``"Common"`` if none belongs to one.

    Examples
    --------
    >>> dominant_script("Привет, world: 100 рублей")
    'Cyrillic'
    """
    if text.isascii():
        return "Latin" if any(map(str.isalpha, text)) else "Common"
    scripts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        scripts[script_of(character)] += count
    for name in _NO_SCRIPT:
        del scripts[name]
    return scripts.most_common(1)[0][0] if scripts else "Common"


def word_position(before: str, grapheme: str, after: str) -> str:
    """Return where in its word a grapheme stands: ``start``, ``middle``, ``end``, ``alone``, or ``space``.

    Parameters
    ----------
    before, grapheme, after : str
        The grapheme and its neighbours; none at a line's ends.
    """
    if grapheme.isspace():
        return "space"
    first, last = not before or before.isspace(), not after or after.isspace()
    if first and last:
        return "alone"
    return "start" if first else "end" if last else "middle"
