"""Normalization: Unicode's forms, OCR's own, joiners, and cutting after cleaning."""

from __future__ import annotations

import unicodedata

import pytest

from tessnb.charset.graphemes import GraphemeMode
from tessnb.charset.normalization import (
    is_whitespace_only,
    normalize_clean_and_segment,
    normalize_utf8,
    ocr_normalize,
)
from tests.commands.random_text import random_lines


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_forms_are_unicodes(form: str) -> None:
    # Characters that Python's Unicode knows have the same forms in any later version.
    for line in random_lines(3, 300, ("Latin", "Combining", "Hebrew", "Arabic", "Hangul", "Kana")):
        text = "".join(character for character in line if unicodedata.category(character) not in ("Cn", "Cf"))
        assert normalize_utf8(text, form).text == unicodedata.normalize(form, text)  # type: ignore[arg-type]


def test_zero_width_marks_go_but_joiners_stay() -> None:
    assert normalize_utf8("a\u200bb\u200ec\u200fd\ufffd\u200ce\u200d").text == "abcd\u200ce\u200d"
    assert normalize_utf8("a\udcffb").text == "ab"


def test_ocr_unifies_dashes_and_quotes() -> None:
    assert ocr_normalize("‐‑‒–—―⁻₋−﹘﹣－") == "-" * 12
    assert ocr_normalize("`‘’‛′「＇") == "'" * 7
    assert ocr_normalize("“”‟″〝〞＂") == '"' * 7
    assert ocr_normalize("„‚»«") == "„‚»«"
    assert normalize_utf8("“e\u0301”—", ocr=True).text == '"é"-'
    assert normalize_utf8("“e\u0301”—").text == "“é”—"


def test_grapheme_validation_can_be_part_of_it() -> None:
    messages: list[str] = []
    assert normalize_utf8("ka", graphemes=True) == ("ka", True)
    text, valid = normalize_utf8("\u0e01\u0e49\u0e34x", graphemes=True, report=messages.append)
    assert (text, valid) == ("\u0e01\u0e49x", False)
    assert messages == ["Badly formed Thai:0xe49 0xe34"]
    assert normalize_utf8("", graphemes=True) == ("", False)
    # Joiners mean nothing without letters.
    assert normalize_utf8("1\u200d2", graphemes=True).text == "12"
    assert normalize_utf8("1\u200d2").text == "1\u200d2"


@pytest.mark.parametrize(
    ("text", "mode", "pieces"),
    [
        ("e\u0301q\u0308 x", GraphemeMode.COMBINED, ["é", "q\u0308", " ", "x"]),
        ("e\u0301q\u0308 x", GraphemeMode.GLYPH_SPLIT, ["é", "q", "\u0308", " ", "x"]),
        ("e\u0301q\u0308 x", GraphemeMode.INDIVIDUAL, ["é", "q", "\u0308", " ", "x"]),
        ("e\u0301q\u0308 x", GraphemeMode.SINGLE_STRING, ["éq\u0308 x"]),
        ("", GraphemeMode.COMBINED, []),
        ("", GraphemeMode.SINGLE_STRING, [""]),
        # An explicit virama gets its non-joiner, and the text is cut again with it.
        ("क्", GraphemeMode.COMBINED, ["क्\u200c"]),
        ("क् ख", GraphemeMode.INDIVIDUAL, ["क", "\u094d", "\u200c", " ", "ख"]),
    ],
)
def test_segmenting(text: str, mode: GraphemeMode, pieces: list[str]) -> None:
    assert normalize_clean_and_segment(text, mode) == (pieces, True)


def test_whitespace() -> None:
    assert is_whitespace_only(" \t\u3000\u2028")
    assert is_whitespace_only("")
    assert not is_whitespace_only(" .")
    assert not is_whitespace_only("\u200b")
