"""``set_unicharset_properties`` beside the real one: extracted, installed and odd unicharsets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tessnb.commands import main
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tests.commands.random_text import BLOCKS, random_lines
from tests.commands.random_unicharset import measured_unicharset, random_unicharset
from tests.commands.side_by_side import SideBySide
from tests.conftest import EnglishSet, run_tool, tessdata_folders

MODELS = [path for folder in tessdata_folders() for path in sorted(folder.glob("*.traineddata"))]
LANGDATA = Path(os.environ.get("TESSNB_TEST_DATA", "/nonexistent")) / "langdata_lstm"
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzéÉ"


@pytest.fixture
def both(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> SideBySide:
    return SideBySide(tmp_path, capfd)


@pytest.fixture(scope="session")
def script_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Langdata, or a small folder like it."""
    if LANGDATA.is_dir():
        return LANGDATA
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "Latin.unicharset").write_bytes(measured_unicharset(1, "Latin", LATIN))
    (folder / "Common.unicharset").write_bytes(measured_unicharset(2, "Common", ".,!?()0123456789"))
    (folder / "Thai.unicharset").write_bytes(b"not a unicharset\n")
    (folder / "Latin.xheights").write_text("DejaVu_Sans 32\nLiberation_Serif 29\n")
    return folder


def test_extracted(both: SideBySide, english: EnglishSet, script_dir: Path) -> None:
    flags = ["-U", english.unicharset, "-O", "out", "-X", "xheights", f"--script_dir={script_dir}"]
    unused = ["--D", "folder", "--F=font_properties", "--debug_level=1", "--clusterconfig_max_illegal=0.1"]
    err = both.run("set_unicharset_properties", *flags, *unused)
    assert "Writing unicharset to file out" in err
    properties = Unicharset.read(both.ours / "out")
    letter = properties.entries[properties.id_of("a")]
    assert letter.width > 0
    assert letter.script == "Latin"
    assert (both.ours / "xheights").stat().st_size > 0


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_models(both: SideBySide, path: Path, script_dir: Path) -> None:
    components = TrainedData.read(path).components
    name = "lstm-unicharset" if "lstm-unicharset" in components else "unicharset"
    both.write("model", bytes(components[name]))
    both.run("set_unicharset_properties", "--U=model", "--O=out", "--X=xheights", "--script_dir", script_dir)


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_random_graphemes(both: SideBySide, mode: int, tmp_path: Path, script_dir: Path) -> None:
    text, extracted = tmp_path / "text", tmp_path / "extracted"
    lines = ["text", *random_lines(mode, 300, tuple(BLOCKS))]
    text.write_text(
        "\n".join(lines).replace(" ", ""), encoding="utf-8"
    )  # graphemes with spaces cannot be read
    run_tool("unicharset_extractor", "--output_unicharset", extracted, "--norm_mode", mode, text)
    err = both.run("set_unicharset_properties", "-U", extracted, "-O", "out", "--script_dir", script_dir)
    assert "Failed to load script unicharset from:" in err
    assert "Warning: properties incomplete for index" in err


@pytest.mark.parametrize("seed", range(20))
def test_all_layouts(both: SideBySide, seed: int, tmp_path: Path) -> None:
    for number, script in enumerate(("Latin", "Han", "Devanagari")):
        (tmp_path / f"{script}.unicharset").write_bytes(random_unicharset(1000 * number + seed))
    both.write("in", random_unicharset(seed + 500))
    both.run("set_unicharset_properties", "-U", "in", "-O", "out", "-X", "xheights", "--script_dir", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-U", "in"], "Specify both input and output unicharsets!"),
        (["-U", "in", "-O", "out"], "Must specify a script_dir!"),
        (["-U", "missing", "-O", "out", "--script_dir=."], "missing: no such file"),
        (["-U", "text", "-O", "out", "--script_dir=."], "text line 1: not a unicharset"),
        (["-U", "in", "-O", "out", "--script_dir=.", "more"], "unexpected argument; found more"),
    ],
)
def test_errors(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("no unicharset\n")
    Unicharset().write("in")
    assert main(["set_unicharset_properties", *arguments]) == 1
    assert message in capsys.readouterr().err
    assert not Path("out").exists()
