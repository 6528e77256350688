"""A convolution's three layers in one go: windows, a fully connected layer, maxima."""

from __future__ import annotations

import numpy as np

from tessnb.kernels.vectors import WIDTH
from tessnb.kernels.windows import (
    windows_back_scratch,
    windows_backward,
    windows_forward,
    windows_scratch,
)
from tessnb.network.activations import Activations
from tessnb.network.layers.fully_connected import KERNELS, FullyConnected
from tessnb.network.layers.simple import Convolve, Maxpool
from tessnb.network.random import TRand
from tessnb.network.threads import second_core

__all__ = ["PooledWindows"]


class PooledWindows:
    """Runs three layers as one, so that nothing of what lies between them is kept.

    Parameters
    ----------
    convolve : Convolve
    dense : FullyConnected
    maxpool : Maxpool
        Successive layers.
    """

    def __init__(self, convolve: Convolve, dense: FullyConnected, maxpool: Maxpool) -> None:
        self.convolve, self.dense, self.maxpool = convolve, dense, maxpool

    def fits(self, x: Activations) -> bool:
        """Return whether the layers can run as one now: for what kernels know, and if nobody below learns."""
        known = self.dense.type in KERNELS and self.dense.no % WIDTH == 0
        return known and not (x.int_mode or self.dense.int_mode or self.dense.needs_to_backprop)

    @property
    def _shape(self) -> tuple[int, ...]:
        dense, pool = self.dense, self.maxpool
        windows = self.convolve.half_y, self.convolve.half_x
        return *windows, dense.ni, dense.no, KERNELS[dense.type], pool.y_scale, pool.x_scale

    def forward(self, x: Activations, randomizer: TRand) -> Activations:
        """Run the layers; memory and meaning of the result are those of `Layer.forward`."""
        self.dense.settle()
        values, scratch = x.contiguous(), self.maxpool.scratch
        batch, height, width, _ = values.shape
        rows, columns = height // self.maxpool.y_scale, width // self.maxpool.x_scale
        out, places = (scratch(name, (batch, rows, columns, self.dense.no)) for name in ("out", "maxes"))
        packed, bias, stacked, z = (
            scratch(f"forward {i}", shape) for i, shape in enumerate(windows_scratch(self._shape, width))
        )
        self._input, self._pooled = x.like(values), (out, places)
        self._random = randomizer.state.copy()
        windows_forward(
            *(second_core(), self._shape, values, x.heights, x.widths, randomizer.state),
            *(self.dense.weights.values.ravel(), (packed, bias), (stacked, stacked.ravel(), z)),
            *(out.ravel(), places.ravel()),
        )
        return Activations(out, x.heights // self.maxpool.y_scale, x.widths // self.maxpool.x_scale)

    def backward(self, delta: Activations) -> None:
        """Set the gradient of the fully connected layer."""
        gradient, x = self.dense.weights.gradient, self._input
        if gradient is None:
            return
        stacked, tall, errors, sums = (
            self.maxpool.scratch(f"back {i}", shape)
            for i, shape in enumerate(windows_back_scratch(self._shape, x.shape[2]))
        )
        pooled = delta.contiguous().ravel(), *(array.ravel() for array in self._pooled)
        windows_backward(
            *(second_core(), self._shape, x.values, x.heights, x.widths, self._random),
            *((stacked, stacked.ravel(), tall, errors), pooled, sums, np.ravel(gradient)),
        )
