"""Loops of Leptonica's grey-level scaling and sharpening, one channel at a time.

Every function fills `out` from `image`; both are ``uint8`` arrays of shape (height, width). Positions in the
source are in sixteenths of a pixel, as ``scale1.c`` counts them.
"""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["area_average", "halve", "interpolate", "multiply", "sharpen", "smooth"]


@numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def interpolate(image: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """Bilinear interpolation at the given source positions (``scaleGrayLILow``).

    Parameters
    ----------
    image, out : ndarray of uint8, shape (height, width)
    rows, columns : ndarray of int32, shape (out height,), (out width,)
        Source position of each row and column of `out`, in 1/16 pixel.
    """
    height, width = image.shape
    for i in range(out.shape[0]):
        y, below = rows[i] >> 4, rows[i] & 15
        above = 16 - below
        y1 = min(y + 1, height - 1)
        for j in range(out.shape[1]):
            x, right = columns[j] >> 4, columns[j] & 15
            left = 16 - right
            x1 = min(x + 1, width - 1)
            total = above * (left * np.int32(image[y, x]) + right * np.int32(image[y, x1]))
            total += below * (left * np.int32(image[y1, x]) + right * np.int32(image[y1, x1]))
            out[i, j] = (total + 128) >> 8


@numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def multiply(image: np.ndarray, factor: int, out: np.ndarray) -> None:
    """Interpolate to an integer multiple of the size, rounding down (``scaleGray2xLILow``, ``4x``).

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width)
    factor : int
        2 or 4.
    out : ndarray of uint8, shape (factor * height, factor * width)
    """
    height, width = image.shape
    area = factor * factor
    for y in range(height):
        y1 = min(y + 1, height - 1)
        for x in range(width):
            x1 = min(x + 1, width - 1)
            s1, s2 = np.int32(image[y, x]), np.int32(image[y, x1])
            s3, s4 = np.int32(image[y1, x]), np.int32(image[y1, x1])
            for a in range(factor):
                for b in range(factor):
                    upper = (factor - a) * ((factor - b) * s1 + b * s2)
                    lower = a * ((factor - b) * s3 + b * s4)
                    out[factor * y + a, factor * x + b] = (upper + lower) // area


@numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def area_average(image: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """Average over the source area of each pixel (``scaleGrayAreaMapLow``).

    A pixel whose area reaches into the last row or column of the source takes its upper left source pixel.

    Parameters
    ----------
    image, out : ndarray of uint8, shape (height, width)
    rows, columns : ndarray of int32, shape (out height, 2), (out width, 2)
        First and last source position of each row and column of `out`, in 1/16 pixel.
    """
    height, width = image.shape
    for i in range(out.shape[0]):
        top, bottom = rows[i, 0] >> 4, rows[i, 1] >> 4
        top_part, bottom_part = 16 - (rows[i, 0] & 15), rows[i, 1] & 15
        tall = top_part + 16 * (bottom - top - 1) + bottom_part
        for j in range(out.shape[1]):
            left, right = columns[j, 0] >> 4, columns[j, 1] >> 4
            if right > width - 2 or bottom > height - 2:
                out[i, j] = image[top, left]
                continue
            left_part, right_part = 16 - (columns[j, 0] & 15), columns[j, 1] & 15
            total = np.int64(128)
            for y in range(top, bottom + 1):
                across = left_part * np.int64(image[y, left]) + right_part * np.int64(image[y, right])
                for x in range(left + 1, right):
                    across += 16 * np.int64(image[y, x])
                if y == top:
                    total += top_part * across
                elif y == bottom:
                    total += bottom_part * across
                else:
                    total += 16 * across
            area = tall * (left_part + 16 * (right - left - 1) + right_part)
            out[i, j] = total // area


@numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def halve(image: np.ndarray, out: np.ndarray) -> None:
    """Average blocks of two by two pixels, rounding down (``scaleAreaMapLow2``)."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total = np.int32(image[2 * i, 2 * j]) + np.int32(image[2 * i, 2 * j + 1])
            total += np.int32(image[2 * i + 1, 2 * j]) + np.int32(image[2 * i + 1, 2 * j + 1])
            out[i, j] = total >> 2


@numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def smooth(image: np.ndarray, rows: np.ndarray, columns: np.ndarray, size: int, out: np.ndarray) -> None:
    """Average a square of whole pixels (``scaleSmoothLow``).

    Parameters
    ----------
    image, out : ndarray of uint8, shape (height, width)
    rows, columns : ndarray of int32, shape (out height,), (out width,)
        Upper left corner of each square, in pixels.
    size : int
        Side of the square, in pixels.
    """
    norm = np.float32(1.0 / np.float64(size * size))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total = np.int64(0)
            for y in range(rows[i], rows[i] + size):
                for x in range(columns[j], columns[j] + size):
                    total += np.int64(image[y, x])
            out[i, j] = np.int32(np.float32(total) * norm)


@numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def sharpen(image: np.ndarray, reach: int, fraction: np.float32, sums: np.ndarray, out: np.ndarray) -> None:
    """Add a fraction of the difference from the local mean (``pixUnsharpMaskingGray2D``).

    Pixels closer than `reach` to an edge are copied.

    Parameters
    ----------
    image, out : ndarray of uint8, shape (height, width)
    reach : int
        Half the width of the mean's square, 1 or 2 pixels.
    fraction : float32
        How much of the difference to add.
    sums : ndarray of float32, shape (height, width)
        Scratch.
    """
    height, width = image.shape
    side = 2 * reach + 1
    norm = np.float32(1.0 / np.float64(side * side))
    for y in range(height):
        for x in range(width):
            out[y, x] = image[y, x]
        for x in range(reach, width - reach):
            across = np.int32(0)
            for n in range(x - reach, x + reach + 1):
                across += np.int32(image[y, n])
            sums[y, x] = np.float32(across)
    for y in range(reach, height - reach):
        for x in range(reach, width - reach):
            total = np.float32(0)
            for n in range(y - reach, y + reach + 1):
                total += sums[n, x]
            value = np.float32(image[y, x])
            low = norm * total
            sharp = value + fraction * (value - low)
            out[y, x] = min(max(np.int32(np.float64(sharp) + 0.5), 0), 255)
