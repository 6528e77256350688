"""What the layers with a weight matrix of their own share: all that is the matrix's business.

Source: ``src/lstm/fullyconnected.cpp``, ``src/lstm/lstm.cpp``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tessnb.formats.network import NF_ADAM
from tessnb.network.int8_weights import Int8Weights, int8_weights
from tessnb.network.layers.base import Layer
from tessnb.network.random import TRand
from tessnb.network.weights import WeightMatrix

__all__ = ["WeightedLayer"]


class WeightedLayer(Layer):
    """A layer with one weight matrix.

    Attributes
    ----------
    weights : WeightMatrix
    """

    weights: WeightMatrix
    _int8: Int8Weights | None = None
    _int8_of: np.ndarray | None = None

    def int8_weights(self) -> Int8Weights | None:
        """Return the integer weights as int8 products want them, None where there are none."""
        if self._int8_of is not self.weights.scales:
            self._int8, self._int8_of = int8_weights(self.weights), self.weights.scales
        return self._int8

    def _pieces(self, name: str, sizes: Sequence[int]) -> tuple[np.ndarray, ...]:
        """Return flat scratch of several sizes."""
        return tuple(self.scratch(f"{name} {i}", (size,)) for i, size in enumerate(sizes))

    def update(self, learning_rate: float, momentum: float, adam_beta: float, num_samples: int) -> None:
        self.weights.update(learning_rate, momentum, adam_beta, num_samples)

    def count_alternators(self, other: Layer, totals: np.ndarray) -> None:
        assert isinstance(other, WeightedLayer)
        self.weights.count_alternators(other.weights, totals)

    def settle(self) -> None:
        self.weights.settle()

    def init_backward(self) -> None:
        self.weights.init_backward()

    def init_weights(self, range_: float, randomizer: TRand) -> int:
        self.num_weights = self.weights.init_weights(range_, bool(self.network_flags & NF_ADAM), randomizer)
        return self.num_weights

    def convert_to_int(self) -> None:
        self.weights.convert_to_int()

    @property
    def int_mode(self) -> bool:
        return self.weights.int_mode
