"""The characters of a unicharset with what is known of each, and those that somebody looks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tessnb.analysis.characters import character_class
from tessnb.formats.unicharset import Unicharset

__all__ = ["CharacterFacts", "character_facts", "find_characters"]

#: What stands in a unicharset and is no character, by its id.
_SPECIAL = {1: "letters that touch", 2: "a broken letter"}

_CODE_POINT = re.compile(r"(?:U\+|0x)([0-9A-F]{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CharacterFacts:
    """A character of a unicharset.

    Attributes
    ----------
    number : int
        Its unichar-id.
    unichar : str
    code_points, name : str
        Such as ``"U+00B1"`` and ``"plus-minus sign"``; of several code points, all. The special codes
        ``Joined`` and ``|Broken|0|1`` have no code points and no script.
    script, type : str
        Such as ``"Latin"`` and ``"lower case"``.
    codes : tuple of int
        The outputs of the network that spell it; empty where that is not known.
    """

    number: int
    unichar: str
    code_points: str
    name: str
    script: str
    type: str
    codes: tuple[int, ...]


def character_facts(unicharset: Unicharset, codes: Sequence[tuple[int, ...]] = ()) -> list[CharacterFacts]:
    """Return a record per character.

    Parameters
    ----------
    unicharset : Unicharset
    codes : sequence of tuple of int
        Those of the recoder, by unichar-id.
    """
    special = _SPECIAL if unicharset.has_special_codes else {}
    return [
        CharacterFacts(
            number,
            entry.unichar,
            "" if number in special else " ".join(f"U+{ord(each):04X}" for each in entry.unichar),
            special.get(number) or " + ".join(_name(each) for each in entry.unichar),
            "" if number in special else entry.script,
            "special" if number in special else character_class(entry.unichar),
            codes[number] if number < len(codes) else (),
        )
        for number, entry in enumerate(unicharset.entries)
    ]


def _name(character: str) -> str:
    return unicodedata.name(character, "no name").lower()


def find_characters(characters: Sequence[CharacterFacts], search: str) -> Sequence[CharacterFacts]:
    """Return the characters that are meant: by a code point (``U+00E9``), one of their own, or a word of
    their name, script or type; all for an empty search."""
    wanted = search.strip()
    if not wanted:
        return characters
    if found := _CODE_POINT.fullmatch(wanted):
        point = f"U+{int(found[1], 16):04X}"
        return [each for each in characters if point in each.code_points.split()]
    if len(wanted) <= 2 or not wanted.isascii():
        exact = [each for each in characters if each.code_points and wanted in each.unichar]
        if exact:
            return exact
    words = wanted.lower().split()
    return [
        each
        for each in characters
        if each.unichar == wanted
        or all(word in f"{each.name} {each.script} {each.type}".lower() for word in words)
    ]
