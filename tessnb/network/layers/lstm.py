"""The long short-term memory, in one dimension.

Source: ``src/lstm/lstm.cpp``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tessnb.formats.network import LSTMRecord, NetworkRecord, StaticShape
from tessnb.kernels.gates import pack_gates, pack_gates_back
from tessnb.kernels.lstm import BLOCK, lstm_forward
from tessnb.kernels.lstm_again import lstm_again_scratch_sizes, lstm_backward_again
from tessnb.kernels.lstm_back import lstm_backward, lstm_scratch_sizes
from tessnb.kernels.quantization import quantize
from tessnb.kernels.tables import lstm_int8_forward, lstm_integer_forward
from tessnb.kernels.tiles import PANEL
from tessnb.kernels.vectors import WIDTH
from tessnb.network.activations import Activations
from tessnb.network.int8_weights import Int8Weights
from tessnb.network.layers.weighted import WeightedLayer
from tessnb.network.random import TRand
from tessnb.network.threads import second_core
from tessnb.network.weights import WeightMatrix

__all__ = ["LSTM", "LSTMBase"]

#: From so many sequences on, of which only the last outputs are wanted, nothing is kept for the way back.
_MANY = 64


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

    Attributes
    ----------
    carried_states : bool
        See `lstm_backward`: as the reference computes gradients (the default), or as they are.
    """

    #: Whether only each row's last step is given out.
    summary = False

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
        self.carried_states = True

    def _propagate(
        self,
        shape: tuple[int, int, int],
        height: int,
        deltas: np.ndarray,
        arrays: list[np.ndarray],
        lengths: np.ndarray,
        again: tuple[np.ndarray, ...] = (),
    ) -> np.ndarray | None:
        """Set the gradient and return the errors of the inputs, if someone wants them.

        Parameters
        ----------
        shape : tuple of int
            Steps, sequences, inputs besides the outputs of the step before.
        height : int
            Sequences of an image.
        deltas : numpy.ndarray
            Errors of the outputs, in time order.
        arrays : list of numpy.ndarray
            Input, gates, states, tanh of states, and outputs, as the kernels have them; or the input alone.
        lengths : numpy.ndarray, shape=(sequences,), dtype=int64
        again : tuple of numpy.ndarray
            If nothing was kept, the weights, recurrent weights and bias of the forward run.

        Returns
        -------
        numpy.ndarray, shape=(steps, sequences, inputs), dtype=float32, or None
        """
        steps, sequences, inputs = shape
        gradient = self.weights.gradient
        if gradient is None:
            return None
        groups, columns = -(-self.states // WIDTH), -(-inputs // WIDTH) * WIDTH
        down = self.scratch("down", (groups * PANEL * columns,))
        back = self.scratch("back", (groups * PANEL * groups * WIDTH,))
        team = second_core()
        pack_gates_back(team, self.weights.values.ravel(), inputs, self.states, down, back)
        wanted = self.needs_to_backprop
        below = self.scratch("delta", (steps, sequences, columns if wanted else 0))
        results = gradient.ravel(), below.ravel()
        sizes = *shape, groups, height, self.carried_states
        if again:
            near_sizes, scratch_sizes = lstm_again_scratch_sizes(sizes)
            near, scratch = self._pieces("near", near_sizes), self._pieces("back", scratch_sizes)
            packed = *again, down, back
            lstm_backward_again(
                team, (*sizes, wanted), arrays[0], deltas, packed, lengths, near, scratch, results
            )
        else:
            scratch = self._pieces("back", lstm_scratch_sizes(sizes))
            source, *kept = arrays
            all_sizes = (*sizes, self.summary, wanted)
            lstm_backward(team, all_sizes, (source, deltas, *kept), (down, back), lengths, scratch, results)
        return below[:, :, :inputs] if wanted else None

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
    """

    def __init__(self, type: str, name: str, ni: int, no: int, weights: WeightMatrix | None = None) -> None:
        super().__init__(type, name, ni, no, no, fed_back=no, weights=weights)
        self.summary = type == "SummLSTM"
        self._lengths = np.zeros(0, np.int64)

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        self.settle()
        if x.int_mode and (integers := self.int8_weights()) is not None:
            return self._int8_forward(x, integers)
        batch, height, steps, _ = x.shape
        sequences, units = batch * height, self.states
        rows = steps * sequences
        # From here on in time order: (time, sequence, feature).
        source = self._in_time(x.values, "source", self.ni)
        self._lengths = np.repeat(x.widths, height)
        if self.weights.scales is not None:
            return self._given_out(x, self._integer_outputs(source, steps, sequences))
        groups = -(-units // WIDTH)
        keep = training and not (self.summary and sequences >= _MANY)
        gates = self.scratch("gates", (groups * (rows if keep else 2 * BLOCK) * PANEL,))
        kept = (rows if keep else sequences) * groups * WIDTH
        states, tanh_states = self.scratch("states", (kept,)), self.scratch("tanh_states", (kept,))
        outputs = self.scratch("outputs", (rows * groups * WIDTH,))
        weights = self.scratch("weights", (groups * self.ni * PANEL,))
        recurrent = self.scratch("recurrent", (groups * groups * WIDTH * PANEL,))
        bias = self.scratch("bias", (groups * PANEL,))
        team = second_core()
        pack_gates(team, self.weights.values.ravel(), self.ni, units, weights, recurrent, bias)
        shape = steps, sequences, self.ni, groups, keep
        lstm_forward(team, shape, source, weights, recurrent, bias, gates, states, tanh_states, outputs)
        if training:
            self._kept = x, [source, gates, states, tanh_states, outputs] if keep else [source]
            self._weights = () if keep else (weights, recurrent, bias)
        return self._given_out(x, outputs.reshape(steps, sequences, -1)[:, :, :units])

    def _in_time(self, values: np.ndarray, name: str, depth: int) -> np.ndarray:
        """Return values of shape (batch, height, time, features) in time order, flat, `depth` to a row."""
        turned = values.transpose(2, 0, 1, 3)
        if depth == values.shape[3] and turned.flags.c_contiguous:
            return turned.reshape(-1)
        out = self.scratch(name, (*turned.shape[:3], depth), values.dtype.type)
        out[..., : values.shape[3]] = turned
        out[..., values.shape[3] :] = 0
        return out.reshape(-1)

    def _integer_outputs(self, source: np.ndarray, steps: int, sequences: int) -> np.ndarray:
        """Run the kernel for integer weights."""
        assert self.weights.scales is not None
        width, units = 4 * self.states, self.states
        gates = self.scratch("gates", (steps, sequences, width))
        outputs = self.scratch("outputs", (steps, sequences, units))
        self.weights.project(source.reshape(-1, self.ni), gates.reshape(-1, width))
        product = self.scratch("product", (sequences, width))
        state, hidden = (self.scratch(name, (sequences, units)) for name in ("states", "hidden"))
        recurrent = self.weights.values[self.ni : -1]
        lstm_integer_forward(gates, recurrent, self.weights.scales, state, outputs, product, hidden)
        return outputs

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
        x, arrays = self._kept
        batch, height, steps, _ = x.shape
        deltas = self._in_time(delta.values, "deltas", -(-self.states // WIDTH) * WIDTH)
        shape = steps, batch * height, self.ni
        below = self._propagate(shape, height, deltas, arrays, self._lengths, self._weights)
        if below is None:
            return None
        return x.like(below.reshape(steps, batch, height, self.ni).transpose(1, 2, 0, 3))

    def spec(self) -> str:
        return f"Lfx{'s' if self.summary else ''}{self.states}"

    def output_shape(self, shape: StaticShape) -> StaticShape:
        return replace(shape, depth=self.no, width=1 if self.summary else shape.width)
