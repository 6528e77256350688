"""The weights of an LSTM as its kernels want them, and their gradient as the optimizer wants it.

The optimizer's matrix is ``(inputs + units + 1, 4 * units)`` with the inputs first, then the outputs of the
step before, then the bias. The kernels' is in panels: for each group of sixteen units the columns of its four
gates, sixteen each, side by side.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.inner import ARRAY, INT, inner
from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share
from tessnb.kernels.tiles import PANEL, TALL, padded
from tessnb.kernels.vectors import WIDTH, load, store

__all__ = ["pack_gates", "pack_gates_back", "unpack_gates"]

F = np.float32


@inner(ARRAY, *[INT] * 5, ARRAY, INT)
def _pack_rows(matrix, row, count, rows, units, group, out, at):  # type: ignore[no-untyped-def]
    """Pack a group's columns of `count` rows from `row` on; then zeros up to `rows`."""
    inside = min(units - group * WIDTH, WIDTH)
    for k in range(rows):
        for gate in range(4):
            source, to = ((row + k) * 4 + gate) * units + group * WIDTH, at + k * PANEL + gate * WIDTH
            if k < count and inside == WIDTH:
                store(load(matrix, source), out, to)
            else:
                for i in range(WIDTH):
                    out[to + i] = matrix[source + i] if k < count and i < inside else F(0.0)


@numba.njit(**INSIDE)
def _pack(matrix, inputs, units, weights, recurrent, bias, first, last):  # type: ignore[no-untyped-def]
    groups = padded(units) // WIDTH
    for group in range(first * groups // 2, last * groups // 2):
        _pack_rows(matrix, 0, inputs, inputs, units, group, weights, group * inputs * PANEL)
        size = groups * WIDTH
        _pack_rows(matrix, inputs, units, size, units, group, recurrent, group * size * PANEL)
        _pack_rows(matrix, inputs + units, 1, 1, units, group, bias, group * PANEL)


@numba.njit(**OPTIONS)
def pack_gates(team, matrix, inputs, units, weights, recurrent, bias):  # type: ignore[no-untyped-def]
    """Pack the weights for `lstm_forward`.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    matrix : numpy.ndarray, shape=((inputs + units + 1) * 4 * units,), dtype=float32
    inputs, units : int
    weights, recurrent, bias : numpy.ndarray, dtype=float32
        Filled: ``(groups, inputs, 64)``, ``(groups, groups * 16, 64)`` and ``(groups, 64)``, flat.
    """
    share(team, _pack, (matrix, inputs, units, weights, recurrent, bias), False)


@inner(ARRAY, *[INT] * 4, ARRAY, INT)
def _pack_transposed(matrix, row, count, units, group, out, at):  # type: ignore[no-untyped-def]
    """Pack the transpose of a group's columns of `count` rows: its 64 rows of each of the panels."""
    groups = padded(units) // WIDTH
    inside = min(units - group * WIDTH, WIDTH)
    for begin in range(0, padded(count), PANEL):
        wide = min(padded(count) - begin, PANEL)
        to = at + begin * groups * PANEL + group * PANEL * wide
        for gate in range(4):
            for n in range(wide):
                source = ((row + begin + n) * 4 + gate) * units + group * WIDTH
                there = begin + n < count
                for i in range(WIDTH):
                    value = matrix[source + i] if there and i < inside else F(0.0)
                    out[to + (gate * WIDTH + i) * wide + n] = value


@numba.njit(**INSIDE)
def _pack_back(matrix, inputs, units, down, back, first, last):  # type: ignore[no-untyped-def]
    groups = padded(units) // WIDTH
    for group in range(first * groups // 2, last * groups // 2):
        _pack_transposed(matrix, 0, inputs, units, group, down, 0)
        _pack_transposed(matrix, inputs, units, units, group, back, 0)


@numba.njit(**OPTIONS)
def pack_gates_back(team, matrix, inputs, units, down, back):  # type: ignore[no-untyped-def]
    """Pack the transposed weights for `lstm_backward`.

    Parameters
    ----------
    team, matrix, inputs, units
        As in `pack_gates`.
    down, back : numpy.ndarray, dtype=float32
        Filled with what leads from the gates' errors to those of the inputs, and of the outputs of the step
        before: packed matrices of ``groups * 64`` rows.
    """
    share(team, _pack_back, (matrix, inputs, units, down, back), False)


@inner(ARRAY, *[INT] * 6, ARRAY)
def _unpack_rows(sums, at, other, count, row, units, group, matrix):  # type: ignore[no-untyped-def]
    inside = min(units - group * WIDTH, WIDTH)
    for k in range(count):
        for gate in range(4):
            to, source = ((row + k) * 4 + gate) * units + group * WIDTH, at + k * PANEL + gate * WIDTH
            if inside == WIDTH:
                vector = load(sums, source)
                if other:
                    vector = vector + load(sums, source + other)
                store(vector, matrix, to)
            else:
                for i in range(inside):
                    matrix[to + i] = (
                        sums[source + i] + sums[source + other + i] if other else sums[source + i]
                    )


@inner(ARRAY, *[INT] * 5, ARRAY)
def unpack_gates(sums, other, inputs, units, first, last, matrix):  # type: ignore[no-untyped-def]
    """Put the gradients of the groups from `first` to before `last` into the optimizer's matrix.

    Parameters
    ----------
    sums : numpy.ndarray, ndim=1, dtype=float32
        For each group 64 columns of: the inputs, filled up to whole strips of `TALL`; the units, filled up to
        whole groups; the bias, and the rest of its strip.
    other : int
        Where in `sums` something lies that is to be added; 0 for nothing.
    inputs, units : int
    matrix : numpy.ndarray, shape=((inputs + units + 1) * 4 * units,), dtype=float32
    """
    strips = (inputs + TALL - 1) // TALL * TALL
    size = (strips + padded(units) + TALL) * PANEL
    for group in range(first, last):
        at = group * size
        _unpack_rows(sums, at, other, inputs, 0, units, group, matrix)
        _unpack_rows(sums, at + strips * PANEL, other, units, inputs, units, group, matrix)
        _unpack_rows(
            sums, at + (strips + padded(units)) * PANEL, other, 1, inputs + units, units, group, matrix
        )
