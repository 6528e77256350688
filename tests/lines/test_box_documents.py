"""Opening what has boxes, and saving corrections without harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tessnb as tn
from tessnb.errors import FormatError, InputError
from tessnb.formats.boxfile import BoxChar, read_boxes
from tessnb.lines.box_documents import BoxDocument, open_boxes, page_text
from tessnb.lines.box_editing import insert, set_text, split
from tessnb.lines.box_history import BoxHistory
from tessnb.lines.cutting import cut_file, make_document
from tests.conftest import EnglishSet, run_tool

FILE = "a 1 2 10 12 0\nb 11 2 20 12 0\n\t 21 2 25 12 0\nc 1 2 10 12 1\nx 1 2 10 12 7\n"


@pytest.fixture
def two_pages(tmp_path: Path) -> Path:
    """A TIFF of two pages with its boxes, one of them on a page that it lacks."""
    pages = [Image.new("L", (40, 30 + number), 255) for number in range(2)]
    pages[0].save(tmp_path / "two.tif", save_all=True, append_images=pages[1:])
    (tmp_path / "two.box").write_text(FILE)
    return tmp_path / "two.tif"


def history(document: BoxDocument) -> BoxHistory:
    return BoxHistory(document.read)


def test_pages_and_their_boxes(two_pages: Path) -> None:
    for source in (two_pages, two_pages.with_suffix(".box"), str(two_pages)):
        document = open_boxes(source)
        assert [document.pages[number].height for number in range(len(document.pages))] == [30, 31]
        assert [[box.text for box in document.read(number)] for number in (0, 1, 7)] == [
            ["a", "b", "\t"],
            ["c"],
            ["x"],
        ]
        assert document.to_bytes(".box", history(document)) == FILE.encode()


def test_boxes_of_another_file_or_of_none(two_pages: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.box"
    other.write_text("o 1 2 3 4 1\n")
    document = open_boxes(two_pages, other)
    assert document.path == other
    assert [box.text for box in document.read(1)] == ["o"]
    document = open_boxes(two_pages, [BoxChar("m", 1, 2, 3, 4)])
    assert document.path is None
    with pytest.raises(InputError, match="nowhere to save"):
        document.save(history(document))
    saved = document.save(history(document), tmp_path / "mine.box")
    assert document.path == saved
    assert read_boxes(saved) == [BoxChar("m", 1, 2, 3, 4)]


def test_an_image_alone_gets_a_box_file(two_pages: Path) -> None:
    two_pages.with_suffix(".box").unlink()
    document = open_boxes(two_pages)
    assert document.read(0) == ()
    boxes = history(document)
    boxes.apply(1, insert((), 0, BoxChar("new", 1, 2, 30, 14, 1, is_word=True)))
    assert document.save(boxes) == two_pages.with_suffix(".box")
    assert two_pages.with_suffix(".box").read_text() == "WordStr 1 2 30 14 1 #new\n\t 31 2 35 14 1\n"


def test_a_line_with_its_transcription(tmp_path: Path) -> None:
    Image.new("L", (200, 30), 255).save(tmp_path / "line.png")
    (tmp_path / "line.gt.txt").write_text("one wto\n")
    document = open_boxes(tmp_path / "line.png")
    (box,) = document.read(0)
    assert (box.text, box.is_word, box.right, box.top) == ("one wto", True, 200, 30)
    boxes = history(document)
    boxes.apply(0, set_text(boxes[0], 0, 1, "one two"))
    assert document.save(boxes) == tmp_path / "line.gt.txt"
    assert (tmp_path / "line.gt.txt").read_text() == "one two\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line.gt.txt", "line.png"]


def test_right_to_left_transcriptions_are_in_the_order_of_reading(tmp_path: Path) -> None:
    Image.new("L", (200, 30), 255).save(tmp_path / "line.png")
    (tmp_path / "line.gt.txt").write_text("שלום 12\n", encoding="utf-8")
    document = open_boxes(tmp_path / "line.png")
    assert document.to_bytes(".gt.txt", history(document)).decode() == "שלום 12\n"
    boxes = [BoxChar(char, 0, 0, 1, 1) for char in "12 םולש"]
    assert page_text(boxes) == "שלום 12"


def test_what_changed_on_disk_is_not_written_over(two_pages: Path) -> None:
    path = two_pages.with_suffix(".box")
    document = open_boxes(two_pages)
    boxes = history(document)
    boxes.apply(0, set_text(boxes[0], 0, 1, "z"))
    path.write_text(FILE + "y 1 1 2 2 0\n")
    with pytest.raises(InputError, match="changed on disk"):
        document.save(boxes)
    assert path.read_text().endswith("y 1 1 2 2 0\n")
    path.unlink()
    with pytest.raises(InputError, match="changed on disk"):
        document.save(boxes)
    document.save(boxes, overwrite=True)
    assert path.read_text() == FILE.replace("a 1", "z 1")
    document.save(boxes)  # it is ours again


def test_other_files_are_not_written_over(two_pages: Path, tmp_path: Path) -> None:
    document = open_boxes(two_pages)
    other = tmp_path / "other.box"
    other.write_text("mine\n")
    with pytest.raises(InputError, match="such a file already"):
        document.save(history(document), other)
    assert other.read_text() == "mine\n"
    with pytest.raises(InputError, match="no known kind"):
        document.save(history(document), tmp_path / "other.txt")
    copy = document.save(history(document), tmp_path / "text.gt.txt")
    assert copy.read_text() == "ab\nc\n"
    assert document.path == two_pages.with_suffix(".box")


def test_training_lines_are_corrected() -> None:
    lines = tn.render("one two", ["DejaVu Sans"], xsize=700, ysize=600)
    document = open_boxes(lines)
    boxes = history(document)
    boxes.apply(0, set_text(boxes[0], 0, 7, "one too"))
    line = document.line(0, boxes[0])
    assert line.transcription == "one too"
    assert line.box_texts == list("one too")
    np.testing.assert_array_equal(line.boxes, lines[0].boxes)
    bare = tn.TrainingLine(np.zeros((20, 50), np.uint8), "text")
    document = open_boxes(bare)
    boxes = history(document)
    boxes.apply(0, split(boxes[0], 0, 1))
    line = document.line(0, boxes[0])
    assert (line.transcription, line.box_texts, len(line.boxes)) == ("text", ["text"], 0)


def test_lines_of_a_document_are_read_when_asked_for(tmp_path: Path) -> None:
    lines = list(tn.render("one\ntwo", ["DejaVu Sans"], xsize=700, ysize=600))
    path = tmp_path / "lines.lstmf"
    make_document(lines, "lines").write(path)
    document = open_boxes(path)
    assert sorted(page_text(document.read(number)) for number in range(len(document.pages))) == ["one", "two"]
    with pytest.raises(InputError, match="several lines"):
        document.save(history(document), tmp_path / "lines.box")


@pytest.mark.parametrize("source", [3, [], ["a"], None])
def test_what_has_no_boxes(source: object) -> None:
    with pytest.raises(InputError):
        open_boxes(source)  # type: ignore[arg-type]


def test_missing_and_damaged_files(two_pages: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_boxes(tmp_path / "none.tif")
    (tmp_path / "lone.box").write_text(FILE)
    with pytest.raises(InputError, match="no image beside"):
        open_boxes(tmp_path / "lone.box")
    two_pages.with_suffix(".box").write_text("a 1 2 10 12 0\nb 9 9 1 1 0\n")
    with pytest.raises(FormatError, match="line 2"):
        open_boxes(two_pages)
    with pytest.raises(InputError, match="boxes given twice"):
        open_boxes(two_pages.with_suffix(".box"), "x.box")
    (tmp_path / "two.box").unlink()
    (tmp_path / "two.gt.txt").write_text("one\ntwo\n")
    with pytest.raises(InputError, match="several lines, without boxes"):
        open_boxes(two_pages)
    (tmp_path / "bad.png").write_bytes(b"no image at all")
    with pytest.raises(FormatError, match="not an image"):
        open_boxes(tmp_path / "bad.png")


def test_tesseract_makes_of_a_saved_file_what_we_make(english: EnglishSet, tmp_path: Path) -> None:
    """Edited, saved, cut by the real tool and by ours: the same bytes."""
    font = english.training_fonts[0]
    image = tmp_path / "edited.tif"
    image.write_bytes(english.file(font, ".tif").read_bytes())
    image.with_suffix(".box").write_bytes(english.file(font, ".box").read_bytes())
    document = open_boxes(image)
    boxes = history(document)
    boxes.apply(0, set_text(boxes[0], 0, 9, "Thé fer y"))
    boxes.apply(0, split(boxes[0], 20, 21))
    document.save(boxes)
    assert document.path is not None
    assert document.path.read_bytes() != english.file(font, ".box").read_bytes()
    run_tool("tesseract", "edited.tif", "edited", "--psm", "6", "lstm.train", cwd=tmp_path)
    cut = cut_file(image, vertical=None)
    ours = make_document(cut.lines, "edited.lstmf")
    assert ours.to_bytes() == (tmp_path / "edited.lstmf").read_bytes()
