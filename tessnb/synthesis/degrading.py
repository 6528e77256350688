"""A rendered page as if it had been printed, copied and scanned.

Source: ``src/training/degradeimage.cpp`` (``DegradeImage``, ``PrepareDistortedPix``).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from tessnb.kernels import degrading, scanning
from tessnb.network.random import TRand
from tessnb.synthesis.perspective import Perspective

__all__ = ["THRESHOLD", "degrade", "degrade_to_binary", "distort"]

#: A pixel darker than this is ink in a binary page.
THRESHOLD = 128

_ROTATION_RANGE = float(np.float32(0.02))
_SMALLEST_ROTATION = 0.001
_EXPOSURE_STEP = 16
_SPECKLE = 5
_RAMP_SIZE = 1000
_NOISE_SIGMA = 8.0


def degrade(
    page: np.ndarray, exposure: int = 0, random: TRand | None = None, *, rotation: float | None = 0.0
) -> tuple[np.ndarray, float]:
    """Blur a page, turn it a little, darken it by the exposure, and add noise and uneven light.

    Parameters
    ----------
    page : ndarray, shape=(height, width), dtype=uint8
        255 is white.
    exposure : int
        Of a photocopier: -3 very light to 3 very dark.
    random : TRand, optional
        Without it there is neither noise nor a random rotation.
    rotation : float or None
        Radians clockwise; 0 draws one between -0.02 and 0.02; None leaves the page straight.

    Returns
    -------
    page : ndarray, shape=(height, width), dtype=uint8
        Ink is what is darker than `THRESHOLD`.
    rotation : float
        By how much the page was turned.
    """
    return _degraded(page, exposure, random, _angle(random, rotation))


def _angle(random: TRand | None, rotation: float | None) -> float:
    """Return the angle to turn by, drawn if it is 0, in the reference's single precision."""
    angle = float(np.float32(rotation or 0.0))
    if rotation is not None and angle == 0.0 and random is not None:
        angle = float(np.float32(random.signed_rand(_ROTATION_RANGE)))
    return angle


def _is_turned(angle: float) -> bool:
    return bool(abs(np.float32(angle)) >= np.float32(_SMALLEST_ROTATION))


def _turn(angle: float) -> tuple[np.float32, np.float32]:
    return np.float32(16.0 * math.sin(angle)), np.float32(16.0 * math.cos(angle))


def _offset(exposure: int) -> int:
    return (-3 * _EXPOSURE_STEP if exposure <= 0 else 0) - exposure * _EXPOSURE_STEP


def _degraded(
    page: np.ndarray, exposure: int, random: TRand | None, angle: float
) -> tuple[np.ndarray, float]:
    out = np.empty_like(page)
    if exposure >= 2:
        degrading.darken(page, out)
        page, out = out, np.empty_like(page)
    degrading.average(page, out)
    page, out = out, np.empty_like(page)
    if _is_turned(angle):
        degrading.rotate(page, *_turn(angle), out)
        page, out = out, page
    if exposure >= 3 or exposure == 1:
        degrading.darken(page, out)
        page, out = out, page
    speckle = _SPECKLE if random is not None else 0
    state = random.state if random is not None else np.ones(1, np.int64)
    degrading.shade(page, _offset(exposure), speckle, sum(page.shape) > _RAMP_SIZE, state, out)
    return out, angle


@lru_cache(maxsize=16)
def random_powers(count: int) -> np.ndarray:
    """Return the first powers of the generator's multiplier: what a draw n steps on is multiplied by.

    Returns
    -------
    ndarray, shape=(count + 1,), dtype=int64
    """
    start = TRand()
    return start.int_rands(count + 1)


def _fade(height: int, width: int) -> np.ndarray:
    """Return what a page's uneven light takes off at row i and column j, at [i % 2, j + i // 2]."""
    steps = np.arange(2)[:, None] + 2 * np.arange(width + scanning.TILE + height // 2)
    fade = steps * 32 // (height + width) if height + width > _RAMP_SIZE else np.zeros_like(steps)
    return fade.astype(np.int16)


def degrade_to_binary(
    page: np.ndarray, exposure: int = 0, random: TRand | None = None, *, rotation: float | None = 0.0
) -> tuple[np.ndarray, float]:
    """Return `degrade`'s page in black (0) and white (255), and its rotation, in a fraction of the time.

    The parameters are those of `degrade`.
    """
    angle = _angle(random, rotation)
    if random is not None and (exposure <= 0 or exposure == 2):
        height, width = page.shape
        source = page
        if exposure == 2:
            source = np.empty_like(page)
            degrading.darken(page, source)
        out = np.full_like(page, 255)
        done = scanning.scan(
            source,
            _is_turned(angle),
            *_turn(angle),
            _offset(exposure),
            _SPECKLE,
            _fade(height, width),
            random_powers(width),
            random.state,
            np.zeros((-(-height // scanning.TILE), -(-width // scanning.TILE)), np.uint8),
            np.empty(scanning.SCRATCH, np.uint16),
            np.empty((2, width + scanning.TILE), np.float32),
            np.empty(height, np.int64),
            out,
        )
        if done:
            return out, angle
    grey, angle = _degraded(page, exposure, random, angle)
    return np.where(grey < THRESHOLD, np.uint8(0), np.uint8(255)), angle


def distort(
    page: np.ndarray,
    random: TRand,
    *,
    invert: bool = True,
    white_noise: bool = True,
    smooth_noise: bool = True,
    blur: bool = True,
    perspective: Perspective | None = None,
) -> np.ndarray:
    """Apply noise, blur and inversion, each with even odds, and a perspective if there is one.

    Parameters
    ----------
    page : ndarray, shape=(height, width), dtype=uint8
    random : TRand
    invert, white_noise, smooth_noise, blur : bool
        What may be applied; smooth noise is noise that is blurred.
    perspective : Perspective, optional

    Returns
    -------
    ndarray, shape=(height, width), dtype=uint8

    Notes
    -----
    The noise has the reference's distribution, not its values, which come from the C library.
    """
    if (white_noise or smooth_noise) and random.signed_rand(1.0) > 0.0:
        normal = np.random.default_rng(random.int_rand())
        noise = normal.standard_normal(page.shape, np.float32) * np.float32(_NOISE_SIGMA)
        page = np.clip(page + noise, 0, 255).astype(np.uint8)
        page = _averaged(page) if smooth_noise else page
    if blur and random.signed_rand(1.0) > 0.0:
        page = _averaged(page)
    if perspective is not None:
        page = perspective.image(page)
    if invert and random.signed_rand(1.0) < 0:
        page = 255 - page
    return page


def _averaged(page: np.ndarray) -> np.ndarray:
    out = np.empty_like(page)
    degrading.average(page, out)
    return out
