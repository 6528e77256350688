"""Connectionist temporal classification: from network outputs and labels to targets, in the log domain.

The arithmetic follows Tesseract's ``src/training/common/ctc.cpp`` operation by operation: float32 where it
keeps float32, float64 where it computes in double, so that targets agree to the last bits.

Notation: `T` time steps, `C` classes, `U` labels (nulls included); ``alpha[t, u]`` and ``beta[t, u]`` are the
logarithms of the forward and backward variables of Graves et al. (2006), section 4.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = [
    "any_suspicious_truth",
    "backward",
    "bias_fraction",
    "forward",
    "label_limits",
    "labels_to_classes",
    "log_outputs",
    "normalize_probs",
    "normalize_sequence",
    "simple_targets",
    "squared_and_winner_errors",
]

#: The smallest probability of any class (``CTC::kMinProb_``, a float).
MIN_PROB = np.float32(1e-12)
#: Bounds of the argument of ``exp`` (``kMaxExpArg_``).
MAX_EXP_ARG = 80.0
#: The smallest divisor when a label's probability is spread over time (``kMinTotalTimeProb_``).
MIN_TOTAL_TIME_PROB = 1e-8
#: The smallest divisor when a time step's classes are normalized (``kMinTotalFinalProb_``).
MIN_TOTAL_FINAL_PROB = 1e-6
#: ln(0): ``-FLT_MAX``, finite so that sums stay finite.
LOG_ZERO = -float(np.finfo(np.float32).max)
#: Beyond this distance the smaller summand of a log-sum is below half a unit in the last place of the larger.
_NEGLIGIBLE = -37.5


@njit(nogil=True, cache=True)
def normalize_probs(probs):  # type: ignore[no-untyped-def]
    """Make every time step sum to one with no class below `MIN_PROB`; in place.

    Parameters
    ----------
    probs : float32 array (T, C)
    """
    steps, classes = probs.shape
    floor = np.float64(MIN_PROB)
    for t in range(steps):
        total = 0.0
        for c in range(classes):
            total += probs[t, c]
        total = max(total, MIN_TOTAL_FINAL_PROB)
        increment = 0.0
        for c in range(classes):
            prob = probs[t, c] / total
            if prob < floor:
                increment += floor - prob
        total += increment
        for c in range(classes):
            probs[t, c] = max(np.float32(probs[t, c] / total), MIN_PROB)


@njit(nogil=True, cache=True)
def label_limits(labels, null_char, first, last):  # type: ignore[no-untyped-def]
    """Fill the first and last label that a complete path can occupy at each time step.

    Parameters
    ----------
    labels : int32 array (U,)
        Truth with its nulls.
    null_char : int
        The null (blank) class.
    first, last : int32 arrays (T,)
        Filled.

    Returns
    -------
    bool
        False if there are fewer time steps than labels that must be passed.
    """
    steps, size = len(first), len(labels)
    u = size - 1
    if labels[u] == null_char:
        u -= 1
    for t in range(steps - 1, -1, -1):
        first[t] = u
        if u > 0:
            u -= 1
            if u > 0 and labels[u] == null_char and labels[u + 1] != labels[u - 1]:
                u -= 1
    u = 1 if labels[0] == null_char else 0
    for t in range(steps):
        last[t] = u
        if last[t] < first[t]:
            return False
        if u + 1 < size:
            u += 1
            if u + 1 < size and labels[u] == null_char and labels[u + 1] != labels[u - 1]:
                u += 1
    return True


@njit(nogil=True, cache=True)
def _needed_null(labels, null_char, u):  # type: ignore[no-untyped-def]
    return labels[u] == null_char and 0 < u < len(labels) - 1 and labels[u + 1] == labels[u - 1]


@njit(nogil=True, cache=True)
def simple_targets(labels, null_char, means, half_widths, targets):  # type: ignore[no-untyped-def]
    """Spread the labels evenly over time as triangles that peak at one; `targets` must be zero before.

    Parameters
    ----------
    labels : int32 array (U,)
    null_char : int
    means : int32 array (U,)
        Scratch: the time step at which each label peaks.
    half_widths : float32 array (U,)
        Scratch: half the width of each triangle, in time steps.
    targets : float32 array (T, C)
    """
    steps, size = targets.shape[0], len(labels)
    plus = 0
    for u in range(size):
        if labels[u] != null_char or _needed_null(labels, null_char, u):
            plus += 1
    star = size - plus
    one, two, zero = np.float32(1.0), np.float32(2.0), np.float32(0.0)
    plus_size, star_size = one, zero
    floating = np.float32(plus + star)
    if floating <= np.float32(steps):
        plus_size = star_size = np.float32(steps) / floating
    elif star > 0:
        star_size = np.float32(steps - plus) / np.float32(star)
    position = zero
    for u in range(size):
        essential = labels[u] != null_char or _needed_null(labels, null_char, u)
        half = (plus_size if essential else star_size) / two
        position += half
        means[u] = int(position)
        position += half
        half_widths[u] = half
    for u in range(size):
        label, mean = labels[u], means[u]
        left = right = half_widths[u]
        if label == null_char:
            if not _needed_null(labels, null_char, u) and (
                (u > 0 and mean == means[u - 1]) or (u + 1 < size and mean == means[u + 1])
            ):
                continue
            if u > 0:
                left = np.float32(mean - means[u - 1])
            if u + 1 < size:
                right = np.float32(means[u + 1] - mean)
        if 0 <= mean < steps:
            targets[mean, label] = one
        offset = 1
        while np.float32(offset) < left and mean >= offset:
            prob = one - np.float32(offset) / left
            if mean - offset < steps and prob > targets[mean - offset, label]:
                targets[mean - offset, label] = prob
            offset += 1
        offset = 1
        while np.float32(offset) < right and mean + offset < steps:
            prob = one - np.float32(offset) / right
            if prob > targets[mean + offset, label]:
                targets[mean + offset, label] = prob
            offset += 1


@njit(nogil=True, cache=True)
def bias_fraction(labels, null_char, outputs, counts):  # type: ignore[no-untyped-def]
    """Return how strongly the simple targets are to be mixed in: less, the better the outputs already are.

    Parameters
    ----------
    labels : int32 array (U,)
    null_char : int
    outputs : float32 array (T, C)
    counts : int32 array (2, C)
        Scratch, zero before: occurrences of each class in the truth and in the outputs.

    Returns
    -------
    float32
    """
    steps, classes = outputs.shape
    for u in range(len(labels)):
        counts[0, labels[u]] += 1
    previous = -1
    for t in range(steps):
        best = 0
        for c in range(1, classes):
            if outputs[t, c] > outputs[t, best]:
                best = c
        if best != previous and best != null_char:
            counts[1, best] += 1
        previous = best
    true_positives = false_positives = total = 0
    for c in range(classes):
        truth, found = counts[0, c], counts[1, c]
        if c == null_char or truth == 0:
            continue
        total += truth
        true_positives += min(truth, found)
        false_positives += max(found - truth, 0)
    if total == 0:
        return np.float32(0.0)
    exponent = np.float32(max(true_positives - false_positives, 1)) * np.float32(math.log(MIN_PROB))
    return np.float32(math.exp(np.float64(exponent / np.float32(total))))


@njit(nogil=True, cache=True)
def _log_sum(x, y):  # type: ignore[no-untyped-def]
    """ln(exp(x) + exp(y))."""
    if x >= y:
        difference, larger = y - x, x
    else:
        difference, larger = x - y, y
    if difference < _NEGLIGIBLE and larger < -1.0:
        return larger
    return larger + math.log1p(math.exp(difference))


@njit(nogil=True, cache=True)
def log_outputs(labels, outputs, logs, rounded):  # type: ignore[no-untyped-def]
    """Fill the logarithms of the outputs of those classes that the labels use.

    Parameters
    ----------
    labels : int32 array (U,)
    outputs : float32 array (T, C)
        Normalized probabilities.
    logs : float64 array (T, C)
        ln in double precision; zero where a class is not used.
    rounded : float32 array (T, C)
        ln in single precision, as the reference takes it for staying on a label in its backward pass.
    """
    steps, classes = outputs.shape
    used = np.zeros(classes, np.bool_)
    for u in range(len(labels)):
        used[labels[u]] = True
    for t in range(steps):
        for c in range(classes):
            if used[c]:
                logs[t, c] = math.log(np.float64(outputs[t, c]))
                rounded[t, c] = math.log(outputs[t, c])


@njit(nogil=True, cache=True)
def forward(labels, null_char, logs, first, last, alpha):  # type: ignore[no-untyped-def]
    """Fill the forward variables: ln of the probability of all paths that end at label `u` at time `t`.

    Parameters
    ----------
    labels : int32 array (U,)
    null_char : int
    logs : float64 array (T, C)
        From `log_outputs`.
    first, last : int32 arrays (T,)
        From `label_limits`.
    alpha : float64 array (T, U)
    """
    steps, size = alpha.shape
    for t in range(steps):
        for u in range(size):
            alpha[t, u] = LOG_ZERO
    alpha[0, 0] = logs[0, labels[0]]
    if labels[0] == null_char:
        alpha[0, 1] = logs[0, labels[1]]
    for t in range(1, steps):
        for u in range(first[t], last[t] + 1):
            total = alpha[t - 1, u]
            if u > 0:
                total = _log_sum(total, alpha[t - 1, u - 1])
            if u >= 2 and labels[u - 1] == null_char and labels[u] != labels[u - 2]:
                total = _log_sum(total, alpha[t - 1, u - 2])
            alpha[t, u] = total + logs[t, labels[u]]


@njit(nogil=True, cache=True)
def backward(labels, null_char, logs, rounded, first, last, beta):  # type: ignore[no-untyped-def]
    """Fill the backward variables: ln of the probability of all completions from label `u` after time `t`.

    Parameters are those of `forward`, `rounded` is of `log_outputs`; `beta` is a float64 array (T, U).
    """
    steps, size = beta.shape
    for t in range(steps):
        for u in range(size):
            beta[t, u] = LOG_ZERO
    beta[steps - 1, size - 1] = 0.0
    if labels[size - 1] == null_char:
        beta[steps - 1, size - 2] = 0.0
    for t in range(steps - 2, -1, -1):
        for u in range(first[t], last[t] + 1):
            total = beta[t + 1, u] + np.float64(rounded[t + 1, labels[u]])
            if u + 1 < size:
                step = beta[t + 1, u + 1] + logs[t + 1, labels[u + 1]]
                total = _log_sum(total, step)
            if u + 2 < size and labels[u + 1] == null_char and labels[u] != labels[u + 2]:
                skip = beta[t + 1, u + 2] + logs[t + 1, labels[u + 2]]
                total = _log_sum(total, skip)
            beta[t, u] = total


@njit(nogil=True, cache=True)
def normalize_sequence(log_probs):  # type: ignore[no-untyped-def]
    """Leave the log domain: a clipped softmax over time for each label; in place, float64 array (T, U)."""
    steps, size = log_probs.shape
    largest = log_probs[0, 0]
    for t in range(steps):
        for u in range(size):
            largest = max(largest, log_probs[t, u])
    totals = np.zeros(size)
    smallest = math.exp(-MAX_EXP_ARG)
    for t in range(steps):
        for u in range(size):
            value = log_probs[t, u]
            if value > LOG_ZERO:
                value -= largest
                value = smallest if value < -MAX_EXP_ARG else math.exp(min(value, MAX_EXP_ARG))
            else:
                value = 0.0
            totals[u] += value
            log_probs[t, u] = value
    for u in range(size):
        totals[u] = max(totals[u], MIN_TOTAL_TIME_PROB)
    for t in range(steps):
        for u in range(size):
            log_probs[t, u] /= totals[u]


@njit(nogil=True, cache=True)
def labels_to_classes(labels, probs, targets):  # type: ignore[no-untyped-def]
    """Give each class the largest probability of its labels at each time step.

    Parameters
    ----------
    labels : int32 array (U,)
    probs : float64 array (T, U)
    targets : float32 array (T, C)
        Filled.
    """
    steps, size = probs.shape
    targets[:] = np.float32(0.0)
    for t in range(steps):
        for u in range(size):
            value = np.float32(probs[t, u])
            if value > targets[t, labels[u]]:
                targets[t, labels[u]] = value


@njit(nogil=True, cache=True)
def squared_and_winner_errors(deltas):  # type: ignore[no-untyped-def]
    """Return the sum of squared deltas and the number of deltas of at least one half.

    Parameters
    ----------
    deltas : float32 array (T, C)
        Targets minus outputs.

    Returns
    -------
    squared : float
    winners : int
    """
    steps, classes = deltas.shape
    squared = 0.0
    winners = 0
    half = np.float32(0.5)
    for t in range(steps):
        for c in range(classes):
            value = deltas[t, c]
            squared += np.float64(value) * np.float64(value)
            if abs(value) >= half:
                winners += 1
    return squared, winners


@njit(nogil=True, cache=True)
def any_suspicious_truth(deltas, threshold):  # type: ignore[no-untyped-def]
    """Return whether a strong output is contradicted with no strong rise beside it.

    Parameters
    ----------
    deltas : float32 array (T, C)
    threshold : float32
        The confidence beyond which the truth is more likely to be wrong than the network.
    """
    steps, classes = deltas.shape
    near = threshold / np.float32(2.0)
    for t in range(steps):
        for c in range(classes):
            if (
                deltas[t, c] < -threshold
                and (t == 0 or deltas[t - 1, c] < near)
                and (t + 1 == steps or deltas[t + 1, c] < near)
            ):
                return True
    return False
