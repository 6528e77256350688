"""Cards say what is in a file; differences say what was changed, and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import tessnb as tn
from tessnb.analysis import compare_models, model_card
from tests.conftest import run_tool


def test_a_card_says_what_the_real_tool_unpacks(tmp_path: Path) -> None:
    path = Path("/usr/share/tesseract-ocr/5/tessdata/eng.traineddata")
    run_tool("combine_tessdata", "-u", path, tmp_path / "eng.")
    card = model_card("eng")
    for name, row in card.components.iterrows():
        data = (tmp_path / f"eng.{name}").read_bytes()
        assert (row.bytes, row.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    facts = card.facts
    assert facts["network"].startswith("[1,36,0,1")
    assert facts["weights are"] == "int8"
    assert facts["outputs"] == facts["codes"] == 111
    assert facts["weights"] == card.layers.weights.sum()
    assert "Latin 54" in facts["scripts"]
    assert len(card.characters) == 112
    assert card.characters.set_index("character").loc["7", "class"] == "digit"
    assert "sha256 " in card.to_text()
    assert "eng.traineddata" in repr(card)
    assert card.facts["file date"].endswith("UTC")


def test_a_starter_has_a_card() -> None:
    card = model_card(tn.make_starter("the <b> cat & dog", lang="x"))
    assert card.facts["network"] == "none"
    assert set(card.words()) == {"b", "cat", "dog", "the"}
    assert len(card.layers) == 0
    shown = card._repr_html_() + compare_models(card.container, tn.make_starter("<b>"))._repr_html_()
    assert "<b>" not in shown


def test_equal_models_do_not_differ() -> None:
    difference = compare_models("eng", "eng")
    assert len(difference.facts) == len(difference.characters) == len(difference.words) == 0
    assert set(difference.components.change) == {"same"}
    assert (difference.layers.changed == 0).all()
    assert "no difference" in difference.to_text()


def test_what_training_changed() -> None:
    """Three lines of training: the weights of every layer, and a new character's output."""
    model = tn.load_model("eng", trainable=True)
    lines = list(tn.render("The ferry\ncosts 5 ₹", ["DejaVu Sans"], xsize=700))
    run = tn.fine_tune(model, lines, max_iterations=3, recipe=None)
    run.start().wait()
    difference = compare_models(model, run.model())
    assert difference.characters.values.tolist() == [["₹", "U+20B9", "Common", "symbol", "right"]]
    layers = difference.layers.set_index("layer")
    assert layers.weights_right["Output"] == layers.weights_left["Output"] + 193
    assert layers.difference.isna().tolist() == [name == "Output" for name in layers.index]
    assert (layers.changed.dropna() > 50).all()
    assert (layers.relative.dropna() < 0.2).all()
    assert {"outputs", "characters", "training iterations"} <= set(difference.facts.index)
    text = difference.to_text()
    assert "characters only right (1): ₹" in text
    assert "component lstm: changed" in text


def test_what_another_dictionary_changed() -> None:
    one = tn.make_starter("the cat sat", words=["cat", "sat", "the"], lang="one")
    two = tn.make_starter("the cat sat", words=["cat", "hat", "sat"], lang="two")
    difference = compare_models(one, two)
    assert difference.words.values.tolist() == [["word", "the", "left"], ["word", "hat", "right"]]
    assert difference.components.change["lstm-word-dawg"] == "changed"
    assert "words only right (1): hat" in difference.to_text()
    without = replace(one, components={k: v for k, v in one.components.items() if k != "lstm-word-dawg"})
    assert compare_models(one, without).components.change["lstm-word-dawg"] == "only left"


def test_a_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.traineddata").write_bytes(b"no model")
    with pytest.raises(tn.TessnbError, match="not a traineddata"):
        model_card(tmp_path / "x.traineddata")
