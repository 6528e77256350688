"""A convolution's three layers as one give what they give one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.network import Activations, TRand
from tessnb.network.layers import Convolve, FullyConnected, Maxpool, Series

#: Heights and widths of a batch; rectangles of the last one stick out of its images.
SIZES = [[(36, 120)], [(36, 150), (36, 131), (36, 150)], [(12, 40), (9, 31), (7, 2), (12, 38)]]


def layers(function: str, outputs: int) -> tuple[Convolve, FullyConnected, Maxpool]:
    made = (
        Convolve("windows", 1, 1, 1),
        FullyConnected(function, "dense", 9, outputs),
        Maxpool("pool", outputs, 3, 3),
    )
    for layer in made:
        layer.set_training(0)  # type: ignore[arg-type]
        layer.set_training(1)  # type: ignore[arg-type]
        layer.init_weights(0.8, TRand(4))
        layer.setup_needs_backprop(False)
    return made


def batch(sizes: list[tuple[int, int]]) -> Activations:
    generator = np.random.default_rng(5)
    return Activations.of_lines([generator.uniform(-1, 1, (*size, 1)).astype(np.float32) for size in sizes])


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("function", "outputs"), [("Tanh", 16), ("Logistic", 80), ("Linear", 7)])
def test_layers_as_one(sizes: list[tuple[int, int]], function: str, outputs: int) -> None:
    x = batch(sizes)
    convolve, dense, maxpool = alone = layers(function, outputs)
    randomizer = TRand(3)
    expected = x
    for layer in alone:
        expected = layer.forward(expected, training=True, randomizer=randomizer)
    delta = np.zeros(expected.shape, np.float32)
    for item, (height, width) in enumerate(zip(expected.heights, expected.widths, strict=True)):
        delta[item, :height, :width] = expected.values[item, :height, :width] * np.float32(-0.3)
    errors = maxpool.backward(expected.like(delta))
    assert errors is not None
    dense.backward(errors)

    convolve, joined, maxpool = layers(function, outputs)
    series = Series("outer", [Series("inner", [convolve, joined]), maxpool])
    other = TRand(3)
    found = series.forward(x, training=True, randomizer=other)
    assert other.state == randomizer.state
    np.testing.assert_array_equal(found.heights, expected.heights)
    for item, (height, width) in enumerate(zip(found.heights, found.widths, strict=True)):
        np.testing.assert_array_equal(
            found.values[item, :height, :width], expected.values[item, :height, :width]
        )
    series.backward(found.like(delta))
    assert dense.weights.gradient is not None
    assert joined.weights.gradient is not None
    np.testing.assert_allclose(joined.weights.gradient, dense.weights.gradient, rtol=1e-5, atol=1e-6)
    assert np.abs(dense.weights.gradient).max() > 0.01
