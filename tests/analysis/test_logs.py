"""Logs of both generations of the trainer, ours, and a real one, as tables."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

import tessnb as tn
from tessnb.analysis.logs import read_log
from tessnb.errors import FormatError, InputError
from tessnb.training import TextLog
from tests.conftest import SMALL_NET

#: As 4.1 words it; the fourth report goes wrong.
OLD = """\
Loaded file base_checkpoint, unpacking...
Successfully restored trainer from base_checkpoint
Encoding of string failed! Failure bytes: e2 82 b9
Can't encode transcription: 'costs ₹ 5' in language ''
2 Percent improvement time=100, best error was 100 @ 0
At iteration 98/100/101, Mean rms=4.514%, delta=19.089%, char train=96.314%, word train=100%, \
skip ratio=1%,  New best char error = 96.314 wrote checkpoint.

At iteration 190/200/202, Mean rms=4.2%, delta=12.5%, char train=15.7%, word train=35.68%, skip ratio=1%,  \
New best char error = 15.7At iteration 98, stage 0, Eval Char error rate=20.9447893, Word error rate=27.5 \
wrote best model:out/layer15.7_190.checkpoint wrote checkpoint.

Compute CTC targets failed!
At iteration 280/300/303, Mean rms=nan%, delta=12.5%, char train=1e-05%, word train=0%, skip ratio=0%,  \
New worst char error = 1e-05At iteration 190, stage 0, Eval Char error rate=5, Word error rate=16.2
Divergence! Reverted to iteration 190/200/202
Reduced learning rate on layers: 2
Reduced learning rate to :0.0005
 wrote checkpoint.

Finished! Error rate = 15.7
"""


def test_version_4() -> None:
    log = read_log(OLD)
    assert log.generation == "4"
    frame = log.progress
    assert frame.training_iteration.tolist() == [100, 200, 300]
    assert frame.learning_iteration.tolist() == [98, 190, 280]
    assert frame.sample_iteration.tolist() == [101, 202, 303]
    assert frame.bcer.tolist() == [96.314, 15.7, 1e-05]
    assert frame.bwer.tolist() == [100, 35.68, 0]
    assert math.isnan(frame.rms[2])
    assert frame.new_best.tolist() == [True, True, False]
    assert frame.new_worst.tolist() == [False, False, True]
    assert frame.best_model[1] == "out/layer15.7_190.checkpoint"
    assert frame.checkpoint.all()
    assert frame.diverged.tolist() == [False, False, True]
    assert frame.reverted_to[2] == 200
    assert frame.learning_rate[2] == 0.0005
    assert frame.eval_bcer[1] == pytest.approx(20.9447893)
    assert log.evaluations.values.tolist() == [[98, 0, 20.9447893, 27.5], [190, 0, 5, 16.2]]
    assert log.skipped.reason.tolist() == ["unencodable", "too_short"]
    assert log.best_bcer == 15.7
    assert log.events.kind.iloc[-1] == "finished"


def test_a_real_log(trained: Path) -> None:
    """What the real lstmtraining has just printed."""
    log = read_log(trained / "log")
    assert log.generation == "5"
    assert log.progress.training_iteration.tolist() == [100, 200]
    assert log.progress.rms.between(0.1, 50).all()
    assert log.progress.bcer.between(0.1, 100).all()
    assert "iteration 200" in repr(log)


def test_our_own_log_says_what_the_run_knows(tmp_path: Path) -> None:
    """A run with every line printed, an evaluation, a line that cannot be used: the log has its metrics."""
    lines = list(tn.render("The ferry\nat Pier 9", ["DejaVu Sans"], xsize=700))
    starter = tn.make_starter(lines, lang="eng")
    lines.append(replace(lines[0], transcription="паром"))
    run = tn.train_from_scratch(
        starter,
        lines,
        net_spec=SMALL_NET,
        held_out=lines[:2],
        model_output=tmp_path / "m",
        max_iterations=200,
    )
    written: list[str] = []
    run.trainer.learner.debug_interval = -1
    run.observe(TextLog(written.append, debug=True))
    run.start().wait()
    (tmp_path / "log").write_text("".join(written), encoding="utf-8")
    log = read_log(tmp_path / "log")
    metrics = run.metrics.set_index("training_iteration")
    assert log.progress.training_iteration.tolist() == [100, 200]
    for row in log.progress.itertuples():
        known = metrics.loc[row.training_iteration]
        for name in ("rms", "delta", "bcer", "bwer", "skip_ratio", "learning_iteration", "sample_iteration"):
            assert getattr(row, name) == pytest.approx(known[name])
    assert len(log.lines) == 200
    assert set(log.lines.truth) == {"The ferry", "at Pier 9"}
    assert log.lines.training_iteration.tolist() == list(range(200))
    assert log.lines.bcer.to_numpy() == pytest.approx(metrics.bcer.to_numpy(), rel=1e-4)
    assert set(log.skipped.detail) == {"паром"}
    assert len(log.skipped) == len(run.skipped)


def test_lstmeval_and_markup() -> None:
    log = read_log("Truth:<b>\nOCR  :b\nBCER eval=1.500000, BWER eval=2.000000\n")
    assert log.evaluations.values.tolist() == [[0, 0, 1.5, 2.0]]
    assert "1 evaluations" in repr(log)
    shown = read_log(OLD.replace("out/layer", "<b>"))._repr_html_()
    assert "<b>" not in shown


def test_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="not a log"):
        read_log("a text\nof something else\n")
    with pytest.raises(InputError, match="no such file"):
        read_log(tmp_path / "none")


def test_numbers_of_any_length_are_no_counts() -> None:
    long = "9" * 5000
    text = (
        f"At iteration {long}, stage 0, BCER eval=5.5, BWER eval=16.2\nIteration {long}: GROUND  TRUTH : x\n"
    )
    log = read_log(text)
    assert log.evaluations.iteration.tolist() == [0]
    assert log.lines.empty
