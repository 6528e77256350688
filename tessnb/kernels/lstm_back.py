"""The one-dimensional LSTM backwards: errors of gates and inputs, and the weights' gradient.

With ``e_h = delta + errors_{t+1} R^T`` the error of the output and ``e_c`` that of the state::

    e_c = clip(e_c GF_{t+1} + (1 - tanh(c)**2) GO e_h, 4)
    error CI = (1 - CI**2) GI e_c          error GI = GI (1 - GI) CI e_c
    error GF = GF (1 - GF) c_{t-1} e_c     error GO = GO (1 - GO) tanh(c) e_h        all clipped to 1

Layouts and the division between two cores are those of `tessnb.kernels.lstm`. What the gates of each half of
the units send back is a sum of its own, whoever computes it; the two are added then.

Errors take the place of the gates; the products over all rows follow. For many short sequences see
`tessnb.kernels.lstm_again`.

Source: ``LSTM::Backward`` in ``src/lstm/lstm.cpp``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np
from numba.core import types

from tessnb.kernels.gates import unpack_gates
from tessnb.kernels.inner import ARRAY, INT, inner
from tessnb.kernels.lstm import ERROR_CLIP, SEVERAL
from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import meet, share
from tessnb.kernels.tiles import PANEL, TALL, multiply, pack_tall, padded
from tessnb.kernels.vectors import WIDTH, larger, load, smaller, spread, store

__all__ = [
    "COLUMNS",
    "DEPTH",
    "LENGTHS",
    "add_products",
    "carry",
    "cells_back",
    "fed_features",
    "lstm_backward",
    "lstm_scratch_sizes",
    "pack_rows",
    "send",
    "sums_size",
    "units_of",
]

F = np.float32
LENGTHS = types.Array(types.int64, 1, "C")

#: Bound of the cells' errors.
STATE_ERROR_CLIP = F(4.0)
#: Sequences that are run together where sequences are divided.
COLUMNS = 32
#: Rows that a gradient's products take at a time.
DEPTH = 128


@numba.njit(**INSIDE)
def sums_size(inputs, groups):  # type: ignore[no-untyped-def]
    """Return the size of a gradient in panels, as `tessnb.kernels.gates.unpack_gates` takes it."""
    return (fed_features(inputs, groups) + TALL) * PANEL * groups


@numba.njit(**INSIDE)
def fed_features(inputs, groups):  # type: ignore[no-untyped-def]
    """Return how many rows a gradient in panels has for inputs and outputs, each filled up."""
    return (inputs + TALL - 1) // TALL * TALL + groups * WIDTH


@numba.njit(**INSIDE)
def _clipped(error):  # type: ignore[no-untyped-def]
    return smaller(larger(error, -ERROR_CLIP), ERROR_CLIP)


@inner(*[INT] * 7, *[ARRAY] * 4, INT, INT)
def send(count, error_row, error_rows, begin, end, groups, columns, errors, weights, zeros, out, at, row):  # type: ignore[no-untyped-def]
    """Sum what the errors of the groups from `begin` to before `end` send back through packed `weights`.

    `out` gets `count` rows of `columns` numbers, from `at` on, `row` apart.
    """
    if begin == end:
        for r in range(count):
            out[at + r * row : at + r * row + columns] = F(0.0)
    for panel in range(0, columns, PANEL):
        wide = min(columns - panel, PANEL)
        for group in range(begin, end):
            e, w = (group * error_rows + error_row) * PANEL, panel * groups * PANEL + group * PANEL * wide
            initial, start, distance = out, at + panel, row
            if group == begin:
                initial, start, distance = zeros, 0, 0
            multiply(
                *(count, wide // WIDTH, errors, e, PANEL, 1, PANEL, weights, w),
                *(initial, start, distance, out, at + panel, row),
            )


@inner(*[INT] * 9, LENGTHS, *[ARRAY] * 9)
def cells_back(  # type: ignore[no-untyped-def]
    t,
    s,
    count,
    group,
    steps,
    sequences,
    groups,
    summary,
    error_at,
    lengths,
    deltas,
    gates,
    states,
    tanh_states,
    carried,
    sent,
    sent_too,
    errors,
    state_errors,
):
    """The cells of a group for `count` sequences from `s` on at step `t`.

    `sent` and `sent_too` hold, from their beginnings on, what the step after sent back; `carried` what the
    first step takes for the states before it.
    """
    units = groups * WIDTH
    rows = steps * sequences
    zero = spread(F(0.0))
    one = F(1.0)
    for r in range(count):
        column = s + r
        row = t * sequences + column
        at = row * units + group * WIDTH
        z = (group * rows + row) * PANEL
        e_h, e_c = zero, zero
        if not summary:
            e_h = load(deltas, at)
        elif t == lengths[column] - 1:
            e_h = load(deltas, column * units + group * WIDTH)
        own = column * units + group * WIDTH
        if t + 1 < steps:
            from_after = r * units + group * WIDTH
            e_h = e_h + (load(sent, from_after) + load(sent_too, from_after))
            e_c = load(state_errors, own)
        previous = load(states, at - sequences * units) if t > 0 else load(carried, own)
        ci, gi, gf, go = load(gates, z), load(gates, z + 16), load(gates, z + 32), load(gates, z + 48)
        u = load(tanh_states, at)
        e_c = e_c + (one - u * u) * go * e_h
        e_c = smaller(larger(e_c, -STATE_ERROR_CLIP), STATE_ERROR_CLIP)
        # The gates may be where the errors go: the step before is left what the cell sends to it.
        store(e_c * gf, state_errors, own)
        e = error_at + r * PANEL
        store(_clipped((one - ci * ci) * gi * e_c), errors, e)
        store(_clipped(gi * (one - gi) * ci * e_c), errors, e + 16)
        store(_clipped(gf * (one - gf) * previous * e_c), errors, e + 32)
        store(_clipped(u * go * (one - go) * e_h), errors, e + 48)


@inner(*[INT] * 5, LENGTHS, *[ARRAY] * 3)
def carry(s, count, sequences, units, per_image, lengths, states, before, carried):  # type: ignore[no-untyped-def]
    """Set what the first steps of sequences from `s` on take for the states before them.

    `states` are those of these sequences, and `before` the last one of the sequence before them.
    """
    for column in range(count):
        to = column * units
        last = (lengths[s + column - 1] - 1) * sequences + column - 1
        for n in range(0, units, WIDTH):
            state = spread(F(0.0))
            if per_image > 0 and (s + column) % per_image > 0:
                state = load(states, last * units + n) if column > 0 else load(before, n)
            store(state, carried, to + n)


@inner(*[INT] * 9, *[ARRAY] * 3)
def add_products(  # type: ignore[no-untyped-def]
    error_row, error_rows, count, k_first, k_count, begin, end, inputs, groups, tall, errors, sums
):
    """Add ``[x, h, 1]^T errors`` of `count` rows to the gradients of the groups from `begin` to before `end`.

    `tall` has, from its column `k_first` on, the transpose of these rows' x and h, in strips of `k_count`.
    """
    features = fed_features(inputs, groups)
    for group in range(begin, end):
        e = (group * error_rows + error_row) * PANEL
        at = group * (features + TALL) * PANEL
        for strip in range(features // TALL):
            a = (strip * k_count + k_first) * TALL
            to = at + strip * TALL * PANEL
            multiply(TALL, 4, tall, a, 1, TALL, count, errors, e, sums, to, PANEL, sums, to, PANEL)
        to = at + features * PANEL
        for lane in range(0, PANEL, WIDTH):
            total = load(sums, to + lane)
            for k in range(count):
                total = total + load(errors, e + k * PANEL + lane)
            store(total, sums, to + lane)


@inner(*[INT] * 7, *[ARRAY] * 3)
def pack_rows(row, count, k_first, k_count, sequences, inputs, groups, x, outputs, tall):  # type: ignore[no-untyped-def]
    """Put the transposes of `count` rows of x, and of what was fed back to them, into `tall`."""
    units = groups * WIDTH
    strips = (inputs + TALL - 1) // TALL
    pack_tall(x, row * inputs, inputs, count, inputs, tall, k_first, k_count)
    fed_back = tall[strips * k_count * TALL :]
    # Nothing is fed back to the first step.
    none = min(max(sequences - row, 0), count)
    for strip in range(units // TALL):
        to = (strip * k_count + k_first) * TALL
        fed_back[to : to + none * TALL] = F(0.0)
    if none < count:
        source = (row + none - sequences) * units
        pack_tall(outputs, source, units, count - none, units, fed_back, k_first + none, k_count)


@numba.njit(**INSIDE)
def _recur_by_units(team, shape, arrays, weights, lengths, scratch, first, last):  # type: ignore[no-untyped-def]
    """Leave the errors of all steps; parts are halves of the groups."""
    steps, sequences, _, groups, _, _, summary, _ = shape
    sizes = steps, sequences, groups, summary
    _, deltas, gates, states, tanh_states, _ = arrays
    zeros, sent, state_errors, carried = scratch[:4]
    units, rows = groups * WIDTH, steps * sequences
    size = sequences * units
    for t in range(steps - 1, -1, -1):
        here = sent[(t % 2) * 2 * size :]
        if t + 1 < steps:
            sizes_sent = sequences, (t + 1) * sequences, rows
            for part in range(first, last):
                mine = part * groups // 2, (part + 1) * groups // 2
                send(*sizes_sent, *mine, groups, units, gates, weights[1], zeros, here, part * size, units)
            if last - first == 1:
                meet(team, first, steps - 1 - t)
        for group in range(first * groups // 2, last * groups // 2):
            e = (group * rows + t * sequences) * PANEL
            cells_back(
                *(t, 0, sequences, group, *sizes, e, lengths, deltas, gates, states, tanh_states),
                *(carried, here, here[size:], gates, state_errors),
            )


@numba.njit(**INSIDE)
def _recur_by_sequences(shape, arrays, weights, lengths, scratch, first, last):  # type: ignore[no-untyped-def]
    """Leave the errors of all steps; parts are halves of the sequences."""
    steps, sequences, _, groups, _, _, summary, _ = shape
    sizes = steps, sequences, groups, summary
    _, deltas, gates, states, tanh_states, _ = arrays
    zeros, sent, state_errors, carried = scratch[:4]
    units, rows, half = groups * WIDTH, steps * sequences, groups // 2
    size = sequences * units
    for part in range(first, last):
        end = (part + 1) * sequences // 2
        for s in range(part * sequences // 2, end, COLUMNS):
            count = min(COLUMNS, end - s)
            one, other = sent[s * units :], sent[size + s * units :]
            for t in range(steps - 1, -1, -1):
                if t + 1 < steps:
                    row = (t + 1) * sequences + s
                    send(count, row, rows, 0, half, groups, units, gates, weights[1], zeros, one, 0, units)
                    send(
                        *(count, row, rows, half, groups, groups, units),
                        *(gates, weights[1], zeros, other, 0, units),
                    )
                for group in range(groups):
                    e = (group * rows + t * sequences + s) * PANEL
                    cells_back(
                        *(t, s, count, group, *sizes, e, lengths, deltas, gates, states, tanh_states),
                        *(carried, one, other, gates, state_errors),
                    )


@numba.njit(**INSIDE)
def _gradient(shape, arrays, scratch, gradient, first, last):  # type: ignore[no-untyped-def]
    """Set the gradient from errors in the place of gates; parts are halves of the groups."""
    steps, sequences, inputs, groups = shape[:4]
    x, _, errors, _, _, outputs = arrays
    tall, sums = scratch[4:6]
    rows = steps * sequences
    begin, end = first * groups // 2, last * groups // 2
    across = sums_size(inputs, groups) // groups
    sums[begin * across : end * across] = F(0.0)
    own_tall = tall[first * fed_features(inputs, groups) * DEPTH :]
    for row in range(0, rows, DEPTH):
        count = min(DEPTH, rows - row)
        pack_rows(row, count, 0, DEPTH, sequences, inputs, groups, x, outputs, own_tall)
        add_products(row, rows, count, 0, DEPTH, begin, end, inputs, groups, own_tall, errors, sums)
    unpack_gates(sums, 0, inputs, units_of(gradient, inputs), begin, end, gradient)


@numba.njit(**INSIDE)
def _send_down(shape, errors, down, scratch, below, first, last):  # type: ignore[no-untyped-def]
    """Set the inputs' errors from errors in the place of gates; parts are halves of the rows."""
    steps, sequences, inputs, groups = shape[:4]
    zeros, received = scratch[0], scratch[6]
    rows, columns, half = steps * sequences, padded(inputs), groups // 2
    size = DEPTH * columns
    end = last * rows // 2
    for row in range(first * rows // 2, end, DEPTH):
        count = min(DEPTH, end - row)
        to, other = row * columns, first * size
        send(count, row, rows, 0, half, groups, columns, errors, down, zeros, below, to, columns)
        send(count, row, rows, half, groups, groups, columns, errors, down, zeros, received, other, columns)
        for i in range(0, count * columns, WIDTH):
            store(load(below, to + i) + load(received, other + i), below, to + i)


@numba.njit(**INSIDE)
def units_of(matrix, inputs):  # type: ignore[no-untyped-def]
    """Return the units of a flat gates' matrix ``(inputs + units + 1, 4 * units)``."""
    # (inputs + 1) u + u**2 = size / 4
    units = 1
    while (inputs + units + 1) * 4 * units < matrix.shape[0]:
        units += 1
    return units


@numba.njit(**OPTIONS)
def lstm_backward(team, shape, arrays, weights, lengths, scratch, results):  # type: ignore[no-untyped-def]
    """Propagate errors from the last step to the first.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    shape : tuple
        Steps, sequences, inputs, groups; how many sequences, which follow each other, are of one image;
        whether the first step's forget gate sees the last state of the sequence before it in the same image
        (it took no part in the forward run, but the reference takes it for the previous one, and so must
        whoever wants the reference's figures); whether there are errors of the last outputs only; whether the
        inputs' errors are wanted.
    arrays : tuple of numpy.ndarray, ndim=1, dtype=float32
        x, the errors of the outputs (zero beyond a sequence's length; a row per sequence if there are only
        those of the last), gates, states, tanh_states and outputs as `lstm_forward` took and left them. The
        gates may be gone afterwards: errors take their place.
    weights : tuple of numpy.ndarray, dtype=float32
        `down` and `back` from `tessnb.kernels.gates.pack_gates_back`.
    lengths : numpy.ndarray, shape=(sequences,), dtype=int64
        Valid steps of each sequence.
    scratch : tuple of numpy.ndarray, ndim=1, dtype=float32
        Of the sizes that `lstm_scratch_sizes` says.
    results : tuple of numpy.ndarray, ndim=1, dtype=float32
        Filled: the gradient, ``(inputs + units + 1, 4 * units)``, and the inputs' errors, rows of inputs
        filled up to whole vectors.
    """
    _, sequences, _, groups, per_image, carried, _, wanted = shape
    scratch[0][:] = F(0.0)
    alone = per_image if carried else 0
    carry(0, sequences, sequences, groups * WIDTH, alone, lengths, arrays[3], scratch[0], scratch[3])
    if sequences < SEVERAL:
        share(team, _recur_by_units, (team, shape, arrays, weights, lengths, scratch), True)
    else:
        share(team, _recur_by_sequences, (shape, arrays, weights, lengths, scratch), False)
    share(team, _gradient, (shape, arrays, scratch, results[0]), False)
    if wanted:
        share(team, _send_down, (shape, arrays[2], weights[0], scratch, results[1]), False)


def lstm_scratch_sizes(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes of the scratch that `lstm_backward` takes."""
    _, sequences, inputs, groups = shape[:4]
    units, columns = groups * WIDTH, -(-inputs // WIDTH) * WIDTH
    features = -(-inputs // TALL) * TALL + units
    one = sequences * units
    sums = (features + TALL) * PANEL * groups
    return COLUMNS * units, 4 * one, one, one, 2 * features * DEPTH, sums, 2 * DEPTH * columns
