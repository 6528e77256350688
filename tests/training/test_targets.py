"""Targets and errors: CTC against its twin, and against what the definitions say."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.training.targets import (
    bag_of_labels_error,
    bag_of_words_error,
    ctc_targets,
    delta_errors,
    is_suspicious,
    normalize_outputs,
    text_targets,
)
from tests.naive import ctc as naive

NULL = 4


def _outputs(steps: int, seed: int, sharpness: float = 4.0) -> np.ndarray:
    values = np.random.default_rng(seed).random((steps, NULL + 1)) ** sharpness
    return normalize_outputs((values / values.sum(1, keepdims=True)).astype(np.float32))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("steps", "labels"),
    [
        (6, [NULL, 1, NULL, 2, NULL]),
        (7, [NULL, 1, NULL, 1, NULL]),  # a double letter needs its null
        (5, [NULL, 1, NULL, 2, NULL, 3, NULL]),  # more labels than steps
        (3, [NULL, 1, NULL, 1, NULL]),  # just enough
        (8, [NULL, 0, NULL]),
        (6, [1, 2, 3]),  # no nulls at all, as inside a multi-code character
        (7, [NULL, 1, 2, NULL, 3, NULL]),
    ],
)
def test_targets_equal_an_enumeration_of_all_paths(steps: int, labels: list[int], seed: int) -> None:
    outputs = _outputs(steps, seed)
    targets = ctc_targets(outputs, labels, NULL)
    assert targets is not None
    np.testing.assert_allclose(targets, naive.targets(outputs, labels, NULL), rtol=2e-5, atol=2e-7)


@pytest.mark.parametrize("kind", ["vague", "right", "wrong"])
def test_targets_of_a_line_whose_paths_are_less_likely_than_floats_can_say(kind: str) -> None:
    rng = np.random.default_rng(2)
    labels = [NULL, *(label for other in rng.integers(0, NULL, 8).tolist() for label in (other, NULL))]
    steps = 4 * len(labels)
    outputs = rng.random((steps, NULL + 1)).astype(np.float32)
    if kind != "vague":
        spelled = np.array(labels)[np.arange(steps) * len(labels) // steps]
        outputs[np.arange(steps), spelled if kind == "right" else (spelled + 1) % NULL] += 1e12
    outputs = normalize_outputs(outputs)
    targets = ctc_targets(outputs, labels, NULL)
    expected = naive.targets(outputs, labels, NULL, naive.recursion)
    assert targets is not None
    np.testing.assert_allclose(targets, expected, rtol=2e-5, atol=2e-7)


def test_a_line_too_short_for_its_labels_has_no_targets() -> None:
    assert ctc_targets(_outputs(2, 0), [NULL, 1, NULL, 1, NULL], NULL) is None
    assert ctc_targets(_outputs(3, 0), [NULL, 1, NULL, 1, NULL], NULL) is not None


def test_targets_sum_to_one_and_keep_the_floor() -> None:
    targets = ctc_targets(_outputs(40, 1), [NULL, 1, NULL, 2, NULL, 1, NULL], NULL)
    assert targets is not None
    np.testing.assert_allclose(targets.sum(1), 1.0, atol=1e-6)
    assert targets.min() >= np.float32(1e-12)


def test_outputs_below_the_floor_are_raised_and_empty_steps_stay_small() -> None:
    probs = normalize_outputs(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]], np.float32))
    assert probs.min() == np.float32(1e-12)
    np.testing.assert_allclose(probs, naive.normalize(np.array([[1.0, 0, 0], [0, 0, 0]])), rtol=1e-6)


def test_perfect_outputs_keep_their_peaks() -> None:
    outputs = np.full((12, NULL + 1), 1e-6, np.float32)
    for step, label in enumerate([4, 4, 1, 1, 4, 4, 2, 4, 4, 2, 2, 4]):
        outputs[step, label] = 1.0
    outputs = normalize_outputs(outputs)
    targets = ctc_targets(outputs, [4, 1, 4, 2, 4, 2, 4], NULL)
    assert targets is not None
    assert delta_errors(targets - outputs)[1] == 0.0
    assert not is_suspicious(targets - outputs)


def test_text_targets_pad_with_nulls() -> None:
    targets = text_targets(4, 5, [1, 2], NULL)
    assert targets is not None
    assert targets.argmax(1).tolist() == [1, 2, NULL, NULL]
    assert text_targets(1, 5, [1, 2], NULL) is None


def test_delta_errors_by_hand() -> None:
    deltas = np.array([[0.5, -0.5], [0.1, 0.0]], np.float32)
    rms, winners = delta_errors(deltas)
    assert rms == pytest.approx(np.sqrt((0.25 + 0.25 + 0.01) / 4), rel=1e-6)
    assert winners == 1.0


def test_suspicious_truth_needs_no_rise_beside_it() -> None:
    deltas = np.zeros((3, 2), np.float32)
    deltas[1, 0] = -0.95
    assert is_suspicious(deltas)
    deltas[2, 0] = 0.6  # the character has merely moved
    assert not is_suspicious(deltas)
    assert not is_suspicious(np.full((3, 2), -0.9, np.float32))


@pytest.mark.parametrize(
    ("truth", "found", "error"),
    [
        ([1, 2, 3, 9], [3, 2, 1], 0.0),  # order does not count, nor does the null
        ([1, 2, 3, 3], [1, 2, 3, 5], 0.5),
        ([1], [2], 1.0),
        ([1, 2], [], 1.0),
        ([], [], 0.0),
        ([], [1], 1.0),
    ],
)
def test_bag_of_labels(truth: list[int], found: list[int], error: float) -> None:
    assert bag_of_labels_error(truth, found, 9) == error


@pytest.mark.parametrize(
    ("truth", "found", "error"),
    [
        ("the cat sat", "sat the cat extra", 0.0),
        ("the cat  sat", "the dog sat", 1 / 3),
        ("", "anything", 0.0),
        ("a a", "a", 0.5),
    ],
)
def test_bag_of_words(truth: str, found: str, error: float) -> None:
    assert bag_of_words_error(truth, found) == pytest.approx(error)
