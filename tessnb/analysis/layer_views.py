"""A line on its way through a network: what every layer makes of it, and the errors that come back.

These are the figures that the reference draws in a window per layer: ``Output`` and ``Output-back``,
``ConvNL`` and the others.

Source: ``Network::DisplayForward`` and ``DisplayBackward`` (``network.cpp``); ``LSTMTrainer::TrainOnLine``
(``lstmtrainer.cpp``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tessnb.errors import InputError
from tessnb.events import LayerStatistic
from tessnb.lines import TrainingLine, prepare_line
from tessnb.network import (
    Activations,
    Convolve,
    FullyConnected,
    Layer,
    Parallel,
    Reversed,
    Series,
    blas_threads,
)
from tessnb.network.layers.weighted import WeightedLayer
from tessnb.network.weighted import weighted_layers
from tessnb.recognition import Model
from tessnb.recognition.dequantizing import dequantize
from tessnb.training.checkpoints import learner_from_recognizer
from tessnb.training.forward import forward_line
from tessnb.training.inputs import Skipped
from tessnb.training.layer_statistics import measure_layers

__all__ = ["Filters", "Histogram", "LayerView", "LayerViews", "inspect_layers"]

_BINS = 61


@dataclass(frozen=True, eq=False)
class LayerView:
    """What a layer makes of a line.

    Attributes
    ----------
    id : str
        Its place in the network, such as ``":1:1"``.
    name, spec, type : str
        As the network has them.
    level : int
        0, or 1 for what is joined to one layer.
    scale : float
        Pixels of the line image to a position.
    activations : float32 array (height, width, features)
    deltas : float32 array (height, width, features) or None
        Errors of the activations on their way back, target minus output; None where none arrive. They reach
        the image, too, where training needs none.
    """

    id: str
    name: str
    spec: str
    type: str
    level: int
    scale: float
    activations: NDArray[np.float32]
    deltas: NDArray[np.float32] | None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and features."""
        height, width, features = self.activations.shape
        return height, width, features


@dataclass(frozen=True, eq=False)
class Filters:
    """The windows of a convolution with the layer behind it.

    Attributes
    ----------
    id : str
        The layer whose responses they make.
    weights : float32 array (filters, height, width, inputs)
    bias : float32 array (filters,)
    """

    id: str
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Histogram:
    """How the numbers of a layer are spread.

    Attributes
    ----------
    limit : float
        The largest magnitude: the bins are of equal width from ``-limit`` to ``limit``.
    counts : int64 array (bins,)
    """

    limit: float
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, values: NDArray[np.float32]) -> Histogram:
        """Count the values, of which there must be one."""
        limit = float(np.abs(values).max())
        counts, _ = np.histogram(values, _BINS, (-limit or -1.0, limit or 1.0))
        return cls(limit, counts)


@dataclass(frozen=True, eq=False)
class LayerViews:
    """A line in all layers of a network.

    Attributes
    ----------
    layers : tuple of LayerView
        From the image upwards.
    statistics : dict of str to LayerStatistic
        Of the layers with weights, by their ids; the gradients are those of this line. Training, which runs
        some layers as one, may round them differently (about 1e-6 of them).
    weights, gradients : dict of str to Histogram
    filters : Filters or None
        Those of the first convolution.
    problem : str
        Why no errors come back, or nothing.
    dequantized : bool
        Whether the model has int8 weights, which were made floats for this.
    """

    layers: tuple[LayerView, ...]
    statistics: dict[str, LayerStatistic]
    weights: dict[str, Histogram]
    gradients: dict[str, Histogram]
    filters: Filters | None
    problem: str
    dequantized: bool

    def __getitem__(self, name: str) -> LayerView:
        """Return the layer of an id or a name.

        Raises
        ------
        InputError
            If there is none.
        """
        for layer in self.layers:
            if name in (layer.id, layer.name):
                return layer
        known = ", ".join(f"{layer.name} ({layer.id})" for layer in self.layers)
        raise InputError("no such layer", found=name, expected=known)

    def weighted(self, layer: LayerView) -> list[str]:
        """Return the ids of the layers with weights that a layer is or holds."""
        return [each for each in self.statistics if f"{each}:".startswith(f"{layer.id}:")]


