"""Unicharset files: every column layout, both ways, and what is built in memory."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tessnb.errors import CharsetError, FormatError
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import SPECIAL_CODES, UnicharEntry, Unicharset, cleanup, fragment_base
from tests.conftest import tessdata_folders
from tests.naive.encode import encode

MODELS = [path for folder in tessdata_folders() for path in sorted(folder.glob("*.traineddata"))]
LANGDATA = Path(os.environ.get("TESSNB_TEST_DATA", "/nonexistent")) / "langdata_lstm"
FILES = sorted(LANGDATA.rglob("*.unicharset"))

# The same letter in each layout, oldest first; in front of it the space and a letter to be the other case.
LAYOUTS = {
    "script": "a 3 Latin",
    "other case": "a 3 Latin 1",
    "bottoms and tops": "a 3 58,65,186,198 Latin 1",
    "direction, mirror": "a 3 58,65,186,198 Latin 1 0 2\t# a [61 ]a",
    "widths": "a 3 58,65,186,198,85,164.5,0,26,96,185 Latin 1 0 2",
    "normed": "a 3 58,65,186,198,85,164.5,0,26,96,185 Latin 1 0 2 a\t# a [61 ]a",
}


def small(line: str) -> bytes:
    return f"3\nNULL 0 NULL 0\nA 5 Latin 2\n{line}\n".encode()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_models_unicharsets_keep_their_bytes(path: Path) -> None:
    components = TrainedData.read(path).components
    found = [components[name] for name in ("unicharset", "lstm-unicharset") if name in components]
    assert found
    for data in found:
        unicharset = Unicharset.from_bytes(bytes(data))
        assert unicharset.to_bytes() == data
        again = Unicharset.from_bytes(unicharset.to_bytes(canonical=True))
        assert [entry.unichar for entry in again.entries] == list(unicharset)
        assert [entry.script for entry in again.entries] == [entry.script for entry in unicharset.entries]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_langdata_unicharsets_keep_their_bytes(path: Path) -> None:
    unicharset = Unicharset.read(path)
    assert unicharset.to_bytes() == path.read_bytes()
    assert all(unicharset.id_of(unichar) == index for index, unichar in enumerate(unicharset))


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name: str) -> None:
    data = small(LAYOUTS[name])
    unicharset = Unicharset.from_bytes(data)
    known = list(LAYOUTS).index(name)
    expected = UnicharEntry(
        "a", isalpha=True, islower=True, script="Latin", other_case=2, mirror=2, normed="a"
    )
    if known >= 1:
        expected.other_case = 1
    if known >= 2:
        expected.min_bottom, expected.max_bottom, expected.min_top, expected.max_top = 58, 65, 186, 198
    if known >= 4:
        expected.width, expected.width_sd, expected.bearing_sd = 85.0, 164.5, 26.0
        expected.advance, expected.advance_sd = 96.0, 185.0
    assert unicharset.entries[2] == expected
    assert unicharset.scripts == ["NULL", "Latin"]
    assert unicharset.to_bytes() == data


def test_changed_unicharsets_are_written_in_the_newest_layout(tmp_path: Path) -> None:
    unicharset = Unicharset.from_bytes(small(LAYOUTS["bottoms and tops"]))
    unicharset.entries[2].advance = 1 / 3
    unicharset.entries[1].ispunctuation = True
    unicharset.write(tmp_path / "changed")
    assert (tmp_path / "changed").read_text() == (
        "3\n"
        "NULL 0 NULL 0\n"
        "A 21 0,255,0,255,0,0,0,0,0,0 Latin 2 0 1 A\t# A [41 ]Ap\n"
        "a 3 58,65,186,198,0,0,0,0,0.333333,0 Latin 1 0 2 a\t# a [61 ]a\n"
    )


def test_properties_are_read_in_base_16_but_written_in_base_10() -> None:
    unicharset = Unicharset.from_bytes(b"2\nNULL 0 NULL 0\n. 10 Common\n")
    assert unicharset.entries[1].ispunctuation
    assert unicharset.entries[1].properties == 16
    again = Unicharset.from_bytes(unicharset.to_bytes(canonical=True))
    assert again.entries[1].properties == 0x16


@pytest.mark.parametrize(
    ("tail", "field", "value"),
    [
        ("3 300,-1,0,255 Latin 1 0 2", "max_bottom", 0),  # clipped to a byte
        ("3 300,-1,0,255 Latin 1 0 2", "min_bottom", 255),
        ("3 Latin 7", "other_case", 2),  # beyond the file: none
        ("0x1f Latin", "properties", 31),
        ("3 0,255,0,255,1e50,0,0,0,0,0 Latin 1 0 2", "width", 2.0**128 - 2.0**104),
        ("3 0,255,0,255,0.1,0,0,0,0,0 Latin 1 0 2", "width", 0.10000000149011612),  # single precision
        ("3 0,255,0,255,1,2,3,4,5,6 Latin 1 5 2 " + "n" * 80, "normed", "n" * 62),
        ("3 0,255,0,255,1,2,3,4,5,6 Latin 1 5 2 # a", "normed", "#"),  # a comment is no less a word
        ("3 \t Latin\r", "script", "Latin"),
    ],
)
def test_columns_are_read_as_c_reads_them(tail: str, field: str, value: object) -> None:
    entry = Unicharset.from_bytes(small(f"a {tail}")).entries[2]
    assert getattr(entry, field) == value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1: not a unicharset; found nothing"),
        (b"\x89PNG\r\n", "line 1: not a unicharset"),
        (b"3\nNULL 0\nA 5 Latin\n", "truncated unicharset; found 2 unichars; expected 3"),
        (b"2\nNULL 0\nA plain\n", "line 3: not a line of a unicharset"),
        (b"2\nNULL 0\n\n", "line 3: not a line of a unicharset"),
        (b"3\nNULL 0\nA 5\nA 5\n", "line 4: the same unichar twice; found 'A'"),
        (b"2\nNULL 0\n" + b"x" * 31 + b" 0\n", "line 3: unichar too long"),
        (b"3\nNULL 0\na 0 Latin " + b" " * 300 + b"\nb 0 Latin\n", "line 4: not a line of a unicharset"),
    ],
)
def test_bad_files(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        Unicharset.from_bytes(data, "file")


def test_every_truncation_is_an_error_or_loses_only_the_last_columns() -> None:
    data = small(LAYOUTS["normed"])
    last = data.index(b"a 3") + 3
    for size in range(last):
        with pytest.raises(FormatError):
            Unicharset.from_bytes(data[:size])
    for size in range(last, len(data)):
        assert list(Unicharset.from_bytes(data[:size])) == [" ", "A", "a"]


def test_new_unicharsets_begin_with_the_special_codes() -> None:
    unicharset = Unicharset()
    assert tuple(unicharset) == SPECIAL_CODES
    assert unicharset.has_special_codes
    assert unicharset.scripts == ["NULL"]
    assert not Unicharset.from_bytes(small(LAYOUTS["script"])).has_special_codes


def test_lookup() -> None:
    unicharset = Unicharset()
    assert unicharset.insert("é") == 3
    assert unicharset.id_of("é") == 3
    assert unicharset.unichar_of(3) == "é"
    assert "é" in unicharset
    assert "e" not in unicharset
    with pytest.raises(CharsetError, match=r"no unichar 'e\u0301' \(U\+0065 U\+0301\)"):
        unicharset.id_of("e\u0301")
    with pytest.raises(CharsetError, match="no such unichar id; found -1"):
        unicharset.unichar_of(-1)


def test_insert_cleans_up_and_leaves_out_what_is_composable() -> None:
    unicharset = Unicharset()
    assert cleanup("\u0640ﬁﬂx") == "fiflx"
    assert [unicharset.insert(unichar) for unichar in "fi"] == [3, 4]
    assert unicharset.insert("ﬁ") is None
    assert unicharset.insert("if") is None
    assert unicharset.insert("\u0640") is None
    assert unicharset.id_of("f\u0640") == 3
    assert unicharset.insert_compatible("ﬁ") == 5
    assert unicharset.id_of("ﬁ") == 5
    assert unicharset.insert("fi") == 6  # nothing is cleaned up or composed any more


def test_insert_cuts_what_is_longer_than_30_bytes() -> None:
    unicharset = Unicharset()
    assert unicharset.insert("ab" * 15 + "c") == 3
    assert unicharset.unichar_of(3) == "ab" * 15
    assert "ab" * 15 not in unicharset
    assert unicharset.insert("x" + "é" * 15) == 4
    assert unicharset.unichar_of(4).encode("utf-8", "surrogateescape") == ("x" + "é" * 15).encode()[:30]
    # A sequence cut within a character counts as a NUL in the comment.
    assert unicharset.to_bytes().endswith(
        b"78 e9 e9 e9 e9 e9 e9 e9 e9 e9 e9 e9 e9 e9 e9 0 ]\n".replace(b"78", b"[78")
    )


@pytest.mark.parametrize(
    ("unichar", "base", "comment"),
    [
        ("|a|0|2", "a", "|a|0|2"),
        ("|a|1n2", "a", "|a|1n2"),
        ("|b|0|1", "b", "b"),
        ("|abc||", "abc", "|abc|0|0"),
        ("|a|x|2", None, "|a|x|2 [7c 61 7c 78 7c 32 ]"),
        ("a|0|2|", None, "a|0|2| [61 7c 30 7c 32 7c ]"),
    ],
)
def test_fragments(unichar: str, base: str | None, comment: str) -> None:
    assert fragment_base(unichar) == base
    unicharset = Unicharset.from_bytes(b"3\nNULL 0\na 3 Latin\nb 3 Greek\n")
    added = unicharset.insert(unichar)
    assert unicharset.to_bytes().decode().endswith(f"\t# {comment}\n")
    assert added is not None
    assert unicharset.entries[added].script == {"a": "Latin", "b": "Greek"}.get(base or "", "NULL")


def test_encode_prefers_short_pieces_that_let_the_rest_be_encoded() -> None:
    unicharset = Unicharset.from_bytes(b"4\nNULL 0\na 0\nab 0\nbc 0\n")
    assert unicharset.encode("abc") == ([1, 3], ["a", "bc"], 3)
    assert unicharset.encode("ab") == ([2], ["ab"], 2)
    assert unicharset.encode("aba?a") == ([2, 1], ["ab", "a"], 3)
    assert unicharset.encode("a?bc", partial=True) == ([1, None, 3], ["a", "?", "bc"], 4)
    assert unicharset.encode("") == ([], [], 0)


def test_encode_agrees_with_trying_everything() -> None:
    choose = random.Random(5)
    for _ in range(300):
        unichars = {
            "".join(choose.choices("abc", k=choose.randint(1, 3))) for _ in range(choose.randint(1, 6))
        }
        unicharset = Unicharset(special_codes=False)
        for unichar in unichars:
            unicharset.insert(unichar, old_style=True)
        text = "".join(choose.choices("abc", k=choose.randint(0, 9)))
        assert unicharset.encode(text)[1] == encode(text, unichars)


def test_encode_takes_long_texts() -> None:
    unicharset = Unicharset.from_bytes(b"4\nNULL 0\na 0\naa 0\naaa 0\n")
    ids, _, used = unicharset.encode("a" * 5000 + "b")
    assert used == len(ids) == 5000


def test_copies_are_independent() -> None:
    unicharset = Unicharset.from_bytes(small(LAYOUTS["script"]))
    other = unicharset.copy()
    assert other == unicharset
    other.entries[1].script = "Greek"
    other.insert("b")
    assert len(unicharset) == 3
    assert unicharset.scripts == ["NULL", "Latin"]
    assert other.scripts == ["NULL", "Latin", "Greek"]


@pytest.mark.parametrize(
    ("size", "message"), [("9" * 5000, "impossible number"), ("-3", "impossible number")]
)
def test_sizes_that_are_none(size: str, message: str) -> None:
    with pytest.raises(FormatError, match=f"<unicharset> line 1: {message}"):
        Unicharset.from_bytes(f"{size}\na 1 x\nb 1 x\nc 1 x\n".encode())


def test_a_number_of_any_length_is_the_largest() -> None:
    unicharset = Unicharset.from_bytes(b"1\na 1 Latin " + b"9" * 5000 + b"\n")
    assert unicharset.entries[0].other_case == 0
