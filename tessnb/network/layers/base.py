"""What every layer has in common.

Source: ``src/lstm/network.{h,cpp}``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum

import numpy as np

from tessnb.formats.network import NetworkRecord, StaticShape
from tessnb.network.activations import Activations, Scratch
from tessnb.network.random import TRand

__all__ = ["LOSS_CTC", "LOSS_LOGISTIC", "LOSS_NONE", "LOSS_SOFTMAX", "Layer", "TrainingState"]

#: Values of `StaticShape.loss_type`.
LOSS_NONE, LOSS_CTC, LOSS_SOFTMAX, LOSS_LOGISTIC = range(4)


class TrainingState(IntEnum):
    """States of a layer's training; the last is only a command to `Layer.set_training`."""

    DISABLED = 0
    ENABLED = 1
    #: Disabled for a while, to be written as a recognizer.
    TEMP_DISABLE = 2
    #: Enable again what was disabled for a while.
    RE_ENABLE = 3


class Layer(ABC):
    """A layer, or a tree of layers.

    Parameters
    ----------
    type : str
        Tesseract's name of the type, such as ``"LSTM"``.
    name : str
        A name within the network.
    ni, no : int
        Number of input and output features.

    Attributes
    ----------
    training : TrainingState
    needs_to_backprop : bool
        Whether the layer below wants this one's gradients.
    network_flags : int
        ``NF_LAYER_SPECIFIC_LR`` and ``NF_ADAM``.
    num_weights : int
        Weights in this layer and below.
    frozen : bool
        The layer's weights are to stay as they are, though errors go through it. Not part of a record.
    idle : bool
        Neither this layer nor any below it learns, so that errors end above it. Not part of a record.
    """

    def __init__(self, type: str, name: str, ni: int, no: int) -> None:
        self.type, self.name, self.ni, self.no = type, name, ni, no
        self.training = TrainingState.ENABLED
        self.needs_to_backprop = True
        self.network_flags = 0
        self.num_weights = 0
        self.frozen = self.idle = False
        self.scratch = Scratch()

    # Running.

    @abstractmethod
    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        """Run the layer.

        Parameters
        ----------
        x : Activations
            The input.
        training : bool
            Keep what `backward` needs.
        randomizer : TRand
            Source of the noise around images.

        Returns
        -------
        Activations
            In memory that the layer owns: valid until its next `forward`.
        """

    @abstractmethod
    def backward(self, delta: Activations) -> Activations | None:
        """Propagate errors back and compute the weights' gradients.

        Parameters
        ----------
        delta : Activations
            Errors of the last `forward`'s output (target minus output, so that steps go along them); zero in
            padding.

        Returns
        -------
        Activations or None
            Errors of the input, valid until the next `backward`; None if nobody below can use them.
        """

    def update(self, learning_rate: float, momentum: float, adam_beta: float, num_samples: int) -> None:  # noqa: B027
        """Change the weights by the newest gradients; see `WeightMatrix.update`."""

    def count_alternators(self, other: Layer, totals: np.ndarray) -> None:  # noqa: B027
        """Add to `totals` (float32: agree, disagree) how the signs of this and of an equal layer's updates
        compare."""

    # Structure.

    @abstractmethod
    def spec(self) -> str:
        """Return the layer's specification, as the reference prints it (not always what was asked for)."""

    @property
    def layers(self) -> list[Layer]:
        """The layers inside this one; empty for all but plumbing."""
        return []

    def walk(self) -> Iterator[Layer]:
        """Yield this layer and all below, outer before inner, in order."""
        yield self
        for layer in self.layers:
            yield from layer.walk()

    def input_shape(self) -> StaticShape:
        """Return the shape of the image that the layer expects, unknown if it does not begin with an input
        layer."""
        return StaticShape()

    def output_shape(self, shape: StaticShape) -> StaticShape:
        """Return the shape of the output for an input of `shape`, in which sizes may be 0 for unknown."""
        return replace(shape, depth=self.no)

    def x_scale_factor(self) -> int:
        """Return by how much the layer shrinks the image's width."""
        return 1

    # Life.

    def set_training(self, state: TrainingState) -> None:
        """Enable, disable, or disable for a while the training of this layer and of those below."""
        if state == TrainingState.RE_ENABLE:
            if self.training == TrainingState.TEMP_DISABLE:
                self.training = TrainingState.ENABLED
        elif state == TrainingState.TEMP_DISABLE:
            if self.training == TrainingState.ENABLED:
                self.training = state
        else:
            if state == TrainingState.ENABLED and self.training != TrainingState.ENABLED:
                self.init_backward()
            self.training = state

    @property
    def is_training(self) -> bool:
        return self.training == TrainingState.ENABLED

    def settle(self) -> None:  # noqa: B027
        """Wait until the gradients of the last `backward` are there, so that its arrays may change."""

    def init_backward(self) -> None:  # noqa: B027
        """Allocate and zero what training needs."""

    def set_network_flags(self, flags: int) -> None:
        """Set the flags of this layer and of those below."""
        self.network_flags = flags

    def init_weights(self, range_: float, randomizer: TRand) -> int:
        """Draw the weights from [-range_, range_] and return their number."""
        return 0

    def setup_needs_backprop(self, needed: bool) -> bool:
        """Note whether the layer below has weights to train; return the same for the layer above."""
        self.needs_to_backprop = needed
        return needed or self.num_weights > 0

    def remap_outputs(self, old_no: int, code_map: list[int]) -> int:
        """Remap all softmaxes of `old_no` outputs (see `WeightMatrix.remap_outputs`); return the number of
        weights."""
        return 0

    def convert_to_int(self) -> None:  # noqa: B027
        """Make the weights of this layer and of those below integers, for good."""

    @property
    def int_mode(self) -> bool:
        """Whether the layer, or any below, has integer weights."""
        return any(layer.int_mode for layer in self.layers)

    # Records.

    @abstractmethod
    def to_record(self) -> NetworkRecord:
        """Return the record to write; it holds training state if the layer is in training."""

    def _head(self) -> dict[str, object]:
        """Return what every record stores."""
        return {
            "type": self.type,
            "name": self.name,
            "training": int(self.training),
            "needs_to_backprop": int(self.needs_to_backprop),
            "network_flags": self.network_flags,
            "ni": self.ni,
            "no": self.no,
            "num_weights": self.num_weights,
        }
