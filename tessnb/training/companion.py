"""What goes along with a training run and is not in Tesseract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tessnb.training.trainer import Trainer

__all__ = ["Companion"]


class Companion:
    """Something that a trainer takes along; its methods are called in the training's thread."""

    def before_update(self, trainer: Trainer) -> None:
        """Look at the trainer before its next update, or `Trainer.end` it."""

    def after_update(self, trainer: Trainer) -> None:
        """Look at the trainer after an update; companions are asked in the opposite order."""

    def at_end(self, trainer: Trainer) -> None:
        """Look at the trainer once more, for whatever reason the run ends."""

    def state(self) -> dict[str, Any]:
        """Return what a resumed run must know to go on as if it had not stopped, as JSON can say it."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up what `state` returned when a checkpoint was taken."""
