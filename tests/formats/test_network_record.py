"""Layers and recognizers: bytes beside the record that they mean, damage, and every model at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import FormatError, UnsupportedError
from tessnb.formats._binary import Reader, Writer
from tessnb.formats.network import (
    TYPE_NAMES,
    ConvolveRecord,
    FullyConnectedRecord,
    InputRecord,
    LSTMRecognizerRecord,
    LSTMRecord,
    MaxpoolRecord,
    NetworkRecord,
    PlumbingRecord,
    ReconfigRecord,
    StaticShape,
    WeightMatrixRecord,
    read_network,
    write_network,
)
from tessnb.formats.traineddata import TrainedData
from tests.conftest import tessdata_folders
from tests.formats.hexadecimal import bytes_of, every_truncation_fails, no_damage_passes_unseen


def read(data: bytes, big_endian: bool = False) -> NetworkRecord:
    reader = Reader(data, big_endian=big_endian)
    record = read_network(reader)
    assert reader.remaining == 0
    return record


def written(record: NetworkRecord, big_endian: bool = False) -> bytes:
    writer = Writer(big_endian=big_endian)
    write_network(writer, record)
    return writer.getvalue()


def copied(data: bytes, big_endian: bool = False) -> bytes:
    reader = Reader(data, big_endian=big_endian)
    copy = written(read_network(reader), big_endian)
    return copy + bytes(reader.take(reader.remaining))


# A float layer in training: the layout of today.
TANH = bytes_of("""
    00  04000000 'Tanh'     # a type by name
    01  01                  # in training, gives gradients to the layer below
    c0000000                # network flags: Adam, a learning rate per layer
    01000000  02000000      # 1 input, 2 outputs
    04000000                # 4 weights
    03000000 'Ft2'          # its name
    84                      # weights: double, Adam
    02000000 02000000       #   2 x 2
    0000000000000000        #   the cell outside
    000000000000f03f 0000000000000040   # 1 2
    000000000000e0bf 0000000000000000   # -0.5 0
    02000000 02000000 0000000000000000  # updates: 2 x 2
    0000000000000000 000000000000f03f 0000000000000000 0000000000000000
    02000000 02000000 0000000000000000  # sums of squares: 2 x 2
    0000000000000040 0000000000000000 0000000000000000 000000000000f03f
""")

# An integer layer of the first alphas: the type is a number, scales are floats.
OLD_INTEGER = bytes_of("""
    16                      # 22: Softmax
    00  00                  # not in training, no gradients
    00000000 02000000 01000000 03000000
    06000000 'Output'
    01                      # weights: int8, no doubles
    01000000 03000000 00    #   1 x 3, the cell outside
    7f 80 05                #   127 -128 5
    01000000 0000003f       #   one scale: 0.5
""")

# A float layer of the first alphas in training: floats, and a third matrix.
OLD_TRAINING = bytes_of("""
    00 04000000 'Relu'
    01 00 80000000 01000000 01000000 02000000 00000000
    04                                               # weights: Adam, no doubles
    01000000 02000000 00000000 0000803f 000000c0     # 1 -2
    01000000 02000000 00000000 00000000 0000003f     # updates: 0 0.5
    01000000 02000000 00000000 0000803e 00000000     # errs: 0.25 0
