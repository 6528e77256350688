"""Rows of an evaluation, collected line by line: what is kept of a line are texts and numbers, no picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tessnb.analysis.alignment import compare_line
from tessnb.analysis.characters import dominant_script
from tessnb.analysis.reading import Reading, Visit
from tessnb.analysis.result import ERROR_COLUMNS, LINE_COLUMNS, SKIPPED_COLUMNS, Evaluation
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model

__all__ = ["Collected"]

_NOWHERE = (float("nan"), float("nan"))


class Collected:
    """What is known of an evaluation so far.

    Parameters
    ----------
    images : sequence of TrainingLine, optional
        Where pictures of lines can be had.
    model : Model, optional
        What reads, and whether with its dictionaries.
    dictionaries : bool

    Attributes
    ----------
    counted : int
        Lines that ``lstmeval`` would have counted.
    reasons : set of str
        Why lines were skipped.
    """

    def __init__(
        self,
        images: Sequence[TrainingLine] | None = None,
        model: Model | None = None,
        *,
        dictionaries: bool = False,
    ) -> None:
        self._origin = images, model, dictionaries
        self.counted = 0
        self.reasons: set[str] = set()
        self._bcer = self._bwer = 0.0
        self._seen: set[int] = set()
        self._numbers: list[int] = []
        self._rows: list[tuple[Any, ...]] = []
        self._errors: list[tuple[Any, ...]] = []
        self._skipped: list[tuple[Any, ...]] = []

    def add(self, visit: Visit, reading: Reading, *, counts: bool) -> None:
        """Add what was read; a line that was there before only counts."""
        if counts:
            self.count(reading)
        if visit.number in self._seen:
            return
        self._seen.add(visit.number)
        line = visit.line
        truth, source, page, font, language = (
            (line.transcription, line.source, line.page, line.font, line.language)
            if line is not None
            else ("", "", 0, "", "")
        )
        if reading.skipped is None:
            self.add_text(visit.number, reading, source=source, page=page, font=font, language=language)
            return
        reason = reading.skipped.value
        self.reasons.add(reason)
        self._skipped.append((visit.number, truth, reason, reading.detail, source, page, font))

    def count(self, reading: Reading) -> None:
        """Count a line as ``lstmeval`` does."""
        if reading.skipped is None:
            self.counted += 1
            self._bcer += reading.bcer
            self._bwer += reading.bwer

    def add_text(
        self,
        number: int,
        reading: Reading,
        *,
        source: str = "",
        page: int = 0,
        font: str = "",
        language: str = "",
    ) -> None:
        """Add a line that could be read."""
        truth = reading.truth
        compared = compare_line(truth, reading.text)
        for error in compared.errors:
            place = reading.span(error.read_position, error.read_position + len(error.read))
            self._errors.append((number, *error, *(place or _NOWHERE)))
        self._numbers.append(number)
        self._rows.append(
            (
                source,
                page,
                font,
                language,
                dominant_script(truth),
                truth,
                reading.text,
                compared.distance,
                compared.characters,
                100.0 * compared.distance / max(compared.characters, 1),
                compared.word_distance,
                compared.words,
                100.0 * compared.word_distance / max(compared.words, 1),
                100.0 * reading.bcer,
                100.0 * reading.bwer,
                reading.confidence,
                reading.width,
                reading.height,
                reading.dictionary,
            )
        )

    def finish(self, columns: Mapping[str, Any] | None = None) -> Evaluation:
        """Return the evaluation, with other columns of lines if given."""
        import pandas as pd

        lines = pd.DataFrame(self._rows, index=pd.Index(self._numbers, name="line"), columns=[*LINE_COLUMNS])
        for name, values in (columns or {}).items():
            lines[name] = values if isinstance(values, str) else list(values)
        for name in ("source", "font", "language", "script"):
            lines[name] = lines[name].astype("category")
        errors = pd.DataFrame(self._errors, columns=[*ERROR_COLUMNS])
        for name in ("kind", "character_class", "word_position"):
            errors[name] = errors[name].astype("category")
        skipped = pd.DataFrame(self._skipped, columns=["line", *SKIPPED_COLUMNS]).set_index("line")
        if self._bcer or self.counted:
            bcer, bwer = (100.0 * total / self.counted for total in (self._bcer, self._bwer))
        else:
            bcer, bwer = float(lines.bcer.mean()), float(lines.bwer.mean())
        return Evaluation(lines, errors, skipped, bcer, bwer, *self._origin)
