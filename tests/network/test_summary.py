"""What is said of a network is true of it: shapes, weights, sight, cost."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.network import Activations, Series, TRand, build_network, summarize

TUTORIAL = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]"


def run(network: Series, image: np.ndarray) -> np.ndarray:
    """The outputs for one image of shape (height, width, depth)."""
    height, width = image.shape[:2]
    x = Activations(image[None], np.array([height]), np.array([width]))
    randomizer = TRand()
    return np.array(network.forward(x, training=False, randomizer=randomizer).values[0])


def test_the_tutorial_network_costs_what_is_known() -> None:
    rows = [row for row in summarize(build_network(TUTORIAL, 111, TRand()), 1360) if row.level == 0]
    assert sum(row.training_flops for row in rows) == pytest.approx(1.9e9, rel=0.03)
    lstm_y = rows[3].training_flops / sum(row.training_flops for row in rows)
    assert lstm_y == pytest.approx(0.2, abs=0.04)
    assert [row.index for row in rows] == list(range(8))
    assert (rows[2].field_x, rows[2].field_y) == (5, 5)
    assert (rows[3].field_x, rows[3].field_y) == (5, None)
    assert (rows[4].field_x, rows[4].field_y) == (None, None)


@pytest.mark.parametrize(
    "spec",
    [
        TUTORIAL,
        "[1,48,0,1 Ct5,3,8 S2,3 Mp2,2 Lfys6 Lbx5 O1c7]",
        "[1,0,0,3 Ct3,3,4 (Mp2,2 S2,2) Lfys6 Lfxs3 O1c7]",
        "[1,32,0,1 R2Ct3,3,4 Mp4,2 L2xy3 Lfys5 O1c7]",
    ],
)
def test_shapes_and_weights_are_those_of_a_run(spec: str) -> None:
    network = build_network(spec, 7, TRand(1))
    height = network.input_shape().height or 24
    rows = summarize(network, 100, height)
    image = np.zeros((height, 100, network.input_shape().depth), np.float32)
    assert run(network, image).shape == (rows[-1].height, rows[-1].width, rows[-1].depth)
    assert sum(row.weights for row in rows if row.level == 0) == network.num_weights
    for outer in (row for row in rows if row.level == 0):
        inner = [row for row in rows if row.index == outer.index and row.level == 1]
        if inner:
            assert outer.training_flops == sum(row.training_flops for row in inner)


@pytest.mark.parametrize("layers", ["Ct3,3,4 Mp3,2", "S2,3 Ct5,3,4 Ct3,3,2", "Mp2,2 (Ct3,3,2 Ct7,1,3) S1,2"])
def test_an_output_sees_so_far_and_no_farther(layers: str) -> None:
    network = build_network(f"[1,40,0,1 {layers}]", 7, TRand(2))
    last = [row for row in summarize(network, 60) if row.level == 0][-1]
    quiet = np.zeros((40, 60, 1), np.float32)
    before = run(network, quiet)
    y, x = before.shape[0] // 2, before.shape[1] // 2
    changed = np.zeros((40, 60), bool)
    for row, column in np.ndindex(40, 60):
        image = quiet.copy()
        image[row, column] = 5.0
        changed[row, column] = (run(network, image)[y, x] != before[y, x]).any()
    assert int(changed.any(1).sum()) == last.field_y
    assert int(changed.any(0).sum()) == last.field_x
