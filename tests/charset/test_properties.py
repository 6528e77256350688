"""Properties of unichars from Unicode and from a script directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.charset.properties import set_script_properties, setup_basic_properties, xheights_of
from tessnb.formats.unicharset import UnicharEntry, Unicharset


def entry_of(unicharset: Unicharset, unichar: str) -> UnicharEntry:
    return unicharset.entries[unicharset.id_of(unichar)]


@pytest.fixture
def unicharset() -> Unicharset:
    unicharset = Unicharset()
    for unichar in ("A", "a", "ß", "(", ")", "»", "5", "—", "א", "ا", "漢", "q\u0308", "\ue006", "ǆ"):
        unicharset.insert(unichar)
    return unicharset


def test_unicode_properties(unicharset: Unicharset) -> None:
    messages: list[str] = []
    setup_basic_properties(unicharset, report=messages.append)
    assert unicharset.scripts == ["NULL", "Common", "Latin", "Hebrew", "Arabic", "Han"]
    kinds = {unichar: entry_of(unicharset, unichar).properties for unichar in unicharset}
    assert kinds[" "] == 0
    assert (kinds["A"], kinds["a"], kinds["("], kinds["5"], kinds["漢"]) == (5, 3, 16, 8, 1)
    assert kinds["Joined"] == 7  # any of its letters counts
    assert [entry_of(unicharset, unichar).direction for unichar in "aא5(ا漢"] == [0, 1, 2, 10, 13, 0]
    assert unicharset.unichar_of(entry_of(unicharset, "A").other_case) == "a"
    assert unicharset.unichar_of(entry_of(unicharset, "(").mirror) == ")"
    assert entry_of(unicharset, "—").normed == "-"
    assert entry_of(unicharset, "\ue006").islower  # stands for ſh
    assert messages == [
        "Mirror « of » is not in unicharset",
        "Other case Q̈ of q̈ is not in unicharset",
        "Other case SH of ſh is not in unicharset",
        "Mirror ſh of ſh is not in unicharset",
        "Other case Ǆ of ǆ is not in unicharset",
    ]


def test_decomposed_normal_forms() -> None:
    unicharset = Unicharset()
    unicharset.insert("é")
    setup_basic_properties(unicharset)
    assert entry_of(unicharset, "é").normed == "é"
    setup_basic_properties(unicharset, decompose=True)
    assert entry_of(unicharset, "é").normed == "e\u0301"


def test_script_properties(unicharset: Unicharset, tmp_path: Path) -> None:
    (tmp_path / "Latin.unicharset").write_text(
        "3\nNULL 0 NULL 0\nA 5 60,64,240,255,100,216,-3,17,98,231 Latin 2 0 1 A\n"
        "a 3 58,65,186,198,85,164,2,26,96,185 Fraktur 1 0 2 a\n"
    )
    (tmp_path / "Hebrew.unicharset").write_text("no unicharset\n")
    (tmp_path / "Latin.xheights").write_text("Font 32\n")
    (tmp_path / "Han.xheights").write_text("Other_Font 40\n")
    messages: list[str] = []
    setup_basic_properties(unicharset)
    set_script_properties(unicharset, tmp_path, messages.append)
    letter = entry_of(unicharset, "A")
    assert (letter.width, letter.min_top, letter.other_case) == (100, 240, unicharset.id_of("a"))
    assert entry_of(unicharset, "א").width == 0
    # A script that a file brings in is looked up as well; Common may lack.
    missing = [
        f"Failed to load script unicharset from:{tmp_path}/{name}.unicharset"
        for name in ("Hebrew", "Arabic", "Han", "Fraktur")
    ]
    assert messages[:4] == missing
    incomplete = [index for index, entry in enumerate(unicharset.entries) if index > 2 and entry.width == 0]
    assert messages[4:] == [
        f"Warning: properties incomplete for index {index} = {unicharset.unichar_of(index)}"
        for index in incomplete
    ]
    assert xheights_of(unicharset, tmp_path) == b"Font 32\nOther_Font 40\n"
