"""Texts and names of files that are made to do harm: tables and reprs show them, and nothing more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tessnb as tn
from tessnb.analysis import read_log
from tessnb.errors import InputError, visible
from tests.stress import material

#: Breaks out of a text, an attribute and a comment; a terminal's escapes; a turn of direction.
HOSTILE = "\"'--><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202egpj"
_HARMLESS = set(re.findall(r"\w+", "p table thead tbody tr th td b i br code del ins mark div span"))
_ATTRIBUTES = {"class", "dir", "scope", "border", "title", "style"}


class _Page(HTMLParser):
    """What a browser would make of a page; its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in _HARMLESS, tag
        assert {name for name, _ in attributes} <= _ATTRIBUTES, attributes

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def _lines() -> list[tn.TrainingLine]:
    image = np.full((12, 40), 255, np.uint8)
    return [
        tn.TrainingLine(image, HOSTILE, source=HOSTILE, font=HOSTILE, language=HOSTILE, box_texts=[HOSTILE])
    ] * 2


def _log(folder: Path) -> object:
    path = folder / HOSTILE.replace("/", "∕")
    path.write_bytes(
        f"Can't encode transcription: '{HOSTILE}' in language '{HOSTILE}'\n"
        f"File {HOSTILE} line 3 (Perfect):\n"
        "At iteration 100/200/201, Mean rms=3.1%, delta=1.2%, BCER train=50.5%, BWER train=99%, skip "
        f"ratio=0.1%,  New best BCER = 50.5 wrote best model:{HOSTILE}.checkpoint wrote checkpoint.\n"
        "".encode()
    )
    return read_log(path)


def _runs(folder: Path) -> object:
    about = {"kind": "start", "time": 1, "version": 1, "run": HOSTILE, "training": 0, "host": HOSTILE}
    end = {"kind": "end", "time": 2, "state": "finished", "reason": HOSTILE}
    name = HOSTILE.replace("/", "∕")
    (folder / f"{name}.run.jsonl").write_text(f"{json.dumps(about)}\n{json.dumps(end)}\n")
    return tn.runs(folder)


SHOWN: dict[str, Callable[[Path], object]] = {
    "problems": lambda folder: tn.preflight(_lines(), material.starter()),
    "evaluation": lambda folder: tn.compare_texts([HOSTILE, HOSTILE], [HOSTILE.upper(), ""]),
    "comparison": lambda folder: tn.compare_texts([HOSTILE], [HOSTILE[::-1]]),
    "log": _log,
    "runs": _runs,
    "lines": lambda folder: pd.DataFrame(
        [(line.transcription, line.source, line.font) for line in _lines()], columns=["text", HOSTILE, "font"]
    ),
    "card": lambda folder: tn.model_card(tn.TrainedData(material.starter().components, name=HOSTILE)),
}


@pytest.mark.parametrize("name", SHOWN)
def test_tables_show_it(name: str, tmp_path: Path) -> None:
    shown = SHOWN[name](tmp_path)
    page = shown._repr_html_()  # type: ignore[attr-defined]
    assert "<script" not in page
    if name == "lines":  # pandas puts a style beside its tables
        page = page[page.index("<table") :].partition("</table>")[0]
    _Page(page)
    if name != "lines":  # pandas' own table as text is pandas'
        assert "\x1b" not in repr(shown)
        assert "\u202e" not in repr(shown)


def test_problems_and_errors_have_the_texts_themselves() -> None:
    page = _Page(SHOWN["problems"](Path())._repr_html_())  # type: ignore[attr-defined]
    assert HOSTILE in page.text
    line = _lines()[0]
    assert "\x1b" not in repr(line)
    assert "\u202e" not in repr(line)


def test_errors_are_visible() -> None:
    error = InputError("no such file", where=f"a\n{HOSTILE}", found=HOSTILE, hint="x\x00\x9b\x7f\udcff")
    assert str(error) == (
        "a\\n\"'--><script>alert(1)</script><img src=x onerror=alert(2)>\\x1b[31m\\u202egpj: no such file; "
        "found \"'--><script>alert(1)</script><img src=x onerror=alert(2)>\\x1b[31m\\u202egpj. "
        "x\\x00\\x9b\\x7f\\udcff"
    )
    assert error.found == HOSTILE
    assert visible("tab\tline\nمرحبا \u200f字 é\u0301") == "tab\tline\nمرحبا \u200f字 é\u0301"
