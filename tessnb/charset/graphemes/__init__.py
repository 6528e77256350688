"""Graphemes: validating text and cutting it into the units of a unicharset, a module per script family.

`segment_graphemes` chooses the rules; the validators are `SimpleValidator` (all scripts), `IndicValidator`,
`JavaneseValidator`, `KhmerValidator` and `MyanmarValidator`. A new script gets a module with a `Validator`,
and its line in `segment`.
"""

from __future__ import annotations

from tessnb.charset.graphemes.indic import IndicValidator
from tessnb.charset.graphemes.javanese import JavaneseValidator
from tessnb.charset.graphemes.khmer import KhmerValidator
from tessnb.charset.graphemes.myanmar import MyanmarValidator
from tessnb.charset.graphemes.segment import segment_graphemes, virama_script_of
from tessnb.charset.graphemes.simple import SimpleValidator
from tessnb.charset.graphemes.validator import (
    REPLACEMENT,
    ZERO_WIDTH_JOINER,
    ZERO_WIDTH_NON_JOINER,
    CharClass,
    GraphemeMode,
    Report,
    Script,
    Validator,
)

__all__ = [
    "REPLACEMENT",
    "ZERO_WIDTH_JOINER",
    "ZERO_WIDTH_NON_JOINER",
    "CharClass",
    "GraphemeMode",
    "IndicValidator",
    "JavaneseValidator",
    "KhmerValidator",
    "MyanmarValidator",
    "Report",
    "Script",
    "SimpleValidator",
    "Validator",
    "segment_graphemes",
    "virama_script_of",
]
