"""What rendering and the charset must know of a language.

Source: ``tesstrain/language_specific.py`` (``set_lang_specific_parameters``).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LanguageSettings", "language_settings"]

_SPACED = frozenset(["kan", "mal", "tam", "tel"])
_RIGHT_TO_LEFT = frozenset(["ara", "div", "fas", "heb", "kur_ara", "pus", "snd", "syr", "uig", "urd", "yid"])
_INDIC = (
    frozenset(["asm", "ben", "bih", "guj", "hin", "kan", "mal", "mar", "nep", "ori", "pan", "san"]) | _SPACED
)
_SOUTH_EAST = frozenset(["bod", "dzo", "jav_java", "khm", "lao", "mya", "sin", "tha"])
_SPLIT_GRAPHEMES = _RIGHT_TO_LEFT | _INDIC | _SOUTH_EAST
_LIGATURES = frozenset(["enm", "frm", "ita_old", "spa_old"])
_ALL_EXPOSURES = frozenset(["grc", "lat"])


@dataclass(frozen=True)
class LanguageSettings:
    """Settings of a language; the defaults are those of most.

    Attributes
    ----------
    norm_mode : int
        1 graphemes combined, 2 split (and every unichar with an output of its own).
    lang_is_rtl : bool
        Written from right to left.
    exposures : tuple of int
    leading : int
        Pixels between lines.
    char_spacing : float
        In ems.
    ligatures : bool
    """

    norm_mode: int = 1
    lang_is_rtl: bool = False
    exposures: tuple[int, ...] = (0,)
    leading: int = 32
    char_spacing: float = 0.0
    ligatures: bool = False


def language_settings(language: str) -> LanguageSettings:
    """Return the settings of a language by its code; one that is not special gets the defaults."""
    return LanguageSettings(
        norm_mode=2 if language in _SPLIT_GRAPHEMES else 1,
        lang_is_rtl=language in _RIGHT_TO_LEFT,
        exposures=tuple(range(-3, 4)) if language in _ALL_EXPOSURES else (0,),
        leading=48 if language == "tha" else 32,
        char_spacing=0.5 if language in _SPACED else 0.0,
        ligatures=language in _LIGATURES,
    )
