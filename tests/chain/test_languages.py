"""From text to a trained network in other scripts: no line is skipped that the reference trains on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bench.languages import FONTS, Chain, ours, run_chain, sample_text, theirs


def test_a_skipped_line_is_counted(tmp_path: Path) -> None:
    """The comparison can fail: the trainer's own words for a line that it cannot spell."""
    said = ours(tmp_path)("text2image", "--version")
    assert re.match(r"5\.3\.0", said)
    with pytest.raises(RuntimeError, match="text2image failed"):
        ours(tmp_path)("text2image", "--text=nowhere", "--outputbase=page", f"--font={FONTS['eng']}")


@pytest.mark.parametrize("language", ["heb", "hin", "tha"])
def test_no_line_is_skipped_that_the_reference_trains_on(language: str, tmp_path: Path) -> None:
    text = sample_text(language, 60)
    chains: dict[str, Chain] = {}
    for name, side in (("ours", ours), ("theirs", theirs)):
        (tmp_path / name).mkdir()
        chains[name] = run_chain(side(tmp_path / name), tmp_path / name, language, text, iterations=100)
    assert chains["ours"].skipped <= chains["theirs"].skipped
    assert chains["ours"].skip_ratio <= chains["theirs"].skip_ratio
    assert chains["ours"].lines == chains["theirs"].lines >= 8
    assert chains["ours"].unichars == chains["theirs"].unichars
    for path in ("raw", "unicharset", f"{language}/{language}.traineddata"):
        assert (tmp_path / "ours" / path).read_bytes() == (tmp_path / "theirs" / path).read_bytes(), path
