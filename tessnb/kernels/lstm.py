"""The recurrences of a one-dimensional LSTM over many sequences at once, forward and backward.

With the gates in blocks CI, GI, GF, GO (cell input, input gate, forget gate, output gate) of n units each::

    z_t = x_t W + b + h_{t-1} R              CI = tanh(z), GI GF GO = logistic(z)
    c_t = clip(GF_t c_{t-1} + CI_t GI_t)     h_t = GO_t tanh(c_t)

``x_t W + b`` is one matrix product over all steps, made by the caller; only ``h R`` is sequential. Arrays
are in time order: ``(time, sequence, unit)``.

Source: ``LSTM::Forward``, ``LSTM::Backward`` in ``src/lstm/lstm.cpp``.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tessnb.kernels.activation import logistic, tanh

__all__ = ["lstm_backward", "lstm_cell", "lstm_forward"]

F = np.float32
OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "fastmath": {"contract"}}

#: Bound of the cell states.
STATE_CLIP = F(100.0)
#: Bound of the gates' errors.
ERROR_CLIP = F(1.0)
#: Up to so many sequences a product of vector and matrix for each is quicker than BLAS's product of matrices.
FEW = 8


@numba.njit(**OPTIONS)
def clipped(error):  # type: ignore[no-untyped-def]
    """Return a gate's error within its bounds."""
    return min(max(error, -ERROR_CLIP), ERROR_CLIP)


@numba.njit(**OPTIONS)
def lstm_cell(gates, previous, state, tanh_state, output):  # type: ignore[no-untyped-def]
    """One step of one sequence.

    Parameters
    ----------
    gates : numpy.ndarray, shape=(4 * units,), dtype=float32
        Pre-activations; replaced by the gates' values.
    previous : numpy.ndarray, shape=(units,), dtype=float32
        State of the step before; may be `state` itself.
    state, tanh_state, output : numpy.ndarray, shape=(units,), dtype=float32
        Filled with ``c``, ``tanh(c)`` and ``h``.
    """
    units = state.shape[0]
    # Slices, because LLVM does not vectorize where an index might be negative.
    cell_input, input_gate = gates[:units], gates[units : 2 * units]
    forget_gate, output_gate = gates[2 * units : 3 * units], gates[3 * units :]
    for i in range(units):
        ci, gi = tanh(cell_input[i]), logistic(input_gate[i])
        gf, go = logistic(forget_gate[i]), logistic(output_gate[i])
        c = min(max(gf * previous[i] + ci * gi, -STATE_CLIP), STATE_CLIP)
        u = tanh(c)
        cell_input[i], input_gate[i], forget_gate[i], output_gate[i] = ci, gi, gf, go
        state[i], tanh_state[i], output[i] = c, u, u * go


@numba.njit(**OPTIONS)
def lstm_forward(gates, recurrent, states, tanh_states, outputs, product, zero):  # type: ignore[no-untyped-def]
    """Run all sequences from their first to their last step.

    Parameters
    ----------
    gates : numpy.ndarray, shape=(time, sequences, 4 * units), dtype=float32
        Input projections with bias; replaced by the gates' values.
    recurrent : numpy.ndarray, shape=(units, 4 * units), dtype=float32
        Weights of the previous output.
    states, tanh_states, outputs : numpy.ndarray, shape=(time, sequences, units), dtype=float32
        Filled. `states` and `tanh_states` may have a single time step if nobody wants them.
    product : numpy.ndarray, shape=(sequences, 4 * units), dtype=float32
        Scratch.
    zero : numpy.ndarray, shape=(units,), dtype=float32
        Zeros: the state before the first step.
    """
    steps, sequences, width = gates.shape
    kept = states.shape[0] == steps
    for t in range(steps):
        now = t if kept else 0
        if t > 0:
            if sequences <= FEW:
                for s in range(sequences):
                    np.dot(outputs[t - 1, s], recurrent, product[s])
            else:
                np.dot(outputs[t - 1], recurrent, product)
        for s in range(sequences):
            gate = gates[t, s]
            if t > 0:
                part = product[s]
                for i in range(width):
                    gate[i] += part[i]
            previous = zero if t == 0 else states[t - 1 if kept else 0, s]
            lstm_cell(gate, previous, states[now, s], tanh_states[now, s], outputs[t, s])


