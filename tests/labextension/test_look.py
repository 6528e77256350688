"""The extension and the widgets have the same colours."""

from __future__ import annotations

import re

from tessnb.widgets._look import STYLE
from tests.lab import ROOT


def colours(style: str) -> list[list[tuple[str, str]]]:
    """The variables that a style sets, in a list for the light theme and one for the dark."""
    found = []
    for block in re.findall(r"\.tessnb-widget\s*\{([^{}]*--tessnb-[^{}]*)\}", style):
        pairs = re.findall(r"(--tessnb-[\w-]+):([^;]+);", block)
        found.append(sorted((name, value.strip().lower()) for name, value in pairs))
    return found


def test_the_same_thing_has_the_same_colour_everywhere() -> None:
    ours = colours((ROOT / "labextension/style/look.css").read_text("utf-8"))
    theirs = colours(STYLE)
    assert len(ours) == len(theirs) == 2
    assert len(ours[0]) >= 10
    assert ours == theirs
