"""The slow, obvious twin of `tessnb.kernels.ctc`: Graves' recursions over probabilities, path by path."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

import numpy as np


def occupancies(outputs: np.ndarray, labels: list[int], null: int) -> np.ndarray:
    """Return, for each time and label position, the summed probability of all paths through it.

    Enumerates every monotone path over the label positions: a step stays, advances by one, or skips a null
    between two different labels. It starts at the first or second position and ends at one of the last two.
    """
    steps, size = len(outputs), len(labels)
    total = [[Fraction(0)] * size for _ in range(steps)]
    starts = [0, 1] if labels[0] == null else [0]
    ends = {size - 1, size - 2} if labels[-1] == null else {size - 1}
    for start in starts:
        for moves in itertools.product((0, 1, 2), repeat=steps - 1):
            path = list(itertools.accumulate(moves, initial=start))
            if path[-1] not in ends:
                continue
            if any(
                move == 2 and not (labels[position - 1] == null and labels[position] != labels[position - 2])
                for move, position in zip(moves, path[1:], strict=True)
            ):
                continue
            probability = Fraction(1)
            for step, position in enumerate(path):
                probability *= Fraction(float(outputs[step, labels[position]]))
            for step, position in enumerate(path):
                total[step][position] += probability
    return np.array([[float(value) for value in row] for row in total])


def recursion(outputs: np.ndarray, labels: list[int], null: int) -> np.ndarray:
    """Return the same as `occupancies` by Graves' recursions in exact fractions, for longer lines.

    They are scaled so that the largest is one: floats could not hold them.
    """
    size = len(labels)
    probs = [[Fraction(float(row[label])) for label in labels] for row in outputs]

    def skips(u: int) -> bool:
        return u >= 2 and labels[u - 1] == null and labels[u] != labels[u - 2]

    alpha = [[p if u == 0 or (u == 1 and labels[0] == null) else Fraction(0) for u, p in enumerate(probs[0])]]
    for row in probs[1:]:
        old = [Fraction(0), Fraction(0), *alpha[-1]]
        alpha.append([(old[u + 2] + old[u + 1] + skips(u) * old[u]) * row[u] for u in range(size)])
    beta = [[Fraction(u == size - 1 or (u == size - 2 and labels[-1] == null)) for u in range(size)]]
    for row in reversed(probs[1:]):
        ahead = [*(b * p for b, p in zip(beta[0], row, strict=True)), Fraction(0), Fraction(0)]
        beta.insert(
            0, [ahead[u] + ahead[u + 1] + (u + 2 < size and skips(u + 2)) * ahead[u + 2] for u in range(size)]
        )
    through = [[a * b for a, b in zip(*rows, strict=True)] for rows in zip(alpha, beta, strict=True)]
    largest = max(map(max, through))
    return np.array([[float(value / largest) for value in row] for row in through])


def normalize(probs: np.ndarray, floor: float = 1e-12) -> np.ndarray:
    """Return rows that sum to one with no value below `floor` (before rounding)."""
    rows = []
    for row in probs.astype(np.float64):
        total = max(float(row.sum()), 1e-6)
        total += sum(floor - value / total for value in row if value / total < floor)
        rows.append(np.maximum(row / total, floor))
    return np.array(rows)


def simple(steps: int, classes: int, labels: list[int], null: int) -> np.ndarray:
    """Return triangles that spread the labels evenly: essential labels get a step each, the rest share."""
    size = len(labels)

    def essential(index: int) -> bool:
        inner = 0 < index < size - 1
        return labels[index] != null or (inner and labels[index - 1] == labels[index + 1])

    plus = sum(essential(index) for index in range(size))
    if size <= steps:
        widths = [steps / size] * size
    else:
        star = (steps - plus) / (size - plus) if size > plus else 0.0
        widths = [1.0 if essential(index) else star for index in range(size)]
    edges = [0.0, *itertools.accumulate(widths)]
    means = [int((left + right) / 2) for left, right in itertools.pairwise(edges)]
    targets = np.zeros((steps, classes))
    for index, label in enumerate(labels):
        left = right = widths[index] / 2
        if label == null:
            neighbours = [means[other] for other in (index - 1, index + 1) if 0 <= other < size]
            if not essential(index) and means[index] in neighbours:
                continue
            if index > 0:
                left = means[index] - means[index - 1]
            if index + 1 < size:
                right = means[index + 1] - means[index]
        for step in range(steps):
            distance = step - means[index]
            reach = left if distance < 0 else right
            height = 1.0 if distance == 0 else 1.0 - abs(distance) / reach if abs(distance) < reach else 0.0
            targets[step, label] = max(targets[step, label], height)
    return targets


def bias(outputs: np.ndarray, labels: list[int], null: int) -> float:
    """Return 1e-12 to the power of (right minus superfluous labels, at least one) per label."""
    best = [key for key, _ in itertools.groupby(outputs.argmax(1))]
    right = wrong = 0
    for label in set(labels) - {null}:
        found, truth = best.count(label), labels.count(label)
        right += min(found, truth)
        wrong += max(found - truth, 0)
    count = sum(label != null for label in labels)
    return float(1e-12 ** (max(right - wrong, 1) / count)) if count else 0.0


def targets(
    outputs: np.ndarray,
    labels: list[int],
    null: int,
    reach: Callable[[np.ndarray, list[int], int], np.ndarray] = occupancies,
) -> np.ndarray:
    """Return the CTC targets of normalized outputs."""
    steps, classes = outputs.shape
    biased = normalize(outputs + bias(outputs, labels, null) * simple(steps, classes, labels, null))
    reached = reach(biased, labels, null)
    through = reached / reached.max()
    through = np.where(reached > 0, np.maximum(through, np.exp(-80.0)), 0.0)
    through /= np.maximum(through.sum(0), 1e-8)
    result = np.zeros((steps, classes))
    for index, label in enumerate(labels):
        result[:, label] = np.maximum(result[:, label], through[:, index])
    return normalize(result)
