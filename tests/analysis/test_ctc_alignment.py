"""What is drawn of CTC is what recognizer and trainer have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

import tessnb as tn
from tessnb.analysis.ctc_alignment import NOTHING, Part, Symbol, _marked, align_line, best_alignment, spelled
from tessnb.lines import TrainingLine
from tessnb.training.checkpoints import learner_from_recognizer

TEXT = "Harvey's 131 books"


@pytest.fixture(scope="module")
def line() -> TrainingLine:
    return tn.render(TEXT, ["DejaVu Sans"], xsize=900, ysize=400)[0]


@pytest.fixture(scope="module")
def model() -> tn.Model:
    return tn.load_model("eng", trainable=True)


@pytest.fixture(params=range(5))
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(request.param)


def trainers_targets(model: tn.Model, line: TrainingLine) -> np.ndarray:
    """What a trainer computes for a line, with this model's weights and noise."""
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)
    return learner.prepare(line).comparison.targets


@pytest.mark.parametrize("trainable", [False, True])
def test_outputs_are_the_recognizers(line: TrainingLine, trainable: bool) -> None:
    model = tn.load_model("eng", trainable=trainable)
    found = align_line(line, model)
    recognizer = tn.Recognizer(model)
    outputs = recognizer.outputs(line.image)
    assert np.array_equal(found.outputs, outputs.values)
    assert found.scale == outputs.scale
    assert found.text == recognizer.read(line.image).text == TEXT
    assert spelled(found.greedy) == TEXT
    assert abs(found.steps * found.scale - line.width) < found.scale + 1


def test_targets_are_the_trainers(line: TrainingLine, model: tn.Model) -> None:
    found = align_line(line, model)
    assert found.targets is not None
    assert np.array_equal(found.targets, trainers_targets(model, line))
    assert spelled(found.truth) == TEXT


def test_targets_of_a_beginner_are_the_trainers(line: TrainingLine) -> None:
    """The network is not confident of anything: recognition would exchange black and white."""
    starter = tn.make_starter(TEXT)
    run = tn.train_from_scratch(starter, [line], net_spec="[1,24,0,1 Ct3,3,4 Mp3,3 Lfys8 Lbx8 O1c1]")
    for boxes in (line.boxes, np.zeros((0, 4), np.int16)):
        again = replace(line, boxes=boxes)
        found = align_line(again, run.model(), as_training=True)
        assert found.targets is not None
        assert np.array_equal(found.targets, trainers_targets(run.model(), again))


def test_symbols_stand_where_the_ink_is(line: TrainingLine, model: tn.Model) -> None:
    found = align_line(line, model)
    for path in (found.greedy, found.beam, found.truth):
        assert [symbol.text for symbol in path] == list(TEXT)
        for symbol, box in zip(path, line.boxes, strict=True):
            assert box[0] - 12 <= found.x_of(symbol.peak) <= box[2] + 12, symbol
    for symbol in found.greedy:
        (part,) = symbol.parts
        winners = found.outputs.argmax(axis=1)
        assert (winners[part.begin : part.end] == part.code).all()
        assert winners[part.begin - 1] != part.code
        assert part.probability == found.outputs[part.begin : part.end, part.code].max()


def test_the_truth_stands_where_the_reference_reads_it(line: TrainingLine, model: tn.Model) -> None:
    """The reference aligns by reading the targets, which need not spell the truth."""
    found = align_line(line, model)
    assert found.targets is not None
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)
    labels, steps = learner._labels(found.targets)
    parts = [part for symbol in found.truth for part in symbol.parts]
    assert [part.code for part in parts] == labels
    assert all(abs(part.begin - step) <= 2 for part, step in zip(parts, steps[:-1], strict=True))
    wrong = replace(line, transcription="Harvey's 131 bIIooks")
    assert spelled(align_line(wrong, model).truth) == wrong.transcription


