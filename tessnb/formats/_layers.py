"""Layers as Tesseract stores them: a tree of records.

Records hold what is on disk and nothing else; `tessnb.network` makes layers of them.

Source: ``src/lstm/network.cpp`` and the ``Serialize`` and ``DeSerialize`` of its subclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from tessnb.errors import UnsupportedError
from tessnb.formats._binary import Reader, Writer
from tessnb.formats._fields import Fields, read_fields, write_fields
from tessnb.formats._weights import WeightMatrixRecord, read_weights, write_weights

__all__ = [
    "NF_ADAM",
    "NF_LAYER_SPECIFIC_LR",
    "TYPE_NAMES",
    "ConvolveRecord",
    "FullyConnectedRecord",
    "InputRecord",
    "LSTMRecord",
    "MaxpoolRecord",
    "NetworkRecord",
    "PlumbingRecord",
    "ReconfigRecord",
    "StaticShape",
    "WeightMatrixRecord",
    "read_network",
    "write_network",
]

#: Network flags: a learning rate per layer; Adam.
NF_LAYER_SPECIFIC_LR = 64
NF_ADAM = 128

#: The names on disk; the position is the number that the oldest files hold instead of the name.
TYPE_NAMES = (
    *("Invalid", "Input", "Convolve", "Maxpool", "Parallel", "Replicated", "ParBidiLSTM", "DepParUDLSTM"),
    *("Par2dLSTM", "Series", "Reconfig", "RTLReversed", "TTBReversed", "XYTranspose", "LSTM", "SummLSTM"),
    *("Logistic", "LinLogistic", "LinTanh", "Tanh", "Relu", "Linear", "Softmax", "SoftmaxNoCTC"),
    *("LSTMSoftmax", "LSTMBinarySoftmax", "TensorFlow"),
)

#: No network is nested deeper than this; damaged data might claim to be.
_MAX_DEPTH = 64

#: The shortest layer there is: a numbered type, two flags, four numbers, an empty name.
_MIN_LAYER_SIZE = 23


@dataclass(kw_only=True, eq=False)
class NetworkRecord:
    """What every layer stores.

    Attributes
    ----------
    type : str
        One of `TYPE_NAMES`: ``"Series"``, ``"LSTM"``, ``"Tanh"``, ``"LinTanh"`` (Symclip), …
    type_code : int
        0, and the type is on disk as a name; otherwise, in the oldest files, its number.
    training : int
        1: the layer trains, and its weights are followed by their training state. 0: it does not. 2: not now.
    needs_to_backprop : int
        Whether somebody below it wants its input's gradients.
    network_flags : int
        `NF_LAYER_SPECIFIC_LR` and `NF_ADAM`.
    ni, no : int
        Inputs and outputs.
    num_weights : int
        Weights here and below.
    name : str
        A name within the network, such as ``"Lfx96"``.
    """

    BODY: ClassVar[Fields] = ()
    _HEAD: ClassVar[Fields] = (
        ("training", "b"),
        ("needs_to_backprop", "b"),
        ("network_flags", "i"),
        ("ni", "i"),
        ("no", "i"),
        ("num_weights", "i"),
        ("name", "str"),
    )

    type: str
    name: str = ""
    training: int = 1
    needs_to_backprop: int = 1
    network_flags: int = 0
    ni: int = 0
    no: int = 0
    num_weights: int = 0
    type_code: int = 0

    @property
    def is_training(self) -> bool:
        return self.training == 1

    def _read_body(self, reader: Reader, depth: int) -> None:
        """Read what follows the head; `depth` is the layer's depth in the tree."""
        vars(self).update(read_fields(reader, self.BODY))

    def _write_body(self, writer: Writer) -> None:
        write_fields(writer, self.BODY, self)


@dataclass(frozen=True)
class StaticShape:
    """The shape of a network's input as far as it is known: 0 is variable.

    `loss_type` is 0: undefined, 1: CTC, 2: softmax, 3: logistic (``static_shape.h``).
    """

    FIELDS: ClassVar[Fields] = (
        ("batch", "i"),
        ("height", "i"),
        ("width", "i"),
        ("depth", "i"),
        ("loss_type", "i"),
    )

    batch: int = 0
    height: int = 0
    width: int = 0
    depth: int = 0
    loss_type: int = 0


