"""Lines kept out of training: reading them now and then, keeping the best network, stopping in time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tessnb.errors import InputError, TessnbError
from tessnb.events import HeldOutEvaluated, SnapshotSaved, StopReason
from tessnb.files import read_bytes
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.training.checkpoints import copy_learner, recognizer_record
from tessnb.training.companion import Companion
from tessnb.training.evaluation import evaluate_learner
from tessnb.training.forward import Sample
from tessnb.training.order import Samples

if TYPE_CHECKING:
    from tessnb.training.learner import Learner
    from tessnb.training.trainer import Trainer

__all__ = ["EarlyStopping", "HeldOut"]

#: Reading a line takes about a third of the time of training on it: so many iterations per held-out line
#: keep the readings below a tenth of the time.
_ITERATIONS_PER_LINE = 4
_LEAST_ITERATIONS = 100


@dataclass(frozen=True)
class EarlyStopping:
    """When to give up on the held-out lines getting better.

    Attributes
    ----------
    patience : int
        So many readings in a row without a gain end the run.
    minimum_gain : float
        By how many percentage points of CER the best must fall to count as a gain.

    Raises
    ------
    InputError
        If the patience is less than 1 or the gain negative.
    """

    patience: int = 10
    minimum_gain: float = 0.0

    def __post_init__(self) -> None:
        if self.patience < 1 or not self.minimum_gain >= 0:
            raise InputError(
                "early stopping needs a patience of at least 1 and a gain of at least 0",
                found=f"patience={self.patience}, minimum_gain={self.minimum_gain}",
            )


class HeldOut(Companion):
    """Reads held-out lines with the present network, in the training's own thread.

    It changes nothing about the training itself. A checkpoint says where its comparisons stand, so that a
    resumed run goes on with them.

    Parameters
    ----------
    samples : Samples
        The held-out lines.
    every : int, optional
        Training iterations between two readings; by default as many as keep them below a tenth of the time,
        and at least 100.
    stopping : EarlyStopping, optional
        When to end the run; by default never.
    best_path : str, optional
        Where to write a checkpoint of each best network.

    Attributes
    ----------
    latest, best : HeldOutEvaluated or None
        The last reading, and the one with the lowest CER.
    best_record : LSTMRecognizerRecord or None
        The network of the best reading, at rest.
    """

    def __init__(
        self,
        samples: Samples[Sample],
        *,
        every: int | None = None,
        stopping: EarlyStopping | None = None,
        best_path: str | None = None,
    ) -> None:
        if every is not None and every < 1:
            raise InputError("held-out lines are read every so many iterations", found=every)
        self.samples = samples
        self.every = every or max(_LEAST_ITERATIONS, _ITERATIONS_PER_LINE * samples.total())
        self.stopping = stopping
        self.best_path = best_path
        self.latest: HeldOutEvaluated | None = None
        self.best: HeldOutEvaluated | None = None
        self.best_record: LSTMRecognizerRecord | None = None
        self._to_beat = float("inf")
        self._without_gain = 0

    def before_update(self, trainer: Trainer) -> None:
        """Read the lines if it is time to, and end the run if there was no gain for too long."""
        iteration = trainer.learner.training_iteration
        last = -1 if self.latest is None else self.latest.iteration
        if iteration == last or iteration // self.every == last // self.every:
            return
        self.read(trainer)
        if self.stopping is not None and self._without_gain >= self.stopping.patience:
            trainer.end(StopReason.NO_GAIN, self._sentence(self.stopping))

    def at_end(self, trainer: Trainer) -> None:
        """Read the lines with the last network."""
        if self.latest is None or self.latest.iteration != trainer.learner.training_iteration:
            self.read(trainer)

    def read(self, trainer: Trainer) -> HeldOutEvaluated:
        """Read the lines now, and keep the network if it is the best so far."""
        figures = _figures(trainer.learner, self.samples, self.best)
        self.latest = figures
        gain = 0.0 if self.stopping is None else self.stopping.minimum_gain
        if figures.cer < self._to_beat - gain:
            self._to_beat, self._without_gain = figures.cer, 0
        else:
            self._without_gain += 1
        if figures.is_best:
            self.best = figures
            self.best_record = recognizer_record(trainer.learner, at_rest=True)
            if self.best_path is not None:
                trainer.emit(SnapshotSaved(self.best_path, self._save(trainer, self.best_path), is_best=True))
        trainer.emit(figures)
        return figures

    def state(self) -> dict[str, Any]:
        """Return where the comparisons stand."""
        if self.latest is None or self.best is None:
            return {}
        return {
            "latest": asdict(self.latest),
            "best": asdict(self.best),
            "to_beat": self._to_beat,
            "without_gain": self._without_gain,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on with the comparisons of a checkpoint."""
        self.latest, self.best = HeldOutEvaluated(**state["latest"]), HeldOutEvaluated(**state["best"])
        self._to_beat, self._without_gain = float(state["to_beat"]), int(state["without_gain"])
        with suppress(TessnbError):  # without the file, the best network is the best from now on
            data = read_bytes(self.best_path or "")
            record = CheckpointRecord.from_bytes(data, "best checkpoint").recognizer
            if record.training_iteration == self.best.iteration:
                self.best_record = record

    def _save(self, trainer: Trainer, path: str) -> bool:
        try:
            trainer.save_checkpoint(path)
        except InputError:
            return False
        return True

    def _sentence(self, stopping: EarlyStopping) -> str:
        assert self.best is not None
        gain = f"of {stopping.minimum_gain:g} points " if stopping.minimum_gain else ""
        return (
            f"no gain {gain}in {stopping.patience} readings of the held-out lines; "
            f"the best was a CER of {self.best.cer:.2f}% at iteration {self.best.iteration}"
        )


def _figures(learner: Learner, samples: Samples[Sample], best: HeldOutEvaluated | None) -> HeldOutEvaluated:
    finished = evaluate_learner(copy_learner(learner), samples)
    return HeldOutEvaluated(
        learner.training_iteration,
        finished.bcer,
        finished.bwer,
        finished.cer,
        finished.wer,
        finished.lines,
        is_best=best is None or finished.cer < best.cer,
    )
