"""Graphemes: an example or two per script; `tests.commands` holds random texts against the real tool."""

from __future__ import annotations

import pytest

from tessnb.charset.graphemes import GraphemeMode, Script, segment_graphemes, virama_script_of


def pieces(text: str, mode: GraphemeMode) -> str:
    """The pieces as code points: ``915+94d 937`` is two, the first of two characters."""
    found, valid = segment_graphemes(text, mode)
    assert valid
    return " ".join("+".join(f"{ord(character):x}" for character in piece) for piece in found)


@pytest.mark.parametrize(
    ("text", "combined", "split"),
    [
        ("한국", "d55c ad6d", "d55c ad6d"),
        ("عَل", "639+64e 644", "639 64e 644"),
        ("น้ำที่", "e19+e49 e33 e17+e35+e48", "e19 e49 e33 e17 e35 e48"),
        ("हिन्दी", "939+93f 928+94d+926+940", "939 93f 928 94d 926 940"),
        ("क्\u200dष", "915+94d+200d+937", "915+94d+200d 937"),  # a half form
        ("क्\u200cष", "915+94d+200c 937", "915 94d+200c 937"),  # an explicit virama
        ("ड\u093cा", "921+93c+93e", "921 93c 93e"),
        ("மந்த்", "bae ba8+bcd+ba4+bcd+200c", "bae ba8 bcd ba4 bcd+200c"),  # its ZWNJ is added
        ("క్ష్మి", "c15+c4d+c37+c4d+c2e+c3f", "c15 c4d+c37 c4d+c2e c3f"),  # subscripts
        ("ಕ್ಷ", "c95+ccd+cb7", "c95 ccd+cb7"),
        ("ന്\u200d", "d28+d4d+200d", "d28+d4d+200d"),
        ("ക്ഷ", "d15+d4d+d37", "d15 d4d d37"),
        ("ශ්\u200dරී", "dc1+dca+200d+dbb+dd3", "dc1 dca+200d+dbb dd3"),
        ("ស្ត្រី", "179f+17d2+178f+17d2+179a+17b8", "179f 17d2+178f 17d2+179a 17b8"),
        ("ဣန္ဒြ", "1023 1014+1039+1012+103c", "1023 1014 1039+1012 103c"),
        ("ꦱꦩ꧀ꦧꦸ", "a9b1 a9a9+a9c0+a9a7+a9b8", "a9b1 a9a9 a9c0+a9a7 a9b8"),
        ("ꦤꦺꦴ", "a9a4 a9ba+a9b4", "a9a4 a9ba a9b4"),
    ],
)
def test_scripts(text: str, combined: str, split: str) -> None:
    assert pieces(text, GraphemeMode.COMBINED) == combined
    assert pieces(text, GraphemeMode.GLYPH_SPLIT) == split
    singles = split.replace("+", " ")
    assert pieces(text, GraphemeMode.INDIVIDUAL) == singles
    assert pieces(text, GraphemeMode.SINGLE_STRING) == singles.replace(" ", "+")


@pytest.mark.parametrize(
    ("text", "kept", "message"),
    [
        ("\u0e40\u0e40", "\u0e40", "Badly formed Thai:0xe40 0xe40"),
        ("क\u0905\u093e", "क", "Badly formed Indic vowel sequence:0x905 0x93e"),
        ("कक\u094d\u094d", "क", "Two grapheme links in a row:0x94d 0x94d"),
        ("\u093fक", "क", "Invalid start of grapheme sequence:M=0x93f"),
        ("क \u200d ख", "क  ख", "Dropping isolated joiner: 0x200d"),
        ("क\u200d\u093f", "क\u093f", "Skipping unnecessary joiner: 0x915 0x200d 0x93f"),
        ("कक\u200d", "कक", "Skipping ending joiner: 0x915 0x200d"),
        ("क\u200d\u094d\u200dख", "क\u200d\u094dख", "JHJ!!: 0x200d 0x94d 0x200d"),
        ("क\u200d\u094d", "क\u200d\u094d", "Invalid pre-virama joiner with no 2nd consonant!!"),
        ("का\u094d\u200dख", "का\u094dख", "ZWJ after a post-matra virama!!"),
        ("ககக\u0bcd\u200d\u200c", "ககக\u0bcd\u200d", "Virama ZWJ ZWNJ in non-Sinhala: base=0xb80!"),
        ("\u17b6ក", "ក", "Invalid start of Khmer syllable:0x17b6"),
        ("កក\u200c", "កក\u200c", "Unterminated joiner: 0x200c"),
        ("កក\u200c\u17cb", "កក\u200c", "Joiner with non-dependent vowel after it!:0x200c 0x17cb"),
        ("\u103bက", "က", "Invalid start of Myanmar syllable:0x103b"),
    ],
)
def test_what_is_left_out_is_reported(text: str, kept: str, message: str) -> None:
    messages: list[str] = []
    found, _ = segment_graphemes(text, GraphemeMode.SINGLE_STRING, messages.append)
    assert message in messages
    assert found[0].replace("\u200c", "") == kept.replace("\u200c", "")


def test_most_frequent_script_decides() -> None:
    assert virama_script_of("abc คขฃ") == Script.NON_VIRAMA
    assert virama_script_of("कख ক") == Script.DEVANAGARI
    assert virama_script_of("कख 漢字") == Script.DEVANAGARI  # Han counts block by block
    assert virama_script_of("\uaa60क") == virama_script_of("\u1000क")  # all of Myanmar is one
    assert virama_script_of("\u0964\u0965") == Script.NON_VIRAMA  # dandas are common to all


def test_another_script_has_plain_graphemes() -> None:
    assert pieces("कि ki கி", GraphemeMode.COMBINED) == "915+93f 20 6b 69 20 b95+bbf"
    assert pieces("कि ki கி", GraphemeMode.GLYPH_SPLIT) == "915 93f 20 6b 69 20 b95 bbf"
