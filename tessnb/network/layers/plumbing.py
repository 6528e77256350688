"""Layers that hold layers: series, parallel, reversed.

Source: ``plumbing.cpp``, ``series.cpp``, ``parallel.cpp``, ``reversed.cpp`` in ``src/lstm``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tessnb.errors import InputError
from tessnb.formats.network import NF_LAYER_SPECIFIC_LR, NetworkRecord, PlumbingRecord, StaticShape
from tessnb.network.activations import Activations
from tessnb.network.layers.base import Layer, TrainingState
from tessnb.network.layers.fully_connected import FullyConnected
from tessnb.network.layers.simple import Convolve, Maxpool
from tessnb.network.layers.windows import PooledWindows
from tessnb.network.random import TRand

__all__ = ["Parallel", "Plumbing", "Reversed", "Series"]


class Plumbing(Layer):
    """A layer made of layers; base of the three kinds.

    Parameters
    ----------
    type, name : str
    stack : list of Layer
        The layers inside, in order.

    Attributes
    ----------
    learning_rates : list of float
        A rate for each layer inside, if ``NF_LAYER_SPECIFIC_LR`` is set; filled by the first `update`.
    """

    def __init__(self, type: str, name: str, stack: list[Layer] | None = None) -> None:
        super().__init__(type, name, 0, 0)
        self.stack: list[Layer] = []
        self.learning_rates: list[float] = []
        for layer in stack or ():
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Put `layer` at the end.

        Raises
        ------
        InputError
            If its inputs do not fit.
        """
        if not self.stack:
            self.ni, self.no = layer.ni, layer.no
        elif self._is_series:
            # An input layer's ni is the image's height, so what counts is what is below.
            if layer.ni != self.no:
                raise self._misfit(layer, self.no)
            self.no = layer.no
        else:
            if layer.ni != self.ni:
                raise self._misfit(layer, self.ni)
            self.no += layer.no
        self.stack.append(layer)

    def _misfit(self, layer: Layer, expected: int) -> InputError:
        where = f"layer {len(self.stack)} ({layer.spec()}) of {self.type} {self.name!r}"
        return InputError(
            "the layer does not fit its input", where=where, found=f"{layer.ni} inputs", expected=expected
        )

    @property
    def _is_series(self) -> bool:
        return False

    @property
    def layers(self) -> list[Layer]:
        return self.stack

    # Learning.

    def update(self, learning_rate: float, momentum: float, adam_beta: float, num_samples: int) -> None:
        for i, layer in enumerate(self.stack):
            if self.network_flags & NF_LAYER_SPECIFIC_LR:
                if i < len(self.learning_rates):
                    learning_rate = self.learning_rates[i]
                else:
                    self.learning_rates.append(float(np.float32(learning_rate)))
            if layer.is_training and not layer.frozen:
                layer.update(learning_rate, momentum, adam_beta, num_samples)

    def count_alternators(self, other: Layer, totals: np.ndarray) -> None:
        for mine, theirs in zip(self.stack, other.layers, strict=True):
            mine.count_alternators(theirs, totals)

    # Layers by id, as in ":1:0".

    def layer_ids(self, prefix: str = "") -> list[str]:
        """Return the ids of all layers below that are no plumbing themselves
        (``Plumbing::EnumerateLayers``)."""
        ids: list[str] = []
        for i, layer in enumerate(self.stack):
            if isinstance(layer, Plumbing):
                ids += layer.layer_ids(f"{prefix}:{i}")
            else:
                ids.append(f"{prefix}:{i}")
        return ids

    def _parent(self, layer_id: str) -> tuple[Plumbing, int]:
        plumbing: Layer = self
        *path, last = (int(part) for part in layer_id.removeprefix(":").split(":"))
        for index in path:
            plumbing = plumbing.layers[index]
        assert isinstance(plumbing, Plumbing)
        return plumbing, last

    def layer(self, layer_id: str) -> Layer:
        """Return the layer of an id as `layer_ids` gives it."""
        plumbing, index = self._parent(layer_id)
        return plumbing.stack[index]

    def learning_rate(self, layer_id: str) -> float:
        """Return the learning rate of a layer, 0 if it has none yet (``Plumbing::LayerLearningRate``)."""
        plumbing, index = self._parent(layer_id)
        return plumbing.learning_rates[index] if index < len(plumbing.learning_rates) else 0.0

    def set_learning_rate(self, layer_id: str, rate: float) -> None:
        """Set the learning rate of a layer, rounded to float32; nothing happens if it has none yet."""
        plumbing, index = self._parent(layer_id)
        if index < len(plumbing.learning_rates):
            plumbing.learning_rates[index] = float(np.float32(rate))

    # Life.

    def settle(self) -> None:
        for layer in self.stack:
            layer.settle()

    def init_backward(self) -> None:
        """Nothing of its own; `set_training` reaches the layers inside."""

    def set_training(self, state: TrainingState) -> None:
        super().set_training(state)
        for layer in self.stack:
            layer.set_training(state)

    def set_network_flags(self, flags: int) -> None:
        super().set_network_flags(flags)
        for layer in self.stack:
            layer.set_network_flags(flags)

    def init_weights(self, range_: float, randomizer: TRand) -> int:
        self.num_weights = sum([layer.init_weights(range_, randomizer) for layer in self.stack])
        return self.num_weights

    def setup_needs_backprop(self, needed: bool) -> bool:
        if not self.is_training:
            self.needs_to_backprop = False
            return False
        self.needs_to_backprop = needed
        return any([layer.setup_needs_backprop(needed) for layer in self.stack]) or needed

    def remap_outputs(self, old_no: int, code_map: list[int]) -> int:
        self.num_weights = sum([layer.remap_outputs(old_no, code_map) for layer in self.stack])
        return self.num_weights

    def convert_to_int(self) -> None:
        for layer in self.stack:
            layer.convert_to_int()

    def input_shape(self) -> StaticShape:
        return self.stack[0].input_shape()

    def x_scale_factor(self) -> int:
        return self.stack[0].x_scale_factor()

    def to_record(self) -> NetworkRecord:
        stack = [layer.to_record() for layer in self.stack]
        return PlumbingRecord(**self._head(), stack=stack, learning_rates=list(self.learning_rates))  # type: ignore[arg-type]


