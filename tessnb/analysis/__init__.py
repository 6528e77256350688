"""What training came to: evaluation, errors as tables."""

from __future__ import annotations

from tessnb.analysis.evaluation import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
