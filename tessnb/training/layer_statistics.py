"""How long the weights and gradients of each layer are, now and then."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tessnb.errors import InputError
from tessnb.events import LayersMeasured, LayerStatistic
from tessnb.network.layers.base import Layer
from tessnb.network.layers.lstm_softmax import LSTMSoftmax
from tessnb.network.layers.plumbing import Plumbing
from tessnb.network.layers.weighted import WeightedLayer
from tessnb.network.weights import WeightMatrix
from tessnb.training.companion import Companion
from tessnb.training.freezing import weighted_layers
from tessnb.training.rates import has_layer_rates

if TYPE_CHECKING:
    from tessnb.training.learner import Learner
    from tessnb.training.trainer import Trainer

__all__ = ["LayerWatch", "measure_layers"]


def measure_layers(learner: Learner) -> tuple[LayerStatistic, ...]:
    """Return the figures of all layers with weights, from the image upwards."""
    network = learner.network
    statistics = []
    for layer_id, layer in weighted_layers(network).items():
        rate = learner.learning_rate
        if has_layer_rates(learner) and isinstance(network, Plumbing):
            rate = network.learning_rate(layer_id) or rate
        matrices = _matrices(layer)
        values = np.concatenate([weights.values.ravel() for weights in matrices])
        gradients = [weights.gradient for weights in matrices]
        squares = math.fsum(
            float(np.vdot(each, each)) for each in gradients if each is not None and not layer.frozen
        )
        statistics.append(
            LayerStatistic(
                layer_id,
                layer.name,
                rate,
                math.sqrt(squares),
                float(np.linalg.norm(values)),
                float(values.mean()),
                float(values.std()),
                float(np.abs(values).max()),
                layer.frozen,
            )
        )
    return tuple(statistics)


def _matrices(layer: Layer) -> list[WeightMatrix]:
    parts = [layer, layer.softmax] if isinstance(layer, LSTMSoftmax) else [layer]
    return [part.weights for part in parts if isinstance(part, WeightedLayer)]


class LayerWatch(Companion):
    """Reports `LayersMeasured` every so many training iterations.

    Parameters
    ----------
    every : int
        Training iterations between two reports.
    """

    def __init__(self, every: int) -> None:
        if every < 1:
            raise InputError("layers are measured every so many iterations", found=every)
        self.every = every
        self._next: int | None = None

    def before_update(self, trainer: Trainer) -> None:
        """Note where the run begins."""
        if self._next is None:
            self._next = (trainer.learner.training_iteration // self.every + 1) * self.every

    def after_update(self, trainer: Trainer) -> None:
        """Measure if it is time to."""
        iteration = trainer.learner.training_iteration
        if self._next is not None and iteration >= self._next:
            self._next = (iteration // self.every + 1) * self.every
            trainer.emit(LayersMeasured(iteration, measure_layers(trainer.learner)))
