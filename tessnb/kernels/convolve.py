"""Stacking of a sliding window's inputs, with noise where the window leaves the image.

Source: ``Convolve::Forward``, ``Convolve::Backward`` in ``src/lstm/convolve.cpp``; ``NetworkIO::Randomize``.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share

__all__ = ["advance", "convolve_backward", "convolve_forward", "first_state", "stack_row"]

F = np.float32

_MODULUS = np.uint64(2147483647)
_BITS = np.uint64(31)
_MULTIPLIER = np.uint64(48271)


@numba.njit(**INSIDE)
def _times(state, factor):  # type: ignore[no-untyped-def]
    """Return a product modulo ``2**31 - 1``."""
    product = state * factor
    product = (product & _MODULUS) + (product >> _BITS)
    product = (product & _MODULUS) + (product >> _BITS)
    return product if product < _MODULUS else product - _MODULUS


@numba.njit(**INSIDE)
def numbers_ahead(state, count):  # type: ignore[no-untyped-def]
    """Return the generator's state after so many numbers."""
    power = _MULTIPLIER
    while count:
        if count & 1:
            state = _times(state, power)
        power = _times(power, power)
        count >>= 1
    return state


@numba.njit(**INSIDE)
def _overlap(at, half, size):  # type: ignore[no-untyped-def]
    """Return how many places of a window around `at` are inside."""
    return min(at + half, size - 1) - max(at - half, 0) + 1


@numba.njit(**INSIDE)
def draws(height, width, half_y, half_x, features, rows):  # type: ignore[no-untyped-def]
    """Return how many random numbers the first rows of an image take."""
    across = 0
    for dx in range(-half_x, half_x + 1):
        across += max(width - abs(dx), 0)
    window, total = (2 * half_x + 1) * (2 * half_y + 1), 0
    for y in range(min(rows, height)):
        total += window * width - _overlap(y, half_y, height) * across
    return total * features


@numba.njit(**INSIDE)
def _stack_with_noise(x, height, width, y, c, half_y, half_x, amplitude, state, stacked):  # type: ignore[no-untyped-def]
    """Stack the window around position (y, c) of image `x`, part of which may be outside; return the
    generator's new state."""
    features = x.shape[2]
    at = 0
    for source_x in range(c - half_x, c + half_x + 1):
        for source_y in range(y - half_y, y + half_y + 1):
            if 0 <= source_x < width and 0 <= source_y < height:
                for f in range(features):
                    stacked[at + f] = x[source_y, source_x, f]
            else:
                for f in range(features):
                    state = _times(state, _MULTIPLIER)
                    value = amplitude * 2.0 * state / 2147483647.0 - amplitude
                    if amplitude == 127.0:
                        value = np.floor(value + 0.5) if value >= 0.0 else -np.floor(0.5 - value)
                    stacked[at + f] = value
            at += features
    return state


@numba.njit(**INSIDE)
def _stack_inside(x, y, c, tall, wide, features, stacked):  # type: ignore[no-untyped-def]
    """Stack the window of which (y, c) is the upper left corner."""
    at = np.uint64(0)
    for dx in range(wide):
        for dy in range(tall):
            for f in range(features):
                stacked[at] = x[np.uint64(y + dy), np.uint64(c + dx), np.uint64(f)]
                at += np.uint64(1)


@numba.njit(**INSIDE)
def stack_row(image, height, width, y, half_y, half_x, amplitude, state, row):  # type: ignore[no-untyped-def]
    """Stack the windows of row `y` of an image, an array (height, width, features); return the generator's
    new state."""
    features = image.shape[2]
    # Only positions near the border draw noise, and they must do so in order.
    whole = half_y <= y < height - half_y and width > 2 * half_x
    for c in range(half_x if whole else width):
        state = _stack_with_noise(image, height, width, y, c, half_y, half_x, amplitude, state, row[c])
    if whole:
        upper, stop = y - half_y, width - half_x
        if half_y == 1 and half_x == 1 and features == 1:
            for c in range(half_x, stop):
                _stack_inside(image, upper, c - 1, 3, 3, 1, row[c])
        else:
            for c in range(half_x, stop):
                _stack_inside(image, upper, c - half_x, 2 * half_y + 1, 2 * half_x + 1, features, row[c])
        for c in range(stop, width):
            state = _stack_with_noise(image, height, width, y, c, half_y, half_x, amplitude, state, row[c])
    return state


@numba.njit(**INSIDE)
def first_state(x, heights, widths, half_y, half_x, random, b, y):  # type: ignore[no-untyped-def]
    """Return the generator's state before row `y` of image `b`, if it was `random` before all."""
    features, rows, before = x.shape[3], x.shape[1], 0
    if random.shape[0] == 1:
        for earlier in range(b):
            before += draws(heights[earlier], widths[earlier], half_y, half_x, features, rows)
    before += draws(heights[b], widths[b], half_y, half_x, features, y)
    return numbers_ahead(np.uint64(random[b if random.shape[0] > 1 else 0]), before)


@numba.njit(**INSIDE)
def advance(x, heights, widths, half_y, half_x, random):  # type: ignore[no-untyped-def]
    """Set the generators to their states after all."""
    for b in range(len(x)):
        taken = draws(heights[b], widths[b], half_y, half_x, x.shape[3], x.shape[1])
        own = b if random.shape[0] > 1 else 0
        random[own] = numbers_ahead(np.uint64(random[own]), taken)


@numba.njit(**INSIDE)
def _rows(x, heights, widths, half_y, half_x, amplitude, random, out, first, last):  # type: ignore[no-untyped-def]
    """Half of the rows, counted over all images."""
    rows = x.shape[1]
    state = np.uint64(0)
    begin, end = first * len(x) * rows // 2, last * len(x) * rows // 2
    for index in range(begin, end):
        b, y = index // rows, index % rows
        if index == begin or (y == 0 and random.shape[0] > 1):
            state = first_state(x, heights, widths, half_y, half_x, random, b, y)
        row, height, width = out[b, y], heights[b], widths[b]
        if y >= height:
            row[:] = 0
            continue
        state = stack_row(x[b], height, width, y, half_y, half_x, amplitude, state, row)
        row[width:] = 0


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
    share(team, _rows, (x, heights, widths, half_y, half_x, amplitude, random, out), False)
    advance(x, heights, widths, half_y, half_x, random)


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
