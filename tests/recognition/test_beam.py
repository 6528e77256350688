"""The beam search beside its obvious twin, and what is taken from its path."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.charset import Dictionary
from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.recognition import Model, RecodeBeamSearch, greedy_labels
from tessnb.recognition.beam import CERT_OFFSET, DICT_RATIO, WORST_DICT_CERT
from tessnb.recognition.dictionary import NamedDawg, is_space_delimited, space_delimited
from tests.conftest import tessdata_folders
from tests.naive import beam as naive

RECOGNITION = (DICT_RATIO, CERT_OFFSET, WORST_DICT_CERT)
TRAINING = (1.0, 0.0, -20.0)


def random_outputs(model: Model, steps: int, seed: int) -> np.ndarray:
    """Probabilities that waver between a few codes of a random text, with nulls between them."""
    source = np.random.default_rng(seed)
    codes = model.recoder.code_range
    logits = source.normal(0.0, 2.0, (steps, codes))
    words = list(model.recoder.codes)
    at = 0
    while at < steps:
        code = words[source.integers(len(words))] if source.random() < 0.85 else model.recoder.codes[0]
        for value in code:
            for _ in range(int(source.integers(1, 3))):
                if at < steps:
                    logits[at, value] += source.uniform(4.0, 10.0)
                    logits[at, model.null_char] += source.uniform(0.0, 9.0)
                    at += 1
        if at < steps and source.random() < 0.7:
            logits[at, model.null_char] += 9.0
            at += 1
    values = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (values / values.sum(axis=1, keepdims=True)).astype(np.float32)


def model_of(language: str) -> Model:
    return Model.load(tessdata_folders()[0] / f"{language}.traineddata")


# With a dictionary of a language without spaces the result depends on the order of the heaps, which the twin
# has not got.
@pytest.mark.parametrize(
    ("language", "with_dictionary"),
    [("eng", True), ("deu", True), ("eng", False), ("chi_sim", False), ("kor", False), ("tha", False)],
)
def test_path_is_the_naive_one(language: str, with_dictionary: bool) -> None:
    model = model_of(language)
    dictionary = Dictionary.from_components(model.unicharset, model.container.components)
    dawgs = [NamedDawg(graph.dawg, int(graph.permuter)) for graph in dictionary.graphs]
    search = RecodeBeamSearch(
        model.recoder, model.null_char, model.unicharset, dawgs if with_dictionary else ()
    )
    twin = naive.Search(
        model.recoder,
        model.null_char,
        dictionary if with_dictionary else None,
        space_delimited(model.unicharset).astype(bool).tolist(),
        is_space_delimited(model.unicharset),
    )
    for seed in range(3):
        outputs = random_outputs(model, 60, seed)
        ratio, offset, worst = RECOGNITION if with_dictionary or seed else TRAINING
        path = search.decode(outputs, dict_ratio=ratio, cert_offset=offset, worst_dict_cert=worst)
        nodes = twin.decode(outputs, ratio, offset, worst)
        assert path.codes.tolist() == [node.code for node in nodes]
        assert path.unichar_ids.tolist() == [
            -1 if node.unichar_id is None else node.unichar_id for node in nodes
        ]
        assert path.certainties.tolist() == pytest.approx([float(node.certainty) for node in nodes], abs=1e-5)
        assert path.permuters.tolist() == [node.permuter for node in nodes]
        assert path.starts_word.tolist() == [node.starts_word for node in nodes]


def test_disabled_characters_are_never_found() -> None:
    model = model_of("chi_sim")
    search = RecodeBeamSearch(model.recoder, model.null_char, model.unicharset)
    outputs = random_outputs(model, 80, 5)
    found = search.decode(outputs).characters().unichar_ids
    search.enabled[found[:3]] = 0
    assert not set(found[:3]) & set(search.decode(outputs).characters().unichar_ids)


def test_labels_fold_repetitions_and_drop_nulls() -> None:
    model = model_of("eng")
    null = model.null_char
    a, b = (model.recoder.encode(model.unicharset.id_of(letter))[0] for letter in "ab")
    line = [null, a, a, null, a, b, b, null]
    outputs = np.full((len(line), model.recoder.code_range), 1e-4, np.float32)
    outputs[np.arange(len(line)), line] = 0.98
    path = RecodeBeamSearch(model.recoder, null).decode(outputs)
    assert path.labels() == ([a, a, b], [1, 4, 5, 8])
    assert path.characters().boundaries == [0, 3, 5, 8]
    assert path.characters().steps == [1, 4, 5, 8]


def test_outputs_of_a_wrong_shape() -> None:
    model = model_of("eng")
    search = RecodeBeamSearch(model.recoder, model.null_char)
    with pytest.raises(InputError, match="shape"):
        search.decode(np.zeros((5, 7), np.float32))
    assert search.decode(np.zeros((0, model.recoder.code_range), np.float32)).labels() == ([], [0])


def test_dictionaries_need_a_unicharset() -> None:
    container = TrainedData.read(tessdata_folders()[0] / "eng.traineddata")
    model = Model.from_traineddata(container)
    with pytest.raises(InputError, match="unicharset"):
        RecodeBeamSearch(model.recoder, model.null_char, dawgs=[NamedDawg(model.dawgs["lstm-word-dawg"], 8)])


def test_greedy_labels_fold_on_demand() -> None:
    outputs = np.eye(4, dtype=np.float32)[[3, 0, 0, 3, 0, 1, 1, 3]]
    assert greedy_labels(outputs, 3) == ([0, 0, 1], [1, 4, 5, 8])
    assert greedy_labels(outputs, 3, fold=False) == ([0, 0, 0, 1, 1], [1, 2, 4, 5, 6, 8])
