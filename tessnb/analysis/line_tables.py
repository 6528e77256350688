"""Tables about lines, whatever made them, in one form: rows, the line that each is about, its texts.

A page of such a table is a list of plain values; nothing of the other rows is touched for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tessnb.analysis.differences import Part, difference_parts
from tessnb.analysis.filtering import choose_rows, filter_column, search_texts
from tessnb.analysis.hallucinations import Hallucinations
from tessnb.analysis.problems import Preflight
from tessnb.analysis.result import Evaluation
from tessnb.errors import InputError
from tessnb.lines import TrainingLine

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Arrangement", "Column", "LineTable", "line_tables"]

#: Values of a column that are offered for choice, and the most that are.
_CHOICES = 100
#: What is searched for words, besides what is shown.
_SEARCHED = ("truth", "read", "suggestion", "context", "why", "source")
#: What a column is called where its name says too little.
_TITLES = {"cer": "CER %", "wer": "WER %", "bcer": "BCER %", "bwer": "BWER %", "found": "what is wrong"}


@dataclass(frozen=True)
class Column:
    """A column as a person meets it.

    Attributes
    ----------
    name, title : str
    kind : str
        ``number``, ``choice`` (few different texts) or ``text``.
    choices : tuple of str
        The values of a choice.
    """

    name: str
    title: str
    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arrangement:
    """How a table is to be shown.

    Attributes
    ----------
    query : str
        See `choose_rows`.
    search : str
        See `search_texts`.
    filters : mapping of str to str
        Column → what is wanted there; see `filter_column`.
    sort : str
        A column, with a minus before it for the largest first; empty for the table's own order.
    """

    query: str = ""
    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""


@dataclass(frozen=True, eq=False)
class LineTable:
    """A table of which each row is about a line, or about no single one.

    Attributes
    ----------
    name : str
        ``lines``, ``errors``, ``confusions``, ``skipped``, ``problems`` …
    frame : DataFrame
    numbers : ndarray of int64, shape (rows,), or None
        The line that each row is about.
    lines : sequence of TrainingLine, or None
        Where they are; None if there are no pictures.
    shown : tuple of str
        Columns that stand beside the texts.
    sort : str
        The order in which it is best read; see `Arrangement`.
    """

    name: str
    frame: pd.DataFrame
    numbers: np.ndarray | None
    lines: Sequence[TrainingLine] | None
    shown: tuple[str, ...]
    sort: str = ""

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown."""
        return [self._describe(name) for name in self.shown]

    def _describe(self, name: str) -> Column:
        values = self.frame[name]
        title = _TITLES.get(name, name.replace("_", " "))
        if values.dtype.kind in "biuf":
            return Column(name, title, "number")
        known = sorted({str(value) for value in values.dropna().unique()} - {""})
        return (
            Column(name, title, "choice", tuple(known))
            if len(known) <= _CHOICES
            else Column(name, title, "text")
        )

    def arrange(self, wanted: Arrangement) -> np.ndarray:
        """Return the places of the rows to show, in order.

        Returns
        -------
        ndarray of int64

        Raises
        ------
        InputError
            If a condition is none, or a column does not exist.
        """
        chosen = choose_rows(self.frame, wanted.query) & self._found(wanted.search)
        for name, text in wanted.filters.items():
            chosen &= filter_column(self.column(name), text)
        places = np.flatnonzero(chosen)
        if wanted.sort:
            column = self.column(wanted.sort.removeprefix("-"))
            order = _order(column.iloc[places], descending=wanted.sort.startswith("-"))
            places = places[order]
        return places

    def _found(self, words: str) -> np.ndarray:
        searched = [name for name in self.frame if name in _SEARCHED or name in self.shown]
        return search_texts(self.frame[searched], words) if words.strip() else np.ones(len(self.frame), bool)

    def column(self, name: str) -> pd.Series:
        """Return a column, also the lines' numbers as ``line``.

        Raises
        ------
        InputError
            If there is no such column.
        """
        if name in self.frame:
            return self.frame[name]
        if name == "line" and self.numbers is not None:
            import pandas as pd

            return pd.Series(self.numbers, index=self.frame.index)
        raise InputError(
            "there is no such column", found=name, expected=", ".join(map(str, self.frame.columns))
        )

    def value(self, place: int, name: str) -> Any:
        """Return a value of a row; None where there is none."""
        if name not in self.frame:
            return None
        value = self.frame[name].iloc[place]
        if isinstance(value, np.generic):
            value = value.item()
        return None if value is None or value != value else value

    def number(self, place: int) -> int | None:
        """Return the line that a row is about."""
        return None if self.numbers is None else int(self.numbers[place])

    def span(self, place: int) -> tuple[float, float] | None:
        """Return the left and right edge in the image of what a row is about, in pixels."""
        left, right = self.value(place, "left"), self.value(place, "right")
        return None if left is None or right is None else (float(left), float(right))

    def parts(self, place: int) -> list[Part]:
        """Return a row's text, what is wrong in it apart from what is right."""
        truth, read = self.value(place, "truth"), self.value(place, "read")
        context = self.value(place, "context")
        if context is not None and f"[{truth}]" in context:
            return _in_context(str(context), str(truth), str(read))
        if read is None:
            read = self.value(place, "suggestion") or None
        if truth is None or read is None:
            text = str(truth if read is None else read) if (truth or read) else ""
            return _with_character(text, self.value(place, "character"), self.value(place, "nearest"))
        return difference_parts(str(truth), str(read))


