"""A starter from text, beside what the real tools make of the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import tessnb as tn
from tessnb.charset import dawg_words
from tessnb.charset.from_text import number_patterns, punctuation_patterns, words_of
from tessnb.errors import CharsetError, InputError
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.unicharset import Unicharset
from tests.bench.texts import locale_text, stress_text
from tests.conftest import EnglishSet, run_tool


def test_words_and_patterns_are_those_of_the_text() -> None:
    text = "“It's half-past 10,” said O'Hara (aged 42); it cost $1,384.50 on 24/12/2021."
    assert words_of(text) == ["It's", "O'Hara", "aged", "cost", "half-past", "it", "on", "said"]
    assert punctuation_patterns(text) == [" ", "( ", "“ "]
    assert number_patterns(text) == ["  );", "  ,”", "  /  /    .", "$ ,   .  "]


def test_words_of_other_scripts_are_whole() -> None:
    assert words_of("हिन्दी में, क्‍यों?") == sorted(["में", "हिन्दी", "क्‍यों"])
    assert words_of("שָׁלוֹם עולם") == sorted(["שָׁלוֹם", "עולם"])
    assert words_of("ภาษาไทย") == sorted(["ภาษา", "ไทย"])
    assert words_of("ខ្ញុំទៅសាលា") == ["ខ្ញុំ", "ទៅ", "សាលា"]
    assert words_of("東京へ行きます") == ["へ", "ます", "東京", "行き"]
    assert words_of("今天天气很好。") == sorted(["今天", "天气", "很好"])
    assert words_of("한국어 문장") == ["문장", "한국어"]
    assert punctuation_patterns("(हिन्दी)") == [" ", "( )"]


def test_the_real_tools_make_the_same(english: EnglishSet, tmp_path: Path) -> None:
    """unicharset_extractor and combine_lang_model, given the same text and lists."""
    text = english.text.read_text("utf-8")
    lists = {"words": words_of(text), "puncs": punctuation_patterns(text), "numbers": number_patterns(text)}
    for name, entries in lists.items():
        (tmp_path / name).write_text("".join(f"{entry}\n" for entry in entries))
    (tmp_path / "radical-stroke.txt").write_text("19968 1 0 0 0\n")
    charset = tmp_path / "eng.unicharset"
    run_tool("unicharset_extractor", "--output_unicharset", charset, "--norm_mode", "1", english.text)
    flags = [part for name in lists for part in (f"--{name}", tmp_path / name)]
    flags += ["--script_dir", tmp_path, "--output_dir", tmp_path, "--lang", "eng"]
    run_tool("combine_lang_model", "--input_unicharset", charset, *flags)
    theirs = tn.TrainedData.read(tmp_path / "eng" / "eng.traineddata")
    ours = tn.make_starter(text, lang="eng")
    assert list(ours) == list(theirs)
    for component in ours:
        if component != "version":
            assert ours[component] == theirs[component], component


def test_lines_count_as_their_texts() -> None:
    lines = tn.render("The ferry\nleaves", ["DejaVu Sans"], xsize=900)
    assert tn.make_starter(lines).to_bytes() == tn.make_starter("The ferry\nleaves").to_bytes()


@pytest.mark.parametrize("mode", [1, 2, 3])
@pytest.mark.parametrize("language", ["hin", "tha", "heb", "khm", "mya", "tam", "chi_sim"])
def test_any_text_makes_a_starter_that_reads_back(language: str, mode: int) -> None:
    """Even with graphemes that nobody writes, numbers in lines that are left out, joiners before spaces."""
    text = [*locale_text(language)[::6], *stress_text(language, 30), "ก่ิง (99)", "क\u094d\u200d ख"]
    starter = tn.make_starter(text, norm_mode=mode, pass_through_recoder=True)
    unicharset = Unicharset.from_bytes(starter["lstm-unicharset"])
    assert len(unicharset) > 20
    assert "lstm-word-dawg" in starter
    words = dawg_words(SquishedDawg.from_bytes(starter["lstm-word-dawg"]), unicharset)
    assert sum(1 for _ in words) > 10


def test_without_words_there_are_no_dictionaries() -> None:
    starter = tn.make_starter("The ferry", words=[])
    assert set(starter) == {"version", "lstm-unicharset", "lstm-recoder"}


@pytest.mark.parametrize(
    ("text", "error"), [("", InputError), (" \n\t", InputError), ("\u094d", CharsetError)]
)
def test_nothing_is_one_clear_error(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        tn.make_starter(text)
