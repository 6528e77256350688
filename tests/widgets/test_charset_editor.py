"""The editor of character sets without a browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tessnb as tn
from tessnb.errors import CharsetError, InputError
from tessnb.formats import TrainedData, Unicharset

TEXT = "Tea for <b>two</b>"


@pytest.fixture
def edit() -> Iterator[Callable[..., Any]]:
    """``edit(source, text=…)`` makes an editor whose messages to the browser are kept in ``sent``."""
    editors = []

    def make(*arguments: Any, **options: Any) -> Any:
        editor: Any = tn.CharsetEditor(*arguments, **options)
        editor.sent = []
        editor.send = lambda content, buffers=None: editor.sent.append(content)
        editors.append(editor)
        return editor

    yield make
    for editor in editors:
        editor.close()


def ask(editor: Any, kind: str, **content: Any) -> tuple[Any, Any]:
    """Ask as a browser does; return the character set and what was said."""
    editor.sent.clear()
    editor._on_message(editor, {"kind": kind, **content}, [])
    deadline = time.monotonic() + 60
    while not (found := [message for message in editor.sent if message["kind"] == "charset"]):
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.01)
    said = [message for message in editor.sent if message["kind"] == "result"]
    return found[-1], said[-1] if said else None


def test_all_sources_are_taken(edit: Callable[..., Any], tmp_path: Path) -> None:
    starter = tn.make_starter(TEXT, lang="mine")
    starter.write(tmp_path / "mine.traineddata")
    unicharset = Unicharset.from_bytes(starter["lstm-unicharset"])
    unicharset.write(tmp_path / "mine.unicharset")
    unicharset.write(tmp_path / "mine.lstm-unicharset")
    sources = (
        *(starter, unicharset, tmp_path / "mine.traineddata", str(tmp_path / "mine.unicharset")),
        tmp_path / "mine.lstm-unicharset",
    )
    assert len({edit(source).draft.unichars for source in sources}) == 1
    model = tn.load_model("eng")
    assert edit(model).draft.unichars == edit("eng").draft.unichars
    assert edit(model).draft.recoder is model.recoder
    with pytest.raises(InputError):
        tn.CharsetEditor(tmp_path / "nowhere.unicharset")
    with pytest.raises(TypeError, match="colour"):
        tn.CharsetEditor(starter, colour="red")  # type: ignore[call-arg]


def test_the_table_tells_of_each_character(edit: Callable[..., Any]) -> None:
    editor = edit(tn.make_starter(TEXT), text="toot ½")
    editor.add("é")
    editor.remove("T")
    table = editor.table.set_index("character")
    row = table.loc["o"]
    assert (row.code_points, row["name"], row.script) == ("U+006F", "latin small letter o", "Latin")
    assert (row["type"], row["count"], row.change) == ("lower case", 2, "")
    assert row.codes == list(editor.draft.recoder.encode(editor.unicharset.id_of("o")))
    assert table.change.loc[["é", "T"]].tolist() == ["added", "removed"]
    assert dict(editor.missing) == {"½": 1}


def test_the_browser_changes_and_is_told(edit: Callable[..., Any], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    editor = edit(tn.make_starter(TEXT), text="Tea ½ ½ ±")
    charset, _ = ask(editor, "hello")
    assert charset["missing"] == [("½", 2), ("±", 1)]
    outputs = charset["outputs"]
    charset, said = ask(editor, "add", text="½")
    assert charset["missing"] == [("±", 1)]
    assert charset["outputs"] == outputs + 1
    assert said["text"] == "Added 1: ½"
    charset, _ = ask(editor, "remove", characters=["<", ">"])
    assert charset["outputs"] == outputs - 1
    charset, _ = ask(editor, "undo")
    charset, _ = ask(editor, "undo")
    assert (charset["outputs"], charset["undo"], charset["redo"]) == (outputs, False, True)
    charset, _ = ask(editor, "redo")
    _, said = ask(editor, "add", text="\u093f\u093f")
    assert said["failed"]
    for name in ("../a.traineddata", "a b.traineddata", "a.txt", ".unicharset"):
        _, said = ask(editor, "save", name=name)
        assert said["failed"]
    _, said = ask(editor, "save", name="new.traineddata")
    assert said["text"] == "Written: new.traineddata"
    assert "½" in Unicharset.from_bytes(TrainedData.read("new.traineddata")["lstm-unicharset"])
    _, said = ask(editor, "save", name="new.traineddata")
    assert "such a file already" in said["text"]
    _, said = ask(editor, "save", name="new.unicharset")
    assert (tmp_path / "new.unicharset").read_bytes() == editor.unicharset.to_bytes(canonical=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.traineddata", "new.unicharset"]


def test_a_new_starter_trains_a_model_further(edit: Callable[..., Any], make_run: Any) -> None:
    run = make_run()
    editor = edit(run.model())
    editor.add("½")
    lines = list(tn.render("one ½", ["DejaVu Sans"], xsize=700, ysize=600))
    further = tn.fine_tune(run.model(), lines, starter=editor.starter(), max_iterations=2)
    further.start().wait()
    assert further.progress.means.skip_ratio == 0
    assert "½" in further.model().unicharset


def test_what_is_seen_without_widgets(edit: Callable[..., Any]) -> None:
    editor = edit(tn.make_starter(TEXT), text="½ <i>")
    data = editor._repr_mimebundle_()[0]
    assert "Not to be encoded of the text: i\u202f×1 ½\u202f×1" in data["text/html"]
    assert "less-than sign" in data["text/html"]
    assert "<i>" not in data["text/html"]
    with pytest.raises(CharsetError):
        editor.add("\u093f\u093f")
    editor.text = "Tea"
    assert not editor.missing
    editor.close()
    editor._on_message(editor, {"kind": "hello"}, [])  # a late message does no harm
