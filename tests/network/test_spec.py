"""The VGSL language."""

from __future__ import annotations

import pytest

from tessnb.errors import SpecError
from tessnb.network.spec import parse
from tessnb.network.spec_tree import (
    ConvolveSpec,
    FullyConnectedSpec,
    InputSpec,
    LSTMSpec,
    MaxpoolSpec,
    OutputSpec,
    ParallelSpec,
    ReconfigSpec,
    ReplicatedSpec,
    ReversedSpec,
    SeriesSpec,
    Spec,
)


def element(text: str) -> Spec:
    tree = parse(f"[{text}]")
    assert isinstance(tree, SeriesSpec)
    (item,) = tree.items
    return item


def test_the_tutorial_network() -> None:
    spec = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]"
    tree = parse(spec)
    assert isinstance(tree, SeriesSpec)
    assert (tree.text, tree.at) == (spec, 0)
    kinds = [InputSpec, ConvolveSpec, MaxpoolSpec, *[LSTMSpec] * 4, OutputSpec]
    assert [type(item) for item in tree.items] == kinds
    assert [item.text for item in tree.items] == spec[1:-1].split()
    assert [item.at for item in tree.items] == [spec.index(item.text) for item in tree.items]
    first = tree.items[0]
    assert isinstance(first, InputSpec)
    assert (first.batch, first.height, first.width, first.depth) == (1, 36, 0, 1)


@pytest.mark.parametrize(
    ("text", "kind", "direction", "dimension", "states"),
    [
        ("Lfx96", "plain", "f", "x", 96),
        ("Lry8", "plain", "r", "y", 8),
        ("Lbxs12", "summary", "b", "x", 12),
        ("Lfys48", "summary", "f", "y", 48),
        ("LS64", "softmax", "f", "x", 64),
        ("LE64", "encoded", "f", "x", 64),
        ("L2xy16", "2d", "f", "y", 16),
        ("L2yx16", "2d", "f", "x", 16),
    ],
)
def test_lstms(text: str, kind: str, direction: str, dimension: str, states: int) -> None:
    item = element(text)
    assert isinstance(item, LSTMSpec)
    assert (item.kind, item.direction, item.dimension, item.states) == (kind, direction, dimension, states)


@pytest.mark.parametrize(
    ("letter", "function"),
    [
        ("s", "Logistic"),
        ("t", "Tanh"),
        ("r", "Relu"),
        ("l", "Linear"),
        ("m", "Softmax"),
        ("p", "LinLogistic"),
        ("n", "LinTanh"),
    ],
)
def test_functions(letter: str, function: str) -> None:
    convolve, connected = element(f"C{letter}3,5,7"), element(f"F{letter}9")
    assert isinstance(convolve, ConvolveSpec)
    assert isinstance(connected, FullyConnectedSpec)
    assert (convolve.function, convolve.y, convolve.x, convolve.depth) == (function, 3, 5, 7)
    assert (connected.function, connected.depth) == (function, 9)


def test_y_comes_before_x() -> None:
    reconfig, maxpool = element("S2,3"), element("Mp4,5")
    assert isinstance(reconfig, ReconfigSpec)
    assert isinstance(maxpool, MaxpoolSpec)
    assert (reconfig.y, reconfig.x, maxpool.y, maxpool.x) == (2, 3, 4, 5)


@pytest.mark.parametrize(
    ("text", "dimensions", "loss"), [("O0s5", 0, "s"), ("O1c5", 1, "c"), ("O2l5", 2, "l")]
)
def test_outputs(text: str, dimensions: int, loss: str) -> None:
    item = element(text)
    assert isinstance(item, OutputSpec)
    assert (item.dimensions, item.loss, item.classes) == (dimensions, loss, 5)


def test_nesting_and_white_space() -> None:
    item = element(" ( Rx [Lfx4\tFt2 ] R3 (Lfx4 Ry Lry5) )\n")
    assert isinstance(item, ParallelSpec)
    reverse, replicated = item.items
    assert isinstance(reverse, ReversedSpec)
    assert isinstance(reverse.item, SeriesSpec)
    assert (reverse.dimension, reverse.text) == ("x", "Rx [Lfx4\tFt2 ]")
    assert isinstance(replicated, ReplicatedSpec)
    assert replicated.count == 3


def test_the_input_may_stand_before_the_bracket() -> None:
    outside, inside = parse("1,36,0,1[Lfys4 O1c5]"), parse("[1,36,0,1 Lfys4 O1c5]")
    assert isinstance(outside, SeriesSpec)
    assert isinstance(inside, SeriesSpec)
    assert [item.text for item in outside.items] == [item.text for item in inside.items]


@pytest.mark.parametrize(
    ("spec", "column", "found"),
    [
        ("", 1, "the end"),
        ("Lfx5", 1, "'Lfx5'"),
        ("[1,36,0 Lfx5]", 2, "'1,36,0'"),
        ("[1,36,0,0 Lfx5]", 2, "'1,36,0,0'"),
        ("1,36,0,1", 9, "the end"),
        ("[]", 1, r"'\['"),
        ("[Lfx5", 6, "the end"),
        ("[Lfx5]]", 7, r"'\]'"),
        ("[(Lfx5]", 7, r"'\]'"),
        ("[()]", 2, r"'\('"),
        ("[Lfx0]", 2, "'Lfx0'"),
        ("[Lqx5]", 2, "'Lqx5'"),
        ("[Lfz5]", 2, "'Lfz5'"),
        ("[Ct3,3]", 2, "'Ct3,3'"),
        ("[Cq3,3,4]", 2, "'Cq3,3,4'"),
        ("[Ct0,3,4]", 2, "'Ct0,3,4'"),
        ("[Mp3]", 2, "'Mp3'"),
        ("[S2]", 2, "'S2'"),
        ("[S(1x2)]", 2, "'S'"),
        ("[R0 Lfx5]", 2, "'R0'"),
        ("[Rx]", 4, r"'\]'"),
        ("[O3c5]", 2, "'O3c5'"),
        ("[O1x5]", 2, "'O1x5'"),
        ("[Lfx5 zzz]", 7, "'zzz'"),
        ("[Lfx99999999999]", 2, "'Lfx99999999999'"),
    ],
)
def test_errors_point_at_the_place(spec: str, column: int, found: str) -> None:
    with pytest.raises(SpecError, match=rf"column {column}: .*found {found}"):
        parse(spec)


@pytest.mark.parametrize("spec", ["[" * 2000, "[1,36,0,1" + "Rx" * 2000, "[1,36,0," + "9" * 5000 + "]"])
def test_specifications_without_end(spec: str) -> None:
    with pytest.raises(SpecError):
        parse(spec)
