"""Connectionist temporal classification: from network outputs and labels to targets.

What is computed is that of Tesseract's ``src/training/common/ctc.cpp``: float32 where it keeps float32,
float64 where it computes in double. It keeps the forward and backward variables (Graves et al. 2006, section
4) as logarithms; here they are numbers of unlimited range, a mantissa from `UNIT` to below 1 and an exponent
of base ``1 / UNIT``, both float64: sums and products of whole rows of labels are then vector code without a
logarithm. A summand whose exponent is smaller by two is below the last place of the largest, and left out.

Notation: `T` time steps, `C` classes, `U` labels (nulls included).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from tessnb.kernels.options import INSIDE, OPTIONS

__all__ = [
    "any_suspicious_truth",
    "backward",
    "bias_fraction",
    "forward",
    "label_limits",
    "labels_to_classes",
    "normalize_probs",
    "normalize_sequence",
    "simple_targets",
    "skip_bars",
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
#: A probability of paths below this part of the largest cannot be seen in targets.
NEGLIGIBLE = 1e-28
#: The smallest mantissa, and how many of it make one.
UNIT, PER_UNIT = 2.0**-256, 2.0**256
#: The exponent of zero.
NEVER = -1e300


@njit(**OPTIONS)
def normalize_probs(probs):  # type: ignore[no-untyped-def]
    """Make every time step sum to one with no class below `MIN_PROB`; in place.

    Parameters
    ----------
    probs : float32 array (T, C)
    """
    classes = probs.shape[1]
    floor = np.float64(MIN_PROB)
    for t in range(len(probs)):
        row = probs[t]
        total = 0.0
        for c in range(classes):
            total += row[c]
        total = max(total, MIN_TOTAL_FINAL_PROB)
        share = 1.0 / total
        increment = 0.0
        for c in range(classes):
            prob = row[c] * share
            if prob < floor:
                increment += floor - prob
        share = 1.0 / (total + increment)
        for c in range(classes):
            row[c] = max(np.float32(row[c] * share), MIN_PROB)


@njit(**OPTIONS)
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


@njit(**INSIDE)
def _needed_null(labels, null_char, u):  # type: ignore[no-untyped-def]
    return labels[u] == null_char and 0 < u < len(labels) - 1 and labels[u + 1] == labels[u - 1]


@njit(**OPTIONS)
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


@njit(**OPTIONS)
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


@njit(**INSIDE)
def _weight(exponent, top):  # type: ignore[no-untyped-def]
    """Return what a mantissa counts beside those of the largest exponent, `top`."""
    return (1.0 if exponent == top else 0.0) + (UNIT if exponent == top - 1.0 else 0.0)


@njit(**INSIDE)
def _row(stay_m, stay_e, step_m, step_e, skip_m, skip_e, barred, probs, out_m, out_e):  # type: ignore[no-untyped-def]
    """Fill ``out = (stay + step + skip) * probs`` for neighbouring labels, all float64 arrays (n,).

    Each number is a mantissa and an exponent; `barred` is 0 where `skip` counts, else `NEVER`.
    """
    for u in range(out_m.shape[0]):
        e0, e1, e2 = stay_e[u], step_e[u], skip_e[u] + barred[u]
        top = max(e0, max(e1, e2))
        total = stay_m[u] * _weight(e0, top) + step_m[u] * _weight(e1, top) + skip_m[u] * _weight(e2, top)
        total *= probs[u]
        small = 1.0 if total < UNIT else 0.0
        large = 1.0 if total >= 1.0 else 0.0
        out_m[u] = total * (1.0 + small * (PER_UNIT - 1.0) + large * (UNIT - 1.0))
        out_e[u] = top - small + large


@njit(**INSIDE)
def _clear(numbers, start, stop):  # type: ignore[no-untyped-def]
    for place in range(start, stop):
        numbers[0, place] = 0.0
        numbers[1, place] = NEVER


@njit(**OPTIONS)
def skip_bars(labels, null_char, barred):  # type: ignore[no-untyped-def]
    """Fill where a path cannot come to a label from the second before it.

    Parameters
    ----------
    labels : int32 array (U,)
    null_char : int
    barred : float64 array (U + 2,)
        0 where it can, because a null between two different labels may be left out; else `NEVER`.
    """
    for u in range(len(labels)):
        can = u >= 2 and labels[u - 1] == null_char and labels[u] != labels[u - 2]
        barred[u] = 0.0 if can else NEVER
    barred[len(labels) :] = NEVER


@njit(**OPTIONS)
def forward(labels, null_char, outputs, first, last, barred, probs, alpha):  # type: ignore[no-untyped-def]
    """Fill the forward variables: the probability of all paths that end at label `u` at time `t`.

    Parameters
    ----------
    labels : int32 array (U,)
    null_char : int
    outputs : float32 array (T, C)
        Normalized probabilities.
    first, last : int32 arrays (T,)
        From `label_limits`.
    barred : float64 array (U + 2,)
        From `skip_bars`.
    probs : float64 array (U,)
        Scratch.
    alpha : float64 array (T, 2, U + 4)
        Mantissas and exponents, those of label `u` at ``u + 2``; filled from two places before ``first[t]``
        to two behind ``last[t]``.
    """
    _clear(alpha[0], 0, last[0] + 5)
    for u in range(2 if labels[0] == null_char else 1):
        alpha[0, 0, u + 2], alpha[0, 1, u + 2] = np.float64(outputs[0, labels[u]]) * UNIT, 1.0
    for t in range(1, len(alpha)):
        low, high = first[t], last[t] + 1
        row, here = outputs[t], probs[: high - low]
        for u in range(low, high):
            here[u - low] = row[labels[u]]
        old_m, old_e = alpha[t - 1, 0], alpha[t - 1, 1]
        _row(
            old_m[low + 2 : high + 2],
            old_e[low + 2 : high + 2],
            old_m[low + 1 : high + 1],
            old_e[low + 1 : high + 1],
            old_m[low:high],
            old_e[low:high],
            barred[low:high],
            here,
            alpha[t, 0, low + 2 : high + 2],
            alpha[t, 1, low + 2 : high + 2],
        )
        _clear(alpha[t], low, low + 2)
        _clear(alpha[t], high + 2, high + 4)


@njit(**OPTIONS)
def backward(labels, null_char, outputs, first, last, barred, probs, betas, alpha):  # type: ignore[no-untyped-def]
    """Multiply the forward variables by the probability of all completions from label `u` after time `t`.

    Parameters
    ----------
    labels, null_char, outputs, first, last, barred, probs
        As for `forward`.
    betas : float64 array (2, 2, U + 4)
        Scratch: the backward variables of two time steps.
    alpha : float64 array (T, 2, U + 4)
        From `forward`; from ``first[t]`` to ``last[t]`` it becomes the probability of all paths through
        label `u` at time `t`.

    Returns
    -------
    mantissa, exponent : float
        The largest of these.
    """
    steps, size = len(alpha), len(labels)
    best, highest = 0.0, NEVER
    for t in range(steps - 1, -1, -1):
        low, high = first[t], last[t] + 1
        new_m, new_e = betas[t & 1, 0, low + 2 : high + 2], betas[t & 1, 1, low + 2 : high + 2]
        here = probs[: high - low]
        if t == steps - 1:
            _clear(betas[t & 1], 0, size + 4)
            for u in range(size - 2 if labels[size - 1] == null_char else size - 1, size):
                betas[t & 1, 0, u + 2], betas[t & 1, 1, u + 2] = UNIT, 1.0
        else:
            here[:] = 1.0
            old_m, old_e = betas[1 - (t & 1), 0], betas[1 - (t & 1), 1]
            _row(
                old_m[low + 2 : high + 2],
                old_e[low + 2 : high + 2],
                old_m[low + 3 : high + 3],
                old_e[low + 3 : high + 3],
                old_m[low + 4 : high + 4],
                old_e[low + 4 : high + 4],
                barred[low + 2 : high + 2],
                here,
                new_m,
                new_e,
            )
            _clear(betas[t & 1], low, low + 2)
            _clear(betas[t & 1], high + 2, high + 4)
        row, through_m, through_e = (
            outputs[t],
            alpha[t, 0, low + 2 : high + 2],
            alpha[t, 1, low + 2 : high + 2],
        )
        for u in range(high - low):
            through = through_m[u] * new_m[u]
            small = 1.0 if through < UNIT else 0.0
            through_m[u] = through * (1.0 + small * (PER_UNIT - 1.0))
            through_e[u] += new_e[u] - small
        for u in range(high - low):
            new_m[u] *= row[labels[low + u]]
            if through_e[u] > highest and through_m[u] > 0.0:
                best, highest = through_m[u], through_e[u]
            elif through_e[u] == highest:
                best = max(best, through_m[u])
    return best, highest


@njit(**OPTIONS)
def normalize_sequence(alpha, first, last, best, highest, totals):  # type: ignore[no-untyped-def]
    """Take what goes through each label at each time relative to the largest, and its sums over time.

    Parameters
    ----------
    alpha : float64 array (T, 2, U + 4)
        From `backward`; the mantissas become fractions of the largest, those above zero at least
        ``exp(-MAX_EXP_ARG)``.
    first, last : int32 arrays (T,)
    best, highest : float
        From `backward`.
    totals : float64 array (U,)
        Filled with each label's sum, at least `MIN_TOTAL_TIME_PROB`.
    """
    totals[:] = 0.0
    smallest = math.exp(-MAX_EXP_ARG)
    for t in range(len(alpha)):
        low, high = first[t], last[t] + 1
        mantissas, exponents = alpha[t, 0, low + 2 : high + 2], alpha[t, 1, low + 2 : high + 2]
        sums = totals[low:high]
        for u in range(high - low):
            value = mantissas[u] * _weight(exponents[u], highest) / best
            value = max(value, smallest) if mantissas[u] > 0.0 else 0.0
            mantissas[u] = value
            sums[u] += value
    for u in range(len(totals)):
        totals[u] = max(totals[u], MIN_TOTAL_TIME_PROB)


@njit(**OPTIONS)
def labels_to_classes(labels, alpha, first, last, totals, targets):  # type: ignore[no-untyped-def]
    """Give each class the largest probability of its labels at each time step.

    Parameters
    ----------
    labels : int32 array (U,)
    alpha, first, last, totals
        As `normalize_sequence` leaves them.
    targets : float32 array (T, C)
        Filled.
    """
    targets[:] = np.float32(0.0)
    for t in range(len(alpha)):
        row, values = targets[t], alpha[t, 0]
        for u in range(first[t], last[t] + 1):
            if values[u + 2] > NEGLIGIBLE:
                value = np.float32(values[u + 2] / totals[u])
                if value > row[labels[u]]:
                    row[labels[u]] = value


@njit(**OPTIONS)
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


@njit(**OPTIONS)
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