@dataclass(kw_only=True, eq=False)
class InputRecord(NetworkRecord):
    """``Input``: the shape that the network takes."""

    type: str = "Input"
    shape: StaticShape = StaticShape()

    def _read_body(self, reader: Reader, depth: int) -> None:
        self.shape = StaticShape(**read_fields(reader, StaticShape.FIELDS))

    def _write_body(self, writer: Writer) -> None:
        write_fields(writer, StaticShape.FIELDS, self.shape)


@dataclass(kw_only=True, eq=False)
class ConvolveRecord(NetworkRecord):
    """``Convolve``: a window of ``2 half_x + 1`` by ``2 half_y + 1`` positions, stacked."""

    BODY: ClassVar[Fields] = (("half_x", "i"), ("half_y", "i"))

    type: str = "Convolve"
    half_x: int = 0
    half_y: int = 0


@dataclass(kw_only=True, eq=False)
class ReconfigRecord(NetworkRecord):
    """``Reconfig``: blocks of ``x_scale`` by ``y_scale`` positions become one, deeper."""

    BODY: ClassVar[Fields] = (("x_scale", "i"), ("y_scale", "i"))

    type: str = "Reconfig"
    x_scale: int = 1
    y_scale: int = 1


@dataclass(kw_only=True, eq=False)
class MaxpoolRecord(ReconfigRecord):
    """``Maxpool``: the largest of each block of ``x_scale`` by ``y_scale`` positions."""

    type: str = "Maxpool"


@dataclass(kw_only=True, eq=False)
class PlumbingRecord(NetworkRecord):
    """The layers that hold layers: ``Series``, the parallel kinds, the reversed kinds, ``XYTranspose``.

    Attributes
    ----------
    stack : list of NetworkRecord
        The layers inside, in order.
    learning_rates : list of float
        A rate per layer inside; on disk only where `network_flags` has `NF_LAYER_SPECIFIC_LR`.
    """

    stack: list[NetworkRecord] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)

    def _read_body(self, reader: Reader, depth: int) -> None:
        count = reader.count(_MIN_LAYER_SIZE, f"layers of {self.type}")
        self.stack = [_read(reader, depth + 1) for _ in range(count)]
        if self.network_flags & NF_LAYER_SPECIFIC_LR:
            self.learning_rates = read_fields(reader, (("learning_rates", "*f"),))["learning_rates"]

    def _write_body(self, writer: Writer) -> None:
        writer.number("I", len(self.stack))
        for layer in self.stack:
            write_network(writer, layer)
        if self.network_flags & NF_LAYER_SPECIFIC_LR:
            write_fields(writer, (("learning_rates", "*f"),), self)


@dataclass(kw_only=True, eq=False)
class FullyConnectedRecord(NetworkRecord):
    """Weights and a function: ``Tanh``, ``Logistic``, ``Relu``, ``Linear``, ``Softmax``, their variants."""

    weights: WeightMatrixRecord = field(default_factory=lambda: WeightMatrixRecord(values=np.empty((0, 0))))

    def _read_body(self, reader: Reader, depth: int) -> None:
        self.weights = read_weights(reader, training=self.is_training)

    def _write_body(self, writer: Writer) -> None:
        write_weights(writer, self.weights, training=self.is_training)


