"""Tesseract's own ligatures, which fonts may have in the private use area (``ligature_table.cpp``)."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["LIGATURES", "LIGATURE_FEATURES", "add_ligatures"]

#: What stands for what (``UNICHARSET::kCustomLigatures``).
LIGATURES = {"ct": "\ue003", "ſh": "\ue006", "ſi": "\ue007", "ſl": "\ue008", "ſſ": "\ue009"}
#: OpenType features that ``--ligatures`` switches on.
LIGATURE_FEATURES = ("liga", "clig", "dlig", "hlig")

_PATTERN = re.compile("|".join(LIGATURES))


def add_ligatures(text: str, renderable: Callable[[str], bool] | None = None) -> str:
    """Replace letter pairs by ligatures, where `renderable` accepts the ligature."""

    def ligature(match: re.Match[str]) -> str:
        found = LIGATURES[match[0]]
        return found if renderable is None or renderable(found) else match[0]

    return _PATTERN.sub(ligature, text)
