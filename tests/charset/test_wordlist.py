"""Word lists to dawgs: against the real tools, and against an obvious trie."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import numpy as np
import pytest

from tessnb.charset import (
    ReversePolicy,
    build_dawg,
    dawg_words,
    longest_first,
    read_word_list,
)
from tessnb.charset.wordlist import missing_words
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tessnb.kernels.sorting import std_sort
from tests.charset.conftest import MODELS
from tests.conftest import run_tool
from tests.naive.trie import NaiveTrie


def unicharset_of(model: str) -> Unicharset:
    return Unicharset.from_bytes(TrainedData.read(MODELS[model])["lstm-unicharset"])


def random_words(seed: int, count: int, letters: str, longest: int) -> list[str]:
    """Words with many common endings; prefixes of each other come in any order."""
    source = random.Random(seed)
    lengths = range(1, longest + 1)
    return ["".join(source.choices(letters, k=source.choice(lengths))) for _ in range(count)]


@pytest.mark.parametrize(
    ("keys", "digest"),
    [
        (np.arange(5000) * 7919 % 64, "3deeadf00daa4718"),
        (np.zeros(1000), "2f7e89b2320032a2"),
        (np.arange(1000)[::-1], "52082858dccdf692"),
    ],
)
def test_sorting_leaves_equal_keys_as_the_cpp_library_does(keys: np.ndarray, digest: str) -> None:
    """The digests are of orders that ``std::sort`` of g++ 12 gave."""
    keys = keys.astype(np.int32)
    order = np.arange(len(keys), dtype=np.int32)
    found = keys.copy()
    std_sort(found, order, len(keys))
    assert np.array_equal(found, np.sort(keys))
    assert np.array_equal(keys[order], found)
    assert hashlib.sha256(order.astype("<i4").tobytes()).hexdigest()[:16] == digest


def test_sorting_an_adversary() -> None:
    """Against the median of three: quicksort gives up, heapsort takes over."""
    half = 1000
    keys = np.zeros(2 * half, np.int32)
    for index in range(1, half + 1):
        if index % 2:
            keys[index - 1], keys[index] = index, half + index
        keys[half + index - 1] = 2 * index
    order = np.arange(len(keys), dtype=np.int32)
    std_sort(keys, order, len(keys))
    assert np.all(np.diff(keys) >= 0)
    assert hashlib.sha256(order.astype("<i4").tobytes()).hexdigest()[:16] == "23960a09ed6af0d6"


@pytest.mark.parametrize("seed", range(40))
def test_against_an_obvious_trie(seed: int) -> None:
    unicharset = unicharset_of("tessdata/eng")
    letters = "ab" if seed % 2 else "abcdefghst"
    words = random_words(seed, 5 + 20 * seed, letters, 3 + seed % 6)
    trie = NaiveTrie(len(unicharset))
    for word in words:
        trie.add(tuple(unicharset.id_of(letter) for letter in word))
    dawg = build_dawg(words, unicharset)
    assert dawg is not None
    assert dawg.to_bytes() == trie.squish()
    assert sorted(dawg_words(dawg, unicharset)) == sorted(set(words))


@pytest.mark.parametrize("policy", ReversePolicy)
@pytest.mark.parametrize("language", ["eng", "heb", "kor", "tha", "chi_sim"])
def test_against_the_real_tool(language: str, policy: ReversePolicy, tmp_path: Path) -> None:
    """The words of the model's own dictionary, shuffled: up to 300 000, and some that do not fit."""
    container = TrainedData.read(MODELS[f"tessdata/{language}"])
    unicharset = Unicharset.from_bytes(container["lstm-unicharset"])
    words = list(dawg_words(SquishedDawg.from_bytes(container["lstm-word-dawg"]), unicharset))
    random.Random(1).shuffle(words)
    limit = None if policy == ReversePolicy.REVERSE_IF_HAS_RTL else 20_000
    text = "\n".join([*words[:limit], "", "日本ꙮ", *words[:100]])
    (tmp_path / "words").write_text(text)
    (tmp_path / "unicharset").write_bytes(container["lstm-unicharset"])
    run_tool("wordlist2dawg", "-r", policy.value, "words", "dawg", "unicharset", cwd=tmp_path)
    dawg = build_dawg(longest_first(read_word_list(text.encode())), unicharset, policy)
    assert dawg is not None
    assert dawg.to_bytes() == (tmp_path / "dawg").read_bytes()


@pytest.mark.parametrize("seed", range(12))
def test_words_as_they_come_against_the_real_tool(seed: int, tmp_path: Path) -> None:
    """``combine_lang_model`` does not sort: shorter words are grown into longer ones."""
    unicharset = unicharset_of("tessdata/eng")
    words = random_words(seed, 40 * (seed + 1), "aab" if seed % 2 else "aeinrst", 6)
    (tmp_path / "radical-stroke.txt").write_text("19968 1 0\n")
    (tmp_path / "words").write_text("\n".join(words))
    (tmp_path / "punc").write_text(" \n")
    unicharset.write(tmp_path / "unicharset")
    flags = ["--words", "words", "--puncs", "punc", "--script_dir", ".", "--output_dir", ".", "--lang", "x"]
    run_tool("combine_lang_model", "--input_unicharset", "unicharset", *flags, cwd=tmp_path)
    dawg = build_dawg(words, unicharset)
    assert dawg is not None
    assert dawg.to_bytes() == TrainedData.read(tmp_path / "x" / "x.traineddata")["lstm-word-dawg"]


def test_reading_as_the_reference_does() -> None:
    assert read_word_list(b"one\r\ntwo\n\nthr\0ee\nlast") == ["one", "two", "", "thr", "last"]
    assert read_word_list(b"a" * 1200 + b"\nb") == ["a" * 499, "a" * 499, "a" * 202, "b"]
    assert read_word_list(b"a" * 499 + b"\nb") == ["a" * 499, "", "b"]
    assert read_word_list(b"caf\xe9\n") == ["caf\udce9"]
    assert read_word_list(b"") == []


def test_words_backwards() -> None:
    unicharset = unicharset_of("tessdata/heb")
    words = ["(שלום", "a)"]

    def listed(policy: ReversePolicy) -> set[str]:
        dawg = build_dawg(words, unicharset, policy)
        return set(dawg_words(dawg, unicharset)) if dawg else set()

    kept = {word for word in words if all(letter in unicharset for letter in word)}
    assert "(שלום" in kept
    assert listed(ReversePolicy.DO_NO_REVERSE) == kept
    assert listed(ReversePolicy.REVERSE_IF_HAS_RTL) == {"םולש)"} | (kept - {"(שלום"})


def test_nothing_to_build() -> None:
    assert build_dawg(["", "日本"], unicharset_of("tessdata/eng")) is None


def test_words_that_a_dawg_lacks() -> None:
    unicharset = unicharset_of("tessdata/eng")
    dawg = build_dawg(["cat", "cats", "dog"], unicharset)
    assert dawg is not None
    asked = ["cat", "ca", "c*t", "**", "***", "d*gs", "cats", "日"]
    assert list(missing_words(asked, dawg, unicharset)) == [
        ("ca", True),
        ("**", True),
        ("d*gs", True),
        ("日", False),
    ]
