"""Whatever an analysis found, as a table of rows about lines: sifted, in order, in parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tessnb as tn
from tessnb.analysis.line_tables import Arrangement, LineTable, line_tables
from tessnb.analysis.thumbnails import line_thumbnail
from tessnb.errors import InputError
from tessnb.lines.images import decode_image


@pytest.fixture(scope="module")
def tables() -> dict[str, LineTable]:
    truths = ["the cat", "a mat", "sat", "Zoo"]
    reads = ["tha cat", "a  mat", "st", "Zoo"]
    result = tn.compare_texts(truths, reads, font=["B", "a", "C", "b"], confidence=[1.0, np.nan, 3.0, 2.0])
    return line_tables(result)


def test_an_evaluation_has_its_tables(tables: dict[str, LineTable]) -> None:
    assert list(tables) == ["lines", "errors", "confusions"]
    lines = tables["lines"]
    assert [(column.name, column.kind) for column in lines.columns] == [
        ("cer", "number"),
        ("confidence", "number"),
        ("font", "choice"),
    ]
    assert lines.columns[2].choices == ("B", "C", "a", "b")
    assert lines.number(2) == 2
    assert tables["confusions"].number(0) is None


def test_rows_are_sifted_and_put_in_order(tables: dict[str, LineTable]) -> None:
    lines = tables["lines"]
    assert lines.arrange(Arrangement(sort="-cer")).tolist() == [2, 1, 0, 3]
    assert lines.arrange(Arrangement(sort="font")).tolist() == [1, 0, 3, 2]
    assert lines.arrange(Arrangement(sort="confidence")).tolist() == [0, 3, 2, 1]
    assert lines.arrange(Arrangement(sort="-line", search="AT")).tolist() == [2, 1, 0]
    assert lines.arrange(Arrangement("cer > 0", filters={"font": "b"})).tolist() == [0]
    for wrong in (Arrangement("@x"), Arrangement(sort="weather"), Arrangement(filters={"cer": "much"})):
        with pytest.raises(InputError):
            lines.arrange(wrong)


def test_what_differs_is_apart(tables: dict[str, LineTable]) -> None:
    assert [tuple(part) for part in tables["lines"].parts(0)] == [
        ("equal", "th", "th"),
        ("replace", "e", "a"),
        ("equal", " cat", " cat"),
    ]
    errors = tables["errors"]
    kinds = [[part.kind for part in errors.parts(place)] for place in range(len(errors.frame))]
    assert kinds == [
        ["equal", "replace", "equal"],
        ["equal", "insert", "equal"],
        ["equal", "delete", "equal"],
    ]
    assert errors.parts(2)[1].truth == "a"


def test_a_preflight_marks_the_character() -> None:
    image = np.full((20, 200), 255, np.uint8)
    image[5:15, 10:190] = 0
    report = tn.preflight([tn.TrainingLine(image, "5 ₹, 6 ₹")], tn.make_starter("56, "))
    table = line_tables(report)["problems"]
    place = int(np.flatnonzero(report.problems.kind == "unencodable")[0])
    assert [part.kind for part in table.parts(place)] == ["equal", "replace", "equal", "replace"]
    assert table.lines is report.lines


def test_a_ranking_knows_its_lines() -> None:
    frame = pd.DataFrame(
        {"score": [0.9, 0.1], "why": ["x", ""], "truth": ["tea", "ten"], "suggestion": ["sea", ""]},
        index=pd.Index([1, 0], name="line"),
    )
    image = np.zeros((5, 5), np.uint8)
    lines = [tn.TrainingLine(image, "ten"), tn.TrainingLine(image, "tea")]
    table = line_tables(frame, lines)["rows"]
    assert table.number(0) == 1
    assert [part.kind for part in table.parts(0)] == ["replace", "equal"]
    assert [part.kind for part in table.parts(1)] == ["equal"]
    with pytest.raises(InputError, match="other lines"):
        line_tables(frame, lines[:1])
    with pytest.raises(InputError, match="what an analysis found"):
        line_tables([1, 2])


def test_a_picture_fits_and_shows_the_place() -> None:
    image = np.full((60, 3000), 255, np.uint8)
    image[:, 1500:1530] = 0
    line = tn.TrainingLine(image, "x")
    whole = line_thumbnail(line, width=600, height=30)
    assert (whole.width, whole.height, whole.mark) == (600, 12, None)
    part = line_thumbnail(line, width=600, height=30, span=(1500, 1530))
    assert part.height == 30
    assert part.mark is not None
    pixels = decode_image(part.png, "part").pixels
    left, right = (round(edge * part.width) for edge in part.mark)
    assert pixels[:, left + 1 : right - 1].max() < 128
    assert pixels[:, : left - 2].min() > 128
    tiny = line_thumbnail(tn.TrainingLine(image[:1, :2], "x"), width=1, height=1)
    assert tiny.png.startswith(b"\x89PNG")
