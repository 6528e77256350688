"""Checkpoints of the real ``lstmtraining``, and the trainers inside them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tessnb.errors import FormatError
from tessnb.formats._binary import Writer
from tessnb.formats.checkpoint import FULL, LIGHT, NO_BEST_TRAINER, ROLLING_SIZE, CheckpointRecord
from tessnb.formats.network import (
    NF_LAYER_SPECIFIC_LR,
    InputRecord,
    LSTMRecognizerRecord,
    NetworkRecord,
    PlumbingRecord,
)
from tessnb.formats.traineddata import TrainedData
from tests.conftest import EnglishSet, run_tool
from tests.formats.hexadecimal import bytes_of, every_truncation_fails, no_damage_passes_unseen

RECOGNIZER = LSTMRecognizerRecord(network=InputRecord(name="Input"), network_str="[O1c]")

# A trainer in which each of the rolling buffers holds a single value. Behind its recognizer:
STATE = bytes_of("""
    07000000 08000000       # 7 lines taught something; 8 lines before the last was chosen
    04000000 06000000       # use a perfect line after 4 others; the last at iteration 6
    01000000 000000000000f03f 01000000 0000000000000040   # rolling buffers: RMS 1, delta 2,
    01000000 0000000000000840 01000000 0000000000001040   # words 3, characters 4,
    01000000 0000000000001440                             # skips 5
    000000000000f03f 0000000000000040 0000000000000840 0000000000001040 0000000000001440   # means
    01000000                # stage
""")
EXTREMES = bytes_of("""
    0000000000001040        # best rate 4, and all of that time:
    000000000000f03f 0000000000000040 0000000000000840 0000000000001040 0000000000001440
    02000000                # at 2
    0000000000001440        # worst rate 5, and all of that time:
    0000000000001440 0000000000001440 0000000000001440 0000000000001440 0000000000001440
    03000000                # at 3
    10270000                # stalled from 10000
    02000000 'bm'           # the recognizers of those times
    03000000 'wmd'
""")
BEST_TRAINER = bytes_of("04000000 'best'")
HISTORY = bytes_of("""
    00000000                # no second trainer
    02000000 0000000000005940 0000000000001040   # best rates over time: 100, 4
    02000000 00000000 02000000                   # when: 0, 2
    02000000                # iterations that the last 2 percent took