@dataclass(kw_only=True, eq=False)
class LSTMRecord(NetworkRecord):
    """``LSTM``, ``SummLSTM``, ``LSTMSoftmax`` and ``LSTMBinarySoftmax``.

    Attributes
    ----------
    na : int
        Inputs of a gate: those of the layer, the layer's own state, and what the softmax feeds back.
    gate_weights : list of WeightMatrixRecord
        In the order on disk: cell input CI, input gate GI, forget gate GF1, output gate GO, and in two
        dimensions the second forget gate GFS.
    softmax : FullyConnectedRecord, optional
        The built-in softmax of the last two kinds.
    """

    type: str = "LSTM"
    na: int = 0
    gate_weights: list[WeightMatrixRecord] = field(default_factory=list)
    softmax: FullyConnectedRecord | None = None

    @property
    def feedback(self) -> int:
        """How many of a gate's inputs come from the built-in softmax (``nf_`` in the reference)."""
        if self.type == "LSTMSoftmax":
            return self.no
        return max(self.no - 1, 0).bit_length() if self.type == "LSTMBinarySoftmax" else 0

    @property
    def is_2d(self) -> bool:
        """Whether there is a state per row as well as per column, hence a fifth gate."""
        return self.na - self.feedback == self.ni + 2 * len(self.gate_weights[0].values)

    def _read_body(self, reader: Reader, depth: int) -> None:
        self.na = reader.number("i", "inputs of the gates")
        self.gate_weights = [read_weights(reader, training=self.is_training)]
        for _ in range(4 if self.is_2d else 3):
            self.gate_weights.append(read_weights(reader, training=self.is_training))
        if self.type in ("LSTMSoftmax", "LSTMBinarySoftmax"):
            at = reader.offset
            softmax = _read(reader, depth + 1)
            if not isinstance(softmax, FullyConnectedRecord):
                raise reader.fail(
                    f"the softmax of {self.type} is of another type", found=softmax.type, offset=at
                )
            self.softmax = softmax

    def _write_body(self, writer: Writer) -> None:
        writer.number("i", self.na)
        for weights in self.gate_weights:
            write_weights(writer, weights, training=self.is_training)
        if self.softmax is not None:
            write_network(writer, self.softmax)


_CLASSES: dict[str, type[NetworkRecord]] = {
    "Input": InputRecord,
    "Convolve": ConvolveRecord,
    "Maxpool": MaxpoolRecord,
    "Reconfig": ReconfigRecord,
    **dict.fromkeys(("Parallel", "Replicated", "ParBidiLSTM", "DepParUDLSTM", "Par2dLSTM"), PlumbingRecord),
    **dict.fromkeys(("Series", "RTLReversed", "TTBReversed", "XYTranspose"), PlumbingRecord),
    **dict.fromkeys(("LSTM", "SummLSTM", "LSTMSoftmax", "LSTMBinarySoftmax"), LSTMRecord),
    **dict.fromkeys(("Logistic", "LinLogistic", "LinTanh", "Tanh", "Relu", "Linear"), FullyConnectedRecord),
    **dict.fromkeys(("Softmax", "SoftmaxNoCTC"), FullyConnectedRecord),
}


def _read_type(reader: Reader) -> tuple[int, str]:
    at = reader.offset
    code = reader.number("b", "layer type")
    if code == 0:
        name = reader.string("layer type").decode("utf-8", "replace")
    else:
        name = TYPE_NAMES[code] if 0 < code < len(TYPE_NAMES) else f"number {code}"
    if name == "TensorFlow":
        raise UnsupportedError(
            "a TensorFlow network; only Tesseract's own layers are supported",
            where=f"{reader.name} at byte {at}",
            hint="Train the model again from a VGSL specification",
        )
    if name not in _CLASSES:
        raise reader.fail("unknown layer type", found=repr(name), expected="a network", offset=at)
    return code, name


def _read(reader: Reader, depth: int) -> NetworkRecord:
    if depth > _MAX_DEPTH:
        raise reader.fail("layers nested too deep", expected=f"at most {_MAX_DEPTH} levels")
    code, name = _read_type(reader)
    record = _CLASSES[name](type=name, type_code=code, **read_fields(reader, NetworkRecord._HEAD))
    record._read_body(reader, depth)
    return record


def read_network(reader: Reader) -> NetworkRecord:
    """Read a layer with all that is in it.

    Raises
    ------
    UnsupportedError
        For a TensorFlow network.
    FormatError
        For anything else that is not a network.
    """
    return _read(reader, 0)


def write_network(writer: Writer, record: NetworkRecord) -> None:
    """Write a layer with all that is in it."""
    writer.number("b", record.type_code)
    if record.type_code == 0:
        writer.string(record.type.encode())
    write_fields(writer, NetworkRecord._HEAD, record)
    record._write_body(writer)
