"""Scaling against Leptonica, byte for byte, and the kernels against their naive twins."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.kernels import scaling as kernels
from tessnb.lines.scaling import scale, scale_to_height, to_colour, to_grey
from tests.lines.leptonica import Pix, convert_to_8, convert_to_32
from tests.naive import scaling as naive

KINDS = ("bits", "grey", "colour")


def picture(kind: str, height: int, width: int, seed: int) -> np.ndarray:
    """Noise, or soft strokes on paper, of one of the room's three kinds."""
    random = np.random.default_rng(seed)
    shape = (height, width, 3) if kind == "colour" else (height, width)
    if kind == "bits":
        return random.random(shape) < 0.4
    if seed % 2:
        return random.integers(0, 256, shape, np.uint8)
    waves = 128 + 120 * np.sin(np.arange(width) / 5)[None, :] * np.cos(np.arange(height) / 7)[:, None]
    return np.broadcast_to(waves[..., None] if kind == "colour" else waves, shape).astype(np.uint8).copy()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "height", [1, 2, 5, 9, 18, 24, 35, 36, 37, 48, 51, 52, 64, 71, 72, 90, 144, 179, 181, 290]
)
def test_lines_scaled_to_36_pixels_are_leptonicas(kind: str, height: int) -> None:
    for width in (9, 40, 333):
        image = picture(kind, height, width, height + width)
        ours, factor = scale_to_height(image, 36)
        theirs = Pix.of(image).scaled(factor)
        assert theirs is not None
        np.testing.assert_array_equal(ours, theirs)
        assert ours.shape[0] == 36


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "factor",
    [
        0.01,
        0.019,
        0.02,
        0.0625,
        0.125,
        0.2,
        0.25,
        0.3,
        0.5,
        0.69,
        0.7,
        0.71,
        0.99,
        1.0,
        1.01,
        1.4,
        1.5,
        2.0,
        3.7,
        4.0,
    ],
)
def test_every_branch_is_leptonicas(kind: str, factor: float) -> None:
    for seed, (height, width) in enumerate([(7, 30), (61, 97), (130, 201), (64, 128)]):
        image = picture(kind, height, width, seed)
        theirs = Pix.of(image).scaled(factor)
        if theirs is None:
            with pytest.raises(InputError, match="nothing would be left"):
                scale(image, factor)
        else:
            np.testing.assert_array_equal(scale(image, factor), theirs)


def test_depth_conversions_are_leptonicas() -> None:
    for seed, kind in enumerate(KINDS):
        image = picture(kind, 40, 61, seed)
        np.testing.assert_array_equal(to_grey(image), convert_to_8(image))
        np.testing.assert_array_equal(to_colour(image), convert_to_32(image))


def test_variable_height_only_shrinks() -> None:
    assert scale_to_height(picture("grey", 30, 50, 1), 0)[0].shape == (30, 50)
    assert scale_to_height(picture("grey", 96, 50, 1), 0)[0].shape == (48, 25)


def test_impossible_scales_are_told() -> None:
    image = picture("grey", 20, 20, 1)
    for factor in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="cannot be scaled"):
            scale(image, factor)
    with pytest.raises(InputError, match="without pixels"):
        scale_to_height(image[:0], 36)


def test_kernels_equal_their_naive_twins() -> None:
    image = picture("grey", 23, 31, 3)
    rows, columns = np.arange(0, 23 * 16, 7, dtype=np.int32), np.arange(0, 31 * 16, 11, dtype=np.int32)
    out = np.empty((len(rows), len(columns)), np.uint8)
    kernels.interpolate(image, rows, columns, out)
    np.testing.assert_array_equal(out, naive.interpolate(image, rows, columns))

    for factor in (2, 4):
        out = np.empty((23 * factor, 31 * factor), np.uint8)
        kernels.multiply(image, factor, out)
        np.testing.assert_array_equal(out, naive.multiply(image, factor))

    edges = [np.arange(0, size * 16 - 37, 37, dtype=np.int32) for size in image.shape]
    rows, columns = (np.stack([first, first + 37], axis=1).astype(np.int32) for first in edges)
    out = np.empty((len(rows), len(columns)), np.uint8)
    kernels.area_average(image, rows, columns, out)
    np.testing.assert_array_equal(out, naive.area_average(image, rows, columns))

    out = np.empty((11, 15), np.uint8)
    kernels.halve(image, out)
    np.testing.assert_array_equal(out, naive.halve(image))

    rows, columns = np.array([0, 5, 18], np.int32), np.array([2, 26], np.int32)
    out = np.empty((3, 2), np.uint8)
    kernels.smooth(image, rows, columns, 5, out)
    np.testing.assert_array_equal(out, naive.smooth(image, rows, columns, 5))

    for reach, fraction in ((1, np.float32(0.2)), (2, np.float32(0.4))):
        out = np.empty_like(image)
        kernels.sharpen(image, reach, fraction, np.zeros(image.shape, np.float32), out)
        np.testing.assert_array_equal(out, naive.sharpen(image, reach, fraction))