def inspect_layers(line: TrainingLine | np.ndarray, model: Model) -> LayerViews:
    """Run a line forward and its errors backward as training would, and keep what every layer sees.

    Parameters
    ----------
    line : TrainingLine or ndarray of bool or uint8, shape (height, width) or (height, width, 3)
        Without a truth nothing comes back.
    model : Model
        It stays as it is.

    Raises
    ------
    Skipped
        If the image is too small or too wide.

    Examples
    --------
    >>> line = tn.render("six", ["DejaVu Sans"], xsize=500, ysize=400)[0]
    >>> views = inspect_layers(line, tn.load_model("eng"))
    >>> views["ConvNL"].shape[2], views.filters.weights.shape
    (16, (16, 3, 3, 1))
    """
    if isinstance(line, np.ndarray):
        line = TrainingLine(line, "")
    dequantized = model.integer
    if dequantized:
        model = dequantize(model)
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)
    network = learner.network
    # Errors go down to the pixels, and each layer runs by itself, so that all can be seen.
    network.setup_needs_backprop(True)
    _, factor = prepare_line(line.image, network.input_shape())
    nodes = list(_nodes(network, "", 0, 1.0 / factor))
    recorded = {layer_id: _Recording(layer) for layer_id, layer, _, _ in nodes}
    with blas_threads():
        forward = forward_line(
            network,
            line,
            iteration=learner.sample_iteration,
            null_char=learner.null_char,
            randomizer=learner.randomizer,
            training=True,
        )
        problem = ""
        try:
            deltas = learner.compare(forward.outputs, learner.labels_of(line)).deltas
            network.backward(forward.activations.like(deltas[None, None]))
        except Skipped as skipped:
            problem = f"Nothing comes back: {skipped.args[0].value} {skipped.args[1]}".strip()
    views = [
        LayerView(
            layer_id,
            _inside(layer).name,
            layer.spec(),
            layer.type,
            level,
            scale,
            recorded[layer_id].activations,
            recorded[layer_id].deltas,
        )
        for layer_id, layer, level, scale in nodes
    ]
    matrices = {
        layer_id: layer.weights
        for layer_id, layer in weighted_layers(network).items()
        if isinstance(layer, WeightedLayer)
    }
    return LayerViews(
        tuple(views),
        {each.layer_id: each for each in measure_layers(learner)},
        {layer_id: Histogram.of(matrix.values) for layer_id, matrix in matrices.items()},
        {
            layer_id: Histogram.of(matrix.gradient)
            for layer_id, matrix in matrices.items()
            if matrix.gradient is not None and not problem
        },
        _first_filters(network, ""),
        problem,
        dequantized,
    )


def _inside(layer: Layer) -> Layer:
    """Return the layer that others only turn the image for."""
    while isinstance(layer, Reversed):
        layer = layer.stack[0]
    return layer


def _nodes(layer: Layer, layer_id: str, level: int, scale: float) -> Iterator[tuple[str, Layer, int, float]]:
    """Yield what is to be looked at: its id, the layer, its level, image pixels to a position of its output.

    Series are what they hold; what only turns the image stands for the layer inside.
    """
    if isinstance(layer, Series):
        for index, inner in enumerate(layer.stack):
            yield from _nodes(inner, f"{layer_id}:{index}", level, scale)
            scale *= inner.x_scale_factor()
        return
    yield layer_id, layer, level, scale * layer.x_scale_factor()
    if isinstance(layer, Parallel):
        for index, inner in enumerate(layer.stack):
            yield from _nodes(inner, f"{layer_id}:{index}", level + 1, scale)


class _Recording:
    """Keeps copies of what passes a layer of a network that nobody else uses."""

    activations: NDArray[np.float32]
    deltas: NDArray[np.float32] | None = None

    def __init__(self, layer: Layer) -> None:
        forward, backward = layer.forward, layer.backward

        def recorded_forward(x: Activations, **options: Any) -> Activations:
            result = forward(x, **options)
            self.activations = np.array(result.values[0], np.float32, order="C")
            return result

        def recorded_backward(delta: Activations) -> Activations | None:
            self.deltas = np.array(delta.values[0], np.float32, order="C")
            return backward(delta)

        vars(layer).update(forward=recorded_forward, backward=recorded_backward)


def _first_filters(layer: Layer, layer_id: str) -> Filters | None:
    """Return the windows of the first convolution that is followed by a layer of weights."""
    before: Layer | None = None
    for index, inner in enumerate(layer.layers):
        inner_id = f"{layer_id}:{index}"
        if isinstance(before, Convolve) and isinstance(inner, FullyConnected):
            # A window's columns stand one behind the other, from left to right.
            shape = 2 * before.half_x + 1, 2 * before.half_y + 1, before.ni, inner.no
            weights = inner.weights.values[:-1].reshape(shape).transpose(3, 1, 0, 2)
            return Filters(inner_id, np.ascontiguousarray(weights), inner.weights.values[-1].copy())
        found = _first_filters(inner, inner_id)
        if found is not None:
            return found
        before = inner
    return None
