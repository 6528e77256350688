"""What happens to a run now and then, in a word and its particulars: the marks on its curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tessnb import events as ev

__all__ = ["BEST", "Mark", "mark_of"]

#: The mark of a new lowest mean error.
BEST = "best"


class Mark(NamedTuple):
    """Something that happened.

    Attributes
    ----------
    kind : str
        One of the words of `mark_of`.
    detail : str
        The figures.
    """

    kind: str
    detail: str = ""


_MARKS: dict[type[ev.Event], Callable[[Any], Mark]] = {
    ev.NewBest: lambda event: Mark(BEST, f"BCER {event.bcer:.3f}%"),
    ev.StageReached: lambda event: Mark("stage", f"stage {event.stage}"),
    ev.Diverged: lambda event: Mark("diverged"),
    ev.Reverted: lambda event: Mark("reverted", f"to iteration {event.counters.training}"),
    ev.LayerRatesReduced: lambda event: Mark("rates reduced", f"of {event.layers} layers"),
    ev.LearningRateReduced: lambda event: Mark("rates reduced", f"to {event.learning_rate:g}"),
    ev.SubtrainerStarted: lambda event: Mark("trial started", f"from iteration {event.iteration}"),
    ev.SubtrainerCompared: lambda event: Mark(
        "trial ahead", f"BCER {event.bcer:.3f}%, margin {event.margin:.1f}%"
    ),
    ev.SubtrainerWon: lambda event: Mark("trial won", f"at iteration {event.iteration}"),
    ev.RunPaused: lambda event: Mark("paused"),
    ev.RunResumed: lambda event: Mark("resumed"),
}


def mark_of(event: ev.Event) -> Mark | None:
    """Return what an event is on a curve, or None if it is nothing there.

    The kinds are best, stage, diverged, reverted, rates reduced, trial started, trial ahead, trial won,
    paused and resumed.
    """
    make = _MARKS.get(type(event))
    return None if make is None else make(event)
