"""``lstmtraining`` against the real one: the same text, figures and files from the same flags."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from tessnb.commands import main
from tessnb.formats.checkpoint import LIGHT, NO_BEST_TRAINER, CheckpointRecord
from tests.commands.same_log import Compare, figures
from tests.conftest import SMALL_NET, EnglishSet, run_tool, tessdata_folders
from tests.short_lines import TINY_NET, ShortSet


def _float_models() -> list[Path]:
    """French, the published float model for Latin script, where the test data have it."""
    folders = (folder for folder in tessdata_folders() if folder.name == "tessdata_best")
    return [folder / "fra.traineddata" for folder in folders if (folder / "fra.traineddata").is_file()]


def _base(short: ShortSet, net: str = TINY_NET) -> list[object]:
    return [
        *("--traineddata", short.starter, "--train_listfile", short.list),
        *("--net_spec", net, "--model_output", "base"),
    ]


@pytest.mark.parametrize(
    "flags",
    [
        "--max_iterations 30 --debug_interval -1",
        "--max_iterations 20 --debug_interval -1 --sequential_training",
        "--max_iterations 20 --debug_interval -1 --randomly_rotate",
        "--max_iterations 20 --debug_interval -1 --net_mode 0 --learning_rate 0.01",
        "--max_iterations 20 --debug_interval -1 --net_mode 64",
        "--max_iterations 20 --debug_interval -1 --net_mode 128 --momentum 0.9 --adam_beta 0.99",
        "--max_iterations 20 --debug_interval -1 --weight_range 0.3 --perfect_sample_delay 3",
        "--max_iterations 20 --max_image_MB 0 --sequential_training",
        "--max_iterations -8",
        "--max_iterations 300 --target_error_rate 101",
    ],
)
def test_every_iteration_says_the_same(compare: Compare, short: ShortSet, flags: str) -> None:
    assert "Finished! Selected model with minimal training error rate (BCER) =" in compare(
        *_base(short), *flags.split()
    )


@pytest.mark.parametrize("model", _float_models(), ids=lambda model: model.stem)
def test_fine_tuning_a_published_model(
    compare: Compare, english: EnglishSet, tmp_path: Path, model: Path
) -> None:
    """Whole lines: for 50 iterations the same lines in the same order, read alike, with the same figures."""
    run_tool("combine_tessdata", "-e", model, tmp_path / "model.lstm")
    flags = ["--traineddata", model, "--continue_from", tmp_path / "model.lstm"]
    flags += ["--train_listfile", english.train_list, "--model_output", "base"]
    compare(*flags, "--max_iterations", 50, "--debug_interval", -1, tolerance=0.01)


def test_the_first_iterations_from_scratch_on_whole_lines(compare: Compare, english: EnglishSet) -> None:
    flags = ["--traineddata", english.starter, "--train_listfile", english.train_list]
    flags += ["--net_spec", SMALL_NET, "--model_output", "base"]
    compare(*flags, "--max_iterations", 20, "--debug_interval", -1)


def test_what_cannot_be_used_is_skipped_with_the_same_words(compare: Compare, short: ShortSet) -> None:
    flags = [*_base(short), "--train_listfile", short.odd_list]
    text = compare(*flags, "--max_iterations", 12, "--debug_interval", -1)
    for message in (
        "Encoding of string failed! Failure bytes: d0 b6 72 69 63 61 6e",
        "Empty truth string!",
        "Blank transcription",
        "Compute CTC targets failed",
        "Image too small to scale!!",
        "Image too large to learn!!",
    ):
        assert message in text


def test_a_checkpoint_is_the_reference_s(compare: Compare, short: ShortSet, tmp_path: Path) -> None:
    compare(*_base(short), "--max_iterations", 5)
    real, ours = (CheckpointRecord.read(tmp_path / name / "base_checkpoint") for name in ("real", "ours"))
    assert len(real.to_bytes()) == len(ours.to_bytes())
    for name in ("learning_iteration", "error_rates", "best_error_rate", "worst_error_rate", "amount"):
        assert getattr(real, name) == getattr(ours, name)
    np.testing.assert_allclose(ours.error_buffers, real.error_buffers, atol=1e-7)
    mine, theirs = (record.recognizer.network.stack[-1].weights for record in (ours, real))
    np.testing.assert_allclose(mine.values, theirs.values, atol=1e-5)
    np.testing.assert_allclose(mine.dw_sq_sum, theirs.dw_sq_sum, rtol=1e-3, atol=1e-5)


def _resume(folder: Path, checkpoint: Path) -> None:
    shutil.copy(checkpoint, folder / "base_checkpoint")


def test_a_real_checkpoint_continues(compare: Compare, short: ShortSet, tmp_path: Path) -> None:
    for name in ("real", "ours"):
        _resume(tmp_path / name, short.checkpoint)
    text = compare(*_base(short), "--max_iterations", 150, "--debug_interval", -1)
    assert "Successfully restored trainer from base_checkpoint" in text


def test_our_checkpoint_continues_in_the_real_tool(
    compare: Compare,
    short: ShortSet,
    tmp_path: Path,
) -> None:
    compare(*_base(short), "--max_iterations", 40)
    swapped = tmp_path / "swapped"
    shutil.copy(tmp_path / "ours" / "base_checkpoint", swapped)
    _resume(tmp_path / "real", swapped)
    compare(*_base(short), "--max_iterations", 60, "--debug_interval", -1)


@pytest.mark.parametrize("flag", ["--convert_to_int=false", "--convert_to_int"])
def test_the_exported_model_is_the_same_file(
    compare: Compare,
    short: ShortSet,
    tmp_path: Path,
    flag: str,
) -> None:
    flags = ["--stop_training", "--continue_from", short.checkpoint, "--traineddata", short.starter]
    compare(*flags, flag, "--model_output", "model.traineddata")
    real, ours = ((tmp_path / name / "model.traineddata").read_bytes() for name in ("real", "ours"))
    assert ours == real


def test_the_weights_are_shown_alike(compare: Compare, short: ShortSet) -> None:
    flags = ["--debug_network", "--continue_from", short.checkpoint, "--traineddata", short.starter]
    assert "Total count=" in compare(*flags)


def _extract(short: ShortSet, folder: Path, model: Path) -> Path:
    run_tool("combine_tessdata", "-e", model, folder / "model.lstm")
    return folder / "model.lstm"


@pytest.fixture
def recognizer(short: ShortSet, tmp_path: Path) -> Path:
    """An ``.lstm`` of the short checkpoint."""
    flags = ["--stop_training", "--continue_from", short.checkpoint, "--traineddata", short.starter]
    run_tool("lstmtraining", *flags, "--model_output", tmp_path / "short.traineddata")
    return _extract(short, tmp_path, tmp_path / "short.traineddata")


def test_fine_tuning_a_recognizer(compare: Compare, short: ShortSet, recognizer: Path) -> None:
    flags = [*_base(short), "--continue_from", recognizer, "--max_iterations", 20, "--debug_interval", -1]
    assert "Warning: LSTMTrainer deserialized an LSTMRecognizer!" in compare(*flags)


def test_fine_tuning_a_checkpoint_with_another_rate(compare: Compare, short: ShortSet) -> None:
    flags = [*_base(short), "--continue_from", short.checkpoint, "--reset_learning_rate"]
    text = compare(*flags, "--learning_rate", 0.0002, "--max_iterations", 20, "--debug_interval", -1)
    assert "Set learning rate to 0.000200" in text


def test_appending_layers(compare: Compare, short: ShortSet, recognizer: Path) -> None:
    flags = [*_base(short, "[Lfx12 O1c1]"), "--continue_from", recognizer, "--append_index", 3]
    text = compare(*flags, "--max_iterations", 20, "--debug_interval", -1)
    assert "Appending a new network to an old one!!" in text


def test_changing_the_character_set(
    compare: Compare,
    short: ShortSet,
    recognizer: Path,
    tmp_path: Path,
) -> None:
    """A smaller and then the old character set: outputs are kept, dropped, and made of the mean."""
    small = _smaller_starter(short, tmp_path)
    base = [*_base(short), "--max_iterations", 12, "--debug_interval", -1]
    flags = ["--traineddata", small, "--continue_from", recognizer]
    text = compare(*base, *flags, "--old_traineddata", short.starter)
    assert "Previous null char=" in text
    checkpoint = shutil.move(tmp_path / "real" / "base_checkpoint", tmp_path / "small_checkpoint")
    (tmp_path / "ours" / "base_checkpoint").unlink()
    compare(*base, "--continue_from", checkpoint, "--old_traineddata", small)


def _smaller_starter(short: ShortSet, folder: Path) -> Path:
    lines = short.english.unicharset.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines[1:] if line.split(" ")[0] not in ("e", "M", "o")]
    (folder / "small.unicharset").write_text(f"{len(kept)}\n{''.join(kept)}", encoding="utf-8")
    flags = ["--input_unicharset", folder / "small.unicharset", "--script_dir", short.english.folder]
    run_tool("combine_lang_model", *flags, "--output_dir", folder, "--lang", "small")
    return folder / "small" / "small.traineddata"


def _crafted(short: ShortSet, best: float, **changes: float) -> tuple[CheckpointRecord, CheckpointRecord]:
    """Return the short checkpoint with a history of its own, and the trainer of its pretended best time."""
    current, past = (CheckpointRecord.read(short.checkpoint) for _ in range(2))
    past.amount, past.best_trainer = NO_BEST_TRAINER, b""
    for record in (current, past):
        record.best_error_rate = best
    for name, value in changes.items():
        setattr(current, name, value)
    return current, past


def test_divergence_goes_back_to_the_best(short: ShortSet, tmp_path: Path) -> None:
    current, past = _crafted(short, 20.0, best_iteration=-5000, worst_error_rate=60.0)
    past.worst_error_rate = 20.0
    current.best_trainer = past.to_bytes()
    real, ours = _both(short, current, tmp_path)
    assert "Divergence! Reverted to iteration" in ours
    _same_but_for_rounding(real, ours)


def test_a_stall_starts_a_trial_that_catches_up(short: ShortSet, tmp_path: Path) -> None:
    current, past = _crafted(short, 70.0, stall_iteration=50, worst_error_rate=200.0)
    _pretend_better(past)
    current.best_trainer = past.to_bytes()
    real, ours = _both(short, current, tmp_path)
    assert "Trial sub_trainer_ from iteration 60" in ours
    _same_but_for_rounding(real, ours)


def test_a_trial_that_wins_replaces_the_trainer(short: ShortSet, tmp_path: Path) -> None:
    current, past = _crafted(short, 95.0, worst_error_rate=200.0)
    _pretend_better(past)
    current.best_trainer = past.to_bytes()
    past.amount = LIGHT
    current.sub_trainer = past.to_bytes()
    real, ours = _both(short, current, tmp_path)
    assert "Sub trainer wins at iteration" in ours
    _same_but_for_rounding(real, ours)


def _pretend_better(record: CheckpointRecord) -> None:
    record.error_rates = (3.0, 30.0, 90.0, 80.0, 0.0)
    record.error_buffers = [[rate / 100] * 1000 for rate in record.error_rates]
    record.recognizer.training_iteration = record.recognizer.sample_iteration = 60
    record.prev_sample_iteration = record.learning_iteration = 60


def _both(short: ShortSet, checkpoint: CheckpointRecord, folder: Path) -> tuple[str, str]:
    texts = []
    prefixes: dict[str, list[str]] = {"real": [], "ours": [sys.executable, "-m", "tessnb"]}
    for name, prefix in prefixes.items():
        (folder / name).mkdir()
        checkpoint.write(folder / name / "base_checkpoint")
        result = run_tool(*prefix, "lstmtraining", *_base(short), "--max_iterations", 122, cwd=folder / name)
        lines = result.stderr.splitlines(keepends=True)
        texts.append("".join(line for line in lines if not line.startswith("Compiling for this machine")))
    return texts[0], texts[1]


def _same_but_for_rounding(real: str, ours: str) -> None:
    """The shares of alternating updates are sums of tiny products: the weights' last digits show in them."""
    pairs = list(zip(real.splitlines(), ours.splitlines(), strict=True))
    for theirs, mine in pairs:
        if theirs.startswith("Layer "):
            assert mine.split(":")[0] == theirs.split(":")[0]
            assert mine.split()[-1] == theirs.split()[-1]
            assert figures(mine) == pytest.approx(figures(theirs), rel=1e-3)
        else:
            assert mine == theirs


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("--traineddata {starter}", "Must supply a list of training filenames! --train_listfile"),
        ("--model_output base", "Must provide a --traineddata see training documentation"),
        ("--model_output= --traineddata x", "Must provide a --model_output!"),
        ("--model_output no/where --traineddata x", "Error, model output cannot be written: No such file"),
        ("--traineddata none --train_listfile {list}", "Error, failed to read none"),
        ("--traineddata {list} --train_listfile {list}", "Error, failed to read {list}"),
        ("--traineddata {starter} --train_listfile none", "Failed to load list of training filenames"),
        (
            "--traineddata {starter} --train_listfile {list} --net_spec [1,36,0,1Qx3]",
            "Failed to create network from spec: [1,36,0,1Qx3]",
        ),
        (
            "--traineddata {starter} --train_listfile {list} --net_spec=",
            "Failed to create network from spec: ",
        ),
        (
            "--traineddata {starter} --train_listfile {list} --continue_from none",
            "Failed to continue from: none",
        ),
        (
            "--traineddata {starter} --train_listfile {list} --continue_from {list}",
            "Failed to continue from: {list}",
        ),
        (
            "--traineddata {starter} --stop_training --continue_from none",
            "Failed to read continue from: none",
        ),
        (
            "--traineddata {starter} --train_listfile {list} --append_index 2 --net_spec [O1c1]",
            "Must set --continue_from for appending!",
        ),
        (
            "--traineddata {starter} --train_listfile {missing} --net_spec [1,36,0,1Lfys8O1c1]",
            "Load of images failed!!",
        ),
        (
            "--traineddata {starter} --train_listfile {list} --net_spec [1,36,0,1Lfys8O1c1]"
            " --eval_listfile x",
            "Failed to load eval data from: x",
        ),
        ("--nonsense 1", "ERROR: Non-existent flag --nonsense"),
        ("--max_iterations=", "ERROR: Bad argument: --max_iterations="),
    ],
)
def test_bad_input_fails_like_the_reference(
    short: ShortSet,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    flags: str,
    message: str,
) -> None:
    missing = tmp_path / "list.missing"
    missing.write_text("/nowhere/at/all.lstmf\n")
    places = {"starter": short.starter, "list": short.list, "missing": missing}
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    arguments = flags.format(**places).split()
    real = run_tool("lstmtraining", *arguments, cwd=tmp_path / "work", check=False)
    assert main(["lstmtraining", *arguments]) == real.returncode == 1
    text = capfd.readouterr().err
    assert message.format(**places) in real.stderr
    assert message.format(**places) in text
    assert "Traceback" not in text
    assert not list((tmp_path / "work").iterdir())


