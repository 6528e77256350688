"""A model by its name in one call, also one that can be trained where only a fast model is installed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from tessnb.formats import WeightMatrixRecord
from tessnb.formats.network import (
    TF_INT_MODE,
    FullyConnectedRecord,
    LSTMRecord,
    NetworkRecord,
    PlumbingRecord,
)
from tessnb.recognition.model import Model

__all__ = ["dequantize", "load_model"]


def load_model(
    source: str | os.PathLike[str], *, folder: str | os.PathLike[str] | None = None, trainable: bool = False
) -> Model:
    """Load a model that Tesseract has installed, or of a file.

    Parameters
    ----------
    source : str or path
        A language (``"eng"``) or a traineddata file.
    folder : path, optional
        Where to look for a language, instead of ``$TESSDATA_PREFIX`` and the system's folders.
    trainable : bool
        Turn an integer (fast) model into one with float weights; see `dequantize`.

    Raises
    ------
    InputError
        If there is no such file or language.
    FormatError
        If the file is not what it should be.
    """
    model = Model.load(source, folder=folder)
    return dequantize(model) if trainable else model


def dequantize(model: Model) -> Model:
    """Return a model with float weights, each the number that its int8 stands for.

    It reads nearly as the integer model does, and can be trained further. A model of tessdata_best is a
    better start: what rounding took away does not come back. A float model is returned as it is.

    Notes
    -----
    Source: ``weightmatrix.cpp``, ``WeightMatrix::ConvertToInt``, the other way round.
    """
    if not model.integer:
        return model
    record = replace(
        model.record,
        network=_floats(model.record.network),
        training_flags=model.record.training_flags & ~TF_INT_MODE,
    )
    return Model(record, model.container, model.name)


def _floats(network: NetworkRecord) -> NetworkRecord:
    changes: dict[str, Any] = {}
    if isinstance(network, PlumbingRecord):
        changes["stack"] = [_floats(layer) for layer in network.stack]
    elif isinstance(network, FullyConnectedRecord):
        changes["weights"] = _float_weights(network.weights)
    elif isinstance(network, LSTMRecord):
        changes["gate_weights"] = [_float_weights(weights) for weights in network.gate_weights]
        if network.softmax is not None:
            changes["softmax"] = _floats(network.softmax)
    return replace(network, **changes)


def _float_weights(weights: WeightMatrixRecord) -> WeightMatrixRecord:
    if weights.scales is None:
        return weights
    scales = weights.scales[: len(weights.values), None].astype(float)
    return WeightMatrixRecord.of_floats(weights.values * scales, use_adam=weights.use_adam)
