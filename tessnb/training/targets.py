"""What the network should have said: targets from outputs and truth, and the errors between them.

Source: ``CTC::ComputeCTCTargets`` (``ctc.cpp``), ``LSTMTrainer::ComputeTextTargets``, ``ComputeRMSError``,
``ComputeWinnerError``, ``ComputeCharError`` and ``ComputeWordError`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tessnb.kernels import ctc

__all__ = [
    "bag_of_labels_error",
    "bag_of_words_error",
    "ctc_targets",
    "delta_errors",
    "is_suspicious",
    "normalize_outputs",
    "text_targets",
]

#: Confidence beyond which the truth is more likely wrong than the recognizer (``kHighConfidence``).
HIGH_CONFIDENCE = 15 / 16


def normalize_outputs(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return outputs that sum to one at each time step, no class below 1e-12.

    Parameters
    ----------
    outputs : float32 array (time, classes)
    """
    probs = np.array(outputs, np.float32, order="C")
    ctc.normalize_probs(probs)
    return probs


def ctc_targets(
    outputs: NDArray[np.float32], labels: Sequence[int] | NDArray[np.int32], null_char: int
) -> NDArray[np.float32] | None:
    """Return the targets that CTC assigns to normalized outputs, given the truth.

    The outputs are first biased towards labels spread evenly over the line, the more the worse they are.

    Parameters
    ----------
    outputs : float32 array (time, classes)
        From `normalize_outputs`.
    labels : sequence of int
        Codes of the truth with nulls before, between and after.
    null_char : int
        The code of the null (blank) class.

    Returns
    -------
    float32 array (time, classes) or None
        None if the line has too few time steps for its labels.
    """
    truth = np.ascontiguousarray(labels, np.int32)
    steps, classes = outputs.shape
    size = len(truth)
    first, last = np.empty(steps, np.int32), np.empty(steps, np.int32)
    if not ctc.label_limits(truth, null_char, first, last):
        return None
    targets = np.zeros((steps, classes), np.float32)
    ctc.simple_targets(truth, null_char, np.empty(size, np.int32), np.empty(size, np.float32), targets)
    fraction = ctc.bias_fraction(truth, null_char, outputs, np.zeros((2, classes), np.int32))
    biased = outputs + targets * np.float32(fraction)
    ctc.normalize_probs(biased)
    barred, probs, totals = np.empty(size + 2), np.empty(size), np.empty(size)
    alpha, betas = np.empty((steps, 2, size + 4)), np.empty((2, 2, size + 4))
    ctc.skip_bars(truth, null_char, barred)
    ctc.forward(truth, null_char, biased, first, last, barred, probs, alpha)
    largest = ctc.backward(truth, null_char, biased, first, last, barred, probs, betas, alpha)
    ctc.normalize_sequence(alpha, first, last, *largest, totals)
    ctc.labels_to_classes(truth, alpha, first, last, totals, targets)
    ctc.normalize_probs(targets)
    return targets


def text_targets(
    steps: int, classes: int, labels: Sequence[int] | NDArray[np.int32], null_char: int
) -> NDArray[np.float32] | None:
    """Return the targets of a network without CTC: a label per time step, then nulls.

    Returns
    -------
    float32 array (steps, classes) or None
        None if there are more labels than time steps.
    """
    if len(labels) > steps:
        return None
    targets = np.zeros((steps, classes), np.float32)
    targets[:, null_char] = 1.0
    for step, label in enumerate(labels):
        targets[step, null_char] = 0.0
        targets[step, label] = 1.0
    return targets


def delta_errors(deltas: NDArray[np.float32]) -> tuple[float, float]:
    """Return the RMS error of the deltas, and the number of deltas of at least 0.5 per time step.

    Parameters
    ----------
    deltas : float32 array (time, classes)
        Targets minus outputs.
    """
    steps, classes = deltas.shape
    squared, winners = ctc.squared_and_winner_errors(deltas)
    return float(np.sqrt(squared / (steps * classes))), winners / steps


def is_suspicious(deltas: NDArray[np.float32]) -> bool:
    """Return whether the truth contradicts an output of more than 15/16 that has not merely moved."""
    return bool(ctc.any_suspicious_truth(deltas, np.float32(HIGH_CONFIDENCE)))


def bag_of_labels_error(truth: Sequence[int], found: Sequence[int], null_char: int) -> float:
    """Return the fraction of labels in which two bags differ: the "C" of BCER.

    A swap of two characters costs nothing, a wrong one counts twice, and one is the most: it is not an edit
    distance.

    Parameters
    ----------
    truth, found : sequences of int
        Codes; nulls do not count.
    null_char : int
    """
    counts: Counter[int] = Counter(truth)
    counts.subtract(found)
    del counts[null_char]
    size = sum(label != null_char for label in truth)
    errors = sum(map(abs, counts.values()))
    if size <= errors:
        return 0.0 if errors == 0 else 1.0
    return errors / size


def bag_of_words_error(truth: str, found: str) -> float:
    """Return the fraction of the truth's words that are missing from the found text: the "W" of BWER.

    Words are what stands between spaces; superfluous words cost nothing.
    """
    words = [word for word in truth.split(" ") if word]
    if not words:
        return 0.0
    missing = Counter(words) - Counter(word for word in found.split(" ") if word)
    return missing.total() / len(words)
