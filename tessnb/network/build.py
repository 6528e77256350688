"""From a specification to layers with random weights.

Source: ``src/training/common/networkbuilder.cpp``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tessnb.formats.network import NF_ADAM, NF_LAYER_SPECIFIC_LR, StaticShape
from tessnb.network.layers import (
    LSTM,
    Convolve,
    FullyConnected,
    Input,
    Layer,
    Maxpool,
    Parallel,
    Reconfig,
    Reversed,
    Series,
)
from tessnb.network.layers.lstm_2d import LSTM2D
from tessnb.network.layers.lstm_softmax import LSTMSoftmax
from tessnb.network.random import TRand
from tessnb.network.spec import parse, spec_error
from tessnb.network.spec_tree import (
    ConvolveSpec,
    FullyConnectedSpec,
    InputSpec,
    LSTMSpec,
    MaxpoolSpec,
    OutputSpec,
    ParallelSpec,
    ReconfigSpec,
    ReplicatedSpec,
    ReversedSpec,
    SeriesSpec,
    Spec,
)

__all__ = ["build_network"]

_OUTPUT_TYPES = {"l": "Logistic", "s": "SoftmaxNoCTC", "c": "Softmax"}


class _Builder:
    """Makes layers of a parsed `spec`; `num_outputs` is the size of the character set."""

    def __init__(self, spec: str, num_outputs: int, report: Callable[[str], object]) -> None:
        self.spec, self.num_outputs, self.report = spec, num_outputs, report
        self.makers: dict[type, Callable[[Any, StaticShape], Layer]] = {
            InputSpec: self.input,
            SeriesSpec: self.series,
            ParallelSpec: self.parallel,
            ReversedSpec: self.reversed,
            ReplicatedSpec: self.replicated,
            ReconfigSpec: lambda node, shape: Reconfig("Reconfig", shape.depth, node.x, node.y),
            MaxpoolSpec: lambda node, shape: Maxpool("Maxpool", shape.depth, node.x, node.y),
            ConvolveSpec: self.convolve,
            LSTMSpec: self.lstm,
            FullyConnectedSpec: self.fully_connected,
            OutputSpec: self.output,
        }

    def make(self, node: Spec, shape: StaticShape) -> Layer:
        return self.makers[type(node)](node, shape)

    def input(self, node: InputSpec, shape: StaticShape) -> Layer:
        return Input("Input", StaticShape(node.batch, node.height, node.width, node.depth))

    def series(self, node: SeriesSpec, shape: StaticShape) -> Series:
        series = Series("Series")
        for item in node.items:
            layer = self.make(item, shape)
            series.add(layer)
            shape = layer.output_shape(shape)
        return series

    def parallel(self, node: ParallelSpec, shape: StaticShape) -> Layer:
        return Parallel("Parallel", "Parallel", [self.make(item, shape) for item in node.items])

    def reversed(self, node: ReversedSpec, shape: StaticShape) -> Layer:
        type_ = "TTBReversed" if node.dimension == "y" else "RTLReversed"
        return Reversed(type_, f"Reverse{node.dimension}", self.make(node.item, shape))

    def replicated(self, node: ReplicatedSpec, shape: StaticShape) -> Layer:
        return Parallel("Replicated", "Replicated", [self.make(node.item, shape) for _ in range(node.count)])

    def convolve(self, node: ConvolveSpec, shape: StaticShape) -> Layer:
        if node.x == node.y == 1:
            return FullyConnected(node.function, "Conv1x1", shape.depth, node.depth)
        convolve = Convolve("Convolve", shape.depth, node.x // 2, node.y // 2)
        return Series(
            "ConvSeries", [convolve, FullyConnected(node.function, "ConvNL", convolve.no, node.depth)]
        )

    def lstm(self, node: LSTMSpec, shape: StaticShape) -> Layer:
        ni, states, name = shape.depth, node.states, node.text
        if node.kind == "2d":
            layer: Layer = self.quad(ni, states)
        elif node.kind in ("softmax", "encoded"):
            type_ = "LSTMSoftmax" if node.kind == "softmax" else "LSTMBinarySoftmax"
            layer = LSTMSoftmax(type_, name, ni, states, self.num_outputs)
        else:
            type_ = "SummLSTM" if node.kind == "summary" else "LSTM"
            layer = LSTM(type_, name, ni, states)
            if node.direction != "f":
                layer = Reversed("RTLReversed", "RevLSTM", layer)
            if node.direction == "b":
                layer = Parallel("ParBidiLSTM", "BidiLSTM", [LSTM(type_, name + "LTR", ni, states), layer])
        return Reversed("XYTranspose", "XYTransLSTM", layer) if node.dimension == "y" else layer

    def quad(self, ni: int, states: int) -> Layer:
        """Four two-dimensional LSTMs, one from each corner (names as the reference gives them)."""
        right_up = Reversed("TTBReversed", "L2DRTLYRev", LSTM2D("L2DRTLUp", ni, states))
        corners: list[Layer] = [
            LSTM2D("L2DLTRDown", ni, states),
            Reversed("RTLReversed", "L2DLTRXRev", LSTM2D("L2DRTLDown", ni, states)),
            Reversed("RTLReversed", "L2DXRevU", right_up),
            Reversed("TTBReversed", "L2DXRevY", LSTM2D("L2DLTRDown", ni, states)),
        ]
        return Parallel("Par2dLSTM", "2DLSTMQuad", corners)

    def fully_connected(self, node: FullyConnectedSpec, shape: StaticShape) -> Layer:
        return self.whole_image(node, shape, node.function, node.text, node.depth)

    def whole_image(self, node: Spec, shape: StaticShape, type_: str, name: str, depth: int) -> Layer:
        """Connect every position of an image of known size to `depth` outputs."""
        if shape.height == 0 or shape.width == 0:
            found = f"height {shape.height}, width {shape.width} (0 is variable)"
            raise spec_error(
                self.spec, node.at, f"a fully connected layer needs a fixed height and width, not {found}"
            )
        return self.stacked(shape, shape.width, shape.height, type_, name, depth)

    def stacked(self, shape: StaticShape, x: int, y: int, type_: str, name: str, depth: int) -> Layer:
        layer = FullyConnected(type_, name, x * y * shape.depth, depth)
        if x * y == 1:
            return layer
        return Series("FCSeries", [Reconfig("FCReconfig", shape.depth, x, y), layer])

    def output(self, node: OutputSpec, shape: StaticShape) -> Layer:
        type_ = _OUTPUT_TYPES[node.loss]
        if node.classes != self.num_outputs:
            self.report(
                f"Warning: given outputs {node.classes} not equal to unicharset of {self.num_outputs}."
            )
        if node.dimensions == 0:
            return self.whole_image(node, shape, type_, "Output", self.num_outputs)
        if node.dimensions == 2:
            return FullyConnected(type_, "Output2d", shape.depth, self.num_outputs)
        if shape.height == 0:
            hint = "Let a summarizing LSTM such as Lfys48 take the height away"
            raise spec_error(self.spec, node.at, "a sequence output needs a fixed height", hint=hint)
        return self.stacked(shape, 1, shape.height, type_, "Output", self.num_outputs)


def build_network(
    net_spec: str,
    num_outputs: int,
    randomizer: TRand,
    *,
    net_flags: int = NF_ADAM | NF_LAYER_SPECIFIC_LR,
    weight_range: float = 0.1,
    append_to: Series | None = None,
    append_index: int = -1,
    report: Callable[[str], object] | None = None,
) -> Series:
    """Build a network and draw its weights.

    Parameters
    ----------
    net_spec : str
        In the language of `tessnb.network.spec`. The number of classes in it is not used.
    num_outputs : int
        Classes: the code range of the recoder, the null character included.
    randomizer : TRand
        Advanced by the number of weights.
    net_flags : int
        ``NF_LAYER_SPECIFIC_LR`` (64), ``NF_ADAM`` (128).
    weight_range : float
        Initial weights are in [-weight_range, weight_range].
    append_to : Series, optional
        A network whose lower layers, up to index `append_index`, stay; the new ones come on top. It is used
        up.
    append_index : int
    report : callable, optional
        Called with each line that the reference prints while it builds.

    Returns
    -------
    Series
        The whole network. Where layers were appended, the old ones keep their weights; as in the reference
        the lowest new layer does not propagate errors to them.

    Raises
    ------
    SpecError
        If `net_spec` does not parse, or its layers do not fit each other.
    InputError
        If there is no layer `append_index`, or the input is missing or there twice.
    """
    tree = parse(net_spec)
    assert isinstance(tree, SeriesSpec)
    bottom = None
    shape = StaticShape()
    if append_to is not None:
        bottom = append_to.split_at(append_index)
        shape = bottom.output_shape(shape)
    begins_with_input = isinstance(tree.items[0], InputSpec)
    if begins_with_input != (bottom is None):
        wanted = (
            "an input such as 1,36,0,1 first" if bottom is None else "no input, as layers below it are kept"
        )
        raise spec_error(net_spec, tree.items[0].at, "the network's beginning does not fit", wanted)
    report = report or (lambda line: None)
    network = _Builder(net_spec, num_outputs, report).series(tree, shape)
    network.set_network_flags(net_flags)
    network.init_weights(weight_range, randomizer)
    network.setup_needs_backprop(False)
    for line in network.weights_report():
        report(line)
    if bottom is None:
        return network
    for layer in network.stack:
        bottom.add(layer)
    return bottom
