"""What a network is made of, layer by layer: shapes, weights, what an output sees, what a line costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tessnb.formats.network import StaticShape
from tessnb.network.layers.base import Layer
from tessnb.network.layers.fully_connected import FullyConnected
from tessnb.network.layers.lstm import LSTMBase
from tessnb.network.layers.lstm_2d import LSTM2D
from tessnb.network.layers.plumbing import Parallel, Reversed, Series
from tessnb.network.layers.simple import Convolve, Reconfig

__all__ = ["LayerSummary", "summarize"]


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One layer of a network, for an image of a certain width.

    Attributes
    ----------
    index : int
        Place in the outermost series: what ``--append_index`` counts.
    level : int
        Nesting; 0 in the outermost series.
    spec : str
        As the reference prints it.
    type : str
        Such as ``"LSTM"``.
    height, width, depth : int
        Of the output: rows, columns (time steps) and features.
    weights : int
        Biases included.
    field_x, field_y : int or None
        Columns and rows of the image that one output sees; None for all of them.
    forward_flops, training_flops : int
        Multiplications and additions in matrix products for the line: forward alone, and forward with
        backward.
    """

    index: int
    level: int
    spec: str
    type: str
    height: int
    width: int
    depth: int
    weights: int
    field_x: int | None
    field_y: int | None
    forward_flops: int
    training_flops: int


@dataclass(frozen=True, slots=True)
class _Sight:
    """What an output sees of the image along one axis: steps between neighbours, and the extent."""

    step: int = 1
    extent: int | None = 1

    def wider(self, positions: int, stride: int = 1) -> _Sight:
        """Return the sight of a window of so many positions, the next one `stride` positions on."""
        extent = None if self.extent is None else self.extent + (positions - 1) * self.step
        return _Sight(self.step * stride, extent)


@dataclass(frozen=True, slots=True)
class _Passed:
    """An image on its way through the network: its shape, and what a position sees along x and y."""

    shape: StaticShape
    x: _Sight = _Sight()
    y: _Sight = _Sight()

    def transposed(self) -> _Passed:
        shape = replace(self.shape, height=self.shape.width, width=self.shape.height)
        return _Passed(shape, self.y, self.x)


def summarize(network: Layer, width: int, height: int = 48) -> list[LayerSummary]:
    """Return a row for each layer, outer before inner.

    Parameters
    ----------
    network : Layer
        As `build_network` and `from_record` make it: a series at the outermost.
    width : int
        Of the image in pixels, at the network's height.
    height : int
        Of the image where the network takes any.
    """
    wanted = network.input_shape()
    passed = _Passed(replace(wanted, width=width, height=wanted.height or height))
    rows: list[LayerSummary] = []
    for index, layer in enumerate(network.layers):
        passed, inner = _through(layer, passed, index, 0)
        rows += inner
    return rows


def _through(layer: Layer, before: _Passed, index: int, level: int) -> tuple[_Passed, list[LayerSummary]]:
    """Return what comes out of a layer, and the rows of the layer and of those inside."""
    inner: list[LayerSummary] = []
    products = 0
    if isinstance(layer, Series):
        after = before
        for part in layer.stack:
            after, rows = _through(part, after, index, level + 1)
            inner += rows
    elif isinstance(layer, Parallel):
        results = [_through(part, before, index, level + 1) for part in layer.stack]
        inner = [row for _, rows in results for row in rows]
        x, y = (_widest([getattr(passed, axis) for passed, _ in results]) for axis in "xy")
        depth = sum(passed.shape.depth for passed, _ in results)
        after = _Passed(replace(results[0][0].shape, depth=depth), x, y)
    elif isinstance(layer, Reversed):
        turned = layer.type == "XYTranspose"
        after, inner = _through(layer.stack[0], before.transposed() if turned else before, index, level + 1)
        after = after.transposed() if turned else after
    else:
        after = _Passed(_output_shape(layer, before.shape), *_sees(layer, before))
        if isinstance(layer, FullyConnected | LSTMBase):
            products = 2 * layer.weights.count * before.shape.height * before.shape.width
    outermost = [row for row in inner if row.level == level + 1]
    forward = products + sum(row.forward_flops for row in outermost)
    # Backward: a product for the gradients, another for the errors of the layer below.
    backward = products * (2 if layer.needs_to_backprop else 1)
    training = products + backward if not inner else sum(row.training_flops for row in outermost)
    shape = after.shape
    row = LayerSummary(
        index,
        level,
        layer.spec(),
        layer.type,
        shape.height,
        shape.width,
        shape.depth,
        layer.num_weights,
        after.x.extent,
        after.y.extent,
        forward,
        training,
    )
    return after, [row, *inner]


def _output_shape(layer: Layer, shape: StaticShape) -> StaticShape:
    """Return the layer's output shape; the input layer, which names the image it wants, gets that."""
    return shape if layer.type == "Input" else layer.output_shape(shape)


def _sees(layer: Layer, before: _Passed) -> tuple[_Sight, _Sight]:
    if isinstance(layer, Convolve):
        return before.x.wider(2 * layer.half_x + 1), before.y.wider(2 * layer.half_y + 1)
    if isinstance(layer, Reconfig):
        return before.x.wider(layer.x_scale, layer.x_scale), before.y.wider(layer.y_scale, layer.y_scale)
    if isinstance(layer, LSTM2D):
        return _Sight(before.x.step, None), _Sight(before.y.step, None)
    if isinstance(layer, LSTMBase):
        return _Sight(before.x.step, None), before.y
    return before.x, before.y


def _widest(sights: list[_Sight]) -> _Sight:
    return max(sights, key=lambda sight: float("inf") if sight.extent is None else sight.extent)
