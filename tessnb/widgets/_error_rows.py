"""What the table of errors sends: plain values of the rows in sight; and the table where no widgets run."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import numpy as np

from tessnb.analysis._html import shown
from tessnb.analysis.differences import Part
from tessnb.analysis.line_tables import LineTable
from tessnb.analysis.marks import LineMarks, Mark, with_text
from tessnb.analysis.problems import Preflight
from tessnb.analysis.reading import read_line
from tessnb.analysis.result import Evaluation
from tessnb.analysis.thumbnails import line_thumbnail
from tessnb.errors import TessnbError
from tessnb.lines import TrainingLine

__all__ = [
    "columns_message",
    "corrected",
    "detail_message",
    "drills",
    "openers",
    "picture_message",
    "remedies_message",
    "rows_message",
    "same_confusion",
    "static_html",
]

#: Characters of a text that are sent; rows of the static table; the size of its pictures.
_LONGEST, _STATIC_ROWS, _STATIC_SIZE = 400, 10, (480, 32)
#: What is told of an opened line, if the table has it.
_FACTS = (
    *("source", "page", "font", "language", "script", "cer", "wer", "confidence", "score", "why", "kind"),
    *("found", "advice", "fix", "reason", "detail", "instead"),
)


def columns_message(table: LineTable) -> list[dict[str, Any]]:
    """Return what is said of columns."""
    return [
        {"name": one.name, "title": one.title, "kind": one.kind, "choices": list(one.choices)}
        for one in table.columns
    ]


def remedies_message(source: Any) -> list[tuple[str, str, int]]:
    """Return what can be mended in one call: kinds, remedies, lines."""
    if not isinstance(source, Preflight):
        return []
    return [(kind, fix, int(source.summary.lines[kind])) for kind, fix in source.remedies.items()]


def rows_message(
    table: LineTable, places: np.ndarray, marks: LineMarks, selected: set[int]
) -> list[dict[str, Any]]:
    """Return rows: texts in parts, cells, and what is said of the line."""
    found = []
    for place in places.tolist():
        number = table.number(place)
        mark = marks.by_line.get(number) if number is not None else None
        found.append(
            {
                "line": number,
                "parts": _short(table.parts(place)),
                "cells": [shown(table.value(place, name))[:_LONGEST] for name in table.shown],
                "mark": mark.mark if mark else "",
                "correction": mark.correction if mark else None,
                "selected": number in selected,
            }
        )
    return found


def _short(parts: list[Part]) -> list[tuple[str, str, str]]:
    """Return as much of a text as is seen."""
    found: list[tuple[str, str, str]] = []
    left = _LONGEST
    for kind, truth, read in parts:
        if left <= 0:
            return [*found, ("equal", "…", "…")]
        found.append((kind, truth[:left], read[:left]))
        left -= max(len(truth), len(read))
    return found


def picture_message(table: LineTable, place: int, width: int, height: int) -> tuple[dict[str, Any], bytes]:
    """Return a row's picture with its size, empty if there is none."""
    number = table.number(place)
    if number is None or table.lines is None:
        return {"width": 0, "height": 0, "mark": None}, b""
    try:
        line = table.lines[number]
    except TessnbError:  # a damaged file; the row tells
        return {"width": 0, "height": 0, "mark": None}, b""
    made = line_thumbnail(line, width=width, height=height, span=table.span(place))
    return {"width": made.width, "height": made.height, "mark": made.mark}, made.png


def corrected(line: TrainingLine, mark: Mark | None) -> TrainingLine:
    """Return a line with the text that it should have."""
    return line if mark is None or mark.correction is None else with_text(line, mark.correction)


