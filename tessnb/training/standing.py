"""Where a run stands: its best and worst errors so far, and what is kept of those times.

Source: ``LSTMTrainer::InitIterations`` and the members of ``lstmtrainer.h``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tessnb.events import ErrorRates

if TYPE_CHECKING:
    from tessnb.training.learner import Learner

__all__ = ["MIN_STALL_ITERATIONS", "MIN_STARTED_ERROR_RATE", "Standing", "Trial"]

#: Learning iterations without a new best after which training counts as stalled (``kMinStallIterations``).
MIN_STALL_ITERATIONS = 10000

#: Above this error rate, in percent, training is in its start-up phase (``kMinStartedErrorRate``).
MIN_STARTED_ERROR_RATE = 75.0


@dataclass
class Trial:
    """A second learner with lower learning rates, from the best time on (the reference's sub-trainer)."""

    learner: Learner
    standing: Standing


@dataclass
class Standing:
    """Best and worst errors, and what belongs to them.

    Attributes
    ----------
    best_error_rate, worst_error_rate : float
        The lowest BCER ever, and the highest since then, in percent.
    best_error_rates, worst_error_rates : ErrorRates
        All figures of those times.
    best_iteration, worst_iteration : int
        Learning iterations of those times.
    stall_iteration : int
        The learning iteration from which on training counts as stalled.
    best_model_data, worst_model_data : bytes
        Recognizers that wait for their evaluation.
    best_trainer : bytes
        A checkpoint of the best time, to go back to.
    sub_trainer : Trial or None
    error_rate_of_last_saved_best : float
        BCER of the last best model that was written to a file; a new one must be better by a 32nd.
    best_error_history, best_error_iterations : list
        All bests, and their learning iterations.
    improvement_steps : int
        Learning iterations that the last two percentage points took.
    """

    best_error_rate: float = 100.0
    best_error_rates: ErrorRates = field(default_factory=lambda: ErrorRates(*[100.0] * 5))
    best_iteration: int = 0
    worst_error_rate: float = 0.0
    worst_error_rates: ErrorRates = field(default_factory=lambda: ErrorRates(*[0.0] * 5))
    worst_iteration: int = 0
    stall_iteration: int = MIN_STALL_ITERATIONS
    best_model_data: bytes = b""
    worst_model_data: bytes = b""
    best_trainer: bytes = b""
    sub_trainer: Trial | None = None
    error_rate_of_last_saved_best: float = MIN_STARTED_ERROR_RATE
    best_error_history: list[float] = field(default_factory=list)
    best_error_iterations: list[int] = field(default_factory=list)
    improvement_steps: int = MIN_STALL_ITERATIONS

    def restart(self) -> None:
        """Forget all errors; what is kept of the best time stays until there is a new best."""
        fresh = Standing(
            best_model_data=self.best_model_data,
            worst_model_data=self.worst_model_data,
            best_trainer=self.best_trainer,
            sub_trainer=self.sub_trainer,
        )
        vars(self).update(vars(fresh))
