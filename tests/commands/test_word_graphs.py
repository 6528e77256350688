"""``wordlist2dawg`` and ``dawg2wordlist`` against the real ones: files, both streams, exit codes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tessnb.commands import main
from tessnb.formats.traineddata import TrainedData
from tests.conftest import run_tool, tessdata_folders

Capture = pytest.CaptureFixture[str]
Run = Callable[..., subprocess.CompletedProcess[str]]
TESSDATA = tessdata_folders()[0]


def _languages() -> list[str]:
    """Languages with a model here and with word lists among the test data."""
    if not (data := os.environ.get("TESSNB_TEST_DATA")):
        return []
    folders = sorted((Path(data) / "langdata").iterdir())
    return [folder.name for folder in folders if (TESSDATA / f"{folder.name}.traineddata").exists()]


@pytest.fixture
def ours(capfd: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run our tool in the folder ``ours``; the result has the form of `run_tool`'s."""
    folder = tmp_path / "ours"
    folder.mkdir()

    def run(*command: object) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(folder)
        capfd.readouterr()
        code = main([*map(str, command)])
        return subprocess.CompletedProcess(command, code, *capfd.readouterr())

    return run


@pytest.fixture
def both(ours: Run, tmp_path: Path) -> Callable[..., None]:
    """Run both tools, each in its folder, and compare all that can be seen."""
    (tmp_path / "theirs").mkdir()

    def compare(*command: object) -> None:
        reference = run_tool(*command, cwd=tmp_path / "theirs", check=False)
        mine = ours(*command)
        assert (mine.stdout, mine.stderr) == (reference.stdout, reference.stderr)
        assert mine.returncode == reference.returncode == 0
        files = [
            {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
            for name in ("ours", "theirs")
        ]
        assert files[0] == files[1]

    return compare


@pytest.fixture
def english(tmp_path: Path) -> Path:
    """A folder with the parts of the English model and a list of words."""
    container = TrainedData.read(TESSDATA / "eng.traineddata")
    folder = tmp_path / "english"
    folder.mkdir()
    for suffix in container:
        (folder / suffix).write_bytes(container[suffix])
    (folder / "words").write_bytes("the\r\nthen\nThe\nthe\ncafé\n\nnaïve 日本\nfi\nﬁx\nlast".encode())
    return folder


@pytest.mark.parametrize("policy", [[], ["-r", "0"], ["-r", "1"], ["-r", "2"]])
def test_packing_words(both: Callable[..., None], english: Path, policy: list[str]) -> None:
    both("wordlist2dawg", *policy, english / "words", "dawg", english / "lstm-unicharset")


@pytest.mark.parametrize("language", _languages())
def test_packing_a_whole_language(
    both: Callable[..., None], language: str, test_data: Path, tmp_path: Path
) -> None:
    unicharset = tmp_path / "unicharset"
    unicharset.write_bytes(TrainedData.read(TESSDATA / f"{language}.traineddata")["lstm-unicharset"])
    for kind, policy in (("wordlist", "1"), ("punc", "2"), ("numbers", "0")):
        words = test_data / "langdata" / language / f"{language}.{kind}"
        both("wordlist2dawg", "-r", policy, words, f"{kind}-dawg", unicharset)


def test_packing_nothing(both: Callable[..., None], english: Path) -> None:
    (english / "words").write_text("日本\n")
    both("wordlist2dawg", english / "words", "dawg", english / "lstm-unicharset")


def test_checking_words(both: Callable[..., None], english: Path) -> None:
    (english / "words").write_text("the\nxyzzy\nth*\nqqq*\n日本\n")
    both("wordlist2dawg", "-t", english / "words", english / "lstm-word-dawg", english / "lstm-unicharset")


@pytest.mark.parametrize("component", ["lstm-word-dawg", "lstm-punc-dawg", "lstm-number-dawg"])
@pytest.mark.parametrize("language", ["eng", "deu", "ara", "chi_sim", "hin", "kor", "tha"])
def test_listing_words(both: Callable[..., None], language: str, component: str, tmp_path: Path) -> None:
    container = TrainedData.read(TESSDATA / f"{language}.traineddata")
    for suffix in ("lstm-unicharset", component):
        (tmp_path / suffix).write_bytes(container[suffix])
    both("dawg2wordlist", tmp_path / "lstm-unicharset", tmp_path / component, "words")


def test_there_and_back(ours: Run, english: Path) -> None:
    (english / "words").write_text("one\ntwo\nthree\nones\n")
    assert ours("wordlist2dawg", english / "words", "dawg", english / "lstm-unicharset").returncode == 0
    assert ours("dawg2wordlist", english / "lstm-unicharset", "dawg", "words").returncode == 0
    assert sorted(Path("words").read_text().split()) == ["one", "ones", "three", "two"]


@pytest.mark.parametrize("tool", ["wordlist2dawg", "dawg2wordlist"])
def test_versions_and_usage(ours: Run, tool: str) -> None:
    result = ours(tool, "--version")
    assert (result.returncode, result.stdout) == (0, "5.3.0\n")
    for wrong in ([], ["a"], ["a", "b", "c", "d"]):
        result, reference = ours(tool, *wrong), run_tool(tool, *wrong, check=False)
        assert result.returncode == reference.returncode == 1
        streams = [(text.replace(f"tessnb {tool}", tool)) for text in (result.stdout, result.stderr)]
        assert [stream.split() for stream in streams] == [reference.stdout.split(), reference.stderr.split()]
    result = ours(tool, "--help")
    assert result.returncode == 0
    assert "Usage: tessnb" in result.stdout


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("wordlist2dawg", "nowhere", "dawg", "{e}/lstm-unicharset"), "nowhere: no such file"),
        (("wordlist2dawg", "{e}/words", "dawg", "nowhere"), "nowhere: no such file"),
        (("wordlist2dawg", "{e}/words", "dawg", "{e}/lstm"), "lstm line 1: not a unicharset"),
        (("wordlist2dawg", "-r", "3", "{e}/words", "dawg", "{e}/lstm-unicharset"), "no such reverse policy"),
        (("wordlist2dawg", "-t", "{e}/words", "{e}/words", "{e}/lstm-unicharset"), "not a dawg"),
        (("dawg2wordlist", "{e}/lstm-unicharset", "nowhere", "dawg"), "nowhere: no such file"),
        (("dawg2wordlist", "{e}/lstm-unicharset", "{e}/lstm-recoder", "dawg"), "not a dawg"),
        (("dawg2wordlist", "{e}/small", "{e}/lstm-word-dawg", "dawg"), "no such unichar id"),
    ],
)
def test_unusable_input(ours: Run, english: Path, command: tuple[str, ...], message: str) -> None:
    (english / "small").write_text("2\nNULL 0\na 3\n")
    result = ours(*(part.format(e=english) for part in command))
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("ERROR") == 1
    assert list(Path.cwd().iterdir()) == []
