"""The LSTM with a built-in softmax whose outputs are fed back.

Source: ``src/lstm/lstm.cpp`` where ``softmax_`` is set.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tessnb.formats.network import LSTMRecord, NetworkRecord, StaticShape
from tessnb.kernels.lstm import lstm_backward, lstm_cell
from tessnb.kernels.quantization import quantize
from tessnb.kernels.tables import lstm_integer_cell
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
            previous = states[t - 1] if t % steps else self._zero
            if self.weights.scales is None:
                lstm_cell(gates[t], previous, states[t], tanh_states[t], outputs[t])
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

        def in_time(rows: np.ndarray) -> np.ndarray:
            return np.ascontiguousarray(rows.reshape(sequences, steps, -1).swapaxes(0, 1))

        errors = np.empty((steps, sequences, 4 * units), np.float32)
        lstm_backward(
            *(in_time(rows) for rows in (deltas, gates, states, tanh_states)),
            self.weights.values[self.ni + self.feedback : -1],
            np.repeat(delta.widths, height),
            height,
            True,
            errors,
            np.zeros((sequences, units), np.float32),
            np.zeros((sequences, units), np.float32),
            self._zero,
        )
        flat_errors = np.ascontiguousarray(errors.swapaxes(0, 1)).reshape(-1, 4 * units)
        self.weights.set_gradient([(source, flat_errors)], flat_errors)
        if not self.needs_to_backprop:
            return None
        back = flat_errors @ self.weights.values[: self.ni].T
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
