"""Marks of lines are data: made, undone by taking the old ones, saved, read and applied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tessnb as tn
from tessnb.analysis import LineMarks, apply_marks, read_marks
from tessnb.errors import FormatError, InputError


def material() -> list[tn.TrainingLine]:
    image = np.full((20, 60), 255, np.uint8)
    texts = ["tea", "=cmd", 'a "b", c\nd', "שלום"]
    boxes = np.array([[0, 0, 5, 5]] * 3)
    made = [tn.TrainingLine(image, text, source="<s>.png", page=place) for place, text in enumerate(texts)]
    made[0].boxes, made[0].box_texts = boxes, [*"tea"]
    return made


def marked(lines: list[tn.TrainingLine]) -> LineMarks:
    marks = LineMarks().mark([1], "exclude", lines=lines).mark([0, 2], "train", lines=lines)
    return marks.correct(2, "", lines=lines).correct(3, " =ש,\n", lines=lines).correct(0, "ten", lines=lines)


def test_marks_do_what_they_say() -> None:
    lines = material()
    marks = marked(lines)
    kept = apply_marks(lines, marks)
    assert [line.transcription for line in kept] == ["ten", "", " =ש,\n"]
    assert not len(kept[0].boxes)
    assert lines[0].transcription == "tea"
    assert [line.transcription for line in apply_marks(lines, marks, only="train")] == ["ten", ""]
    assert apply_marks(lines, LineMarks()) == lines
    assert marks.with_mark("train") == [0, 2]
    frame = marks.frame()
    assert frame.mark.to_dict() == {0: "train", 1: "exclude", 2: "train", 3: ""}
    assert frame.correction[1] is None
    assert frame.truth[3] == "שלום"


def test_a_mark_goes_again() -> None:
    lines = material()
    wrong = LineMarks().mark([0], "wrong truth", lines=lines)
    assert apply_marks(lines, wrong) == lines[1:]
    mended = wrong.correct(0, "ten", lines=lines)  # corrected, it is not wrong any longer
    assert mended.by_line[0].mark == ""
    assert wrong.by_line[0].mark == "wrong truth"
    assert len(mended.correct(0, "tea", lines=lines)) == 0
    assert len(mended.correct(0, None, lines=lines)) == 0
    assert len(wrong.mark([0], "", lines=lines)) == 0
    with pytest.raises(InputError, match="no such mark"):
        wrong.mark([0], "maybe", lines=lines)


@pytest.mark.parametrize("name", ["marks.csv", "marks.JSON"])
def test_saved_marks_come_back(tmp_path: Path, name: str) -> None:
    lines = material()
    marks = marked(lines)
    marks.save(tmp_path / name)
    assert dict(read_marks(tmp_path / name).by_line) == dict(marks.by_line)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "line,mark\n1,exclude\n"),
        ("a.csv", "line,mark,correction,truth,source,page,corrected\n1,maybe,,a,b,0,0\n"),
        ("a.csv", "line,mark,correction,truth,source,page,corrected\nx,train,,a,b,0,0\n"),
        ("a.json", "[1]"),
        ("a.json", '[{"line": 1, "mark": "train", "correction": 5, "truth": "", "source": "", "page": 0}]'),
        ("a.json", "{"),
    ],
)
def test_damaged_marks_are_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(FormatError, match="not a file of marks"):
        read_marks(tmp_path / name)


def test_marks_of_other_lines_are_refused() -> None:
    lines = material()
    marks = marked(lines)
    for others in (lines[:2], lines[::-1]):
        with pytest.raises(InputError, match="marks of other lines"):
            apply_marks(others, marks)
    with pytest.raises(InputError, match="no such mark"):
        apply_marks(lines, marks, only="exclud")


@pytest.mark.parametrize("line", ["1e999", "NaN", "[" * 100_000])
def test_lines_that_are_no_numbers(line: str, tmp_path: Path) -> None:
    rest = '"mark":"exclude","correction":null,"truth":"","source":"","page":0'
    (tmp_path / "marks.json").write_text(f'[{{"line":{line},{rest}}}]')
    with pytest.raises(FormatError, match="not a file of marks"):
        read_marks(tmp_path / "marks.json")
