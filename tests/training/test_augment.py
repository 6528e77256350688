"""Images changed on the way into training, and only there."""

from __future__ import annotations

import numpy as np

from tessnb.training import Characters, NetworkOptions, new_learner
from tests.short_lines import TINY_NET, ShortSet


def test_only_training_sees_it_and_it_is_given_the_sample_iteration(short: ShortSet) -> None:
    line = short.lines()[0]
    seen: list[tuple[np.ndarray, int]] = []

    def whiten(image: np.ndarray, seed: int) -> np.ndarray:
        seen.append((image, seed))
        return np.full_like(image, 255)

    learner = new_learner(Characters.of(short.starter), NetworkOptions(TINY_NET))
    learner.sample_iteration = 7
    plain = learner.prepare(line).comparison.outputs
    learner.augment = whiten
    np.testing.assert_array_equal(learner.prepare(line, training=False).comparison.outputs, plain)
    assert not seen
    assert not np.allclose(learner.prepare(line).comparison.outputs, plain)
    assert [(image is line.image, seed) for image, seed in seen] == [(True, 7)]
