"""Network input against its naive twin, and what the real trainer says of it."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.formats.network import StaticShape
from tessnb.lines.network_input import black_and_white, input_height, network_input, prepare_line
from tessnb.lines.scaling import to_grey
from tessnb.network.random import TRand
from tests.naive import network_input as naive


def shape_of(height: int, width: int, depth: int) -> StaticShape:
    return StaticShape(batch=1, height=height, width=width, depth=depth, loss_type=0)


def line_image(height: int, width: int, seed: int, colour: bool = False) -> np.ndarray:
    """Grey strokes on paper with some noise."""
    random = np.random.default_rng(seed)
    ink = np.repeat(random.integers(0, 2, (1, width // 4 + 1)), 4, axis=1)[:, :width] * 190
    image = 230 - ink - random.integers(0, 25, (height, width))
    return np.repeat(image[..., None], 3, axis=2).astype(np.uint8) if colour else image.astype(np.uint8)


@pytest.mark.parametrize("integer", [False, True])
@pytest.mark.parametrize(
    "shape",
    [(12, 0, 1), (12, 40, 1), (12, 90, 1), (0, 0, 1), (1, 0, 12), (1, 90, 12), (12, 0, 3), (12, 90, 3)],
)
def test_single_lines_equal_the_naive_twin(shape: tuple[int, int, int], integer: bool) -> None:
    for seed in range(3):
        image = line_image(12, 57, seed, shape[2] == 3)
        ours, widths = network_input(image, shape_of(*shape), integer=integer, randomizer=TRand(seed + 1))
        theirs = naive.network_input(image, *shape, integer=integer, randomizer=TRand(seed + 1))
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours[0], theirs)
        assert widths.tolist() == [shape[1] or 57]


def test_ink_and_paper() -> None:
    image = line_image(9, 300, 5)
    assert black_and_white(image) == pytest.approx(naive.black_and_white(image))
    black, white = black_and_white(image)
    assert 15 < black < 45
    assert 205 < white < 235
    # Nothing to see: the whole range.
    assert black_and_white(np.full((5, 9), 77, np.uint8)) == (1.0, 256.0)
    assert black_and_white(np.full((5, 2), 77, np.uint8)) == (1.0, 256.0)


def test_bits_and_colours_for_a_grey_network() -> None:
    bits = np.random.default_rng(1).random((12, 30)) < 0.4
    np.testing.assert_array_equal(
        network_input(bits, shape_of(12, 0, 1))[0], network_input(to_grey(bits), shape_of(12, 0, 1))[0]
    )
    colours = line_image(12, 30, 1, colour=True)
    np.testing.assert_array_equal(
        network_input(colours, shape_of(12, 0, 1))[0], network_input(to_grey(colours), shape_of(12, 0, 1))[0]
    )
    assert network_input(bits, shape_of(12, 0, 3))[0].shape == (1, 12, 30, 3)


def test_a_batch_holds_each_line_and_zeros_beside_it() -> None:
    images = [line_image(12, 57, 1), line_image(12, 30, 2)]
    batch, widths = network_input(images, shape_of(12, 0, 1))
    assert batch.shape == (2, 12, 57, 1)
    assert widths.tolist() == [57, 30]
    for row, image in zip(batch, images, strict=True):
        alone = network_input(image, shape_of(12, 0, 1))[0][0]
        np.testing.assert_array_equal(row[:, : image.shape[1]], alone)
    assert not batch[1, :, 30:].any()


def test_lines_are_scaled_to_the_networks_height() -> None:
    image = line_image(48, 100, 1)
    scaled, factor = prepare_line(image, shape_of(36, 0, 1))
    assert scaled.shape == (36, 75)
    assert factor == 0.75
    assert input_height(shape_of(1, 0, 48)) == 48
    assert prepare_line(image, shape_of(1, 0, 24))[0].shape == (24, 50)
    # An image that was not prepared is scaled on the way in.
    np.testing.assert_array_equal(
        network_input(image, shape_of(36, 0, 1))[0], network_input(scaled, shape_of(36, 0, 1))[0]
    )


def test_impossible_input_is_told() -> None:
    with pytest.raises(InputError, match=r"Image too small to scale!! \(2x36 vs min width of 3\)"):
        prepare_line(line_image(72, 4, 1), shape_of(36, 0, 1), min_width=3)
    with pytest.raises(InputError, match="needs a randomizer"):
        network_input(line_image(12, 20, 1), shape_of(12, 50, 1))
    with pytest.raises(InputError, match="no images"):
        network_input([], shape_of(12, 0, 1))
    with pytest.raises(InputError, match="must be 1 or 3"):
        network_input(line_image(12, 20, 1), shape_of(12, 0, 2))


def test_what_would_become_absurdly_large_is_told_before_memory_is_taken() -> None:
    with pytest.raises(
        InputError, match="a line image of 30000 x 1 pixels: Image too large to scale to 60000"
    ):
        prepare_line(np.zeros((1, 30000), np.uint8), StaticShape(height=60000, depth=1))
    with pytest.raises(InputError, match="must be 1 or 3, or its height 1; found 2000000000"):
        network_input(line_image(36, 900, 1), shape_of(36, 0, 2_000_000_000))  # tens of terabytes
    with pytest.raises(InputError, match="too large; found 65535 x 8000 pixels"):
        network_input(line_image(8000, 9, 1), shape_of(8000, 65535, 1), randomizer=TRand())
