"""Box files: those of the real tools, and what a line may be."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats import boxfile
from tessnb.formats.boxfile import (
    _PLAIN,
    BoxChar,
    boxes_from_bytes,
    boxes_to_bytes,
    parse_box_line,
    read_boxes,
    write_boxes,
)
from tests.conftest import TRAINING_FONTS, EnglishSet, run_tool


@pytest.mark.parametrize("font", TRAINING_FONTS)
def test_text2image_boxes_keep_their_bytes(english: EnglishSet, font: str, tmp_path: Path) -> None:
    path = english.file(font, ".box")
    boxes = read_boxes(path)
    write_boxes(tmp_path / "copy.box", boxes)
    assert (tmp_path / "copy.box").read_bytes() == path.read_bytes()
    # The boxes say the text, with a tab between lines (which may break within words).
    said = "".join(box.text for box in boxes)
    assert "".join(said.split()) == "".join(english.text.read_text().split())
    assert all(box.left < box.right and box.bottom < box.top for box in boxes)


@pytest.mark.parametrize("config", ["lstmbox", "wordstrbox", "makebox"])
def test_recognized_boxes_keep_their_bytes(english: EnglishSet, config: str, tmp_path: Path) -> None:
    image = english.file(english.training_fonts[0], ".tif")
    run_tool("tesseract", image, tmp_path / "page", "--psm", "6", config)
    path = tmp_path / "page.box"
    boxes = read_boxes(path)
    drawn = read_boxes(english.file(english.training_fonts[0], ".box"))
    lines = sum(box.text == "\t" for box in drawn) + 1
    assert boxes_to_bytes(boxes) == path.read_bytes()
    assert sum(box.is_word for box in boxes) == (lines if config == "wordstrbox" else 0)
    assert sum(box.text == "\t" for box in boxes) == (0 if config == "makebox" else lines)


@pytest.mark.parametrize(
    ("line", "box"),
    [
        (b"a 1 2 3 4 5", BoxChar("a", 1, 2, 3, 4, 5)),
        (b"a 1 2 3 4", BoxChar("a", 1, 2, 3, 4, 0)),
        (b"\t 1 2 3 4 0", BoxChar("\t", 1, 2, 3, 4)),
        (b"  1 2 3 4 0", BoxChar(" ", 1, 2, 3, 4)),
        (b"a\t1\t2\t3\t4\t0\r", BoxChar("a", 1, 2, 3, 4)),
        (b"\xef\xbb\xbfa -1 -2 3 4 0", BoxChar("a", -1, -2, 3, 4)),
        ("क्ष 1 2 3 4 0".encode(), BoxChar("क्ष", 1, 2, 3, 4)),
        (b"a 1 -1 3 x 7", BoxChar("a", 1, -1, 3, 0, 0)),  # what is no number is 0 and ends the reading
        (b"a 1 2 3 4 0 #note", BoxChar("a", 1, 2, 3, 4)),
        (b"WordStr 1 2 3 4 0 #two words\r", BoxChar("two words", 1, 2, 3, 4, is_word=True)),
        (b"WordStr 1 2 3 4 0 #", BoxChar("", 1, 2, 3, 4, is_word=True)),
        (b"WordStr 1 2 3 4 0", BoxChar("WordStr", 1, 2, 3, 4)),
        (b"WordStr 1 2 3 4 0 #" + b"x" * 2000, BoxChar("x" * 1023, 1, 2, 3, 4, is_word=True)),
    ],
)
def test_lines(line: bytes, box: BoxChar) -> None:
    assert parse_box_line(line) == box


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"a", "Bad box coordinates in boxfile string! a"),
        (b"a 1 2 3", "Bad box coordinates in boxfile string! a 1 2 3"),
        (b"a 3 2 1 4 0", "Bad box coordinates"),
        (b"a 1 2 x 4 0", "Bad box coordinates"),
        (b"a 1 2 3 -99999999999 0", "Bad box coordinates"),
        (b"x" * 1500 + b" 1 2 3 4 0", "Bad box coordinates"),
        (b"a\xff 1 2 3 4 0", "Bad UTF-8 str \udcff starts with 0xffffffff at col 2"),
        (b"WordStr 1 2 3 4 0 #ab\xe2\x82", "Bad UTF-8 str \udce2\udc82 starts with 0xffffffe2 at col 3"),
    ],
)
def test_lines_that_are_no_boxes(line: bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_box_line(line, "here")
    assert caught.value.message.startswith(message)
    assert str(caught.value).startswith("here: ")


PAGES = b"a 1 2 3 4 0\n\n\t 5 2 6 4 0\nbad line\n  1 2 3 4 1\nb 1 2 3 4 1\n\0c 1 2 3 4 1\n"


def test_a_bad_line_is_an_error_with_its_number() -> None:
    with pytest.raises(FormatError, match=r"^page\.box line 4: Bad box coordinates"):
        boxes_from_bytes(PAGES, "page.box")


def test_bad_lines_can_be_skipped() -> None:
    errors: list[FormatError] = []
    boxes = boxes_from_bytes(PAGES, "page.box", on_error=errors.append)
    assert [box.text for box in boxes] == ["a", "\t", " ", "b"]
    assert [error.where for error in errors] == ["page.box line 4"]


def test_pages_and_blanks() -> None:
    def texts(page: int | None, skip_blanks: bool) -> list[str]:
        boxes = boxes_from_bytes(PAGES, page=page, skip_blanks=skip_blanks, on_error=lambda error: None)
        return [box.text for box in boxes]

    assert texts(0, False) == ["a", "\t"]
    assert texts(1, False) == [" ", "b"]
    assert texts(None, True) == ["a", "b"]
    assert texts(2, False) == []


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_boxes(tmp_path / "none.box")


def test_plain_lines_are_read_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    parts = ["a", " ", "\t", "é", "\ufeff", "WordStr", "#", "0", "-", "12", "\0", "\xa0", "\r"]
    numbers = ["1", "20", "300", "-4", "0007", "4294967296", "x", ""]
    for _ in range(3000):
        text = "".join(rng.choices(parts, k=rng.randint(0, 3)))
        line = (
            f"{text} {' '.join(rng.choices(numbers, k=rng.randint(3, 6)))}{rng.choice(['', ' #t'])}".encode()
        )
        line = bytes(rng.choices(range(256), k=rng.randint(0, 1))) + line
        found = []
        for pattern in (_PLAIN, re.compile(b"(?!)")):
            monkeypatch.setattr(boxfile, "_PLAIN", pattern)
            try:
                found.append(str(parse_box_line(line)))
            except FormatError as error:
                found.append(error.message)
        assert found[0] == found[1]


def test_numbers_of_any_length() -> None:
    with pytest.raises(FormatError, match="Bad box coordinates"):  # a number that fails ends the line
        parse_box_line(b"a 1 2 " + b"9" * 5000 + b" 4 0")
    assert parse_box_line(b"a 1 2 " + b"0" * 5000 + b"3 4 0").right == 3
