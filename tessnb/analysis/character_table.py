"""The characters of a unicharset with what is known of each, and those that somebody looks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tessnb.analysis.characters import character_class
from tessnb.formats.unicharset import Unicharset

__all__ = ["CharacterFacts", "character_facts", "find_characters"]

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
        Such as ``"U+00B1"`` and ``"plus-minus sign"``; of several code points, all.
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
    return [
        CharacterFacts(
            number,
            entry.unichar,
            " ".join(f"U+{ord(character):04X}" for character in entry.unichar),
            " + ".join(unicodedata.name(character, "no name").lower() for character in entry.unichar),
            entry.script,
            character_class(entry.unichar),
            codes[number] if number < len(codes) else (),
        )
        for number, entry in enumerate(unicharset.entries)
    ]


def find_characters(characters: Sequence[CharacterFacts], search: str) -> Sequence[CharacterFacts]:
    """Return the characters that are meant: by a code point (``U+00E9``), one of their own, or a word of
    their name, script or type; all for an empty search."""
    wanted = search.strip()
    if not wanted:
        return characters
    if found := _CODE_POINT.fullmatch(wanted):
        point = int(found[1], 16)
        return [each for each in characters if any(ord(character) == point for character in each.unichar)]
    if len(wanted) <= 2 or not wanted.isascii():
        exact = [each for each in characters if wanted in each.unichar]
        if exact:
            return exact
    words = wanted.lower().split()
    return [
        each
        for each in characters
        if each.unichar == wanted
        or all(word in f"{each.name} {each.script} {each.type}".lower() for word in words)
    ]
