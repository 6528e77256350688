"""The dictionary against libtesseract's own ``TessBaseAPIIsValidWord`` and the beam search's kernel."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest

from tessnb.charset import Dictionary, Permuter, build_dawg, dawg_words
from tessnb.charset.encoder import UnicharSpeller
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tests.charset.conftest import MODELS

# Prints the permuter of each word; in a process of its own, as the library ends noisily.
ORACLE = """
import ctypes, json, sys
library = ctypes.CDLL("libtesseract.so.5")
library.TessBaseAPICreate.restype = ctypes.c_void_p
library.TessBaseAPIInit2.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int]
library.TessBaseAPIIsValidWord.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
api = library.TessBaseAPICreate()
assert library.TessBaseAPIInit2(api, sys.argv[1].encode(), sys.argv[2].encode(), 1) == 0
words = json.load(sys.stdin)
print(json.dumps([library.TessBaseAPIIsValidWord(api, word.encode()) for word in words]))
"""


def load(model: str) -> tuple[Dictionary, UnicharSpeller]:
    container = TrainedData.read(MODELS[model])
    unicharset = Unicharset.from_bytes(container["lstm-unicharset"])
    return Dictionary.from_components(unicharset, container.components), UnicharSpeller(unicharset)


def phrases(model: str, count: int) -> list[str]:
    """Words of the dictionary, whole, cut, run together, with digits, and in punctuation of all kinds."""
    container = TrainedData.read(MODELS[model])
    unicharset = Unicharset.from_bytes(container["lstm-unicharset"])
    source = random.Random(7)

    def some(component: str) -> list[str]:
        listed = list(dawg_words(SquishedDawg.from_bytes(container[component]), unicharset))
        return source.choices(listed, k=count)

    words, numbers, puncs = some("lstm-word-dawg"), some("lstm-number-dawg"), some("lstm-punc-dawg")
    digits = [number.replace(" ", "4") for number in numbers]
    result = [*words, *digits]
    result += [punc.replace(" ", word) for punc, word in zip(puncs, words, strict=True)]
    result += [punc.replace(" ", number) for punc, number in zip(puncs, digits, strict=True)]
    result += [word[:-1] for word in words] + [word[::-1] for word in words] + [word + "9" for word in words]
    result += [a + b for a, b in zip(words, reversed(words), strict=True)]
    return [phrase for phrase in result if phrase]


@pytest.mark.parametrize("model", MODELS)
def test_the_same_words_as_the_reference(model: str) -> None:
    dictionary, speller = load(model)
    spelled = {phrase: ids for phrase in phrases(model, 150) if (ids := speller.unichar_ids(phrase))}
    path = MODELS[model]
    command = [sys.executable, "-c", ORACLE, str(path.parent), path.stem]
    output = subprocess.run(command, input=json.dumps([*spelled]), capture_output=True, text=True, check=True)
    reference = dict(zip(spelled, json.loads(output.stdout), strict=True))
    # The reference was asked for words only.
    found = {phrase: dictionary.find(ids) for phrase, ids in spelled.items()}
    assert {
        phrase: 0 if kind == Permuter.NUMBER else int(kind) for phrase, kind in found.items()
    } == reference
    assert 100 < sum(kind != Permuter.NONE for kind in found.values()) < len(found) - 100


def test_kinds_of_words() -> None:
    dictionary, speller = load("tessdata/eng")

    def kind(text: str) -> Permuter:
        ids = speller.unichar_ids(text)
        assert ids is not None
        return dictionary.find(ids)

    assert kind("house") == kind("(house),") == Permuter.SYSTEM_DAWG
    assert kind("1,234") == kind("(1,234)") == Permuter.NUMBER
    assert kind("hxouse") == kind("?") == kind("house(") == Permuter.NONE
    assert dictionary.find([]) == Permuter.NONE
    assert dictionary.find([0]) == Permuter.NONE


def test_steps_through_a_word() -> None:
    dictionary, speller = load("tessdata/eng")
    positions = dictionary.initial
    assert [(position.dawg, position.punc) for position in positions] == [(-1, 0)]
    ends = []
    for unichar_id in speller.unichar_ids('"cats"') or []:
        positions, permuter, valid_end = dictionary.continue_word(positions, unichar_id)
        ends.append((permuter.name, valid_end))
    assert ends[0] == ("PUNCTUATION", False)
    assert [permuter for permuter, _ in ends[1:]] == ["SYSTEM_DAWG"] * 5
    assert ends[-1] == ("SYSTEM_DAWG", True)
    assert all(position.back_to_punc for position in positions)
    assert dictionary.continue_word(positions, 0) == ((), Permuter.NONE, False)


def test_the_users_words() -> None:
    container = TrainedData.read(MODELS["tessdata/eng"])
    unicharset = Unicharset.from_bytes(container["lstm-unicharset"])
    speller = UnicharSpeller(unicharset)
    mine = build_dawg(["tessnb"], unicharset)
    dictionary = Dictionary.from_components(unicharset, container.components, mine)
    assert dictionary.find(speller.unichar_ids("tessnb!") or []) == Permuter.USER_DAWG
    assert dictionary.find(speller.unichar_ids("house") or []) == Permuter.SYSTEM_DAWG
    alone = Dictionary.from_components(unicharset, {}, mine)
    assert alone.find(speller.unichar_ids("tessnb") or []) == Permuter.USER_DAWG
    assert alone.find(speller.unichar_ids("tessnb!") or []) == Permuter.NONE


def test_no_dictionary() -> None:
    unicharset = Unicharset()
    empty = Dictionary.from_components(unicharset, {})
    assert not empty
    assert empty.initial == ()
    assert empty.find([1]) == Permuter.NONE
