"""Training lines cut from pages, against the real ``tesseract … lstm.train``."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tessnb.commands import main
from tessnb.errors import InputError
from tessnb.formats.boxfile import BoxChar, read_boxes, write_boxes
from tessnb.formats.lstmf import Document
from tessnb.lines.cutting import box_path_of, cut_file, cut_page, make_document
from tessnb.lines.images import read_pages
from tessnb.lines.line import TrainingLine
from tests.conftest import TRAINING_FONTS, UNSEEN_FONT, EnglishSet, run_tool


def real_document(image: Path, psm: int = 6) -> tuple[Path, str]:
    """Cut an image with the real tool; return its document and what it said."""
    base = image.with_suffix("")
    result = run_tool("tesseract", image, base, "--psm", psm, "lstm.train")
    return base.with_suffix(".lstmf"), result.stdout + result.stderr


@pytest.mark.parametrize("font", [*TRAINING_FONTS, UNSEEN_FONT])
def test_same_bytes_as_the_real_tool(english: EnglishSet, font: str) -> None:
    cut = cut_file(english.file(font, ".tif"))
    path = english.file(font, ".lstmf")
    # The real tool was called by the file's name alone, which decides the order of the lines.
    assert make_document(cut.lines, path.name).to_bytes() == path.read_bytes()
    assert not cut.dropped
    said = "".join(line.transcription for line in cut.lines)
    assert said == "".join(box.text for box in read_boxes(english.file(font, ".box")) if box.text != "\t")


@pytest.mark.parametrize("psm", [6, 7, 13])
@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_kinds_of_pages_and_modes(english: EnglishSet, tmp_path: Path, mode: str, psm: int) -> None:
    bits = next(read_pages(english.file(UNSEEN_FONT, ".tif"))).pixels[:400]
    image = Image.fromarray(np.where(bits, 30, 230).astype(np.uint8)).convert(mode)
    image.save(tmp_path / "page.png", dpi=(200, 200))
    shift = 1000 - 400
    boxes = [
        BoxChar(box.text, box.left, box.bottom - shift, box.right, box.top - shift)
        for box in read_boxes(english.file(UNSEEN_FONT, ".box"), page=0)
        if box.bottom > shift
    ]
    write_boxes(tmp_path / "page.box", boxes)
    path, _ = real_document(tmp_path / "page.png", psm)
    ours = make_document(cut_file(tmp_path / "page.png").lines, str(path))
    theirs = Document.read(path)
    assert len(ours.pages) == len(theirs.pages) >= 3
    for mine, real in zip(ours.pages, theirs.pages, strict=True):
        assert mine is not None
        assert real is not None
        lines = [TrainingLine.from_image_data(page) for page in (mine, real)]
        np.testing.assert_array_equal(lines[0].image, lines[1].image)
        assert lines[0].resolution == lines[1].resolution == (200, 200)
        mine.image_data = real.image_data = b""  # palettes are written as greys
        assert mine == real


def test_boxes_of_whole_lines_and_lines_off_the_page(english: EnglishSet, tmp_path: Path) -> None:
    shutil.copy(english.file(UNSEEN_FONT, ".tif"), tmp_path / "page.tif")
    pages = list(read_pages(tmp_path / "page.tif"))
    width, height = pages[0].width, pages[0].height
    boxes = [
        BoxChar("A whole line", 90, height - 170, 700, height - 100, 0, True),
        BoxChar("\t", 701, height - 170, 705, height - 100),
        BoxChar("cut at the corner", width - 60, 1, width + 40, 50, 0, True),
        BoxChar("\t", 0, 0, 0, 0),
        BoxChar("\t", 0, 0, 0, 0),
        BoxChar("mostly outside", width - 10, 400, width + 300, 450, 0, True),
        BoxChar("\t", 0, 0, 0, 0),
        BoxChar("far away", 100, height + 500, 600, height + 560, 0, True),
        BoxChar("\t", 0, 0, 0, 0),
        BoxChar("flat", 100, 300, 200, 300, 0, True),
    ]
    boxes += [BoxChar("x", 200, 200, 240, 240, page) for page in range(1, len(pages))]
    write_boxes(tmp_path / "page.box", boxes)
    path, said = real_document(tmp_path / "page.tif")
    cut = cut_file(tmp_path / "page.tif")
    assert make_document(cut.lines, str(path)).to_bytes() == path.read_bytes()
    assert [line.transcription for line in cut.lines[:2]] == ["A whole line", "cut at the corner"]
    assert [(line.text, line.page) for line in cut.dropped] == [
        ("mostly outside", 0),
        ("far away", 0),
        ("flat", 0),
    ]
    for line in cut.dropped:
        assert line.reason in said


def test_lines_that_the_reference_loses_are_kept() -> None:
    blank = np.zeros((100, 200), bool)
    cut = cut_page(blank, [BoxChar("a", 10, 20, 30, 40), BoxChar("b", 30, 22, 50, 44)])
    assert not cut.dropped
    assert cut.lines[0].image.shape == (24 + 8, 40 + 8)
    assert cut.lines[0].boxes.tolist() == [[4, 4, 24, 24], [24, 6, 44, 28]]


def test_bad_boxes_are_reported_or_told(english: EnglishSet, tmp_path: Path) -> None:
    shutil.copy(english.file(UNSEEN_FONT, ".tif"), tmp_path / "page.tif")
    with pytest.raises(InputError, match="no such file"):
        cut_file(tmp_path / "page.tif")
    (tmp_path / "page.box").write_text("a 100 100 120 130 0\nb 90 90 80 95 0\n")
    pages = len(list(read_pages(tmp_path / "page.tif")))
    if pages > 1:
        with pytest.raises(InputError, match="Failed to read boxes"):
            cut_file(tmp_path / "page.tif")
    with (tmp_path / "page.box").open("a") as file:
        file.writelines(f"c 100 100 120 130 {page}\n" for page in range(1, pages))
    cut = cut_file(tmp_path / "page.tif")
    assert [line.transcription for line in cut.lines] == ["a", *"c" * (pages - 1)]
    assert "Bad box coordinates" in cut.dropped[0].reason
    assert "line 2" in cut.dropped[0].reason


@pytest.mark.parametrize(
    ("image", "box"),
    [
        ("a/b.exp0.tif", "a/b.exp0.box"),
        ("a/0001.bin.png", "a/0001.box"),
        ("a.b/page", "a.box"),
        ("page.nrm.png", "page.box"),
        (".raw.png", ".raw.box"),
        ("page", "page.box"),
    ],
)
def test_names_of_box_files(image: str, box: str) -> None:
    assert box_path_of(image) == box


def test_the_real_trainer_trains_on_our_lines(english: EnglishSet, tmp_path: Path) -> None:
    document = make_document(cut_file(english.file(TRAINING_FONTS[0], ".tif")).lines, "ours.lstmf")
    document.write(tmp_path / "ours.lstmf")
    (tmp_path / "list").write_text(f"{tmp_path}/ours.lstmf\n")
    result = run_tool(
        "lstmtraining", "--traineddata", english.starter, "--train_listfile", tmp_path / "list",
        "--net_spec", "[1,16,0,1 Mp4,4 Lfys8 Lfx8 O1c1]", "--max_iterations", "10",
        "--model_output", tmp_path / "model",
    )  # fmt: skip
    assert f"Loaded {len(document.pages)}/{len(document.pages)} lines" in result.stdout + result.stderr
    assert (tmp_path / "model_checkpoint").exists()


def write_columns(folder: Path) -> Path:
    """Draw three columns of letters that stand below each other, with their boxes."""
    image = Image.new("L", (420, 700), 255)
    font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 40)
    boxes = []
    for column, letters in enumerate(("MINESTRONE", "HARBOURS", "BICYCLES")):
        for row, letter in enumerate(letters):
            place = 300 - 100 * column, 40 + 56 * row
            ImageDraw.Draw(image).text(place, letter, 0, font)
            left, top, right, bottom = font.getbbox(letter)
            x, y = place
            boxes.append(BoxChar(letter, x + left, 700 - y - bottom, x + right, 700 - y - top))
        boxes.append(BoxChar("\t", x + left, 700 - y - bottom, x + right + 1, 700 - y - top))
    image.save(folder / "page.png", dpi=(300, 300))
    write_boxes(folder / "page.box", boxes)
    return folder / "page.png"


def test_vertical_lines_are_turned_as_by_the_real_tool(tmp_path: Path) -> None:
    image = write_columns(tmp_path)
    path, _ = real_document(image, 5)
    cut = cut_file(image, vertical=True)
    assert make_document(cut.lines, str(path)).to_bytes() == path.read_bytes()
    assert [line.transcription for line in cut.lines] == ["MINESTRONE", "HARBOURS", "BICYCLES"]
    assert all(line.width > 3 * line.height and line.vertical for line in cut.lines)
    by_boxes = cut_file(image, vertical=None)
    np.testing.assert_array_equal(by_boxes.lines[1].boxes, cut.lines[1].boxes)
    path.unlink()
    assert main(["tesseract", str(image), str(path.with_suffix("")), "--psm", "5", "lstm.train"]) == 0
    assert path.read_bytes() == make_document(cut.lines, str(path)).to_bytes()


def test_horizontal_lines_stay(english: EnglishSet) -> None:
    path = english.file(UNSEEN_FONT, ".tif")
    for line, other in zip(cut_file(path).lines, cut_file(path, vertical=None).lines, strict=True):
        np.testing.assert_array_equal(line.image, other.image)
        assert not other.vertical
