"""The fully connected layer, forward and backward, on two cores: each takes half of the positions.

Forward ``y = f(x W + b)``; backward, with ``e = f'(y) delta``, the gradient ``[x, 1]^T e`` and the errors of
the inputs ``e W^T``. Everything is flat.

Source: ``src/lstm/fullyconnected.cpp``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np

from tessnb.kernels.activation import logistic, tanh
from tessnb.kernels.inner import ARRAY, INT, inner
from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share
from tessnb.kernels.tiles import PANEL, TALL, multiply, pack, pack_tall, padded
from tessnb.kernels.vectors import WIDTH, load, store

__all__ = [
    "DEPTH",
    "LINEAR",
    "LOGISTIC",
    "TANH",
    "activate",
    "add_products",
    "collect",
    "dense_backward",
    "dense_backward_scratch",
    "dense_forward",
    "dense_forward_scratch",
    "error_before",
    "strips",
]

F = np.float32

#: Functions of the layer.
LINEAR, TANH, LOGISTIC = range(3)
#: Positions that are computed together.
DEPTH = 128
#: Up to so many inputs a position's are so near each other that they need not be packed.
_NARROW = 32


@inner(INT, ARRAY, INT, INT)
def activate(function, z, begin, end):  # type: ignore[no-untyped-def]
    """Replace numbers by those of the layer's function, in place; whole vectors."""
    if function == TANH:
        for i in range(begin, end, WIDTH):
            store(tanh(load(z, i)), z, i)
    elif function == LOGISTIC:
        for i in range(begin, end, WIDTH):
            store(logistic(load(z, i)), z, i)


@numba.njit(**INSIDE)
def error_before(function, error, y):  # type: ignore[no-untyped-def]
    """Return the errors before the layer's function, for vectors of errors behind it and of its results."""
    if function == TANH:
        return error * (F(1.0) - y * y)
    if function == LOGISTIC:
        return error * y * (F(1.0) - y)
    return error


