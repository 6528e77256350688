"""``tessnb lstmtraining`` with flags that the reference does not have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tessnb.commands.lstmtraining import FLAGS, run
from tessnb.formats.checkpoint import CheckpointRecord
from tests.conftest import run_tool
from tests.short_lines import TINY_NET, ShortSet


def _train(
    short: ShortSet, folder: Path, capfd: pytest.CaptureFixture[str], *flags: object
) -> tuple[int, str]:
    common = ["--net_spec", TINY_NET, "--traineddata", short.starter, "--train_listfile", short.list]
    common += ["--learning_rate", "0.01", "--model_output", folder / "base"]
    code = run([str(part) for part in (*common, *flags)])
    return code, capfd.readouterr().err


def test_new_flags_stand_apart_and_are_off() -> None:
    headings = [flag.heading for flag in FLAGS]
    assert headings == sorted(headings)
    beyond = {flag.name: flag.default for flag in FLAGS if flag.heading}
    assert beyond.pop("batch_size") == 1
    assert beyond.pop("schedule") == "constant"
    assert not any(beyond.values())


def test_early_stopping_says_why_and_leaves_the_best(
    short: ShortSet, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, text = _train(
        *(short, tmp_path, capfd, "--eval_listfile", short.list, "--max_iterations", 500),
        *("--early_stopping", 2, "--minimum_gain", 20, "--evaluate_every", 10),
    )
    assert code == 0
    readings = re.findall(
        r"At iteration (\d+), \d+ held-out lines: CER=([\d.]+)%.*?(, the best so far)?\n", text
    )
    assert [int(iteration) for iteration, *_ in readings][:3] == [0, 10, 20]
    assert "Stopped early: no gain of 20 points in 2 readings of the held-out lines" in text
    assert "Finished!" not in text
    best = max(int(iteration) for iteration, _, mark in readings if mark)
    record = CheckpointRecord.from_bytes((tmp_path / "base_best.checkpoint").read_bytes())
    assert record.recognizer.training_iteration == best


def test_what_is_asked_for_is_printed_and_nothing_else_changes(
    short: ShortSet, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _, plain = _train(short, tmp_path, capfd, "--max_iterations", 100)
    (tmp_path / "base_checkpoint").unlink()
    beyond = ("--layer_statistics", 50, "--true_error_rates", "--freeze", "ConvNL")
    _, text = _train(short, tmp_path, capfd, "--max_iterations", 100, "--freeze", "", *beyond[:3])
    added = re.compile(r"At iteration \d+, layers:\n(  .*\n)*|True error rates: CER train=.*\n")
    assert len(added.findall(text)) == 3
    assert added.sub("", text) == plain
    (tmp_path / "base_checkpoint").unlink()
    _, frozen = _train(short, tmp_path, capfd, "--max_iterations", 100, *beyond)
    assert re.search(r"ConvNL \(:1:1\): .*, frozen", frozen)
    assert added.sub("", frozen) != plain


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        (("--early_stopping", "3"), "no held-out lines"),
        (("--schedule", "cosine"), "has an end"),
        (("--schedule", "sudden", "--max_iterations", "9"), "no such schedule"),
        (("--freeze", "Lfx99"), "no such layer"),
    ],
)
def test_wrong_flags_are_explained(
    short: ShortSet,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    flags: tuple[str, ...],
    problem: str,
) -> None:
    code, text = _train(short, tmp_path, capfd, *flags)
    assert code == 1
    assert problem in text


def test_an_integer_model_is_trained_where_it_is_asked_for(
    short: ShortSet, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The real ``lstmtraining`` goes on with what it was turned into."""
    flags = ["--stop_training", "--convert_to_int", "--continue_from", short.checkpoint]
    model = tmp_path / "int.traineddata"
    run_tool("lstmtraining", *flags, "--traineddata", short.starter, "--model_output", model)
    run_tool("combine_tessdata", "-e", model, tmp_path / "int.lstm")
    flags = ["--continue_from", tmp_path / "int.lstm", "--max_iterations", 3]
    code, text = _train(short, tmp_path, capfd, *flags)
    assert code == 1
    assert "integer (fast) model" in text
    code, text = _train(short, tmp_path, capfd, *flags, "--dequantize")
    assert code == 0
    assert re.search(r"Dequantized .*int\.lstm: largest weight error introduced \d.*, inherited .* \d", text)
    common = ["--traineddata", short.starter, "--train_listfile", short.list, "--max_iterations", 6]
    log = run_tool("lstmtraining", *common, "--model_output", tmp_path / "base")
    assert "Successfully restored trainer" in log.stderr
    assert "Finished!" in log.stderr