""")


def test_float_layer_in_training() -> None:
    record = read(TANH)
    assert isinstance(record, FullyConnectedRecord)
    assert (record.type, record.name, record.type_code) == ("Tanh", "Ft2", 0)
    assert (record.ni, record.no, record.num_weights, record.network_flags) == (1, 2, 4, 192)
    assert record.is_training
    assert record.needs_to_backprop == 1
    weights = record.weights
    assert (weights.int_mode, weights.use_adam, weights.old_layout, weights.scales) == (
        False,
        True,
        False,
        None,
    )
    np.testing.assert_array_equal(weights.values, [[1, 2], [-0.5, 0]])
    np.testing.assert_array_equal(weights.updates, [[0, 1], [0, 0]])
    np.testing.assert_array_equal(weights.dw_sq_sum, [[2, 0], [0, 1]])
    assert weights.values.dtype == np.float64
    assert written(record) == TANH


def test_old_integer_layer() -> None:
    record = read(OLD_INTEGER)
    assert isinstance(record, FullyConnectedRecord)
    assert (record.type, record.type_code, record.name) == ("Softmax", 22, "Output")
    assert record.weights.int_mode
    assert record.weights.old_layout
    assert record.weights.values.dtype == np.int8
    np.testing.assert_array_equal(record.weights.values, [[127, -128, 5]])
    np.testing.assert_array_equal(record.weights.scales, [0.5])
    assert written(record) == OLD_INTEGER


def test_old_layer_in_training() -> None:
    record = read(OLD_TRAINING)
    assert isinstance(record, FullyConnectedRecord)
    np.testing.assert_array_equal(record.weights.values, [[1, -2]])
    np.testing.assert_array_equal(record.weights.updates, [[0, 0.5]])
    np.testing.assert_array_equal(record.weights.errs, [[0.25, 0]])
    assert written(record) == OLD_TRAINING


@pytest.mark.parametrize("data", [TANH, OLD_INTEGER, OLD_TRAINING], ids=["today", "old-int", "old-training"])
def test_damaged_layers(data: bytes) -> None:
    every_truncation_fails(data, read)
    no_damage_passes_unseen(data, copied)


def test_the_cell_outside_is_kept() -> None:
    data = OLD_INTEGER[:-12] + b"\x2a" + OLD_INTEGER[-11:]
    assert data != OLD_INTEGER
    assert written(read(data)) == data


def weights(rows: int, columns: int, integer: bool = False) -> WeightMatrixRecord:
    values = np.arange(rows * columns).reshape(rows, columns)
    if integer:
        return WeightMatrixRecord.of_integers(values.astype(np.int8), np.linspace(0.5, 1, rows))
    state = {"updates": values / 4, "dw_sq_sum": values * 2.0}
    return WeightMatrixRecord.of_floats(values / 8, use_adam=True, **state)


def lstm(kind: str, *, no: int = 3, feedback: int = 0, two_d: bool = False) -> LSTMRecord:
    ni, ns = 2, 3
    na = ni + ns * (2 if two_d else 1) + feedback
    gates = [weights(ns, na + 1) for _ in range(5 if two_d else 4)]
    softmax = None
    if feedback:
        softmax = FullyConnectedRecord(type="Softmax", ni=ns, no=no, weights=weights(no, ns + 1))
    return LSTMRecord(type=kind, name="L", ni=ni, no=no, na=na, gate_weights=gates, softmax=softmax)


def examples() -> Iterator[NetworkRecord]:
    """A record of every type that can be stored."""
    yield InputRecord(name="Input", ni=36, no=1, shape=StaticShape(1, 36, 0, 1, 1))
    yield ConvolveRecord(name="Convolve", ni=1, no=15, half_x=1, half_y=2)
    yield MaxpoolRecord(name="Maxpool", ni=16, no=16, x_scale=3, y_scale=2)
    yield ReconfigRecord(name="Reconfig", ni=16, no=64, x_scale=2, y_scale=2)
    for kind in ("Logistic", "LinLogistic", "LinTanh", "Tanh", "Relu", "Linear", "Softmax", "SoftmaxNoCTC"):
        yield FullyConnectedRecord(type=kind, name=kind, ni=2, no=3, weights=weights(3, 3))
        yield FullyConnectedRecord(
            type=kind, name=kind, ni=2, no=3, training=0, weights=weights(3, 3, integer=True)
        )
    yield lstm("LSTM")
    yield lstm("LSTM", two_d=True)
    yield lstm("SummLSTM")
    yield lstm("LSTMSoftmax", no=5, feedback=5)
    yield lstm("LSTMBinarySoftmax", no=5, feedback=3)
    for kind in ("Parallel", "Replicated", "ParBidiLSTM", "DepParUDLSTM", "Par2dLSTM"):
        yield PlumbingRecord(type=kind, name=kind, stack=[lstm("LSTM"), lstm("LSTM")])
    for kind in ("RTLReversed", "TTBReversed", "XYTranspose"):
        yield PlumbingRecord(
            type=kind, name=kind, network_flags=64, stack=[lstm("SummLSTM")], learning_rates=[0.25]
        )
    yield PlumbingRecord(type="Series", name="Séries", stack=[InputRecord(name="Input"), lstm("LSTM")])


def description(record: NetworkRecord) -> dict[str, object]:
    """All that a record holds, comparable."""

    def plain(value: object) -> object:
        if isinstance(value, NetworkRecord | WeightMatrixRecord):
            return {name: plain(content) for name, content in vars(value).items()}
        if isinstance(value, np.ndarray):
            return (value.dtype.str, value.tolist())
        return [plain(item) for item in value] if isinstance(value, list) else value

    return {name: plain(value) for name, value in vars(record).items()}


def test_examples_cover_every_type() -> None:
    assert {record.type for record in examples()} == set(TYPE_NAMES) - {"Invalid", "TensorFlow"}


@pytest.mark.parametrize("record", list(examples()), ids=lambda record: record.type)
@pytest.mark.parametrize("big_endian", [False, True], ids=["little", "big"])
def test_every_type(record: NetworkRecord, big_endian: bool) -> None:
    data = written(record, big_endian)
    again = read(data, big_endian)
    assert description(again) == description(record)
    assert written(again, big_endian) == data
    step = 1 if len(data) < 500 else 23
    every_truncation_fails(data, lambda part: read(part, big_endian), step)
    no_damage_passes_unseen(data, lambda damaged: copied(damaged, big_endian), step)


@pytest.mark.parametrize("code", range(1, len(TYPE_NAMES) - 1))
def test_old_types_are_numbers(code: int) -> None:
    record = next(record for record in examples() if record.type == TYPE_NAMES[code])
    data = bytes([code]) + written(record)[5 + len(record.type) :]
    again = read(data)
    assert (again.type, again.type_code) == (record.type, code)
    assert written(again) == data


@pytest.mark.parametrize("head", [b"\x1a", b"\0\x0a\0\0\0TensorFlow"], ids=["number", "name"])
def test_tensorflow_is_refused(head: bytes) -> None:
    with pytest.raises(UnsupportedError, match="TensorFlow"):
        read(head + TANH[9:])


@pytest.mark.parametrize("head", [b"\x1b", b"\x80", b"\0\x04\0\0\0Tan?"], ids=["27", "-128", "name"])
def test_unknown_types_are_refused(head: bytes) -> None:
    with pytest.raises(FormatError, match="unknown layer type"):
        read(head + TANH[9:])


def patched(data: bytes, offset: int, new: bytes) -> bytes:
    return data[:offset] + new + data[offset + len(new) :]


@pytest.mark.parametrize("size", [b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\xff\xff\0\0"])
def test_impossible_matrices_take_no_memory(size: bytes) -> None:
    at = TANH.index(b"\x84") + 1
    with pytest.raises(FormatError):
        read(patched(TANH, at, size))


def test_matrices_that_do_not_fit() -> None:
    at = TANH.index(b"\x84") + 1 + 16 + 32
    with pytest.raises(FormatError, match="updates do not fit"):
        read(patched(TANH, at, b"\x01\0\0\0\x04"))


def test_a_missing_scale() -> None:
    record = FullyConnectedRecord(type="Tanh", training=0, weights=weights(3, 2, integer=True))
    assert record.weights.scales is not None
    record.weights.scales = record.weights.scales[:2]
    with pytest.raises(FormatError, match="too few scales"):
        read(written(record))


def test_endless_nesting_is_refused() -> None:
    reversal = PlumbingRecord(type="RTLReversed")
    head = written(reversal)[:-4] + b"\x01\0\0\0"
    with pytest.raises(FormatError, match="nested too deep"):
        read(head * 5000)


def test_a_softmax_of_another_type() -> None:
    record = lstm("LSTMSoftmax", no=5, feedback=5)
    data = written(record)
    inner = written(record.softmax) if record.softmax else b""
    with pytest.raises(FormatError, match="is of another type"):
        read(data.removesuffix(inner) + written(ConvolveRecord()))


# The tail of a recognizer, behind its network.
TAIL = bytes_of("""
    05000000 '[O1c]'        # the specification
    40000000                # flags: recoded
    64000000 65000000       # iteration 100, 101 lines looked at
    6e000000                # null character 110
    77be7f3f 6f12833a 0000003f   # Adam beta 0.999, learning rate 0.001, momentum 0.5
