"""The table of errors without a browser: what it sends, what is said of lines, what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pytest
import traitlets

import tessnb as tn
from tessnb.errors import InputError


@pytest.fixture
def lines() -> list[tn.TrainingLine]:
    image = np.full((20, 60), 255, np.uint8)
    image[5:15, 10:50] = 0
    return [tn.TrainingLine(image, text, source="<s>") for text in ("tea", "<b>cat</b>", "  edge ", "ten")]


@pytest.fixture
def table(lines: list[tn.TrainingLine]) -> Iterator[tn.ErrorTable]:
    truths = [line.transcription for line in lines]
    result = tn.compare_texts(truths, ["tee", "<b>cot</b>", "edge", "ten"])
    made = tn.ErrorTable(result.lines, lines, sort="-cer", title="<i>")
    yield made
    made.close()


class Browser:
    """Asks what the front end asks, and keeps the answers."""

    def __init__(self, table: tn.ErrorTable, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[tuple[dict[str, Any], list[bytes]]] = []
        self._table = table
        monkeypatch.setattr(
            table, "send", lambda content, buffers=None: self.answers.append((content, buffers or []))
        )

    def ask(self, **content: Any) -> list[tuple[dict[str, Any], list[bytes]]]:
        """Return all answers to one question."""
        self.answers.clear()
        self._table._handle_custom_msg(content, [])
        for _ in range(3):  # what is answered may make more work
            self._table._worker.submit(int).result(60)
        return list(self.answers)


def test_only_what_is_in_sight_is_sent(table: tn.ErrorTable, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(table, monkeypatch)
    ((state, _),) = browser.ask(kind="hello")
    assert state["rows"] == 4
    ((answer, _),) = browser.ask(kind="rows", first=1, count=2)
    assert [row["line"] for row in answer["rows"]] == table.rows.index[1:3].tolist()
    assert answer["rows"][0]["parts"]
    assert browser.ask(kind="text", line=2)[0][0]["text"] == "  edge "
    pictures = browser.ask(kind="pictures", version=state["version"], rows=[0, 9], width=40, height=40)
    assert [content["row"] for content, _ in pictures] == [0]
    assert pictures[0][1][0].startswith(b"\x89PNG")
    assert not browser.ask(kind="pictures", version=-1, rows=[0], width=40, height=40)
    assert len(browser.ask(kind="rows", first=0, count=10**9)[0][0]["rows"]) == 4
    for nonsense in ({"kind": "close_all"}, {"kind": "rows"}, {"kind": "open", "row": 99}, {}):
        assert all(content["kind"] == "problem" for content, _ in browser.ask(**nonsense))


def test_lines_are_not_read_until_they_are_seen() -> None:
    """Lines of documents are decoded when asked for: a table of many begins at once."""
    read: list[int] = []

    class Far(Sequence[tn.TrainingLine]):
        def __len__(self) -> int:
            return 1000

        def __getitem__(self, index: Any) -> Any:
            read.append(index)
            return tn.TrainingLine(np.zeros((5, 5), np.uint8), "tea")

    result = tn.compare_texts(["tea"] * 1000, ["ten"] * 1000)
    table = tn.ErrorTable(result.lines, Far(), marks=tn.LineMarks().mark([7], "train", lines=Far()))
    table.mark("exclude", [8])
    assert set(read) == {7, 8}
    table.close()


def test_the_browser_can_only_choose_rows(table: tn.ErrorTable, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(table, monkeypatch)
    state = browser.ask(kind="arrange", query="cer > 20", filters={"truth": "t"})[-1][0]
    assert (state["rows"], state["query"]) == (1, "cer > 20")
    assert table.rows.index.tolist() == [0]
    ((problem, _),) = browser.ask(kind="arrange", query="@table.close()")
    assert "not a condition" in problem["text"]
    assert table.query == "cer > 20"
    with pytest.raises(InputError):
        table.query = "cer.mean() > 1"
    with pytest.raises(InputError):
        table.sort = "-weather"
    with pytest.raises(InputError, match="no such table"):
        table.show = "errors"


def test_marks_are_saved_undone_and_applied(lines: list[tn.TrainingLine], tmp_path: Path) -> None:
    report = tn.compare_texts([line.transcription for line in lines], ["x"] * 4)
    file = tmp_path / "marks.json"
    table = tn.ErrorTable(report.lines, lines, save_to=file)
    table.mark("exclude", [0])
    table.select([1, 3, 99])
    table.mark("train")
    table.correct(1, "cart")
    assert [line.transcription for line in table.selected] == ["cart", "ten"]
    assert [line.transcription for line in table.to_train] == ["cart", "ten"]
    assert [line.transcription for line in table.apply()] == ["cart", "  edge ", "ten"]
    assert dict(tn.read_marks(file).by_line) == dict(table.marked.by_line)
    table.undo()
    assert table.marks.correction.isna().all()
    table.undo()
    assert table.marks.mark.to_dict() == {0: "exclude"}
    again = tn.ErrorTable(report.lines, lines, save_to=file)
    assert again.marks.mark.to_dict() == {0: "exclude"}
    for _ in range(3):
        table.undo()
    assert not len(table.marks)
    assert not len(tn.read_marks(file))
    with pytest.raises(InputError, match="marks of other lines"):
        tn.ErrorTable(report.lines, lines[::-1], marks=again.marked)
    table.close()
    again.close()


def test_what_a_preflight_found_is_mended_and_unmended(
    lines: list[tn.TrainingLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tn.ErrorTable(tn.preflight(lines, tn.make_starter("tea <b>cat</b> edge n")))
    browser = Browser(table, monkeypatch)
    ((state, _),) = browser.ask(kind="hello")
    assert ["edge_spaces", 1] in [[kind, count] for kind, _, count in state["remedies"]]
    table.mark("exclude", [0])
    state = browser.ask(kind="fix", of="edge_spaces")[-1][0]
    assert "edge_spaces" not in [kind for kind, _, _ in state["remedies"]]
    assert table.lines is not None
    assert [line.transcription for line in table.lines] == ["<b>cat</b>", "edge", "ten"]
    assert not len(table.marks)
    table.undo()
    assert table.lines == lines
    assert table.marks.mark.to_dict() == {0: "exclude"}
    with pytest.raises(InputError, match="no one-call fix"):
        table.fix("contradiction")
    table.close()


def test_a_line_is_opened(table: tn.ErrorTable, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(table, monkeypatch)
    ((detail, (png,)),) = browser.ask(kind="open", row=0, width=500)
    assert detail["truth"] == table.rows.truth.iloc[0]
    assert png.startswith(b"\x89PNG")
    assert "Boxes" in detail["views"]
    seen: list[tuple[str, int]] = []

    def opener(line: tn.TrainingLine, number: int) -> ipywidgets.Widget:
        seen.append((line.transcription, number))
        return ipywidgets.Label("here")

    table.on_open(opener)
    browser.ask(kind="open", row=0)
    assert seen == [(table.rows.truth.iloc[0], table.rows.index[0])]
    assert isinstance(table.child, ipywidgets.Label)
    browser.ask(kind="close")
    assert table.child is None

    def broken(line: tn.TrainingLine, number: int) -> None:
        raise RuntimeError("no disk")

    table.on_open(broken)
    assert "no disk" in browser.ask(kind="open", row=0)[-1][0]["text"]


def test_a_confusion_leads_to_its_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    table = tn.ErrorTable(tn.compare_texts(["a'b", "a\"'b", "x"], ['a"b', 'a""b', ""]), show="confusions")
    browser = Browser(table, monkeypatch)
    browser.ask(kind="open", row=0)
    assert table.show == "errors"
    assert len(table.rows) == 2
    with pytest.raises(InputError, match="are not known"):
        table.mark("train", [0])
    table.close()


def test_the_static_table_is_escaped(table: tn.ErrorTable) -> None:
    bundle = table._repr_mimebundle_()[0]
    shown = bundle["text/html"]
    assert "<b>cat" not in shown
    assert "&lt;b&gt;c" in shown
    assert "<b>&lt;i&gt;</b>" in shown
    assert shown.count("data:image/png;base64,") == 4
    assert "4 of 4 rows" in bundle["text/plain"]


def test_wrong_arguments_are_refused(lines: list[tn.TrainingLine]) -> None:
    with pytest.raises(InputError, match="what an analysis found"):
        tn.ErrorTable(lines)
    result = tn.compare_texts(["a"], ["b"])
    with pytest.raises(InputError, match="no such table"):
        tn.ErrorTable(result, show="letters")
    with pytest.raises((InputError, traitlets.TraitError)):
        tn.ErrorTable(result, query="weather > 3")
    with pytest.raises(TypeError):
        tn.ErrorTable(result, colour="red")  # type: ignore[call-arg]
