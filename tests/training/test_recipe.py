"""What a run does beyond the reference: each thing in a small real run."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.events import HeldOutEvaluated, LayersMeasured, RunEnded, StopReason
from tessnb.lines import Augmenter, TrainingLine
from tessnb.network.weighted import weighted_layers
from tessnb.recognition.model import Model
from tessnb.training import (
    FEW_LINES,
    EarlyStopping,
    Recipe,
    RunState,
    Schedule,
    ScheduledRates,
    StreamSamples,
    TrainingRun,
    fine_tune,
    resume_run,
    train_from_scratch,
    with_degradations,
)
from tessnb.training.freezing import freeze
from tests.short_lines import TINY_NET, ShortSet


def _run(
    short: ShortSet, iterations: int = 0, recipe: Recipe | None = None, **options: object
) -> TrainingRun:
    options = {"net_spec": TINY_NET, "max_iterations": iterations, "learning_rate": 0.01, **options}
    lines = options.pop("lines", None) or short.lines()
    return train_from_scratch(short.starter, lines, recipe=recipe, **options)  # type: ignore[arg-type]


def _weights(run: TrainingRun) -> dict[str, np.ndarray]:
    layers = weighted_layers(run.trainer.learner.network)
    return {layer.name: layer.weights.values.copy() for layer in layers.values()}  # type: ignore[attr-defined]


def test_early_stopping_ends_the_run_and_keeps_the_best(short: ShortSet) -> None:
    lines = short.lines()
    recipe = Recipe(early_stopping=EarlyStopping(patience=3, minimum_gain=5.0), evaluate_every=10)
    run = _run(short, 400, recipe, held_out=lines[:2], lines=lines[2:])
    ended: list[RunEnded] = []
    run.observe(lambda event: ended.append(event) if isinstance(event, RunEnded) else None)
    assert run.start().wait(120)
    assert (run.state, run.reason) == (RunState.FINISHED, StopReason.NO_GAIN)
    assert ended[0].reason is StopReason.NO_GAIN
    assert ended[0].detail == run.reason_detail
    assert "no gain of 5 points in 3 readings" in run.reason_detail
    assert str(run.reason) in repr(run)
    readings = run.evaluations
    assert readings.iteration.tolist() == list(range(0, run.progress.counters.training + 1, 10))
    best = readings.cer.min()
    assert (readings.cer.tail(3) > best - 5.0).all()
    assert readings.query("is_best").cer.iloc[-1] == best
    held_out = run.progress.held_out
    assert held_out is not None
    assert held_out.cer == readings.cer.iloc[-1]


def test_the_best_on_held_out_lines_is_restored(short: ShortSet) -> None:
    lines = short.lines()
    models: dict[int, bytes] = {}
    run = _run(short, 60, Recipe(evaluate_every=20), held_out=lines[:2], lines=lines[2:])

    def keep(event: object) -> None:
        if isinstance(event, HeldOutEvaluated):
            models[event.iteration] = run.model().to_record().to_bytes()

    run.observe(keep)
    run.start().wait(60)
    assert list(models) == [0, 20, 40, 60]
    best = run.evaluations.query("is_best").iteration.iloc[-1]
    assert run.best().to_record().to_bytes() == models[best]


def test_reading_held_out_lines_changes_nothing(short: ShortSet) -> None:
    plain, read = _run(short, 30), _run(short, 30, Recipe(evaluate_every=7), held_out=short.lines()[:2])
    for run in (plain, read):
        run.start().wait(60)
    np.testing.assert_array_equal(plain.metrics, read.metrics)
    records = [run.trainer.checkpoint() for run in (plain, read)]
    assert records[1].rest.startswith(b"tessnb:companions=")  # what Tesseract does not look at
    records[1].rest = b""
    assert records[0].to_bytes() == records[1].to_bytes()


def test_true_error_rates_stand_beside_the_bags(short: ShortSet) -> None:
    run = _run(short, 20)
    run.start().wait(60)
    metrics = run.metrics
    # Before it has learned anything it reads next to nothing: every character is missing.
    assert metrics.line_cer[0] > 50
    assert (metrics.line_wer >= 0).all()
    assert metrics.cer.iloc[-1] == pytest.approx(metrics.line_cer.mean(), abs=10)


def test_rates_follow_the_schedule(short: ShortSet) -> None:
    schedule = Schedule("cosine", iterations=30, warm_up=5, final=0.1)
    run = _run(short, 40, Recipe(decay="cosine", warm_up=5, layer_statistics=1))
    run.trainer.companions[0] = ScheduledRates(schedule)
    run.start().wait(60)
    rates = run.layers.groupby("iteration").learning_rate.agg(["min", "max"])
    expected = [0.01 * schedule.factor(iteration - 1) for iteration in rates.index[1:]]
    np.testing.assert_allclose(rates["min"][1:], expected, rtol=1e-5)
    np.testing.assert_allclose(rates["max"][1:], expected, rtol=1e-5)


def test_a_schedule_leaves_the_rates_themselves(short: ShortSet) -> None:
    run = _run(short, 10, Recipe(decay="linear"))
    run.start().wait(60)
    network = run.trainer.learner.network
    assert {network.learning_rate(layer_id) for layer_id in weighted_layers(network)} == {np.float32(0.01)}  # type: ignore[attr-defined]
    assert run.trainer.learner.learning_rate == np.float32(0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        {"decay": "sudden", "iterations": 9},
        {"decay": "linear", "iterations": 0},
        {"decay": "constant", "final": 0.0},
        {"decay": "cosine", "iterations": 5, "warm_up": 5},
    ],
)
def test_schedules_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Schedule(**wrong)  # type: ignore[arg-type]


def test_a_falling_rate_needs_an_end(short: ShortSet) -> None:
    with pytest.raises(InputError, match="has an end"):
        _run(short, 0, Recipe(decay="cosine"))


def test_frozen_layers_keep_their_weights(short: ShortSet) -> None:
    run = _run(short, 10, Recipe(freeze=("ConvNL", "Lfx16"), layer_statistics=5))
    before = _weights(run)
    run.start().wait(60)
    after = _weights(run)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"Lfys8", "Output"}
    frozen = run.layers.query("iteration == 10").set_index("name").frozen
    assert frozen.to_dict() == {"ConvNL": True, "Lfys8": False, "Lfx16": True, "Output": False}


def test_errors_end_where_nothing_below_learns(short: ShortSet) -> None:
    run = _run(short, 1)
    network = run.trainer.learner.network
    freeze(network, [":1", ":3"])
    idle = [layer.name for layer in network.layers if layer.idle]
    run.start().wait(60)
    assert idle == ["Input", "ConvSeries", "Maxpool", network.layers[3].name]
    gradients = {layer.name: layer.weights.gradient.any() for layer in weighted_layers(network).values()}  # type: ignore[attr-defined]
    assert gradients == {"ConvNL": False, "Lfys8": False, "Lfx16": True, "Output": True}
    freeze(network, [])
    assert not any(layer.idle or layer.frozen for layer in network.walk())


def test_what_cannot_be_frozen(short: ShortSet) -> None:
    with pytest.raises(InputError, match=r"Lfx16 \(:4\)"):
        _run(short, 1, Recipe(freeze=("Lfx99",)))
    with pytest.raises(InputError, match="no layer would be left"):
        _run(short, 1, Recipe(freeze=("ConvNL", "Lfys8", "Lfx16", "Output")))


def test_a_resumed_run_sees_the_same_images_and_rates(short: ShortSet, tmp_path: Path) -> None:
    augment = with_degradations(Augmenter(), probability=0.5)
    recipe = Recipe(augment=augment, decay="cosine", warm_up=3, freeze=("ConvNL",))
    whole = _run(short, 30, recipe)
    first = _run(short, 30, recipe)
    first.max_iterations = 13
    for run in (whole, first):
        run.start().wait(60)
    first.save_checkpoint(tmp_path / "half")
    second = resume_run(tmp_path / "half", short.starter, short.lines(), max_iterations=30, recipe=recipe)
    second.start().wait(60)
    for name, values in _weights(whole).items():
        np.testing.assert_array_equal(values, _weights(second)[name])
    plain = _run(short, 30, replace(recipe, augment=None))
    plain.start().wait(60)
    assert any((values != _weights(plain)[name]).any() for name, values in _weights(whole).items())


def test_layers_are_measured(short: ShortSet) -> None:
    run = _run(short, 10, Recipe(layer_statistics=5))
    events: list[LayersMeasured] = []
    run.observe(lambda event: events.append(event) if isinstance(event, LayersMeasured) else None)
    run.start().wait(60)
    assert [event.iteration for event in events] == [5, 10]
    last, layers = events[-1], weighted_layers(run.trainer.learner.network)
    assert [layer.layer_id for layer in last.layers] == list(layers)
    for statistic, layer in zip(last.layers, layers.values(), strict=True):
        values = layer.weights.values  # type: ignore[attr-defined]
        assert statistic.weight_norm == pytest.approx(math.sqrt((values**2).sum()), rel=1e-5)
        assert statistic.largest_weight == np.abs(values).max()
        assert statistic.gradient_norm > 0


def test_lines_come_and_go_while_it_runs(short: ShortSet) -> None:
    lines = short.lines()
    run = _run(short, 0, lines=lines[:3])
    run.start()
    for line in lines[3:]:
        line.source = "added"
    run.add_lines(lines[3:])
    seen: set[str] = set()
    run.observe(lambda event: seen.add(getattr(event, "source", "")))
    _until(lambda: "added" in seen)
    assert run.drop_lines(lambda line: line.source == "added") == len(lines) - 3
    assert run.drop_lines(lines[:1]) == 1
    with pytest.raises(InputError, match="no line would be left"):
        run.drop_lines(lines)
    seen.clear()
    count = len(run.metrics)
    _until(lambda: len(run.metrics) > count + 10)
    assert "added" not in seen
    run.stop(timeout=60)
    documents = _run(short, 1, lines=short.documents)
    with pytest.raises(InputError, match="in memory"):
        documents.add_lines(lines)


def _until(done: object) -> None:
    limit = time.monotonic() + 60
    while not done():  # type: ignore[operator]
        assert time.monotonic() < limit
        time.sleep(0.005)


def test_a_stream_of_lines_trains_as_a_list(short: ShortSet) -> None:
    def endless() -> Iterator[TrainingLine]:
        yield from itertools.cycle(short.lines())

    listed, ended = _run(short, 25), _run(short, 25, lines=iter(short.lines()))
    streamed = _run(short, 25, lines=endless())
    for run in (listed, ended, streamed):
        run.start().wait(60)
    np.testing.assert_array_equal(listed.metrics, streamed.metrics)
    np.testing.assert_array_equal(listed.metrics, ended.metrics)


def test_a_stream_keeps_its_last_lines(short: ShortSet) -> None:
    line = short.lines()[0]
    numbered = (replace(line, page=number) for number in itertools.count())
    samples = StreamSamples(numbered, kept=5)
    assert [samples.line(serial).page for serial in range(12)] == list(range(12))  # type: ignore[union-attr]
    assert samples.line(11).page == 11  # type: ignore[union-attr]
    assert 5 <= samples.total() < 10
    assert samples.line(0).page >= 5  # type: ignore[union-attr]
    with pytest.raises(InputError, match="yields nothing"):
        StreamSamples(iter([]))


def test_missing_characters_are_added_beside_their_look_alikes(trained: Path, short: ShortSet) -> None:
    model = Model.load(trained / "float.traineddata")
    line = replace(short.lines()[0], transcription="ẽſ")
    assert model.encoder.missing(line.transcription) == ["ẽ", "ſ"]
    run = fine_tune(model, [line], max_iterations=1, recipe=replace(Recipe(), look_alikes=True))
    learner = run.trainer.learner
    output = list(weighted_layers(learner.network).values())[-1].weights.values  # type: ignore[attr-defined]
    size = model.recoder.code_range
    old = list(weighted_layers(model.network).values())[-1].weights.values  # type: ignore[attr-defined]
    assert output.shape[1] == size + 2
    np.testing.assert_array_equal(output[:, :size], old)
    for added, known in (("ẽ", "e"), ("ſ", "s")):
        (code,) = learner.encoder.recoder.encode(learner.encoder.unicharset.find(added))
        (old_code,) = model.recoder.encode(model.unicharset.find(known))
        np.testing.assert_array_equal(output[:, code], old[:, old_code])
    run.start().wait(60)
    assert run.metrics.sample_iteration.tolist() == [1]
    encoder = run.best().encoder
    assert encoder.missing(line.transcription) == []
    # Where a character set normalizes the long s, it is read as such all the same.
    encoder.unicharset.entries[encoder.unicharset.find("ſ")].normed = "s"
    labels = encoder.encode_text(line.transcription)
    assert (encoder.decode(labels), encoder.spell(labels)) == ("ẽs", "ẽſ")


def test_fine_tuning_as_it_comes(trained: Path, short: ShortSet) -> None:
    model = Model.load(trained / "float.traineddata")
    run = fine_tune(model, short.lines(), held_out=0.25, max_iterations=120).start()
    assert run.max_iterations == 120
    assert run.wait(120)
    assert run.reason is StopReason.MAX_ITERATIONS
    readings = run.evaluations
    assert readings.lines.tolist() == [4] * len(readings)
    assert readings.iteration.tolist() == [0, 100, 120]
    assert len(run.held_out) == 4
    without_limit = fine_tune(model, short.lines())
    assert without_limit.max_iterations == FEW_LINES.least_iterations
    as_the_reference = fine_tune(model, short.lines(), recipe=None)
    assert as_the_reference.max_iterations == 0
    assert not as_the_reference.trainer.companions
    assert as_the_reference.trainer.learner.augment is None


def test_observers_of_a_run_with_companions_can_be_removed(short: ShortSet) -> None:
    run = _run(short, 10, Recipe(layer_statistics=1, evaluate_every=1), held_out=short.lines()[:1])
    heard: list[object] = []
    run.observe(heard.append)()
    run.start().wait(60)
    assert not heard
    assert len(run.evaluations) == 11
