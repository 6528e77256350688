"""Characters that are not there are found, counted and shown; those that are there are left alone."""

from __future__ import annotations

import numpy as np
import pytest

import tessnb as tn
from tessnb.analysis import find_hallucinations
from tessnb.analysis.hallucinations import _forced, _without_ink
from tessnb.analysis.reading import Piece, Reading
from tessnb.lines import TrainingLine


def test_what_is_there_is_left_alone() -> None:
    lines = tn.render(
        "The ferry leaves at 6:45\nfrom Pier 9, the crew", ["DejaVu Sans", "FreeSerif"], xsize=1200
    )
    found = find_hallucinations("eng", lines)
    assert len(found.rows) == 0
    assert found.characters == sum(len(line.transcription) for line in lines)
    assert "none" in repr(found)
    assert (found.counts["count"] == 0).all()


def test_capitals_and_dictionaries() -> None:
    """Letters that are as tall as a line tells are read as capitals; a dictionary knows better words."""
    lines = tn.render(
        "yon wi1l se11 he11o Wor1d\nvow cow sow zoo wax", ["DejaVu Sans", "FreeMono"], xsize=1200
    )
    found = find_hallucinations("eng", lines)
    counts = found.counts["count"]
    assert counts["capital"] > 5
    assert counts["dictionary"] > 0
    capitals = found.rows[found.rows.kind == "capital"]
    assert (capitals.text.str.lower() == capitals.instead).all()
    for row in found.rows.itertuples():
        assert row.read[row.position : row.position + len(row.text)] == row.text
    picture = found.picture(capitals.index[0], around=0)
    assert picture.width == capitals.right.iloc[0] - capitals.left.iloc[0]
    assert found.counts["share"].sum() == pytest.approx(100 * counts.sum() / found.characters)


def test_no_ink_and_no_gap() -> None:
    """Two bars: what is read elsewhere has no ink under it, and a space between needs a gap."""
    image = np.full((40, 400), 255, np.uint8)
    image[5:35, 100:110] = image[5:35, 300:310] = 0
    line = TrainingLine(image, "ab")
    pieces = [
        Piece("a", 95, 115, 90.0),
        Piece(" ", 130, 280, 90.0),
        Piece("x", 190, 220, 40.0),
        Piece("b", 295, 315, 90.0),
    ]
    reading = Reading("a xb", "ab", pieces)
    assert [(kind, text) for kind, _, text, *_ in _without_ink(line, reading)] == [("no ink", "x")]
    image[20:24, 90:320] = 0
    assert [(kind, text) for kind, _, text, *_ in _without_ink(line, reading)] == [("space", " ")]


def test_what_a_dictionary_forced() -> None:
    pieces = [Piece(letter, 10 * place, 10 * place + 10, 80.0) for place, letter in enumerate("hello")]
    found = list(_forced(Reading("hello", pieces=pieces), Reading("he11o")))
    assert found == [("dictionary", 2, "ll", "11", 20, 40, 80.0)]


def test_what_it_shows_is_escaped() -> None:
    lines = tn.render("wi1l se11 he11o <b> Wor1d", ["DejaVu Sans", "FreeMono"], xsize=1200)
    found = find_hallucinations("eng", lines)
    assert len(found.rows)
    assert "<b>" not in found._repr_html_()
    assert "<mark>" in found._repr_html_()
