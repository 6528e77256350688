"""Scaling as Tesseract scales, byte for byte: Leptonica's ``pixScale`` and its depth conversions.

Images are arrays of one of three kinds, here and in the whole room:

- ``bool``, shape (height, width): one bit a pixel, True is black;
- ``uint8``, shape (height, width): grey, 0 is black;
- ``uint8``, shape (height, width, 3): colour.

Source: Leptonica 1.82 ``scale1.c``, ``enhance.c``, ``pixconv.c``; Tesseract's ``ImageData::PreScale``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tessnb.errors import InputError
from tessnb.kernels import scaling as kernels

__all__ = ["MAX_INPUT_HEIGHT", "scale", "scale_to_height", "to_colour", "to_grey"]

MAX_INPUT_HEIGHT = 48
"""Height in pixels to which a line is reduced for a network of variable height (``kMaxInputHeight``)."""

_SINGLE = np.float32
_SMALLEST_AREA = 0.02


def to_grey(image: np.ndarray) -> np.ndarray:
    """Return an image as grey levels (``pixConvertTo8``).

    Parameters
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Black bits become 0; colours are weighed 0.3, 0.5, 0.2.
    """
    if image.dtype == np.bool_:
        return np.where(image, np.uint8(0), np.uint8(255))
    if image.ndim == 2:
        return image
    red, green, blue = (image[..., channel].astype(_SINGLE) for channel in range(3))
    total = (_SINGLE(0.3) * red + _SINGLE(0.5) * green) + _SINGLE(0.2) * blue
    return (total.astype(np.float64) + 0.5).astype(np.uint8)


def to_colour(image: np.ndarray) -> np.ndarray:
    """Return an image as colours (``pixConvertTo32``): ndarray of uint8, shape (height, width, 3)."""
    if image.ndim == 3:
        return image
    return np.repeat(to_grey(image)[:, :, None], 3, axis=2)


def scale(image: np.ndarray, factor: float) -> np.ndarray:
    """Scale an image in both directions by one factor (``pixScale``).

    Parameters
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
    factor : float
        Rounded to float32, as Leptonica takes it.

    Returns
    -------
    ndarray
        An image of the same kind.

    Raises
    ------
    InputError
        If nothing would be left of the image, or the factor is not positive.
    """
    by = _SINGLE(factor)
    if not by > 0 or not np.isfinite(by):
        raise InputError("an image cannot be scaled so", found=factor, expected="a positive factor")
    if by == 1:
        return image.copy()
    height, width = image.shape[:2]
    size = _scaled(height, by), _scaled(width, by)
    if not all(size) and (float(by) >= _SMALLEST_AREA or image.dtype == np.bool_):
        raise _nothing_left(image.shape, float(by))
    if image.dtype == np.bool_:
        return _sample(image, size)
    if image.ndim == 3:
        return np.stack(
            [_scale_grey(np.ascontiguousarray(image[..., c]), by, size) for c in range(3)], axis=2
        )
    return _scale_grey(image, by, size)


def scale_to_height(
    image: np.ndarray, height: int, max_height: int = MAX_INPUT_HEIGHT
) -> tuple[np.ndarray, float]:
    """Scale a line image to the height of a network's input (``ImageData::PreScale``).

    Parameters
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
    height : int
        Wanted height in pixels; 0 keeps the image's own height up to `max_height`.
    max_height : int
        Greatest height in pixels where `height` is 0.

    Returns
    -------
    image : ndarray
        An image of the same kind.
    factor : float
        The factor that was applied.
    """
    if not image.size:
        raise InputError("a line image without pixels", found=f"shape {image.shape}")
    factor = _SINGLE(height or min(image.shape[0], max_height)) / _SINGLE(image.shape[0])
    return scale(image, float(factor)), float(factor)


def _nothing_left(shape: tuple[int, ...], factor: float) -> InputError:
    where = f"{shape[1]} x {shape[0]} pixels scaled by {factor:g}"
    return InputError("nothing would be left of the image", where=where)


def _scaled(length: int, factor: np.float32) -> int:
    return int(float(factor * _SINGLE(length)) + 0.5)


def _sample(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Take the nearest source bit of each bit (``scaleBinaryLow``)."""
    rows, columns = (
        np.minimum(
            ((_SINGLE(old) / _SINGLE(new)) * np.arange(new, dtype=_SINGLE) + 0.5).astype(np.int32), old - 1
        )
        for old, new in zip(image.shape, size, strict=True)
    )
    if columns[0] == columns[-1]:  # Leptonica then repeats the first row's bit
        rows[:] = rows[0]
    return image[rows][:, columns]


