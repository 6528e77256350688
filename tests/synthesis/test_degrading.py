"""Degrading: kernels beside their slow twins, the one-pass scan beside the steps one after the other."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tessnb.kernels import degrading, scanning
from tessnb.network.random import TRand
from tessnb.synthesis.degrading import THRESHOLD, degrade, degrade_to_binary, distort
from tests.naive import degrading as naive

ANGLES = (0.0015, -0.008, 0.02, 0.3)


def noise(seed: int, shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def strokes(seed: int, height: int, width: int, margin: int) -> np.ndarray:
    """A white page with dark blobs of all greys, no nearer to the edge than `margin`."""
    random = np.random.default_rng(seed)
    page = np.full((height, width), 255, np.uint8)
    for _ in range(40):
        y, x = random.integers(margin, height - margin - 9), random.integers(margin, width - margin - 30)
        page[y : y + random.integers(1, 9), x : x + random.integers(1, 30)] = random.integers(0, 255)
    return page


@pytest.mark.parametrize("shape", [(40, 31), (3, 3), (9, 64)])
def test_average_and_darken(shape: tuple[int, int]) -> None:
    page, out = noise(1, shape), np.empty(shape, np.uint8)
    degrading.average(page, out)
    np.testing.assert_array_equal(out, naive.average(page))
    degrading.darken(page, out)
    np.testing.assert_array_equal(out, naive.darken(page))


@pytest.mark.parametrize("angle", ANGLES)
def test_rotate(angle: float) -> None:
    page, out = noise(2, (50, 73)), np.empty((50, 73), np.uint8)
    sine, cosine = np.float32(16 * math.sin(angle)), np.float32(16 * math.cos(angle))
    degrading.rotate(page, sine, cosine, out)
    np.testing.assert_array_equal(out, naive.rotate(page, sine, cosine))


@pytest.mark.parametrize("ramp", [False, True])
def test_shade(ramp: bool) -> None:
    page, out = noise(3, (40, 60)), np.empty((40, 60), np.uint8)
    random = TRand(77)
    degrading.shade(page, -48, 5, ramp, random.state, out)
    twin = TRand(77)
    np.testing.assert_array_equal(out, naive.shade(page, -48, 5, ramp, twin.int_rands(page.size)))
    assert random.state[0] == twin.state[0]


@pytest.mark.parametrize("exposure", range(-3, 4))
@pytest.mark.parametrize("rotation", [0.0, -0.013, 0.02, 0.15, None])
@pytest.mark.parametrize(
    ("height", "width", "margin"), [(600, 700, 130), (200, 333, 8), (90, 80, 0), (300, 1333, 60)]
)
def test_the_scan_equals_its_steps(
    exposure: int, rotation: float | None, height: int, width: int, margin: int
) -> None:
    """Same ink, same angle, same state of the generator; also where ink is too near the edge to skip."""
    page = strokes(exposure + 3, height, width, margin)
    one, other = TRand(5), TRand(5)
    grey, angle = degrade(page, exposure, one, rotation=rotation)
    binary, turned = degrade_to_binary(page, exposure, other, rotation=rotation)
    assert turned == angle
    assert (angle == 0.0) == (rotation is None)
    np.testing.assert_array_equal(binary == 0, grey < THRESHOLD)
    assert one.state[0] == other.state[0]


def test_the_scan_refuses_ink_at_the_edge() -> None:
    page = np.full((96, 96), 255, np.uint8)
    page[0, 50] = 0
    random = TRand(5)
    tiles, averages = np.zeros((3, 3), np.uint8), np.empty(scanning.SCRATCH, np.uint16)
    fade, powers = np.zeros((2, 96 + scanning.TILE + 48), np.int16), TRand().int_rands(97)
    steps, rows = np.empty((2, 96 + scanning.TILE), np.float32), np.empty(96, np.int64)
    out, flat = np.full_like(page, 255), (np.float32(0), np.float32(16))
    assert not scanning.scan(
        page, False, *flat, -48, 5, fade, powers, random.state, tiles, averages, steps, rows, out
    )
    assert random.state[0] == TRand(5).state[0]


def test_exposures_get_darker() -> None:
    page = strokes(9, 500, 600, 40)
    ink = [(degrade_to_binary(page, exposure, TRand(5))[0] == 0).sum() for exposure in range(-3, 4)]
    assert ink == sorted(ink)
    assert ink[0] < ink[-1]


def test_without_a_generator_nothing_is_random() -> None:
    page = strokes(4, 300, 300, 30)
    first, angle = degrade(page)
    second, _ = degrade(page)
    assert angle == 0.0
    np.testing.assert_array_equal(first, second)


def test_distortions() -> None:
    """Each is applied to half of the pages; inverted pages are dark."""
    page = strokes(6, 200, 300, 20)
    plain = distort(page, TRand(3), invert=False, white_noise=False, smooth_noise=False, blur=False)
    np.testing.assert_array_equal(plain, page)
    only = {"white_noise": False, "smooth_noise": False, "blur": False}
    random = TRand(3)
    dark = sum(distort(page, random, **only).mean() < 128 for _ in range(200))
    assert 70 <= dark <= 130
    noisy = distort(page, TRand(8), invert=False, smooth_noise=False, blur=False)
    grey = np.full((300, 300), 128, np.uint8)
    random = TRand(11)
    spread = [
        float(distort(grey, random, invert=False, smooth_noise=False, blur=False).std()) for _ in range(20)
    ]
    assert noisy.shape == page.shape
    assert all(value == 0.0 or 7.8 <= value <= 8.2 for value in spread)
    assert 0 < sum(value > 0 for value in spread) < 20
