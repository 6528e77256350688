"""Paragraphs into runs of one script, as Pango itemizes them.

Source: ``pango-script.c`` (``pango_script_iter_next``) and UAX #24, section 5.1.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import icu

__all__ = ["COMMON", "ScriptRun", "script_of", "script_runs"]

COMMON, INHERITED = "Zyyy", "Zinh"
_NEUTRAL = (COMMON, INHERITED)
_STACK_LIMIT = 128


@dataclass(frozen=True)
class ScriptRun:
    """Characters ``start <= i < end`` of a paragraph, in one script (its ISO 15924 code)."""

    start: int
    end: int
    script: str


@cache
def script_of(char: str) -> str:
    """Return the ISO 15924 code of a character's script."""
    return str(icu.Script.getScript(char).getShortName())


@cache
def _bracket(char: str) -> tuple[str, bool] | None:
    """Return (the opening partner, whether `char` opens) for a paired character of the Common script."""
    if script_of(char) != COMMON:
        return None
    category = unicodedata.category(char)
    if category in ("Ps", "Pi"):
        return char, True
    if category in ("Pe", "Pf"):
        partner = icu.Char.getBidiPairedBracket(char)
        if partner == char:
            partner = icu.Char.charMirror(char)
        return partner, False
    if char in "<>":
        return "<", char == "<"
    return None


def script_runs(text: str) -> list[ScriptRun]:
    """Split `text` where the script changes.

    Characters common to all scripts take the script before them (or, at the start, behind them); a closing
    bracket takes that of its opening partner.
    """
    runs: list[ScriptRun] = []
    stack: list[tuple[str, int]] = []  # opening bracket, index of the run that it stands in
    start, script = 0, COMMON
    for index, char in enumerate(text):
        own = script_of(char)
        bracket = _bracket(char)
        if bracket is not None:
            partner, opens = bracket
            if opens:
                if len(stack) == _STACK_LIMIT:
                    stack.clear()
                stack.append((partner, len(runs)))
            else:
                while stack and stack[-1][0] != partner:
                    stack.pop()
                if stack:
                    run = stack.pop()[1]
                    own = runs[run].script if run < len(runs) else script
        if own not in _NEUTRAL:
            if script in _NEUTRAL:
                script = own
            elif own != script:
                runs.append(ScriptRun(start, index, script))
                start, script = index, own
    if start < len(text):
        runs.append(ScriptRun(start, len(text), script))
    return runs
