"""What normalization leaves out, as data: beside what the real tool prints and what reaches a unicharset."""

from __future__ import annotations

from pathlib import Path

import pytest

import tessnb as tn
from tessnb.charset import add_texts
from tessnb.charset.dropped import dropped_texts
from tessnb.charset.graphemes import GraphemeMode
from tessnb.formats.unicharset import Unicharset
from tests.commands.random_text import BLOCKS, random_lines
from tests.conftest import run_tool


def test_characters_and_lines() -> None:
    text = "plain\nzero\u200bwidth\u200e\n1\u200d2\nmām\nก่ิง\nक\u200d्\nback\udcffslash\nـكـ\nplain"
    rows = [(row.line, row.codes, row.loss) for row in dropped_texts(text.splitlines())]
    assert rows == [
        (2, "U+200B", "characters"),
        (2, "U+200E", "characters"),
        (3, "U+200D", "characters"),
        (5, "U+0E48 U+0E34", "line"),
        (6, "U+200D U+094D", "line"),
        (7, "<FF>", "characters"),
        (8, "U+0640", "characters"),
    ]


def test_a_grapheme_too_long_for_a_unichar() -> None:
    (row,) = dropped_texts(["a" + "\u0301\u0300" * 15])
    assert (row.reason, row.loss) == (
        "a grapheme of 60 bytes; a unichar has at most 30",
        "characters",
    )


def test_as_a_table() -> None:
    table = tn.dropped_text("กิ่ง\nก่ิง")
    assert table.to_dict("records") == [
        {
            "line": 2,
            "characters": "\u0e48\u0e34",
            "codes": "U+0E48 U+0E34",
            "names": "thai character mai ek, thai character sara i",
            "reason": "Badly formed Thai",
            "loss": "line",
            "text": "ก่ิง",
        }
    ]
    assert list(tn.dropped_text("sound").columns) == list(table.columns)


@pytest.mark.parametrize("mode", list(GraphemeMode)[1:])
def test_lines_are_those_that_the_real_tool_leaves_out(mode: GraphemeMode, tmp_path: Path) -> None:
    lines = list(dict.fromkeys(random_lines(int(mode), 300, tuple(BLOCKS))))
    (tmp_path / "text").write_text("text\n" + "\n".join(lines), "utf-8")
    flags = ["--output_unicharset", tmp_path / "out", "--norm_mode", int(mode)]
    printed = run_tool("unicharset_extractor", *flags, tmp_path / "text").stderr
    lost = {row.text for row in dropped_texts(lines, mode) if row.loss == "line"}
    assert len(lost) > 50
    for line in lines:
        assert (f"Normalization failed for string '{line}'\n" in printed) == (line in lost)


def test_every_loss_that_the_report_tells_is_found() -> None:
    """Each message of the reference comes with its code points."""
    lines = random_lines(9, 600, tuple(BLOCKS))
    told: list[str] = []
    add_texts(Unicharset(), lines, GraphemeMode.COMBINED, told.append)
    rows = dropped_texts(lines)
    assert {row.reason for row in rows} >= {"Dropping isolated joiner", "Two grapheme links in a row"}
    assert all(row.characters for row in rows)
    assert len({message for message in told if message.startswith("Normalization failed")}) == len(
        {row.text for row in rows if row.loss == "line"}
    )
