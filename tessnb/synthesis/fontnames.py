"""What fonts are called: Pango's font descriptions, and the looser names that people type.

Source: Pango's ``fonts.c`` (``pango_font_description_from_string``, ``_to_string``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Description", "describe", "loose", "parse_description", "style_words"]

_WEIGHTS = {
    100: ("Thin",),
    200: ("Ultra-Light", "Extra-Light"),
    300: ("Light",),
    350: ("Semi-Light", "Demi-Light"),
    380: ("Book",),
    400: ("", "Regular"),
    500: ("Medium",),
    600: ("Semi-Bold", "Demi-Bold"),
    700: ("Bold",),
    800: ("Ultra-Bold", "Extra-Bold"),
    900: ("Heavy", "Black"),
    1000: ("Ultra-Heavy", "Extra-Heavy", "Ultra-Black", "Extra-Black"),
}
_SLANTS = {"roman": ("", "Roman"), "oblique": ("Oblique",), "italic": ("Italic",)}
_WIDTHS = {
    1: ("Ultra-Condensed",),
    2: ("Extra-Condensed",),
    3: ("Condensed",),
    4: ("Semi-Condensed",),
    5: ("",),
    6: ("Semi-Expanded",),
    7: ("Expanded",),
    8: ("Extra-Expanded",),
    9: ("Ultra-Expanded",),
}
_FIELDS: tuple[tuple[str, dict], ...] = (("weight", _WEIGHTS), ("slant", _SLANTS), ("width", _WIDTHS))


def _key(word: str) -> str:
    return word.replace("-", "").casefold()


_WORDS = {
    _key(word): (field, value)
    for field, table in _FIELDS
    for value, words in table.items()
    for word in words
    if word
} | {"normal": ("", 0)}


@dataclass(frozen=True)
class Description:
    """A family and the style wanted in it.

    Attributes
    ----------
    family : str
    weight : int
        OpenType's scale: 400 normal, 700 bold.
    slant : str
        ``roman``, ``italic`` or ``oblique``.
    width : int
        OpenType's classes: 1 ultra-condensed to 9 ultra-expanded, 5 normal.
    """

    family: str
    weight: int = 400
    slant: str = "roman"
    width: int = 5


def style_words(weight: int, slant: str, width: int) -> str:
    """Return the words of a style as Pango writes them, empty for an upright, normal one."""
    weight_word = _WEIGHTS[weight][0] if weight in _WEIGHTS else f"weight={weight}"
    return " ".join(filter(None, (weight_word, _SLANTS[slant][0], _WIDTHS[width][0])))


def describe(description: Description) -> str:
    """Return the name that ``text2image --list_available_fonts`` prints for a font.

    Pango's comma behind a family that ends in a style word is left out at the very end, as there.
    """
    family = description.family
    last = family.rpartition(" ")[2]
    style = style_words(description.weight, description.slant, description.width)
    comma = "," if style and _key(last) in _WORDS else ""
    return f"{family}{comma} {style}".strip()


def parse_description(name: str) -> Description:
    """Read a name such as ``Liberation Sans Narrow Bold Condensed`` or ``Times New Roman, Italic``."""
    rest = name.strip()
    style: dict[str, int | str] = {}
    while rest and not rest.endswith(","):
        head, space, word = rest.rpartition(" ")
        comma = word.rfind(",")
        if comma >= 0:
            head, space, word = rest[: len(rest) - len(word) + comma + 1], "", word[comma + 1 :]
        if _key(word) not in _WORDS or (not head and not space):
            break
        field, value = _WORDS[_key(word)]
        if field:
            style.setdefault(field, value)
        rest = head.rstrip()
    family = ",".join(part.strip() for part in rest.rstrip(", ").split(","))
    return Description(family, **style)  # type: ignore[arg-type]


def loose(name: str) -> str:
    """Return a name without case, spaces and punctuation, for comparing."""
    return re.sub(r"[\s,_-]+", "", name).casefold()
