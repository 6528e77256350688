"""Loops that make a rendered page look printed and scanned; pages are ``uint8``, 255 white.

Source: ``src/training/degradeimage.cpp``; Leptonica's ``convolve.c`` (``blockconvLow``), ``graymorph.c``
(``pixErodeGray``), ``rotateam.c`` (``rotateAMGrayLow``) and ``projective.c`` (``pixProjectiveGray``).
"""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["average", "darken", "project", "rotate", "shade"]


@numba.njit(nogil=True, cache=True)
def average(page: np.ndarray, out: np.ndarray) -> None:
    """Mean of the 3 by 3 neighbourhood, with Leptonica's windows at the edges (no row or column 0).

    Parameters
    ----------
    page, out : ndarray of uint8, shape (height, width)
    """
    height, width = page.shape
    ninth, half = np.float32(1.0 / 9.0), 0.5
    lower = width - 1
    for i in range(height):
        top, behind = max(i - 1, 1), min(i + 2, height)
        rows = behind - top
        by_rows = np.float32(3.0) / np.float32(rows)
        if rows == 3:
            left = np.int32(0)
            middle = np.int32(page[top, 1]) + page[top + 1, 1] + page[top + 2, 1]
            for j in range(1, lower):
                right = np.int32(page[top, j + 1]) + page[top + 1, j + 1] + page[top + 2, j + 1]
                total = left + middle + right
                out[i, j] = (
                    np.uint8(255) if total == 2295 else np.uint8(np.float64(ninth * np.float32(total)) + half)
                )
                left, middle = middle, right
        for j in range(width):
            if rows == 3 and 2 <= j < lower:
                continue
            first, last = max(j - 1, 1), min(j + 2, width)
            total = np.int32(0)
            for y in range(top, behind):
                for x in range(first, last):
                    total += page[y, x]
            value = np.float32(np.uint8(np.float64(ninth * np.float32(total)) + half))
            by_columns = np.float32(3.0) / np.float32(last - first)
            out[i, j] = np.uint8(min(value * by_rows * by_columns, np.float32(255.0)))


@numba.njit(nogil=True, cache=True)
def darken(page: np.ndarray, out: np.ndarray) -> None:
    """Darkest of the 3 by 3 neighbourhood; what lies outside the page is white.

    Parameters
    ----------
    page, out : ndarray of uint8, shape (height, width)
    """
    height, width = page.shape
    for i in range(height):
        top, behind = max(i - 1, 0), min(i + 2, height)
        for j in range(width):
            darkest = page[i, j]
            for y in range(top, behind):
                for x in range(max(j - 1, 0), min(j + 2, width)):
                    darkest = min(darkest, page[y, x])
            out[i, j] = darkest


@numba.njit(nogil=True, cache=True)
def rotate(page: np.ndarray, sine: np.float32, cosine: np.float32, out: np.ndarray) -> None:
    """Turn a page clockwise about its centre, white from outside, with positions in sixteenths of a pixel.

    Parameters
    ----------
    page, out : ndarray of uint8, shape (height, width)
    sine, cosine : float32
        16 times those of the angle.
    """
    height, width = page.shape
    x_center, y_center = width // 2, height // 2
    for i in range(height):
        y_part_x = np.float32(y_center - i) * sine
        y_part_y = np.float32(i - y_center) * cosine
        for j in range(width):
            x = np.int32(np.float32(j - x_center) * cosine - y_part_x)
            y = np.int32(y_part_y + np.float32(x_center - j) * sine)
            column, row = x_center + (x >> 4), y_center + (y >> 4)
            if column < 0 or row < 0 or column > width - 2 or row > height - 2:
                out[i, j] = 255
                continue
            x &= 15
            y &= 15
            upper = (16 - x) * np.int32(page[row, column]) + x * np.int32(page[row, column + 1])
            lower = (16 - x) * np.int32(page[row + 1, column]) + x * np.int32(page[row + 1, column + 1])
            out[i, j] = ((16 - y) * upper + y * lower + 128) >> 8


@numba.njit(nogil=True, cache=True)
def project(page: np.ndarray, coefficients: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` with what a projection finds of a page, white from outside, to sixteenths of a pixel.

    Parameters
    ----------
    page, out : ndarray of uint8, shape (height, width)
    coefficients : ndarray of float64, shape (8,)
        Of the projection from `out` to `page`.
    """
    height, width = page.shape
    a, b, c, d, e, f, g, h = coefficients
    for i in range(height):
        for j in range(width):
            scale = 1.0 / (g * j + h * i + 1.0)
            x, y = (a * j + b * i + c) * scale, (d * j + e * i + f) * scale
            if x < 0 or y < 0 or x > width - 2 or y > height - 2:
                out[i, j] = 255
                continue
            across, down = int(16 * x), int(16 * y)
            above, below = page[down >> 4], page[(down >> 4) + 1]
            column, across, down = across >> 4, across & 15, down & 15
            upper = (16 - across) * np.int32(above[column]) + across * np.int32(above[column + 1])
            lower = (16 - across) * np.int32(below[column]) + across * np.int32(below[column + 1])
            out[i, j] = ((16 - down) * upper + down * lower) >> 8


@numba.njit(nogil=True, cache=True)
def shade(
    page: np.ndarray, offset: int, speckle: int, ramp: bool, state: np.ndarray, out: np.ndarray
) -> None:
    """Add speckle noise, a fading towards the lower right corner, and a constant.

    Parameters
    ----------
    page, out : ndarray of uint8, shape (height, width)
    offset : int
        Added to every pixel.
    speckle : int
        Largest noise.
    ramp : bool
        Whether to fade, by 32 grey levels over the page's height plus width.
    state : ndarray of int64, shape (1,)
        Of the random generator (`TRand`), drawn from once per pixel.
    """
    height, width = page.shape
    value = state[0]
    span = 2 * speckle + 1
    for i in range(height):
        for j in range(width):
            value = value * 48271 % 2147483647
            pixel = np.int64(page[i, j]) + value % span - speckle + offset
            if ramp:
                pixel -= (2 * j + i) * 32 // (height + width)
            out[i, j] = min(max(pixel, 0), 255)
    state[0] = value
