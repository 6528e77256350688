"""Samples of fonts, what they lack of a text, and what kind of letters they have."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.synthesis import find_font
from tessnb.synthesis.fonttraits import font_traits, script_name
from tessnb.synthesis.rendering import render
from tessnb.synthesis.specimens import (
    different_graphemes,
    draw_specimen,
    missing_graphemes,
    own_letters,
    telling_line,
)


def test_graphemes_of_a_text_come_once_and_without_space() -> None:
    assert different_graphemes("e\u0301 ee\u0301\n\u200bb") == ["e\u0301", "e", "b"]


def test_what_is_missing_is_told_in_graphemes() -> None:
    font = find_font("DejaVu Sans")
    assert missing_graphemes(font, ["a", "ß", "\u0915\u093f", "e\u0301", "\u6c34"]) == [
        "\u0915\u093f",
        "\u6c34",
    ]
    # A vowel sign with no consonant before it is set with a dotted circle, so text2image leaves it out.
    thai = find_font("FreeSerif")
    assert missing_graphemes(thai, ["\u0e01\u0e34", "\u0915\u093f\u0941\u093f", "\u093f"])[-1:] == ["\u093f"]


def test_the_telling_line_shows_most() -> None:
    text = "aaaa aaaa aaaa\nthe same old ± 12 words here\nzz"
    assert telling_line(text, 10) == "same old ±"
    assert telling_line("") == ""
    assert telling_line("Donaudampfschifffahrt", 5) == "Donaudampfschifffahrt"


def test_a_specimen_is_what_the_renderer_draws() -> None:
    font = find_font("DejaVu Sans")
    image = draw_specimen("Harvey  ±1", font, 50.0)
    page = render("Harvey ±1", font, ptsize=12, degrade_image=False, rotate_image=False, xsize=900)[0]
    ink = (page.image < 128) if page.image.dtype == np.uint8 else page.image
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    rendered = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own = image < 128
    assert abs(own.shape[0] - rendered.shape[0]) <= 2
    assert abs(own.shape[1] - rendered.shape[1]) <= 2
    assert abs(int(own.sum()) - int(rendered.sum())) < 0.02 * rendered.sum()
    assert image[0].min() < 255
    assert image[:, 0].min() < 255  # cut to the ink
    assert draw_specimen(" ", font, 50.0).tolist() == [[255]]
    hebrew = draw_specimen("שלום", font, 30.0)
    assert hebrew.shape[1] > hebrew.shape[0]


@pytest.mark.parametrize(
    ("name", "serif", "monospaced", "scripts"),
    [
        ("DejaVu Serif", True, False, {"Latn", "Grek", "Cyrl"}),
        ("DejaVu Sans Mono Bold", False, True, {"Latn", "Grek", "Arab"}),
        ("Liberation Mono", False, True, {"Latn", "Hebr"}),
        ("FreeSerif", True, False, {"Latn", "Deva", "Thai"}),
    ],
)
def test_the_kind_of_a_font(name: str, serif: bool, monospaced: bool, scripts: set[str]) -> None:
    traits = font_traits(find_font(name))
    assert traits.serif is serif
    assert traits.monospaced is monospaced
    assert scripts <= set(traits.scripts)
    assert traits.scripts[0] == "Latn"
    assert "Hani" not in traits.scripts


def test_scripts_and_letters_have_names() -> None:
    assert script_name("Deva") == "Devanagari"
    assert script_name("Cans") == "Canadian Aboriginal"
    font = find_font("DejaVu Sans")
    assert own_letters(font, ("Grek",), 3) == "Ͱ ͱ Ͳ"
    assert own_letters(font, ()).startswith("! ")
