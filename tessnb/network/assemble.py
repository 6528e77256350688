"""Records to layers and back, and layers to integers.

Source: ``Network::CreateFromFile`` in ``src/lstm/network.cpp`` and the ``DeSerialize`` of its subclasses.
"""

from __future__ import annotations

from collections.abc import Sequence

from tessnb.errors import FormatError
from tessnb.formats.network import (
    ConvolveRecord,
    FullyConnectedRecord,
    InputRecord,
    LSTMRecord,
    MaxpoolRecord,
    NetworkRecord,
    PlumbingRecord,
    ReconfigRecord,
    WeightMatrixRecord,
)
from tessnb.network.layers import (
    LSTM,
    Convolve,
    FullyConnected,
    Input,
    Layer,
    Maxpool,
    Parallel,
    Plumbing,
    Reconfig,
    Reversed,
    Series,
    TrainingState,
)
from tessnb.network.layers.lstm_2d import LSTM2D
from tessnb.network.layers.lstm_softmax import LSTMSoftmax
from tessnb.network.weights import WeightMatrix

__all__ = ["from_record", "to_integer", "to_record"]

#: The most of anything: sides of images, outputs, windows.
_LARGEST = 0xFFFF

_REVERSED = ("RTLReversed", "TTBReversed", "XYTranspose")


def from_record(record: NetworkRecord) -> Layer:
    """Make the layer that `record` describes, with its weights and, if it is in training, their training
    state.

    Raises
    ------
    FormatError
        If the parts of the record do not fit each other.
    """
    _check_sizes(record)
    layer = _make(record)
    if isinstance(record, InputRecord):
        layer.ni, layer.no = record.ni, record.no
    if (layer.ni, layer.no) != (record.ni, record.no):
        raise _misfit(record, f"{record.ni} by {record.no}", f"{layer.ni} by {layer.no}")
    layer.training = TrainingState.ENABLED if record.is_training else TrainingState.DISABLED
    layer.needs_to_backprop = bool(record.needs_to_backprop)
    layer.network_flags = record.network_flags
    layer.num_weights = record.num_weights
    return layer


def _make(record: NetworkRecord) -> Layer:
    match record:
        case InputRecord():
            return Input(record.name, record.shape)
        case ConvolveRecord():
            return Convolve(record.name, record.ni, record.half_x, record.half_y)
        case MaxpoolRecord():
            return Maxpool(record.name, record.ni, record.x_scale, record.y_scale)
        case ReconfigRecord():
            return Reconfig(record.name, record.ni, record.x_scale, record.y_scale)
        case FullyConnectedRecord():
            return _fully_connected(record)
        case LSTMRecord():
            return _lstm(record)
        case PlumbingRecord():
            return _plumbing(record)
    raise FormatError("no layer can be made of this", where=f"layer {record.name!r}", found=record.type)


def _fully_connected(record: FullyConnectedRecord) -> FullyConnected:
    _check(record, [record.weights], record.ni, record.no)
    weights = WeightMatrix.from_records([record.weights], training=record.is_training)
    return FullyConnected(record.type, record.name, record.ni, record.no, weights)


def _lstm(record: LSTMRecord) -> Layer:
    states = record.gate_weights[0].values.shape[0]
    fed_back = 2 * states if record.is_2d else states
    if record.na != record.ni + fed_back + record.feedback or (record.is_2d and record.type != "LSTM"):
        raise _misfit(record, f"{record.na} inputs of the gates", record.ni + fed_back + record.feedback)
    if record.softmax is None and record.no != states:
        raise _misfit(record, f"{record.no} outputs", states)
    _check(record, record.gate_weights, record.na, states)
    weights = WeightMatrix.from_records(record.gate_weights, training=record.is_training)
    if record.softmax is not None:
        softmax = from_record(record.softmax)
        assert isinstance(softmax, FullyConnected)
        if (softmax.ni, softmax.no) != (states, record.no):
            raise _misfit(record, f"a softmax of {softmax.ni} by {softmax.no}", f"{states} by {record.no}")
        return LSTMSoftmax(record.type, record.name, record.ni, states, record.no, weights, softmax)
    if record.is_2d:
        return LSTM2D(record.name, record.ni, record.no, weights)
    return LSTM(record.type, record.name, record.ni, record.no, weights)


def _plumbing(record: PlumbingRecord) -> Plumbing:
    stack = [from_record(inner) for inner in record.stack]
    if not stack:
        raise FormatError("a layer of layers has none", where=f"layer {record.name!r} ({record.type})")
    if record.type == "Series":
        layer: Plumbing = Series(record.name, stack)
    elif record.type in _REVERSED:
        layer = Reversed(record.type, record.name, stack[0])
    else:
        layer = Parallel(record.type, record.name, stack)
    layer.learning_rates = list(record.learning_rates)
    return layer


def _check_sizes(record: NetworkRecord) -> None:
    """See that nothing of a layer is larger than any network's, before memory is taken for it."""
    has_free_height = isinstance(record, InputRecord | PlumbingRecord)  # a series has the inputs of its first
    bounds = [("inputs", record.ni, 0 if has_free_height else 1), ("outputs", record.no, 1)]
    match record:
        case ConvolveRecord():
            bounds += [("half of a window", half, 0) for half in (record.half_x, record.half_y)]
        case ReconfigRecord():
            bounds += [("scale", scale, 1) for scale in (record.x_scale, record.y_scale)]
        case InputRecord(shape=shape):
            thousands = max(shape.height, 1) * max(shape.width, 1) // 1000
            bounds += [("side of an image", side, 0) for side in (shape.height, shape.width)]
            bounds += [("number of thousands of pixels", thousands, 0)]
            bounds += [("depth of an image", shape.depth, 1)]
    for what, size, least in bounds:
        if not least <= size <= _LARGEST:
            where, expected = f"layer {record.name!r} ({record.type})", f"{least} to {_LARGEST}"
            raise FormatError(f"impossible {what}", where=where, found=size, expected=expected)


def _check(record: NetworkRecord, matrices: Sequence[WeightMatrixRecord], inputs: int, outputs: int) -> None:
    """See that each weight matrix has its size, and that all are of one kind."""
    for matrix in matrices:
        rows, columns = matrix.values.shape
        if (columns - 1, rows) != (inputs, outputs):
            raise _misfit(record, f"{columns - 1} by {rows}", f"{inputs} by {outputs}", "weights")
        if matrix.int_mode != matrices[0].int_mode or matrix.use_adam != matrices[0].use_adam:
            raise _misfit(record, f"weights of mode {matrix.mode}", f"mode {matrices[0].mode} in all")


def _misfit(record: NetworkRecord, found: object, expected: object, what: str = "parts") -> FormatError:
    where = f"layer {record.name!r} ({record.type})"
    return FormatError(f"the {what} do not fit the layer", where=where, found=found, expected=expected)


def to_record(layer: Layer) -> NetworkRecord:
    """Return the record of a layer and all below; training state is in it where `Layer.training` says so."""
    return layer.to_record()


def to_integer(layer: Layer) -> Layer:
    """Return a copy of a float network with int8 weights (``WeightMatrix::ConvertToInt``), out of training
    for good.

    A layer that was in training is marked as disabled for a while, as the reference writes it.
    """
    copy = from_record(layer.to_record())
    for new, old in zip(copy.walk(), layer.walk(), strict=True):
        new.training = old.training
    copy.set_training(TrainingState.TEMP_DISABLE)
    copy.convert_to_int()
    return copy
