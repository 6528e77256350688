"""Finding fonts by name and by what they can draw."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence

from tessnb.errors import InputError
from tessnb.synthesis.fontnames import Description, loose, parse_description
from tessnb.synthesis.fonts import Font, fonts_of_file, installed_fonts

__all__ = ["FontNotFoundError", "find_font", "find_fonts", "find_stand_in"]


#: Fonts that are free and measure or look like well-known ones, nearest first.
_STAND_INS = {
    "Arial": ("Liberation Sans",),
    "Arial Narrow": ("Liberation Sans Narrow",),
    "Calibri": ("Carlito",),
    "Cambria": ("Caladea",),
    "Courier": ("Liberation Mono", "FreeMono"),
    "Courier New": ("Liberation Mono",),
    "Georgia": ("Gelasio", "DejaVu Serif"),
    "Helvetica": ("Liberation Sans", "FreeSans"),
    "Impact": ("Liberation Sans Narrow Bold Condensed",),
    "Tahoma": ("DejaVu Sans",),
    "Times": ("Liberation Serif", "FreeSerif"),
    "Times New": ("Liberation Serif",),  # Pango takes the "Roman" behind it for a style
    "Times New Roman": ("Liberation Serif",),
    "Trebuchet MS": ("DejaVu Sans Semi-Condensed",),
    "Verdana": ("DejaVu Sans",),
}


class FontNotFoundError(InputError):
    """No font has the name.

    Attributes
    ----------
    name : str
        The name that was asked for.
    suggestions : list of str
        Names of fonts that come near it, nearest first.
    installed : list of str
        Where none does: some fonts that there are.
    """

    def __init__(self, name: str, suggestions: list[str], installed: Sequence[str] = ()) -> None:
        self.name, self.suggestions, self.installed = name, suggestions, list(installed)
        if suggestions:
            hint = f"Did you mean {', '.join(map(repr, suggestions))}?"
        elif self.installed:
            hint = f"Nothing is called like that; there are {', '.join(map(repr, self.installed))}, …"
        else:
            hint = "No fonts were found at all"
        super().__init__(f"Could not find font named {name!r}", hint=hint)


def find_font(
    name: str, folder: str | os.PathLike[str] | None = None, *, fonts: Sequence[Font] | None = None
) -> Font:
    """Return the font that is called `name`.

    Parameters
    ----------
    name : str
        Pango's description (``Liberation Sans Narrow Bold Condensed``), a full, PostScript or family name,
        in any case and with any spacing, or the path of a font file.
    folder : path, optional
        Where to look; the system's folders by default.
    fonts : sequence of Font, optional
        Where to look instead.

    Raises
    ------
    FontNotFoundError
        With the nearest names.
    """
    if os.path.isfile(name):
        inside = fonts_of_file(name)
        if inside:
            return inside[0]
        raise InputError("not an OpenType font", where=name, expected="a .ttf, .otf, .ttc or .otc file")
    known = installed_fonts(folder) if fonts is None else list(fonts)
    wanted = loose(name)
    for description in (parse_description(name), Description(name.strip(" ,"))):
        found = [font for font in known if _matches(font, description)]
        if found:
            return _best(found)
    found = [font for font in known if any(loose(other) == wanted for other in font.names)]
    if found:
        return _best(found)
    found = [font for font in known if any(loose(family) == wanted for family in font.families)]
    if found:
        return min(found, key=_plainness)
    stand_in = find_stand_in(name, known)
    nearest = [stand_in.name] if stand_in is not None else []
    suggestions = list(dict.fromkeys(nearest + _nearest(name, known)))[:3]
    plain = sorted(known, key=lambda font: (_plainness(font), font.name))
    families = dict.fromkeys(font.family for font in plain)
    raise FontNotFoundError(name, suggestions, list(families)[:5])


def find_stand_in(name: str, fonts: Sequence[Font]) -> Font | None:
    """Return the font that best replaces a well-known one in the style asked for, or None.

    Parameters
    ----------
    name : str
        Such as ``Times New Roman Bold`` or ``Impact Condensed``.
    fonts : sequence of Font
        The fonts there are.
    """
    wanted = parse_description(name)
    stand_ins = {loose(family): others for family, others in _STAND_INS.items()}
    for other in stand_ins.get(loose(wanted.family), ()):
        likeness = parse_description(other)
        found = [font for font in fonts if font.family.casefold() == likeness.family.casefold()]
        if found:
            weight = max(wanted.weight, likeness.weight)
            slanted = wanted.slant != "roman"
            return min(
                found,
                key=lambda font: (
                    abs(font.weight - weight),
                    (font.slant != "roman") != slanted,
                    _plainness(font),
                ),
            )
    return None


def find_fonts(
    covering: Iterable[str] | None = None,
    names: Iterable[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> list[Font]:
    """Return fonts by name and coverage.

    Parameters
    ----------
    covering : str or iterable of str, optional
        Only fonts that have all of these characters.
    names : iterable of str, optional
        Only these fonts, in this order; see `find_font`.
    folder : path, optional
        Where to look; the system's folders by default.

    Returns
    -------
    list of Font

    Raises
    ------
    FontNotFoundError
        If a name is nobody's, with the nearest names.
    """
    fonts = installed_fonts(folder)
    if names is not None:
        names = [names] if isinstance(names, str) else names
        fonts = list(dict.fromkeys(find_font(name, fonts=fonts) for name in names))
    if covering is not None:
        needed = {char for part in covering for char in part}
        fonts = [font for font in fonts if font.covers(needed)]
    return fonts


def _matches(font: Font, description: Description) -> bool:
    return (font.weight, font.slant, font.width) == (
        description.weight,
        description.slant,
        description.width,
    ) and any(family.casefold() == description.family.casefold() for family in font.families)


def _best(fonts: list[Font]) -> Font:
    return max(fonts, key=lambda font: font.version)


def _plainness(font: Font) -> tuple[bool, int, int, int]:
    return font.slant != "roman", abs(font.weight - 400), abs(font.width - 5), -font.version


def _nearest(name: str, fonts: Sequence[Font], count: int = 3) -> list[str]:
    spellings: dict[str, str] = {}
    for font in fonts:
        for other in (*font.names, *font.families):
            spellings.setdefault(loose(other), font.name)
    near = difflib.get_close_matches(loose(name), spellings, 4 * count, cutoff=0.5)
    words = {loose(word) for word in parse_description(name).family.split() if len(word) > 3}
    related = [font.name for font in fonts if words & {loose(word) for word in font.family.split()}]
    return list(dict.fromkeys([spellings[key] for key in near] + related))[:count]
