"""The long short-term memory, in one dimension.

Source: ``src/lstm/lstm.cpp``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tessnb.formats.network import LSTMRecord, NetworkRecord, StaticShape
from tessnb.kernels.lstm import lstm_backward, lstm_forward
from tessnb.kernels.quantization import quantize
from tessnb.kernels.tables import lstm_int8_forward, lstm_integer_forward
from tessnb.network.activations import Activations
from tessnb.network.int8_weights import Int8Weights
from tessnb.network.layers.weighted import WeightedLayer
from tessnb.network.random import TRand
from tessnb.network.weights import WeightMatrix

__all__ = ["LSTM", "LSTMBase"]


class LSTMBase(WeightedLayer):
    """What all LSTMs share: the weights of their gates, which have the layer's input, what is fed back, and
    a bias.

    Parameters
    ----------
    type : str
    name : str
    ni : int
    states : int
        Units.
    no : int
        Outputs.
    fed_back : int
        Inputs of the gates besides those of the layer.
    gates : int
        4, or 5 in two dimensions.
    weights : WeightMatrix, optional
        Zeros by default; blocks in the order CI, GI, GF1, GO, GFS.
    """

    def __init__(
        self,
        type: str,
        name: str,
        ni: int,
        states: int,
        no: int,
        *,
        fed_back: int,
        gates: int = 4,
        weights: WeightMatrix | None = None,
    ) -> None:
        super().__init__(type, name, ni, no)
        self.states = states
        self.na = ni + fed_back
        self.weights = weights or WeightMatrix(self.na, gates * states, gates)
        self._zero = np.zeros(states, np.float32)

    def remap_outputs(self, old_no: int, code_map: list[int]) -> int:
        return self.num_weights

    def to_record(self) -> NetworkRecord:
        return LSTMRecord(**self._head(), na=self.na, gate_weights=self.weights.to_records())  # type: ignore[arg-type]


class LSTM(LSTMBase):
    """An LSTM along x, each row of the image a sequence of its own.

    Parameters
    ----------
    type : str
        ``"LSTM"``, or ``"SummLSTM"``: only the last step of each row is given out.
    name : str
    ni, no : int
    weights : WeightMatrix, optional
        Zeros by default.

    Attributes
    ----------
    carried_states : bool
        See `lstm_backward`: as the reference computes gradients (the default), or as they are.
    """

    def __init__(self, type: str, name: str, ni: int, no: int, weights: WeightMatrix | None = None) -> None:
        super().__init__(type, name, ni, no, no, fed_back=no, weights=weights)
        self.carried_states = True
        self._lengths = np.zeros(0, np.int64)

    @property
    def summary(self) -> bool:
        """Whether only each row's last step is given out."""
        return self.type == "SummLSTM"

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        self.settle()
        if x.int_mode and (weights := self.int8_weights()) is not None:
            return self._int8_forward(x, weights)
        batch, height, steps, _ = x.shape
        sequences, width, units = batch * height, 4 * self.states, self.states
        # From here on in time order: (time, sequence, feature).
        source = np.ascontiguousarray(x.values.transpose(2, 0, 1, 3)).reshape(steps * sequences, self.ni)
        gates = self.scratch("gates", (steps, sequences, width))
        outputs = self.scratch("outputs", (steps, sequences, units))
        self.weights.project(source, gates.reshape(steps * sequences, width))
        recurrent = self.weights.values[self.ni : -1]
        product = self.scratch("product", (sequences, width))
        if self.weights.scales is not None:
            state, hidden = (self.scratch(name, (sequences, units)) for name in ("states", "hidden"))
            lstm_integer_forward(gates, recurrent, self.weights.scales, state, outputs, product, hidden)
        else:
            kept = steps if training else 1
            states = self.scratch("states", (kept, sequences, units))
            tanh_states = self.scratch("tanh_states", (kept, sequences, units))
            lstm_forward(gates, recurrent, states, tanh_states, outputs, product, self._zero)
        self._lengths = np.repeat(x.widths, height)
        if training:
            self._source, self._input, self._shape = source, x, (steps, sequences, batch, height)
        return self._given_out(x, outputs)

    def _int8_forward(self, x: Activations, weights: Int8Weights) -> Activations:
        batch, height, steps, _ = x.shape
        sequences, units = batch * height, self.states
        source = np.ascontiguousarray(x.values.transpose(2, 0, 1, 3)).reshape(steps, sequences, self.ni)
        rows, sums = weights.scratch_shapes(sequences)
        outputs = self.scratch("integers", (steps, sequences, units), np.int8)
        lstm_int8_forward(
            source,
            *weights,
            self.scratch("rows", rows, np.uint8),
            self.scratch("sums", sums, np.int32),
            self.scratch("gates", (4 * units,)),
            self.scratch("states", (rows[0], units)),
            self.scratch("output", (units,)),
            outputs,
        )
        self._lengths = np.repeat(x.widths, height)
        return self._given_out(x, outputs)

    def _given_out(self, x: Activations, outputs: np.ndarray) -> Activations:
        """Turn outputs in time order to what the next layer gets."""
        batch, height, steps, _ = x.shape
        heights, widths = x.heights, x.widths
        if self.summary:
            last = outputs[self._lengths - 1, np.arange(batch * height)]
            outputs, steps, widths = last[None], 1, np.ones(batch, np.int64)
        if x.int_mode and outputs.dtype != np.int8:
            integers = self.scratch("integers", outputs.shape, np.int8)
            quantize(outputs.ravel(), integers.ravel())
            outputs = integers
        values = outputs.reshape(steps, batch, height, self.no).transpose(1, 2, 0, 3)
        return Activations(values, heights, widths)

    def backward(self, delta: Activations) -> Activations | None:
        steps, sequences, batch, height = self._shape
        units, width = self.states, 4 * self.states
        in_time = np.ascontiguousarray(delta.values.transpose(2, 0, 1, 3)).reshape(-1, sequences, units)
        if self.summary:
            deltas = self.scratch("deltas", (steps, sequences, units))
            deltas[:] = 0.0
            deltas[self._lengths - 1, np.arange(sequences)] = in_time[0]
        else:
            deltas = in_time
        gates = self.scratch("gates", (steps, sequences, width))
        errors = self.scratch("errors", (steps, sequences, width))
        lstm_backward(
            deltas,
            gates,
            self.scratch("states", (steps, sequences, units)),
            self.scratch("tanh_states", (steps, sequences, units)),
            self.weights.values[self.ni : -1],
            self._lengths,
            height,
            self.carried_states,
            errors,
            self.scratch("state_errors", (sequences, units)),
            self.scratch("output_errors", (sequences, units)),
            self._zero,
        )
        flat = errors.reshape(steps * sequences, width)
        # The outputs of all steps but the last met the errors of all but the first.
        before = self.scratch("outputs", (steps, sequences, units))[:-1].reshape(-1, units)
        self.weights.set_gradient([(self._source, flat), (before, flat[sequences:])], flat)
        if not self.needs_to_backprop:
            return None
        back = self.scratch("delta", (steps * sequences, self.ni))
        np.matmul(flat, self.weights.values[: self.ni].T, out=back)
        values = back.reshape(steps, batch, height, self.ni).transpose(1, 2, 0, 3)
        return self._input.like(values)

    def spec(self) -> str:
        return f"Lfx{'s' if self.summary else ''}{self.states}"

    def output_shape(self, shape: StaticShape) -> StaticShape:
        return replace(shape, depth=self.no, width=1 if self.summary else shape.width)
