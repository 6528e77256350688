"""The long short-term memory in two dimensions.

Source: ``src/lstm/lstm.cpp`` where ``Is2D()``.
"""

from __future__ import annotations

import numpy as np

from tessnb.kernels.lstm_2d import lstm_2d_backward, lstm_2d_forward
from tessnb.kernels.quantization import quantize
from tessnb.network.activations import Activations
from tessnb.network.layers.lstm import LSTMBase
from tessnb.network.random import TRand
from tessnb.network.weights import WeightMatrix

__all__ = ["LSTM2D"]

_NONE = np.zeros(0, np.float32)


class LSTM2D(LSTMBase):
    """An LSTM over the whole image from its upper left corner.

    Parameters
    ----------
    name : str
    ni, no : int
    weights : WeightMatrix, optional
        Zeros by default.
    """

    def __init__(self, name: str, ni: int, no: int, weights: WeightMatrix | None = None) -> None:
        super().__init__("LSTM", name, ni, no, no, fed_back=2 * no, gates=5, weights=weights)

    @property
    def _recurrent(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights of the outputs to the left and above."""
        middle = self.ni + self.states
        return self.weights.values[self.ni : middle], self.weights.values[middle:-1]

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        source, shape = x.rows(), x.shape[:3]
        units, width = self.states, 5 * self.states
        gates = self.scratch("gates", (*shape, width))
        states, tanh_states, outputs = (
            self.scratch(name, (*shape, units)) for name in ("states", "tanh_states", "outputs")
        )
        chosen = self.scratch("chosen", (*shape, units), np.int8)
        self.weights.project(source, gates.reshape(-1, width))
        scales = self.weights.scales if self.weights.scales is not None else _NONE
        product, hidden = self.scratch("product", (width,)), self.scratch("hidden", (units,))
        lstm_2d_forward(
            gates, *self._recurrent, scales, states, tanh_states, outputs, chosen, product, hidden
        )
        if training:
            self._kept = source, gates, states, tanh_states, outputs, chosen
        if x.int_mode:
            integers = self.scratch("integers", outputs.shape, np.int8)
            quantize(outputs.ravel(), integers.ravel())
            outputs = integers
        return x.like(outputs)

    def backward(self, delta: Activations) -> Activations | None:
        source, gates, states, tanh_states, outputs, chosen = self._kept
        units, width = self.states, 5 * self.states
        errors = self.scratch("errors", gates.shape)
        state_errors = self.scratch("state_errors", outputs.shape)
        product = self.scratch("back_product", (units,))
        left, above = self._recurrent
        lstm_2d_backward(
            delta.contiguous(),
            gates,
            left,
            above,
            states,
            tanh_states,
            chosen,
            delta.widths,
            errors,
            state_errors,
            product,
        )
        fed_back = self.scratch("fed_back", (*outputs.shape[:3], 2 * units))
        fed_back[:] = 0.0
        fed_back[:, :, 1:, :units] = outputs[:, :, :-1]
        fed_back[:, 1:, :, units:] = outputs[:, :-1]
        flat = errors.reshape(-1, width)
        inputs = np.concatenate([source, fed_back.reshape(-1, 2 * units)], axis=1)
        self.weights.set_gradient([(inputs, flat)], flat)
        if not self.needs_to_backprop:
            return None
        back = flat @ self.weights.values[: self.ni].T
        return delta.like(back.reshape(*delta.shape[:3], self.ni))

    def spec(self) -> str:
        return f"Lfx{self.states}"
