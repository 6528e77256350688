"""The LSTM with a built-in softmax whose outputs are fed back.

Source: ``src/lstm/lstm.cpp`` where ``softmax_`` is set.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tessnb.formats.network import LSTMRecord, NetworkRecord, StaticShape
from tessnb.kernels.activation import logistic_inplace, tanh_inplace
from tessnb.kernels.lstm import STATE_CLIP
from tessnb.kernels.quantization import quantize
from tessnb.kernels.tables import lstm_integer_cell
from tessnb.kernels.vectors import WIDTH
from tessnb.network.activations import Activations
from tessnb.network.layers.base import LOSS_CTC, Layer, TrainingState
from tessnb.network.layers.fully_connected import FullyConnected, softmax_inplace
from tessnb.network.layers.lstm import LSTMBase
from tessnb.network.random import TRand
from tessnb.network.weights import WeightMatrix

__all__ = ["LSTMSoftmax"]


def _quantized(x: np.ndarray) -> np.ndarray:
    out = np.empty(x.shape, np.int8)
    quantize(x.ravel(), out.ravel())
    return out.astype(np.float32)


def _cell(
    gates: np.ndarray, previous: np.ndarray, state: np.ndarray, tanh_state: np.ndarray, output: np.ndarray
) -> None:
    """Turn pre-activations into gates, and fill state and output."""
    units = len(state)
    tanh_inplace(gates[:units])
    logistic_inplace(gates[units:])
    ci, gi, gf, go = gates.reshape(4, units)
    np.clip(gf * previous + ci * gi, -STATE_CLIP, STATE_CLIP, out=state)
    tanh_state[:] = state
    tanh_inplace(tanh_state)
    output[:] = tanh_state * go


class LSTMSoftmax(LSTMBase):
    """An LSTM along x with a softmax on top, which sees at each step what the softmax said at the one before.

    Parameters
    ----------
    type : str
        ``"LSTMSoftmax"``, or ``"LSTMBinarySoftmax"``: fed back is the best class as a binary number.
    name : str
    ni, states, no : int
    weights : WeightMatrix, optional
    softmax : FullyConnected, optional
    """

    def __init__(
        self,
        type: str,
        name: str,
        ni: int,
        states: int,
        no: int,
        weights: WeightMatrix | None = None,
        softmax: FullyConnected | None = None,
    ) -> None:
        self.feedback = no if type == "LSTMSoftmax" else max(no - 1, 0).bit_length()
        super().__init__(type, name, ni, states, no, fed_back=self.feedback + states, weights=weights)
        self.softmax = softmax or FullyConnected("Softmax", "LSTM Softmax", states, no)

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        rows, shape, integer = x.rows(), x.shape[:3], x.int_mode
        units, steps = self.states, shape[2]
        states, tanh_states, outputs, gates = (
            np.zeros((len(rows), size), np.float32) for size in (units, units, units, 4 * units)
        )
        source = np.zeros((len(rows), self.na), np.float32)
        source[:, : self.ni] = rows
        out = np.zeros((len(rows), self.no), np.float32)
        code = np.zeros(self.feedback, np.float32)
        for t in range(len(rows)):
            source[t, self.ni : self.ni + self.feedback] = _quantized(code) if integer else code
            if t % steps:
                hidden = outputs[t - 1]
                source[t, self.ni + self.feedback :] = _quantized(hidden) if integer else hidden
            self.weights.project(source[t : t + 1], gates[t : t + 1])
            previous = states[t - 1] if t % steps else np.zeros(units, np.float32)
            if self.weights.scales is None:
                _cell(gates[t], previous, states[t], tanh_states[t], outputs[t])
            else:
                gates[t] *= self.weights.scales
                states[t] = previous
                lstm_integer_cell(gates[t], states[t], outputs[t])
            hidden = _quantized(outputs[t]) if integer else outputs[t]
            self.softmax.weights.project(hidden[None], out[t : t + 1])
            if self.softmax.weights.scales is not None:
                out[t] *= self.softmax.weights.scales
            softmax_inplace(out[t : t + 1])
            code = self._code(out[t])
        if training:
            self._kept = source, gates, states, tanh_states, outputs, shape
        return x.like(out.reshape(*shape, self.no))

    def _code(self, probabilities: np.ndarray) -> np.ndarray:
        """Return what is fed back (``CodeInBinary`` in ``functions.h``)."""
        if self.type == "LSTMSoftmax":
            return probabilities
        best = int(probabilities.argmax())
        return np.array([best >> bit & 1 for bit in range(self.feedback)], np.float32)

    def backward(self, delta: Activations) -> Activations | None:
        source, gates, states, tanh_states, outputs, (batch, height, steps) = self._kept
        units, sequences = self.states, batch * height
        flat = delta.rows()
        self.softmax.weights.set_gradient([(outputs, flat)], flat)
        deltas = flat @ self.softmax.weights.values[:-1].T

        inputs, groups = self.ni + self.feedback, -(-units // WIDTH)

        def in_time(rows: np.ndarray, depth: int) -> np.ndarray:
            """Order rows by time, and fill them up to `depth` with zeros."""
            out = np.zeros((steps, sequences, depth), np.float32)
            out[:, :, : rows.shape[1]] = rows.reshape(sequences, steps, -1).swapaxes(0, 1)
            return out

        by_gate = in_time(gates, 4 * units).reshape(-1, 4, units)
        panels = np.zeros((groups, steps * sequences, 4, WIDTH), np.float32)
        for group, begin in enumerate(range(0, units, WIDTH)):
            panels[group, :, :, : units - begin] = by_gate[:, :, begin : begin + WIDTH]
        arrays = [
            in_time(source[:, :inputs], inputs),
            panels,
            *(in_time(rows, groups * WIDTH) for rows in (states, tanh_states, outputs)),
        ]
        lengths = np.repeat(delta.widths, height)
        below = self._propagate(
            (steps, sequences, inputs),
            height,
            in_time(deltas, groups * WIDTH).ravel(),
            [array.ravel() for array in arrays],
            lengths,
        )
        if below is None:
            return None
        back = np.ascontiguousarray(below[:, :, : self.ni].swapaxes(0, 1))
        return delta.like(back.reshape(batch, height, steps, self.ni))

    def update(self, learning_rate: float, momentum: float, adam_beta: float, num_samples: int) -> None:
        super().update(learning_rate, momentum, adam_beta, num_samples)
        self.softmax.update(learning_rate, momentum, adam_beta, num_samples)

    def count_alternators(self, other: Layer, totals: np.ndarray) -> None:
        assert isinstance(other, LSTMSoftmax)
        super().count_alternators(other, totals)
        self.softmax.count_alternators(other.softmax, totals)

    def settle(self) -> None:
        super().settle()
        self.softmax.settle()

    def set_training(self, state: TrainingState) -> None:
        super().set_training(state)
        self.softmax.set_training(state)

    def init_weights(self, range_: float, randomizer: TRand) -> int:
        self.num_weights = super().init_weights(range_, randomizer) + self.softmax.init_weights(
            range_, randomizer
        )
        return self.num_weights

    def remap_outputs(self, old_no: int, code_map: list[int]) -> int:
        self.num_weights -= self.softmax.num_weights
        self.num_weights += self.softmax.remap_outputs(old_no, code_map)
        return self.num_weights

    def convert_to_int(self) -> None:
        super().convert_to_int()
        self.softmax.convert_to_int()

    def spec(self) -> str:
        return f"L{'S' if self.type == 'LSTMSoftmax' else 'E'}{self.states}{self.softmax.spec()}"

    def output_shape(self, shape: StaticShape) -> StaticShape:
        return replace(shape, depth=self.no, loss_type=LOSS_CTC)

    def to_record(self) -> NetworkRecord:
        record = super().to_record()
        assert isinstance(record, LSTMRecord)
        record.softmax = self.softmax.to_record()  # type: ignore[assignment]
        return record
