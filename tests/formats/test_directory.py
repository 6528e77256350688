"""The directory of a traineddata: what it says is so, and nothing else is read."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats import LSTMRecognizerRecord, TrainedData, TrainedDataFile, read_network_file
from tests.conftest import tessdata_folders

MODELS = {
    f"{path.parent.name}/{path.stem}": path
    for folder in tessdata_folders()
    for path in sorted(folder.glob("*.traineddata"))
}


@pytest.mark.parametrize("model", MODELS)
def test_every_component_is_where_the_directory_says(model: str) -> None:
    path = MODELS[model]
    data = path.read_bytes()
    whole = TrainedData.from_bytes(data)
    file = TrainedDataFile.open(path)
    assert list(file) == list(whole)
    assert (file.size, file.num_entries, file.big_endian) == (len(data), whole.num_entries, False)
    for name, place in file.places.items():
        assert place.offset is not None
        assert data[place.offset : place.offset + place.size] == whole[name] == file[name]


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    """A model of 4 TB, most of it a hole, opens at once."""
    small = TrainedData({"config": b"one", "lstm": b"two", "version": b"5.3.0"}).to_bytes()
    path = tmp_path / "large.traineddata"
    table, hole = 4 + 8 * 24, 4 << 40
    with path.open("wb") as file:
        file.write(small[:table])
        for index, offset in ((0, table), (17, table + 3), (23, table + 3 + hole)):
            file.seek(4 + 8 * index)
            file.write(offset.to_bytes(8, "little"))
        file.seek(table)
        file.write(b"one")
        file.seek(table + 3 + hole)
        file.write(b"5.3.0")
    found = TrainedDataFile.open(path)
    assert [(name, place.size) for name, place in found.places.items()] == [
        ("config", 3),
        ("lstm", hole),
        ("version", 5),
    ]
    assert found.load("version", "config", "lstm-recoder").components == {
        "version": b"5.3.0",
        "config": b"one",
    }
    assert found.load("version").version == "5.3.0"


def test_an_archive_has_no_offsets(tmp_path: Path) -> None:
    path = tmp_path / "packed.traineddata"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in (("version", b"5.3.0"), ("config", b"x" * 9000)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    file = TrainedDataFile.open(path)
    assert {name: (place.offset, place.size) for name, place in file.places.items()} == {
        "config": (None, 9000),
        "version": (None, 5),
    }
    assert file["config"] == b"x" * 9000


def test_a_component_is_extracted_beside_and_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.traineddata"
    TrainedData({"config": b"one", "version": b"5.3.0"}).write(path)
    file = TrainedDataFile.open(path)
    assert file.extract("config") == tmp_path / "mine.config"
    assert (tmp_path / "mine.config").read_bytes() == b"one"
    (tmp_path / "mine.version").symlink_to(tmp_path / "nowhere")
    for name in ("config", "version"):
        with pytest.raises(InputError, match="such a file already"):
            file.extract(name)
    with pytest.raises(InputError, match=r"no component '\.\./up'"):
        file.extract("../up")
    assert not (tmp_path / "nowhere").exists()


def test_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.traineddata"
    data = TrainedData({"config": b"one", "version": b"5.3.0"}).to_bytes()
    path.write_bytes(data)
    file = TrainedDataFile.open(path)
    path.write_bytes(data[:-1])
    with pytest.raises(FormatError, match="become shorter"):
        file["version"]
    path.write_bytes(data[:198])
    with pytest.raises(FormatError, match="truncated component config"):
        TrainedDataFile.open(path)
    path.write_bytes(b"not a model at all")
    with pytest.raises(FormatError, match="not a traineddata"):
        TrainedDataFile.open(path)
    with pytest.raises(InputError, match="no such file"):
        TrainedDataFile.open(tmp_path / "missing.traineddata")


def test_a_network_comes_from_any_of_its_files(trained: Path, tmp_path: Path) -> None:
    recognizer, training = read_network_file(trained / "base_checkpoint")
    assert training is not None
    assert recognizer.training_iteration == 200
    component = tmp_path / "float.lstm"
    component.write_bytes(TrainedData.read(trained / "float.traineddata")["lstm"])
    for path in (component, trained / "float.traineddata"):
        again, training = read_network_file(path)
        assert training is None
        assert isinstance(again, LSTMRecognizerRecord)
        assert again.network.num_weights == recognizer.network.num_weights
    component.write_bytes(component.read_bytes()[:500])
    with pytest.raises(FormatError):
        read_network_file(component)
