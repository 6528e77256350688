"""From the order on the page to the order of reading, against ICU's way from reading to page."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tessnb.charset.clusters import graphemes
from tessnb.lines.reading_order import reading_order, runs_right_to_left
from tessnb.synthesis.bidi import embedding_levels, visual_order


def on_page(text: str) -> list[str]:
    """The graphemes of a text from left to right, as ICU orders them."""
    pieces = graphemes(text)
    starts = np.cumsum([0, *map(len, pieces)])[:-1]
    levels = np.array(embedding_levels(text, int(runs_right_to_left([text]))))[starts]
    return visual_order(pieces, levels.tolist())


def read(pieces: list[str]) -> str:
    return "".join(pieces[place] for place in reading_order(pieces))


@pytest.mark.parametrize(
    "text",
    [
        "plain text, 12 (of it)",
        "שלום עולם",
        "המאה 27 בבית",
        "אחרי אחת 12 אבל (מידע) כמה 6:45 abc def 123 של",
        "מחיר 30% או $5 היום.",
        "the word שלום עולם is Hebrew",
        "the words שלום 12 עולם here",
        "בְּרֵאשִׁית בָּרָא",
        "مرحبا بالعالم 25",
        "",
    ],
)
def test_what_is_written_is_read(text: str) -> None:
    assert read(on_page(text)) == text


def test_most_mixed_texts_are_read_as_written() -> None:
    rng = random.Random(7)
    words = ["שלום", "עולם", "יום", "(טוב)", "אָב", '"זמן"', "abc", "Tesseract", "12", "6:45", "30%"]
    texts = [" ".join(rng.choices(words, k=rng.randint(1, 7))) + rng.choice(["", "."]) for _ in range(500)]
    right = sum(on_page(read(on_page(text))) == on_page(text) for text in texts)
    assert right > 470


def test_words_are_ordered_like_letters() -> None:
    words = ["םוי", " ", "12", " ", "םולש"]
    assert [words[place] for place in reading_order(words)] == words[::-1]
    assert not runs_right_to_left(["abc", "ש"])
