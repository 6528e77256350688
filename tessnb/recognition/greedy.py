"""Labels by the best output of each step alone.

Source: ``lstmrecognizer.cpp``, ``LSTMRecognizer::LabelsViaSimpleText``.
"""

from __future__ import annotations

import numpy as np

__all__ = ["greedy_labels"]


def greedy_labels(outputs: np.ndarray, null_char: int, *, fold: bool = True) -> tuple[list[int], list[int]]:
    """Return the winner of each step, without nulls.

    Parameters
    ----------
    outputs : ndarray of float32, shape (steps, codes)
        Probabilities.
    null_char : int
        The label for "nothing".
    fold : bool
        Take equal neighbours for one, as CTC does. Networks with a plain softmax, whose every step is a
        character, are read without.

    Returns
    -------
    labels : list of int
    steps : list of int
        The step of each label, and the number of steps behind.
    """
    winners = outputs.argmax(axis=1)
    begins = np.ones(len(winners), bool)
    if fold:
        begins[1:] = winners[1:] != winners[:-1]
    steps = np.flatnonzero(begins & (winners != null_char))
    return winners[steps].tolist(), [*steps.tolist(), len(winners)]
