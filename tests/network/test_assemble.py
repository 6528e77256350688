"""Records to layers and back; integers; other character sets. Against files of the real ``lstmtraining``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats._binary import Writer
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.network import (
    ConvolveRecord,
    FullyConnectedRecord,
    InputRecord,
    LSTMRecognizerRecord,
    LSTMRecord,
    MaxpoolRecord,
    NetworkRecord,
    ReconfigRecord,
    StaticShape,
    WeightMatrixRecord,
    write_network,
)
from tessnb.formats.traineddata import TrainedData
from tessnb.network import (
    LSTM,
    Activations,
    FullyConnected,
    Layer,
    TrainingState,
    TRand,
    build_network,
    from_record,
    to_integer,
    to_record,
)
from tests.conftest import tessdata_folders
from tests.naive import activation
from tests.network.reference import weighted

#: Between them they have every layer there is.
SPECS = [
    "[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 Lbx5 R2Cr1,1,3 (Rx Lfx3 Ry Lfx2) S1,2 O1c9]",
    "[1,6,0,1 L2xy3 Lfys4 LS5]",
    "[1,6,0,1 Lfys4 LE5]",
]


def in_bytes(record: NetworkRecord) -> bytes:
    writer = Writer()
    write_network(writer, record)
    return writer.getvalue()


def checkpoint_network(trained: Path) -> NetworkRecord:
    return CheckpointRecord.from_bytes((trained / "base_checkpoint").read_bytes()).recognizer.network


def exported_network(trained: Path, name: str) -> NetworkRecord:
    component = TrainedData.read(trained / f"{name}.traineddata").components["lstm"]
    return LSTMRecognizerRecord.from_bytes(component).network


def test_a_checkpoint_there_and_back(trained: Path) -> None:
    record = checkpoint_network(trained)
    assert in_bytes(to_record(from_record(record))) == in_bytes(record)


def test_export_as_float(trained: Path) -> None:
    network = from_record(checkpoint_network(trained))
    network.set_training(TrainingState.TEMP_DISABLE)
    assert in_bytes(to_record(network)) == in_bytes(exported_network(trained, "float"))
    network.set_training(TrainingState.RE_ENABLE)
    assert in_bytes(to_record(network)) == in_bytes(checkpoint_network(trained))


def test_export_as_integers(trained: Path) -> None:
    network = from_record(checkpoint_network(trained))
    assert in_bytes(to_record(to_integer(network))) == in_bytes(exported_network(trained, "int"))
    assert not network.int_mode


def as_in_memory(record: NetworkRecord) -> None:
    record.training = int(TrainingState.DISABLED)
    matrices = (
        [record.weights] if isinstance(record, FullyConnectedRecord) else getattr(record, "gate_weights", ())
    )
    for matrix in matrices:
        matrix.values = matrix.values.astype(np.float32).astype(np.float64)
    for inner in getattr(record, "stack", ()):
        as_in_memory(inner)


@pytest.mark.parametrize(
    "path",
    [path for folder in tessdata_folders() for path in sorted(folder.glob("*.traineddata"))],
    ids=lambda p: p.stem,
)
def test_real_models_there_and_back(path: Path) -> None:
    component = TrainedData.read(path).components.get("lstm")
    if component is None:
        return
    record = LSTMRecognizerRecord.from_bytes(component).network
    network = from_record(record)
    again = to_record(network)
    if not network.int_mode:
        # As in the reference, weights are float32 in memory, and what did not train does not.
        as_in_memory(record)
        assert in_bytes(again) == in_bytes(record)
        return
    third = to_record(from_record(again))
    assert in_bytes(third) == in_bytes(again)
    for ours, theirs in zip(weighted(from_record(again)), weighted(network), strict=True):
        np.testing.assert_array_equal(ours.weights.values, theirs.weights.values)  # type: ignore[attr-defined]
        np.testing.assert_allclose(ours.weights.scales, theirs.weights.scales, rtol=1e-6)  # type: ignore[attr-defined]


@pytest.mark.parametrize("spec", [*SPECS, "[1,0,0,1 Ct3,3,4 Mp3,3 Lfys8 Lfx6 O1c9]"])
def test_built_networks_there_and_back(spec: str) -> None:
    network = build_network(spec, 9, TRand())
    for layer in weighted(network):
        layer.weights.updates[:] = layer.weights.values / 3  # type: ignore[attr-defined]
        layer.weights.squares[:] = layer.weights.values**2  # type: ignore[attr-defined]
    network.update(0.001, 0.5, 0.999, 5)
    record = to_record(network)
    again = from_record(record)
    assert again.spec() == network.spec()
    assert in_bytes(to_record(again)) == in_bytes(record)


def outputs_of(network: Layer, x: Activations) -> np.ndarray:
    return network.forward(x, training=False, randomizer=TRand()).values


@pytest.mark.parametrize("spec", SPECS)
def test_integer_networks_say_nearly_the_same(spec: str) -> None:
    network = build_network(spec, 9, TRand(), weight_range=0.7)
    height = network.input_shape().height
    line = np.random.default_rng(1).uniform(-1, 1, (height, 48, 1)).astype(np.float32)
    quantized = np.clip(np.round(line * 127), -127, 127).astype(np.int8)
    expected = outputs_of(network, Activations.of_line(line)).copy()
    found = outputs_of(to_integer(network), Activations.of_line(quantized))
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() < 0.1
    assert np.abs(found - expected).mean() < 0.01


def test_integer_networks_stay_as_they_are() -> None:
    network = to_integer(build_network(SPECS[0], 9, TRand()))
    assert in_bytes(to_record(to_integer(network))) == in_bytes(to_record(network))
    with pytest.raises(InputError, match="integer weights cannot be trained"):
        network.layer(":1:1").set_training(TrainingState.ENABLED)


def quantized(x: np.ndarray) -> np.ndarray:
    return np.clip(np.sign(x) * np.floor(np.abs(x) * np.float32(127) + np.float32(0.5)), -127, 127).astype(
        np.int64
    )


def integer_sums(layer: Layer, x: np.ndarray) -> np.ndarray:
    """The reference's arithmetic: int8 products added up in integers, then a float32 scale for each
    output."""
    weights = layer.weights  # type: ignore[attr-defined]
    integers = weights.values.astype(np.int64)
    return ((x @ integers[:-1] + integers[-1] * 127).astype(np.float32)) * weights.scales


def test_integer_layers_are_exact() -> None:
    generator = np.random.default_rng(2)
    line = generator.integers(-127, 128, (1, 30, 40)).astype(np.int8)

    connected = FullyConnected("Tanh", "", 40, 7)
    connected.init_weights(0.3, TRand())
    layer = to_integer(connected)
    found = outputs_of(layer, Activations.of_line(line))
    assert found.dtype == np.int8
    expected = quantized(activation.tanh(integer_sums(layer, line[0].astype(np.int64))))
    np.testing.assert_array_equal(found[0, 0], expected)

    lstm = LSTM("LSTM", "", 40, 6)
    lstm.init_weights(0.3, TRand())
    layer = to_integer(lstm)
    found = outputs_of(layer, Activations.of_line(line))
    state, output = np.zeros(6, np.float32), np.zeros(6, np.float32)
    for t in range(30):
        z = integer_sums(layer, np.concatenate([line[0, t].astype(np.int64), quantized(output)]))
        gates = np.split(z, 4)
        ci, (gi, gf, go) = activation.tanh(gates[0]), map(activation.logistic, gates[1:])
        state = state * gf + ci * gi
        output = activation.tanh(state) * go
        np.testing.assert_array_equal(found[0, 0, t], quantized(output))


def test_no_sum_of_a_wide_integer_layer_is_rounded() -> None:
    layer = FullyConnected("Linear", "", 3000, 2)
    layer.weights.values[:] = 127
    layer.weights.values[:, 1] = -126
    layer.weights.scales = np.array([1e-9, 1e-9], np.float32)
    line = np.full((1, 1, 3000), 127, np.int8)
    out = np.empty((1, 2), np.float32)
    layer.weights.project(line[0], out)
    assert out.tolist() == [[np.float32(3001 * 127 * 127), np.float32(-3001 * 127 * 126)]]


def test_remapping_outputs() -> None:
    network = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lfys4 O1c9]", 9, TRand())
    top = network.layer(":4")
    assert isinstance(top, FullyConnected)
    old = top.weights.values.copy()
    total = network.num_weights
    assert network.remap_outputs(9, [3, -1, 0, 8]) == network.num_weights == total - 5 * 5
    assert (network.no, top.no, top.weights.values.shape) == (4, 4, (5, 4))
    np.testing.assert_array_equal(top.weights.values[:, [0, 2, 3]], old[:, [3, 0, 8]])
    np.testing.assert_allclose(top.weights.values[:, 1], old.mean(axis=1), rtol=1e-5)
    assert top.weights.updates is not None
    assert top.weights.updates.shape == (5, 4)
    assert not top.weights.updates.any()
    # Only softmaxes of the right size change.
    assert network.remap_outputs(9, [1, 2]) == network.num_weights
    assert top.no == 4


def test_weights_that_do_not_fit() -> None:
    record = to_record(FullyConnected("Tanh", "", 3, 4))
    record.ni = 5
    with pytest.raises(FormatError, match="found 3 by 4; expected 5 by 4"):
        from_record(record)


def test_plumbing_without_layers() -> None:
    record = to_record(build_network("[1,36,0,1 Lfys4 O1c9]", 9, TRand()))
    record.stack.clear()  # type: ignore[attr-defined]
    with pytest.raises(FormatError, match="has none"):
        from_record(record)


def test_layers_that_no_network_has_are_refused_before_memory_is_taken_for_them() -> None:
    for record, message in (
        (ConvolveRecord(name="c", ni=1, no=1, half_x=10**9), "impossible half of a window"),
        (ConvolveRecord(name="c", ni=1, no=9, half_x=-1, half_y=1), "impossible half of a window"),
        (MaxpoolRecord(name="m", ni=1, no=1, x_scale=0), "impossible scale"),
        (InputRecord(name="i", shape=StaticShape(height=10**9, depth=1), no=1), "impossible side"),
        (ReconfigRecord(name="r", ni=2, no=3, x_scale=2), "found 2 by 3; expected 2 by 4"),
    ):
        with pytest.raises(FormatError, match=message):
            from_record(record)


def test_gates_that_do_not_fit_each_other() -> None:
    def gates(*shapes: tuple[int, int]) -> list[WeightMatrixRecord]:
        return [WeightMatrixRecord(values=np.zeros(shape)) for shape in shapes]

    whole = (3, 6)
    assert (
        from_record(LSTMRecord(name="l", ni=2, no=3, na=5, training=0, gate_weights=gates(*[whole] * 4))).no
        == 3
    )
    for na, no, shapes in (
        (5, 3, [whole, whole, (3, 7), whole]),  # a gate with another number of inputs
        (5, 3, [whole, whole, (2, 6), whole]),  # a gate with another number of states
        (5, 9, [whole] * 4),  # outputs that are not the states
        (6, 3, [(3, 7)] * 4),  # inputs that are not the layer's and the states
    ):
        with pytest.raises(FormatError, match="do not fit"):
            from_record(LSTMRecord(name="l", ni=2, no=no, na=na, training=0, gate_weights=gates(*shapes)))