class Series(Plumbing):
    """Layers one after the other; parameters as of `Plumbing`, without the type."""

    def __init__(self, name: str, stack: list[Layer] | None = None) -> None:
        super().__init__("Series", name, stack)
        # The place of a convolution whose layers ran as one, and who ran them.
        self._pooled: tuple[int, PooledWindows] | None = None

    @property
    def _is_series(self) -> bool:
        return True

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        self.settle()
        self._pooled = None
        i = 0
        while i < len(self.stack):
            windows = self._windows_at(i)
            if windows is not None and windows.fits(x):
                x = windows.forward(x, randomizer)
                self._pooled = i, windows
                i += 2
            else:
                x = self.stack[i].forward(x, training=training, randomizer=randomizer)
                i += 1
        return x

    def _windows_at(self, i: int) -> PooledWindows | None:
        """Return what runs a convolution's three layers as one, if they begin at place `i`."""
        inner = self.stack[i].layers if isinstance(self.stack[i], Series) else []
        if self._pooled is not None or len(inner) != 2 or i + 1 == len(self.stack):
            return None
        convolve, dense, maxpool = *inner, self.stack[i + 1]
        if (
            isinstance(convolve, Convolve)
            and isinstance(dense, FullyConnected)
            and isinstance(maxpool, Maxpool)
        ):
            return PooledWindows(convolve, dense, maxpool)
        return None

    def backward(self, delta: Activations) -> Activations | None:
        if not self.is_training:
            return None
        current: Activations | None = delta
        for i in reversed(range(len(self.stack))):
            layer = self.stack[i]
            if current is None or not layer.is_training or layer.idle:
                return None
            if self._pooled is not None and self._pooled[0] == i - 1:
                below = self.stack[i - 1]
                if below.is_training and not below.idle and below.layers[1].is_training:
                    self._pooled[1].backward(current)
                return None
            current = layer.backward(current)
        return current if self.needs_to_backprop else None

    def spec(self) -> str:
        return "[" + "".join(layer.spec() for layer in self.stack) + "]"

    def output_shape(self, shape: StaticShape) -> StaticShape:
        for layer in self.stack:
            shape = layer.output_shape(shape)
        return shape

    def x_scale_factor(self) -> int:
        factor = 1
        for layer in self.stack:
            factor *= layer.x_scale_factor()
        return factor

    def setup_needs_backprop(self, needed: bool) -> bool:
        self.needs_to_backprop = needed
        for layer in self.stack:
            needed = layer.setup_needs_backprop(needed)
        return needed

    def remap_outputs(self, old_no: int, code_map: list[int]) -> int:
        super().remap_outputs(old_no, code_map)
        self.no = self.stack[-1].no
        return self.num_weights

    def split_at(self, last: int) -> Series:
        """Take the layers up to index `last` into a new series; a softmax on top of it becomes a tanh.

        Raises
        ------
        InputError
            If there is no layer `last`.
        """
        if not 0 <= last < len(self.stack):
            raise InputError(
                "no layer has this index",
                where="append_index",
                found=last,
                expected=f"0 to {len(self.stack) - 1}",
            )
        top = self.stack[last]
        if last == len(self.stack) - 1 and isinstance(top, FullyConnected) and top.type == "Softmax":
            top.type = "Tanh"
        return Series("MasterSeries", self.stack[: last + 1])

    def weights_report(self, title: str = "Num outputs,weights in Series:") -> Iterator[str]:
        """Yield the lines that the reference prints when it makes a series' weights."""
        yield title
        for layer in self.stack:
            yield from _inner_reports(layer, title)
            yield f"  {layer.spec()}:{layer.no}, {layer.num_weights}"
        yield f"Total weights = {self.num_weights}"


