"""Lines made ready ahead of their turn are what they would be without, and do not pile up."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.events import SkipReason
from tessnb.lines import TrainingLine
from tessnb.training import Characters, NetworkOptions, new_learner
from tessnb.training.inputs import LineInputs, Skipped
from tests.short_lines import TINY_NET, ShortSet


def test_what_was_made_ahead_is_what_is_made_at_its_turn(short: ShortSet) -> None:
    network = new_learner(Characters.of(short.starter), NetworkOptions(TINY_NET)).network
    lines = short.lines()

    def shifted(image: np.ndarray, seed: int) -> np.ndarray:
        return np.roll(image, seed, axis=1)

    for augment in (None, shifted):
        inputs = LineInputs()
        inputs.ahead([(line, serial) for serial, line in enumerate(lines)], network, augment)
        for serial, line in enumerate(lines):
            early = inputs.take(line, serial, network, augment)
            late = LineInputs(0).take(line, serial, network, augment)
            np.testing.assert_array_equal(early.image, late.image)
            np.testing.assert_array_equal(early.values, late.values)
    # Another seed, another augmenter: what was begun for others is not taken.
    inputs.ahead([(lines[0], 3)], network, shifted)
    plain = inputs.take(lines[0], 3, network, None)
    np.testing.assert_array_equal(plain.image, LineInputs(0).take(lines[0], 3, network, None).image)


def test_scaled_images_are_kept_within_their_memory(short: ShortSet) -> None:
    network = new_learner(Characters.of(short.starter), NetworkOptions(TINY_NET)).network
    line = short.lines()[0]
    lines = [TrainingLine(line.image.copy(), "x") for _ in range(20)]
    room = 5 * (line.image.nbytes + LineInputs(0).take(line, 0, network, None).image.nbytes)
    inputs = LineInputs(room)
    first = [inputs.take(line, serial, network, None).image for serial, line in enumerate(lines)]
    again = [
        inputs.take(line, serial, network, None).image for serial, line in reversed(list(enumerate(lines)))
    ]
    kept = [one is other for one, other in zip(first, reversed(again), strict=True)]
    assert kept == [False] * 15 + [True] * 5


def test_what_cannot_be_scaled_is_said_at_its_turn(short: ShortSet) -> None:
    network = new_learner(Characters.of(short.starter), NetworkOptions(TINY_NET)).network
    narrow = TrainingLine(np.full((120, 2), 255, np.uint8), "x")
    inputs = LineInputs()
    inputs.ahead([(narrow, 0), (None, 1)], network, None)
    with pytest.raises(Skipped) as skipped:
        inputs.take(narrow, 0, network, None)
    assert skipped.value.reason is SkipReason.TOO_SMALL
