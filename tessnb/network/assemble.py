"""Records to layers and back, and layers to integers.

Source: ``Network::CreateFromFile`` in ``src/lstm/network.cpp`` and the ``DeSerialize`` of its subclasses.
"""

from __future__ import annotations

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

_REVERSED = ("RTLReversed", "TTBReversed", "XYTranspose")


def from_record(record: NetworkRecord) -> Layer:
    """Make the layer that `record` describes, with its weights and, if it is in training, their training
    state.

    Raises
    ------
    FormatError
        If the parts of the record do not fit each other.
    """
    layer = _make(record)
    if isinstance(record, InputRecord):
        layer.ni, layer.no = record.ni, record.no
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
    raise FormatError("no layer can be made of this", where=record.name, found=record.type)


def _fully_connected(record: FullyConnectedRecord) -> FullyConnected:
    weights = WeightMatrix.from_records([record.weights], training=record.is_training)
    _check(record, weights, record.ni, record.no)
    return FullyConnected(record.type, record.name, record.ni, record.no, weights)


def _lstm(record: LSTMRecord) -> Layer:
    weights = WeightMatrix.from_records(record.gate_weights, training=record.is_training)
    states = record.gate_weights[0].values.shape[0]
    _check(record, weights, record.na, states * len(record.gate_weights))
    if record.softmax is not None:
        softmax = from_record(record.softmax)
        assert isinstance(softmax, FullyConnected)
        return LSTMSoftmax(record.type, record.name, record.ni, states, record.no, weights, softmax)
    if record.is_2d:
        return LSTM2D(record.name, record.ni, record.no, weights)
    return LSTM(record.type, record.name, record.ni, record.no, weights)


def _plumbing(record: PlumbingRecord) -> Plumbing:
    stack = [from_record(inner) for inner in record.stack]
    if not stack:
        raise FormatError("a layer of layers has none", where=record.name)
    if record.type == "Series":
        layer: Plumbing = Series(record.name, stack)
    elif record.type in _REVERSED:
        layer = Reversed(record.type, record.name, stack[0])
    else:
        layer = Parallel(record.type, record.name, stack)
    layer.learning_rates = list(record.learning_rates)
    return layer


def _check(record: NetworkRecord, weights: WeightMatrix, inputs: int, outputs: int) -> None:
    if (weights.inputs, weights.outputs) != (inputs, outputs):
        raise FormatError(
            "the weights do not fit the layer",
            where=f"layer {record.name!r}",
            found=f"{weights.inputs} by {weights.outputs}",
            expected=f"{inputs} by {outputs}",
        )


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