def test_an_integer_model_cannot_be_trained(compare: Compare, short: ShortSet, tmp_path: Path) -> None:
    model = Path("/usr/share/tesseract-ocr/5/tessdata/eng.traineddata")
    if not model.is_file():
        pytest.fail("tesseract-ocr-eng is part of what the tests need")
    lstm = _extract(short, tmp_path, model)
    text = compare("--traineddata", model, "--continue_from", lstm, "--train_listfile", short.list)
    assert "is an integer (fast) model, cannot continue training" in text


@pytest.mark.parametrize(("content", "message"), [("crlf", "Windows line ends"), ("lstmf", "binary data")])
def test_a_list_that_is_none_is_explained(
    short: ShortSet,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = short.documents[0]
    if content == "crlf":
        given = tmp_path / "list.crlf"
        given.write_bytes(short.list.read_bytes().replace(b"\n", b"\r\n"))
    flags = ["--traineddata", str(short.starter), "--net_spec", TINY_NET, "--train_listfile", str(given)]
    assert main(["lstmtraining", *flags]) == 1
    text = capfd.readouterr().err
    assert message in text
    assert "Failed to load list of training filenames" in text


def test_a_truncated_document_is_reported_and_the_others_are_used(
    short: ShortSet,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = tmp_path / "broken.lstmf"
    broken.write_bytes(short.documents[0].read_bytes()[:3000])
    (tmp_path / "list").write_text(f"{short.documents[1]}\n{broken}\n")
    monkeypatch.chdir(tmp_path)
    flags = [*map(str, _base(short)), "--train_listfile", str(tmp_path / "list"), "--max_iterations", "5"]
    assert main(["lstmtraining", *flags]) == 0
    text = capfd.readouterr().err
    assert f"Deserialize header failed: {broken}" in text
    assert "At iteration 5/5/9," in text


def test_evaluation_beside_training_gives_lstmeval_sfigures(
    short: ShortSet,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first worst model is evaluated after the first new best; its figures are those of a model apart."""
    from tessnb.training import AsyncTester, Characters, DocumentSamples, Trainer, load_learner
    from tessnb.training.log import evaluation_text

    characters = Characters.of(short.starter)
    learner, _, _ = load_learner(short.checkpoint, characters)
    samples = DocumentSamples(short.documents, sequential=True)
    tester = AsyncTester(samples, evaluation_text)
    trainer = Trainer(learner, characters.container, samples)
    assert tester(7, True, trainer.model().to_traineddata(), 1) == ""
    text = tester.wait()
    assert text.startswith("At iteration 7, stage 1, BCER eval=")
    result = run_tool(
        *("lstmeval", "--model", short.checkpoint, "--traineddata", short.starter),
        *("--eval_listfile", short.list, "--verbosity", 0),
    )
    assert text.split("stage 1, ")[1] == result.stderr.splitlines()[-1]
    assert tester(8, False, characters.container, 1) == text
    tester.close()


def test_no_flags_explain_the_tool(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lstmtraining"]) == 0
    text = capsys.readouterr().out
    assert "--net_spec" in text
    assert "type:double default:0.01" in text
