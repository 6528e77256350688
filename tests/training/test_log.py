"""Texts that the comparisons with the real tool do not reach."""

from __future__ import annotations

import numpy as np

from tessnb.charset.encoder import Encoder
from tessnb.events import Counters, ErrorRates, MaintenanceDone, NewBest, Progress, RunEnded, StopReason
from tessnb.training import Characters, DocumentSamples, NetworkOptions, TextLog, Trainer, new_learner
from tessnb.training.activation_path import activation_rows
from tests.short_lines import TINY_NET, ShortSet


def test_a_progress_line_is_one_text_and_other_texts_come_before_it() -> None:
    written: list[str] = []
    log = TextLog(written.append)
    log(Progress(Counters(1, 2, 3), ErrorRates(1.5, 2.25, 100.0, 99.0, 0.0)))
    log(NewBest(99.0))
    assert written == []
    log(MaintenanceDone())
    assert written == [
        "At iteration 1/2/3, Mean rms=1.500000%, delta=2.250000%, BCER train=99.000000%, "
        "BWER train=100.000000%, skip ratio=0.000000%,  New best BCER = 99.000000\n\n"
    ]


def test_only_a_run_that_ended_by_itself_says_finished() -> None:
    written: list[str] = []
    log = TextLog(written.append)
    log(RunEnded(Counters(0, 0, 0), 12.5, StopReason.STOPPED))
    assert written == []
    log(RunEnded(Counters(0, 0, 0), 12.5, StopReason.TARGET_REACHED))
    assert written == ["Finished! Selected model with minimal training error rate (BCER) = 12.5\n"]


def test_an_activation_path_names_the_best_rival_of_each_step(short: ShortSet) -> None:
    characters = Characters.of(short.starter)
    encoder = Encoder(characters.unicharset, characters.recoder)
    (label,) = (code for code in encoder.encode_text("e") if code != encoder.null_char)
    outputs = np.zeros((3, encoder.num_labels), np.float32)
    outputs[0, encoder.null_char] = 0.75
    outputs[1:, label] = 0.5
    outputs[:, 0] = 0.25
    assert activation_rows(outputs, [label], [1, 3], encoder) == (
        f"<null>={encoder.null_char} On [0, 1), scores= 75( =0=25), Mean=75, max=75",
        f"e={label} On [1, 3), scores= 50( =0=25) 50( =0=25), Mean=50, max=50",
    )


def test_every_so_many_iterations_the_paths_are_shown(short: ShortSet) -> None:
    characters = Characters.of(short.starter)
    learner = new_learner(characters, NetworkOptions(TINY_NET))
    learner.debug_interval = 4
    written: list[str] = []
    trainer = Trainer(learner, characters.container, DocumentSamples(short.documents))
    trainer.observe(TextLog(written.append, debug=True))
    trainer.run(max_iterations=8)
    text = "".join(written)
    assert text.count("TRAINING activation path for truth string") == 2
    assert text.count("GROUND  TRUTH") == 8
