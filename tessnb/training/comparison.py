"""What the network said of a line against what it should have said.

Source: ``LSTMTrainer::PrepareForBackward`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessnb.charset.encoder import Encoder
from tessnb.events import ErrorRates, SkipReason, Verdict
from tessnb.training.inputs import Skipped
from tessnb.training.targets import (
    ctc_targets,
    delta_errors,
    is_suspicious,
    normalize_outputs,
    text_targets,
)

__all__ = ["Comparison", "Judged", "Prepared", "compare"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Outputs, targets, and how far they are apart.

    Attributes
    ----------
    verdict : Verdict
    outputs : float32 array (time, classes)
        What the network said, normalized.
    targets : float32 array (time, classes)
        What it should have said.
    deltas : float32 array (time, classes)
        What to propagate back: targets minus outputs.
    rms, delta : float
        Of this line, as fractions; see `ErrorRates`.
    """

    verdict: Verdict
    outputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    deltas: NDArray[np.float32]
    rms: float
    delta: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A line after its forward run and the comparison with its truth, while it is still being read.

    Attributes
    ----------
    comparison : Comparison
    labels : list of int
        Codes of the truth.
    truth : str
        The transcription as encoded.
    reading : Future of list of int
        Codes that the network's outputs spell.
    """

    comparison: Comparison
    labels: list[int]
    truth: str
    reading: Future[list[int]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A line that was compared and read.

    Attributes
    ----------
    comparison : Comparison
    truth, found : str
        The transcription as encoded; what the network read.
    errors : ErrorRates
        Of this line, as fractions.
    """

    comparison: Comparison
    truth: str
    found: str
    errors: ErrorRates


def compare(raw: NDArray[np.float32], labels: Sequence[int], encoder: Encoder, *, is_ctc: bool) -> Comparison:
    """Compare a network's outputs with the truth.

    Parameters
    ----------
    raw : float32 array (time, classes)
        As the network gave them.
    labels : sequence of int
        The truth as codes; for CTC with nulls before, between and after.
    encoder : Encoder
    is_ctc : bool
        Whether the network learns with CTC.

    Raises
    ------
    Skipped
        If the line has too few time steps for its labels.
    """
    if is_ctc:
        outputs = normalize_outputs(raw)
        targets = ctc_targets(outputs, labels, encoder.null_char)
        if targets is None:
            raise Skipped(SkipReason.TOO_SHORT)
    else:
        outputs = np.array(raw)
        targets = text_targets(len(raw), raw.shape[1], labels, encoder.null_char)
        if targets is None:
            text = encoder.decode(labels)
            raise Skipped(
                SkipReason.TOO_SHORT,
                f"transcription {text} too long to fit into target of width {len(raw)}",
            )
    deltas = targets - outputs
    rms, delta = delta_errors(deltas)
    if delta == 0:
        verdict = Verdict.PERFECT
    else:
        verdict = Verdict.HI_PRECISION_ERR if is_suspicious(deltas) else Verdict.TRAINABLE
    return Comparison(verdict, outputs, targets, deltas, rms, delta)
