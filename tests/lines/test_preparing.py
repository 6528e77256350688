"""Lines of every kind prepared once: the same as when they are opened, and nothing done twice."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tessnb as tn
from tessnb.errors import InputError
from tessnb.lines.sources import DocumentLines
from tests.lines.test_imports import BOXES, TEXTS, page, page_xml, text_line  # noqa: F401
from tests.stress import material


def line_images(folder: Path, count: int, first: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        line = material.line(number)
        Image.fromarray(line.image).save(folder / f"line{number:04}.png")
        (folder / f"line{number:04}.gt.txt").write_text(line.transcription)


@pytest.fixture
def sources(page: Path) -> list[Path]:  # noqa: F811
    """A layout, a page with boxes, a document, and a list of a folder of line images."""
    (page / "page.xml").write_text(page_xml(f'<TextRegion id="r">{text_line(0)}{text_line(1)}</TextRegion>'))
    Image.open(page / "page.png").save(page / "boxed.png")
    left, top, right, bottom = BOXES[0]
    box = f"WordStr {left} {300 - bottom} {right} {300 - top} 0 #{TEXTS[0]}\n"
    (page / "boxed.box").write_text(f"{box}\t {right} {300 - bottom} {right + 1} {300 - top} 0\n")
    document = material.write_documents(page, documents=1)[0]
    line_images(page / "lines", 3)
    (page / "list").write_text(f"{page / 'lines'}\n")
    return [page / "page.xml", page / "boxed.png", document, page / "list"]


def assert_same(found: Sequence[tn.TrainingLine], expected: Sequence[tn.TrainingLine]) -> None:
    assert [line.transcription for line in found] == [line.transcription for line in expected]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.image, other.image)
        np.testing.assert_array_equal(one.boxes, other.boxes)


def test_they_are_the_lines_that_open_lines_opens(sources: list[Path], tmp_path: Path) -> None:
    done: list[str] = []
    lines = tn.prepare_lines(*sources, folder=tmp_path / "made", on_done=done.append)
    expected = tn.open_lines(*sources)
    assert len(lines) == 2 + 1 + 8 + 3
    assert_same(lines, expected)
    assert_same(pickle.loads(pickle.dumps(lines)), expected)
    assert lines.problems.empty
    assert lines.documents[2] == str(sources[2])
    assert {str(path) for path in (tmp_path / "made").iterdir()} == set(done)
    assert set(done) == set(lines.documents) - {str(sources[2])}
    assert_same(tn.open_lines(*lines.documents), expected)
    assert_same(tn.open_lines(tmp_path / "list"), [material.line(number) for number in range(3)])


def test_what_is_there_is_not_made_again(sources: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "made"
    documents = tn.prepare_lines(*sources, folder=folder).documents
    os.unlink(documents[0])
    done: list[str] = []
    assert tn.prepare_lines(*sources, folder=folder, on_done=done.append).documents == documents
    assert done == documents[:1]
    (tmp_path / "lines" / "line0001.gt.txt").write_text("nose")
    lines = tn.prepare_lines(*sources, folder=folder, on_done=done.append)
    assert done == [documents[0], lines.documents[3]]
    assert lines.documents[:3] == documents[:3]
    assert lines[-2].transcription == "nose"


def test_very_many_lines_are_several_documents(tmp_path: Path) -> None:
    line_images(tmp_path / "lines", 450)
    lines = tn.prepare_lines(tmp_path / "lines", folder=tmp_path / "made")
    assert [len(part) for part in lines.parts] == [200, 200, 50]
    assert_same(lines, [material.line(number) for number in range(450)])


def test_what_cannot_be_used_is_told_each_time(sources: list[Path], tmp_path: Path) -> None:
    (tmp_path / "lines" / "line0001.gt.txt").write_text("")
    (tmp_path / "lines" / "line0002.png").write_bytes(b"\x89PNG nothing")
    (tmp_path / "broken.xml").write_text("<PcGts><")
    outside = '<Coords points="900,900 990,900 990,990 900,990"/><TextEquiv><Unicode>x</Unicode></TextEquiv>'
    body = f'<TextRegion id="r">{text_line(0)}<TextLine id="far">{outside}</TextLine></TextRegion>'
    sources[0].write_text(page_xml(body))
    for _ in range(2):
        lines = tn.prepare_lines(tmp_path / "broken.xml", *sources, folder=tmp_path / "made")
        assert lines[-1].transcription == material.line(0).transcription
        assert len(lines) == 1 + 1 + 8 + 1
        problems = lines.problems
        assert [Path(path).name for path in problems.source] == [
            *("broken.xml", "page.xml", "line0001.png", "line0002.png")
        ]
        assert problems.text.tolist() == ["", "x", "", ""]
        assert "outside of the page" in problems.problem[1]
        assert "empty transcription" in problems.problem[2]


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no training lines named"):
        tn.prepare_lines(folder=tmp_path)
    for name in ("gone.xml", "gone.lstmf", "gone"):
        with pytest.raises(InputError, match=f"{name}.*no such file"):
            tn.prepare_lines(tmp_path / name, folder=tmp_path)
    line_images(tmp_path, 1)
    (tmp_path / "line0000.gt.txt").write_text("")
    with pytest.raises(InputError, match=r"no line can be used; found .*empty transcription"):
        tn.prepare_lines(tmp_path, folder=tmp_path / "made")


def test_a_document_that_is_a_source_stays_where_it_is(tmp_path: Path) -> None:
    paths = material.write_documents(tmp_path)
    lines = tn.prepare_lines(*paths, folder=tmp_path / "made")
    assert lines.documents == [str(path) for path in paths]
    assert all(isinstance(part, DocumentLines) for part in lines.parts)
    assert list((tmp_path / "made").iterdir()) == []
