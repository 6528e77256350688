"""The reference's activation functions looked up in its own tables: equal to the last bit, if not as quick.

Integer networks pass rounded values from layer to layer, where a difference in the last bit can become one
of a whole unit; so they are run with these. Float networks are run with `tessnb.kernels.activation`.

Source: ``src/lstm/functions.h`` (``Tanh``, ``Logistic``), ``src/lstm/generate_lut.py``.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.int8 import shifted_product
from tessnb.kernels.lstm import STATE_CLIP
from tessnb.kernels.options import OPTIONS
from tessnb.kernels.quantization import quantized

__all__ = [
    "logistic_table",
    "logistic_table_inplace",
    "lstm_int8_forward",
    "lstm_integer_cell",
    "lstm_integer_forward",
    "tanh_table",
    "tanh_table_inplace",
]

F = np.float32
#: Up to so many sequences a product of vector and matrix for each is quicker than BLAS's product of matrices.
FEW = 8
# No contraction of products and sums: the reference rounds after each.

_SIZE = 4096
_SCALE = F(256.0)
_NODES = np.arange(_SIZE) / 256.0
_TANH = np.tanh(_NODES).astype(F)
_LOGISTIC = (1.0 / (1.0 + np.exp(-_NODES))).astype(F)


@numba.njit(**OPTIONS)
def _interpolated(table, x):  # type: ignore[no-untyped-def]
    """The value of a table at `x`, which is not negative; 1 behind its end."""
    x = min(x * _SCALE, F(_SIZE - 1))
    # Unsigned and without branches, so that LLVM gathers many values at once.
    index = min(np.uint32(np.int32(x)), np.uint32(_SIZE - 2))
    low = table[index]
    value = low + (table[index + np.uint32(1)] - low) * (x - F(np.int32(index)))
    return F(1.0) if x >= F(_SIZE - 1) else value


@numba.njit(**OPTIONS)
def tanh_table(x):  # type: ignore[no-untyped-def]
    """Tanh of a float32."""
    value = _interpolated(_TANH, abs(x))
    return -value if x < F(0.0) else value


@numba.njit(**OPTIONS)
def logistic_table(x):  # type: ignore[no-untyped-def]
    """Logistic function of a float32."""
    value = _interpolated(_LOGISTIC, abs(x))
    return F(1.0) - value if x < F(0.0) else value


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
    # Slices, because LLVM does not vectorize where an index might be negative.
    cell_input, input_gate = gates[:units], gates[units : 2 * units]
    forget_gate, output_gate = gates[2 * units : 3 * units], gates[3 * units :]
    for i in range(units):
        cell_input[i] = tanh_table(cell_input[i])
    for i in range(units):
        input_gate[i] = logistic_table(input_gate[i])
    for i in range(units):
        forget_gate[i] = logistic_table(forget_gate[i])
    for i in range(units):
        output_gate[i] = logistic_table(output_gate[i])
    for i in range(units):
        kept = forget_gate[i] * state[i]
        state[i] = min(max(kept + cell_input[i] * input_gate[i], -STATE_CLIP), STATE_CLIP)
    for i in range(units):
        output[i] = tanh_table(state[i]) * output_gate[i]


@numba.njit(**{**OPTIONS, "_nrt": True})  # as `np.dot` wants it
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


@numba.njit(**OPTIONS)
def lstm_int8_forward(x, weights, shift, scales, rows, sums, gates, states, output, out):  # type: ignore[no-untyped-def]
    """Run all sequences of an integer LSTM with `tessnb.kernels.int8`, a block of them at a time.

    Parameters
    ----------
    x : numpy.ndarray, shape=(time, sequences, inputs), dtype=int8
    weights, shift
        Of the inputs and, behind them, of the previous output, from `tessnb.kernels.int8.pack`; the bias
        times 127 is added to the shift.
    scales : numpy.ndarray, shape=(4 * units,), dtype=float32
        What a unit of the integer products stands for.
    rows : numpy.ndarray, shape=(block, 4 * quads), dtype=uint8
        Scratch: the shifted inputs and outputs of a block of sequences, a multiple of 8.
    sums : numpy.ndarray, shape=(block, 32 * blocks), dtype=int32
        Scratch.
    gates : numpy.ndarray, shape=(4 * units,), dtype=float32
        Scratch.
    states : numpy.ndarray, shape=(block, units), dtype=float32
        Scratch: the cells' states.
    output : numpy.ndarray, shape=(units,), dtype=float32
        Scratch.
    out : numpy.ndarray, shape=(time, sequences, units), dtype=int8
        Filled with quantized outputs.
    """
    steps, sequences, inputs = x.shape
    width = gates.shape[0]
    block = rows.shape[0]
    for begin in range(0, sequences, block):
        count = min(block, sequences - begin)
        states[:] = F(0.0)
        rows[:] = np.uint8(128)
        for t in range(steps):
            for s in range(count):
                source, row = x[t, begin + s], rows[s, :inputs]
                for i in range(inputs):
                    row[i] = np.uint8(np.int16(source[i]) + np.int16(128))
            shifted_product(rows, weights, sums)
            for s in range(count):
                total, state, fed_back = sums[s], states[s], rows[s, inputs:]
                for i in range(width):
                    gates[i] = F(total[i] + shift[i]) * scales[i]
                lstm_integer_cell(gates, state, output)
                result = out[t, begin + s]
                for i in range(output.shape[0]):
                    integer = np.int32(quantized(output[i]))
                    result[i] = np.int8(integer)
                    fed_back[i] = np.uint8(integer + np.int32(128))
