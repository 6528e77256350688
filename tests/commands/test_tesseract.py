"""``tessnb tesseract`` beside the real one: the same files, output and exit codes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tessnb.commands import main
from tessnb.lines import cut_file
from tests.conftest import EnglishSet, run_tool


@pytest.fixture(scope="module")
def images(once: Callable[[str, Callable[[Path], None]], Path], english: EnglishSet) -> Path:
    """``page.png``, a block of lines; ``line.png``; ``pages.tif`` with a line, a line and a blank page."""

    def make(folder: Path) -> None:
        with Image.open(english.file("DejaVu Sans", ".tif")) as page:
            page.convert("L").crop((0, 0, page.width, 500)).save(folder / "page.png")
        lines = [Image.fromarray(line.image) for line in cut_file(english.file("DejaVu Sans", ".tif")).lines]
        lines[2].save(folder / "line.png")
        blank = Image.new("L", lines[0].size, 255)
        lines[0].save(folder / "pages.tif", save_all=True, append_images=[lines[1], blank])
        (folder / "list.txt").write_text("line.png\npage.png\n")

    return once("command-images", make)


@pytest.mark.parametrize("config", ["txt", "lstmbox", "wordstrbox", "makebox"])
@pytest.mark.parametrize(("image", "psm"), [("line.png", 13), ("line.png", 7), ("pages.tif", 13)])
def test_output_of_lines(
    images: Path, config: str, image: str, psm: int, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = run_tool("tesseract", images / image, "-", "--psm", psm, config)
    assert main(["tesseract", str(images / image), "-", "--psm", str(psm), config]) == 0
    found = capsys.readouterr()
    assert found.out == expected.stdout
    assert found.out.strip()
    pages = [line for line in expected.stderr.splitlines() if line.startswith("Page")]
    assert found.err.splitlines() == pages


@pytest.mark.parametrize("config", ["txt", "lstmbox", "wordstrbox"])
def test_output_of_a_block(images: Path, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Blank lines apart, by which the reference sets off what it takes for paragraphs."""
    expected = run_tool("tesseract", images / "page.png", "-", "--psm", 6, config).stdout
    assert main(["tesseract", str(images / "page.png"), "stdout", "--psm", "6", config]) == 0
    found = capsys.readouterr().out
    assert [row for row in found.splitlines() if row] == [row for row in expected.splitlines() if row]
    assert len(found.splitlines()) > 5


def test_files_of_several_outputs(images: Path, tmp_path: Path) -> None:
    assert (
        main(["tesseract", str(images / "line.png"), str(tmp_path / "a"), "--psm", "7", "lstmbox", "txt"])
        == 0
    )
    run_tool("tesseract", images / "line.png", tmp_path / "b", "--psm", "7", "lstmbox", "txt")
    for suffix in (".txt", ".box"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_lists_of_images(
    images: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(images)
    expected = run_tool("tesseract", "list.txt", "-", "--psm", 7, "wordstrbox", cwd=images)
    assert main(["tesseract", "list.txt", "-", "--psm", "7", "wordstrbox"]) == 0
    found = capsys.readouterr()
    assert found.err.splitlines() == [row for row in expected.stderr.splitlines() if row.startswith("Page")]
    assert found.out.startswith(expected.stdout.splitlines()[0])


def test_standard_input(
    images: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open(images / "line.png", "rb") as file, open(file.fileno(), closefd=False) as text:
        monkeypatch.setattr("sys.stdin", text)
        assert main(["tesseract", "stdin", "stdout", "--psm", "13"]) == 0
    assert capsys.readouterr().out == run_tool("tesseract", images / "line.png", "-", "--psm", 13).stdout


def test_training_lines_are_those_of_the_reference(
    english: EnglishSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (tmp_path / "mine", tmp_path / "reference"):
        folder.mkdir()
        for suffix in (".tif", ".box"):
            shutil.copy(english.file("DejaVu Sans", suffix), folder / f"page{suffix}")
    run_tool("tesseract", "page.tif", "page", "--psm", 6, "lstm.train", cwd=tmp_path / "reference")
    monkeypatch.chdir(tmp_path / "mine")
    assert main(["tesseract", "page.tif", "page", "--psm", "6", "lstm.train"]) == 0
    found, expected = (tmp_path / folder / "page.lstmf" for folder in ("mine", "reference"))
    assert found.read_bytes() == expected.read_bytes()


def test_variables_and_config_files(images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = str(images / "line.png")
    (tmp_path / "digits").write_text("# only these\ntessedit_char_whitelist 0123456789\ntextord_heavy_nr 1\n")
    expected = run_tool("tesseract", line, "-", "--psm", 7, tmp_path / "digits").stdout
    assert main(["tesseract", line, "-", "--psm", "7", str(tmp_path / "digits")]) == 0
    assert capsys.readouterr().out == expected
    assert main(["tesseract", line, "-", "--psm", "7", "-c", "no_such_thing=1", "-c", "page_separator="]) == 0
    assert capsys.readouterr().err == "Could not set option: no_such_thing=1\n"
    assert main(["tesseract", "--print-parameters", "-c", "tessedit_char_blacklist=xyz"]) == 0
    assert "tessedit_char_blacklist\txyz\tBlacklist of chars not to recognize\n" in capsys.readouterr().out


def test_languages_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tesseract", "--list-langs"]) == 0
    assert capsys.readouterr().out == run_tool("tesseract", "--list-langs").stdout


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tesseract", "--help"]) == 0
    assert "lstm.train" in capsys.readouterr().out
    assert main(["tesseract", "--version"]) == 0
    assert capsys.readouterr().out.startswith("tesseract 5.3.0")
    assert main(["tesseract", "only-an-image.png"]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.png", "out", "--psm", "7"], "no such file"),
        (["text.png", "out", "--psm", "7"], "neither an image nor a list"),
        (["zeros.png", "out", "--psm", "7"], "not an image"),
        (["line.png", "out"], "page segmentation mode"),
        (["line.png", "out", "--psm", "11"], "page segmentation mode"),
        (["line.png", "out", "--psm", "99"], "between 0-13"),
        (["line.png", "out", "--psm", "7", "--oem", "0"], "legacy engine"),
        (["line.png", "out", "--psm", "7", "-l", "xyz"], "no language data xyz.traineddata"),
        (["line.png", "out", "--psm", "7", "-l", "eng+fra"], "one language"),
        (["line.png", "out", "--psm", "7", "--wrong"], "unknown command line argument '--wrong'"),
        (["line.png", "out", "--psm", "7", "-c", "wrong"], "Missing ="),
        (["line.png", "out", "--psm", "7", "no.config"], "no such config file"),
        (["line.png", "out", "--psm", "7", "hocr"], "not there yet"),
        (["line.png", "out", "--psm", "7", "-c", "user_words_file=missing"], "no such file"),
        (["line.png", "out", "lstm.train"], "no such file"),
    ],
)
def test_bad_input_leaves_nothing(
    images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    shutil.copy(images / "line.png", tmp_path)
    (tmp_path / "text.png").write_text("hello\n")
    (tmp_path / "zeros.png").write_bytes(bytes(100))
    before = sorted(tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    assert main(["tesseract", *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("ERROR: ")
    assert error.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
