"""The tree that a network is drawn from: its layers' outputs, ways, weights and learning rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.errors import FormatError
from tessnb.formats import PlumbingRecord, read_network_file
from tessnb.network import LayerOutline, TRand, build_network, outline, to_record


def outlined(spec: str) -> list[LayerOutline]:
    return outline(to_record(build_network(spec, 7, TRand(1), net_flags=0)), 0.5)


def test_the_tutorial_network() -> None:
    layers = outlined("[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]")
    assert [layer.index for layer in layers] == list(range(8))
    assert [layer.type for layer in layers] == [
        *("Input", "Series", "Maxpool", "SummLSTM", "LSTM", "LSTM", "LSTM", "Softmax"),
    ]
    assert [(layer.height, layer.step, layer.depth) for layer in layers] == [
        *((36, 1, 1), (36, 1, 16), (12, 3, 16), (1, 3, 48)),
        *((1, 3, 96), (1, 3, 96), (1, 3, 256), (1, 3, 7)),
    ]
    assert [layer.direction for layer in layers] == ["", "", "", "down", "right", "left", "right", ""]
    assert [layer.token for layer in layers[3:7]] == ["Lfys48", "Lfx96", "Lrx96", "Lfx256"]
    window, function = layers[1].inner
    assert (window.type, window.depth, window.weights, window.learning_rate) == ("Convolve", 9, 0, None)
    assert (function.type, function.weights, function.learning_rate) == ("Tanh", 160, 0.5)
    assert (layers[2].field_x, layers[2].field_y) == (5, 5)
    assert layers[4].field_x is None


@pytest.mark.parametrize(
    ("element", "directions"),
    [
        ("Lfx5", ["right"]),
        ("Lrx5", ["left"]),
        ("Lfy5", ["down"]),
        ("Lry5", ["up"]),
        ("Lbx5", ["right", "left"]),
    ],
)
def test_which_way_a_memory_runs(element: str, directions: list[str]) -> None:
    layer = outlined(f"[1,16,0,1 {element} O1c7]")[1]
    assert [each.direction for each in layer.inner or (layer,)] == directions


def test_a_summary_along_the_line_leaves_one_column() -> None:
    layers = outlined("[1,16,0,1 Mp2,4 Lfxs5 O1c7]")
    assert [layer.step for layer in layers] == [1, 4, 0, 0]


def test_layers_have_the_learning_rates_of_the_checkpoint(trained: Path) -> None:
    record, _ = read_network_file(trained / "base_checkpoint")
    assert isinstance(record.network, PlumbingRecord)
    record.network.learning_rates[4] = 0.25
    layers = outline(record.network, record.learning_rate)
    assert layers[4].learning_rate == 0.25
    assert layers[6].learning_rate == pytest.approx(0.002, rel=0.3)
    assert layers[0].learning_rate is None
    assert sum(layer.weights for layer in layers) == record.network.num_weights


def test_what_is_no_series_is_refused() -> None:
    record = to_record(build_network("[1,16,0,1 Lfx5 O1c7]", 7, TRand()))
    assert isinstance(record, PlumbingRecord)
    with pytest.raises(FormatError, match="not a series"):
        outline(record.stack[1], 0.5)
