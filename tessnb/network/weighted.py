"""The layers that have weights, and those that have these layers' learning rates."""

from __future__ import annotations

from tessnb.network.layers.base import Layer
from tessnb.network.layers.lstm_softmax import LSTMSoftmax
from tessnb.network.layers.plumbing import Plumbing
from tessnb.network.layers.weighted import WeightedLayer
from tessnb.network.weights import WeightMatrix

__all__ = ["matrices_of", "plumbing_of", "weighted_layers"]


def weighted_layers(network: Layer) -> dict[str, Layer]:
    """Return the layers with weights by their ids (``":1:1"``), from the image upwards."""
    if not isinstance(network, Plumbing):
        return {"": network}
    layers = {layer_id: network.layer(layer_id) for layer_id in network.layer_ids()}
    return {layer_id: layer for layer_id, layer in layers.items() if layer.num_weights}


def plumbing_of(network: Layer) -> list[Plumbing]:
    """Return the layers that hold others, and the learning rates of these; outer before inner."""
    return [layer for layer in network.walk() if isinstance(layer, Plumbing)]


def matrices_of(layer: Layer) -> list[WeightMatrix]:
    """Return the weight matrices of a layer and of all inside it, in a fixed order."""
    matrices = []
    for each in layer.walk():
        parts = [each, each.softmax] if isinstance(each, LSTMSoftmax) else [each]
        matrices += [part.weights for part in parts if isinstance(part, WeightedLayer)]
    return matrices