@numba.njit(**OPTIONS)
def lstm_backward(  # type: ignore[no-untyped-def]
    deltas,
    gates,
    states,
    tanh_states,
    recurrent,
    lengths,
    rows,
    carried,
    errors,
    state_errors,
    output_errors,
    zero,
):
    """Propagate errors from the last step to the first.

    With ``e_h = delta + errors_{t+1} R^T`` the error of the output and ``e_c`` that of the state::

        e_c = clip(e_c GF_{t+1} + (1 - tanh(c)**2) GO e_h, 4)
        error CI = (1 - CI**2) GI e_c          error GI = GI (1 - GI) CI e_c
        error GF = GF (1 - GF) c_{t-1} e_c     error GO = GO (1 - GO) tanh(c) e_h        all clipped to 1

    Parameters
    ----------
    deltas : numpy.ndarray, shape=(time, sequences, units), dtype=float32
        Errors of the outputs; zero beyond a sequence's length.
    gates, states, tanh_states, recurrent
        As `lstm_forward` left and took them.
    lengths : numpy.ndarray, shape=(sequences,), dtype=int64
        Valid steps of each sequence.
    rows : int
        Sequences of one image, which follow each other.
    carried : bool
        Whether the first step's forget gate sees the last state of the sequence before it in the same image.
        That state took no part in the forward run, but the reference takes it for the previous one, and so
        must whoever wants the reference's figures.
    errors : numpy.ndarray, shape=(time, sequences, 4 * units), dtype=float32
        Filled with the gates' errors.
    state_errors, output_errors : numpy.ndarray, shape=(sequences, units), dtype=float32
        Scratch.
    zero : numpy.ndarray, shape=(units,), dtype=float32
        Zeros.
    """
    steps, sequences, width = gates.shape
    units = width // 4
    transposed = recurrent.T
    for t in range(steps - 1, -1, -1):
        last = t == steps - 1
        if not last:
            if sequences <= FEW:
                for s in range(sequences):
                    np.dot(recurrent, errors[t + 1, s], output_errors[s])
            else:
                np.dot(errors[t + 1], transposed, output_errors)
        for s in range(sequences):
            gate, error, u = gates[t, s], errors[t, s], tanh_states[t, s]
            ci, gi = gate[:units], gate[units : 2 * units]
            gf, go = gate[2 * units : 3 * units], gate[3 * units :]
            error_ci, error_gi = error[:units], error[units : 2 * units]
            error_gf, error_go = error[2 * units : 3 * units], error[3 * units :]
            e_c, e_h, delta = state_errors[s], output_errors[s], deltas[t, s]
            if last:
                for i in range(units):
                    e_h[i] = delta[i]
                    e_c[i] = F(0.0)
            else:
                next_gf = gates[t + 1, s][2 * units : 3 * units]
                for i in range(units):
                    e_h[i] += delta[i]
                    e_c[i] *= next_gf[i]
            previous = zero
            if t > 0:
                previous = states[t - 1, s]
            elif carried and s % rows > 0:
                previous = states[lengths[s - 1] - 1, s - 1]
            for i in range(units):
                e = e_c[i] + (F(1.0) - u[i] * u[i]) * go[i] * e_h[i]
                e = min(max(e, F(-4.0)), F(4.0))
                e_c[i] = e
                error_ci[i] = clipped((F(1.0) - ci[i] * ci[i]) * gi[i] * e)
                error_gi[i] = clipped(gi[i] * (F(1.0) - gi[i]) * ci[i] * e)
                error_gf[i] = clipped(gf[i] * (F(1.0) - gf[i]) * previous[i] * e)
            for i in range(units):
                error_go[i] = clipped(u[i] * go[i] * (F(1.0) - go[i]) * e_h[i])
