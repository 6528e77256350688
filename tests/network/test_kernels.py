"""Each kernel against its slow twin."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.kernels.activation import logistic_inplace, tanh_inplace
from tessnb.kernels.adam import adam_update, count_alternators, momentum_update
from tessnb.kernels.convolve import convolve_backward, convolve_forward
from tessnb.kernels.dense import (
    LINEAR,
    LOGISTIC,
    TANH,
    dense_backward,
    dense_backward_scratch,
    dense_forward,
    dense_forward_scratch,
)
from tessnb.kernels.gates import pack_gates, pack_gates_back
from tessnb.kernels.lstm import lstm_forward
from tessnb.kernels.lstm_2d import lstm_2d_backward, lstm_2d_forward
from tessnb.kernels.lstm_again import lstm_again_scratch_sizes, lstm_backward_again
from tessnb.kernels.lstm_back import lstm_backward, lstm_scratch_sizes
from tessnb.kernels.maxpool import (
    maxpool_backward,
    maxpool_forward,
    maxpool_vectors,
    maxpool_vectors_back,
)
from tessnb.kernels.quantization import quantize
from tessnb.kernels.tables import logistic_table_inplace, tanh_table_inplace
from tessnb.kernels.team import new_team
from tessnb.kernels.tiles import multiply, pack, pack_tall
from tessnb.network.random import TRand
from tests.naive import activation, lstm, windows

F = np.float32
NONE = np.zeros(0, F)


def normal(seed: int, *shape: int, scale: float = 1.0) -> np.ndarray:
    return (np.random.default_rng(seed).normal(size=shape) * scale).astype(F)


# Activations.


@pytest.mark.parametrize("function", ["tanh", "logistic"])
def test_activations_are_those_of_the_tables(function: str) -> None:
    spread = np.random.default_rng(1).uniform(-20, 20, 200_000)
    x = np.concatenate([spread, spread / 10, spread * 1e-4, np.arange(-4200, 4200) / 256, [0, 1e6, -1e6]])
    y = x.astype(F)
    {"tanh": tanh_inplace, "logistic": logistic_inplace}[function](y)
    expected = getattr(activation, function)(x.astype(F))
    assert np.abs(y - expected).max() < 4e-7
    assert set(np.abs(y[-2:])) <= {0.0, 1.0}
    assert abs(np.mean(y - expected)) < 1e-9


@pytest.mark.parametrize("function", ["tanh", "logistic"])
def test_tables_are_those_of_the_reference(function: str) -> None:
    nodes = np.arange(-4200, 4200) / 256
    x = np.concatenate([np.random.default_rng(1).uniform(-20, 20, 200_000), nodes, [0, 1e6, -1e6]]).astype(F)
    y = x.copy()
    {"tanh": tanh_table_inplace, "logistic": logistic_table_inplace}[function](y)
    np.testing.assert_array_equal(y, getattr(activation, function)(x))


def test_without_the_chord_they_would_not_be() -> None:
    x = np.linspace(-2, 2, 100_001).astype(F)
    assert np.abs(np.tanh(x) - activation.tanh(x)).max() > 1e-6


def test_quantization_rounds_half_away_from_zero_and_clips() -> None:
    x = np.array([0, 0.5 / 127, -0.5 / 127, 1.49 / 127, -2.51 / 127, 1, -1, 3, -3], F)
    out = np.empty(len(x), np.int8)
    quantize(x, out)
    assert out.tolist() == [0, 1, -1, 1, -3, 127, -127, 127, -127]


# Windows.


@pytest.mark.parametrize(("height", "width"), [(6, 9), (3, 2), (1, 1), (2, 30)])
@pytest.mark.parametrize(("half_y", "half_x"), [(1, 1), (0, 2), (2, 0)])
@pytest.mark.parametrize("integer", [False, True])
def test_convolve(height: int, width: int, half_y: int, half_x: int, integer: bool) -> None:
    image = normal(4, height, width, 3)
    if integer:
        image = (image * 40).astype(np.int8)
    ours, theirs = TRand(5), TRand(5)
    depth = 3 * (2 * half_y + 1) * (2 * half_x + 1)
    out = np.empty((1, height, width, depth), image.dtype)
    sizes = np.array([height]), np.array([width])
    convolve_forward(
        new_team(), image[None], *sizes, half_y, half_x, 127.0 if integer else 1.0, ours.state, out
    )
    np.testing.assert_array_equal(out[0], windows.stack(image, half_y, half_x, theirs))
    assert ours.state == theirs.state

    delta, back = normal(6, 1, height, width, depth), np.empty((1, height, width, 3), F)
    convolve_backward(delta, *sizes, half_y, half_x, back)
    np.testing.assert_allclose(back[0], windows.unstack(delta[0], half_y, half_x), rtol=1e-5, atol=1e-6)


def test_convolve_of_a_batch_treats_each_image_alone() -> None:
    images = normal(7, 5, 4, 2), normal(8, 3, 7, 2)
    padded = np.full((2, 5, 7, 2), F(99))
    for into, image in zip(padded, images, strict=True):
        into[: image.shape[0], : image.shape[1]] = image
    out = np.empty((2, 5, 7, 18), F)
    ours, theirs = TRand(9), TRand(9)
    convolve_forward(new_team(), padded, np.array([5, 3]), np.array([4, 7]), 1, 1, 1.0, ours.state, out)
    for found, image in zip(out, images, strict=True):
        height, width, _ = image.shape
        np.testing.assert_array_equal(found[:height, :width], windows.stack(image, 1, 1, theirs))
        assert not found[height:].any()
        assert not found[:, width:].any()


@pytest.mark.parametrize("integer", [False, True])
def test_maxpool(integer: bool) -> None:
    image = normal(10, 7, 11, 3)
    if integer:
        image = (image * 40).astype(np.int8)
    out, maxes = np.empty((1, 2, 5, 3), image.dtype), np.empty((1, 2, 5, 3), np.int32)
    maxpool_forward(image[None], np.array([7]), np.array([11]), 3, 2, out, maxes)
    np.testing.assert_array_equal(out[0], windows.maximum(image, 3, 2))

    delta, back = normal(11, 1, 2, 5, 3), np.empty((1, 7, 11, 3), F)
    maxpool_backward(delta, maxes, 3, 2, back)
    assert np.count_nonzero(back) == delta.size
    # Every error is where the maximum was.
    np.testing.assert_array_equal(np.sort(image[back[0] != 0]), np.sort(out[0].ravel()))
    np.testing.assert_allclose(back.sum(axis=(1, 2)), delta.sum(axis=(1, 2)), rtol=1e-5)


def test_maxpool_of_vectors() -> None:
    images = normal(10, 2, 7, 11, 32)
    heights, widths = np.array([7, 6]), np.array([11, 8])
    out, maxes = np.empty((2, 2, 5, 32), F), np.empty((2, 2, 5, 32), np.int32)
    maxpool_forward(images, heights, widths, 3, 2, out, maxes)
    found, places = np.empty_like(out), np.empty_like(out)
    shape = *images.shape, 3, 2
    maxpool_vectors(new_team(), shape, heights, widths, images.ravel(), found.ravel(), places.ravel())
    np.testing.assert_array_equal(found, out)
    np.testing.assert_array_equal(places, maxes)

    delta, back, flat = normal(11, *out.shape), np.empty(images.shape, F), np.full(images.shape, np.nan, F)
    maxpool_backward(delta, maxes, 3, 2, back)
    maxpool_vectors_back(new_team(), shape, delta.ravel(), places.ravel(), flat.ravel())
    np.testing.assert_array_equal(flat, back)


# Fully connected layers.


@pytest.mark.parametrize("inputs", [3, 40])
@pytest.mark.parametrize("outputs", [5, 16, 100])
@pytest.mark.parametrize("function", [LINEAR, TANH, LOGISTIC])
def test_dense(inputs: int, outputs: int, function: int) -> None:
    rows, columns = 300, -(-inputs // 16) * 16
    x, weights = normal(28, rows, inputs), normal(29, inputs + 1, outputs, scale=inputs**-0.5)
    team, y = new_team(), np.full((rows, outputs), np.nan, F)
    shape = rows, inputs, outputs, function
    scratch = tuple(np.full(size, np.nan, F) for size in dense_forward_scratch(shape))
    dense_forward(team, shape, x.ravel(), weights.ravel(), scratch, y.ravel())
    z = (x @ weights[:-1] + weights[-1]).astype(F)
    expected, slope = {
        LINEAR: (z, np.ones_like(z)),
        TANH: (activation.tanh(z), 1 - y * y),
        LOGISTIC: (activation.logistic(z), y * (1 - y)),
    }[function]
    np.testing.assert_allclose(y, expected, atol=3e-6)

    delta, back = normal(30, rows, outputs), np.full((rows, columns), np.nan, F)
    gradient = np.full(weights.shape, np.nan, F)
    scratch = tuple(np.full(size, np.nan, F) for size in dense_backward_scratch((*shape, True)))
    arrays = x.ravel(), y.ravel(), delta.ravel()
    dense_backward(team, (*shape, True), arrays, weights.ravel(), scratch, gradient.ravel(), back.ravel())
    errors = slope * delta
    np.testing.assert_allclose(gradient[:-1], x.T @ errors, atol=1e-4)
    np.testing.assert_allclose(gradient[-1], errors.sum(0), atol=1e-4)
    np.testing.assert_allclose(back[:, :inputs], errors @ weights[:-1].T, atol=1e-5)


# LSTMs.


class Panels:
    """An LSTM's arrays as its kernels have them: see `tessnb.kernels.lstm`."""

    def __init__(self, steps: int, sequences: int, inputs: int, units: int, *, scale: float = 0.5) -> None:
        self.shape = steps, sequences, inputs, -(-units // 16)
        self.units, self.groups = units, self.shape[3]
        self.matrix = normal(12, inputs + units + 1, 4 * units, scale=scale)
        self.x = normal(13, steps, sequences, inputs)
        rows = steps * sequences
        self.gates = np.full((self.groups, rows, 4, 16), np.nan, F)
        self.states, self.tanh_states, self.outputs = (
            np.full((rows, self.groups * 16), np.nan, F) for _ in range(3)
        )
        self.team = new_team()

    @property
    def projected(self) -> np.ndarray:
        """``x W + b``, (steps, sequences, 4 * units)."""
        inputs = self.shape[2]
        return self.x @ self.matrix[:inputs] + self.matrix[-1]

    @property
    def recurrent(self) -> np.ndarray:
        return self.matrix[self.shape[2] : -1]

    def plain(self, array: np.ndarray) -> np.ndarray:
        """Turn an array per unit into (steps, sequences, units), or gates into (…, 4 * units)."""
        steps, sequences = self.shape[:2]
        if array.ndim == 2:
            return array.reshape(steps, sequences, -1)[:, :, : self.units]
        by_gate = array.transpose(1, 2, 0, 3).reshape(steps, sequences, 4, -1)[..., : self.units]
        return by_gate.reshape(steps, sequences, -1)

    def padded(self, array: np.ndarray) -> np.ndarray:
        """The contrary of `plain`, for arrays per unit."""
        out = np.zeros((*array.shape[:2], self.groups * 16), F)
        out[:, :, : self.units] = array
        return out

    def forward(self, *, keep: bool = True) -> None:
        inputs, groups = self.shape[2:]
        sizes = groups * inputs * 64, groups * groups * 16 * 64, groups * 64
        weights = [np.empty(size, F) for size in sizes]
        pack_gates(self.team, self.matrix.ravel(), inputs, self.units, *weights)
        arrays = self.gates, self.states, self.tanh_states, self.outputs
        lstm_forward(self.team, (*self.shape, keep), self.x.ravel(), *weights, *(a.ravel() for a in arrays))

    def backward(
        self,
        deltas: np.ndarray,
        lengths: np.ndarray,
        rows: int = 1,
        *,
        carried: bool = True,
        last: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the gradient and the errors of the inputs."""
        steps, sequences, inputs, groups = self.shape
        columns = -(-inputs // 16) * 16
        back = np.empty(groups * 64 * columns, F), np.empty(groups * 64 * groups * 16, F)
        pack_gates_back(self.team, self.matrix.ravel(), inputs, self.units, *back)
        shape = (*self.shape, rows, carried, last, True)
        scratch = tuple(np.full(size, np.nan, F) for size in lstm_scratch_sizes(shape))
        gradient = np.empty(self.matrix.size, F)
        below = np.empty((steps, sequences, columns), F)
        arrays = self.x, self.padded(deltas), self.gates, self.states, self.tanh_states, self.outputs
        flat = tuple(array.ravel() for array in arrays)
        lstm_backward(self.team, shape, flat, back, lengths, scratch, (gradient, below.ravel()))
        return gradient.reshape(self.matrix.shape), below[:, :, :inputs]

    def backward_again(self, deltas: np.ndarray, lengths: np.ndarray, rows: int) -> tuple[np.ndarray, ...]:
        """The same for errors of the last outputs, without what the forward run left."""
        steps, sequences, inputs, groups = self.shape
        columns = -(-inputs // 16) * 16
        packed = [np.empty(groups * size, F) for size in (inputs * 64, groups * 16 * 64, 64)]
        pack_gates(self.team, self.matrix.ravel(), inputs, self.units, *packed)
        back = np.empty(groups * 64 * columns, F), np.empty(groups * 64 * groups * 16, F)
        pack_gates_back(self.team, self.matrix.ravel(), inputs, self.units, *back)
        shape = (*self.shape, rows, True, True)
        near, scratch = (
            tuple(np.full(size, np.nan, F) for size in sizes) for sizes in lstm_again_scratch_sizes(shape)
        )
        gradient = np.empty(self.matrix.size, F)
        below = np.empty((steps, sequences, columns), F)
        lstm_backward_again(
            *(self.team, shape, self.x.ravel(), self.padded(deltas).ravel(), (*packed, *back), lengths),
            *(near, scratch, (gradient, below.ravel())),
        )
        return gradient.reshape(self.matrix.shape), below[:, :, :inputs]


@pytest.mark.parametrize("units", [5, 40])
@pytest.mark.parametrize("sequences", [1, 3, 12, 75])
@pytest.mark.parametrize("carried", [False, True])
def test_lstm(units: int, sequences: int, carried: bool) -> None:
    steps, inputs, rows = 7, 3, 3 if sequences > 1 else 1
    ours = Panels(steps, sequences, inputs, units, scale=2 / units**0.5)
    ours.forward()
    runs = [lstm.forward(ours.projected[:, s], ours.recurrent) for s in range(sequences)]
    for s, run in enumerate(runs):
        np.testing.assert_allclose(ours.plain(ours.gates)[:, s], run.gates, atol=4e-6)
        np.testing.assert_allclose(ours.plain(ours.states)[:, s], run.states, atol=4e-6)
        np.testing.assert_allclose(ours.plain(ours.outputs)[:, s], run.outputs, atol=4e-6)

    deltas = normal(14, steps, sequences, units)
    gradient, below = ours.backward(deltas, np.full(sequences, steps), rows, carried=carried)
    expected = np.zeros(gradient.shape)
    for s, run in enumerate(runs):
        before = runs[s - 1].states[-1] if carried and s % rows else np.zeros(units)
        errors = lstm.backward(deltas[:, s], run, ours.recurrent, before)
        expected[:inputs] += ours.x[:, s].T @ errors
        expected[inputs:-1] += run.outputs[:-1].T @ errors[1:]
        expected[-1] += errors.sum(0)
        np.testing.assert_allclose(below[:, s], errors @ ours.matrix[:inputs].T, atol=2e-5)
    np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("sequences", [2, 66])
@pytest.mark.parametrize("rows", [1, 11])
def test_lstm_with_errors_of_the_last_outputs_only(sequences: int, rows: int) -> None:
    steps, units = 6, 20
    lengths = np.arange(sequences) % steps + 1
    ours = Panels(steps, sequences, 4, units)
    ours.forward()
    last, everywhere = normal(14, 1, sequences, units), np.zeros((steps, sequences, units), F)
    everywhere[lengths - 1, np.arange(sequences)] = last[0]
    summary = ours.backward(last, lengths, rows, last=True)
    again = ours.backward_again(last, lengths, rows)
    ours.forward()  # the gates are gone
    whole = ours.backward(everywhere, lengths, rows)
    for expected, found, also in zip(whole, summary, again, strict=True):
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_allclose(also, expected, rtol=1e-5, atol=2e-5)


def test_lstm_without_keeping_states() -> None:
    kept, lost = Panels(6, 2, 3, 4), Panels(6, 2, 3, 4)
    lost.states, lost.tanh_states = lost.states[:2], lost.tanh_states[:2]
    kept.forward()
    lost.forward(keep=False)
    np.testing.assert_array_equal(kept.outputs, lost.outputs)


def test_lstm_states_and_errors_are_clipped() -> None:
    steps = 150
    ours = Panels(steps, 1, 1, 1)
    ours.matrix[:] = [[0], [0], [50]]
    ours.forward()
    states = ours.plain(ours.states)[:, 0, 0]
    assert states[98] == pytest.approx(99)
    assert states[-1] == 100
    # Half-open gates, so that nothing vanishes. A cell's error is 4, so that an input gate's is 4 / 8; the
    # others are at their bound, but for the first step's forget gate, which has nothing to forget.
    ours.gates[:], ours.states[:], ours.tanh_states[:] = 0.5, 9, 0.5
    gradient, _ = ours.backward(np.full((steps, 1, 1), F(1e4)), np.array([steps]))
    np.testing.assert_allclose(gradient[-1], [steps, steps / 2, steps - 1, steps], rtol=1e-5)


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 7, 8, 13])
@pytest.mark.parametrize("columns", [3, 16, 40, 64, 100])
def test_products(rows: int, columns: int) -> None:
    depth, wide = 9, -(-columns // 16) * 16
    a, b, initial = normal(28, rows, depth), normal(29, depth, columns), normal(30, wide)
    packed, transposed = np.empty(depth * wide, F), np.empty(depth * wide, F)
    panels = -(-columns // 64)
    pack(b.ravel(), 0, columns, 1, depth, columns, 0, panels, packed, 0)
    pack(np.ascontiguousarray(b.T).ravel(), 0, 1, depth, depth, columns, 0, panels, transposed, 0)
    np.testing.assert_array_equal(packed, transposed)
    c = np.empty((rows, wide), F)
    flat = c.ravel()
    for begin in range(0, wide, 64):
        vectors = min(wide - begin, 64) // 16
        multiply(
            *(rows, vectors, a.ravel(), 0, depth, 1, depth, packed, begin * depth),
            *(initial, begin, 0, flat, begin, wide),
        )
    np.testing.assert_allclose(c[:, :columns], a @ b + initial[:columns], atol=1e-5)
    # The order of every sum is that of k, whatever the number of rows.
    summed = initial[:columns].copy()
    for k in range(depth):
        summed = (summed.astype(np.float64) + a[-1, k].astype(np.float64) * b[k]).astype(F)
    np.testing.assert_allclose(c[-1, :columns], summed, rtol=0, atol=1e-6)


@pytest.mark.parametrize("features", [5, 8, 20])
def test_tall_packing(features: int) -> None:
    m = normal(31, 6, features)
    strips = -(-features // 8)
    out = np.full((strips, 10, 8), np.nan, F)
    pack_tall(m.ravel(), 0, features, 6, features, out.ravel(), 3, 10)
    found = out[:, 3:9].transpose(1, 0, 2).reshape(6, -1)
    np.testing.assert_array_equal(found[:, :features], m)
    assert not found[:, features:].any()


def test_lstm_2d() -> None:
    height, width, units = 4, 6, 3
    left, above = normal(15, units, 5 * units, scale=0.5), normal(16, units, 5 * units, scale=0.5)
    gates = normal(17, 1, height, width, 5 * units, scale=2)
    projected = gates[0].copy()
    states, tanh_states, outputs = (np.empty((1, height, width, units), F) for _ in range(3))
    chosen = np.empty((1, height, width, units), np.int8)
    product, hidden = np.empty(5 * units, F), np.empty(units, F)
    lstm_2d_forward(gates, left, above, NONE, states, tanh_states, outputs, chosen, product, hidden)
    run, which = lstm.forward_2d(projected, left, above)
    np.testing.assert_array_equal(chosen[0], which)
    assert set(np.unique(which)) == {1, 2}
    np.testing.assert_allclose(gates[0], run.gates, atol=2e-6)
    np.testing.assert_allclose(outputs[0], run.outputs, atol=2e-6)

    deltas, errors = normal(18, 1, height, width, units), np.empty_like(gates)
    state_errors, product = np.empty_like(deltas), np.empty(units, F)
    sizes = np.array([width])
    lstm_2d_backward(
        deltas, gates, left, above, states, tanh_states, chosen, sizes, errors, state_errors, product
    )
    np.testing.assert_allclose(errors[0], lstm.backward_2d(deltas[0], run, which, left, above), atol=1e-5)


# Updates.


def test_adam() -> None:
    weights, gradient, updates = normal(19, 999), normal(20, 999), normal(21, 999, scale=1e-3)
    squares = np.abs(normal(22, 999))
    rate, momentum, beta = F(0.01), F(0.5), F(0.999)
    expected_squares = squares * beta + (F(1) - beta) * gradient * gradient
    expected_updates = updates * momentum + gradient * (rate * (F(1) - momentum))
    expected = weights + expected_updates / (np.sqrt(expected_squares) + F(1e-10))
    adam_update(new_team(), weights, gradient, updates, squares, rate, momentum, beta, F(1e-10))
    np.testing.assert_array_equal(squares, expected_squares)
    np.testing.assert_array_equal(updates, expected_updates)
    np.testing.assert_array_equal(weights, expected)


@pytest.mark.parametrize("momentum", [0.5, 0.0, -1.0])
def test_momentum(momentum: float) -> None:
    weights, gradient, updates = normal(23, 99), normal(24, 99), normal(25, 99)
    total = updates + gradient * F(0.01)
    expected = weights + total if momentum > 0 else weights.copy()
    momentum_update(weights, gradient, updates, F(0.01), F(momentum))
    np.testing.assert_array_equal(weights, expected)
    np.testing.assert_array_equal(updates, total * F(momentum) if momentum >= 0 else total)


def test_alternators() -> None:
    one, other = normal(26, 99, 101), normal(27, 99, 101)
    same, changed = F(3.0), F(5.0)
    for product in (one * other).T.ravel():
        if product < 0:
            changed -= product
        else:
            same += product
    totals = np.array([3.0, 5.0], np.float32)
    count_alternators(one, other, totals)
    np.testing.assert_array_equal(totals, [same, changed])
