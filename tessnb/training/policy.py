"""What happens after every batch: best and worst, divergence, stall, trials, checkpoints.

Source: ``LSTMTrainer::MaintainCheckpoints``, ``UpdateErrorGraph``, ``TransitionTrainingStage``,
``StartSubtrainer`` and ``UpdateSubtrainer`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tessnb import events as ev
from tessnb.errors import InputError
from tessnb.files import write_bytes
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.training.checkpoints import (
    copy_learner,
    recognizer_record,
    restored,
    standing_from_checkpoint,
    trainer_record,
)
from tessnb.training.rates import reduce_learning_rates
from tessnb.training.standing import MIN_STALL_ITERATIONS, MIN_STARTED_ERROR_RATE, Trial

if TYPE_CHECKING:
    from tessnb.training.trainer import Trainer

__all__ = ["maintain"]

#: Percentage points above the best that count as divergence (``kMinDivergenceRate``).
MIN_DIVERGENCE_RATE = 50.0
#: By which part of its own error a trial must be ahead (``kSubTrainerMarginFraction``).
TRIAL_MARGIN = 3.0 / 128
#: Learning iterations between two points of the error graph (``kErrorGraphInterval``).
ERROR_GRAPH_INTERVAL = 1000
#: The error rate at which training moves to its second stage (``kStageTransitionThreshold``).
STAGE_TRANSITION_THRESHOLD = 10.0
#: The number of stages (``num_training_stages_``).
STAGES = 2
#: The part of the last written best's error that a new one needs (``kBestCheckpointFraction``).
BEST_CHECKPOINT_FRACTION = 31.0 / 32
#: Lines that a trial trains on between two comparisons (``kNumPagesPerBatch``).
_TRIAL_BATCH = 100


def maintain(trainer: Trainer) -> None:
    """Look at the errors, do what follows from them, and report it: `Progress` to `MaintenanceDone`."""
    standing = trainer.standing
    trainer.emit(ev.Progress(trainer.counters, trainer.means))
    if (
        trainer.learner.learning_iteration >= standing.stall_iteration
        and trainer.learner.bcer > standing.best_error_rate * (1.0 + TRIAL_MARGIN)
        and standing.best_error_rate < MIN_STARTED_ERROR_RATE
        and standing.best_trainer
    ):
        _start_trial(trainer)
    if standing.sub_trainer is not None and _update_trial(trainer, standing.sub_trainer):
        trainer.emit(ev.Progress(trainer.counters, trainer.means))
    error = trainer.learner.bcer
    if error < standing.best_error_rate:
        _new_best(trainer, error)
    elif error > standing.worst_error_rate:
        _new_worst(trainer, error)
    if trainer.checkpoint_path is not None:
        written = _write(trainer.checkpoint_path, trainer.checkpoint().to_bytes())
        trainer.emit(ev.CheckpointSaved(trainer.checkpoint_path, written))
    trainer.emit(ev.MaintenanceDone())


def _write(path: str, data: bytes) -> bool:
    try:
        write_bytes(path, data)
    except InputError:
        return False
    return True


def _save_best_trainer(trainer: Trainer) -> None:
    trainer.standing.best_trainer = trainer_record(trainer.learner, trainer.standing).to_bytes()


def _new_best(trainer: Trainer, error: float) -> None:
    standing, learner = trainer.standing, trainer.learner
    trainer.emit(ev.NewBest(error))
    _evaluate_worst_before(trainer)
    standing.best_error_rate, standing.best_error_rates = error, trainer.means
    standing.best_iteration = learner.learning_iteration
    standing.best_error_history.append(error)
    standing.best_error_iterations.append(learner.learning_iteration)
    _measure_improvement(trainer, error)
    _note_worst(trainer, error)
    standing.sub_trainer = None
    standing.stall_iteration = learner.learning_iteration + MIN_STALL_ITERATIONS
    if error < STAGE_TRANSITION_THRESHOLD and learner.training_stage + 1 < STAGES:
        learner.training_stage += 1
        trainer.emit(ev.StageReached(learner.training_stage))
    _save_best_trainer(trainer)
    path = trainer.best_model_path
    if path is not None and error < standing.error_rate_of_last_saved_best * BEST_CHECKPOINT_FRACTION:
        written = _write(path, standing.best_trainer)
        trainer.emit(ev.BestModelSaved(path, written))
        if written:
            standing.error_rate_of_last_saved_best = error


def _new_worst(trainer: Trainer, error: float) -> None:
    standing = trainer.standing
    iteration = trainer.learner.learning_iteration
    trainer.emit(ev.NewWorst(error))
    if error > standing.best_error_rate and iteration < standing.best_iteration + ERROR_GRAPH_INTERVAL:
        # Too soon for another point of the graph.
        if trainer.tester is not None and standing.worst_model_data:
            _test(trainer, standing.worst_iteration, standing.worst_model_data, evaluate=False)
    else:
        if error > standing.best_error_rate and trainer.tester is not None:
            _evaluate_best_or_worst(trainer)
        _note_worst(trainer, error)
    if (
        standing.worst_error_rate > standing.best_error_rate + MIN_DIVERGENCE_RATE
        and standing.best_error_rate < MIN_STARTED_ERROR_RATE
        and standing.best_trainer
    ):
        _revert(trainer, iteration)


def _note_worst(trainer: Trainer, error: float) -> None:
    standing = trainer.standing
    standing.worst_error_rate, standing.worst_error_rates = error, trainer.means
    standing.worst_iteration = trainer.learner.learning_iteration


def _measure_improvement(trainer: Trainer, error: float) -> None:
    """Find how long ago the best error was two percentage points higher."""
    standing = trainer.standing
    old_error, old_iteration = 100.0, 0
    history = zip(standing.best_error_history, standing.best_error_iterations, strict=True)
    for past_error, past_iteration in reversed(list(history)):
        if past_error >= error + 2.0:
            old_error, old_iteration = past_error, past_iteration
            break
    standing.improvement_steps = trainer.learner.learning_iteration - old_iteration
    trainer.emit(ev.ImprovementTime(standing.improvement_steps, old_error, old_iteration))


def _recognizer(trainer: Trainer) -> bytes:
    return recognizer_record(trainer.learner, at_rest=True).to_bytes()


def _test(trainer: Trainer, iteration: int, model: bytes, *, evaluate: bool = True) -> str:
    assert trainer.tester is not None
    stage = trainer.learner.training_stage
    text = trainer.tester(iteration, evaluate, trainer.traineddata(model), stage)
    trainer.emit(ev.EvaluationReport(text))
    return text


def _evaluate_worst_before(trainer: Trainer) -> None:
    """Evaluate the worst model before a new best, which then waits for its own evaluation."""
    standing = trainer.standing
    if trainer.tester is not None and standing.worst_model_data:
        _test(trainer, standing.worst_iteration, standing.worst_model_data)
        standing.worst_model_data = b""
        standing.best_model_data = _recognizer(trainer)


def _evaluate_best_or_worst(trainer: Trainer) -> None:
    standing = trainer.standing
    text = ""
    if standing.best_model_data:
        text = _test(trainer, standing.best_iteration, standing.best_model_data)
    elif standing.worst_model_data:
        text = _test(trainer, standing.worst_iteration, standing.worst_model_data)
    if text:
        standing.best_model_data = b""
    standing.worst_model_data = _recognizer(trainer)


def _revert(trainer: Trainer, iteration: int) -> None:
    """Go back to the best model, with lower learning rates."""
    trainer.emit(ev.Diverged())
    record = CheckpointRecord.from_bytes(trainer.standing.best_trainer, "best trainer")
    standing = standing_from_checkpoint(record)
    standing.best_trainer = trainer.standing.best_trainer
    standing.error_rate_of_last_saved_best = trainer.standing.error_rate_of_last_saved_best
    vars(trainer.standing).update(vars(standing))
    trainer.adopt(restored(record, trainer.learner))
    trainer.emit(ev.Reverted(trainer.counters))
    reduce_learning_rates(trainer.learner, trainer.samples, trainer.emit)
    # If it fails again, wait twice as long before the next time.
    reverted = trainer.learner.learning_iteration
    trainer.standing.stall_iteration = iteration + 2 * (iteration - reverted)
    _save_best_trainer(trainer)


def _start_trial(trainer: Trainer) -> None:
    """Begin a trial from the best model with lower learning rates."""
    record = CheckpointRecord.from_bytes(trainer.standing.best_trainer, "best trainer")
    trial = Trial(restored(record, trainer.learner), standing_from_checkpoint(record))
    trainer.emit(ev.SubtrainerStarted(trial.learner.training_iteration))
    reduce_learning_rates(trial.learner, trainer.samples, trainer.emit)
    iteration = trainer.learner.learning_iteration
    trainer.standing.stall_iteration = iteration + 2 * (iteration - trial.learner.learning_iteration)
    trial.standing.stall_iteration = trainer.standing.stall_iteration
    trainer.standing.sub_trainer = trial
    trainer.standing.best_trainer = trainer_record(trial.learner, trial.standing).to_bytes()


def _margin(error: float, trial_error: float) -> float:
    if trial_error == 0:
        return float("inf") if error > 0 else float("nan")
    return (error - trial_error) / trial_error


def _update_trial(trainer: Trainer, trial: Trial) -> bool:
    """Let a trial that is ahead catch up; return whether it has replaced the trainer's learner."""
    error, learner = trainer.learner.bcer, trial.learner
    margin = _margin(error, learner.bcer)
    if not margin >= TRIAL_MARGIN:
        return False
    trainer.emit(ev.SubtrainerCompared(learner.bcer, 100.0 * margin))
    while learner.training_iteration < trainer.learner.training_iteration and margin >= TRIAL_MARGIN:
        target = learner.training_iteration + _TRIAL_BATCH
        while learner.training_iteration < target:
            trainer.advance(learner, target)
        trainer.emit(ev.SubtrainerProgress(learner.counters, learner.history.means))
        margin = _margin(error, learner.bcer)
    if learner.bcer < trainer.standing.best_error_rate and margin >= TRIAL_MARGIN:
        trainer.adopt(copy_learner(learner))
        trainer.emit(ev.SubtrainerWon(trainer.learner.training_iteration))
        return True
    return False