""")

HEAD = RECOGNIZER.to_bytes() + STATE
DUMPS = {
    FULL: HEAD + b"\x02" + EXTREMES + BEST_TRAINER + HISTORY,
    NO_BEST_TRAINER: HEAD + b"\x01" + EXTREMES + HISTORY,
    LIGHT: HEAD + b"\x00",
}


@pytest.mark.parametrize("amount", DUMPS)
def test_trainer(amount: int) -> None:
    data = DUMPS[amount]
    record = CheckpointRecord.from_bytes(data)
    assert record.recognizer.network_str == "[O1c]"
    assert (record.learning_iteration, record.prev_sample_iteration) == (7, 8)
    assert (record.perfect_delay, record.last_perfect_training_iteration) == (4, 6)
    assert record.error_buffers == [[1], [2], [3], [4], [5]]
    assert record.error_rates == (1, 2, 3, 4, 5)
    assert (record.training_stage, record.amount, record.rest) == (1, amount, b"")
    if amount != LIGHT:
        assert (record.best_error_rate, record.best_iteration) == (4, 2)
        assert record.best_error_rates == (1, 2, 3, 4, 5)
        assert (record.worst_error_rate, record.worst_iteration, record.stall_iteration) == (5, 3, 10000)
        assert record.worst_error_rates == (5, 5, 5, 5, 5)
        assert (record.best_model_data, record.worst_model_data) == (b"bm", b"wmd")
        assert (record.best_error_history, record.best_error_iterations) == ([100, 4], [0, 2])
        assert (record.sub_trainer, record.improvement_steps) == (b"", 2)
    assert record.best_trainer == (b"best" if amount == FULL else b"")
    assert record.to_bytes() == data
    every_truncation_fails(data, CheckpointRecord.from_bytes)
    no_damage_passes_unseen(data, lambda damaged: CheckpointRecord.from_bytes(damaged).to_bytes())


def test_a_new_trainer() -> None:
    record = CheckpointRecord(recognizer=RECOGNIZER)
    again = CheckpointRecord.from_bytes(record.to_bytes())
    assert [len(buffer) for buffer in again.error_buffers] == [ROLLING_SIZE] * 5
    assert again.to_bytes() == record.to_bytes()


def test_impossible_buffers_take_no_memory() -> None:
    writer = Writer()
    writer.raw(RECOGNIZER.to_bytes())
    writer.raw(STATE[:16])
    writer.number("I", 0xFFFFFFFF)
    with pytest.raises(FormatError, match="impossible size of error buffer"):
        CheckpointRecord.from_bytes(writer.getvalue() + STATE[20:])


def leaves(record: NetworkRecord) -> list[NetworkRecord]:
    if not isinstance(record, PlumbingRecord):
        return [record]
    return [leaf for layer in record.stack for leaf in leaves(layer)]


def test_a_real_checkpoint(trained: Path) -> None:
    path = trained / "base_checkpoint"
    data = path.read_bytes()
    record = CheckpointRecord.read(path)
    assert record.to_bytes() == data
    assert (record.amount, record.rest) == (FULL, b"")
    assert record.recognizer.training_iteration == 200
    assert record.learning_iteration == 200
    assert [len(buffer) for buffer in record.error_buffers] == [ROLLING_SIZE] * 5
    assert f"BCER train={record.error_rates[3]:f}%" in (trained / "log").read_text()
    network = record.recognizer.network
    assert isinstance(network, PlumbingRecord)
    assert network.learning_rates == pytest.approx([0.002] * len(network.stack))
    assert [leaf.name for leaf in leaves(network)] == [
        *("Input", "Convolve", "ConvNL", "Maxpool", "Lfys16", "Lfx16", "Lrx16", "Lfx24", "Output")
    ]
    best = CheckpointRecord.from_bytes(record.best_trainer)
    assert best.to_bytes() == record.best_trainer
    assert best.amount == NO_BEST_TRAINER
    assert best.recognizer.training_iteration == record.best_iteration
    every_truncation_fails(data, CheckpointRecord.from_bytes, step=9973)


def go_on(base: Path, english: EnglishSet) -> str:
    """Let the real trainer continue from ``{base}_checkpoint`` to iteration 300; return its output."""
    flags = ["--traineddata", english.starter, "--train_listfile", english.train_list]
    log = run_tool("lstmtraining", *flags, "--model_output", base, "--max_iterations", "300")
    return (log.stdout + log.stderr).replace(str(base), "")


def test_the_real_trainer_continues_from_ours(trained: Path, english: EnglishSet, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours_checkpoint", tmp_path / "theirs_checkpoint"
    CheckpointRecord.read(trained / "base_checkpoint").write(ours)
    shutil.copy(trained / "base_checkpoint", theirs)
    logs = [go_on(tmp_path / name, english) for name in ("ours", "theirs")]
    assert "At iteration 300/300/300" in logs[0]
    assert logs[0] == logs[1]
    assert ours.read_bytes() == theirs.read_bytes()


def without_layer_rates(record: CheckpointRecord) -> CheckpointRecord:
    """The same trainer with one learning rate for all layers: quick to reduce."""

    def clear(layer: NetworkRecord) -> None:
        layer.network_flags &= ~NF_LAYER_SPECIFIC_LR
        for inner in layer.stack if isinstance(layer, PlumbingRecord) else []:
            clear(inner)

    clear(record.recognizer.network)
    return record


def test_a_real_sub_trainer(trained: Path, english: EnglishSet, tmp_path: Path) -> None:
    path = tmp_path / "stalled_checkpoint"
    record = without_layer_rates(CheckpointRecord.read(trained / "base_checkpoint"))
    record.best_trainer = without_layer_rates(CheckpointRecord.from_bytes(record.best_trainer)).to_bytes()
    record.stall_iteration, record.best_error_rate = 0, 60.0  # far behind its best: time for another trial
    record.write(path)
    assert "Trial sub_trainer_ from iteration 100" in go_on(tmp_path / "stalled", english)
    record = CheckpointRecord.read(path)
    assert record.to_bytes() == path.read_bytes()
    trial = CheckpointRecord.from_bytes(record.sub_trainer)
    assert (trial.amount, trial.rest, trial.recognizer.training_iteration) == (LIGHT, b"", 100)
    assert trial.to_bytes() == record.sub_trainer
    assert trial.recognizer.learning_rate < record.recognizer.learning_rate


def test_models_from_training(trained: Path) -> None:
    """Exported models are the checkpoint's network with training switched off, float and integer."""
    for name, integer in (("float", False), ("int", True)):
        path = trained / f"{name}.traineddata"
        data = TrainedData.read(path)
        assert data.to_bytes() == path.read_bytes()
        record = LSTMRecognizerRecord.from_bytes(data["lstm"])
        assert record.to_bytes() == data["lstm"]
        assert record.int_mode == integer
