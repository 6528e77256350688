"""Learning rates: reducing them, for all layers at once or where that helps.

Source: ``LSTMTrainer::ReduceLearningRates``, ``ReduceLayerLearningRates`` (``lstmtrainer.cpp``);
``LSTMRecognizer::SetLearningRate``, ``ScaleLearningRate`` (``lstmrecognizer.h``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

import numpy as np

from tessnb.errors import InputError
from tessnb.events import Event, LayerRatesReduced, LayerRateTried, LearningRateReduced
from tessnb.formats.network import NF_LAYER_SPECIFIC_LR
from tessnb.network.layers.plumbing import Plumbing
from tessnb.training.checkpoints import copy_learner
from tessnb.training.forward import Sample
from tessnb.training.learner import Learner
from tessnb.training.order import Samples

__all__ = ["has_layer_rates", "reduce_learning_rates", "scale_learning_rate", "set_learning_rate"]

#: By how much rates are reduced when training diverges or stalls (``kLearningRateDecay``).
DECAY = math.sqrt(0.5)

#: Lines on which two rates are compared (``kNumAdjustmentIterations``).
ADJUSTMENT_ITERATIONS = 100

#: How much less the updates must alternate for the lower rate to be taken (``kImprovementFraction``).
IMPROVEMENT_FRACTION = 15 / 16


def _plumbing(learner: Learner) -> Plumbing:
    if not isinstance(learner.network, Plumbing):
        raise InputError("the network must be a series", where="learning rates", found=learner.network.spec())
    return learner.network


def has_layer_rates(learner: Learner) -> bool:
    """Return whether every layer has a learning rate of its own."""
    return bool(learner.network.network_flags & NF_LAYER_SPECIFIC_LR)


def _each_layer(learner: Learner, change: Callable[[float], float]) -> None:
    network = _plumbing(learner)
    for layer_id in network.layer_ids():
        network.set_learning_rate(layer_id, change(network.learning_rate(layer_id)))


def set_learning_rate(learner: Learner, rate: float) -> None:
    """Set the learning rate of the network and of all layers."""
    learner.learning_rate = float(np.float32(rate))
    if has_layer_rates(learner):
        _each_layer(learner, lambda old: rate)


def scale_learning_rate(learner: Learner, factor: float) -> None:
    """Multiply the learning rate of the network and of all layers."""
    learner.learning_rate = float(np.float32(learner.learning_rate * factor))
    if has_layer_rates(learner):
        _each_layer(learner, lambda old: old * factor)


def reduce_learning_rates(learner: Learner, samples: Samples[Sample], emit: Callable[[Event], None]) -> None:
    """Reduce the rate by a factor of sqrt(1/2), or that of each layer where it makes training steadier.

    Parameters
    ----------
    learner : Learner
    samples : Samples
        Lines to try the rates on.
    emit : callable
        Hears what was decided.
    """
    if has_layer_rates(learner):
        emit(LayerRatesReduced(_reduce_layer_rates(learner, samples, emit)))
    else:
        scale_learning_rate(learner, DECAY)
        emit(LearningRateReduced(learner.learning_rate))


def _reduce_layer_rates(learner: Learner, samples: Samples[Sample], emit: Callable[[Event], None]) -> int:
    """Reduce the rates of some layers; return of how many."""
    network = _plumbing(learner)
    ids = network.layer_ids()
    layers = [network.layer(layer_id) for layer_id in ids]
    trained = [index for index, layer in enumerate(layers) if layer.is_training and layer.num_weights]
    alternations = _alternations(learner, samples, ids, trained)
    lowered = []
    for index in trained:
        rate = float(np.float32(network.learning_rate(ids[index])))
        lower, same = map(float, alternations[:, index])
        reduced = lower < same * IMPROVEMENT_FRACTION
        emit(
            LayerRateTried(
                index,
                layers[index].name,
                float(np.float32(rate * np.float32(DECAY))),
                lower,
                rate,
                same,
                reduced,
            )
        )
        if reduced:
            lowered.append(index)
    for index in lowered or trained:
        network.set_learning_rate(ids[index], network.learning_rate(ids[index]) * float(np.float32(DECAY)))
    return len(lowered or trained)


def _alternations(
    learner: Learner, samples: Samples[Sample], ids: list[str], trained: list[int]
) -> np.ndarray:
    """Return, for the lower and the present rates, which part of each layer's updates would change sign.

    Each line is trained on twice without changing anything but one layer by its first update.

    Returns
    -------
    float32 array (2, layers)
    """
    totals = np.zeros((2, len(ids), 2), np.float32)
    momentum_factor = np.float32(1) / (np.float32(1) - np.float32(learner.momentum))
    for step in range(ADJUSTMENT_ITERATIONS):
        for way, factor in enumerate((np.float32(DECAY), np.float32(1))):
            trial = copy_learner(learner)
            trial.network.update(0.0, 0.0, 0.0, 0)
            network = _plumbing(trial)
            for index in trained:
                rate = network.learning_rate(ids[index])
                network.set_learning_rate(ids[index], rate * float(momentum_factor * factor))
            trial.sample_iteration = learner.sample_iteration + step
            sample = trial.train_next(samples, hold_updates=True)
            if sample is None:
                continue
            for index in trained:
                single = copy_learner(trial)
                layer = _plumbing(single).layer(ids[index])
                layer.update(0.0, learner.momentum, learner.adam_beta, single.training_iteration + 1)
                layer.update(0.0, 0.0, 0.0, 0)
                single.train_line(sample, hold_updates=True)
                layer.count_alternators(network.layer(ids[index]), totals[way, index])
    with np.errstate(invalid="ignore"):
        return cast(np.ndarray, totals[..., 1] / (totals[..., 1] + totals[..., 0]))
