"""Two cores: results are those of one, threads survive a fork and sleep when nothing is to be done."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

from tessnb.kernels.team import ABSENT, PARKED, STATE
from tessnb.network import Activations, Layer, TRand, build_network
from tessnb.network.threads import one_core, second_core
from tests.network.reference import weighted

SPEC = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx32 Lrx32 Lbx24 O1c21]"


def lines(*widths: int) -> list[np.ndarray]:
    generator = np.random.default_rng(1)
    return [generator.uniform(-1, 1, (36, width, 1)).astype(np.float32) for width in widths]


def trained(network: Layer, images: list[np.ndarray]) -> list[np.ndarray]:
    """Outputs and gradients of a batch, whose errors are a fifth of its outputs."""
    y = network.forward(Activations.of_lines(images), training=True, randomizer=TRand(3))
    delta = np.zeros(y.values.shape, np.float32)
    for item, width in enumerate(y.widths):
        delta[item, :, :width] = y.values[item, :, :width] * np.float32(-0.2)
    outputs = [y.line(item).copy() for item in range(len(images))]
    network.backward(y.like(delta))
    return outputs + [layer.weights.gradient.copy() for layer in weighted(network)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("widths", [(300,), (150, 140, 160), (60, 57, 60, 51, 60, 60, 59, 60, 60)])
def test_one_core_and_two_give_the_same_bits(widths: tuple[int, ...]) -> None:
    network = build_network(SPEC, 21, TRand())
    for _ in range(5):
        both = trained(network, lines(*widths))
        with one_core():
            assert second_core()[STATE] == ABSENT
            alone = trained(network, lines(*widths))
        for found, expected in zip(both, alone, strict=True):
            np.testing.assert_array_equal(found, expected)


def test_a_line_gives_the_same_bits_in_a_batch() -> None:
    network = build_network(SPEC, 21, TRand())
    images = lines(150, 141, 163, 150)
    randomizer = TRand(3)
    singles = []
    for image in images:
        y = network.forward(Activations.of_line(image), training=False, randomizer=randomizer)
        singles.append(y.line().copy())
    y = network.forward(Activations.of_lines(images), training=True, randomizer=TRand(3))
    for item, single in enumerate(singles):
        np.testing.assert_array_equal(y.line(item), single)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_has_a_helper_of_its_own() -> None:
    network = build_network(SPEC, 21, TRand())
    expected = trained(network, lines(200))
    child = os.fork()
    if child == 0:
        found = trained(network, lines(200))
        same = all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_the_helper_sleeps_when_there_is_nothing_to_do() -> None:
    team = second_core()
    if team[STATE] == ABSENT:
        pytest.skip("a single core")
    deadline = time.monotonic() + 30
    while team[STATE] != PARKED and time.monotonic() < deadline:
        time.sleep(0.01)
    assert team[STATE] == PARKED
    before = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - before < 0.1
