"""``lstmeval`` against the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.commands import main
from tests.conftest import EnglishSet, run_tool
from tests.short_lines import ShortSet


def _same(capfd: pytest.CaptureFixture[str], *flags: object) -> str:
    real = run_tool("lstmeval", *flags, check=False)
    capfd.readouterr()
    code = main(["lstmeval", *map(str, flags)])
    text = capfd.readouterr().err
    assert text.splitlines() == real.stderr.splitlines()
    assert code == real.returncode
    return text


@pytest.mark.parametrize("verbosity", range(4))
def test_a_checkpoint_at_every_verbosity(
    short: ShortSet,
    capfd: pytest.CaptureFixture[str],
    verbosity: int,
) -> None:
    flags = ["--model", short.checkpoint, "--traineddata", short.starter, "--eval_listfile", short.list]
    assert "BCER eval=" in _same(capfd, *flags, "--verbosity", verbosity)


@pytest.mark.parametrize("kind", ["float", "int"])
def test_trained_models(
    trained: Path, english: EnglishSet, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    model = trained / f"{kind}.traineddata"
    _same(capfd, "--model", model, "--eval_listfile", english.eval_list, "--verbosity", 2)


def test_an_installed_model_reads_as_the_reference(
    english: EnglishSet, capfd: pytest.CaptureFixture[str]
) -> None:
    model = "/usr/share/tesseract-ocr/5/tessdata/eng.traineddata"
    text = _same(capfd, "--model", model, "--eval_listfile", english.eval_list, "--verbosity", 1)
    assert float(text.rsplit("BCER eval=")[1].split(",")[0]) < 20


def test_skipped_lines_are_made_up_for(short: ShortSet, capfd: pytest.CaptureFixture[str]) -> None:
    flags = ["--model", short.checkpoint, "--traineddata", short.starter, "--eval_listfile", short.odd_list]
    assert "Can't encode transcription" in _same(capfd, *flags, "--verbosity", 2)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("--eval_listfile x", "Must provide a --model!"),
        ("--model x", "Must provide a --eval_listfile!"),
        (
            "--model {checkpoint} --eval_listfile {list}",
            "Must supply --traineddata to eval a training checkpoint!",
        ),
        ("--model none --eval_listfile {list} --traineddata {starter}", "Failed to load model from: none"),
        (
            "--model {checkpoint} --eval_listfile {list} --traineddata none",
            "Failed to load language model from none!",
        ),
        (
            "--model {checkpoint} --eval_listfile none --traineddata {starter}",
            "Failed to load eval data from: none",
        ),
    ],
)
def test_bad_input_fails_like_the_reference(
    short: ShortSet,
    capfd: pytest.CaptureFixture[str],
    flags: str,
    message: str,
) -> None:
    places = {"checkpoint": short.checkpoint, "list": short.list, "starter": short.starter}
    arguments = flags.format(**places).split()
    real = run_tool("lstmeval", *arguments, check=False)
    assert message in real.stderr
    assert main(["lstmeval", *arguments]) == real.returncode == 1
    text = capfd.readouterr().err
    assert message in text
    assert "Traceback" not in text
