"""The one-dimensional LSTM backwards from its last outputs, after a forward run that kept nothing.

Where sequences are many and short, as the columns of a line are, a few of them with all that they need to go
back stay near while they run forward again and back. That takes about the time in which their gates would
have come and gone, and a fifth of the memory. The formulas are those of `tessnb.kernels.lstm` and
`tessnb.kernels.lstm_back`.

Source: ``LSTM::Forward``, ``LSTM::Backward`` in ``src/lstm/lstm.cpp``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np

from tessnb.kernels.gates import unpack_gates
from tessnb.kernels.lstm import BLOCK, project, steps_forward
from tessnb.kernels.lstm_back import (
    COLUMNS,
    DEPTH,
    add_products,
    carry,
    cells_back,
    fed_features,
    pack_rows,
    send,
    sums_size,
    units_of,
)
from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share
from tessnb.kernels.tiles import PANEL, TALL, padded
from tessnb.kernels.vectors import WIDTH

__all__ = ["lstm_again_scratch_sizes", "lstm_backward_again"]

F = np.float32


@numba.njit(**INSIDE)
def _forward_again(shape, s, count, x, weights, near):  # type: ignore[no-untyped-def]
    """Run `count` sequences from `s` on forward, as if there were no others."""
    steps, sequences, inputs, groups = shape[:4]
    forward, recurrent, bias = weights
    own_x, gates, states, tanh_states, outputs = near
    for t in range(steps):
        source, to = (t * sequences + s) * inputs, t * count * inputs
        for i in range(count * inputs):
            own_x[to + i] = x[source + i]
    block, rows = BLOCK // count, steps * count
    for t in range(steps):
        row = t * count
        if t % block == 0:
            now = min(block, steps - t) * count
            project(row, 0, now, 1, row, 0, rows, 0, groups, inputs, own_x, forward, bias, gates)
        steps_forward(
            *(t, 0, count, 0, groups, count, groups, True, row, rows),
            *(recurrent, gates, states, tanh_states, outputs),
        )


@numba.njit(**INSIDE)
def _back(shape, s, count, deltas, weights, lengths, near, scratch, below):  # type: ignore[no-untyped-def]
    """Run these sequences back: add to the gradient, set the inputs' errors."""
    steps, sequences, inputs, groups, _, _, wanted = shape
    down, back = weights
    x, gates, states, tanh_states, outputs = near
    zeros, sent, state_errors, carried, _, tall, sums = scratch
    units, columns, rows = groups * WIDTH, padded(inputs), steps * count
    sizes = steps, count, groups, True
    for t in range(steps - 1, -1, -1):
        row = t * count
        if t + 1 < steps:
            send(
                *(count, row + count, rows, 0, groups, groups, units),
                *(gates, back, zeros, sent, 0, units),
            )
        for group in range(groups):
            e = (group * rows + row) * PANEL
            cells_back(
                *(t, 0, count, group, *sizes, e, lengths[s:], deltas[s * units :], gates, states),
                *(tanh_states, carried, sent, zeros, gates, state_errors),
            )
        pack_rows(row, count, row, rows, count, inputs, groups, x, outputs, tall)
        if wanted:
            to = (t * sequences + s) * columns
            send(count, row, rows, 0, groups, groups, columns, gates, down, zeros, below, to, columns)
    for k in range(0, rows, DEPTH):
        depth = min(DEPTH, rows - k)
        add_products(k, rows, depth, k, rows, 0, groups, inputs, groups, tall, gates, sums)


@numba.njit(**INSIDE)
def _copy_state(states, row, units, before):  # type: ignore[no-untyped-def]
    for n in range(units):
        before[n] = states[row * units + n]


