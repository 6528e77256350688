"""Tables of Han characters: found, built from Unihan, used by starters."""

from __future__ import annotations

import bz2
from pathlib import Path

import pytest

import tessnb as tn
from tessnb.charset import find_radical_table, radical_table_from_unihan
from tessnb.charset._encoding import parse_radical_table
from tessnb.charset.radicals import LANGDATA_VARIABLE
from tessnb.charset.recoder import Recoder
from tessnb.errors import FormatError
from tessnb.formats.unicharset import Unicharset
from tests.conftest import run_tool

UNIHAN = """# kRSUnicode
U+4E00\tkRSUnicode\t1.0
U+4E2D\tkRSUnicode\t2.3
U+4E2D\tkTotalStrokes\t4
U+9F8C\tkRSUnicode\t212'.11 212.6
U+200CC\tkRSUnicode\t2.-1
"""
UNIHAN_TABLE = "19968 1 0\n20013 2 3\n40844 212 11\n131276 2 0\n"
SYSTEM = Path("/usr/share/unicode/Unihan_IRGSources.txt.bz2")


def test_from_unihan() -> None:
    assert radical_table_from_unihan(UNIHAN.encode()) == UNIHAN_TABLE
    assert radical_table_from_unihan(b"U+4E00\tkTotalStrokes\t1\n") == ""
    with pytest.raises(FormatError, match=r"x\.txt line 1: not a radical and strokes; found 'one'"):
        radical_table_from_unihan(b"U+4E00\tkRSUnicode\tone\n", "x.txt")


def test_where_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    monkeypatch.setenv(LANGDATA_VARIABLE, f"{first}:{second}")
    (second / "Unihan_RadicalStrokeCounts.txt.bz2").write_bytes(bz2.compress(UNIHAN.encode()))
    assert find_radical_table() == UNIHAN_TABLE
    (first / "Unihan_IRGSources.txt").write_text("# nothing of use\n")
    assert find_radical_table() == UNIHAN_TABLE
    (second / "radical-stroke.txt").write_text("19968 6 6 11\n")
    assert find_radical_table() == "19968 6 6 11\n"
    (second / "radical-stroke.txt").unlink()
    (second / "Unihan_RadicalStrokeCounts.txt.bz2").write_bytes(b"no bzip2")
    with pytest.raises(FormatError, match="a damaged file"):
        find_radical_table()


@pytest.mark.skipif(not SYSTEM.is_file(), reason="needs Debian's unicode-data")
def test_debian_has_one_for_every_character_of_langdata(
    monkeypatch: pytest.MonkeyPatch, test_data: Path | None
) -> None:
    monkeypatch.delenv(LANGDATA_VARIABLE, raising=False)
    table = parse_radical_table(find_radical_table() or "")
    assert len(table) > 90_000
    assert table[ord("中")] == (2, 3)
    assert all(1 <= radical <= 214 and strokes >= 0 for radical, strokes in table.values())
    if test_data is not None:
        theirs = parse_radical_table((test_data / "langdata_lstm/radical-stroke.txt").read_text("utf-8"))
        lacking = [code for code in theirs if code not in table]
        assert all(not 0x4E00 <= code <= 0x9FFF for code in lacking)


def test_langdata_spells_by_keyboard(test_data: Path | None) -> None:
    """``radical-stroke.txt`` is no table of radicals: 我 is TRNT, 国 is LGY, as typed in Wubi."""
    if test_data is None:
        pytest.skip("needs langdata")
    table = parse_radical_table((test_data / "langdata_lstm/radical-stroke.txt").read_text("utf-8"))
    typed = {char: "".join(chr(ord("A") + key) for key in table[ord(char)]) for char in "我国在中人"}
    assert typed == {"我": "TRNT", "国": "LGY", "在": "DHF", "中": "KH", "人": "W"}
    assert max(key for code in table.values() for key in code) < 25


def test_starters_use_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "一中鿍\n中一"
    (tmp_path / "radical-stroke.txt").write_text("19968 1 0\n20013 2 3\n")
    monkeypatch.setenv(LANGDATA_VARIABLE, str(tmp_path))
    codes = {}
    for name, table in (("found", None), ("none", ""), ("given", "19968 1 4 5\n")):
        starter = tn.make_starter(text, words=[], radical_stroke_table=table)
        unicharset = Unicharset.from_bytes(starter["lstm-unicharset"])
        recoder = Recoder.from_bytes(starter["lstm-recoder"])
        codes[name] = [len(recoder.encode(unicharset.id_of(char))) for char in "一中"]
    assert codes == {"found": [2, 2], "none": [1, 1], "given": [3, 1]}


@pytest.mark.skipif(not SYSTEM.is_file(), reason="needs Debian's unicode-data")
def test_the_real_tool_makes_the_same_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(LANGDATA_VARIABLE, raising=False)
    text = "永和九年歲在癸丑暮春之初會于會稽山陰之蘭亭修禊事也"
    (tmp_path / "radical-stroke.txt").write_text(find_radical_table() or "")
    (tmp_path / "text").write_text(f"{text}\n")
    run_tool("unicharset_extractor", "--output_unicharset", tmp_path / "raw", tmp_path / "text")
    flags = ["--script_dir", tmp_path, "--output_dir", tmp_path, "--lang", "lzh"]
    run_tool("combine_lang_model", "--input_unicharset", tmp_path / "raw", *flags)
    theirs = tn.TrainedData.read(tmp_path / "lzh" / "lzh.traineddata")
    assert tn.make_starter(text, words=[])["lstm-recoder"] == theirs["lstm-recoder"]
