"""Layers without weights that only move numbers: input, sliding windows, rectangles.

Source: ``input.cpp``, ``convolve.cpp``, ``reconfig.cpp``, ``maxpool.cpp`` in ``src/lstm``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tessnb.errors import InputError
from tessnb.formats.network import (
    ConvolveRecord,
    InputRecord,
    MaxpoolRecord,
    NetworkRecord,
    ReconfigRecord,
    StaticShape,
)
from tessnb.kernels.convolve import convolve_backward, convolve_forward
from tessnb.kernels.maxpool import maxpool_backward, maxpool_forward, maxpool_vectors, maxpool_vectors_back
from tessnb.kernels.vectors import WIDTH
from tessnb.network.activations import Activations
from tessnb.network.layers.base import Layer
from tessnb.network.random import TRand
from tessnb.network.threads import second_core

__all__ = ["Convolve", "Input", "Maxpool", "Reconfig"]


class Input(Layer):
    """The network's input: says what image it wants, and passes it on.

    Parameters
    ----------
    name : str
    shape : StaticShape
    """

    def __init__(self, name: str, shape: StaticShape) -> None:
        super().__init__("Input", name, shape.depth if shape.height == 1 else shape.height, shape.depth)
        self.shape = shape

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        return x

    def backward(self, delta: Activations) -> None:
        return None

    def spec(self) -> str:
        return f"{self.shape.batch},{self.shape.height},{self.shape.width},{self.shape.depth}"

    def input_shape(self) -> StaticShape:
        return self.shape

    def output_shape(self, shape: StaticShape) -> StaticShape:
        return self.shape

    def to_record(self) -> NetworkRecord:
        return InputRecord(**self._head(), shape=self.shape)  # type: ignore[arg-type]


class Convolve(Layer):
    """Stacks the inputs in a window around each position; what is outside the image is noise.

    Parameters
    ----------
    name : str
    ni : int
    half_x, half_y : int
        The window is ``2 half_x + 1`` by ``2 half_y + 1``.
    """

    def __init__(self, name: str, ni: int, half_x: int, half_y: int) -> None:
        super().__init__("Convolve", name, ni, ni * (2 * half_x + 1) * (2 * half_y + 1))
        self.half_x, self.half_y = half_x, half_y

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        values = x.contiguous()
        out = self.scratch("out", (*values.shape[:3], self.no), values.dtype.type)
        amplitude = 127.0 if x.int_mode else 1.0
        window = self.half_y, self.half_x
        convolve_forward(
            second_core(), values, x.heights, x.widths, *window, amplitude, randomizer.state, out
        )
        return x.like(out)

    def backward(self, delta: Activations) -> Activations:
        values = delta.contiguous()
        out = self.scratch("delta", (*values.shape[:3], self.ni))
        convolve_backward(values, delta.heights, delta.widths, self.half_y, self.half_x, out)
        return delta.like(out)

    def spec(self) -> str:
        return f"C{2 * self.half_y + 1},{2 * self.half_x + 1}"

    def to_record(self) -> NetworkRecord:
        return ConvolveRecord(**self._head(), half_x=self.half_x, half_y=self.half_y)  # type: ignore[arg-type]


class Reconfig(Layer):
    """Shrinks the image by stacking rectangles of positions into the depth, columns first.

    Parameters
    ----------
    name : str
    ni : int
    x_scale, y_scale : int
        Size of a rectangle; what does not fill one at the right and lower border is dropped.
    """

    def __init__(self, name: str, ni: int, x_scale: int, y_scale: int) -> None:
        super().__init__("Reconfig", name, ni, ni * x_scale * y_scale)
        self.x_scale, self.y_scale = x_scale, y_scale
        self._input: Activations | None = None

    def _shrunk(self, x: Activations, values: np.ndarray) -> Activations:
        return Activations(values, x.heights // self.y_scale, x.widths // self.x_scale)

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        self._input = x
        batch, _, _, features = x.shape
        rows, columns = self._size(x)
        kept = x.values[:, : rows * self.y_scale, : columns * self.x_scale]
        blocks = kept.reshape(batch, rows, self.y_scale, columns, self.x_scale, features)
        return self._shrunk(x, blocks.transpose(0, 1, 3, 4, 2, 5).reshape(batch, rows, columns, self.no))

    def backward(self, delta: Activations) -> Activations | None:
        if not self.needs_to_backprop or self._input is None:
            return None
        batch, rows, columns, _ = delta.shape
        blocks = delta.values.reshape(batch, rows, columns, self.x_scale, self.y_scale, self.ni)
        out = self.scratch("delta", self._input.shape)
        out[:] = 0.0
        restored = blocks.transpose(0, 1, 4, 2, 3, 5)
        kept = out[:, : rows * self.y_scale, : columns * self.x_scale]
        kept[:] = restored.reshape(batch, rows * self.y_scale, columns * self.x_scale, self.ni)
        return self._input.like(out)

    def _size(self, x: Activations) -> tuple[int, int]:
        """Return how many rows and columns are left; raise if none are."""
        _, height, width, _ = x.shape
        rows, columns = height // self.y_scale, width // self.x_scale
        if not (rows and columns):
            raise InputError(
                "an image is too small for the network",
                where=self.name or self.spec(),
                found=f"{width} × {height} at this layer",
                expected=f"at least {self.x_scale} × {self.y_scale}",
            )
        return rows, columns

    def spec(self) -> str:
        return f"S{self.y_scale},{self.x_scale}"

    def output_shape(self, shape: StaticShape) -> StaticShape:
        return replace(
            shape,
            height=shape.height // self.y_scale,
            width=shape.width // self.x_scale,
            depth=self._depth(shape),
        )

    def _depth(self, shape: StaticShape) -> int:
        return shape.depth * self.x_scale * self.y_scale

    def x_scale_factor(self) -> int:
        return self.x_scale

    def to_record(self) -> NetworkRecord:
        return ReconfigRecord(**self._head(), x_scale=self.x_scale, y_scale=self.y_scale)  # type: ignore[arg-type]


class Maxpool(Reconfig):
    """Shrinks the image by the maximum over rectangles, feature by feature; parameters as of `Reconfig`."""

    def __init__(self, name: str, ni: int, x_scale: int, y_scale: int) -> None:
        super().__init__(name, ni, x_scale, y_scale)
        self.type, self.no = "Maxpool", ni
        self._maxes: np.ndarray | None = None
        self._vectors = False

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        self._input = x
        values = x.contiguous()
        batch, _, _, features = values.shape
        shape = batch, *self._size(x), features
        out = self.scratch("out", shape, values.dtype.type)
        # Vectors count the places in their own kind.
        self._vectors = features % WIDTH == 0 and not x.int_mode
        self._maxes = self.scratch("maxes", shape, np.float32 if self._vectors else np.int32)
        if self._vectors:
            flat = values.ravel(), out.ravel(), self._maxes.ravel()
            sizes = *values.shape, self.y_scale, self.x_scale
            maxpool_vectors(second_core(), sizes, x.heights, x.widths, *flat)
        else:
            maxpool_forward(values, x.heights, x.widths, self.y_scale, self.x_scale, out, self._maxes)
        return self._shrunk(x, out)

    def backward(self, delta: Activations) -> Activations | None:
        if self._input is None or self._maxes is None:
            return None
        out = self.scratch("delta", self._input.shape)
        errors = delta.contiguous()
        if self._vectors:
            sizes = *self._input.shape, self.y_scale, self.x_scale
            maxpool_vectors_back(second_core(), sizes, errors.ravel(), self._maxes.ravel(), out.ravel())
        else:
            maxpool_backward(errors, self._maxes, self.y_scale, self.x_scale, out)
        return self._input.like(out)

    def spec(self) -> str:
        return f"Mp{self.y_scale},{self.x_scale}"

    def _depth(self, shape: StaticShape) -> int:
        return shape.depth

    def to_record(self) -> NetworkRecord:
        return MaxpoolRecord(**self._head(), x_scale=self.x_scale, y_scale=self.y_scale)  # type: ignore[arg-type]
