"""What training came to: evaluation, errors as tables; and what to look at before and meanwhile."""

from __future__ import annotations

from tessnb.analysis.evaluation import compare_texts, evaluate
from tessnb.analysis.forgetting import ForgettingMonitor
from tessnb.analysis.logs import TrainingLog, read_log
from tessnb.analysis.miner import LineHistory, mine_truth
from tessnb.analysis.parity import Parity, inspect_parity
from tessnb.analysis.preflight import Preflight, preflight
from tessnb.analysis.result import Evaluation

__all__ = [
    "Evaluation",
    "ForgettingMonitor",
    "LineHistory",
    "Parity",
    "Preflight",
    "TrainingLog",
    "compare_texts",
    "evaluate",
    "inspect_parity",
    "mine_truth",
    "preflight",
    "read_log",
]
