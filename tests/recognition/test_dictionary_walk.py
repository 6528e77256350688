"""The kernel that walks the dictionaries beside its obvious twin, `tessnb.charset.Dictionary`."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tessnb.charset import Dictionary
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tessnb.kernels.dictionary import DIGIT, continue_word
from tessnb.recognition.dictionary import NamedDawg, pack_dawgs
from tests.conftest import tessdata_folders


@pytest.mark.parametrize("language", ["eng", "ara", "chi_sim", "kor"])
def test_every_step_is_the_same(language: str) -> None:
    """Random walks that prefer letters which some dictionary allows: words, numbers, punctuation."""
    container = TrainedData.read(tessdata_folders()[0] / f"{language}.traineddata")
    unicharset = Unicharset.from_bytes(container["lstm-unicharset"])
    dictionary = Dictionary.from_components(unicharset, container.components)
    packed = pack_dawgs([NamedDawg(graph.dawg, int(graph.permuter)) for graph in dictionary.graphs])
    traits = np.zeros((len(unicharset), 3), np.uint8)
    traits[:, DIGIT] = [entry.isdigit for entry in unicharset.entries]
    assert packed.starts.tolist() == [list(map(int, position)) for position in dictionary.initial]

    source = random.Random(3)
    dawgs: list[SquishedDawg] = [graph.dawg for graph in dictionary.graphs]
    steps = 0
    for _ in range(300):
        positions = dictionary.initial
        while positions:
            buffer = np.full((1000, 5), -9, np.int32)
            buffer[: len(positions)] = [list(map(int, position)) for position in positions]
            letter = _some_letter(source, dawgs, positions, len(unicharset))
            end, permuter, valid_end = continue_word(
                *packed[:2], traits, buffer, 0, len(positions), 100, letter
            )
            step = dictionary.continue_word(positions, letter)
            assert buffer[100:end].tolist() == [list(map(int, position)) for position in step.positions]
            assert (permuter, valid_end) == (step.permuter, step.valid_end)
            positions = step.positions
            steps += 1
    assert steps > 600


def _some_letter(source: random.Random, dawgs: list[SquishedDawg], positions: tuple, size: int) -> int:  # type: ignore[type-arg]
    """A letter of an edge that goes on from one of the positions, or now and then any letter."""
    if source.random() < 0.1:
        return source.randrange(1, size)
    letters = []
    for position in positions:
        for index, edge in ((position.dawg, position.dawg_edge), (position.punc, position.punc_edge)):
            if index >= 0:
                node = dawgs[index].next_nodes[edge] if edge >= 0 else 0
                letters += [int(dawgs[index].letters[at]) for at in dawgs[index].node_edges(int(node))]
    for dawg in dawgs:
        letters += [int(source.choice(dawg.letters[dawg.node_edges(0).start : dawg.node_edges(0).stop]))]
    return source.choice([letter for letter in letters if letter] or [1])
