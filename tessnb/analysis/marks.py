"""What a person says of lines, kept as data: wrong truth, leave out, another text, train on it.

Marks are about line numbers and remember the truth that they were made on, so that they are never applied to
other lines by mistake.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tessnb.errors import FormatError, InputError
from tessnb.files import read_bytes, write_text
from tessnb.lines import TrainingLine

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MARKS", "LineMarks", "Mark", "apply_marks", "check_marks", "read_marks", "with_text"]

#: What a line can be marked as.
MARKS = ("wrong truth", "exclude", "train")
#: What comes of a file that is none.
_DAMAGES = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RecursionError, csv.Error),
)
_COLUMNS = ("line", "mark", "correction", "truth", "source", "page")
#: Tells in a CSV file an empty correction from none.
_CORRECTED = "corrected"


class Mark(NamedTuple):
    """What is said of one line.

    Attributes
    ----------
    mark : str
        One of `MARKS`, or empty if the line only has a correction.
    correction : str or None
        What the text should be.
    truth : str
        What it was when it was marked.
    source : str
    page : int
        Where the line comes from.
    """

    mark: str
    correction: str | None
    truth: str
    source: str = ""
    page: int = 0


@dataclass(frozen=True)
class LineMarks:
    """Marks of lines; every change makes new ones, so that going back is to take the old ones.

    Attributes
    ----------
    by_line : mapping of int to Mark

    Examples
    --------
    >>> marks = LineMarks().mark([3], "exclude", lines={3: TrainingLine(None, "tee")})
    >>> marks.by_line[3].mark
    'exclude'
    """

    by_line: Mapping[int, Mark] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return len(self.by_line)

    def mark(
        self, numbers: Iterable[int], mark: str, *, lines: Mapping[int, TrainingLine] | Sequence[TrainingLine]
    ) -> LineMarks:
        """Mark lines; an empty mark takes it away, and leaves a correction.

        Parameters
        ----------
        numbers : iterable of int
        mark : str
            One of `MARKS`, or empty.
        lines : mapping or sequence of TrainingLine
            Where the lines are.

        Raises
        ------
        InputError
            If there is no such mark.
        """
        if mark and mark not in MARKS:
            raise InputError("there is no such mark", found=mark, expected=", ".join(MARKS))
        changed = dict(self.by_line)
        for number in numbers:
            before = changed.get(number) or _fresh(lines[number])
            _put(changed, number, before._replace(mark=mark))
        return LineMarks(MappingProxyType(changed))

    def correct(
        self, number: int, text: str | None, *, lines: Mapping[int, TrainingLine] | Sequence[TrainingLine]
    ) -> LineMarks:
        """Say what a line's text should be; None, or the text that it has, takes a correction away."""
        changed = dict(self.by_line)
        before = changed.get(number) or _fresh(lines[number])
        mark = "" if before.mark == "wrong truth" and text is not None else before.mark
        correction = None if text == before.truth else text
        _put(changed, number, before._replace(mark=mark, correction=correction))
        return LineMarks(MappingProxyType(changed))

    def with_mark(self, mark: str) -> list[int]:
        """Return the numbers of lines that are marked so, in order."""
        return sorted(number for number, one in self.by_line.items() if one.mark == mark)

    def frame(self) -> pd.DataFrame:
        """Return a row per marked line.

        Returns
        -------
        DataFrame
            Index ``line``; ``mark``, ``correction`` (None if there is none), ``truth`` as it was,
            ``source``, ``page``.
        """
        import pandas as pd

        rows = [(number, *mark) for number, mark in sorted(self.by_line.items())]
        return pd.DataFrame(rows, columns=[*_COLUMNS], dtype=object).set_index("line")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the marks, whole or not at all; as JSON if the name ends so, else as CSV.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        marks = sorted(self.by_line.items())
        rows = [dict(zip(_COLUMNS, (number, *mark), strict=True)) for number, mark in marks]
        if Path(path).suffix.lower() == ".json":
            write_text(path, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
            return
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, [*_COLUMNS, _CORRECTED], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, _CORRECTED: int(row["correction"] is not None)} for row in rows)
        write_text(path, text.getvalue())


