"""The trainer's less trodden paths beside the real one's: layers, memory, delays, counters, extremes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tessnb.commands import main
from tessnb.formats.checkpoint import NO_BEST_TRAINER, CheckpointRecord
from tessnb.formats.lstmf import Document, ImageData
from tests.commands.same_log import Compare
from tests.conftest import EnglishSet
from tests.short_lines import TINY_NET, ShortSet


def _flags(short: ShortSet, flags: str, net: str = TINY_NET, lines: Path | None = None) -> list[object]:
    return [
        *("--traineddata", short.starter, "--train_listfile", lines or short.list),
        *("--net_spec", net, "--model_output", "base", "--debug_interval", "-1", *flags.split()),
    ]


@pytest.mark.parametrize(
    "net",
    [
        "[1,36,0,1 Mp2,2 Lbys6 Lbx8 O1s1]",
        "[1,36,0,1 Mp3,3 Lfys8 LS8]",
        "[1,36,0,1 Mp3,3 Lfys8 LE8]",
        "[1,36,0,1 Cr3,3,4 Mp3,3 L2xy4 Mp1,2 Lfys8 Lfx8 O1c1]",
        "[1,36,0,1 (Ct3,3,2 Cs3,3,2) Mp3,3 Lfys8 Rx(Lfx8) O1c1]",
        "[1,36,0,1 Cl3,3,3 Cm3,3,3 S3,3 Lfys8 Lrx8 O1c1]",
        "[1,0,0,1 Ct3,3,4 Mp3,3 Lfys8 Lfx16 O1c1]",
        "[1,48,0,3 Ct5,5,4 Mp3,3 Lfys8 Lfx16 O1c1]",
        "[1,1,0,36 Lfx16 O1c1]",
    ],
)
def test_every_kind_of_layer(compare: Compare, short: ShortSet, tmp_path: Path, net: str) -> None:
    """The same figures while it learns, the same checkpoint in size, and the same picture of its weights."""
    text = compare(*_flags(short, "--max_iterations 24 --learning_rate 0.005", net))
    assert len(re.findall("^Mean rms", text, re.MULTILINE)) == 24
    real, ours = (tmp_path / name / "base_checkpoint" for name in ("real", "ours"))
    assert real.stat().st_size == ours.stat().st_size
    show = ["--debug_network", "--continue_from", real, "--traineddata", short.starter]
    assert "Total count=" in compare(*show)


def test_the_initial_weights_are_the_same_bit_for_bit(
    compare: Compare, short: ShortSet, tmp_path: Path
) -> None:
    """A learning rate of zero leaves them as they were drawn."""
    compare(*_flags(short, "--max_iterations 1 --learning_rate 0 --net_mode 64 --weight_range 0.3"))
    networks = [
        CheckpointRecord.read(tmp_path / name / "base_checkpoint").recognizer.network
        for name in ("real", "ours")
    ]
    pairs = zip(*(_matrices(network) for network in networks), strict=True)
    for theirs, mine in pairs:
        np.testing.assert_array_equal(mine, theirs)
        assert 0.25 < np.abs(mine).max() <= np.float32(0.3)


def _matrices(record: object) -> list[np.ndarray]:
    found = []
    if hasattr(record, "stack"):
        for layer in record.stack:
            found += _matrices(layer)
    for gate in getattr(record, "gate_weights", [record.weights] if hasattr(record, "weights") else []):
        found.append(gate.values)
    return found


@pytest.mark.parametrize(
    "flags",
    [
        "--net_mode 0 --learning_rate 0.02 --max_iterations 400",
        "--net_mode 64 --learning_rate 0.02 --max_iterations 250 --randomly_rotate",
        "--net_mode 0 --momentum 1 --max_iterations 40",
        "--momentum -1 --max_iterations 20",
        "--learning_rate 1e30 --max_iterations 30",
        "--learning_rate -0.001 --max_iterations 20",
        "--weight_range 2 --max_iterations 12",
        "--weight_range -1 --max_iterations 12",
    ],
)
def test_long_and_absurd_runs(compare: Compare, short: ShortSet, flags: str) -> None:
    compare(*_flags(short, flags))


@pytest.mark.parametrize("delay", [1, 19])
def test_perfect_lines_wait(compare: Compare, short: ShortSet, tmp_path: Path, delay: int) -> None:
    """A single line, until most of what is read is perfect."""
    first = Document.read(short.documents[0]).pages[:1]
    Document(first).write(tmp_path / "one.lstmf")
    (tmp_path / "list").write_text(f"{tmp_path / 'one.lstmf'}\n")
    flags = f"--max_iterations 300 --learning_rate 0.01 --perfect_sample_delay {delay}"
    text = compare(*_flags(short, flags, lines=tmp_path / "list"))
    assert text.count("(Perfect)") > 30


@pytest.mark.parametrize("flags", ["", "--sequential_training"])
def test_more_than_the_memory_holds(
    compare: Compare, short: ShortSet, english: EnglishSet, tmp_path: Path, flags: str
) -> None:
    """Documents are read in windows (round robin) or unloaded (sequential), with the same words."""
    pages: list[ImageData | None] = []
    for font in english.training_fonts:
        pages += Document.read(english.file(font, ".lstmf")).pages
    size = sum(len(page.image_data) for page in pages if page)
    copies = 1 + 500_000 // size
    names = [tmp_path / f"{number}.lstmf" for number in range(4)]
    for name in names:
        Document(pages * copies).write(name)
    (tmp_path / "list").write_text("".join(f"{name}\n" for name in names))
    count = 3 * copies * len(pages)
    net = "[1,12,0,1 Mp3,3 Lfys4 O1c1]"
    lines = tmp_path / "list"
    flags += " --net_mode 64 --learning_rate 0"
    text = compare(*_flags(short, f"--max_image_MB 1 --max_iterations {count} {flags}", net, lines))
    assert "Unloaded document" in text if "seq" in flags else len(re.findall(r"Loaded \d+/", text)) > 4


@pytest.mark.parametrize(
    ("training", "sample"),
    [
        (990, 1003),  # the oldest errors leave the window of a thousand
        (199_990, 200_000),  # Adam's correction ends
        (5000, 2**31 - 100),  # the seed of the noise
    ],
)
def test_counters_far_from_their_beginning(
    compare: Compare, short: ShortSet, tmp_path: Path, training: int, sample: int
) -> None:
    record = CheckpointRecord.read(short.checkpoint)
    record.recognizer.training_iteration, record.recognizer.sample_iteration = training, sample
    record.prev_sample_iteration, record.learning_iteration = sample, training // 2
    for name in ("real", "ours"):
        record.write(tmp_path / name / "base_checkpoint")
    text = compare(*_flags(short, f"--max_iterations {training + 24}"))
    assert f"/{training + 24}/{sample + 24}, Mean" in text


def test_divergence_without_rates_of_layers(compare: Compare, short: ShortSet, tmp_path: Path) -> None:
    """With ``--net_mode 128`` all rates are reduced at once."""
    flags = "--net_mode 128 --learning_rate 0.01 --max_iterations"
    compare(*_flags(short, f"{flags} 60"))
    current, past = (CheckpointRecord.read(tmp_path / "real" / "base_checkpoint") for _ in range(2))
    past.amount, past.best_trainer, past.worst_error_rate = NO_BEST_TRAINER, b"", 20.0
    for record in (current, past):
        record.best_error_rate = 20.0
    current.best_iteration, current.worst_error_rate = -5000, 60.0
    current.best_trainer = past.to_bytes()
    for name in ("real", "ours"):
        current.write(tmp_path / name / "base_checkpoint")
    text = compare(*_flags(short, f"{flags} 62"))
    assert "Divergence! Reverted to iteration 60/60/60\nReduced learning rate to :0.007071" in text


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("--momentum 1", "left the range of numbers"),
        ("--adam_beta 1.5", "left the range of numbers"),
        ("--net_spec [1,36,0,1Lfys8O1l1]", "logistic outputs cannot be trained"),
    ],
)
def test_what_stops_the_reference_is_explained(
    short: ShortSet,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    flags: str,
    message: str,
) -> None:
    """It ends in a failed assertion, or skips every line for ever."""
    monkeypatch.chdir(tmp_path)
    assert main(["lstmtraining", *map(str, _flags(short, f"--max_iterations 30 {flags}"))]) == 1
    text = capfd.readouterr().err
    assert message in text
    assert "Traceback" not in text