def _in_context(context: str, truth: str, read: str) -> list[Part]:
    """Return a wrong character between what stands around it."""
    before, after = context.split(f"[{truth}]", 1)
    kind = "insert" if not truth else "replace" if read else "delete"
    around = Part("equal", before, before), Part(kind, truth, read), Part("equal", after, after)
    return [part for part in around if part.truth or part.read]


def _with_character(text: str, character: str | None, nearest: str | None) -> list[Part]:
    """Return a text with a character marked wherever it stands."""
    if not character or character not in text:
        return [Part("equal", text, text)] if text else []
    pieces = text.split(character)
    parts = [Part("equal", pieces[0], pieces[0])]
    for piece in pieces[1:]:
        parts += [Part("replace", nearest or "", character), Part("equal", piece, piece)]
    return [part for part in parts if part.read]


def _order(values: pd.Series, *, descending: bool) -> np.ndarray:
    """Return the places of values in order, stably, missing ones last."""
    plain = values.astype(object).where(values.notna(), "") if values.dtype.kind not in "biuf" else values
    if plain.dtype.kind not in "biuf":
        plain = plain.astype(str).str.casefold()
    ordered = plain.reset_index(drop=True).sort_values(ascending=not descending, kind="stable")
    return ordered.index.to_numpy()


def line_tables(source: Any, lines: Sequence[TrainingLine] | None = None) -> dict[str, LineTable]:
    """Return the tables that something holds, by their names; the first is the one to show.

    Parameters
    ----------
    source : Evaluation, Preflight, Hallucinations or DataFrame
        A DataFrame tells its lines by a column or an index that is called ``line``: a ranking of
        `mine_truth`, any part of an evaluation's tables.
    lines : sequence of TrainingLine, optional
        Where the lines of a DataFrame are, for their pictures.

    Raises
    ------
    InputError
        If it is something else.
    """
    if isinstance(source, Evaluation):
        return _of_evaluation(source, lines)
    if isinstance(source, Preflight):
        problems = source.problems
        numbers = problems["line"].to_numpy(np.int64)
        shown = ("severity", "kind", "found")
        return {"problems": LineTable("problems", problems, numbers, source.lines, shown)}
    if isinstance(source, Hallucinations):
        where = source.lines if lines is None else lines
        return {"rows": _of_frame("rows", source.rows, where, ("kind", "text", "instead", "confidence"))}
    if hasattr(source, "columns") and hasattr(source, "iloc"):
        return {"rows": _of_frame("rows", source, lines)}
    raise InputError(
        "a table of errors shows what an analysis found",
        found=type(source).__name__,
        expected="an Evaluation, a Preflight, a ranking of mine_truth, or another DataFrame",
    )


def _of_evaluation(result: Evaluation, lines: Sequence[TrainingLine] | None) -> dict[str, LineTable]:
    where = result.images if lines is None else lines
    tables = {
        "lines": _of_frame("lines", result.lines, where, ("cer", "confidence", "font"), "-cer"),
        "errors": _of_frame("errors", result.errors, where, ("kind", "character_class", "word_position")),
        "confusions": LineTable(
            "confusions", result.confusions, None, None, ("truth", "read", "kind", "count", "share")
        ),
    }
    if len(result.skipped):
        tables["skipped"] = _of_frame("skipped", result.skipped, where, ("reason", "detail", "font"))
    return tables


#: What stands beside the texts of any DataFrame, if it is there.
_BESIDE = (
    *("score", "cer", "confidence", "severity", "kind", "count", "share", "character_class", "why"),
    *("found", "font"),
)


def _of_frame(
    name: str,
    frame: pd.DataFrame,
    lines: Sequence[TrainingLine] | None,
    beside: tuple[str, ...] = _BESIDE,
    sort: str = "",
) -> LineTable:
    numbers = None
    if "line" in frame:
        numbers = frame["line"].to_numpy(np.int64)
    elif frame.index.name == "line":
        numbers = frame.index.to_numpy(np.int64)
    if (
        lines is not None
        and numbers is not None
        and len(numbers)
        and not 0 <= numbers.min() <= numbers.max() < len(lines)
    ):
        raise InputError(
            "the table is about other lines", found=f"line {numbers.max()}", expected=f"{len(lines)} lines"
        )
    shown = tuple(column for column in beside if column in frame)
    if numbers is None and lines is None and not shown:
        shown = tuple(map(str, frame.columns))
    return LineTable(name, frame, numbers, lines, shown, sort)