""")

UNICHARSET = b"2\nNULL 0 NULL 0\nx 3 Latin 1\n"

RECODER = bytes_of("""
    02000000                # 2 characters
    01 01000000 00000000    # self-normalized, one code: 0
    00 02000000 01000000 05000000   # two codes: 1, 5
""")


def test_recognizer() -> None:
    record = LSTMRecognizerRecord.from_bytes(TANH + TAIL)
    assert record.network_str == "[O1c]"
    assert (record.training_iteration, record.sample_iteration, record.null_char) == (100, 101, 110)
    rates = [record.adam_beta, record.learning_rate, record.momentum]
    assert rates == [float(np.float32(value)) for value in (0.999, 0.001, 0.5)]
    assert (record.int_mode, record.recoding) == (False, True)
    assert (record.unicharset, record.recoder, record.rest) == (None, None, b"")
    assert record.to_bytes() == TANH + TAIL
    every_truncation_fails(TANH + TAIL, LSTMRecognizerRecord.from_bytes)


@pytest.mark.parametrize("include", [None, True])
def test_recognizer_with_charset(include: bool | None) -> None:
    data = TANH + UNICHARSET + TAIL + RECODER
    record = LSTMRecognizerRecord.from_bytes(data, include)
    assert (record.unicharset, record.recoder, record.network_str) == (UNICHARSET, RECODER, "[O1c]")
    assert record.to_bytes() == data
    every_truncation_fails(data, lambda part: LSTMRecognizerRecord.from_bytes(part, include))
    no_damage_passes_unseen(
        data, lambda damaged: LSTMRecognizerRecord.from_bytes(damaged, include).to_bytes()
    )


def test_recognizer_with_charset_but_no_recoder() -> None:
    plain = TAIL.replace(b"\x40\0\0\0", b"\0\0\0\0", 1)
    record = LSTMRecognizerRecord.from_bytes(TANH + UNICHARSET + plain)
    assert (record.unicharset, record.recoder, record.rest) == (UNICHARSET, None, b"")
    assert record.to_bytes() == TANH + UNICHARSET + plain


def test_what_follows_a_recognizer_is_kept() -> None:
    record = LSTMRecognizerRecord.from_bytes(TANH + TAIL + b"more")
    assert record.rest == b"more"
    assert record.to_bytes() == TANH + TAIL + b"more"


MODELS = [path for folder in tessdata_folders() for path in sorted(folder.glob("*.traineddata"))]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_models_come_back_byte_for_byte(path: Path) -> None:
    data = TrainedData.read(path)
    if "lstm" not in data:
        assert "inttemp" in data
        return
    record = LSTMRecognizerRecord.from_bytes(data["lstm"])
    assert record.rest == b""
    assert record.to_bytes() == data["lstm"]
    swapped = record.to_bytes(big_endian=True)
    assert swapped != data["lstm"]
    assert LSTMRecognizerRecord.from_bytes(swapped, big_endian=True).to_bytes() == data["lstm"]
