"""Building unicharsets, and what follows from one; `tests.commands` holds the same against the real tools."""

from __future__ import annotations

import pytest

from tessnb.charset.graphemes import GraphemeMode
from tessnb.charset.unicharset import (
    add_texts,
    append_unicharset,
    is_major_right_to_left,
    normed_ids,
    properties_of,
    set_properties_from,
)
from tessnb.formats.unicharset import Unicharset

# bottoms, tops, widths (mean, deviation), bearings, advances; script, other case, direction, mirror, normed
LATIN = """6
NULL 0 NULL 0
a 3 58,65,186,198,85,164,2,26,96.1,185 Latin 2 0 1 a
A 5 60,64,240,255,100,216,-3,17,98.2,231 Latin 1 0 2 A
( 10 0,64,216,255,42,118,0,97,61,173 Common 3 10 4 (
) 10 0,64,216,255,42,118,0,97,61,173 Common 4 10 3 )
… 10 50,60,80,90,100,1,5,1,120,1 Common 5 10 5 ...
"""


@pytest.fixture
def latin() -> Unicharset:
    return Unicharset.from_bytes(LATIN.encode())


def test_texts_are_added_in_the_order_of_their_characters() -> None:
    unicharset = Unicharset()
    add_texts(unicharset, ["ba b", "cab", "e\u0301", "q\u0308", "q", "\u0308"])
    assert list(unicharset)[3:] == ["b", "a", "c", "é", "q\u0308", "q", "\u0308"]


def test_the_mode_says_what_one_unichar_is() -> None:
    texts = ["हिन्दी"]
    found = {}
    for mode in (GraphemeMode.COMBINED, GraphemeMode.GLYPH_SPLIT):
        unicharset = Unicharset()
        add_texts(unicharset, texts, mode)
        found[mode] = list(unicharset)[3:]
    assert found[GraphemeMode.COMBINED] == ["हि", "न्दी"]
    assert found[GraphemeMode.GLYPH_SPLIT] == ["ह", "ि", "न", "्", "द", "ी"]


def test_texts_with_errors_are_left_out_and_reported_each_time() -> None:
    unicharset, messages = Unicharset(), []
    add_texts(
        unicharset, ["x\u0e40\u0e40", "y", "x\u0e40\u0e40", "k" + "\u0301" * 20], report=messages.append
    )
    assert list(unicharset)[3:-1] == ["y"]
    assert len(unicharset.entries[-1].unichar.encode("utf-8", "surrogateescape")) == 30
    bad = ["Badly formed Thai:0xe40 0xe40", "Normalization failed for string 'x\u0e40\u0e40'"]
    assert messages[:4] == bad * 2
    assert messages[4].startswith("Utf8 buffer too big, size>30 for ḱ")


def test_properties_of_several_unichars(latin: Unicharset) -> None:
    found = properties_of(latin, "aA(")
    assert found is not None
    assert (found.isalpha, found.islower, found.isupper, found.ispunctuation) == (True, True, True, True)
    assert (found.min_bottom, found.max_bottom, found.min_top, found.max_top) == (0, 65, 186, 255)
    assert (found.script, found.direction, found.other_case, found.mirror) == ("Latin", 0, 2, 1)
    assert found.normed == "aA("
    # The first bearing is the smallest; the width is what the advances leave of it.
    assert found.bearing == 2
    assert found.advance == pytest.approx(96.1 + 98.2 + 61, rel=1e-6)
    assert found.width == pytest.approx(found.advance - 2, rel=1e-6)
    assert found.width_sd == 26 + 185 + 231 + 173


def test_properties_of_one_unichar_are_its_own(latin: Unicharset) -> None:
    assert properties_of(latin, "A") == latin.entries[2]
    assert properties_of(latin, "b") is None
    assert properties_of(latin, "") is None


def test_properties_from_another_unicharset(latin: Unicharset) -> None:
    unicharset = Unicharset()
    add_texts(unicharset, ["A(b)a"])
    before = unicharset.entries[5]
    set_properties_from(unicharset, latin)
    a, upper = unicharset.entries[unicharset.id_of("a")], unicharset.entries[unicharset.id_of("A")]
    assert unicharset.unichar_of(a.other_case) == "A"
    assert unicharset.unichar_of(upper.other_case) == "a"
    assert unicharset.unichar_of(unicharset.entries[unicharset.id_of("(")].mirror) == ")"
    assert a.width == 85
    assert unicharset.unichar_of(5) == "b"
    assert unicharset.entries[5] == before
    assert unicharset.scripts == ["NULL", "Latin", "Common"]


def test_appending(latin: Unicharset) -> None:
    other = latin.copy()
    other.entries[1].max_top, other.entries[1].width, other.entries[1].width_sd = 250, 99, 200
    other.entries[1].advance, other.entries[1].advance_sd = 33, 3
    other.insert("z")
    append_unicharset(latin, other)
    a = latin.entries[1]
    assert (a.min_top, a.max_top) == (186, 250)
    assert (a.width, a.width_sd) == (99, 200)  # of the wider distribution
    assert (a.advance, a.advance_sd) == (pytest.approx(96.1), 185)
    assert latin.unichar_of(6) == "z"


def test_normed_ids(latin: Unicharset) -> None:
    assert normed_ids(latin, 0) == [0]
    assert normed_ids(latin, 1) == [1]
    assert normed_ids(latin, 5) == [5]  # its normalized form has no unichar
    latin.insert(".")
    assert normed_ids(latin, 5) == [6, 6, 6]


def test_direction(latin: Unicharset) -> None:
    assert not is_major_right_to_left(latin)
    for unichar_id in (1, 2, 3):
        latin.entries[unichar_id].direction = 13
    assert is_major_right_to_left(latin)