def test_the_best_alignment_is_the_best(rng: np.random.Generator) -> None:
    """Against all ways of a small lattice."""
    labels, null = [0, 1, 0, 1, 0, 2, 0], 0
    values = rng.random((6, 3)).astype(np.float32)

    def ways(step: int, state: int) -> Iterator[list[int]]:
        if step == len(values) - 1:
            if state >= len(labels) - 2:
                yield [state]
            return
        for after in (state, state + 1, state + 2):
            skips = after == state + 2
            allowed = not skips or (labels[after:] and labels[after] not in (null, labels[state]))
            if after < len(labels) and allowed:
                yield from ([state, *rest] for rest in ways(step + 1, after))

    def score(states: list[int]) -> float:
        return float(np.log(values[range(len(values)), [labels[state] for state in states]]).sum())

    best = max((states for first in (0, 1) for states in ways(0, first)), key=score)
    assert best_alignment(values, labels, null).tolist() == best


def test_rows_are_what_matters(line: TrainingLine, model: tn.Model) -> None:
    found = align_line(line, model)
    rows = found.rows()
    assert [row.peak for row in rows] == sorted(row.peak for row in rows)
    assert {row.name for row in rows if row.expected} == set(TEXT)
    assert found.null_char not in {row.code for row in rows}
    few = found.rows(limit=5)
    assert len(few) == 5
    assert all(row.expected for row in few)
    wrong = replace(line, transcription="Harvey's 131 boots")
    settled = align_line(wrong, model).rows(settled=True)
    assert [row.expected for row in settled] == sorted((row.expected for row in settled), reverse=True)
    assert [row.name for row in settled if not row.expected] == ["k"]


def test_a_character_of_several_codes() -> None:
    text = "汉字识别"
    fonts = tn.find_fonts(covering=text)
    if not fonts:
        pytest.skip("no font with Han")
    line = tn.render(text, [fonts[0]], xsize=700, ysize=400)[0]
    found = align_line(line, tn.load_model("chi_sim"))
    for path in (found.truth, found.beam):
        assert [symbol.text for symbol in path] == list(text)
        assert all(len(symbol.parts) > 1 for symbol in path)
    codes = [part.code for part in found.truth[0].parts]
    assert [found.name_of(code) for code in codes][:2] == ["汉₁", "汉₂"]
    unseen = next(code for code in range(found.outputs.shape[1]) if code not in found.names)
    assert found.name_of(unseen)


def test_what_the_dictionary_changed_is_marked() -> None:
    def symbols(text: str) -> tuple[Symbol, ...]:
        return tuple(Symbol(each, (Part(ord(each), at, at + 1, at, 1.0),)) for at, each in enumerate(text))

    def marks(text: str, without: str) -> dict[int, str]:
        found = _marked(symbols(text), symbols(without))
        return {at: symbol.instead for at, symbol in enumerate(found) if symbol.instead is not None}

    assert marks("book", "book") == {}
    assert marks("book", "b0ok") == {1: "0"}
    assert marks("bake", "bke") == {1: ""}
    assert marks("bke", "bake") == {1: "ak"}
    assert marks("bak", "bake") == {2: "ke"}
    assert marks("", "b") == {}


def test_why_there_are_no_targets(line: TrainingLine, model: tn.Model) -> None:
    none = align_line(line.image, model)
    assert none.targets is None
    assert none.truth == ()
    assert "no transcription" in none.problem
    assert "☃" in align_line(replace(line, transcription="a ☃"), model).problem
    assert "too many" in align_line(replace(line, transcription="a" * 500), model).problem


def test_codes_that_spell_nothing_are_left_out() -> None:
    part = Part(1, 0, 1, 0, 1.0)
    assert spelled([Symbol("a", (part,)), Symbol(NOTHING, (part,))]) == "a"
    page = [Symbol(text, (part,)) for text in "1\u05d1\u05d0"]
    assert spelled(page) == "1\u05d1\u05d0"
    assert spelled(page, reading=True) == "\u05d0\u05d11"
