"""What is drawn of layers is what they compute in training."""

from __future__ import annotations

import numpy as np
import pytest

import tessnb as tn
from tessnb.analysis.layer_views import Histogram, LayerViews, inspect_layers
from tessnb.lines import TrainingLine
from tessnb.network import Activations
from tessnb.training import Learner
from tessnb.training.checkpoints import learner_from_recognizer
from tessnb.training.inputs import line_input, scaled_image
from tessnb.training.layer_statistics import measure_layers

TEXT = "one & two"


@pytest.fixture(scope="module")
def line() -> TrainingLine:
    return tn.render(TEXT, ["DejaVu Sans"], xsize=700, ysize=400)[0]


@pytest.fixture(scope="module")
def model(line: TrainingLine) -> tn.Model:
    """A network with layers side by side, after a little training."""
    starter = tn.make_starter(TEXT)
    spec = "[1,24,0,1 Ct3,5,4 Mp3,3 Lfys8 Lbx8 Lrx8 O1c1]"
    run = tn.train_from_scratch(starter, [line], net_spec=spec, max_iterations=3).start()
    run.wait()
    return run.model()


@pytest.fixture(scope="module")
def learner(model: tn.Model) -> Learner:
    return learner_from_recognizer(model.record, model.unicharset, model.recoder)


@pytest.fixture(scope="module")
def views(line: TrainingLine, model: tn.Model) -> LayerViews:
    return inspect_layers(line, model)


def test_first_and_last_are_the_trainers(
    line: TrainingLine, model: tn.Model, learner: Learner, views: LayerViews
) -> None:
    comparison = learner.prepare(line).comparison
    last = views.layers[-1]
    assert np.array_equal(views.layers[0].activations, _input(line, learner))
    assert np.array_equal(
        last.activations[0], tn.Recognizer(model, invert_threshold=0).outputs(line.image).values
    )
    assert last.deltas is not None
    assert np.array_equal(last.deltas[0], comparison.deltas)
    assert views.problem == ""


def _input(line: TrainingLine, learner: Learner) -> np.ndarray:
    values = line_input(scaled_image(line, learner.network), learner.network).values
    assert values is not None
    return values[0]


def test_gradients_are_the_trainers(line: TrainingLine, model: tn.Model, views: LayerViews) -> None:
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)
    before = {each.layer_id: each for each in measure_layers(learner)}
    assert learner.train_line(line)
    after = {each.layer_id: each for each in measure_layers(learner)}
    for layer_id, found in views.statistics.items():
        assert found.gradient_norm == after[layer_id].gradient_norm > 0
        assert found.weight_norm == before[layer_id].weight_norm
        assert views.weights[layer_id].limit == found.largest_weight
        assert views.gradients[layer_id].counts.sum() == views.weights[layer_id].counts.sum()
    assert list(views.statistics) == list(views.weights) == list(views.gradients)


def test_filters_make_the_responses(line: TrainingLine, views: LayerViews) -> None:
    assert views.filters is not None
    assert views.filters.weights.shape == (4, 3, 5, 1)
    image, responses = views.layers[0].activations, views[views.filters.id].activations
    for y, x in ((5, 9), (11, 40), (20, 60)):
        window = image[y - 1 : y + 2, x - 2 : x + 3]
        sums = (views.filters.weights * window).sum(axis=(1, 2, 3)) + views.filters.bias
        assert np.allclose(np.tanh(sums), responses[y, x], atol=1e-5)


def test_the_tree(line: TrainingLine, views: LayerViews) -> None:
    names = [(layer.name, layer.level) for layer in views.layers]
    parallel = next(layer for layer in views.layers if layer.type == "ParBidiLSTM")
    inner = [layer for layer in views.layers if layer.level == 1]
    assert len(inner) == 2
    assert all(layer.id.startswith(f"{parallel.id}:") for layer in inner)
    assert names[0] == ("Input", 0)
    side_by_side = np.concatenate([layer.activations for layer in inner], axis=2)
    assert np.array_equal(parallel.activations, side_by_side)
    assert len(views.weighted(parallel)) == 2
    for layer in views.layers:
        assert abs(layer.shape[1] * layer.scale - line.width) < layer.scale + 1
        assert layer.deltas is not None
        assert layer.deltas.shape == layer.activations.shape
    with pytest.raises(tn.TessnbError, match="no such layer"):
        views["Lfx512"]


def test_without_a_truth_nothing_comes_back(line: TrainingLine, model: tn.Model) -> None:
    views = inspect_layers(line.image, model)
    assert all(layer.deltas is None for layer in views.layers)
    assert views.gradients == {}
    assert "Nothing comes back" in views.problem


def test_layers_that_training_runs_as_one(line: TrainingLine) -> None:
    model = tn.load_model("eng", trainable=True)
    views = inspect_layers(line, model)
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)
    assert learner.train_line(line)
    for found in measure_layers(learner):
        assert found.gradient_norm == pytest.approx(views.statistics[found.layer_id].gradient_norm, rel=1e-5)
    outputs = tn.Recognizer(model).outputs(line.image).values
    assert np.allclose(views.layers[-1].activations[0], outputs, atol=1e-5)


def test_errors_of_pixels_are_gradients(line: TrainingLine, model: tn.Model) -> None:
    """A step along them lessens the error: cross-entropy against the targets."""
    views = inspect_layers(line, model)
    last, first = views.layers[-1], views.layers[0]
    assert last.deltas is not None
    assert first.deltas is not None
    targets = last.activations + last.deltas
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)

    def loss(image: np.ndarray) -> float:
        learner.randomizer.seed_for_line(model.sample_iteration)
        x = Activations.of_lines([image.astype(np.float32)])
        result = learner.network.forward(x, training=True, randomizer=learner.randomizer)
        return -float((targets[0] * np.log(result.line().astype(np.float64))).sum())

    step = 1e-2 * first.deltas / np.abs(first.deltas).max()
    fall = loss(first.activations) - loss(first.activations + step)
    assert fall == pytest.approx(float((step * first.deltas).sum()), rel=0.2)


def test_integer_models_are_made_floats(line: TrainingLine) -> None:
    views = inspect_layers(line, tn.load_model("eng"))
    assert views.dequantized
    assert views.problem == ""


def test_a_histogram_counts_all() -> None:
    found = Histogram.of(np.array([-2.0, 0.0, 0.0, 1.0], np.float32))
    assert found.limit == 2.0
    assert found.counts.sum() == 4
    assert found.counts[0] == 1
    assert found.counts[len(found.counts) // 2] == 2
    assert Histogram.of(np.zeros(3, np.float32)).counts.sum() == 3
