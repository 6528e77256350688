"""Readers agree where they should; where one is changed, the stage that changed is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tessnb as tn
from tessnb.analysis import Parity, inspect_parity
from tessnb.errors import InputError
from tessnb.formats.network import FullyConnectedRecord, NetworkRecord, PlumbingRecord
from tessnb.lines import TrainingLine


@pytest.fixture(scope="module")
def line() -> TrainingLine:
    return tn.render("The ferry leaves at 6:45", ["DejaVu Sans"], xsize=1200)[0]


@pytest.mark.parametrize("psm", [13, 7])
@pytest.mark.parametrize("trainable", [False, True])
def test_tesseract_agrees(line: TrainingLine, psm: int, trainable: bool) -> None:
    """An integer model and one with float weights, exported and in the real command: no stage differs."""
    parity = inspect_parity(line, tn.load_model("eng", trainable=trainable), psm=psm)
    assert list(parity.readers)[1:] == ["exported", "tesseract"]
    assert parity.first is None, parity.stages.to_string()
    told = parity.stages[parity.stages.reader == "tesseract"].set_index("stage")["same"]
    assert told.notna().sum() == (5 if psm == 13 else 3)
    assert "no difference" in repr(parity)


def changed(record: NetworkRecord, amount: float) -> NetworkRecord:
    """Return a network whose last layer has other biases."""
    if isinstance(record, PlumbingRecord):
        return replace(record, stack=[*record.stack[:-1], changed(record.stack[-1], amount)])
    assert isinstance(record, FullyConnectedRecord)
    values = np.array(record.weights.values, copy=True)
    values[10, -1] += amount
    return replace(record, weights=replace(record.weights, values=values))


def test_another_weight_shows_in_the_outputs(line: TrainingLine) -> None:
    model = tn.load_model("eng", trainable=True)
    other = tn.Model(
        replace(model.record, network=changed(model.record.network, 0.01)), model.container, "other"
    )
    parity = inspect_parity(line, model, {"other": other}, tesseract=False)
    assert parity.first == "outputs"
    assert "other differs at outputs: first at (0, 10)" in repr(parity)
    shown = parity._repr_html_()
    assert shown.count("<mark>✗ first at (0, 10)") == shown.count("<mark>") == 1
    assert shown.count("✓ same") == 2 + (parity.stages["same"][3:] == True).sum()  # noqa: E712
    assert "data:image/png;base64," in shown


def test_another_dictionary_shows_at_the_end(line: TrainingLine) -> None:
    model = tn.load_model("eng")
    components = {
        name: data for name, data in model.container.components.items() if not name.endswith("-dawg")
    }
    other = tn.Model(model.record, replace(model.container, components=components), "plain")
    rare = TrainingLine(np.pad(line.image[:, ::2], ((4, 4), (9, 9)), constant_values=255), "")
    parity = inspect_parity(rare, model, {"plain": other}, tesseract=False)
    same = parity.stages.set_index("stage")["same"]
    assert same[["crop", "scaled input", "outputs", "greedy", "beam"]].all()
    assert parity.readers["plain"].dictionary == parity.readers["plain"].beam


def test_another_height_shows_in_the_input(line: TrainingLine) -> None:
    """One network wants lines of 36 pixels, the other of 48."""
    assert inspect_parity(line, "eng", {"two": "chi_sim"}, tesseract=False).first == "scaled input"


@pytest.mark.parametrize("language", ["chi_sim", "hin"])
def test_characters_of_several_codes(language: str) -> None:
    text, family = {"chi_sim": ("中文字符测试", "Noto Sans CJK"), "hin": ("नमस्ते दुनिया", "Noto Sans Dev")}[
        language
    ]
    fonts = [font for font in tn.find_fonts(covering=text) if font.name.startswith(family)]
    if not fonts:
        pytest.skip(f"no {family} here")
    parity = inspect_parity(tn.render(text, fonts[:1], xsize=900)[0], language)
    assert parity.first is None, parity.stages.to_string()


def test_no_such_command(line: TrainingLine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the line"):
        inspect_parity(line, "eng", {}, tesseract=str(tmp_path / "none"))
    assert shutil.which("tesseract")


def test_what_it_shows_is_escaped(line: TrainingLine) -> None:
    parity = inspect_parity(line, "eng", {"<b>": "eng", "ours": "eng"}, tesseract=False)
    readers = {name: replace(stages, beam="<b>") for name, stages in parity.readers.items()}
    parity = Parity(readers)
    assert "<b>" not in parity._repr_html_()
    assert "&lt;b&gt;" in parity._repr_html_()
