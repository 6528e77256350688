"""Languages of scripts without langdata here: all character set tools beside the real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.charsets import Pair, check_language, script_folder
from tests.bench.texts import locale_text, stress_text


@pytest.mark.parametrize(
    ("language", "mode"),
    [("khm", 2), ("tam", 1), ("mya", 2), ("sin", 3), ("bod", 2), ("kat", 1), ("yid", 2), ("amh", 1)],
)
def test_all_tools(language: str, mode: int, tmp_path: Path) -> None:
    """Names and numbers in the language, and its characters in orders that nobody writes."""
    text = [*locale_text(language)[::4], *stress_text(language, 40)]
    pair = check_language(language, tmp_path / "work", text=text, modes=(mode,))
    assert pair.different == []
    assert set(pair.runs) == {"extract", "properties", "combine", "pack", "list"}


def test_a_difference_is_seen(tmp_path: Path) -> None:
    """The comparison can fail: other text on one side, and a file that only one side has."""
    pair = Pair(tmp_path / "work")
    script_folder(tmp_path)
    pair.write("text", ["one"])
    (pair.folder / "ours" / "text").write_text("two\n")
    pair.run("extract", "unicharset_extractor", "--output_unicharset", "out", "text")
    assert pair.same == {"extract": 0}
    assert "file out" in pair.different[0]
    (pair.folder / "theirs" / "text").unlink()
    pair.run("extract", "unicharset_extractor", "--output_unicharset", "out", "text")
    assert "file text" in pair.different[1]
