"""``combine_lang_model`` against the real one: all files, both streams, exit codes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tessnb.commands import main
from tessnb.formats.traineddata import TrainedData
from tests.conftest import EnglishSet, run_tool

Capture = pytest.CaptureFixture[str]
Run = Callable[..., subprocess.CompletedProcess[str]]


def _languages() -> list[str]:
    """Languages with a unicharset and word lists among the test data."""
    if not (data := os.environ.get("TESSNB_TEST_DATA")):
        return []
    names = sorted(path.name for path in (Path(data) / "langdata").iterdir())
    return [name for name in names if (Path(data) / "langdata_lstm" / name / f"{name}.unicharset").exists()]


@pytest.fixture
def language(tmp_path: Path, english: EnglishSet) -> list[object]:
    """The flags for a small English language model; its files lie in the folder ``input``."""
    folder = tmp_path / "input"
    folder.mkdir()
    (folder / "radical-stroke.txt").write_text("19968 1 0 0 0\n")
    (folder / "words").write_bytes((english.text.parent / "english.words").read_bytes())
    (folder / "punc").write_text(' \n ,\n .\n? \n" "\n')
    (folder / "numbers").write_text(" \n , \n .  \n")
    flags: list[object] = ["--input_unicharset", english.unicharset, "--script_dir", folder, "--lang", "eng"]
    for name in ("words", "puncs", "numbers"):
        flags += [f"--{name}", folder / name.replace("puncs", "punc")]
    return flags


@pytest.fixture
def ours(capfd: Capture) -> Run:
    """Run our tool; the result has the form of `run_tool`'s."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        capfd.readouterr()
        code = main(["combine_lang_model", *map(str, arguments)])
        return subprocess.CompletedProcess(arguments, code, *capfd.readouterr())

    return run


@pytest.fixture
def both(ours: Run, tmp_path: Path) -> Callable[..., Path]:
    """Run both tools, compare all that can be seen, and return the folder that ours wrote to."""

    def compare(*arguments: object) -> Path:
        folders = [tmp_path / "ours", tmp_path / "theirs"]
        for folder in folders:
            folder.mkdir()
        mine = ours(*arguments, "--output_dir", folders[0])
        reference = run_tool("combine_lang_model", *arguments, "--output_dir", folders[1])
        assert (mine.stdout, mine.stderr) == (reference.stdout, reference.stderr)
        assert mine.returncode == 0
        files = [
            {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            for folder in folders
        ]
        assert len(files[0]) == 3
        assert files[0] == files[1]
        return folders[0]

    return compare


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--lang_is_rtl"],
        ["--lang_is_rtl=false", "--pass_through_recoder=true"],
        ["--pass_through_recoder", "--version_str", "tutorial: ñ"],
        ["--words", ""],
        ["--numbers", "", "--words="],
        ["--numbers", "", "--words=", "--puncs="],
    ],
    ids=lambda flags: " ".join(flags) or "all lists",
)
def test_flags(both: Callable[..., Path], language: list[object], more: list[str]) -> None:
    both(*language, *more)


def test_a_config_goes_in(both: Callable[..., Path], language: list[object], tmp_path: Path) -> None:
    (tmp_path / "input" / "eng").mkdir()
    (tmp_path / "input" / "eng" / "eng.config").write_bytes(b"preserve_interword_spaces 1\n")
    folder = both(*language)
    assert TrainedData.read(folder / "eng" / "eng.traineddata")["config"] == b"preserve_interword_spaces 1\n"


def test_lines_as_they_are(both: Callable[..., Path], language: list[object], tmp_path: Path) -> None:
    """Only LF ends a line: what has a CR, a zero byte or bytes that are no UTF-8 is cut or passed over."""
    (tmp_path / "input" / "words").write_bytes(b"the\r\nthe\xff\n\n\nthe\0re\nand\n")
    both(*language)


@pytest.mark.parametrize("name", _languages())
def test_whole_languages(both: Callable[..., Path], name: str, test_data: Path) -> None:
    """Han, Hangul, graphemes of several characters, right to left; with config files."""
    scripts, words = test_data / "langdata_lstm", test_data / "langdata" / name / name
    flags = ["--input_unicharset", scripts / name / f"{name}.unicharset", "--script_dir", scripts]
    flags += ["--words", f"{words}.wordlist", "--puncs", f"{words}.punc", "--numbers", f"{words}.numbers"]
    flags += [f"--lang_is_rtl={str(name in ('ara', 'heb')).lower()}", "--lang", name]
    folder = both(*flags)
    assert len(list(folder.glob("*/*.charset_size=*.txt"))) == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--words", "nowhere"], "nowhere: no such file"),
        (["--input_unicharset", "nowhere"], "nowhere: no such file"),
        (["--script_dir", "nowhere"], "nowhere/radical-stroke.txt: no such file"),
        (["--lang="], "Must specify --lang"),
        (["--puncs="], "Must have non-empty puncs list"),
        (["--words", "{i}/crlf"], "The lines end in CRLF: convert them to LF"),
        (["--words", "{i}/other"], "none of the words can be spelled with the unicharset"),
        (["--input_unicharset", "{i}/words"], "words line 1: not a unicharset"),
        (["--langs", "eng"], "Non-existent flag --langs"),
        (["more"], "unexpected argument; found more"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_unusable_input(
    ours: Run, language: list[object], tmp_path: Path, more: list[str], message: str
) -> None:
    (tmp_path / "input" / "crlf").write_bytes(b"the\r\nand\r\n")
    (tmp_path / "input" / "other").write_text("日本\n")
    output = tmp_path / "output"
    result = ours("--output_dir", output, *language, *(part.format(i=tmp_path / "input") for part in more))
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("ERROR") == 1
    assert not output.exists()
