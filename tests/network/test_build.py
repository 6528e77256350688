"""Built networks against those of the real ``lstmtraining``: structure, initial weights, and the first
gradients."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import InputError, SpecError
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.network import Series, TRand, build_network, from_record
from tests.conftest import SMALL_NET, EnglishSet, run_tool
from tests.network.reference import first_step, our_gradients, reference_gradients, weighted

#: Between them they have every layer, every non-linearity and every direction.
SPECS = [
    SMALL_NET,
    "[1,36,0,1 Cs5,5,8 Mp2,2 Lrys12 Lbx16 O1c1]",
    "[1,36,0,1 Mp3,3 L2xy8 Lfys16 O1c1]",
    "[1,36,0,1 S3,3 Cr1,1,8 Lfys12 (Lfx8 Lrx8 [Cl3,3,4 Ct1,1,5]) O1c1]",
    "[1,36,0,1 Mp3,3 R2Cp3,3,4 Lby12 Lfys8 Rx Lfx12 Ry Cn3,1,6 O1c1]",
    "[1,1,0,36 Lfx32 O1c1]",
    "[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 LS16]",
    "[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 LE16]",
    "[1,12,0,1 Ct3,3,4 Mp3,3 Lfx4 O1c1]",
    "[1,36,0,3 Ct3,3,4 Mp3,3 Lfys4 Cm1,1,8 O1s1]",
]


@pytest.mark.parametrize("spec", SPECS)
def test_as_lstmtraining_builds_and_first_steps(spec: str, english: EnglishSet, tmp_path: Path) -> None:
    step = first_step(tmp_path, english, spec)
    report: list[str] = []
    network = build_network(spec, step.network.no, TRand(), report=report.append)

    assert "\n".join(report) + "\n" in step.log
    assert f"Built network:{network.spec()} from request {spec}\n" in step.log
    for ours, theirs in zip(network.walk(), step.network.walk(), strict=True):
        assert ours._head() == theirs._head()
    for ours, theirs in zip(weighted(network), weighted(step.network), strict=True):
        np.testing.assert_array_equal(ours.weights.values, theirs.weights.values)  # type: ignore[attr-defined]

    found = our_gradients(network, english, step.null_char)
    for ours, theirs in zip(found, reference_gradients(step.network), strict=True):
        assert np.abs(ours - theirs).max() < 2e-5 * np.abs(theirs).max()


def test_appending_as_lstmtraining_appends(english: EnglishSet, trained: Path, tmp_path: Path) -> None:
    component = TrainedData.read(trained / "float.traineddata").components["lstm"]
    (tmp_path / "old.lstm").write_bytes(component)
    spec = "[Lfx12 O1c1]"
    flags = ["--traineddata", english.starter, "--train_listfile", english.train_list, "--net_mode", "192"]
    flags += ["--continue_from", tmp_path / "old.lstm", "--append_index", "4", "--net_spec", spec]
    flags += ["--model_output", tmp_path / "new", "--max_iterations", "1", "--learning_rate", "1e-30"]
    run_tool("lstmtraining", *flags)
    record = CheckpointRecord.from_bytes((tmp_path / "new_checkpoint").read_bytes())
    theirs = from_record(record.recognizer.network)

    old = from_record(LSTMRecognizerRecord.from_bytes(component).network)
    assert isinstance(old, Series)
    ours = build_network(spec, theirs.no, TRand(), append_to=old, append_index=4)
    assert ours.spec() == theirs.spec()
    assert [layer.needs_to_backprop for layer in ours.walk()] == [
        layer.needs_to_backprop for layer in theirs.walk()
    ]
    for mine, real in zip(weighted(ours), weighted(theirs), strict=True):
        assert mine.network_flags == real.network_flags
        np.testing.assert_array_equal(mine.weights.values, real.weights.values)  # type: ignore[attr-defined]


def test_appending_a_whole_network_turns_its_softmax_to_tanh() -> None:
    old = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 O1c9]", 9, TRand())
    top = old.stack[-1]
    ours = build_network("[Lfx5 O1c7]", 7, TRand(), append_to=old, append_index=4)
    assert (top.type, top.spec()) == ("Tanh", "Ft9")
    assert ours.name == "MasterSeries"
    assert ours.spec() == "[1,36,0,1[C3,3Ft4]Mp3,3TxyLfys4Ft9Lfx5Fc7]"


@pytest.mark.parametrize("index", [-1, 5])
def test_appending_after_no_layer(index: int) -> None:
    old = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 O1c9]", 9, TRand())
    with pytest.raises(InputError, match="append_index"):
        build_network("[O1c7]", 7, TRand(), append_to=old, append_index=index)


@pytest.mark.parametrize(
    ("spec", "column", "message"),
    [
        ("[1,0,0,1 Ct3,3,4 O1c5]", 18, "fixed height"),
        ("[1,36,0,1 Ft5]", 11, "fixed height and width"),
        ("[Lfx5 O1c7]", 2, "an input such as"),
    ],
)
def test_what_cannot_be_built(spec: str, column: int, message: str) -> None:
    with pytest.raises(SpecError, match=rf"column {column}\b.*{message}"):
        build_network(spec, 5, TRand())


def test_an_appended_input() -> None:
    old = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 O1c9]", 9, TRand())
    with pytest.raises(SpecError, match=r"column 2.*no input"):
        build_network("[1,36,0,1 Lfx5 O1c7]", 7, TRand(), append_to=old, append_index=2)


def test_a_fixed_image_and_a_category() -> None:
    network = build_network("[1,4,6,2 Ft7 O0s3]", 3, TRand())
    assert network.spec() == "[1,4,6,2[S4,6Ft7]Fm3]"
    shape = network.output_shape(network.input_shape())
    assert (shape.height, shape.width, shape.depth) == (1, 1, 3)
