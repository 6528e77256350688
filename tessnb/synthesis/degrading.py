"""A rendered page as if it had been printed, copied and scanned.

Source: ``src/training/degradeimage.cpp`` (``DegradeImage``, ``PrepareDistortedPix``).
"""

from __future__ import annotations

import math

import numpy as np

from tessnb.kernels import degrading
from tessnb.network.random import TRand

__all__ = ["THRESHOLD", "degrade", "distort"]

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
    out = np.empty_like(page)
    if exposure >= 2:
        degrading.darken(page, out)
        page, out = out, np.empty_like(page)
    degrading.average(page, out)
    page, out = out, np.empty_like(page)
    angle = 0.0
    if rotation is not None:
        angle = float(np.float32(rotation))
        if angle == 0.0 and random is not None:
            angle = float(np.float32(random.signed_rand(_ROTATION_RANGE)))
        if abs(np.float32(angle)) >= np.float32(_SMALLEST_ROTATION):
            degrading.rotate(
                page, np.float32(16.0 * math.sin(angle)), np.float32(16.0 * math.cos(angle)), out
            )
            page, out = out, page
    if exposure >= 3 or exposure == 1:
        degrading.darken(page, out)
        page, out = out, page
    offset = (-3 * _EXPOSURE_STEP if exposure <= 0 else 0) - exposure * _EXPOSURE_STEP
    speckle = _SPECKLE if random is not None else 0
    state = random.state if random is not None else np.ones(1, np.int64)
    degrading.shade(page, offset, speckle, sum(page.shape) > _RAMP_SIZE, state, out)
    return out, angle


def distort(
    page: np.ndarray,
    random: TRand,
    *,
    invert: bool = True,
    white_noise: bool = True,
    smooth_noise: bool = True,
    blur: bool = True,
) -> np.ndarray:
    """Apply noise, blur and inversion, each with even odds.

    Parameters
    ----------
    page : ndarray, shape=(height, width), dtype=uint8
    random : TRand
    invert, white_noise, smooth_noise, blur : bool
        What may be applied; smooth noise is noise that is blurred.

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
    if invert and random.signed_rand(1.0) < 0:
        page = 255 - page
    return page


def _averaged(page: np.ndarray) -> np.ndarray:
    out = np.empty_like(page)
    degrading.average(page, out)
    return out
