"""Going on with a run of which there is nothing but its files."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.training.api import Lines, resume_run
from tessnb.training.evaluation import AsyncTester, report_evaluations
from tessnb.training.log import evaluation_text
from tessnb.training.material import recipe_of, samples_from
from tessnb.training.recipe import Recipe
from tessnb.training.recording import KEPT_HELD_OUT, KEPT_LINES
from tessnb.training.rounds import Rounds

if TYPE_CHECKING:
    from tessnb.training.recorded import RunRecord
    from tessnb.training.run import TrainingRun

__all__ = ["resume_recorded"]


def resume_recorded(
    record: RunRecord,
    lines: Lines | None = None,
    *,
    starter: TrainedData | str | os.PathLike[str] | None = None,
    held_out: Lines | None = None,
    recipe: Recipe | None = None,
    rounds: Rounds | None = None,
    max_iterations: int | None = None,
    target_error_rate: float | None = None,
) -> TrainingRun:
    """Prepare to go on with a run that is over or was left behind, from its last checkpoint.

    Parameters
    ----------
    record : RunRecord
    lines, starter, held_out, recipe, max_iterations, target_error_rate
        By default as before; see `resume_run`.
    rounds : Rounds, optional
        Must be given for a run that was trained on a cluster.

    Returns
    -------
    TrainingRun
        ``.start()`` lets it go on; all figures and weights are as if it had never been interrupted.

    Raises
    ------
    InputError
        If the run is going on, has written no checkpoint, or its material is gone.
    """
    about = record.about
    if not record.state.is_over:
        raise InputError(
            "the run is going on", where=record.model_output, hint="Stop it first: record.stop()"
        )
    if about.get("rounds") and rounds is None:
        raise InputError(
            "the run was trained on a cluster",
            where=record.model_output,
            found=f"rounds with {about['rounds']}",
            hint="Give one again: record.resume(rounds=tn.Rounds(executor, …))",
        )
    recipe = recipe or recipe_of(_object(about, "recipe"))
    if starter is None:
        starter = record.characters
    if lines is None:
        lines = samples_from(_object(about, "lines"), record.model_output + KEPT_LINES)
    run = resume_run(
        _checkpoint(record, about),
        starter,
        lines,
        model_output=record.model_output,
        max_iterations=record.progress.max_iterations if max_iterations is None else max_iterations,
        target_error_rate=float(about.get("target_error_rate", 0.01))
        if target_error_rate is None
        else target_error_rate,
        held_out=held_out if held_out is not None else _held_out(record, about),
        recipe=replace(recipe, batch_size=int(about.get("batch_size", 1))),
        rounds=rounds,
    )
    run.trainer.learner.randomly_rotate = bool(about.get("randomly_rotate"))
    if about.get("evaluated"):
        evaluated = samples_from(_object(about, "evaluated"), "")
        run.trainer.tester = AsyncTester(evaluated, evaluation_text, report_evaluations(run.trainer.emit))
    return run


def _object(about: dict[str, Any], name: str) -> dict[str, Any]:
    value = about.get(name)
    if not isinstance(value, dict):
        raise InputError("the record does not say enough to go on", where=name, found=value)
    return value


def _checkpoint(record: RunRecord, about: dict[str, Any]) -> str:
    is_its_own = about.get("training") or record.saved_iteration is not None
    began = 0.0 if is_its_own else float(about.get("time", 0.0))
    for path in (f"{record.model_output}_checkpoint", f"{record.model_output}_checkpoint.bak"):
        with suppress(FileNotFoundError):
            if os.path.getmtime(path) > began - 1.0:  # else it is of an earlier run of that name
                return path
    raise InputError(
        "the run has not written a checkpoint",
        where=f"{record.model_output}_checkpoint",
        hint="The first one comes after 100 lines; start anew",
    )


def _held_out(record: RunRecord, about: dict[str, Any]) -> Lines | None:
    held_out = about.get("held_out")
    return None if held_out is None else samples_from(held_out, record.model_output + KEPT_HELD_OUT)
