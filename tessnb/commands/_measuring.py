"""Flags of our own for the character set tools: sizes of characters from fonts, where langdata has none."""

from __future__ import annotations

from typing import Any

from tessnb.charset.measuring import measure_unichars
from tessnb.commands._flags import Flag
from tessnb.commands._output import say
from tessnb.formats.unicharset import Unicharset

__all__ = ["MEASURING_FLAGS", "measure_as_asked"]

MEASURING_FLAGS = (
    Flag(
        "measure_fonts",
        "",
        "Not in Tesseract: measure the characters that --script_dir does not know in these fonts; names or "
        "files with semicolons between. --script_dir may be left out then",
    ),
    Flag("fonts_dir", "", "Not in Tesseract: folder with the fonts, instead of the system's"),
)


def measure_as_asked(unicharset: Unicharset, flags: Any) -> None:
    """Set the sizes of characters that have none yet, if the flags name fonts.

    Raises
    ------
    InputError
        If a font is not to be found, or `fonts_dir` is not.
    """
    names = [name.strip() for name in flags.measure_fonts.split(";") if name.strip()]
    if not names:
        return
    from tessnb.synthesis.finding import find_font

    fonts = [find_font(name, flags.fonts_dir) for name in names]
    say(f"Measuring characters in {len(fonts)} font(s)")
    measure_unichars(unicharset, fonts, report=say)
