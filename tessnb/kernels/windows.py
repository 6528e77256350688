"""Windows, a fully connected layer and maxima over rectangles in one, where nobody wants what lies between.

What `tessnb.kernels.convolve`, `tessnb.kernels.dense` and `tessnb.kernels.maxpool` would compute one after
the other, row of rectangles by row, so that all but the maxima stays near and is gone afterwards. On the way
back windows are stacked again, with the same noise, and errors are only where the maxima were. All numbers
are what the three give.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np

from tessnb.kernels.convolve import advance, first_state, stack_row
from tessnb.kernels.dense import DEPTH, activate, add_products, collect, error_before, strips
from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share
from tessnb.kernels.tiles import PANEL, multiply, pack, padded
from tessnb.kernels.vectors import WIDTH, load, spread, store, where_equal, where_greater

__all__ = ["windows_back_scratch", "windows_backward", "windows_forward", "windows_scratch"]

F = np.float32


@numba.njit(**INSIDE)
def _maxima(z, at, row, tall, wide, y_scale, outputs, best_at, out, places):  # type: ignore[no-untyped-def]
    """The maxima of a rectangle, of which `z` has `tall` rows, `row` apart, of `wide` positions."""
    for f in range(0, outputs, WIDTH):
        best, which = load(z, at + f), spread(F(0.0))
        for dx in range(wide):
            for dy in range(tall):
                candidate = load(z, at + dy * row + dx * outputs + f)
                which = where_greater(candidate, best, spread(F(dx * y_scale + dy)), which)
                best = where_greater(candidate, best, candidate, best)
        store(best, out, best_at + f)
        store(which, places, best_at + f)


@numba.njit(**INSIDE)
def _forward(shape, x, heights, widths, random, weights, near, out, places, first, last):  # type: ignore[no-untyped-def]
    """Half of the rows of rectangles, counted over all images."""
    half_y, half_x, inputs, outputs, function, y_scale, x_scale = shape
    packed, bias = weights
    stacked, flat, z = near
    batch, height, width, _ = x.shape
    rows, columns = height // y_scale, width // x_scale
    for index in range(first * batch * rows // 2, last * batch * rows // 2):
        b, y = index // rows, index % rows * y_scale
        tall, inside = min(y_scale, heights[b] - y), widths[b]
        at = first * y_scale * width * outputs
        to = index * columns * outputs
        state = first_state(x, heights, widths, half_y, half_x, random, b, y)
        for dy in range(tall):
            state = stack_row(x[b], heights[b], inside, y + dy, half_y, half_x, F(1.0), state, stacked[first])
            for c in range(0, inside, DEPTH):
                count, from_, into = (
                    min(DEPTH, inside - c),
                    first * width + c,
                    at + (dy * width + c) * outputs,
                )
                for panel in range(0, outputs, PANEL):
                    multiply(
                        *(count, min(outputs - panel, PANEL) // WIDTH, flat, from_ * inputs, inputs, 1),
                        *(inputs, packed, panel * inputs, bias, panel, 0, z, into + panel, outputs),
                    )
                activate(function, z, into, into + count * outputs)
        full = (inside + x_scale - 1) // x_scale if tall > 0 else 0
        for c in range(min(full, columns)):
            wide = min(x_scale, inside - c * x_scale)
            source = at + c * x_scale * outputs
            _maxima(z, source, width * outputs, tall, wide, y_scale, outputs, to, out, places)
            to += outputs
        for i in range(to, (index + 1) * columns * outputs, WIDTH):
            store(spread(F(0.0)), out, i)
            store(spread(F(0.0)), places, i)


def windows_scratch(shape: Sequence[int], width: int) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of `weights` and `near` that `windows_forward` takes."""
    _, _, inputs, outputs, _, y_scale, _ = shape
    return (inputs * outputs,), (outputs,), (2, width, inputs), (2 * y_scale * width * outputs,)