def detail_message(
    source: Any, table: LineTable, place: int, marks: LineMarks, width: int
) -> tuple[dict[str, Any], bytes]:
    """Return everything about a row's line: texts, facts, its picture, and how sure each character is."""
    number = table.number(place)
    assert number is not None
    known = [(name, table.value(place, name)) for name in _FACTS]
    message: dict[str, Any] = {
        "line": number,
        "facts": [(name, shown(value)) for name, value in known if shown(value)],
        "parts": [tuple(part) for part in table.parts(place)],
        "truth": table.value(place, "truth"),
        "span": table.span(place),
        "pieces": [],
        "width": 0,
        "height": 0,
    }
    try:
        line = table.lines[number] if table.lines is not None else None
    except TessnbError as error:
        line, message["problem"] = None, str(error)
    if line is None:
        return message, b""
    mark = marks.by_line.get(number)
    message |= {"truth": line.transcription, "correction": mark.correction if mark else None}
    message |= {"width": line.width, "height": line.height}
    if isinstance(source, Evaluation):
        if number in source.lines.index:
            whole = LineTable("lines", source.lines.loc[[number]], None, None, ())
            message["parts"] = [tuple(part) for part in whole.parts(0)]
        if source.model is not None:
            reading = read_line(source.model, line, number, dictionaries=source.dictionaries)
            message["pieces"] = [tuple(piece) for piece in reading.pieces]
    return message, line_thumbnail(line, width=width, height=4 * line.height).png


def drills(table: LineTable) -> str:
    """Return what a row leads to, where it is about no single line: ``errors``, or nothing."""
    return "errors" if table.name == "confusions" else ""


def same_confusion(table: LineTable, place: int) -> str:
    """Return the condition on errors that a row of the confusions counts."""
    values = ((name, str(table.value(place, name) or "")) for name in ("truth", "read", "kind"))
    return " and ".join(f"{name} == {value!r}" for name, value in values)


def openers(source: Any) -> dict[str, Callable[[TrainingLine, int], ipywidgets.Widget | None]]:
    """Return in which other widgets a line can be opened, by what is said on the button."""

    def boxes(line: TrainingLine, number: int) -> ipywidgets.Widget:
        from tessnb.widgets.box_viewer import BoxViewer

        return BoxViewer(line)

    def outputs(line: TrainingLine, number: int) -> ipywidgets.Widget:
        from tessnb.widgets.ctc_plot import CTCPlot

        return CTCPlot(line, source.model)

    reads = isinstance(source, Evaluation) and source.model is not None
    return {"Outputs over time": outputs, "Boxes": boxes} if reads else {"Boxes": boxes}


def static_html(title: str, table: LineTable, places: np.ndarray) -> str:
    """Return the first rows as HTML; every text is escaped."""
    heads = [*(["line"] if table.numbers is not None else []), "text", *(one.title for one in table.columns)]
    body = []
    for place in places[:_STATIC_ROWS].tolist():
        number = table.number(place)
        cells = [] if number is None else [str(number)]
        picture, png = picture_message(table, place, *_STATIC_SIZE)
        image = ""
        if png:
            code = base64.b64encode(png).decode()
            size = f'width="{picture["width"]}" style="display:block"'
            image = f'<img alt="" {size} src="data:image/png;base64,{code}">'
        cells.append(image + "".join(map(_marked, _short(table.parts(place)))))
        cells += [escape(shown(table.value(place, name))) for name in table.shown]
        body.append("<tr>" + "".join(f'<td dir="auto">{cell}</td>' for cell in cells) + "</tr>")
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rest = f"<p>… and {len(places) - _STATIC_ROWS} more</p>" if len(places) > _STATIC_ROWS else ""
    none = "<p>Nothing is wrong here.</p>" if not len(places) else ""
    return (
        f"<p><b>{escape(title)}</b>: {len(places)} of {len(table.frame)} rows</p>{none}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{rest}"
    )


def _marked(part: tuple[str, str, str]) -> str:
    kind, truth, read = part[0], escape(part[1]), escape(part[2])
    if kind == "equal":
        return read
    if kind == "insert":
        return f"<ins>{read}</ins>"
    return f"<del>{truth}</del>" if kind == "delete" else f'<mark title="{truth}">{read}</mark>'
