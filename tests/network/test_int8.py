"""Int8 products beside NumPy's, and integer layers with and without them: equal to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.kernels import int8
from tessnb.network import Activations, Layer, TRand, build_network
from tessnb.network import int8_weights as module

NET = "[1,0,0,1 Ct3,3,8 Mp3,3 Lfys12 Lfx20 Lrx20 Lfx33 O1c41]"


@pytest.mark.skipif(not int8.AVAILABLE, reason="this processor has no int8 products")
@pytest.mark.parametrize(("rows", "inputs", "outputs"), [(8, 1, 1), (16, 9, 16), (8, 37, 65), (24, 608, 200)])
def test_product_is_numpys(rows: int, inputs: int, outputs: int) -> None:
    source = np.random.default_rng(rows + inputs)
    x = source.integers(-127, 128, (rows, inputs)).astype(np.int8)
    weights = source.integers(-127, 128, (inputs, outputs)).astype(np.float32)
    packed, shift = int8.pack(weights)
    scales = source.uniform(0.5, 2.0, outputs).astype(np.float32)
    out = np.empty((rows, outputs), np.float32)
    blocks, quads = packed.shape[:2]
    scratch = np.full((8, 4 * quads), 7, np.uint8), np.empty((8, 32 * blocks), np.int32)
    int8.project_int8(x, packed, shift, scales, *scratch, out)
    expected = (x.astype(np.int64) @ weights.astype(np.int64)).astype(np.float32) * scales
    assert (out == expected).all()


def network() -> Layer:
    built = build_network(NET, 41, TRand(3))
    built.convert_to_int()
    return built


def run(layer: Layer, images: list[np.ndarray], noises: list[int]) -> list[np.ndarray]:
    randomizer = TRand()
    randomizer.state = np.array(noises, np.int64)
    x = Activations.of_lines(images)
    result = layer.forward(x, training=False, randomizer=randomizer)
    return [np.array(result.line(item)) for item in range(len(images))]


@pytest.fixture(scope="module")
def images() -> list[np.ndarray]:
    source = np.random.default_rng(5)
    return [source.integers(-127, 128, (36, width, 1)).astype(np.int8) for width in (40, 61, 60, 97)]


def test_without_the_instruction_the_outputs_are_the_same(
    images: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = run(network(), images, [3, 4, 5, 6])
    monkeypatch.setattr(module.int8, "AVAILABLE", False)
    for ours, plain in zip(quick, run(network(), images, [3, 4, 5, 6]), strict=True):
        assert (ours == plain).all()


@pytest.mark.parametrize("available", [False, True])
def test_a_line_does_not_see_its_batch(
    images: list[np.ndarray], available: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if available and not int8.AVAILABLE:
        pytest.skip("this processor has no int8 products")
    monkeypatch.setattr(module.int8, "AVAILABLE", available)
    layer = network()
    together = run(layer, images, [3, 4, 5, 6])
    for noise, image, outputs in zip([3, 4, 5, 6], images, together, strict=True):
        assert (run(layer, [image], [noise])[0] == outputs).all()