@numba.njit(**OPTIONS)
def windows_forward(team, shape, x, heights, widths, random, matrix, weights, near, out, places):  # type: ignore[no-untyped-def]
    """Compute the maxima.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    shape : tuple of int
        Reach of the windows up and down, left and right; inputs and outputs (a multiple of 16) of the fully
        connected layer, and its function; height and width of a rectangle.
    x : numpy.ndarray, shape=(batch, height, width, features), dtype=float32
    heights, widths : numpy.ndarray, shape=(batch,), dtype=int64
    random : numpy.ndarray, shape=(1,) or (batch,), dtype=int64
        As for `convolve_forward`; advanced.
    matrix : numpy.ndarray, shape=((inputs + 1) * outputs,), dtype=float32
        The bias last.
    weights, near : tuple of numpy.ndarray, dtype=float32
        Scratch: two and two of the shapes that `windows_scratch` says; `near` has its first twice, the
        second time flat.
    out, places : numpy.ndarray, ndim=1, dtype=float32
        Filled as by `maxpool_vectors`; zero in padding.
    """
    _, _, inputs, outputs, _, _, _ = shape
    packed, bias = weights
    pack(matrix, 0, outputs, 1, inputs, outputs, 0, (outputs + PANEL - 1) // PANEL, packed, 0)
    for n in range(outputs):
        bias[n] = matrix[inputs * outputs + n]
    share(team, _forward, (shape, x, heights, widths, random, weights, near, out, places), False)
    advance(x, heights, widths, shape[0], shape[1], random)


@numba.njit(**INSIDE)
def _row_errors(shape, to, dy, position, count, delta, out, places, errors, at):  # type: ignore[no-untyped-def]
    """Errors before the function of `count` positions of a row from `position` on, in panels of `DEPTH` rows;
    `to` is where the row of rectangles begins in `delta`, `out` and `places`."""
    _, _, _, outputs, function, y_scale, x_scale = shape
    for n in range(0, outputs, WIDTH):
        panel = n // PANEL * PANEL
        wide = min(outputs - panel, PANEL)
        into = at + panel * DEPTH + n - panel
        for c in range(position, position + count):
            cell = to + c // x_scale * outputs + n
            place = spread(F(c % x_scale * y_scale + dy))
            error = error_before(function, load(delta, cell), load(out, cell))
            store(where_equal(load(places, cell), place, error, spread(F(0.0))), errors, into)
            into += wide


@numba.njit(**INSIDE)
def _backward(shape, x, heights, widths, random, near, pooled, sums, first, last):  # type: ignore[no-untyped-def]
    """Half of the rows of rectangles, counted over all images."""
    half_y, half_x, inputs, outputs, _, y_scale, x_scale = shape
    stacked, flat, tall_rows, errors = near
    delta, out, places = pooled
    batch, height, width, _ = x.shape
    rows, columns = height // y_scale, width // x_scale
    across = (strips(inputs) + 1) * padded(outputs)
    for part in range(first, last):
        own_errors = errors[part * DEPTH * outputs :]
        own_tall = tall_rows[part * DEPTH * strips(inputs) :]
        own_sums = sums[part * across : (part + 1) * across]
        own_sums[:] = F(0.0)
        for index in range(part * batch * rows // 2, (part + 1) * batch * rows // 2):
            b, y = index // rows, index % rows * y_scale
            end = min(columns * x_scale, widths[b])
            state = first_state(x, heights, widths, half_y, half_x, random, b, y)
            for dy in range(min(y_scale, heights[b] - y)):
                state = stack_row(
                    x[b], heights[b], widths[b], y + dy, half_y, half_x, F(1.0), state, stacked[part]
                )
                for c in range(0, end, DEPTH):
                    count = min(DEPTH, end - c)
                    to = index * columns * outputs
                    _row_errors(shape, to, dy, c, count, delta, out, places, own_errors, 0)
                    source = part * width + c
                    add_products(source, count, inputs, outputs, flat, own_tall, own_errors, own_sums)


def windows_back_scratch(shape: Sequence[int], width: int) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of `near` and `sums` that `windows_backward` takes."""
    _, _, inputs, outputs, _, _, _ = shape
    features, wide = -(-inputs // 8) * 8, -(-outputs // WIDTH) * WIDTH
    return (2, width, inputs), (2 * DEPTH * features,), (2 * DEPTH * outputs,), (2 * (features + 1) * wide,)


@numba.njit(**OPTIONS)
def windows_backward(team, shape, x, heights, widths, random, near, pooled, sums, gradient):  # type: ignore[no-untyped-def]
    """Compute the gradient.

    Parameters
    ----------
    team, shape, x, heights, widths
        As for `windows_forward`.
    random : numpy.ndarray, shape=(1,) or (batch,), dtype=int64
        What it was before `windows_forward`.
    near, sums : tuple of numpy.ndarray and numpy.ndarray, dtype=float32
        Scratch of the shapes that `windows_back_scratch` says; the first of `near` twice, then flat.
    pooled : tuple of numpy.ndarray, ndim=1, dtype=float32
        Errors of the maxima, and what `windows_forward` left in `out` and `places`.
    gradient : numpy.ndarray, shape=((inputs + 1) * outputs,), dtype=float32
        Filled.
    """
    share(team, _backward, (shape, x, heights, widths, random, near, pooled, sums), False)
    collect(shape[2], shape[3], sums, gradient)