def _inner_reports(layer: Layer, title: str) -> Iterator[str]:
    """Yield the reports of the outermost series in `layer`."""
    if isinstance(layer, Series):
        yield from layer.weights_report(title)
    else:
        for inner in layer.layers:
            yield from _inner_reports(inner, title)


class Parallel(Plumbing):
    """Layers on the same input, their outputs side by side.

    Parameters
    ----------
    type : str
        ``"Parallel"``, ``"Replicated"``, ``"ParBidiLSTM"``, ``"DepParUDLSTM"`` or ``"Par2dLSTM"``.
    name, stack
        As of `Plumbing`.
    """

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        results = [layer.forward(x, training=training, randomizer=randomizer) for layer in self.stack]
        return results[0].like(np.concatenate([result.values for result in results], axis=3))

    def backward(self, delta: Activations) -> Activations | None:
        total: Activations | None = None
        start = 0
        for layer in self.stack:
            part = layer.backward(delta.like(delta.values[..., start : start + layer.no]))
            start += layer.no
            if part is None:
                continue
            if total is None:
                total = part.like(part.values.copy())
            elif total.values.shape == part.values.shape:
                total.values += part.values
        if total is None or not self.needs_to_backprop:
            return None
        total.values *= np.float32(1.0 / len(self.stack))
        return total

    def spec(self) -> str:
        if self.type == "Par2dLSTM":
            return f"L2xy{self.no // 4}"
        if self.type == "ParBidiLSTM":
            summary = "s" if self.stack[0].type == "SummLSTM" else ""
            return f"Lbx{summary}{self.no // 2}"
        if self.type == "Replicated":
            return f"R{len(self.stack)}({self.stack[0].spec()})"
        return "".join(layer.spec() for layer in self.stack) + ")"

    def output_shape(self, shape: StaticShape) -> StaticShape:
        shapes = [layer.output_shape(shape) for layer in self.stack]
        return replace(shapes[0], depth=sum(each.depth for each in shapes))


class Reversed(Plumbing):
    """A layer on the reversed or transposed image, its output reversed or transposed back.

    Parameters
    ----------
    type : str
        ``"RTLReversed"`` (x), ``"TTBReversed"`` (y) or ``"XYTranspose"``.
    name : str
    layer : Layer
    """

    def __init__(self, type: str, name: str, layer: Layer) -> None:
        super().__init__(type, name, [layer])

    def _turned(self, x: Activations, buffer: str) -> Activations:
        if self.type == "XYTranspose":
            return Activations(x.values.transpose(0, 2, 1, 3), x.widths, x.heights)
        along_x = self.type == "RTLReversed"
        sizes, full = (x.widths, x.shape[2]) if along_x else (x.heights, x.shape[1])
        if (sizes == full).all():
            return x.like(x.values[:, :, ::-1] if along_x else x.values[:, ::-1])
        # Layers along x want time outermost.
        batch, height, width, depth = x.shape
        out = self.scratch(buffer, (width, batch, height, depth), x.values.dtype.type).transpose(1, 2, 0, 3)
        for turned, values, size in zip(out, x.values, sizes, strict=True):
            if along_x:
                turned[:, :size] = values[:, :size][:, ::-1]
                turned[:, size:] = 0
            else:
                turned[:size] = values[:size][::-1]
                turned[size:] = 0
        return x.like(out)

    def forward(self, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
        turned = self._turned(x, "in")
        return self._turned(self.stack[0].forward(turned, training=training, randomizer=randomizer), "out")

    def backward(self, delta: Activations) -> Activations | None:
        back = self.stack[0].backward(self._turned(delta, "delta"))
        return None if back is None else self._turned(back, "back")

    def spec(self) -> str:
        prefix = {"RTLReversed": "Rx", "TTBReversed": "Ry"}.get(self.type, "Txy")
        inner = self.stack[0].spec()
        if inner.startswith("L"):
            # What was asked for as Lfy64 is here TxyLfx64; the reference shows it as TxyLfy64.
            inner = inner.replace("x", "y") if prefix == "Txy" else inner.replace("f", "r")
        return prefix + inner

    def output_shape(self, shape: StaticShape) -> StaticShape:
        if self.type != "XYTranspose":
            return self.stack[0].output_shape(shape)
        inner = self.stack[0].output_shape(replace(shape, height=shape.width, width=shape.height))
        return replace(inner, height=inner.width, width=inner.height)
