"""Models by name, and integer models made trainable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tessnb as tn
from tessnb.errors import InputError
from tessnb.formats.network import FullyConnectedRecord, LSTMRecord, NetworkRecord, PlumbingRecord
from tests.conftest import run_tool


def matrices(network: NetworkRecord) -> list[np.ndarray]:
    """All weights of a network, in order."""
    if isinstance(network, PlumbingRecord):
        return [matrix for layer in network.stack for matrix in matrices(layer)]
    if isinstance(network, FullyConnectedRecord):
        return [network.weights.values]
    if isinstance(network, LSTMRecord):
        return [weights.values for weights in network.gate_weights]
    return []


def test_a_dequantized_model_rounds_back_to_itself() -> None:
    """Rounded to integers again, all its weights are those it came from."""
    fast = tn.load_model("eng")
    model = tn.load_model("eng", trainable=True)
    assert fast.integer
    assert not model.integer
    before, after = matrices(fast.record.network), matrices(model.to_record(integer=True).network)
    assert len(before) == len(after) > 10
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_dequantizing_changes_is_stated() -> None:
    """The float weights are what the integers stood for, to float32's precision, and read nearly the same."""
    lines = tn.render(tn.english_text(), ["Liberation Serif"], xsize=1600)[:12]
    result = tn.inspect_dequantization("eng", lines)
    fast = matrices(tn.load_model("eng").record.network)
    largest = max(float(np.abs(matrix).max()) for matrix in matrices(result.model.record.network))
    assert len(fast) > 10
    assert 0 < result.weight_errors.introduced <= largest * 2.0**-24
    assert 0 < result.weight_errors.inherited < largest / 127
    assert result.lines == 11  # one has a character that the model lacks
    assert 0 < result.cer_before < 1
    assert abs(result.cer_after - result.cer_before) < 1
    with pytest.raises(InputError, match="float weights already"):
        tn.inspect_dequantization(result.model, lines)


def test_a_dequantized_model_reads_and_learns(tmp_path: Path) -> None:
    lines = tn.render("The ferry leaves at 6:45 from Pier 9.", ["Liberation Serif"], xsize=1600)
    model = tn.load_model("eng", trainable=True)
    assert tn.read(lines[0].image, model, psm=7) == lines[0].transcription
    run = tn.fine_tune(model, lines, max_iterations=3)
    run.start().wait(120)
    run.model().save(tmp_path / "tuned.traineddata", integer=True)
    Image.fromarray(lines[0].image).save(tmp_path / "line.png")
    flags = ["--tessdata-dir", tmp_path, "-l", "tuned", "--psm", "7"]
    read = run_tool("tesseract", tmp_path / "line.png", "-", *flags).stdout.strip()
    assert read == tn.read(tmp_path / "line.png", tmp_path / "tuned.traineddata", psm=7)


def test_a_float_model_stays_as_it_is(trained: Path) -> None:
    assert not tn.load_model(trained / "float.traineddata", trainable=True).integer


def test_a_missing_language_says_where_it_was_looked_for() -> None:
    with pytest.raises(InputError, match=r"xyz\.traineddata"):
        tn.load_model("xyz")
