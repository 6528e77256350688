"""Lines read by us and by the real Tesseract: the same text, boxes and confidences."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import cut_file, read_image
from tessnb.recognition import Model, Recognizer, read_page
from tessnb.recognition.dequantizing import dequantize
from tests.conftest import EnglishSet, run_tool

DATA = os.environ.get("TESSNB_TEST_DATA")


@pytest.fixture(scope="module")
def lines(once: Callable[[str, Callable[[Path], None]], Path], english: EnglishSet) -> list[Path]:
    """Line images: cut from rendered pages in three fonts, some inverted; and scans where there are any."""

    def make(folder: Path) -> None:
        number = 0
        for font in english.fonts:
            for line in cut_file(english.file(font, ".tif")).lines:
                image = 255 - line.image if number % 10 == 9 else line.image
                Image.fromarray(image).save(folder / f"{number:03}.png")
                number += 1
        scans = sorted(Path(DATA, "scans").rglob("*.png"))[::12] if DATA else []
        for scan in scans:
            Image.open(scan).save(folder / f"{number:03}.png")
            number += 1

    return sorted(once("line-images", make).glob("*.png"))


def models() -> list[tuple[str, str]]:
    """Model and dictionaries: Debian's integer ones, one made float, and the float French one where it is."""
    found = [("eng", "with"), ("eng", "without"), ("fra", "without"), ("float/eng", "without")]
    return found + ([("best/fra", "with")] if DATA else [])


@pytest.fixture
def folder_with(tmp_path: Path) -> Callable[[str, str], tuple[Path, str]]:
    """Put a model with or without its dictionaries into a folder; return that and the language."""

    def provide(name: str, dictionaries: str) -> tuple[Path, str]:
        kind, _, language = name.rpartition("/")
        if kind == "best":
            container = TrainedData.read(Path(str(DATA), "tessdata_best", f"{language}.traineddata"))
        else:
            model = Model.load(language)
            container = (dequantize(model) if kind == "float" else model).to_traineddata()
        for component in list(container):
            if "dawg" in component and dictionaries == "without":
                del container.components[component]
        container.write(tmp_path / f"{language}.traineddata")
        return tmp_path, language

    return provide


def texts_of_reference(lines: list[Path], folder: Path, language: str, psm: int) -> list[str]:
    """The real tool's text for each image, in one run."""
    names = folder / "lines.txt"
    names.write_text("".join(f"{line}\n" for line in lines))
    result = run_tool("tesseract", names, "-", "--psm", psm, "-l", language, "--tessdata-dir", folder)
    texts = [text.rstrip("\n") for text in result.stdout.split("\f")]
    assert len(texts) == len(lines)
    return texts


@pytest.mark.parametrize(("name", "dictionaries"), models())
def test_raw_lines_read_as_by_the_reference(
    lines: list[Path], folder_with: Callable[[str, str], tuple[Path, str]], name: str, dictionaries: str
) -> None:
    folder, language = folder_with(name, dictionaries)
    expected = texts_of_reference(lines, folder, language, 13)
    recognizer = Recognizer(Model.load(language, folder=folder))
    found = [recognizer.read(read_image(line).pixels).text for line in lines]
    assert len(lines) >= 50
    assert sum(map(len, expected)) > 10 * len(lines)
    different = [pair for pair in zip(expected, found, strict=True) if pair[0] != pair[1]]
    assert len(different) <= 0.005 * len(lines), different


def test_single_lines_read_as_by_the_reference(
    lines: list[Path], folder_with: Callable[[str, str], tuple[Path, str]]
) -> None:
    """With ``--psm 7``, where Tesseract cuts the line itself: most of our cuts are the same."""
    folder, language = folder_with("eng", "with")
    expected = texts_of_reference(lines, folder, language, 7)
    recognizer = Recognizer(Model.load(language, folder=folder))
    found = [read_page(recognizer, read_image(line), 7).text.rstrip("\n") for line in lines]
    equal = sum(a == b for a, b in zip(expected, found, strict=True))
    assert equal >= 0.97 * len(lines)


def test_words_have_the_confidences_of_the_reference(lines: list[Path], tmp_path: Path) -> None:
    recognizer = Recognizer(Model.load("eng"))
    for line in lines[::15]:
        run_tool("tesseract", line, tmp_path / "out", "--psm", "13", "-l", "eng", "tsv")
        table = csv.DictReader(
            io.StringIO((tmp_path / "out.tsv").read_text()), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        words = [row for row in table if row["level"] == "5"]
        found = recognizer.read(read_image(line).pixels).words
        assert [word.text for word in found] == [row["text"] for row in words]
        confidences = [float(row["conf"]) for row in words]
        assert [word.confidence for word in found] == pytest.approx(confidences, abs=2e-3)
        height = read_image(line).height
        for word, row in zip(found, words, strict=True):
            left, bottom, right, top = word.box
            box = [int(row[key]) for key in ("left", "top", "width", "height")]
            assert [left, height - top, right - left, top - bottom] == box


def test_lines_are_read_together_as_they_are_alone(lines: list[Path]) -> None:
    recognizer = Recognizer(Model.load("eng"))
    images = [read_image(line).pixels for line in lines[:12]]
    images[3] = 255 - images[3]
    together = list(recognizer.read_many(images))
    assert together == [recognizer.read(image) for image in images]
    assert together[3].inverted
    with pytest.raises(InputError, match="too small"):
        recognizer.read_all([images[0], np.full((40, 1), 255, np.uint8)])


def test_inverted_lines_are_noticed(lines: list[Path]) -> None:
    recognizer = Recognizer(Model.load("eng"))
    image = read_image(lines[0]).pixels
    plain, inverted = recognizer.read(image), recognizer.read(255 - image)
    assert not plain.inverted
    assert inverted.inverted
    assert inverted.text == plain.text
    never = Recognizer(Model.load("eng"), invert_threshold=0.0)
    assert not never.read(255 - image).inverted


def test_allowed_characters(lines: list[Path], tmp_path: Path) -> None:
    """White, black and un-black lists as the reference obeys them."""
    lists = {"whitelist": "abcdefghij ", "blacklist": "ae", "unblacklist": "e"}
    flags = [f"tessedit_char_{name}={text}" for name, text in lists.items()]
    settings = [part for flag in flags for part in ("-c", flag)]
    recognizer = Recognizer(Model.load("eng"), **lists)  # type: ignore[arg-type]
    for line in lines[:5]:
        expected = run_tool("tesseract", line, "-", "--psm", "13", *settings).stdout.rstrip("\n")
        assert recognizer.read(read_image(line).pixels).text == expected
        assert not set(expected) - set("bcdefghij ")


def test_words_of_the_user_tip_the_scales(lines: list[Path], tmp_path: Path) -> None:
    words = ["harbor", "tem", "minutcs", "nobody"]
    (tmp_path / "words").write_text("\n".join(words) + "\n")
    recognizer = Recognizer(Model.load("eng"), user_words=words)
    for line in lines[::12]:
        flags = ["--psm", "13", "--user-words", tmp_path / "words"]
        expected = run_tool("tesseract", line, "-", *flags).stdout.rstrip("\n")
        assert recognizer.read(read_image(line).pixels).text == expected


def test_lines_that_are_too_small() -> None:
    recognizer = Recognizer(Model.load("eng"))
    with pytest.raises(InputError, match="too small"):
        recognizer.read(np.full((40, 1), 255, np.uint8))
