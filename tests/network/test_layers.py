"""Layers: gradients against numerical ones, batches against single images, and what training does to
weights."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.formats.network import NF_ADAM, NF_LAYER_SPECIFIC_LR, StaticShape
from tessnb.network import (
    LSTM,
    Activations,
    Convolve,
    FullyConnected,
    Layer,
    Maxpool,
    Parallel,
    Reconfig,
    Reversed,
    Series,
    TrainingState,
    TRand,
    build_network,
)
from tests.network.reference import weighted

FUNCTIONS = ["Tanh", "Logistic", "Relu", "Linear", "LinLogistic", "LinTanh"]

#: Layers for an input of depth 3, by name.
LAYERS = {
    **{name: lambda name=name: FullyConnected(name, name, 3, 4) for name in FUNCTIONS},
    "LSTM": lambda: LSTM("LSTM", "", 3, 4),
    "SummLSTM": lambda: LSTM("SummLSTM", "", 3, 4),
    "RTLReversed": lambda: Reversed("RTLReversed", "", LSTM("LSTM", "", 3, 4)),
    "TTBReversed": lambda: Reversed("TTBReversed", "", LSTM("LSTM", "", 3, 4)),
    "XYTranspose": lambda: Reversed("XYTranspose", "", LSTM("SummLSTM", "", 3, 4)),
    "Convolve": lambda: Convolve("", 3, 1, 1),
    "Maxpool": lambda: Maxpool("", 3, 2, 3),
    "Reconfig": lambda: Reconfig("", 3, 2, 3),
    "Parallel": lambda: Parallel("Parallel", "", [LSTM("LSTM", "", 3, 4), FullyConnected("Tanh", "", 3, 2)]),
    "Series": lambda: Series("", [FullyConnected("Linear", "", 3, 5), LSTM("LSTM", "", 5, 2)]),
}


def made(name: str, range_: float = 0.7) -> Layer:
    layer: Layer = LAYERS[name]()
    layer.init_weights(range_, TRand(11))
    for inner in layer.walk():
        if isinstance(inner, LSTM):
            inner.carried_states = False
    return layer


def image(seed: int, height: int, width: int, features: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(height, width, features)).astype(np.float32)


def run(layer: Layer, x: Activations) -> np.ndarray:
    return layer.forward(x, training=True, randomizer=TRand(3)).values.astype(np.float64)


@pytest.mark.parametrize("name", list(LAYERS))
def test_gradients_are_numerical_ones(name: str) -> None:
    layer = made(name)
    x = Activations.of_line(image(1, 6, 8))
    y = layer.forward(x, training=True, randomizer=TRand(3))
    # Small, so that no error is clipped.
    delta = (np.random.default_rng(2).normal(size=y.values.shape) * 0.05).astype(np.float32)
    back = layer.backward(y.like(delta))
    assert back is not None
    assert back.values.shape == x.values.shape
    checked = [(x.values, back.values)] + [
        (inner.weights.values, inner.weights.gradient)  # type: ignore[attr-defined]
        for inner in weighted(layer)
    ]
    # The reference means the errors of parallel layers' inputs, which is not the gradient.
    if name == "Parallel":
        checked[0] = (x.values, back.values * 2)
    # Short where the function has a kink.
    step = 5e-4 if name in ("Relu", "LinLogistic", "LinTanh", "Maxpool") else 5e-3
    generator = np.random.default_rng(4)
    for values, gradient in checked:
        gradient = gradient.copy()
        for _ in range(12):
            place = tuple(generator.integers(size) for size in values.shape)
            kept, results = values[place], []
            for sign in (1, -1):
                values[place] = kept + sign * step
                results.append((run(layer, x) * delta).sum())
            values[place] = kept
            slope = (results[0] - results[1]) / (2 * step)
            assert gradient[place] == pytest.approx(slope, abs=2e-3 * float(np.abs(gradient).max()), rel=0.02)


@pytest.mark.parametrize("name", list(LAYERS))
def test_a_batch_is_its_images(name: str) -> None:
    images = [image(5, 6, 8), image(6, 6, 5), image(7, 6, 11)]
    layer = made(name)
    randomizer = TRand(3)
    outputs, backs, gradients = [], [], []

    def delta_for(index: int, shape: tuple[int, ...]) -> np.ndarray:
        return np.random.default_rng(index).normal(size=shape).astype(np.float32) * np.float32(0.05)

    for index, single in enumerate(images):
        y = layer.forward(Activations.of_line(single), training=True, randomizer=randomizer)
        outputs.append(y.values[0].copy())
        back = layer.backward(y.like(delta_for(index, y.values.shape[1:])[None]))
        assert back is not None
        backs.append(back.values[0].copy())
        gradients.append([inner.weights.gradient.copy() for inner in weighted(layer)])  # type: ignore[attr-defined]

    x = Activations.of_lines(images)
    y = layer.forward(x, training=True, randomizer=TRand(3))
    delta = np.zeros(y.values.shape, np.float32)
    for index, output in enumerate(outputs):
        height, width = output.shape[:2]
        assert (y.heights[index], y.widths[index]) == (height, width)
        np.testing.assert_allclose(y.values[index, :height, :width], output, atol=1e-6)
        delta[index, :height, :width] = delta_for(index, output.shape)
    back = layer.backward(y.like(delta))
    assert back is not None
    for index, single in enumerate(backs):
        height, width = single.shape[:2]
        np.testing.assert_allclose(back.values[index, :height, :width], single, atol=1e-6)
        assert not back.values[index, :, width:].any()
    for number, inner in enumerate(weighted(layer)):
        total = sum(each[number] for each in gradients)
        np.testing.assert_allclose(inner.weights.gradient, total, atol=1e-5)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["Softmax", "SoftmaxNoCTC"])
def test_softmax(kind: str) -> None:
    layer = FullyConnected(kind, "", 3, 5)
    layer.init_weights(30.0, TRand(1))
    x = Activations.of_line(image(1, 1, 9))
    y = layer.forward(x, training=True, randomizer=TRand()).values
    z = x.values @ layer.weights.values[:-1] + layer.weights.values[-1]
    expected = np.exp(np.maximum(z - z.max(axis=3, keepdims=True), -86))
    np.testing.assert_allclose(y, expected / expected.sum(axis=3, keepdims=True), rtol=1e-4)
    assert y.min() > 0
    # Errors are taken as those of the sums before the softmax.
    delta = image(2, 1, 9, 5)[None]
    back = layer.backward(x.like(delta))
    assert back is not None
    np.testing.assert_allclose(back.values, delta @ layer.weights.values[:-1].T, rtol=1e-4, atol=1e-4)


def test_only_who_is_asked_propagates_errors() -> None:
    network = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 Lfx5 O1c9]", 9, TRand())
    assert [layer.needs_to_backprop for layer in network.walk()] == [
        *(False, False),  # the series and its input
        *(False, False, False),  # the convolution
        *(True, True, True, True, True),
    ]
    y = network.forward(Activations.of_line(image(1, 36, 60, 1)), training=True, randomizer=TRand())
    assert network.backward(y.like(y.values)) is None
    assert all(layer.weights.gradient.any() for layer in weighted(network))  # type: ignore[attr-defined]


def test_frozen_layers_neither_learn_nor_pass_errors_on() -> None:
    network = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 Lfx5 O1c9]", 9, TRand())
    before = [layer.weights.values.copy() for layer in weighted(network)]  # type: ignore[attr-defined]
    network.layer(":4").set_training(TrainingState.DISABLED)
    y = network.forward(Activations.of_line(image(1, 36, 60, 1)), training=True, randomizer=TRand())
    network.backward(y.like(y.values))
    network.update(0.01, 0.5, 0.999, 1)
    changed = [
        bool((layer.weights.values != old).any())  # type: ignore[attr-defined]
        for layer, old in zip(weighted(network), before, strict=True)
    ]
    assert changed == [False, False, False, True]


def test_learning_rates_by_layer() -> None:
    network = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lrys4 O1c9]", 9, TRand(), net_flags=NF_LAYER_SPECIFIC_LR)
    ids = [":0", ":1:0", ":1:1", ":2", ":3:0:0", ":4"]
    assert network.layer_ids() == ids
    assert [network.layer(layer_id).type for layer_id in ids[1:]] == [
        *("Convolve", "Tanh", "Maxpool", "SummLSTM", "Softmax")
    ]
    assert network.learning_rate(":3:0:0") == 0
    network.update(0.001, 0.5, 0.999, 1)
    assert {network.learning_rate(layer_id) for layer_id in ids} == {float(np.float32(0.001))}
    network.set_learning_rate(":3:0:0", 0.0)
    network.set_learning_rate(":1:1", 0.1)
    y = network.forward(Activations.of_line(image(1, 36, 60, 1)), training=True, randomizer=TRand())
    network.backward(y.like(y.values))
    before = [layer.weights.values.copy() for layer in weighted(network)]  # type: ignore[attr-defined]
    gradients = [layer.weights.gradient for layer in weighted(network)]  # type: ignore[attr-defined]
    network.update(9.0, 0.5, 0.999, 2)
    for layer, old, gradient, rate in zip(
        weighted(network), before, gradients, (0.1, 0.0, 0.001), strict=True
    ):
        np.testing.assert_allclose(
            layer.weights.values, old + np.float32(rate) * gradient, rtol=1e-5, atol=1e-7
        )  # type: ignore[attr-defined]


def test_early_steps_of_adam_are_corrected() -> None:
    layer = FullyConnected("Linear", "", 2, 2)
    layer.set_network_flags(NF_ADAM)
    layer.init_weights(0.1, TRand())
    before = layer.weights.values.copy()
    assert layer.weights.gradient is not None
    layer.weights.gradient[:] = [[1, -2], [3, 4], [-0.5, 1e-3]]
    layer.update(0.01, 0.5, 0.999, 1)
    # In the first step both means are the gradient itself, so that every weight moves by the learning rate.
    np.testing.assert_allclose(
        layer.weights.values - before, 0.01 * np.sign(layer.weights.gradient), rtol=2e-3
    )


def test_alternators_of_a_network() -> None:
    spec = "[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 O1c9]"
    one, other = (build_network(spec, 9, TRand()) for _ in range(2))
    for network, sign in ((one, 1), (other, -1)):
        for layer in weighted(network):
            layer.weights.updates[:] = 0.5  # type: ignore[attr-defined]
        network.layer(":4").weights.updates[:] *= sign  # type: ignore[attr-defined]
    top = one.layer(":4").num_weights
    totals = np.zeros(2, np.float32)
    one.count_alternators(other, totals)
    assert totals == pytest.approx(((one.num_weights - top) / 4, top / 4))


def test_shapes_and_scales() -> None:
    network = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 S2,2 Lfys4 Lfx5 O1c9]", 9, TRand())
    assert network.x_scale_factor() == 6
    assert network.input_shape() == StaticShape(1, 36, 0, 1)
    assert network.output_shape(network.input_shape()) == StaticShape(1, 1, 0, 9, 1)


def test_layers_that_do_not_fit() -> None:
    with pytest.raises(InputError, match=r"layer 1 .Ft2. of Series.*found 5 inputs; expected 4"):
        Series("s", [FullyConnected("Tanh", "", 3, 4), FullyConnected("Tanh", "", 5, 2)])
    with pytest.raises(InputError, match="found 5 inputs; expected 3"):
        Parallel("Parallel", "p", [FullyConnected("Tanh", "", 3, 4), FullyConnected("Tanh", "", 5, 2)])


@pytest.mark.parametrize("name", ["Maxpool", "Reconfig"])
def test_what_leaves_nothing_of_an_image_is_told(name: str) -> None:
    """A damaged file may hold any size."""
    layer = LAYERS[name]()
    low = Activations.of_line(np.zeros((2, 9, 3), np.float32))
    with pytest.raises(InputError, match=r"too small for the network; found 9 × 2 .* at least 2 × 3"):
        layer.forward(low, training=False, randomizer=TRand(1))