@numba.njit(**INSIDE)
def _forward(shape, x, packed, bias, block, out, first, last):  # type: ignore[no-untyped-def]
    rows, inputs, outputs, function = shape
    wide = padded(outputs)
    end = last * rows // 2
    for row in range(first * rows // 2, end, DEPTH):
        count = min(DEPTH, end - row)
        z, at = out, row * outputs
        if wide != outputs:
            z, at = block, first * DEPTH * wide
        for panel in range(0, wide, PANEL):
            multiply(
                *(count, min(wide - panel, PANEL) // WIDTH, x, row * inputs, inputs, 1, inputs),
                *(packed, panel * inputs, bias, panel, 0, z, at + panel, wide),
            )
        activate(function, z, at, at + count * wide)
        if wide != outputs:
            for r in range(count):
                result, source = (row + r) * outputs, at + r * wide
                for n in range(outputs):
                    out[result + n] = z[source + n]


def dense_forward_scratch(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes of the scratch that `dense_forward` takes."""
    _, inputs, outputs, _ = shape
    wide = -(-outputs // WIDTH) * WIDTH
    return inputs * wide, wide, 2 * DEPTH * wide


@numba.njit(**OPTIONS)
def dense_forward(team, shape, x, weights, scratch, out):  # type: ignore[no-untyped-def]
    """Compute the layer's output.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    shape : tuple of int
        Positions, inputs, outputs, and the function.
    x : numpy.ndarray, shape=(positions * inputs,), dtype=float32
    weights : numpy.ndarray, shape=((inputs + 1) * outputs,), dtype=float32
        The bias last.
    scratch : tuple of numpy.ndarray, ndim=1, dtype=float32
        Of the sizes that `dense_forward_scratch` says.
    out : numpy.ndarray, shape=(positions * outputs,), dtype=float32
        Filled.
    """
    _, inputs, outputs, _ = shape
    packed, bias, block = scratch
    panels = (outputs + PANEL - 1) // PANEL
    pack(weights, 0, outputs, 1, inputs, outputs, 0, panels, packed, 0)
    for n in range(bias.shape[0]):
        bias[n] = weights[inputs * outputs + n] if n < outputs else F(0.0)
    share(team, _forward, (shape, x, packed, bias, block, out), False)


@inner(*[INT] * 5, *[ARRAY] * 3)
def _errors(row, count, outputs, function, at, y, delta, errors):  # type: ignore[no-untyped-def]
    """``f'(y) delta`` of `count` positions, in panels of `DEPTH` rows, from `at` on."""
    for panel in range(0, outputs, PANEL):
        inside = min(outputs - panel, PANEL)
        wide = padded(inside)
        to = at + panel * DEPTH
        source = row * outputs + panel
        whole = inside // WIDTH * WIDTH
        for _ in range(count):
            for n in range(0, whole, WIDTH):
                store(error_before(function, load(delta, source + n), load(y, source + n)), errors, to + n)
            for n in range(whole, inside):
                slope, value = F(1.0), y[source + n]
                if function == TANH:
                    slope = F(1.0) - value * value
                elif function == LOGISTIC:
                    slope = value * (F(1.0) - value)
                errors[to + n] = slope * delta[source + n]
            for n in range(inside, wide):
                errors[to + n] = F(0.0)
            to += wide
            source += outputs


@numba.njit(**INSIDE)
def strips(inputs):  # type: ignore[no-untyped-def]
    return (inputs + TALL - 1) // TALL * TALL


@inner(*[INT] * 4, *[ARRAY] * 4)
def add_products(row, count, inputs, outputs, x, tall, errors, sums):  # type: ignore[no-untyped-def]
    """Add ``[x, 1]^T e`` of `count` positions from `row` on to the gradient in panels."""
    features = strips(inputs)
    if inputs > _NARROW:
        pack_tall(x, row * inputs, inputs, count, inputs, tall, 0, DEPTH)
    for panel in range(0, outputs, PANEL):
        wide = padded(min(outputs - panel, PANEL))
        e, at = panel * DEPTH, panel * (features + 1)
        if inputs <= _NARROW:
            multiply(
                *(inputs, wide // WIDTH, x, row * inputs, 1, inputs, count, errors, e),
                *(sums, at, wide, sums, at, wide),
            )
        else:
            for strip in range(features // TALL):
                a, to = strip * DEPTH * TALL, at + strip * TALL * wide
                multiply(
                    *(TALL, wide // WIDTH, tall, a, 1, TALL, count, errors, e),
                    *(sums, to, wide, sums, to, wide),
                )
        for lane in range(0, wide, WIDTH):
            to = at + features * wide + lane
            total = load(sums, to)
            for k in range(count):
                total = total + load(errors, e + k * wide + lane)
            store(total, sums, to)


@numba.njit(**INSIDE)
def _backward(shape, arrays, scratch, below, first, last):  # type: ignore[no-untyped-def]
    rows, inputs, outputs, function, wanted = shape
    x, y, delta = arrays
    transposed, zeros, errors, tall, sums = scratch
    wide, columns = padded(outputs), padded(inputs)
    across = (strips(inputs) + 1) * wide
    for part in range(first, last):
        own_errors = errors[part * DEPTH * wide :]
        own_tall = tall[part * DEPTH * strips(inputs) :]
        own_sums = sums[part * across : (part + 1) * across]
        own_sums[:] = F(0.0)
        end = (part + 1) * rows // 2
        for row in range(part * rows // 2, end, DEPTH):
            count = min(DEPTH, end - row)
            _errors(row, count, outputs, function, 0, y, delta, own_errors)
            add_products(row, count, inputs, outputs, x, own_tall, own_errors, own_sums)
            if not wanted:
                continue
            for column in range(0, columns, PANEL):
                vectors = min(columns - column, PANEL) // WIDTH
                to = row * columns + column
                initial, start, distance = zeros, 0, 0
                for panel in range(0, outputs, PANEL):
                    inside = min(outputs - panel, PANEL)
                    multiply(
                        *(count, vectors, own_errors, panel * DEPTH, padded(inside), 1, inside),
                        *(transposed, column * outputs + panel * vectors * WIDTH),
                        *(initial, start, distance, below, to, columns),
                    )
                    initial, start, distance = below, to, columns


@numba.njit(**INSIDE)
def collect(inputs, outputs, sums, gradient):  # type: ignore[no-untyped-def]
    """Add the gradients of both parts."""
    features = strips(inputs)
    other = (features + 1) * padded(outputs)
    for panel in range(0, outputs, PANEL):
        inside = min(outputs - panel, PANEL)
        wide = padded(inside)
        for f in range(inputs + 1):
            at = panel * (features + 1) + (f if f < inputs else features) * wide
            to = f * outputs + panel
            for n in range(inside):
                gradient[to + n] = sums[at + n] + sums[other + at + n]


def dense_backward_scratch(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes of the scratch that `dense_backward` takes."""
    _, inputs, outputs, _, _ = shape
    wide, columns = (-(-size // WIDTH) * WIDTH for size in (outputs, inputs))
    features = -(-inputs // TALL) * TALL
    sums = 2 * (features + 1) * wide
    return outputs * columns, PANEL, 2 * DEPTH * wide, 2 * DEPTH * features, sums


@numba.njit(**OPTIONS)
def dense_backward(team, shape, arrays, weights, scratch, gradient, below):  # type: ignore[no-untyped-def]
    """Propagate errors back.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    shape : tuple
        Positions, inputs, outputs, the function, and whether the inputs' errors are wanted.
    arrays : tuple of numpy.ndarray, ndim=1, dtype=float32
        x and y as `dense_forward` took and left them, and delta, ``(positions * outputs,)``.
    weights : numpy.ndarray, shape=((inputs + 1) * outputs,), dtype=float32
    scratch : tuple of numpy.ndarray, ndim=1, dtype=float32
        Of the sizes that `dense_backward_scratch` says.
    gradient : numpy.ndarray, shape=((inputs + 1) * outputs,), dtype=float32
        Filled.
    below : numpy.ndarray, ndim=1, dtype=float32
        Filled with the inputs' errors, positions of inputs filled up to whole vectors.
    """
    _, inputs, outputs, _, wanted = shape
    if wanted:
        panels = (inputs + PANEL - 1) // PANEL
        pack(weights, 0, 1, outputs, outputs, inputs, 0, panels, scratch[0], 0)
    scratch[1][:] = F(0.0)
    share(team, _backward, (shape, arrays, scratch, below), False)
    collect(inputs, outputs, scratch[4], gradient)
