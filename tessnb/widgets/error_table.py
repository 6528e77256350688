"""The table of errors: lines that a model reads wrongly or that will not train, to look at and to mark."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import numpy as np
import traitlets

from tessnb.analysis.filtering import choose_rows
from tessnb.analysis.line_tables import Arrangement, LineTable, line_tables
from tessnb.analysis.marks import LineMarks, apply_marks, check_marks, read_marks
from tessnb.analysis.problems import Preflight
from tessnb.errors import InputError, TessnbError, sentence_of
from tessnb.lines import TrainingLine
from tessnb.widgets import _error_rows as messages
from tessnb.widgets._front_end import script, style
from tessnb.widgets._still import Still

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ErrorTable"]

Opener = Callable[[TrainingLine, int], ipywidgets.Widget | None]
#: Steps that can be taken back; pictures and rows that are sent for one question at most.
_STEPS, _PICTURES, _ROWS = 100, 60, 300


class ErrorTable(Still, anywidget.AnyWidget):
    """Lines with what is wrong in them: to sort, to search, to look at, and to say what shall become of them.

    Rows come from Python as they are scrolled to, with their pictures; a set of any size is shown at once.
    Marks are data: see `marks`.

    Parameters
    ----------
    source : Evaluation, Preflight, Hallucinations or DataFrame
        What an analysis found. A DataFrame is a ranking of `mine_truth`, or anything else with a column or an
        index ``line``.
    lines : sequence of TrainingLine, optional
        Where the lines of a DataFrame are.
    show : str
        Which of its tables to show first: of an evaluation ``lines``, ``errors``, ``confusions`` or
        ``skipped``.
    query : str
        A condition, as pandas' `DataFrame.query` takes it, of comparisons alone.
    sort : str
        A column; with a minus before it the largest come first.
    title : str
        What to call it.
    marks : LineMarks or path, optional
        Marks to go on with.
    save_to : path, optional
        A CSV or JSON file that is written anew after every change of a mark; what it has already is taken
        over.

    Attributes
    ----------
    show, query, search, sort
        As above; may be changed. ``search``: words that a row has somewhere.
    source, lines
        What is shown, and where its lines are.
    marked : LineMarks
        What is said of lines; `apply_marks` takes it.

    Raises
    ------
    InputError
        If the source is nothing that can be shown, or the lines are not those that it is about.

    Examples
    --------
    >>> import tessnb as tn
    >>> table = ErrorTable(tn.compare_texts(["tea", "a cat"], ["tea", "a cot"]), query="cer > 0")
    >>> table.rows["truth"].tolist()
    ['a cat']
    >>> table.show = "errors"
    >>> table.rows["context"].tolist()
    ['a c[a]t']
    >>> table.close()

    Notes
    -----
    The browser only asks: one thread of the table's own answers, and what is typed there can do nothing but
    choose rows.
    """

    _esm = script("error_table")
    _css = style("error_table")

    show = traitlets.Unicode(help="Which table is shown.")
    query = traitlets.Unicode("", help="A condition on its rows, as pandas takes it.")
    search = traitlets.Unicode("", help="Words that a row has somewhere.")
    sort = traitlets.Unicode("", help="A column to sort by; with a minus, largest first.")
    title = traitlets.Unicode("", help="What to call it.").tag(sync=True)
    child = traitlets.Instance(
        ipywidgets.Widget, allow_none=True, help="What an opened line is shown in."
    ).tag(sync=True, **ipywidgets.widget_serialization)

    def __init__(
        self,
        source: Any,
        lines: Sequence[TrainingLine] | None = None,
        *,
        show: str = "",
        query: str = "",
        sort: str = "",
        title: str = "Errors",
        marks: LineMarks | str | os.PathLike[str] | None = None,
        save_to: str | os.PathLike[str] | None = None,
    ) -> None:
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(1, "tessnb-error-table")
        self._save_to = save_to
        self._filters: dict[str, str] = {}
        self._selected: set[int] = set()
        self._steps: list[tuple[Any, Sequence[TrainingLine] | None, LineMarks]] = []
        self._version = 0
        self._arranged: tuple[Any, np.ndarray] | None = None
        self._opener: Opener | None = None
        self._made: ipywidgets.Widget | None = None
        self._openers: dict[str, Opener] = {}
        self._take(source, lines)
        if marks is None and save_to is not None and os.path.exists(save_to):
            marks = save_to
        self.marked = marks if isinstance(marks, LineMarks) else read_marks(marks) if marks else LineMarks()
        if self.lines is not None:
            check_marks(self.lines, self.marked)
        first = show or next(iter(self._tables))
        if first not in self._tables:
            raise InputError("there is no such table", found=first, expected=", ".join(self._tables))
        super().__init__(show=first, query=query, sort=sort or self._tables[first].sort, title=title)
        self.on_msg(self._on_message)
        self.observe(lambda change: self._change_table(), "show")
        self.observe(lambda change: self._submit(self._tell), ["query", "search", "sort"])

    def _take(self, source: Any, lines: Sequence[TrainingLine] | None) -> None:
        self.source = source
        self._tables = line_tables(source, lines)
        first = next(iter(self._tables.values()))
        self.lines: Sequence[TrainingLine] | None = first.lines
        self._openers = messages.openers(source)

    # What can be asked in Python.

    @property
    def table(self) -> LineTable:
        """The table that is shown, whole."""
        return self._tables[self.show]

    @property
    def rows(self) -> pd.DataFrame:
        """The rows that are shown, in their order."""
        return self.table.frame.iloc[self._places()]

    @property
    def marks(self) -> pd.DataFrame:
        """A row per marked line: ``mark``, ``correction``, ``truth``, ``source``, ``page``."""
        return self.marked.frame()

    @property
    def selected(self) -> list[TrainingLine]:
        """The selected lines, with their corrections: `fine_tune` takes them."""
        with self._lock:
            numbers = sorted(self._selected)
            lines = self._lines()
            return [messages.corrected(lines[number], self.marked.by_line.get(number)) for number in numbers]

    @property
    def to_train(self) -> list[TrainingLine]:
        """The lines that are marked to be trained on, with their corrections."""
        return apply_marks(self._lines(), self.marked, only="train")

    def apply(self) -> list[TrainingLine]:
        """Return all lines as the marks want them; see `apply_marks`."""
        return apply_marks(self._lines(), self.marked)

    def select(self, numbers: Iterable[int] | None = None) -> None:
        """Select lines by their numbers, or those of all rows that are shown; an empty list selects none."""
        if numbers is None:
            about = self.table.numbers
            numbers = [] if about is None else about[self._places()].tolist()
        there = len(self._lines())
        with self._lock:
            self._selected = {int(number) for number in numbers if 0 <= number < there}
        self._submit(self._tell_marks)

    def mark(self, mark: str, numbers: Iterable[int] | None = None) -> None:
        """Mark lines, the selected ones by default; see `MARKS`. An empty mark takes it away.

        Raises
        ------
        InputError
            If there is no such mark, or the table has no lines.
        """
        with self._lock:
            chosen = sorted(self._selected) if numbers is None else list(numbers)
            self._step(self.marked.mark(chosen, mark, lines=self._lines()))

    def correct(self, number: int, text: str | None) -> None:
        """Say what the text of a line should be; None takes that back."""
        with self._lock:
            self._step(self.marked.correct(number, text, lines=self._lines()))

    def fix(self, *kinds: str) -> None:
        """Mend what a pre-flight found, and look again; marks are applied first.

        Afterwards `lines` are the mended ones.

        Raises
        ------
        InputError
            If no pre-flight is shown, or a kind has no remedy.
        """
        with self._lock:
            report = self.source
            if not isinstance(report, Preflight):
                raise InputError("only what a pre-flight found can be mended", found=type(report).__name__)
            if len(self.marked):
                report = report.again(apply_marks(self._lines(), self.marked))
            mended = report.again(report.fix(*kinds))
            self._remember()
            self._take(mended, None)
            self._selected, self._version = set(), self._version + 1
            self._set_marks(LineMarks())
        self._submit(self._tell)

    def undo(self) -> None:
        """Take the last change of marks or lines back."""
        with self._lock:
            if not self._steps:
                return
            source, lines, marks = self._steps.pop()
            if source is not self.source:
                self._take(source, lines)
                self._selected = set()
            self._version += 1
            self._set_marks(marks)
        self._submit(self._tell)

    def on_open(self, opener: Opener | None) -> None:
        """Say what is to happen when a line is opened.

        Parameters
        ----------
        opener : callable, optional
            Takes the line and its number; a widget that it returns is shown below the table. None for the
            line's picture with its texts.
        """
        self._opener = opener

    def close(self) -> None:
        """Take the display away and end its thread."""
        if hasattr(self, "_worker"):
            self._worker.shutdown(wait=True, cancel_futures=True)
            self._put(None)
        super().close()

    def _still(self) -> tuple[str, str]:
        places = self._places()
        html = messages.static_html(self.title, self.table, places)
        return html, f"{self.title}: {len(places)} of {len(self.table.frame)} rows"

    # State.

    @traitlets.validate("show")
    def _check_show(self, proposal: Any) -> str:
        name = proposal["value"]
        if name not in self._tables:
            raise InputError("there is no such table", found=name, expected=", ".join(self._tables))
        return str(name)

    @traitlets.validate("query")
    def _check_query(self, proposal: Any) -> str:
        choose_rows(self.table.frame, proposal["value"])
        return str(proposal["value"])

    @traitlets.validate("sort")
    def _check_sort(self, proposal: Any) -> str:
        if proposal["value"]:
            self.table.column(proposal["value"].removeprefix("-"))
        return str(proposal["value"])

    def _change_table(self) -> None:
        with self._lock:
            self._filters = {}
            with self.hold_trait_notifications():
                self.query, self.sort = "", self.table.sort
        self._submit(self._tell)

    def _places(self) -> np.ndarray:
        """Return the rows that are shown."""
        with self._lock:
            table = self.table
            wanted = Arrangement(self.query, self.search, dict(self._filters), self.sort)
            if self._arranged is None or self._arranged[0] != (id(table), wanted):
                self._arranged = (id(table), wanted), table.arrange(wanted)
                self._version += 1
            return self._arranged[1]

    def _lines(self) -> Sequence[TrainingLine]:
        if self.lines is None:
            raise InputError("the lines of this table are not known", hint="Give ErrorTable(…, lines=…)")
        return self.lines

    def _remember(self) -> None:
        self._steps = [*self._steps[1 - _STEPS :], (self.source, self.lines, self.marked)]

    def _step(self, marks: LineMarks) -> None:
        if dict(marks.by_line) != dict(self.marked.by_line):
            self._remember()
            self._set_marks(marks)
        self._submit(self._tell_marks)

    def _set_marks(self, marks: LineMarks) -> None:
        self.marked = marks
        if self._save_to is not None:
            marks.save(self._save_to)

    # What the browser asks, on whichever thread; the answers come from the worker.

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        answer = getattr(self, f"_answer_{content.get('kind')}", None)
        if answer is not None:
            self._submit(self._answered, answer, content)

    def _submit(self, work: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # closed
            self._worker.submit(work, *arguments)

    def _answered(self, answer: Callable[[Any], None], content: Any) -> None:
        try:
            answer(content)
        except Exception as error:  # the table lives on, and says what was wrong
            self.send({"kind": "problem", "text": sentence_of(error)})

    def _tell(self) -> None:
        try:
            places, problem = self._places(), ""
        except TessnbError as error:
            places, problem = np.zeros(0, np.int64), str(error)
        with self._lock:
            self.send(
                {
                    "kind": "table",
                    "version": self._version,
                    "tables": [[name, len(table.frame)] for name, table in self._tables.items()],
                    "show": self.show,
                    "columns": messages.columns_message(self.table),
                    "rows": len(places),
                    "query": self.query,
                    "search": self.search,
                    "filters": self._filters,
                    "sort": self.sort,
                    "problem": problem,
                    "pictures": self.table.lines is not None,
                    "whole": "left" not in self.table.frame,
                    "opens": "line" if self.table.numbers is not None else messages.drills(self.table),
                    "remedies": messages.remedies_message(self.source),
                    **self._counts(),
                }
            )

    def _tell_marks(self) -> None:
        with self._lock:
            self.send({"kind": "marks", **self._counts()})

    def _counts(self) -> dict[str, Any]:
        return {"selected": len(self._selected), "marked": len(self.marked), "undo": bool(self._steps)}

    def _answer_hello(self, content: Any) -> None:
        self._tell()

    def _answer_arrange(self, content: Mapping[str, Any]) -> None:
        with self._lock:
            if content.get("show", self.show) != self.show:
                self.show = str(content["show"])
                return
            before = self._filters
            wanted = Arrangement(
                str(content.get("query", self.query)),
                str(content.get("search", self.search)),
                {
                    str(name): str(text)
                    for name, text in dict(content.get("filters", self._filters)).items()
                    if text
                },
                str(content.get("sort", self.sort)),
            )
            self.table.arrange(wanted)
            self._filters = dict(wanted.filters)
            self.query, self.search, self.sort = wanted.query, wanted.search, wanted.sort
        if before != wanted.filters:
            self._tell()

    def _answer_rows(self, content: Mapping[str, Any]) -> None:
        with self._lock:
            places = self._places()
            first = max(int(content["first"]), 0)
            few = places[first : first + min(int(content["count"]), _ROWS)]
            found = messages.rows_message(self.table, few, self.marked, self._selected)
            version = self._version
        self.send({"kind": "rows", "version": version, "first": first, "rows": found})

    def _answer_pictures(self, content: Mapping[str, Any]) -> None:
        with self._lock:
            places, table, version = self._places(), self.table, self._version
        if content["version"] != version:
            return
        width, height = (min(max(int(content[name]), 1), 4000) for name in ("width", "height"))
        for row in content["rows"][:_PICTURES]:
            if 0 <= int(row) < len(places):
                found, png = messages.picture_message(table, int(places[int(row)]), width, height)
                self.send({"kind": "picture", "version": version, "row": int(row), **found}, [png])

    def _answer_select(self, content: Mapping[str, Any]) -> None:
        if content.get("all"):
            self.select()
            return
        with self._lock:
            changed = set(self._selected if content["lines"] is None else map(int, content["lines"]))
            self._selected = self._selected | changed if content["on"] else self._selected - changed
            self.select(self._selected)

    def _answer_mark(self, content: Mapping[str, Any]) -> None:
        numbers = content.get("lines")
        self.mark(str(content["mark"]), None if numbers is None else map(int, numbers))

    def _answer_text(self, content: Mapping[str, Any]) -> None:
        number = int(content["line"])
        line = messages.corrected(self._lines()[number], self.marked.by_line.get(number))
        self.send({"kind": "text", "line": number, "text": line.transcription})

    def _answer_correct(self, content: Mapping[str, Any]) -> None:
        text = content["text"]
        self.correct(int(content["line"]), None if text is None else str(text))

    def _answer_undo(self, content: Any) -> None:
        self.undo()

    def _answer_fix(self, content: Mapping[str, Any]) -> None:
        self.fix(*([str(content["of"])] if content.get("of") else []))

    def _answer_open(self, content: Mapping[str, Any]) -> None:
        with self._lock:
            place = int(self._places()[int(content["row"])])
            table, marks = self.table, self.marked
        number = table.number(place)
        if number is None:
            self._drill(table, place)
        elif table.lines is not None and self._opener is not None:
            self._put(self._opener(table.lines[number], number))
        else:
            width = min(max(int(content.get("width", 1200)), 100), 4000)
            found, png = messages.detail_message(self.source, table, place, marks, width)
            self._put(None)
            self.send({"kind": "detail", "views": list(self._openers), **found}, [png] if png else None)

    def _answer_view(self, content: Mapping[str, Any]) -> None:
        number, opener = int(content["line"]), self._openers[str(content["view"])]
        self._put(opener(self._lines()[number], number), own=True)

    def _answer_close(self, content: Any) -> None:
        self._put(None)

    def _put(self, widget: ipywidgets.Widget | None, *, own: bool = False) -> None:
        """Show a widget below the table, and end the one that was made for it before."""
        before, self._made = self._made, widget if own else None
        self.child = widget
        if before is not None:
            before.close()

    def _drill(self, table: LineTable, place: int) -> None:
        """Show the errors that a row of the confusions counts."""
        if "errors" in self._tables and messages.drills(table):
            condition = messages.same_confusion(table, place)
            with self._lock:
                self.show = "errors"
                self.query = condition
