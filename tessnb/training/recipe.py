"""How to learn: what goes beyond the reference's way, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tessnb.errors import InputError
from tessnb.lines.augmenting import Augmenter
from tessnb.training.companion import Companion
from tessnb.training.forward import Augment, Sample
from tessnb.training.held_out import EarlyStopping, HeldOut
from tessnb.training.layer_statistics import LayerWatch
from tessnb.training.learner import Learner
from tessnb.training.order import Samples
from tessnb.training.rates import set_learning_rate
from tessnb.training.schedule import Schedule, ScheduledRates

__all__ = ["FEW_LINES", "Recipe"]


@dataclass(frozen=True)
class Recipe:
    """What a run does beyond ``lstmtraining``; as it stands, nothing.

    Attributes
    ----------
    learning_rate : float, optional
        For all layers; by default they keep theirs.
    decay : str
        How the learning rates fall until the end of the run: ``"constant"``, ``"linear"`` or ``"cosine"``.
        The latter two need a run that has an end. See `Schedule`.
    warm_up : int
        Iterations over which they rise at first.
    augment : callable, optional
        Changes the images, another way each time they are trained on; an `Augmenter`.
    freeze : tuple of str
        Names or ids of layers that keep their weights.
    look_alikes : bool
        New characters begin with the output of a look-alike, instead of the mean of all.
    passes : int
        So often every line is trained on if nothing else limits the run; 0 is no limit.
    least_iterations, most_iterations : int
        Bounds of what `passes` makes.
    batch_size : int
        The most lines to an update; see `tessnb.training.batches`.
    early_stopping : EarlyStopping, optional
        Ends the run when held-out lines, if there are any, get no better.
    evaluate_every : int, optional
        Iterations between two readings of the held-out lines; see `HeldOut`.
    layer_statistics : int
        Iterations between two reports of `LayersMeasured`; 0 is none.
    """

    learning_rate: float | None = None
    decay: Literal["constant", "linear", "cosine"] = "constant"
    warm_up: int = 0
    augment: Augment | None = None
    freeze: tuple[str, ...] = ()
    look_alikes: bool = False
    passes: int = 0
    least_iterations: int = 0
    most_iterations: int = 1 << 62
    batch_size: int = 1
    early_stopping: EarlyStopping | None = None
    evaluate_every: int | None = None
    layer_statistics: int = 0

    def iterations(self, lines: int) -> int:
        """Return at how many iterations a run on so many lines ends; 0 is never."""
        return self.passes and min(max(self.passes * lines, self.least_iterations), self.most_iterations)

    def prepare(self, learner: Learner) -> None:
        """Set up a learner."""
        if self.learning_rate is not None:
            set_learning_rate(learner, self.learning_rate)
        learner.augment = self.augment
        learner.freeze(self.freeze)

    def companions(
        self, held_out: Samples[Sample] | None, max_iterations: int, best_path: str | None = None
    ) -> list[Companion]:
        """Return what is to go along with a run.

        Parameters
        ----------
        held_out : Samples, optional
            Lines to read now and then.
        max_iterations : int
            Where the run ends; 0 is never.
        best_path : str, optional
            See `HeldOut`.

        Raises
        ------
        InputError
            If the rates are to fall in a run without an end.
        """
        companions: list[Companion] = []
        if self.decay != "constant" and not max_iterations:
            raise InputError(
                "learning rates that fall need a run that has an end",
                found=f"decay={self.decay!r}, no limit of iterations",
                hint="Give max_iterations",
            )
        if held_out is not None:
            every, stopping = self.evaluate_every, self.early_stopping
            companions.append(HeldOut(held_out, every=every, stopping=stopping, best_path=best_path))
        if self.decay != "constant" or self.warm_up:
            end = max(max_iterations, self.warm_up + 1)
            companions.append(ScheduledRates(Schedule(self.decay, end, min(self.warm_up, end - 1))))
        # Last before an update is first after it: it sees the rates that were used.
        if self.layer_statistics:
            companions.append(LayerWatch(self.layer_statistics))
        return companions


#: What teaches most from a few lines (``make bench``, scans): batches, a high learning rate that falls, and
#: strong augmentation. Outputs of look-alikes made no difference there.
FEW_LINES = Recipe(
    learning_rate=0.0012,
    decay="cosine",
    augment=Augmenter(),
    passes=50,
    least_iterations=4000,
    most_iterations=20000,
    batch_size=8,
    early_stopping=EarlyStopping(patience=15),
)
