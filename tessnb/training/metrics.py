"""What a run has measured so far, kept for whoever asks."""

from __future__ import annotations

import threading
from dataclasses import astuple, fields
from typing import TYPE_CHECKING

import numpy as np

from tessnb.events import (
    Counters,
    ErrorRates,
    EvaluationFinished,
    Event,
    HeldOutEvaluated,
    LayersMeasured,
    LayerStatistic,
    LineTrained,
    SampleSkipped,
)
from tessnb.training.history import WINDOW
from tessnb.training.true_errors import RecentErrors

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["METRICS", "MetricsBuffer"]

#: Columns of `MetricsBuffer.frame`: the counters, the line's own errors, the means over the last 1000 lines;
#: then the same of the true error rates, by edit distance.
METRICS = (
    *("training_iteration", "learning_iteration", "sample_iteration"),
    *("line_rms", "line_delta", "line_bwer", "line_bcer"),
    *("rms", "delta", "bwer", "bcer", "skip_ratio"),
    *("line_cer", "line_wer", "cer", "wer"),
)

_FIRST_CAPACITY = 4096


class MetricsBuffer:
    """An observer that keeps the figures of every line trained; 128 bytes a line.

    Any thread may ask while another reports. The true error rates of the last 1000 lines are edits per
    character and word of all of them; of a resumed run they cover what it has seen itself.

    Attributes
    ----------
    latest : tuple of Counters and ErrorRates, or None
        Counters and means after the last line.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = np.empty((_FIRST_CAPACITY, len(METRICS)))
        self._size = 0
        self._skipped: list[SampleSkipped] = []
        self._evaluations: list[HeldOutEvaluated] = []
        self._layers: list[LayersMeasured] = []
        self._recent = RecentErrors(WINDOW)
        self.latest: tuple[Counters, ErrorRates] | None = None

    def __len__(self) -> int:
        return self._size

    def __call__(self, event: Event) -> None:
        if isinstance(event, LineTrained):
            self._add(event)
        elif isinstance(event, SampleSkipped):
            with self._lock:
                self._skipped.append(event)
        elif isinstance(event, HeldOutEvaluated):
            with self._lock:
                self._evaluations.append(event)
        elif isinstance(event, EvaluationFinished):
            self._add_evaluation(event)
        elif isinstance(event, LayersMeasured):
            with self._lock:
                self._layers.append(event)

    def _add(self, event: LineTrained) -> None:
        counters, single, means = event.counters, event.errors, event.means
        line = self._recent.add(event.truth, event.found)
        recent = self._recent.total
        row = (
            *(counters.training, counters.learning, counters.sample),
            *(100 * value for value in (single.rms, single.delta, single.bwer, single.bcer)),
            *(means.rms, means.delta, means.bwer, means.bcer, means.skip_ratio),
            *(line.cer, line.wer, recent.cer, recent.wer),
        )
        with self._lock:
            if self._size == len(self._rows):
                self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._rows[self._size] = row
            self._size += 1
            self.latest = counters, means

    def _add_evaluation(self, event: EvaluationFinished) -> None:
        """Keep a reading beside the training, which knows its learning iteration alone."""
        with self._lock:
            place = np.searchsorted(self._rows[: self._size, 1], event.iteration)
            iteration = int(self._rows[place, 0]) if place < self._size else event.iteration
            is_best = all(event.cer < other.cer for other in self._evaluations)
            figures = event.bcer, event.bwer, event.cer, event.wer, event.lines
            self._evaluations.append(HeldOutEvaluated(iteration, *figures, is_best=is_best))

    def true_errors(self) -> tuple[float, float]:
        """Return CER and WER of the last 1000 lines, in percent."""
        return self._recent.total.cer, self._recent.total.wer

    def rows(self, start: int = 0) -> np.ndarray:
        """Return a copy of the rows from `start` on: float64, shape (lines, columns of `METRICS`)."""
        with self._lock:
            return self._rows[start : self._size].copy()

    def frame(self) -> pd.DataFrame:
        """Return all rows.

        Returns
        -------
        DataFrame
            A row per line trained; errors in percent. ``training_iteration``: lines used, this one included;
            ``learning_iteration``: those that taught something; ``sample_iteration``: those looked at,
            unusable ones included. Of the line itself: ``line_rms``, the root mean square of the outputs'
            deltas; ``line_delta``, outputs off by a half or more, per time step; ``line_bwer`` and
            ``line_bcer``, bag-of-words and bag-of-characters error, blind to order; ``line_cer`` and
            ``line_wer``, edits per character and word. ``rms``, ``delta``, ``bwer``, ``bcer``, ``cer``,
            ``wer``: the same over the last 1000 lines, what the trainer reports. ``skip_ratio``: lines
            skipped among them.
        """
        import pandas as pd

        frame = pd.DataFrame(self.rows(), columns=list(METRICS))
        counters = list(METRICS[:3])
        frame[counters] = frame[counters].astype(np.int64)
        return frame

    def skipped_frame(self) -> pd.DataFrame:
        """Return a row per line that could not be used, with the reason."""
        import pandas as pd

        with self._lock:
            skipped = list(self._skipped)
        columns = ["sample_iteration", "reason", "source", "page", "transcription", "detail"]
        rows = [
            (event.iteration, event.reason.value, event.source, event.page, event.transcription, event.detail)
            for event in skipped
        ]
        return pd.DataFrame(rows, columns=columns)

    def evaluations_frame(self) -> pd.DataFrame:
        """Return a row per reading of the held-out lines: the fields of `HeldOutEvaluated`."""
        import pandas as pd

        with self._lock:
            evaluations = list(self._evaluations)
        columns = [each.name for each in fields(HeldOutEvaluated)]
        return pd.DataFrame([astuple(event) for event in evaluations], columns=columns)

    def layers_frame(self) -> pd.DataFrame:
        """Return a row per layer and measurement: the iteration and the fields of `LayerStatistic`."""
        import pandas as pd

        with self._lock:
            measured = list(self._layers)
        columns = ["iteration", *(each.name for each in fields(LayerStatistic))]
        rows = [(event.iteration, *astuple(layer)) for event in measured for layer in event.layers]
        return pd.DataFrame(rows, columns=columns)