def _fresh(line: TrainingLine) -> Mark:
    return Mark("", None, line.transcription, line.source, line.page)


def _put(marks: dict[int, Mark], number: int, mark: Mark) -> None:
    if mark.mark or mark.correction is not None:
        marks[number] = mark
    else:
        marks.pop(number, None)


def read_marks(path: str | os.PathLike[str]) -> LineMarks:
    """Read marks that `LineMarks.save` wrote.

    Parameters
    ----------
    path : path
        A JSON file if its name ends so, else a CSV file.

    Raises
    ------
    InputError
        If there is no such file.
    FormatError
        If it is damaged.

    Examples
    --------
    >>> lines = tn.apply_marks(lines, tn.read_marks("marks.csv"))  # doctest: +SKIP
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
        as_json = Path(path).suffix.lower() == ".json"
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = json.loads(text) if as_json else list(table)
        return LineMarks(MappingProxyType(dict(_of_row(row, as_json) for row in rows)))
    except _DAMAGES as error:
        raise FormatError(
            "not a file of marks",
            where=str(path),
            found=f"{type(error).__name__}: {error}",
            expected=", ".join(_COLUMNS),
        ) from None


def _of_row(row: Mapping[str, Any], as_json: bool) -> tuple[int, Mark]:
    mark, correction = row["mark"], row["correction"]
    if mark and mark not in MARKS:
        raise ValueError(f"no such mark: {mark!r}")
    if not as_json:
        correction = correction if int(row[_CORRECTED]) else None
    texts = (mark, row["truth"], row["source"], "" if correction is None else correction)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is expected")
    return int(row["line"]), Mark(mark, correction, row["truth"], row["source"], int(row["page"]))


def with_text(line: TrainingLine, text: str) -> TrainingLine:
    """Return a line with another text; boxes whose texts no longer spell it go."""
    if "".join(line.box_texts) == text or text == line.transcription:
        return replace(line, transcription=text)
    return replace(line, transcription=text, boxes=np.zeros((0, 4), np.int16), box_texts=[text])


def check_marks(lines: Sequence[TrainingLine], marks: LineMarks) -> None:
    """See that marks are of these lines.

    Raises
    ------
    InputError
        If a mark is of another line: the number is not there, or its truth is another.
    """
    for number, mark in marks.by_line.items():
        there = lines[number].transcription if 0 <= number < len(lines) else None
        if there != mark.truth:
            raise InputError(
                "marks of other lines",
                where=f"line {number}",
                found="no such line" if there is None else repr(there),
                expected=repr(mark.truth),
                hint="Apply marks to the lines that were shown when they were made",
            )


def apply_marks(lines: Sequence[TrainingLine], marks: LineMarks, *, only: str = "") -> list[TrainingLine]:
    """Return lines as the marks want them; the old ones stay as they are.

    Lines with a wrong truth and those to be excluded are left out, corrected ones have their new text.

    Parameters
    ----------
    lines : sequence of TrainingLine
        Those that were marked.
    marks : LineMarks
    only : str
        Only lines with this mark, for example ``"train"``.

    Raises
    ------
    InputError
        If a mark is of another line: the number is not there, or its truth is another.

    Examples
    --------
    >>> run = tn.fine_tune(model, tn.apply_marks(lines, table.marked))  # doctest: +SKIP
    """
    if only and only not in MARKS:
        raise InputError("there is no such mark", found=only, expected=", ".join(MARKS))
    check_marks(lines, marks)
    numbers = marks.with_mark(only) if only else range(len(lines))
    kept = []
    for number in numbers:
        said = marks.by_line.get(number)
        if said is None:
            kept.append(lines[number])
        elif only or said.mark in ("", "train"):
            line = lines[number]
            kept.append(line if said.correction is None else with_text(line, said.correction))
    return kept
