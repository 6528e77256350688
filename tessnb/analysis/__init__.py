"""What training came to: evaluation, errors as tables."""

from __future__ import annotations

from tessnb.analysis.evaluation import compare_texts, evaluate
from tessnb.analysis.result import Evaluation

__all__ = ["Evaluation", "compare_texts", "evaluate"]
