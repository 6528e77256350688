"""What a font picker tells of fonts, as the browser takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tessnb.errors import TessnbError
from tessnb.synthesis import Font
from tessnb.synthesis.fontnames import style_words
from tessnb.synthesis.fonttraits import FontTraits, font_traits, script_name
from tessnb.synthesis.specimens import draw_specimen, missing_graphemes, own_letters

__all__ = ["FontFacts", "details_message", "fonts_message", "look_into", "specimen"]

#: Missing characters that are sent of each font.
_MISSING_SHOWN = 24
_NOTHING = FontTraits(None, False, ())


@dataclass(frozen=True)
class FontFacts:
    """The kind of a font, and which characters of the text it lacks."""

    traits: FontTraits
    missing: list[str]


def look_into(font: Font, wanted: Sequence[str]) -> FontFacts:
    """Find out about a font; one that cannot be read lacks everything."""
    try:
        return FontFacts(font_traits(font), missing_graphemes(font, wanted))
    except (TessnbError, OSError):
        return FontFacts(_NOTHING, list(wanted))


def fonts_message(fonts: Sequence[Font]) -> dict[str, Any]:
    """Return what names tell: family, style, all that can be searched for, weight, and whether it slants."""
    rows = []
    for font in fonts:
        style = style_words(font.weight, font.slant, font.width) or "Regular"
        search = " ".join([*font.names, *font.families, Path(font.path).name]).casefold()
        rows.append([font.family, style, search, font.weight, font.slant != "roman"])
    return {"kind": "fonts", "fonts": rows}


def details_message(facts: Sequence[FontFacts], characters: int) -> dict[str, Any]:
    """Return what had to be looked up: serifs, equal widths, scripts, what is missing and how much."""
    codes = sorted({code for fact in facts for code in fact.traits.scripts})
    place = {code: number for number, code in enumerate(codes)}
    details = [
        [
            fact.traits.serif,
            fact.traits.monospaced,
            [place[code] for code in fact.traits.scripts],
            fact.missing[:_MISSING_SHOWN],
            len(fact.missing),
        ]
        for fact in facts
    ]
    return {
        "kind": "details",
        "characters": characters,
        "scripts": [script_name(code) for code in codes],
        "details": details,
    }


def specimen(font: Font, sample: str, pixel_size: float) -> tuple[np.ndarray, bool]:
    """Draw a sample in a font, or letters of its own (True) where it lacks most of the sample."""
    facts = look_into(font, sample)
    own = 2 * len(facts.missing) > len(sample.replace(" ", ""))
    text = own_letters(font, facts.traits.scripts) if own else sample
    return draw_specimen(text, font, pixel_size), own
