"""The recurrence of a two-dimensional LSTM, which sees its outputs to the left and above.

A fifth gate GFS forgets the state above; of the two remembered states only the one with the more open forget
gate counts. Gates are in blocks CI, GI, GF1, GO, GFS. Errors follow the reference, which lets both forget
gates learn whichever was chosen.

Source: ``LSTM::Forward``, ``LSTM::Backward`` in ``src/lstm/lstm.cpp`` where ``Is2D()``.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tessnb.kernels.activation import logistic, tanh
from tessnb.kernels.lstm import ERROR_CLIP, STATE_CLIP
from tessnb.kernels.quantization import quantized
from tessnb.kernels.tables import logistic_table, tanh_table

__all__ = ["lstm_2d_backward", "lstm_2d_forward"]

F = np.float32
OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}


@numba.njit(**OPTIONS)
def _fed_back(output, integer, hidden):  # type: ignore[no-untyped-def]
    """Copy `output` to `hidden`, quantized in integer networks."""
    for i in range(output.shape[0]):
        hidden[i] = quantized(output[i]) if integer else output[i]


@numba.njit(**OPTIONS)
def lstm_2d_forward(gates, left, above, scales, states, tanh_states, outputs, chosen, product, hidden):  # type: ignore[no-untyped-def]
    """Run from the first to the last position of each image.

    Parameters
    ----------
    gates : numpy.ndarray, shape=(batch, height, width, 5 * units), dtype=float32
        Input projections with bias; replaced by the gates' values.
    left, above : numpy.ndarray, shape=(units, 5 * units), dtype=float32
        Weights of the outputs to the left and above.
    scales : numpy.ndarray, shape=(5 * units,) or (0,), dtype=float32
        Integer networks only, as in `lstm_forward`.
    states, tanh_states, outputs : numpy.ndarray, shape=(batch, height, width, units), dtype=float32
        Filled.
    chosen : numpy.ndarray, same shape, dtype=int8
        Filled with 1 where the state to the left was remembered, 2 where it was the one above.
    product, hidden : numpy.ndarray, shape=(5 * units,) and (units,), dtype=float32
        Scratch.
    """
    units = states.shape[3]
    integer = scales.shape[0] > 0
    for b in range(gates.shape[0]):
        for y in range(gates.shape[1]):
            for x in range(gates.shape[2]):
                gate, state, tanh_state, output = (
                    gates[b, y, x],
                    states[b, y, x],
                    tanh_states[b, y, x],
                    outputs[b, y, x],
                )
                which = chosen[b, y, x]
                if x > 0:
                    _fed_back(outputs[b, y, x - 1], integer, hidden)
                    np.dot(hidden, left, product)
                    for i in range(5 * units):
                        gate[i] += product[i]
                if y > 0:
                    _fed_back(outputs[b, y - 1, x], integer, hidden)
                    np.dot(hidden, above, product)
                    for i in range(5 * units):
                        gate[i] += product[i]
                if integer:
                    for i in range(5 * units):
                        gate[i] *= scales[i]
                for i in range(units):
                    gate[i] = tanh_table(gate[i]) if integer else tanh(gate[i])
                for i in range(units, 5 * units):
                    gate[i] = logistic_table(gate[i]) if integer else logistic(gate[i])
                for i in range(units):
                    c = gate[2 * units + i] * states[b, y, x - 1, i] if x > 0 else F(0.0)
                    which[i] = 1
                    if y > 0 and gate[2 * units + i] < gate[4 * units + i]:
                        c = gate[4 * units + i] * states[b, y - 1, x, i]
                        which[i] = 2
                    c += gate[i] * gate[units + i]
                    state[i] = min(max(c, -STATE_CLIP), STATE_CLIP)
                    tanh_state[i] = tanh_table(state[i]) if integer else tanh(state[i])
                    output[i] = tanh_state[i] * gate[3 * units + i]


@numba.njit(**OPTIONS)
def lstm_2d_backward(  # type: ignore[no-untyped-def]
    deltas, gates, left, above, states, tanh_states, chosen, widths, errors, state_errors, product
):
    """Propagate errors from the last to the first position of each image.

    Parameters
    ----------
    deltas : numpy.ndarray, shape=(batch, height, width, units), dtype=float32
        Errors of the outputs, zero in padding.
    gates, left, above, states, tanh_states, chosen
        As `lstm_2d_forward` left and took them.
    widths : numpy.ndarray, shape=(batch,), dtype=int64
        Sizes of the images.
    errors : numpy.ndarray, shape=(batch, height, width, 5 * units), dtype=float32
        Filled with the gates' errors.
    state_errors : numpy.ndarray, same shape as deltas, dtype=float32
        Scratch.
    product : numpy.ndarray, shape=(units,), dtype=float32
        Scratch.
    """
    batch, height, _, units = deltas.shape
    errors[:] = F(0.0)
    for b in range(batch):
        width = widths[b]
        for y in range(height - 1, -1, -1):
            for x in range(width - 1, -1, -1):
                gate, u, error, e_c = (
                    gates[b, y, x],
                    tanh_states[b, y, x],
                    errors[b, y, x],
                    state_errors[b, y, x],
                )
                e_h = deltas[b, y, x].copy()
                if x + 1 < width:
                    np.dot(left, errors[b, y, x + 1], product)
                    for i in range(units):
                        e_h[i] += product[i]
                if y + 1 < height:
                    np.dot(above, errors[b, y + 1, x], product)
                    for i in range(units):
                        e_h[i] += product[i]
                for i in range(units):
                    e = F(0.0)
                    if x + 1 < width and chosen[b, y, x + 1, i] == 1:
                        e = state_errors[b, y, x + 1, i] * gates[b, y, x + 1, 2 * units + i]
                    if y + 1 < height and chosen[b, y + 1, x, i] == 2:
                        e += state_errors[b, y + 1, x, i] * gates[b, y + 1, x, 4 * units + i]
                    e += (F(1.0) - u[i] * u[i]) * gate[3 * units + i] * e_h[i]
                    e_c[i] = min(max(e, F(-9.0)), F(9.0))
                for i in range(units):
                    ci, gi, gf, go, gs = (
                        gate[i],
                        gate[units + i],
                        gate[2 * units + i],
                        gate[3 * units + i],
                        gate[4 * units + i],
                    )
                    # At a row's beginning the reference takes the end of the row above for the previous
                    # state.
                    before = F(0.0)
                    if x > 0:
                        before = states[b, y, x - 1, i]
                    elif y > 0:
                        before = states[b, y - 1, width - 1, i]
                    up = states[b, y - 1, x, i] if y > 0 else F(0.0)
                    error[i] = (F(1.0) - ci * ci) * gi * e_c[i]
                    error[units + i] = gi * (F(1.0) - gi) * ci * e_c[i]
                    error[2 * units + i] = gf * (F(1.0) - gf) * before * e_c[i]
                    error[3 * units + i] = u[i] * go * (F(1.0) - go) * e_h[i]
                    error[4 * units + i] = gs * (F(1.0) - gs) * up * e_c[i]
                for i in range(5 * units):
                    error[i] = min(max(error[i], -ERROR_CLIP), ERROR_CLIP)
