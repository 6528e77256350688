"""``merge_unicharsets`` beside the real one: models' unicharsets, and all layouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.commands import main
from tessnb.formats.traineddata import TrainedData
from tests.commands.random_unicharset import random_unicharset
from tests.commands.side_by_side import SideBySide
from tests.conftest import EnglishSet, tessdata_folders

MODELS = [path for folder in tessdata_folders() for path in sorted(folder.glob("*.traineddata"))]


@pytest.fixture
def both(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> SideBySide:
    return SideBySide(tmp_path, capfd)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_models(both: SideBySide, path: Path, english: EnglishSet) -> None:
    components = TrainedData.read(path).components
    name = "lstm-unicharset" if "lstm-unicharset" in components else "unicharset"
    both.write("model", bytes(components[name]))
    both.run("merge_unicharsets", "model", english.unicharset, "out")
    both.run("merge_unicharsets", english.unicharset, "model", "out", "out2")


@pytest.mark.parametrize("seed", range(20))
def test_all_layouts(both: SideBySide, seed: int) -> None:
    names = [both.write(f"{number}", random_unicharset(100 * seed + number)) for number in range(5)]
    both.run("merge_unicharsets", *names, "out")
    for name in names:
        both.run("merge_unicharsets", name, name, f"out{name}")


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge_unicharsets", "one", "two"]) == 1
    assert "unicharset-in-1 ... unicharset-in-n unicharset-out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"3\nNULL 0\n", "bad: truncated unicharset"),
        (b"2\nNULL 0\n\xd0\xb6 0 0,0,0,0 Latin -1\n", "no such unichar id"),
    ],
)
def test_errors(
    data: bytes, message: str, tmp_path: Path, english: EnglishSet, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(data)
    assert main(["merge_unicharsets", str(english.unicharset), str(bad), str(tmp_path / "out")]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
