"""How long the weights and gradients of each layer are, now and then."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tessnb.errors import InputError
from tessnb.events import (
    Event,
    LayerRate,
    LayerRatesChanged,
    LayersMeasured,
    LayerStatistic,
    LineTrained,
)
from tessnb.network.layers.plumbing import Plumbing
from tessnb.network.weighted import matrices_of, weighted_layers
from tessnb.training.companion import Companion
from tessnb.training.rates import has_layer_rates

if TYPE_CHECKING:
    from tessnb.training.learner import Learner
    from tessnb.training.trainer import Trainer

__all__ = ["LayerWatch", "RateWatch", "layer_rates", "measure_layers"]

#: Lines between two looks at the rates, and by which part one must differ to be told of.
_LOOK_EVERY, _DIFFERENCE = 100, 0.02


def measure_layers(learner: Learner) -> tuple[LayerStatistic, ...]:
    """Return the figures of all layers with weights, from the image upwards."""
    statistics = []
    for layer_id, layer in weighted_layers(learner.network).items():
        matrices = matrices_of(layer)
        values = np.concatenate([weights.values.ravel() for weights in matrices])
        gradients = [weights.gradient for weights in matrices]
        squares = math.fsum(
            float(np.vdot(each, each)) for each in gradients if each is not None and not layer.frozen
        )
        statistics.append(
            LayerStatistic(
                layer_id,
                layer.name,
                _rate(learner, layer_id),
                math.sqrt(squares),
                float(np.linalg.norm(values)),
                float(values.mean()),
                float(values.std()),
                float(np.abs(values).max()),
                layer.frozen,
            )
        )
    return tuple(statistics)


def layer_rates(learner: Learner) -> tuple[LayerRate, ...]:
    """Return the learning rates of all layers with weights, from the image upwards."""
    layers = weighted_layers(learner.network)
    return tuple(LayerRate(each, layer.name, _rate(learner, each)) for each, layer in layers.items())


def _rate(learner: Learner, layer_id: str) -> float:
    """Return a layer's own learning rate, or the common one."""
    network = learner.network
    if has_layer_rates(learner) and isinstance(network, Plumbing):
        return network.learning_rate(layer_id) or learner.learning_rate
    return learner.learning_rate


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


class RateWatch:
    """An observer that tells of the layers' learning rates when they change: `LayerRatesChanged`.

    It looks at them while a line is trained, when a schedule's factor is in them. However they fall, what is
    told is bounded: they have to differ by some percent.

    Parameters
    ----------
    trainer : Trainer
        Whose learner to look at, and who emits.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._told: tuple[LayerRate, ...] = ()
        self._looked = -_LOOK_EVERY

    def __call__(self, event: Event) -> None:
        if not isinstance(event, LineTrained) or abs(event.counters.sample - self._looked) < _LOOK_EVERY:
            return
        self._looked = event.counters.sample
        rates = layer_rates(self._trainer.learner)
        if len(rates) != len(self._told) or any(map(_differ, rates, self._told)):
            self._told = rates
            self._trainer.emit(LayerRatesChanged(event.counters.training, rates))


def _differ(new: LayerRate, old: LayerRate) -> bool:
    return abs(new.learning_rate - old.learning_rate) > _DIFFERENCE * old.learning_rate
