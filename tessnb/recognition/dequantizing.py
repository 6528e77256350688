"""Integer (fast) models turned into float ones, so that they can be trained further.

The reference refuses to train them. Source: ``weightmatrix.cpp``, ``WeightMatrix::ConvertToInt``, the other
way round.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tessnb.formats import WeightMatrixRecord
from tessnb.formats.network import (
    TF_INT_MODE,
    FullyConnectedRecord,
    LSTMRecognizerRecord,
    LSTMRecord,
    NetworkRecord,
    PlumbingRecord,
)
from tessnb.recognition.model import Model

__all__ = ["WeightErrors", "dequantize", "dequantize_record"]


@dataclass(frozen=True, slots=True)
class WeightErrors:
    """How far weights are from what they stand for.

    Attributes
    ----------
    introduced : float
        The largest difference between a float32 weight and the number that its int8 stood for.
    inherited : float
        The largest difference that there can be to the float weights of which the integers were once made:
        half a step of the coarsest output.
    """

    introduced: float
    inherited: float


def dequantize(model: Model) -> Model:
    """Return a model with float weights, each the number that its int8 stands for.

    It reads nearly as the integer model does, and can be trained further. A model of tessdata_best is a
    better start: what rounding took away does not come back. A float model is returned as it is.
    """
    if not model.integer:
        return model
    return Model(dequantize_record(model.record)[0], model.container, model.name)


def dequantize_record(record: LSTMRecognizerRecord) -> tuple[LSTMRecognizerRecord, WeightErrors]:
    """Return a recognizer with float weights, and how exact they are; a float one stays as it is.

    Parameters
    ----------
    record : LSTMRecognizerRecord
    """
    errors: list[WeightErrors] = []
    network = _floats(record.network, errors)
    largest = WeightErrors(
        max((error.introduced for error in errors), default=0.0),
        max((error.inherited for error in errors), default=0.0),
    )
    return replace(record, network=network, training_flags=record.training_flags & ~TF_INT_MODE), largest


def _floats(network: NetworkRecord, errors: list[WeightErrors]) -> NetworkRecord:
    changes: dict[str, Any] = {}
    if isinstance(network, PlumbingRecord):
        changes["stack"] = [_floats(layer, errors) for layer in network.stack]
    elif isinstance(network, FullyConnectedRecord):
        changes["weights"] = _float_weights(network.weights, errors)
    elif isinstance(network, LSTMRecord):
        changes["gate_weights"] = [_float_weights(weights, errors) for weights in network.gate_weights]
        if network.softmax is not None:
            changes["softmax"] = _floats(network.softmax, errors)
    return replace(network, **changes)


def _float_weights(weights: WeightMatrixRecord, errors: list[WeightErrors]) -> WeightMatrixRecord:
    if weights.scales is None:
        return weights
    scales = weights.scales[: len(weights.values), None].astype(float)
    exact = weights.values * scales
    introduced = float(np.abs(exact.astype(np.float32) - exact).max(initial=0.0))
    errors.append(WeightErrors(introduced, float(scales.max(initial=0.0)) / 2))
    return WeightMatrixRecord.of_floats(exact, use_adam=weights.use_adam)
