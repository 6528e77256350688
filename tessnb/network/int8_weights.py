"""Integer weights laid out for the processor's int8 products, where it has them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tessnb.kernels import int8
from tessnb.network.weights import WeightMatrix

__all__ = ["Int8Weights", "int8_weights"]

#: Rows of inputs that are multiplied in one go: what they add up to stays in the nearest cache.
_BLOCK = 64


class Int8Weights(NamedTuple):
    """What `tessnb.kernels.int8` wants of a weight matrix.

    Attributes
    ----------
    packed : ndarray of int8, shape (blocks, quads, 32, 4)
    shift : ndarray of int32, shape (outputs,)
        What stands for the inputs' shift, and the bias.
    scales : ndarray of float32, shape (outputs,)
    """

    packed: np.ndarray
    shift: np.ndarray
    scales: np.ndarray

    def scratch_shapes(self, rows: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the shapes of shifted inputs and of sums, for a block of at most so many rows."""
        blocks, quads = self.packed.shape[:2]
        block = min(_BLOCK, -(-rows // int8.ROWS) * int8.ROWS)
        return (block, quads * int8.QUAD), (block, blocks * int8.WIDE)


def int8_weights(weights: WeightMatrix) -> Int8Weights | None:
    """Return a matrix for int8 products; None if it is not an integer one, or the processor has none."""
    if weights.scales is None or not int8.AVAILABLE:
        return None
    packed, shift = int8.pack(weights.values[:-1])
    return Int8Weights(packed, shift + 127 * weights.values[-1].astype(np.int32), weights.scales)
