"""What training came to: evaluation, errors as tables; and what to look at before and meanwhile."""

from __future__ import annotations

from tessnb.analysis.adding import AddedCharacters, add_characters
from tessnb.analysis.cards import ModelCard, model_card
from tessnb.analysis.dequantization import Dequantization, inspect_dequantization
from tessnb.analysis.evaluation import compare_texts, evaluate
from tessnb.analysis.forgetting import ForgettingMonitor
from tessnb.analysis.hallucinations import Hallucinations, find_hallucinations
from tessnb.analysis.logs import TrainingLog, read_log
from tessnb.analysis.marks import LineMarks, apply_marks, read_marks
from tessnb.analysis.miner import LineHistory, mine_truth
from tessnb.analysis.model_difference import ModelDifference, compare_models
from tessnb.analysis.parity import Parity, inspect_parity
from tessnb.analysis.problems import Preflight, preflight
from tessnb.analysis.result import Evaluation

__all__ = [
    "AddedCharacters",
    "Dequantization",
    "Evaluation",
    "ForgettingMonitor",
    "Hallucinations",
    "LineHistory",
    "LineMarks",
    "ModelCard",
    "ModelDifference",
    "Parity",
    "Preflight",
    "TrainingLog",
    "add_characters",
    "apply_marks",
    "compare_models",
    "compare_texts",
    "evaluate",
    "find_hallucinations",
    "inspect_dequantization",
    "inspect_parity",
    "mine_truth",
    "model_card",
    "preflight",
    "read_log",
    "read_marks",
]