def _scale_grey(image: np.ndarray, factor: np.float32, size: tuple[int, int]) -> np.ndarray:
    """Scale one channel: area average below 0.7, interpolation above; sharpen moderate changes."""
    image = np.ascontiguousarray(image)
    wide = float(factor)  # Leptonica compares in double precision
    if wide < 0.7:
        if wide < _SMALLEST_AREA:
            scaled = _smooth(image, factor, size)
        elif wide in (0.5, 0.25, 0.125, 0.0625):
            scaled = _halve(image, int(np.log2(1 / wide)))
        else:
            scaled = _fill(kernels.area_average, image, size, *map(_spans, image.shape, size))
        return _sharpen(scaled, 1, 0.2) if wide > 0.2 else scaled
    if wide in (2, 4):
        scaled = np.empty(size, np.uint8)
        kernels.multiply(image, int(factor), scaled)
    else:
        scaled = _fill(kernels.interpolate, image, size, *map(_starts, image.shape, size))
    return _sharpen(scaled, 2, 0.4) if wide < 1.4 else scaled


def _fill(
    kernel: Callable[..., None],
    image: np.ndarray,
    size: tuple[int, int],
    rows: np.ndarray,
    columns: np.ndarray,
) -> np.ndarray:
    out = np.empty(size, np.uint8)
    kernel(image, rows, columns, out)
    return out


def _starts(old: int, new: int) -> np.ndarray:
    """Source position of each of `new` pixels in 1/16 pixel."""
    step = _SINGLE(16.0 * old / new)
    return (step * np.arange(new, dtype=_SINGLE)).astype(np.int32)


def _spans(old: int, new: int) -> np.ndarray:
    """First and last source position of each of `new` pixels in 1/16 pixel, shape (new, 2)."""
    step = _SINGLE(16.0 * old / new)
    last = float(step) * np.arange(1, new + 1, dtype=np.float64)
    return np.stack([_starts(old, new), last.astype(np.int32)], axis=1)


def _halve(image: np.ndarray, times: int) -> np.ndarray:
    for step in range(times):
        if min(image.shape) < 2:
            raise _nothing_left(image.shape, 0.5 ** (times - step))
        out = np.empty((image.shape[0] // 2, image.shape[1] // 2), np.uint8)
        kernels.halve(image, out)
        image = out
    return image


def _smooth(image: np.ndarray, factor: np.float32, size: tuple[int, int]) -> np.ndarray:
    """Average whole pixels (``pixScaleSmooth``); too small an image becomes its middle pixel."""
    side = min(10000, max(2, int(float(_SINGLE(1.0 / float(factor))) + 0.5)))
    height, width = image.shape
    if height < side or width < side:
        return image[height // 2 : height // 2 + 1, width // 2 : width // 2 + 1].copy()
    size = max(1, size[0]), max(1, size[1])
    rows, columns = (
        np.minimum(
            ((_SINGLE(old) / _SINGLE(new)) * np.arange(new, dtype=_SINGLE)).astype(np.int32), old - side
        )
        for old, new in zip(image.shape, size, strict=True)
    )
    out = np.empty(size, np.uint8)
    kernels.smooth(image, rows, columns, side, out)
    return out


def _sharpen(image: np.ndarray, reach: int, fraction: float) -> np.ndarray:
    out = np.empty_like(image)
    kernels.sharpen(image, reach, _SINGLE(fraction), np.zeros(image.shape, _SINGLE), out)
    return out
