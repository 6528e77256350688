"""The reference's activation functions looked up in its own tables: equal to the last bit, if not as quick.

Integer networks pass rounded values from layer to layer, where a difference in the last bit can become one
of a whole unit; so they are run with these. Float networks are run with `tessnb.kernels.activation`.

Source: ``src/lstm/functions.h`` (``Tanh``, ``Logistic``), ``src/lstm/generate_lut.py``.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tessnb.kernels.lstm import FEW, STATE_CLIP
from tessnb.kernels.quantization import quantized

__all__ = [
    "logistic_table",
    "logistic_table_inplace",
    "lstm_integer_cell",
    "lstm_integer_forward",
    "tanh_table",
    "tanh_table_inplace",
]

F = np.float32
# No contraction of products and sums: the reference rounds after each.
OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}

_SIZE = 4096
_SCALE = F(256.0)
_NODES = np.arange(_SIZE) / 256.0
_TANH = np.tanh(_NODES).astype(F)
_LOGISTIC = (1.0 / (1.0 + np.exp(-_NODES))).astype(F)


@numba.njit(**OPTIONS)
def _interpolated(table, x):  # type: ignore[no-untyped-def]
    """The value of a table at `x`, which is not negative; 1 behind its end."""
    x = min(x * _SCALE, F(_SIZE))
    index = np.int64(x)
    if index >= _SIZE - 1:
        return F(1.0)
    low = table[index]
    return low + (table[index + 1] - low) * (x - F(index))


@numba.njit(**OPTIONS)
def tanh_table(x):  # type: ignore[no-untyped-def]
    """Tanh of a float32."""
    return -_interpolated(_TANH, -x) if x < F(0.0) else _interpolated(_TANH, x)


@numba.njit(**OPTIONS)
def logistic_table(x):  # type: ignore[no-untyped-def]
    """Logistic function of a float32."""
    return F(1.0) - _interpolated(_LOGISTIC, -x) if x < F(0.0) else _interpolated(_LOGISTIC, x)


@numba.njit(**OPTIONS)
def tanh_table_inplace(x):  # type: ignore[no-untyped-def]
    """Replace the elements of the 1-D float32 array `x` by their tanh."""
    for i in range(x.shape[0]):
        x[i] = tanh_table(x[i])


@numba.njit(**OPTIONS)
def logistic_table_inplace(x):  # type: ignore[no-untyped-def]
    """Replace the elements of the 1-D float32 array `x` by their logistic function."""
    for i in range(x.shape[0]):
        x[i] = logistic_table(x[i])


@numba.njit(**OPTIONS)
def lstm_integer_cell(gates, state, output):  # type: ignore[no-untyped-def]
    """One step of one sequence, as `tessnb.kernels.lstm.lstm_cell`; `state` holds the last state and becomes
    the next.

    Parameters
    ----------
    gates : numpy.ndarray, shape=(4 * units,), dtype=float32
        Scaled pre-activations; replaced by the gates' values.
    state, output : numpy.ndarray, shape=(units,), dtype=float32
    """
    units = state.shape[0]
    for i in range(units):
        gates[i] = tanh_table(gates[i])
    for i in range(units, 4 * units):
        gates[i] = logistic_table(gates[i])
    for i in range(units):
        kept = gates[2 * units + i] * state[i]
        state[i] = min(max(kept + gates[i] * gates[units + i], -STATE_CLIP), STATE_CLIP)
        output[i] = tanh_table(state[i]) * gates[3 * units + i]


@numba.njit(**OPTIONS)
def lstm_integer_forward(gates, recurrent, scales, state, outputs, product, hidden):  # type: ignore[no-untyped-def]
    """Run all sequences of an integer LSTM; see `tessnb.kernels.lstm.lstm_forward`.

    Parameters
    ----------
    gates : numpy.ndarray, shape=(time, sequences, 4 * units), dtype=float32
        Integer input projections with bias; replaced by the gates' values.
    recurrent : numpy.ndarray, shape=(units, 4 * units), dtype=float32
        Integer weights of the previous output.
    scales : numpy.ndarray, shape=(4 * units,), dtype=float32
        What a unit of the integer products stands for.
    state : numpy.ndarray, shape=(sequences, units), dtype=float32
        Scratch: the cells' states.
    outputs : numpy.ndarray, shape=(time, sequences, units), dtype=float32
        Filled, before quantization.
    product : numpy.ndarray, shape=(sequences, 4 * units), dtype=float32
        Scratch.
    hidden : numpy.ndarray, shape=(sequences, units), dtype=float32
        Scratch.
    """
    steps, sequences, width = gates.shape
    state[:] = F(0.0)
    product[:] = F(0.0)
    for t in range(steps):
        if t > 0:
            for s in range(sequences):
                for i in range(hidden.shape[1]):
                    hidden[s, i] = quantized(outputs[t - 1, s, i])
            if sequences <= FEW:
                for s in range(sequences):
                    np.dot(hidden[s], recurrent, product[s])
            else:
                np.dot(hidden, recurrent, product)
        for s in range(sequences):
            gate = gates[t, s]
            for i in range(width):
                gate[i] = (gate[i] + product[s, i]) * scales[i]
            lstm_integer_cell(gate, state[s], outputs[t, s])
