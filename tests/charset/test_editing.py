"""Characters added to a character set and taken from it."""

from __future__ import annotations

import doctest

import pytest

import tessnb as tn
from tessnb.charset import Encoder, dawg_words, editing
from tessnb.charset.editing import CharsetDraft
from tessnb.charset.recoder import Recoder
from tessnb.errors import CharsetError, InputError
from tessnb.formats import Unicharset
from tessnb.formats.dawg import SquishedDawg

TEXT = "Tea for two, and (two) for tea: 5.20!"


@pytest.fixture
def draft() -> CharsetDraft:
    return CharsetDraft.of(tn.make_starter(TEXT))


def test_the_same_characters_make_the_same_starter(draft: CharsetDraft) -> None:
    assert draft.starter().components == tn.make_starter(TEXT).components


def test_a_changed_set_is_what_a_text_with_these_characters_makes(draft: CharsetDraft) -> None:
    draft.add("½ É")
    starter, made = draft.starter(), tn.make_starter(f"{TEXT}\n½É")
    assert starter["lstm-unicharset"] == made["lstm-unicharset"]
    assert starter["lstm-recoder"] == made["lstm-recoder"]


def test_measures_stay_and_cases_meet(draft: CharsetDraft) -> None:
    number = draft.source.id_of("t")
    draft.source.entries[number].width = 17.5
    draft.add("É é")
    entries = draft.unicharset.entries
    assert entries[draft.unicharset.id_of("t")].width == 17.5
    small, large = (draft.unicharset.id_of(unichar) for unichar in "éÉ")
    assert (entries[small].other_case, entries[large].other_case) == (large, small)
    assert entries[small].script == "Latin"
    assert draft.source.find("é") is None


def test_what_is_removed_leaves_the_dictionaries_too(draft: CharsetDraft) -> None:
    assert draft.remove("w?") == ["w"]
    starter = draft.starter("eng")
    assert starter.name == "eng.traineddata"
    unicharset = Unicharset.from_bytes(starter["lstm-unicharset"])
    recoder = Recoder.from_bytes(starter["lstm-recoder"])
    assert "w" not in unicharset
    words = set(dawg_words(SquishedDawg.from_bytes(starter["lstm-word-dawg"], "words"), unicharset))
    assert words == {"Tea", "and", "for", "tea"}
    encoder = Encoder(unicharset, recoder)
    assert encoder.decode(encoder.encode_text("Tea for tea")) == "Tea for tea"
    assert encoder.missing("two") == ["w"]


def test_right_to_left_words_are_not_turned_round() -> None:
    starter = tn.make_starter("שלום עולם טוב")
    draft = CharsetDraft.of(starter)
    draft.add("x")
    changed = draft.starter()
    words = [
        set(
            dawg_words(
                SquishedDawg.from_bytes(each["lstm-word-dawg"], ""),
                Unicharset.from_bytes(each["lstm-unicharset"]),
            )
        )
        for each in (starter, changed)
    ]
    assert words[0] == words[1]
    assert len(words[0]) == 3


def test_steps_go_back_and_forth(draft: CharsetDraft) -> None:
    first = draft.unichars
    assert not draft.can_undo
    outputs = draft.recoder.code_range
    draft.add("x")
    assert draft.recoder.code_range == outputs + 1
    assert len(draft.unicharset) == len(first) + 4
    draft.remove(["T", "x"])
    assert (draft.added, draft.removed) == ([], ["T"])
    draft.undo()
    assert draft.added == ["x"]
    draft.undo()
    assert draft.unichars == first
    assert draft.unicharset is draft.source
    draft.undo()
    draft.redo()
    draft.redo()
    draft.redo()
    assert draft.removed == ["T"]
    draft.add("T")
    assert draft.unichars == first  # back in its place
    assert not draft.can_redo


def test_what_cannot_be(draft: CharsetDraft) -> None:
    with pytest.raises(CharsetError, match="cannot be a character"):
        draft.add("\u093f\u093f")  # Devanagari vowel signs without a consonant
    with pytest.raises(CharsetError, match="Unicode text"):
        draft.add("\ud800")
    with pytest.raises(InputError, match="needs a character"):
        draft.remove(draft.unichars)
    with pytest.raises(InputError, match="no character set"):
        CharsetDraft.of(tn.TrainedData({"version": b"5"}))
    assert not draft.can_undo


def test_missing_is_told_in_graphemes(draft: CharsetDraft) -> None:
    assert dict(draft.missing("tea ½ ½ e\u0301 Z\u0301 \ufb01")) == {
        "½": 2,
        "e\u0301": 1,
        "Z\u0301": 1,
        "i": 1,
    }


def test_its_example_holds() -> None:
    assert doctest.testmod(editing).failed == 0
