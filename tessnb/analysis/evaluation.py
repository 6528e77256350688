"""How well a model reads lines: the reference's figures, true error rates, and every wrong character."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tessnb.events import Event, LineEvaluated, SampleSkipped
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model
from tessnb.training import evaluate_learner, samples_of
from tessnb.training.checkpoints import learner_from_recognizer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model makes of lines whose text is known; all rates in percent.

    Attributes
    ----------
    bcer, bwer : float
        Bag-of-characters and bag-of-words error as ``lstmeval`` reports them: the mean over lines, blind to
        the order of characters.
    cer, wer : float
        Character and word error: insertions, deletions and substitutions per character (word) of truth.
    lines : DataFrame
        A row per line: ``truth``, ``read``, ``cer``, ``bcer``, ``bwer``, ``font``, ``source``, ``page``.
    errors : DataFrame
        A row per wrong character: ``line`` (row of `lines`), ``position`` in the truth, ``kind``
        (``substituted``, ``deleted``, ``inserted``), ``truth``, ``read``.
    skipped : DataFrame
        Lines that could not be evaluated: ``truth``, ``reason``.
    """

    bcer: float
    bwer: float
    cer: float
    wer: float
    lines: pd.DataFrame
    errors: pd.DataFrame
    skipped: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"<Evaluation of {len(self.lines)} lines: CER {self.cer:.2f}%, WER {self.wer:.2f}%, "
            f"BCER {self.bcer:.2f}%, BWER {self.bwer:.2f}%>"
        )


def evaluate(
    model: Model | TrainedData | str | os.PathLike[str],
    lines: Sequence[TrainingLine] | Sequence[str | os.PathLike[str]],
) -> Evaluation:
    """Let a model read lines, without dictionaries, and compare with their transcriptions.

    Parameters
    ----------
    model : Model, TrainedData, path or language
    lines : sequence of TrainingLine, or of `.lstmf` paths

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If there are no lines, or none can be used.

    Notes
    -----
    Source: ``lstmtester.cpp``, ``LSTMTester::RunEvalSync``.
    """
    import pandas as pd

    if isinstance(model, TrainedData):
        model = Model.from_traineddata(model)
    elif not isinstance(model, Model):
        model = Model.load(model)
    read: list[LineEvaluated] = []
    skipped: list[SampleSkipped] = []

    def collect(event: Event) -> None:
        if isinstance(event, LineEvaluated):
            read.append(event)
        elif isinstance(event, SampleSkipped):
            skipped.append(event)

    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder, training=False)
    finished = evaluate_learner(learner, samples_of(lines, sequential=True), emit=collect)
    errors: list[tuple[int, int, str, str, str]] = []
    rows = []
    characters = words = wrong_words = 0
    for number, event in enumerate(read):
        truth, found = event.transcription, event.found
        wrong = _errors_of(truth, found)
        errors += [(number, *error) for error in wrong]
        characters += len(truth)
        words += len(truth.split())
        wrong_words += _distance(truth.split(), found.split())
        cer = 100.0 * len(wrong) / max(len(truth), 1)
        font = _font_of(lines, event.index)
        rows.append(
            (truth, found, cer, 100.0 * event.bcer, 100.0 * event.bwer, font, event.source, event.page)
        )
    return Evaluation(
        finished.bcer,
        finished.bwer,
        100.0 * len(errors) / max(characters, 1),
        100.0 * wrong_words / max(words, 1),
        pd.DataFrame(rows, columns=["truth", "read", "cer", "bcer", "bwer", "font", "source", "page"]),
        pd.DataFrame(errors, columns=["line", "position", "kind", "truth", "read"]),
        pd.DataFrame(
            [(event.transcription, event.reason.value) for event in skipped], columns=["truth", "reason"]
        ),
    )


def _font_of(lines: Sequence[object], index: int) -> str:
    line = lines[index % len(lines)]
    return line.font if isinstance(line, TrainingLine) else ""


def _distance(truth: Sequence[str], read: Sequence[str]) -> int:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(truth, read)


def _errors_of(truth: str, read: str) -> list[tuple[int, str, str, str]]:
    from rapidfuzz.distance import Levenshtein

    kinds = {"replace": "substituted", "delete": "deleted", "insert": "inserted"}
    return [
        (
            step.src_pos,
            kinds[step.tag],
            "" if step.tag == "insert" else truth[step.src_pos],
            "" if step.tag == "delete" else read[step.dest_pos],
        )
        for step in Levenshtein.editops(truth, read)
    ]
