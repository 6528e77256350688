"""Learning rates that rise at first and fall later."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tessnb.errors import InputError
from tessnb.network.layers.plumbing import Plumbing
from tessnb.network.weighted import plumbing_of
from tessnb.training.companion import Companion
from tessnb.training.rates import scale_learning_rate

if TYPE_CHECKING:
    from tessnb.training.trainer import Trainer

__all__ = ["Schedule", "ScheduledRates"]


@dataclass(frozen=True)
class Schedule:
    """By which factor the learning rates are multiplied at each training iteration.

    It rises linearly over `warm_up` iterations to 1 and then falls until `iterations`.

    Attributes
    ----------
    decay : str
        How it falls: ``"constant"`` not at all, ``"linear"``, or ``"cosine"`` (half a wave).
    iterations : int
        Where it has fallen to `final`; 0 is allowed if it does not fall.
    warm_up : int
        Iterations of rising.
    final : float
        The factor at the end and after it, more than 0.

    Raises
    ------
    InputError
        If the figures do not fit each other.
    """

    decay: Literal["constant", "linear", "cosine"] = "cosine"
    iterations: int = 0
    warm_up: int = 0
    final: float = 0.02

    def __post_init__(self) -> None:
        kinds = ("constant", "linear", "cosine")
        if self.decay not in kinds:
            raise InputError("no such schedule", found=self.decay, expected=", ".join(kinds))
        if self.warm_up < 0 or not 0 < self.final <= 1:
            raise InputError(
                "a schedule has a warm-up of at least 0 iterations and a final factor between 0 and 1",
                found=f"warm_up={self.warm_up}, final={self.final}",
            )
        if self.decay != "constant" and self.iterations <= self.warm_up:
            raise InputError(
                "a schedule that falls needs an end",
                found=f"iterations={self.iterations}, warm_up={self.warm_up}",
                hint="Give iterations, as many as the run is to have",
            )

    def factor(self, iteration: int) -> float:
        """Return the factor at a training iteration, counted from 0.

        Examples
        --------
        >>> schedule = Schedule("linear", iterations=12, warm_up=2, final=0.5)
        >>> [round(schedule.factor(iteration), 2) for iteration in (0, 1, 2, 7, 12, 20)]
        [0.5, 1.0, 1.0, 0.75, 0.5, 0.5]
        """
        if iteration < self.warm_up:
            return (iteration + 1) / self.warm_up
        if self.decay == "constant":
            return 1.0
        done = min((iteration - self.warm_up) / (self.iterations - self.warm_up), 1.0)
        left = 1.0 - done if self.decay == "linear" else 0.5 * (1.0 + math.cos(math.pi * done))
        return self.final + (1.0 - self.final) * left


class ScheduledRates(Companion):
    """Multiplies the learning rates by a schedule's factor during each update, and only then.

    The trainer's own rates stay: those of single layers keep their proportion, what the policy or
    `TrainingRun.set` make of them holds, and a checkpoint has all that is needed to go on.

    Parameters
    ----------
    schedule : Schedule
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._rate = 0.0
        self._layer_rates: list[tuple[Plumbing, list[float]]] = []

    def before_update(self, trainer: Trainer) -> None:
        """Set the rates for the next line or batch."""
        learner = trainer.learner
        self._rate = learner.learning_rate
        self._layer_rates = [(layer, layer.learning_rates) for layer in plumbing_of(learner.network)]
        for layer, rates in self._layer_rates:
            layer.learning_rates = list(rates)
        scale_learning_rate(learner, self.schedule.factor(learner.training_iteration))

    def after_update(self, trainer: Trainer) -> None:
        """Put the trainer's own rates back."""
        trainer.learner.learning_rate = self._rate
        for layer, rates in self._layer_rates:
            # The first update gives each layer a rate of its own.
            fresh = len(layer.learning_rates) - len(rates)
            layer.learning_rates = [*rates, *[self._rate] * fresh]
