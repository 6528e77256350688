"""Normalizing text as Tesseract does before it makes a character set or compares texts.

Unicode normalization by ICU; zero-width marks go; dashes and quotes may become their ASCII forms; graphemes
are validated and cut (`tessnb.charset.graphemes`).

Source: ``src/training/unicharset/normstrngs.cpp``.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

import icu

from tessnb.charset.characters import is_alpha, is_whitespace
from tessnb.charset.graphemes import (
    REPLACEMENT,
    ZERO_WIDTH_JOINER,
    ZERO_WIDTH_NON_JOINER,
    GraphemeMode,
    Report,
    segment_graphemes,
)
from tessnb.charset.graphemes.validator import LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK, ZERO_WIDTH_SPACE

__all__ = [
    "Graphemes",
    "Normalized",
    "UnicodeForm",
    "is_whitespace_only",
    "normalize_clean_and_segment",
    "normalize_utf8",
    "ocr_normalize",
    "unseen_characters",
]

UnicodeForm = Literal["NFC", "NFD", "NFKC", "NFKD"]

_DASHES = "-‐‑‒–—―⁻₋−﹘﹣－"
_SINGLE_QUOTES = "'`‘’‛′「＇"
_DOUBLE_QUOTES = '"“”‟″〝〞＂'
_OCR = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _SINGLE_QUOTES), "'"),
    **dict.fromkeys(map(ord, _DOUBLE_QUOTES), '"'),
}
_ZERO_WIDTH = dict.fromkeys(
    map(ord, ZERO_WIDTH_SPACE + LEFT_TO_RIGHT_MARK + RIGHT_TO_LEFT_MARK + REPLACEMENT)
)
_JOINERS = dict.fromkeys(map(ord, ZERO_WIDTH_JOINER + ZERO_WIDTH_NON_JOINER))


class Normalized(NamedTuple):
    """A text, and whether nothing invalid had to be left out."""

    text: str
    valid: bool


class Graphemes(NamedTuple):
    """The pieces of a text, and whether nothing invalid had to be left out."""

    pieces: list[str]
    valid: bool


@cache
def _normalizer(form: UnicodeForm) -> icu.Normalizer2:
    mode = icu.UNormalizationMode2.COMPOSE if form.endswith("C") else icu.UNormalizationMode2.DECOMPOSE
    return icu.Normalizer2.getInstance(None, "nfkc" if "K" in form else "nfc", mode)


def ocr_normalize(text: str) -> str:
    """Turn every dash into ``-`` and every quote into ``'`` or ``"``: they are not told apart on paper.

    Source: ``OCRNormalize``.
    """
    return text.translate(_OCR)


def _normalize(text: str, form: UnicodeForm, ocr: bool) -> str:
    if not text.isascii():
        # Bytes that are no UTF-8 become replacement characters, and go with the zero-width marks.
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        text = str(_normalizer(form).normalize(text)).translate(_ZERO_WIDTH)
    return text.translate(_OCR) if ocr else text


def _strip_joiners(text: str) -> str:
    """Take the joiners out of a text without letters."""
    if text.isascii() or any(map(is_alpha, text)):
        return text
    return text.translate(_JOINERS)


def unseen_characters(text: str, form: UnicodeForm = "NFC") -> list[tuple[str, str]]:
    """Return what normalization removes without a word: characters, and why.

    Parameters
    ----------
    text : str
        Any text; bytes that are no UTF-8 are surrogate escapes.
    form : {"NFC", "NFD", "NFKC", "NFKD"}
        The Unicode normalization form.

    Returns
    -------
    list of (str, str)
        Each character once, in the order of appearance.
    """
    if text.isascii():
        return []
    bare = _strip_joiners(_normalize(text, form, ocr=False)) == _normalize(text, form, ocr=False)
    found = {}
    for character in text:
        if "\udc80" <= character <= "\udcff":
            found[character] = "a byte that is no UTF-8"
        elif ord(character) in _ZERO_WIDTH:
            found[character] = "has no width" if character != REPLACEMENT else "stands for lost text"
        elif ord(character) in _JOINERS and not bare:
            found[character] = "a joiner in a text without letters"
    return list(found.items())


def normalize_utf8(
    text: str,
    form: UnicodeForm = "NFC",
    *,
    ocr: bool = False,
    graphemes: bool = False,
    report: Report | None = None,
) -> Normalized:
    """Normalize a text.

    Parameters
    ----------
    text : str
        Any text.
    form : {"NFC", "NFD", "NFKC", "NFKD"}
        The Unicode normalization form.
    ocr : bool
        Unify dashes and quotes, see `ocr_normalize`.
    graphemes : bool
        Validate the graphemes, too; what is invalid is left out.
    report : callable, optional
        Takes a message for each invalid grapheme.

    Returns
    -------
    Normalized
        ``valid`` is false if something was left out, or nothing is left.

    Notes
    -----
    Source: ``NormalizeUTF8String``.
    """
    text = _normalize(text, form, ocr)
    if not graphemes:
        return Normalized(text, True)
    pieces, valid = segment_graphemes(_strip_joiners(text), GraphemeMode.SINGLE_STRING, report)
    result = pieces[0] if pieces else ""
    return Normalized(result, valid and bool(result))


def normalize_clean_and_segment(
    text: str,
    mode: GraphemeMode = GraphemeMode.COMBINED,
    *,
    form: UnicodeForm = "NFC",
    ocr: bool = False,
    report: Report | None = None,
) -> Graphemes:
    """Normalize a text and cut it into graphemes.

    Parameters
    ----------
    text : str
        Any text, best one line.
    mode : GraphemeMode
        Whole graphemes, glyphs, or single code points.
    form : {"NFC", "NFD", "NFKC", "NFKD"}
        The Unicode normalization form.
    ocr : bool
        Unify dashes and quotes, see `ocr_normalize`.
    report : callable, optional
        Takes a message for each thing that is invalid, with its code points.

    Returns
    -------
    Graphemes

    Notes
    -----
    Source: ``NormalizeCleanAndSegmentUTF8``.
    """
    text = _strip_joiners(_normalize(text, form, ocr))
    pieces, valid = segment_graphemes(text, mode, report)
    if valid and mode != GraphemeMode.SINGLE_STRING:
        cleaned = "".join(pieces)
        if cleaned != text:
            # Cleaning may have changed where graphemes end.
            pieces, valid = segment_graphemes(cleaned, mode, report)
    return Graphemes(pieces, valid)


def is_whitespace_only(text: str) -> bool:
    """Return whether all characters have the property White_Space; so it is with no character.

    Source: ``IsUTF8Whitespace``.
    """
    return all(map(is_whitespace, text))
