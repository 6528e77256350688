"""The scores along a path of labels, as text: what ``lstmtraining --debug_interval N`` prints.

Source: ``LSTMRecognizer::DebugActivationPath`` and ``DebugActivationRange`` (``lstmrecognizer.cpp``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tessnb.charset.encoder import Encoder

__all__ = ["activation_rows"]


def activation_rows(
    outputs: NDArray[np.float32], labels: Sequence[int], steps: Sequence[int], encoder: Encoder
) -> tuple[str, ...]:
    """Return a line per label: its time steps, its score at each in percent, and the best rival.

    Parameters
    ----------
    outputs : float32 array (time, classes)
    labels : sequence of int
        Codes without nulls.
    steps : sequence of int
        The first time step of each label, and the number of time steps.
    encoder : Encoder
    """
    rows = []
    if steps[0] > 0:
        rows.append(_row(outputs, "<null>", encoder.null_char, 0, steps[0], encoder))
    start = 0
    while start < len(labels):
        unichar_id, end = encoder.decode_one(labels, start)
        for index in range(start, end):
            name = encoder.text_of(unichar_id) if index == start else encoder.label_name(labels[index])
            rows.append(_row(outputs, name, labels[index], steps[index], steps[index + 1], encoder))
        start = end
    return tuple(rows)


def _row(outputs: NDArray[np.float32], name: str, label: int, begin: int, end: int, encoder: Encoder) -> str:
    part = outputs[begin:end].astype(np.float64)
    scores = part[:, label] * 100.0
    rivals = part.copy()
    rivals[:, label] = 0.0
    cells = "".join(
        f" {score:.3g}({encoder.label_name(int(best))}={best}={rival[best] * 100.0:.3g})"
        for score, rival, best in zip(scores, rivals, rivals.argmax(1), strict=True)
    )
    mean, highest = (scores / len(scores)).sum(), max(0.0, scores.max())
    return f"{name}={label} On [{begin}, {end}), scores={cells}, Mean={mean:g}, max={highest:g}"