@numba.njit(**INSIDE)
def _parts(shape, x, deltas, weights, lengths, near, scratch, below, first, last):  # type: ignore[no-untyped-def]
    """Parts are halves of the sequences."""
    steps, sequences, inputs, groups, per_image, carries, _ = shape
    forward, recurrent, bias, down, back = weights
    units, deep = groups * WIDTH, steps * COLUMNS
    alone = per_image if carries else 0
    own_x, gates, states, tanh_states, outputs = near
    zeros, sent, state_errors, carried, before, tall, sums = scratch
    size, across = COLUMNS * units, sums_size(inputs, groups)
    for part in range(first, last):
        own = (
            own_x[part * deep * inputs :],
            gates[part * groups * deep * PANEL :],
            states[part * deep * units :],
            tanh_states[part * deep * units :],
            outputs[part * deep * units :],
        )
        own_before = before[part * units :]
        own_scratch = (
            zeros,
            sent[part * size :],
            state_errors[part * size :],
            carried[part * size :],
            own_before,
            tall[part * fed_features(inputs, groups) * deep :],
            sums[part * across : (part + 1) * across],
        )
        own_scratch[6][:] = F(0.0)
        begin, end = part * sequences // 2, (part + 1) * sequences // 2
        if begin > 0:
            _forward_again(shape, begin - 1, 1, x, (forward, recurrent, bias), own)
            _copy_state(own[2], lengths[begin - 1] - 1, units, own_before)
        for s in range(begin, end, COLUMNS):
            count = min(COLUMNS, end - s)
            _forward_again(shape, s, count, x, (forward, recurrent, bias), own)
            carry(s, count, count, units, alone, lengths, own[2], own_before, own_scratch[3])
            _copy_state(own[2], lengths[s + count - 1] * count - 1, units, own_before)
            _back(shape, s, count, deltas, (down, back), lengths, own, own_scratch, below)


@numba.njit(**INSIDE)
def _collect(sums, gradient, inputs, groups, first, last):  # type: ignore[no-untyped-def]
    """Add the gradients of both parts."""
    begin, end = first * groups // 2, last * groups // 2
    other = sums_size(inputs, groups)
    unpack_gates(sums, other, inputs, units_of(gradient, inputs), begin, end, gradient)


@numba.njit(**OPTIONS)
def lstm_backward_again(team, shape, x, deltas, weights, lengths, near, scratch, results):  # type: ignore[no-untyped-def]
    """Run all sequences forward again, and propagate errors from the last step to the first.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    shape : tuple
        Steps, sequences, inputs, groups, sequences of an image, whether the first step's forget gate sees the
        last state of the sequence before, and whether the inputs' errors are wanted: see
        `tessnb.kernels.lstm_back.lstm_backward`.
    x : numpy.ndarray, shape=(steps * sequences * inputs,), dtype=float32
    deltas : numpy.ndarray, shape=(sequences * groups * 16,), dtype=float32
        Errors of each sequence's last output.
    weights : tuple of numpy.ndarray, dtype=float32
        Weights, recurrent weights and bias from `pack_gates`, `down` and `back` from `pack_gates_back`.
    lengths : numpy.ndarray, shape=(sequences,), dtype=int64
        Valid steps of each sequence.
    near, scratch : tuple of numpy.ndarray, ndim=1, dtype=float32
        Of the sizes that `lstm_again_scratch_sizes` says.
    results : tuple of numpy.ndarray, ndim=1, dtype=float32
        Filled: the gradient and the inputs' errors.
    """
    gradient, below = results
    scratch[0][:] = F(0.0)
    share(team, _parts, (shape, x, deltas, weights, lengths, near, scratch, below), False)
    share(team, _collect, (scratch[6], gradient, shape[2], shape[3]), False)


def lstm_again_scratch_sizes(shape: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the sizes of `near` and `scratch` that `lstm_backward_again` takes."""
    steps, _, inputs, groups = shape[:4]
    units, deep = groups * WIDTH, steps * COLUMNS
    features = -(-inputs // TALL) * TALL + units
    columns = COLUMNS * units
    near = 2 * deep * inputs, 2 * groups * deep * PANEL, *[2 * deep * units] * 3
    sums = 2 * (features + TALL) * PANEL * groups
    return near, (columns, *[2 * columns] * 3, 2 * units, 2 * features * deep, sums)
