"""Every mode of ``combine_tessdata`` against the real one: files, both streams, exit codes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tessnb.commands import main
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.formats.recoder import RecoderRecord
from tessnb.formats.traineddata import TrainedData
from tests.conftest import run_tool, tessdata_folders

Capture = pytest.CaptureFixture[str]

MODELS = {
    f"{path.parent.name}/{path.stem}": path
    for folder in tessdata_folders()
    for path in folder.glob("*.traineddata")
}
ENGLISH = MODELS["tessdata/eng"]


@pytest.fixture
def ours(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run our tool in a folder; the result has the form of `run_tool`'s."""

    def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(folder)
        capfd.readouterr()
        command = ["combine_tessdata", *map(str, arguments)]
        code = main(command)
        return subprocess.CompletedProcess(command, code, *capfd.readouterr())

    return run


def theirs(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return run_tool("combine_tessdata", *arguments, cwd=folder, check=False)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".__tmp__")}


def compare(
    folders: tuple[Path, Path], ours: Callable[..., subprocess.CompletedProcess[str]], *arguments: object
) -> None:
    """Run both tools, each in its folder, and compare all that can be seen."""
    mine, reference = ours(folders[0], *arguments), theirs(folders[1], *arguments)
    assert mine.stdout == reference.stdout
    assert mine.stderr == reference.stderr
    assert mine.returncode == reference.returncode == 0
    assert files(folders[0]) == files(folders[1])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with the same model ``eng.traineddata`` and its components ``old.*``."""
    result = (tmp_path / "ours", tmp_path / "theirs")
    for folder in result:
        folder.mkdir()
        shutil.copy(ENGLISH, folder / "eng.traineddata")
    return result


@pytest.mark.parametrize("mode", ["-d", "-l", "-dl", "-ld"])
@pytest.mark.parametrize("model", sorted(MODELS))
def test_listing(model: str, mode: str, folders: tuple[Path, Path], ours: Callable) -> None:
    compare(folders, ours, mode, MODELS[model])


def test_listing_a_model_from_training(trained: Path, folders: tuple[Path, Path], ours: Callable) -> None:
    compare(folders, ours, "-l", trained / "float.traineddata")
    compare(folders, ours, "-l", trained / "int.traineddata")


@pytest.mark.parametrize("model", ["tessdata/eng", "tessdata/osd", "tessdata/chi_sim"])
@pytest.mark.parametrize("prefix", ["out", "out."])
def test_unpacking(model: str, prefix: str, folders: tuple[Path, Path], ours: Callable) -> None:
    if model not in MODELS:
        pytest.fail(f"{model} is not installed")
    compare(folders, ours, "-u", MODELS[model], prefix)
    assert (folders[0] / "out.version").exists()


def test_extracting(folders: tuple[Path, Path], ours: Callable) -> None:
    compare(folders, ours, "-e", "eng.traineddata", "a.lstm-unicharset", "b.version")


@pytest.mark.parametrize("prefix", ["new", "new."])
def test_combining(prefix: str, folders: tuple[Path, Path], ours: Callable) -> None:
    for folder in folders:
        theirs(folder, "-u", "eng.traineddata", "new.")
        (folder / "new.config").write_text("tessedit_pageseg_mode 7\n")
    compare(folders, ours, prefix)
    for folder in folders:
        (folder / "new.version").unlink()
    compare(folders, ours, prefix)
    assert TrainedData.read(folders[0] / "new.traineddata").version == "5.3.0"


def test_overwriting(folders: tuple[Path, Path], ours: Callable) -> None:
    for folder in folders:
        (folder / "my.config").write_text("tessedit_pageseg_mode 7\n")
        (folder / "my.version").write_text("mine")
    compare(folders, ours, "-o", "eng.traineddata", "my.config", "my.version")


def test_overwriting_the_oldest_layout(folders: tuple[Path, Path], ours: Callable) -> None:
    for folder in folders:
        shutil.copy(MODELS["tessdata/osd"], folder / "osd.traineddata")
        (folder / "my.config").write_text("tessedit_pageseg_mode 0\n")
    compare(folders, ours, "-o", "osd.traineddata", "my.config")


def test_compacting(trained: Path, folders: tuple[Path, Path], ours: Callable) -> None:
    for folder in folders:
        shutil.copy(trained / "float.traineddata", folder / "x.traineddata")
    compare(folders, ours, "-c", "x.traineddata")
    record = LSTMRecognizerRecord.from_bytes(TrainedData.read(folders[0] / "x.traineddata")["lstm"])
    assert record.int_mode


@pytest.mark.parametrize("model", sorted(name for name in MODELS if "best" in name) or ["tessdata/eng"])
def test_compacting_models(model: str, folders: tuple[Path, Path], ours: Callable) -> None:
    for folder in folders:
        shutil.copy(MODELS[model], folder / "x.traineddata")
    compare(folders, ours, "-c", "x.traineddata")


def test_version(tmp_path: Path, ours: Callable) -> None:
    assert ours(tmp_path, "-v").stdout == theirs(tmp_path, "-v").stdout


def test_help(tmp_path: Path, ours: Callable) -> None:
    result = ours(tmp_path, "--help")
    assert result.returncode == 0
    assert "lstm-unicharset" in result.stdout


@pytest.mark.parametrize("arguments", [[], ["-e", "eng.traineddata"], ["-x", "eng.traineddata"]])
def test_wrong_command_lines(arguments: list[str], folders: tuple[Path, Path], ours: Callable) -> None:
    mine, reference = ours(folders[0], *arguments), theirs(folders[1], *arguments)
    assert mine.returncode == reference.returncode == 1
    assert mine.stdout.startswith("Usage")
    assert reference.stdout.startswith("Usage")


BAD = [
    (["-d", "missing.traineddata"], "Failed to read missing.traineddata"),
    (["-d", "short.traineddata"], "Failed to read short.traineddata"),
    (["-d", "empty.traineddata"], "Failed to read empty.traineddata"),
    (["-l", "damaged.traineddata"], "Failed to deserialize LSTM in damaged.traineddata!"),
    (["-c", "damaged.traineddata"], "Failed to deserialize LSTM in damaged.traineddata!"),
    (["-c", "osd.traineddata"], "No LSTM Component found in osd.traineddata!"),
    (["-e", "eng.traineddata", "x.config"], "Not extracting x.config, since this component is not present"),
    (["-e", "eng.traineddata", "x.words"], "Not extracting x.words"),
    (["-e", "eng.traineddata", "a_file/x.lstm"], "Error, could not extract a_file/x.lstm"),
    (["-o", "missing.traineddata", "my.config"], "Failed to read missing.traineddata"),
    (["-o", "eng.traineddata", "missing.config"], "Failed to read component file:missing.config"),
    (["nothing"], "Error combining tessdata files into nothing.traineddata"),
    (["hollow"], "Load of file hollow.lstm failed!"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(arguments) for arguments, _ in BAD])
def test_bad_input(arguments: list[str], message: str, folders: tuple[Path, Path], ours: Callable) -> None:
    folder = folders[0]
    data = TrainedData.read(ENGLISH)
    data.components["lstm"] = data["lstm"][:5000]
    data.write(folder / "damaged.traineddata")
    shutil.copy(MODELS["tessdata/osd"], folder / "osd.traineddata")
    (folder / "short.traineddata").write_bytes(ENGLISH.read_bytes()[:3000])
    for name in ("empty.traineddata", "hollow.lstm", "a_file"):
        (folder / name).write_bytes(b"")
    before = files(folder)
    result = ours(folder, *arguments)
    assert result.returncode == 1
    assert result.stderr.startswith(f"ERROR: {message}")
    assert result.stderr.count("\n") == 1
    assert files(folder) == before


def test_the_other_byte_order(folders: tuple[Path, Path], ours: Callable) -> None:
    """A model of the other byte order is listed and made integer like its twin."""
    folder = folders[0]
    data = TrainedData.read(ENGLISH)
    for name, kind in (("lstm", LSTMRecognizerRecord), ("lstm-recoder", RecoderRecord)):
        data.components[name] = kind.from_bytes(data[name]).to_bytes(big_endian=True)
    data.big_endian = True
    data.write(folder / "big.traineddata")
    assert ours(folder, "-dl", "big.traineddata").stdout == ours(folder, "-dl", "eng.traineddata").stdout
    assert theirs(folder, "-l", "big.traineddata").stdout == theirs(folder, "-l", "eng.traineddata").stdout
    for name in ("big", "eng"):
        assert ours(folder, "-c", f"{name}.traineddata").returncode == 0
    big, little = (TrainedData.read(folder / f"{name}.traineddata") for name in ("big", "eng"))
    assert big.big_endian
    swapped = LSTMRecognizerRecord.from_bytes(big["lstm"], big_endian=True)
    assert swapped.to_bytes() == little["lstm"]


def test_an_unknown_suffix_is_left_out(folders: tuple[Path, Path], ours: Callable) -> None:
    folder = folders[0]
    (folder / "my.config").write_text("x 1\n")
    result = ours(folder, "-o", "eng.traineddata", "eng.words", "my.config")
    assert result.returncode == 0
    assert "eng.words is left out" in result.stderr
    assert TrainedData.read(folder / "eng.traineddata")["config"] == b"x 1\n"
