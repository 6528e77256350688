"""Training: sample order, CTC targets, the trainer and its policy, checkpoints, evaluation, the run."""

from __future__ import annotations

from tessnb.training.api import fine_tune, resume_run, samples_of, train_from_scratch
from tessnb.training.augmentation import with_degradations
from tessnb.training.companion import Companion
from tessnb.training.evaluation import AsyncTester, evaluate_learner, load_evaluated
from tessnb.training.export import export_traineddata
from tessnb.training.held_out import EarlyStopping, HeldOut
from tessnb.training.history import ErrorHistory
from tessnb.training.learner import Learner
from tessnb.training.listing import RunList, follow_run, runs
from tessnb.training.log import TextLog
from tessnb.training.metrics import METRICS, MetricsBuffer
from tessnb.training.order import DocumentSamples, ListSamples, Samples
from tessnb.training.progress import RunProgress, RunState
from tessnb.training.rates import reduce_learning_rates, set_learning_rate
from tessnb.training.recipe import FEW_LINES, Recipe
from tessnb.training.recorded import RunRecord
from tessnb.training.rounds import Rounds
from tessnb.training.run import TrainingRun
from tessnb.training.schedule import Schedule, ScheduledRates
from tessnb.training.splitting import hold_out
from tessnb.training.standing import Standing
from tessnb.training.start import Characters, NetworkOptions, load_learner, new_learner
from tessnb.training.streaming import StreamSamples
from tessnb.training.sweeping import sweep
from tessnb.training.trainer import Trainer

__all__ = [
    "FEW_LINES",
    "METRICS",
    "AsyncTester",
    "Characters",
    "Companion",
    "DocumentSamples",
    "EarlyStopping",
    "ErrorHistory",
    "HeldOut",
    "Learner",
    "ListSamples",
    "MetricsBuffer",
    "NetworkOptions",
    "Recipe",
    "Rounds",
    "RunList",
    "RunProgress",
    "RunRecord",
    "RunState",
    "Samples",
    "Schedule",
    "ScheduledRates",
    "Standing",
    "StreamSamples",
    "TextLog",
    "Trainer",
    "TrainingRun",
    "evaluate_learner",
    "export_traineddata",
    "fine_tune",
    "follow_run",
    "hold_out",
    "load_evaluated",
    "load_learner",
    "new_learner",
    "reduce_learning_rates",
    "resume_run",
    "runs",
    "samples_of",
    "set_learning_rate",
    "sweep",
    "train_from_scratch",
    "with_degradations",
]
