"""Pages of a dawg's words: all of them together are the words, and a beginning finds what begins so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tessnb.charset import WordPages, build_dawg, dawg_words
from tessnb.charset.unicharset_beside import find_unicharset_beside
from tessnb.errors import FormatError
from tessnb.formats import SquishedDawg, TrainedData, Unicharset
from tests.charset.conftest import MODELS

WORDS = ["a", "an", "ant", "anthem", "tan", "tea", "teapot", "the", "them"]


def spelled(words: list[str], letters: str = "") -> tuple[SquishedDawg, Unicharset]:
    unicharset = Unicharset()
    for letter in dict.fromkeys(letters or "".join(words)):
        unicharset.insert(letter)
    dawg = build_dawg(words, unicharset)
    assert dawg is not None
    return dawg, unicharset


def test_pages_are_the_words_in_their_order() -> None:
    dawg, unicharset = spelled(WORDS)
    pages = WordPages(dawg, unicharset)
    every = list(dawg_words(dawg, unicharset))
    assert sorted(every) == WORDS
    assert len(pages) == 9
    for size in (1, 2, 5, 100):
        found = [word for first in range(0, 12, size) for word in pages.words(first=first, count=size)]
        assert found == every
    assert pages.words(first=10**12) == []


@pytest.mark.parametrize("prefix", ["", "a", "an", "ant", "te", "th", "teapot", "teapots", "x", "em"])
def test_a_beginning_finds_what_begins_so(prefix: str) -> None:
    pages = WordPages(*spelled(WORDS))
    expected = [word for word in WORDS if word.startswith(prefix)]
    assert pages.count(prefix) == len(expected)
    assert sorted(pages.words(prefix)) == expected
    if len(expected) > 1:
        assert pages.words(prefix, first=1, count=1) == [pages.words(prefix)[1]]


def test_a_beginning_may_end_inside_of_a_letter() -> None:
    """Letters of several code points, and the same text spelled in two ways."""
    unicharset = Unicharset()
    for letter in ("s", "st", "t", "o", "p"):
        unicharset.insert(letter)
    ids = [[unicharset.id_of(letter) for letter in word] for word in (["s", "t", "o", "p"], ["st", "o"])]
    bits, dawgs = 4, []
    for word in ids:
        edges = [letter | 1 << bits | (place + 1) << bits + 3 for place, letter in enumerate(word)]
        edges[-1] = word[-1] | 5 << bits
        dawgs.append(SquishedDawg(len(unicharset), np.array(edges, np.uint64)))
    for dawg, word in zip(dawgs, ("stop", "sto"), strict=True):
        assert dawg.flag_start_bit == bits
        pages = WordPages(dawg, unicharset)
        for length in range(len(word) + 1):
            assert pages.words(word[:length]) == [word]
        assert pages.count("so") == 0


def test_without_a_unicharset_letters_are_numbers() -> None:
    dawg, unicharset = spelled(["an"])
    assert WordPages(dawg).words() == [f"{unicharset.id_of('a')} {unicharset.id_of('n')} "]
    with pytest.raises(FormatError, match="spelled in another unicharset"):
        WordPages(dawg, Unicharset())


def test_a_dawg_that_goes_in_circles_is_refused() -> None:
    # a, a word ends, last of its node, on to node 0 … through edge 1, which leads to itself.
    edges = np.array([3 | 5 << 3 | 1 << 6, 3 | 5 << 3 | 1 << 6], np.uint64)
    dawg = SquishedDawg(5, edges)
    assert dawg.next_nodes.tolist() == [1, 1]
    with pytest.raises(FormatError, match="never end"):
        WordPages(dawg).count()


@pytest.mark.parametrize("model", [name for name in MODELS if name.endswith(("/heb", "/kor", "/hin"))])
def test_words_of_real_models(model: str) -> None:
    data = TrainedData.read(MODELS[model])
    unicharset = Unicharset.from_bytes(data["lstm-unicharset"])
    dawg = SquishedDawg.from_bytes(data["lstm-word-dawg"])
    every = list(dawg_words(dawg, unicharset))
    pages = WordPages(dawg, unicharset)
    assert len(pages) == len(every)
    assert pages.words(first=1000, count=50) == every[1000:1050]
    prefix = every[2000][:2]
    assert pages.words(prefix, count=10**6) == [word for word in every if word.startswith(prefix)]


def test_the_unicharset_is_found_beside_the_dawg(tmp_path: Path) -> None:
    dawg, unicharset = spelled(WORDS)
    path = tmp_path / "mine.lstm-word-dawg"
    path.write_bytes(dawg.to_bytes())
    size = dawg.unicharset_size
    assert find_unicharset_beside(path, size) is None
    Unicharset().write(tmp_path / "mine.lstm-unicharset")
    (tmp_path / "broken.unicharset").write_text("no")
    assert find_unicharset_beside(path, size) is None
    TrainedData({"lstm-unicharset": unicharset.to_bytes()}).write(tmp_path / "other.traineddata")
    found = find_unicharset_beside(path, size)
    assert found is not None
    assert (list(found[0]), found[1]) == (list(unicharset), tmp_path / "other.traineddata")
    unicharset.write(tmp_path / "mine.unicharset")
    found = find_unicharset_beside(path, size)
    assert found is not None
    assert found[1] == tmp_path / "mine.unicharset"
    assert find_unicharset_beside(path, size, allowed=lambda path: path.suffix == ".traineddata")[1] == (  # type: ignore[index]
        tmp_path / "other.traineddata"
    )
