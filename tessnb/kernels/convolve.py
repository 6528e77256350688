"""Stacking of a sliding window's inputs, with noise where the window leaves the image.

Source: ``Convolve::Forward``, ``Convolve::Backward`` in ``src/lstm/convolve.cpp``; ``NetworkIO::Randomize``.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share

__all__ = ["convolve_backward", "convolve_forward"]

F = np.float32

_COLUMNS = 64
_MODULUS = np.int64(2147483647)
_MULTIPLIER = np.int64(48271)


@numba.njit(**INSIDE)
def _randomize(line, amplitude, random):  # type: ignore[no-untyped-def]
    """Fill `line` with numbers in [-amplitude, amplitude]; 127 means integers."""
    for i in range(line.shape[0]):
        random[0] = random[0] * _MULTIPLIER % _MODULUS
        value = amplitude * 2.0 * random[0] / 2147483647.0 - amplitude
        if amplitude == 127.0:
            value = np.floor(value + 0.5) if value >= 0.0 else -np.floor(0.5 - value)
        line[i] = value


@numba.njit(**INSIDE)
def _stack_with_noise(x, height, width, y, c, half_y, half_x, amplitude, random, stacked):  # type: ignore[no-untyped-def]
    """Stack the window around position (y, c) of image `x`, part of which may be outside."""
    features = x.shape[2]
    at = 0
    for source_x in range(c - half_x, c + half_x + 1):
        for source_y in range(y - half_y, y + half_y + 1):
            if 0 <= source_x < width and 0 <= source_y < height:
                for f in range(features):
                    stacked[at + f] = x[source_y, source_x, f]
            else:
                _randomize(stacked[at : at + features], amplitude, random)
            at += features


@numba.njit(**INSIDE)
def _stack_inside(x, width, y, half_y, half_x, row):  # type: ignore[no-untyped-def]
    """Stack the windows of row y that are wholly inside."""
    features = x.shape[2]
    # A few columns at a time, so that they stay near until they are full.
    for begin in range(half_x, width - half_x, _COLUMNS):
        end = min(begin + _COLUMNS, width - half_x)
        at = 0
        for dx in range(-half_x, half_x + 1):
            for dy in range(-half_y, half_y + 1):
                source = x[y + dy]
                for c in range(begin, end):
                    for f in range(features):
                        row[np.uint64(c), np.uint64(at + f)] = source[np.uint64(c + dx), np.uint64(f)]
                at += features


@numba.njit(**INSIDE)
def _whole(height, width, y, half_y, half_x):  # type: ignore[no-untyped-def]
    """Whether row y has windows that are wholly inside."""
    return half_y <= y < height - half_y and width > 2 * half_x


@numba.njit(**INSIDE)
def _inside(x, heights, widths, half_y, half_x, out, first, last):  # type: ignore[no-untyped-def]
    """All that draws no noise, of half of the rows."""
    rows = x.shape[0] * x.shape[1]
    for index in range(first * rows // 2, last * rows // 2):
        b, y = index // x.shape[1], index % x.shape[1]
        if y >= heights[b]:
            out[b, y] = 0
            continue
        if _whole(heights[b], widths[b], y, half_y, half_x):
            _stack_inside(x[b], widths[b], y, half_y, half_x, out[b, y])
        out[b, y, widths[b] :] = 0


@numba.njit(**OPTIONS)
def convolve_forward(team, x, heights, widths, half_y, half_x, amplitude, random, out):  # type: ignore[no-untyped-def]
    """Stack for each position the inputs in a window around it, columns first.

    The window has ``(2 half_x + 1) * (2 half_y + 1)`` positions.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    x : numpy.ndarray, shape=(batch, height, width, features), dtype=float32 or int8
    heights, widths : numpy.ndarray, shape=(batch,), dtype=int64
    half_y, half_x : int
        The window reaches so far in every direction.
    amplitude : float
        Bound of the noise that stands for what is outside the image: 1, or 127 for int8.
    random : numpy.ndarray, shape=(1,) or (batch,), dtype=int64
        State of the generator, or of each image's own; advanced.
    out : numpy.ndarray, shape=(batch, height, width, window * features), same dtype as x
        Filled; padding becomes zero.
    """
    for b in range(x.shape[0]):
        image, height, width = x[b], heights[b], widths[b]
        own = random[b : b + 1] if random.shape[0] > 1 else random
        for y in range(height):
            row = out[b, y]
            # Only positions near the border draw noise, and they must do so in order.
            whole = _whole(height, width, y, half_y, half_x)
            for c in range(half_x if whole else width):
                _stack_with_noise(image, height, width, y, c, half_y, half_x, amplitude, own, row[c])
            if whole:
                for c in range(width - half_x, width):
                    _stack_with_noise(image, height, width, y, c, half_y, half_x, amplitude, own, row[c])
    share(team, _inside, (x, heights, widths, half_y, half_x, out), False)


@numba.njit(**OPTIONS)
def convolve_backward(delta, heights, widths, half_y, half_x, out):  # type: ignore[no-untyped-def]
    """Add up for each input the errors of all windows that hold it.

    Parameters
    ----------
    delta : numpy.ndarray, shape=(batch, height, width, window * features), dtype=float32
    heights, widths, half_y, half_x
        As in `convolve_forward`.
    out : numpy.ndarray, shape=(batch, height, width, features), dtype=float32
        Filled.
    """
    features = out.shape[3]
    out[:] = F(0.0)
    for b in range(delta.shape[0]):
        height, width = heights[b], widths[b]
        for y in range(height):
            for c in range(width):
                stacked = delta[b, y, c]
                at = 0
                for source_x in range(c - half_x, c + half_x + 1):
                    for source_y in range(y - half_y, y + half_y + 1):
                        if 0 <= source_x < width and 0 <= source_y < height:
                            for f in range(features):
                                out[b, source_y, source_x, f] += stacked[at + f]
                        at += features
