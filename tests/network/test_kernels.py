"""Each kernel against its slow twin."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.kernels.activation import logistic_inplace, logistic_prime, tanh_inplace, tanh_prime
from tessnb.kernels.adam import adam_update, count_alternators, momentum_update
from tessnb.kernels.convolve import convolve_backward, convolve_forward
from tessnb.kernels.lstm import lstm_backward, lstm_forward
from tessnb.kernels.lstm_2d import lstm_2d_backward, lstm_2d_forward
from tessnb.kernels.maxpool import maxpool_backward, maxpool_forward
from tessnb.kernels.quantization import quantize
from tessnb.kernels.tables import logistic_table_inplace, tanh_table_inplace
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


@pytest.mark.parametrize(
    ("kernel", "slope"), [(tanh_prime, lambda y: 1 - y * y), (logistic_prime, lambda y: y * (1 - y))]
)
def test_derivatives(kernel: object, slope: object) -> None:
    y, delta = np.random.default_rng(2).uniform(-1, 1, 999).astype(F), normal(3, 999)
    out = np.empty_like(y)
    kernel(y, delta, out)  # type: ignore[operator]
    np.testing.assert_allclose(out, slope(y) * delta, rtol=1e-5, atol=1e-7)  # type: ignore[operator]


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
    convolve_forward(image[None], *sizes, half_y, half_x, 127.0 if integer else 1.0, ours.state, out)
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
    convolve_forward(padded, np.array([5, 3]), np.array([4, 7]), 1, 1, 1.0, ours.state, out)
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


# LSTMs.


@pytest.mark.parametrize("sequences", [1, 3, 12])
@pytest.mark.parametrize("carried", [False, True])
def test_lstm(sequences: int, carried: bool) -> None:
    steps, units, rows = 7, 5, 3 if sequences > 1 else 1
    recurrent = normal(12, units, 4 * units, scale=0.5)
    gates = normal(13, steps, sequences, 4 * units, scale=2)
    projected = gates.copy()
    states, tanh_states, outputs = (np.empty((steps, sequences, units), F) for _ in range(3))
    product = np.empty((sequences, 4 * units), F)
    zero = np.zeros(units, F)
    lstm_forward(gates, recurrent, states, tanh_states, outputs, product, zero)
    runs = [lstm.forward(projected[:, s], recurrent) for s in range(sequences)]
    for s, run in enumerate(runs):
        np.testing.assert_allclose(gates[:, s], run.gates, atol=2e-6)
        np.testing.assert_allclose(states[:, s], run.states, atol=2e-6)
        np.testing.assert_allclose(outputs[:, s], run.outputs, atol=2e-6)

    deltas, errors = normal(14, steps, sequences, units), np.empty_like(gates)
    buffers = [np.empty((sequences, units), F) for _ in range(2)]
    lengths = np.full(sequences, steps)
    lstm_backward(
        deltas, gates, states, tanh_states, recurrent, lengths, rows, carried, errors, *buffers, zero
    )
    for s, run in enumerate(runs):
        before = runs[s - 1].states[-1] if carried and s % rows else zero
        np.testing.assert_allclose(
            errors[:, s], lstm.backward(deltas[:, s], run, recurrent, before), atol=1e-5
        )


def test_lstm_without_keeping_states() -> None:
    recurrent, gates = normal(12, 4, 16), normal(13, 6, 2, 16)
    outputs = []
    for kept in (6, 1):
        states, tanh_states = np.empty((kept, 2, 4), F), np.empty((kept, 2, 4), F)
        out = np.empty((6, 2, 4), F)
        product, zero = np.empty((2, 16), F), np.zeros(4, F)
        lstm_forward(gates.copy(), recurrent, states, tanh_states, out, product, zero)
        outputs.append(out)
    np.testing.assert_array_equal(*outputs)


def test_lstm_states_and_errors_are_clipped() -> None:
    steps, zero = 150, np.zeros(1, F)
    gates = np.full((steps, 1, 4), F(50))
    states, tanh_states, outputs = (np.empty((steps, 1, 1), F) for _ in range(3))
    recurrent = np.zeros((1, 4), F)
    lstm_forward(gates, recurrent, states, tanh_states, outputs, np.empty((1, 4), F), zero)
    assert states[98, 0, 0] == pytest.approx(99)
    assert states[-1, 0, 0] == 100
    # Half-open gates, so that nothing vanishes.
    gates[:], states[:], tanh_states[:] = 0.5, 9, 0
    errors = np.empty_like(gates)
    buffers = np.empty((1, 1), F), np.empty((1, 1), F)
    deltas = np.full((steps, 1, 1), F(1e4))
    lengths = np.array([steps])
    lstm_backward(deltas, gates, states, tanh_states, recurrent, lengths, 1, True, errors, *buffers, zero)
    assert buffers[0][0, 0] == 4
    assert np.abs(errors).max() == 1


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
    adam_update(weights, gradient, updates, squares, rate, momentum, beta, F(1e-10))
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
