"""A model learns characters that it lacked, and keeps the others."""

from __future__ import annotations

import math
import re

import pytest

import tessnb as tn
from tessnb.analysis import add_characters
from tessnb.analysis.adding import sample_text
from tessnb.errors import InputError
from tessnb.training import Recipe

WORDS = ["ferry", "Pier", "crew", "leaves", "answer", "Tea", "Quiet", "boxes", "from", "night"]


def test_a_rupee_is_learned_and_nothing_forgotten() -> None:
    added = add_characters(
        "eng",
        "₹",
        fonts=["DejaVu Sans"],
        words=WORDS,
        lines=40,
        xsize=900,
        max_iterations=200,
        recipe=Recipe(learning_rate=0.002, look_alikes=True),
    )
    assert added.before.encoder.missing("₹")
    assert sum("₹" in line.transcription for line in added.lines) > 30
    assert not any("₹" in line.transcription for line in added.old)
    assert "₹" not in {line.transcription for line in added.held_out} & {
        line.transcription for line in added.lines
    }
    assert "1 fonts" in repr(added)
    added.start()
    assert added.wait()
    report = added.report().set_index("character")
    assert report.loc["₹", "count"] > 3
    assert report.loc["₹", "recall"] > 60
    assert report.loc["₹", "precision"] > 60
    assert report.loc["old", "recall"] > 95
    assert report.loc["old", "recall_before"] > 95
    assert math.isnan(report.loc["old", "precision"])
    assert added.run.model().unicharset.find("₹") is not None


def test_fonts_are_chosen_that_have_all() -> None:
    added = add_characters("eng", ["ṩ", "₹"], words=WORDS, lines=16, xsize=900, max_iterations=1)
    assert added.characters == ("ṩ", "₹")
    assert 1 < len(added.fonts) <= 8
    assert all(font.covers("ṩ₹ferry0123456789") for font in added.fonts)
    assert {line.font for line in added.lines} == {font.name for font in added.fonts}
    assert not added.run.trainer.learner.encoder.missing("ṩ₹")


def test_samples_show_characters_in_all_places() -> None:
    lines = sample_text(WORDS, ["₹"], lines=60)
    text = "\n".join(lines)
    assert all(line.count("₹") == 2 for line in lines)
    for pattern in (r" ₹ ", r"₹\d", r"\d₹", r"[a-z]₹", r"₹[a-zA-Z]"):
        assert re.search(pattern, text)
    marks = sample_text(WORDS, ["\u0323"], lines=20)
    assert not any(" \u0323" in line or line.startswith("\u0323") for line in marks)
    assert sample_text(WORDS, ["₹"], lines=60) == lines
    assert "₹" not in "".join(sample_text(WORDS, [], lines=5))


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(InputError, match="no characters"):
        add_characters("eng", " ")
    with pytest.raises(InputError, match="no font has all"):
        add_characters("eng", "\U000f0000", words=WORDS)
    with pytest.raises(InputError, match="no words"):
        add_characters(tn.load_model("eng", trainable=True), "₹", words=[" "])
