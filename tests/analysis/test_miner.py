"""Wrong truths planted in rendered lines come out on top, by models and by the history of a run."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

import tessnb as tn
from tessnb.analysis import LineHistory, mine_truth
from tessnb.errors import InputError
from tessnb.lines import TrainingLine


def planted(lines: list[TrainingLine], numbers: list[int]) -> list[TrainingLine]:
    """Give lines wrong truths: a wrong letter, a missing one, words in another order, the line before."""
    draw, wrong = random.Random(1), list(lines)
    for turn, number in enumerate(numbers):
        text = lines[number].transcription
        place = draw.choice([at for at, letter in enumerate(text) if letter.isalpha()])
        words = text.split(" ")
        changed = (
            text[:place] + ("q" if text[place] != "q" else "w") + text[place + 1 :],
            text[:place] + text[place + 1 :],
            " ".join([*words[1:2], words[0], *words[2:]]) + ("," if len(words) == 1 else ""),
            lines[number - 1].transcription,
        )[turn % 4]
        wrong[number] = replace(lines[number], transcription=changed)
    return wrong


def test_models_find_four_of_five() -> None:
    """Two in a hundred are wrong; at least four fifths of these are among the first five in a hundred."""
    lines = list(tn.render(tn.english_text(), ["DejaVu Sans", "Liberation Serif"], xsize=900))
    numbers = random.Random(2).sample(range(1, len(lines)), round(0.02 * len(lines)))
    assert len(numbers) >= 4
    ranking = mine_truth(planted(lines, numbers), "eng")
    first = set(ranking.index[: round(0.05 * len(lines))])
    assert len(first & set(numbers)) >= 0.8 * len(numbers)
    assert sorted(ranking.index) == list(range(len(lines)))
    worst = ranking.loc[numbers[0]]
    assert worst.suggestion == lines[numbers[0]].transcription
    assert "'q'" in worst.why


def test_a_run_remembers_what_it_could_not_learn() -> None:
    """Of thirteen lines that a model is trained on for some epochs, it keeps reading another text in one."""
    lines = list(tn.render("ferry crew\ntea at nine\npier open\nboat\nrope", ["DejaVu Sans"], xsize=500))
    copies = [replace(lines[0], page=number) for number in range(10, 14)]
    liar = replace(lines[1], transcription=lines[2].transcription, page=99)
    material = [*lines, *copies, liar]
    model = tn.load_model("eng", trainable=True)
    run = tn.fine_tune(model, material, recipe=None, learning_rate=1e-4, max_iterations=6 * len(material))
    history = LineHistory(run)
    run.start().wait()
    history.close()
    assert len(history.frame()) == 6 * len(material)
    assert (history.frame().groupby(["truth", "page"]).size() == 6).all()
    ranking = mine_truth(material, history=history)
    assert ranking.index[0] == len(material) - 1
    assert ranking.why.iloc[0] == "not learned in training"


def test_no_witness_is_an_error() -> None:
    with pytest.raises(InputError, match="nothing to judge"):
        mine_truth(list(tn.render("tea", ["DejaVu Sans"], xsize=500)))
