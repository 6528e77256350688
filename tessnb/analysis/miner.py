"""Lines whose truth is probably wrong, most suspicious first.

Two witnesses: models that read something else and are sure of it, though it is none of their usual mistakes;
and a training run that could not learn the line, time after time.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tessnb.analysis.alignment import GraphemeError, compare_line
from tessnb.analysis.material import as_model, as_sequence
from tessnb.analysis.reading import Reading, Visit, read_visits
from tessnb.errors import CharsetError, InputError
from tessnb.events import Event, LineTrained, Verdict
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model
from tessnb.training import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LineHistory", "mine_truth"]

_COLUMNS = ["score", "disagreement", "history", "why", "truth", "suggestion", "source", "page", "font"]
#: How much a line counts that a model could not even try.
_UNUSABLE = 4.0


class _Trained(NamedTuple):
    iteration: int
    key: tuple[str, int, str]
    bcer: float
    rms: float
    suspicious: bool


class LineHistory:
    """An observer that keeps the errors of every line over the epochs of a run.

    Parameters
    ----------
    run : TrainingRun
        Observed until `close`.

    Examples
    --------
    >>> history = LineHistory(run)  # doctest: +SKIP
    >>> run.start().wait()  # doctest: +SKIP
    >>> mine_truth(lines, history=history).head()  # doctest: +SKIP
    """

    def __init__(self, run: TrainingRun) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._rows: list[_Trained] = []
        self.close = run.observe(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, LineTrained):
            key = event.source, event.page, event.truth
            suspicious = event.verdict is Verdict.HI_PRECISION_ERR
            row = _Trained(event.counters.training, key, event.errors.bcer, event.errors.rms, suspicious)
            with self._lock:
                self._rows.append(row)

    def frame(self) -> pd.DataFrame:
        """Return all visits of all lines.

        Returns
        -------
        DataFrame
            A row per line trained: ``training_iteration``, ``source``, ``page``, ``truth``, ``bcer`` and
            ``rms`` of that line in percent, ``suspicious`` (it contradicts a confident output).
        """
        import pandas as pd

        with self._lock:
            rows = list(self._rows)
        return pd.DataFrame(
            [(row.iteration, *row.key, 100 * row.bcer, 100 * row.rms, row.suspicious) for row in rows],
            columns=["training_iteration", "source", "page", "truth", "bcer", "rms", "suspicious"],
        )

    def suspicion(self, lines: Sequence[TrainingLine]) -> list[float]:
        """Return for each line how badly it was learned: 0 (at once) to 1 (never); 0 if it never was seen.

        Of each line's visits the later half counts, each relative to the other lines of that time.
        """
        visits: defaultdict[tuple[str, int, str], list[float]] = defaultdict(list)
        with self._lock:
            rows = list(self._rows)
        window = max(len(lines), 1)
        for start in range(0, len(rows), window):
            epoch = rows[start : start + window]
            order = sorted(range(len(epoch)), key=lambda at: (epoch[at].suspicious, epoch[at].rms))
            for place, at in enumerate(order):
                row = epoch[at]
                rank = (place + 1) / len(epoch)
                visits[row.key].append(min(1.0, row.bcer + 0.5 * row.suspicious) * rank)
        encoder = self._run.trainer.learner.encoder
        found = []
        for line in lines:
            try:
                truth = encoder.decode(encoder.encode_text(line.transcription))
            except CharsetError:
                truth = line.transcription
            ranks = visits.get((line.source, line.page, truth), [])
            later = ranks[len(ranks) // 2 :]
            found.append(sum(later) / len(later) if later else 0.0)
        return found


def mine_truth(
    lines: Sequence[TrainingLine] | Sequence[str | os.PathLike[str]],
    models: Sequence[Model | TrainedData | str | os.PathLike[str]] | Model | str = (),
    *,
    history: LineHistory | None = None,
) -> pd.DataFrame:
    """Rank lines by how probably their truth is wrong.

    Parameters
    ----------
    lines : sequence of TrainingLine, or of `.lstmf` paths
    models : model or sequence of them
        Models (or paths, or languages) that read such lines well. The more of them agree, the better.
    history : LineHistory, optional
        Of a run that was trained on these lines, for two epochs at least.

    Returns
    -------
    DataFrame
        A row per line, most suspicious first, its index the line's number. ``score``: 0 to 1;
        ``disagreement``: sum over differences of how sure the models are, divided by how often they make the
        same mistake in other lines; ``history``: see `LineHistory.suspicion`; ``why``: the differences in
        words; ``truth``; ``suggestion``: what the surest model read; ``source``, ``page``, ``font``.

    Raises
    ------
    InputError
        If there is neither a model nor a history.

    Examples
    --------
    >>> mine_truth(lines, "eng").query("score > 0.5")  # doctest: +SKIP
    """
    import pandas as pd

    several = [models] if isinstance(models, str | os.PathLike | Model | TrainedData) else list(models)
    if not several and history is None:
        raise InputError("nothing to judge the truth by", hint="Give models, the history of a run, or both")
    there = as_sequence(lines)
    scores, whys, suggestions = [0.0] * len(there), [""] * len(there), [""] * len(there)
    for model in several:
        _disagree(as_model(model), there, scores, whys, suggestions)
    disagreement = [score / max(len(several), 1) for score in scores]
    learned = history.suspicion(there) if history is not None else [0.0] * len(there)
    rows = []
    for number, (differs, unlearned) in enumerate(zip(disagreement, learned, strict=True)):
        line = there[number]
        score = 1.0 - (1.0 - differs / (1.0 + differs)) * (1.0 - unlearned)
        why = whys[number] or ("not learned in training" if unlearned > 0 else "")
        about = line.transcription, suggestions[number], line.source, line.page, line.font
        rows.append((score, differs, unlearned, why, *about))
    frame = pd.DataFrame(rows, columns=_COLUMNS, index=pd.RangeIndex(len(there), name="line"))
    return frame.sort_values("score", ascending=False, kind="stable")


def _disagree(
    model: Model,
    lines: Sequence[TrainingLine],
    scores: list[float],
    whys: list[str],
    suggestions: list[str],
) -> None:
    """Add up how surely a model contradicts each line; characters that it does not know say nothing."""
    found: list[tuple[Reading, list[GraphemeError]]] = []
    usual: Counter[tuple[str, str, str]] = Counter()
    unknown = [set(model.encoder.missing(lines[number].transcription)) for number in range(len(lines))]

    def visits() -> Iterator[Visit]:
        for number, missing in enumerate(unknown):
            line = lines[number]
            known = "".join(character for character in line.transcription if character not in missing)
            yield Visit(number, number + 1, replace(line, transcription=known) if missing else line)

    for visit, reading in read_visits(model, visits()):
        missing, errors = unknown[visit.number], []
        if reading.skipped is None:
            errors = compare_line(
                lines[visit.number].transcription if missing else reading.truth, reading.text
            ).errors
            strange = {error.position for error in errors if missing & set(error.truth)}
            errors = [error for error in errors if error.position not in strange]
        elif not missing:
            scores[visit.number] += _UNUSABLE
            whys[visit.number] = reading.skipped.value
        usual.update({(error.truth, error.read, error.kind) for error in errors})
        found.append((reading, errors))
    best: dict[int, float] = {}
    for number, (reading, errors) in enumerate(found):
        if not errors:
            continue
        for error in errors:
            others = usual[error.truth, error.read, error.kind]
            scores[number] += _sureness(reading, error) / others
        if reading.confidence > best.get(number, -1.0):
            best[number] = reading.confidence
            suggestions[number] = reading.text
            whys[number] = "; ".join(
                f"{error.kind} {error.truth!r}"
                + (f" by {error.read!r}" if error.truth and error.read else "")
                if error.truth
                else f"inserted {error.read!r}"
                for error in errors[:5]
            )


def _sureness(reading: Reading, error: GraphemeError) -> float:
    """Return how sure the model is of what it read in the place of an error, or around a gap: 0 to 1."""
    start, end = error.read_position, error.read_position + len(error.read)
    if not error.read:
        start, end = start - 1, end + 1
    at, sure = 0, []
    for piece in reading.pieces:
        following = at + len(piece.text)
        if at < end and following > start:
            sure.append(piece.confidence / 100.0)
        at = following
    return min(sure, default=0.0)
