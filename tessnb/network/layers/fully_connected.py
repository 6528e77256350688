"""The fully connected layer: a linear map at every position, then a non-linear function.

Source: ``src/lstm/fullyconnected.cpp``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tessnb.formats.network import FullyConnectedRecord, NetworkRecord, StaticShape
from tessnb.kernels.dense import (
    LINEAR,
    LOGISTIC,
    TANH,
    dense_backward,
    dense_backward_scratch,
    dense_forward,
    dense_forward_scratch,
)
from tessnb.kernels.int8 import project_int8
from tessnb.kernels.quantization import quantize
from tessnb.kernels.tables import logistic_table_inplace, tanh_table_inplace
from tessnb.kernels.vectors import WIDTH
from tessnb.network.activations import Activations
from tessnb.network.layers.base import LOSS_CTC, LOSS_LOGISTIC, LOSS_NONE, LOSS_SOFTMAX
from tessnb.network.layers.weighted import WeightedLayer
from tessnb.network.random import TRand
from tessnb.network.threads import second_core
from tessnb.network.weights import WeightMatrix

__all__ = ["KERNELS", "FullyConnected", "softmax_inplace"]

#: Type → the letter that the reference prints; a softmax with CTC is a "c".
_LETTERS = {
    "Tanh": "t",
    "Logistic": "s",
    "Relu": "r",
    "Linear": "l",
    "LinLogistic": "p",
    "LinTanh": "n",
    "Softmax": "c",
}
_LOSSES = {"Softmax": LOSS_CTC, "SoftmaxNoCTC": LOSS_SOFTMAX, "Logistic": LOSS_LOGISTIC}
# Bound of a softmax's negative inputs, so that no output is zero.
_MAX_SOFTMAX_ACTIVATION = np.float32(86.0)


def softmax_inplace(x: np.ndarray) -> None:
    """Replace each row of the float32 matrix `x` by its softmax (``SoftmaxInPlace`` in ``functions.h``)."""
    x -= x.max(axis=1, keepdims=True)
    np.maximum(x, -_MAX_SOFTMAX_ACTIVATION, out=x)
    np.exp(x, out=x)
    x /= x.sum(axis=1, keepdims=True)


_FORWARD: dict[str, Callable[[np.ndarray], object]] = {
    "Relu": lambda x: np.maximum(x, 0.0, out=x),
    "LinLogistic": lambda x: np.clip(x, 0.0, 1.0, out=x),
    "LinTanh": lambda x: np.clip(x, -1.0, 1.0, out=x),
    "Linear": lambda x: None,
    "Softmax": softmax_inplace,
    "SoftmaxNoCTC": softmax_inplace,
}

#: Those of integer networks that must agree with the reference to the last bit; on flat arrays.
_EXACT: dict[str, Callable[[np.ndarray], object]] = {
    "Tanh": tanh_table_inplace,
    "Logistic": logistic_table_inplace,
}

#: Types whose function the kernels know.
KERNELS = {"Tanh": TANH, "Logistic": LOGISTIC}

#: Other types → a function of output, delta and result. Missing types take deltas for errors as they are.
_BACKWARD: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], object]] = {
    "Relu": lambda y, delta, out: np.multiply(delta, y > 0, out=out),
    "LinLogistic": lambda y, delta, out: np.multiply(delta, (y > 0) & (y < 1), out=out),
    "LinTanh": lambda y, delta, out: np.multiply(delta, (y > -1) & (y < 1), out=out),
}


class FullyConnected(WeightedLayer):
    """``y = f(x W + b)`` at every position.

    Parameters
    ----------
    type : str
        ``"Tanh"``, ``"Logistic"``, ``"Relu"``, ``"Linear"``, ``"LinLogistic"`` (clipped to [0, 1]),
        ``"LinTanh"`` (clipped to [-1, 1]), ``"Softmax"`` (with CTC) or ``"SoftmaxNoCTC"``.
    name : str
    ni, no : int
    weights : WeightMatrix, optional
        Zeros by default.
    """

    def __init__(self, type: str, name: str, ni: int, no: int, weights: WeightMatrix | None = None) -> None:
        super().__init__(type, name, ni, no)
        self.weights = weights or WeightMatrix(ni, no)
        self._source: np.ndarray | None = None
        self._output: np.ndarray | None = None
        self._order = 0, 1, 2
        # The reference goes back through a transposed copy, which it renews with each update only.
        self._transpose_is_empty = False

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        self.settle()
        self._order = x.order()
        rows = x.rows(self._order)
        out = self.scratch("out", (rows.shape[0], self.no))
        if x.int_mode and (integers := self.int8_weights()) is not None:
            row_shape, sum_shape = integers.scratch_shapes(len(rows))
            shifted, sums = (
                self.scratch("rows", row_shape, np.uint8),
                self.scratch("sums", sum_shape, np.int32),
            )
            project_int8(rows, *integers, shifted, sums, out)
        elif self.weights.scales is not None:
            self.weights.project(rows, out)
            out *= self.weights.scales
        else:
            shape = len(rows), self.ni, self.no, KERNELS.get(self.type, LINEAR)
            scratch = self._pieces("forward", dense_forward_scratch(shape))
            weights = self.weights.values.ravel()
            dense_forward(second_core(), shape, rows.ravel(), weights, scratch, out.ravel())
        if self.weights.scales is not None and self.type in _EXACT:
            _EXACT[self.type](out.ravel())
        elif self.type not in KERNELS:
            _FORWARD[self.type](out)
        self._source, self._output = (rows, out) if training else (None, None)
        if x.int_mode and self.type != "Softmax":
            quantized = self.scratch("integers", out.shape, np.int8)
            quantize(out.ravel(), quantized.ravel())
            out = quantized
        return x.of_rows(out, self._order)

    def backward(self, delta: Activations) -> Activations | None:
        if self._source is None or self._output is None:
            return None
        errors = delta.rows(self._order)
        if self.type in _BACKWARD:
            out = self.scratch("errors", errors.shape)
            _BACKWARD[self.type](self._output, errors, out)
            errors = out
        gradient = self.weights.gradient
        if gradient is None:
            return None
        wanted = self.needs_to_backprop
        shape = len(errors), self.ni, self.no, KERNELS.get(self.type, LINEAR), wanted
        columns = -(-self.ni // WIDTH) * WIDTH if wanted else 0
        back = self.scratch("delta", (len(errors), columns))
        arrays = self._source.ravel(), self._output.ravel(), errors.ravel()
        scratch = self._pieces("backward", dense_backward_scratch(shape))
        weights = self.weights.values.ravel()
        dense_backward(second_core(), shape, arrays, weights, scratch, gradient.ravel(), back.ravel())
        if not wanted:
            return None
        if self._transpose_is_empty:
            back[:] = 0
        return delta.of_rows(back[:, : self.ni], self._order)

    def update(self, learning_rate: float, momentum: float, adam_beta: float, num_samples: int) -> None:
        super().update(learning_rate, momentum, adam_beta, num_samples)
        self._transpose_is_empty = False

    def spec(self) -> str:
        return f"F{_LETTERS.get(self.type, 'm')}{self.no}"

    def output_shape(self, shape: StaticShape) -> StaticShape:
        return replace(shape, depth=self.no, loss_type=_LOSSES.get(self.type, LOSS_NONE))

    def remap_outputs(self, old_no: int, code_map: list[int]) -> int:
        if self.type == "Softmax" and self.no == old_no:
            self.num_weights = self.weights.remap_outputs(code_map)
            self.no = len(code_map)
            self._transpose_is_empty = True
        return self.num_weights

    def to_record(self) -> NetworkRecord:
        return FullyConnectedRecord(**self._head(), weights=self.weights.to_records()[0])  # type: ignore[arg-type]
