"""Where lines of a text may end: UAX #14 in the version, and with the choices, of Pango 1.50.

ICU's own iterator follows other versions of the rules, and looks words up where Pango does not.

Source: Pango's ``break.c`` (``default_break``, "Line breaking"); the rules' numbers are UAX #14's.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import icu

from tessnb.synthesis.boundaries import cursor_positions

__all__ = ["line_breaks", "line_class"]

_LINE_BREAK, _WIDTH = icu.UProperty.LINE_BREAK, icu.UProperty.EAST_ASIAN_WIDTH
_SHORT = icu.UPropertyNameChoice.SHORT_PROPERTY_NAME
_MANDATORY = frozenset(["BK", "CR", "LF", "NL"])
_MARKS = frozenset(["CM", "ZWJ"])
_LETTERS = frozenset(["AL", "HL"])
_WORDS = _LETTERS | {"NU"}
_HANGUL = frozenset(["JL", "JV", "JT", "H2", "H3"])
_AFFIXES = frozenset(["PR", "PO"])
_CLOSING = frozenset(["CL", "CP"])
_IDEOGRAPHS = frozenset(["ID", "EB", "EM"])
_INSIDE_GRAPHEMES = _MARKS | _HANGUL | {"EM", "RI"}
#: What follows which Hangul type in a syllable.
_SYLLABLES = {
    "JL": frozenset(["JL", "JV", "H2", "H3"]),
    **dict.fromkeys(("JV", "H2"), frozenset(["JV", "JT"])),
    **dict.fromkeys(("JT", "H3"), frozenset(["JT"])),
}


@cache
def line_class(char: str) -> str:
    """Return a character's line break class after rule LB1."""
    value = icu.Char.getIntPropertyValue(char, _LINE_BREAK)
    name = str(icu.Char.getPropertyValueName(_LINE_BREAK, value, _SHORT))
    if name in ("AI", "SG", "XX"):
        return "AL"
    if name == "SA":
        return "CM" if unicodedata.category(char) in ("Mn", "Mc") else "AL"
    return "NS" if name == "CJ" else name


@cache
def _is_wide(char: str) -> bool:
    value = icu.Char.getIntPropertyValue(char, _WIDTH)
    return icu.Char.getPropertyValueName(_WIDTH, value, _SHORT) in ("F", "W", "H")


def line_breaks(text: str) -> set[int]:
    """Return the offsets behind which a line may end, the text's end among them, its start not."""
    graphemes = cursor_positions(text)
    classes = [*map(line_class, text), ""]
    found = {len(text)}
    earlier, before = "", ""  # classes of what came before, marks left out
    state = ""  # number, its closing bracket, or an odd regional indicator
    for index, char in enumerate(text):
        here = classes[index]
        if index and (index in graphemes or here in _INSIDE_GRAPHEMES):
            last = text[index - 1]
            brackets = (here == "OP" and _is_wide(char)) or (before == "CP" and _is_wide(last))
            if last != "\u200d" and _may_break(earlier, before, here, classes[index + 1], state, brackets):
                found.add(index)
        if here not in _MARKS:
            state = _next_state(state, here)
        if here in _MARKS:
            if not index or before in _MANDATORY or before in ("SP", "ZW"):
                before = "AL"  # LB10
        elif here != "SP" or before != "SP":
            earlier, before = before, here
    return found


def _next_state(state: str, here: str) -> str:
    if here in ("NU", "SY", "IS"):
        return "number" if here == "NU" or state == "number" else ""
    if here in _CLOSING:
        return "closed" if state == "number" else ""
    return "odd" if here == "RI" and state != "odd" else ""


@lru_cache(maxsize=1 << 14)
def _may_break(earlier: str, before: str, here: str, next_: str, state: str, wide_bracket: bool) -> bool:
    """Return whether a line may end before class `here`, by the rules from the strongest to the weakest.

    Parameters
    ----------
    earlier, before, here, next_ : str
        Classes: the two before, those of a row of spaces counted once, the one at hand, and the next.
    state : str
        ``number`` inside a number, ``closed`` behind its bracket, ``odd`` behind an unpaired indicator.
    wide_bracket : bool
        Whether the bracket before or at hand is an East Asian one.
    """
    row = (earlier if before == "SP" else before) or "AL"
    if before in _MANDATORY:  # LB4, LB5
        return True
    if here in _MANDATORY or here in ("SP", "ZW"):  # LB6, LB7
        return False
    if row == "ZW":  # LB8
        return True
    if here in _MARKS and before not in ("SP", "ZW"):  # LB9
        return False
    if (
        "WJ" in (before, here)  # LB11
        or before == "GL"  # LB12
        or (here == "GL" and before not in ("SP", "BA", "HY"))  # LB12a
        or (before != "NU" and here in ("CL", "CP", "IS", "SY"))  # LB13
        or here == "EX"
        or row == "OP"  # LB14
        or (row == "QU" and here == "OP")  # LB15
        or (row in _CLOSING and here == "NS")  # LB16
        or row == here == "B2"  # LB17
    ):
        return False
    if before == "SP":  # LB18
        return True
    if "QU" in (before, here):  # LB19
        return False
    if "CB" in (before, here):  # LB20
        return True
    return not (
        (before == "SY" and here == "HL")  # LB21b
        or (earlier == "HL" and before in ("HY", "BA"))  # LB21a
        or here in ("BA", "HY", "NS", "IN")  # LB21, LB22
        or before == "BB"
        or (before == "PR" and here in _IDEOGRAPHS)  # LB23a
        or (before in _IDEOGRAPHS and here == "PO")
        or (before in _LETTERS and here == "NU")  # LB23
        or (before == "NU" and here in _LETTERS)
        or (before in _AFFIXES and here in _LETTERS)  # LB24
        or (before in _LETTERS and here in _AFFIXES)
        or _in_number(before, here, next_, state)  # LB25
        or here in _SYLLABLES.get(before, ())  # LB26
        or (before in _HANGUL and here == "PO")  # LB27
        or (before == "PR" and here in _HANGUL)
        or (before in _LETTERS and here in _LETTERS)  # LB28
        or (before == "IS" and here in _LETTERS)  # LB29
        or (before in _WORDS and here == "OP" and not wide_bracket)  # LB30
        or (before == "CP" and here in _WORDS and not wide_bracket)
        or (state == "odd" and here == "RI")  # LB30a
        or (before == "EB" and here == "EM")  # LB30b
    )


def _in_number(before: str, here: str, next_: str, state: str) -> bool:
    return (
        (before in _AFFIXES and (here == "NU" or (here in ("OP", "HY") and next_ == "NU")))
        or (before in ("OP", "HY") and here == "NU")
        or (before == "NU" and here in ("NU", "SY", "IS"))
        or (state == "number" and here in ("NU", "SY", "IS", "CL", "CP"))
        or (state in ("number", "closed") and here in _AFFIXES)
    )
