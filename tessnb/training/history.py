"""Rolling error figures over the last thousand lines.

Source: ``LSTMTrainer::UpdateErrorBuffer`` and ``RollErrorBuffers`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tessnb.errors import InputError
from tessnb.events import ErrorRates

__all__ = ["WINDOW", "ErrorHistory"]

#: Lines over which errors are averaged (``kRollingBufferSize_``).
WINDOW = 1000

#: The lines that tell how good the network is now.
RECENT = 100

_KINDS = 5
_BCER = 3


def _rounded(value: float) -> int:
    if not math.isfinite(value):
        raise InputError(
            "the training has left the range of numbers: an error is infinite or not a number",
            hint="Begin again with a smaller learning rate, and momentum and adam_beta below 1",
        )
    return int(value + 0.5) if value >= 0 else -int(-value + 0.5)


class ErrorHistory:
    """The five errors of the last `WINDOW` lines, and their means.

    Attributes
    ----------
    buffers : float64 array (5, WINDOW)
        Errors of single lines as fractions, at their training iteration modulo `WINDOW`, in the order of
        `ErrorRates`.
    means : ErrorRates
        In percent, to three decimals.
    """

    def __init__(self) -> None:
        self.buffers = np.zeros((_KINDS, WINDOW))
        self.means = ErrorRates(*[100.0] * _KINDS)

    @classmethod
    def of(cls, buffers: Sequence[Sequence[float]] | np.ndarray, means: Sequence[float]) -> ErrorHistory:
        """Make a history of stored buffers and means."""
        history = cls()
        history.buffers[:] = np.asarray(buffers, np.float64)
        history.means = ErrorRates(*means)
        return history

    def copy(self) -> ErrorHistory:
        """Return an independent copy."""
        history = ErrorHistory()
        history.buffers[:] = self.buffers
        history.means = self.means
        return history

    def record(self, iteration: int, errors: ErrorRates) -> None:
        """Store the errors of the line at a training iteration and renew the means."""
        values = (errors.rms, errors.delta, errors.bwer, errors.bcer, errors.skip_ratio)
        self.buffers[:, iteration % WINDOW] = values
        count = min(iteration + 1, WINDOW)
        # A running sum adds in the reference's order, so that rounding to three decimals agrees.
        sums = np.cumsum(self.buffers[:, :count], axis=1)[:, -1]
        self.means = ErrorRates(*(_rounded(100000.0 * (float(total) / count)) / 1000.0 for total in sums))

    def recent_bcer(self, iteration: int) -> float:
        """Return the mean bag-of-characters error of the `RECENT` lines before an iteration, in percent.

        It is 100 before the first line.
        """
        lines = np.arange(max(iteration - RECENT, 0), iteration) % WINDOW
        return 100 * float(self.buffers[_BCER, lines].mean()) if lines.size else 100.0

    def single(self, iteration: int) -> ErrorRates:
        """Return the errors of the line at a training iteration that is still in the window."""
        return ErrorRates(*(float(value) for value in self.buffers[:, iteration % WINDOW]))
