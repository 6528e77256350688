"""The one-dimensional LSTM over many sequences at once, forward and backward, on two cores.

With the gates CI, GI, GF, GO (cell input, input gate, forget gate, output gate)::

    z_t = x_t W + h_{t-1} R + b              CI = tanh(z), GI GF GO = logistic(z)
    c_t = clip(GF_t c_{t-1} + CI_t GI_t)     h_t = GO_t tanh(c_t)

Arrays are in time order, a row for each step and sequence: ``row = step * sequences + sequence``. Units are
in groups of sixteen, the last one filled up with units that stay zero. Gates and their errors are in panels,
one for each group: ``(group, row, gate * 16 + unit)``; all that has a number per unit is ``(row, group * 16 +
unit)``. Everything is flat.

Few sequences are divided between the cores by groups of units: each core keeps its share of the weights near,
and both meet at every step. More sequences are divided themselves, and no core waits for the other. Either
way every sum has its order.

Source: ``LSTM::Forward``, ``LSTM::Backward`` in ``src/lstm/lstm.cpp``.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.activation import logistic, tanh
from tessnb.kernels.inner import ARRAY, INT, inner
from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import meet, share
from tessnb.kernels.tiles import PANEL, multiply
from tessnb.kernels.vectors import WIDTH, larger, load, smaller, store

__all__ = ["BLOCK", "ERROR_CLIP", "SEVERAL", "STATE_CLIP", "lstm_forward", "project", "steps_forward"]

F = np.float32

#: Bound of the cell states.
STATE_CLIP = F(100.0)
#: Bound of the gates' errors.
ERROR_CLIP = F(1.0)
#: From so many sequences on they are divided between the cores, and not the units.
SEVERAL = 8
#: Rows whose gates are computed together: they stay near until they are used.
BLOCK = 64


@inner(*[INT] * 8, *[ARRAY] * 4)
def _cells(t, at, before, row, z, count, groups, group, gates, states, tanh_states, outputs):  # type: ignore[no-untyped-def]
    """The cells of a group for `count` sequences at step `t`.

    Their rows begin at `at` in the states, at `before` in those of the step before, and at `row` in the
    outputs; their gates at `z`.
    """
    units = groups * WIDTH
    at, before, out = at * units + group * WIDTH, before * units + group * WIDTH, row * units + group * WIDTH
    for _ in range(count):
        ci = tanh(load(gates, z))
        gi = logistic(load(gates, z + 16))
        gf = logistic(load(gates, z + 32))
        go = logistic(load(gates, z + 48))
        c = ci * gi
        if t > 0:
            c = c + gf * load(states, before)
        c = smaller(larger(c, -STATE_CLIP), STATE_CLIP)
        u = tanh(c)
        store(ci, gates, z)
        store(gi, gates, z + 16)
        store(gf, gates, z + 32)
        store(go, gates, z + 48)
        store(c, states, at)
        store(u, tanh_states, at)
        store(u * go, outputs, out)
        z += PANEL
        at += units
        before += units
        out += units


@inner(*[INT] * 10, *[ARRAY] * 5)
def steps_forward(  # type: ignore[no-untyped-def]
    t,
    s,
    count,
    first,
    last,
    sequences,
    groups,
    kept,
    gate_row,
    gate_rows,
    recurrent,
    gates,
    states,
    tanh_states,
    outputs,
):
    """Step `t` of `count` sequences from `s` on, groups from `first` to before `last`.

    Their gates begin at `gate_row` of `gate_rows` in each group; states are those of all steps or of one, as
    `kept` says.
    """
    units = groups * WIDTH
    row = t * sequences + s
    at = row if kept else s
    before = at - sequences if kept else at
    for group in range(first, last):
        z = (group * gate_rows + gate_row) * PANEL
        if t > 0:
            multiply(
                *(count, 4, outputs, (row - sequences) * units, units, 1, units),
                *(recurrent, group * units * PANEL, gates, z, PANEL, gates, z, PANEL),
            )
        _cells(t, at, before, row, z, count, groups, group, gates, states, tanh_states, outputs)


@inner(*[INT] * 10, *[ARRAY] * 4)
def project(  # type: ignore[no-untyped-def]
    row, sequences, count, times, gate_row, gate_step, gate_rows, first, last, inputs, x, weights, bias, gates
):
    """``x W + b`` of `count` rows from `row` on, at `times` steps, groups from `first` to before `last`.

    The gates begin at `gate_row` of `gate_rows` in each group; those of a step are `gate_step` apart from
    those of the step before.
    """
    for group in range(first, last):
        for i in range(times):
            z = (group * gate_rows + gate_row + i * gate_step) * PANEL
            multiply(
                *(count, 4, x, (row + i * sequences) * inputs, inputs, 1, inputs),
                *(weights, group * inputs * PANEL, bias, group * PANEL, 0, gates, z, PANEL),
            )


@numba.njit(**INSIDE)
def _forward(  # type: ignore[no-untyped-def]
    team, shape, x, weights, recurrent, bias, gates, states, tanh_states, outputs, first, last
):
    steps, sequences, inputs, groups, kept = shape
    gate_rows = steps * sequences if kept else BLOCK
    size = 0 if kept else groups * BLOCK * PANEL
    if sequences < SEVERAL:
        begin, end = first * groups // 2, last * groups // 2
        block = BLOCK // sequences
        for t in range(steps):
            gate_row = (t if kept else t % block) * sequences
            if t % block == 0:
                count = min(block, steps - t) * sequences
                where = t * sequences, 0, count, 1, gate_row, 0, gate_rows, begin, end, inputs
                project(*where, x, weights, bias, gates)
            steps_forward(
                *(t, 0, sequences, begin, end, sequences, groups, kept, gate_row, gate_rows),
                *(recurrent, gates, states, tanh_states, outputs),
            )
            if last - first == 1:
                meet(team, first, t + 1)
    else:
        for part in range(first, last):
            own_gates = gates[part * size :]
            end = (part + 1) * sequences // 2
            for s in range(part * sequences // 2, end, BLOCK):
                count = min(BLOCK, end - s)
                block = BLOCK // count
                for t in range(steps):
                    row = t * sequences + s
                    gate_row = row if kept else t % block * count
                    if t % block == 0:
                        rows = row, sequences, count, min(block, steps - t), gate_row
                        gate_step = sequences if kept else count
                        project(*rows, gate_step, gate_rows, 0, groups, inputs, x, weights, bias, own_gates)
                    steps_forward(
                        *(t, s, count, 0, groups, sequences, groups, kept, gate_row, gate_rows),
                        *(recurrent, own_gates, states, tanh_states, outputs),
                    )


@numba.njit(**OPTIONS)
def lstm_forward(team, shape, x, weights, recurrent, bias, gates, states, tanh_states, outputs):  # type: ignore[no-untyped-def]
    """Run all sequences from their first to their last step.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    shape : tuple of int, int, int, int, bool
        Steps, sequences, inputs, groups, and whether all steps are kept; else `states` and `tanh_states` have
        rows for a single step, and `gates`, of size ``2 * groups * BLOCK * 64``, is left with nothing of use.
    x : numpy.ndarray, shape=(rows * inputs,), dtype=float32
    weights, recurrent, bias : numpy.ndarray, dtype=float32
        From `pack_gates`.
    gates : numpy.ndarray, shape=(groups * rows * 64,), dtype=float32
        Filled with the gates' values.
    states, tanh_states, outputs : numpy.ndarray, shape=(rows * groups * 16,), dtype=float32
        Filled with ``c``, ``tanh(c)`` and ``h``.
    """
    arguments = team, shape, x, weights, recurrent, bias, gates, states, tanh_states, outputs
    share(team, _forward, arguments, shape[1] < SEVERAL)
