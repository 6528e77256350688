"""Layers that keep their weights while others learn."""

from __future__ import annotations

from collections.abc import Sequence

from tessnb.errors import InputError
from tessnb.network.layers.base import Layer
from tessnb.network.layers.plumbing import Series
from tessnb.network.weighted import weighted_layers

__all__ = ["freeze"]


def freeze(network: Layer, names: Sequence[str]) -> None:
    """Let some layers learn no more, and all others learn.

    Errors are propagated down to the lowest layer that learns, through frozen ones where need be. What is
    frozen is not part of a checkpoint: whoever goes on must say it again.

    Parameters
    ----------
    network : Layer
    names : sequence of str
        Names of layers (``"Lfx96"``, ``"ConvNL"``) or ids (``":1:1"``); an id freezes all that is below it.

    Raises
    ------
    InputError
        If there is no such layer with weights, or none would be left to learn.
    """
    layers = weighted_layers(network)
    chosen: set[str] = set()
    for name in names:
        found = [
            layer_id
            for layer_id, layer in layers.items()
            if layer.name == name or layer_id == name or layer_id.startswith(f"{name}:")
        ]
        if not found:
            known = ", ".join(f"{layer.name} ({layer_id})" for layer_id, layer in layers.items())
            raise InputError("no such layer", where="layers to freeze", found=name, expected=known)
        chosen.update(found)
    if chosen and len(chosen) == len(layers):
        raise InputError("no layer would be left to learn", where="layers to freeze", found=", ".join(names))
    for layer_id, layer in layers.items():
        layer.frozen = layer_id in chosen
    _mark_idle(network, learning_below=not chosen)


def _mark_idle(layer: Layer, *, learning_below: bool) -> bool:
    """Note which layers errors need not reach; return whether this layer or one below it learns."""
    learning = learning_below
    for inner in layer.layers:
        below = learning if isinstance(layer, Series) else learning_below
        learning |= _mark_idle(inner, learning_below=below)
    if not layer.layers:
        learning |= layer.num_weights > 0 and not layer.frozen
    layer.idle = not learning
    return learning
