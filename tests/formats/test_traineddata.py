"""The container: bytes beside what they mean, damage, archives, and every model at hand."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats.traineddata import COMPONENTS, TrainedData
from tests.conftest import run_tool, tessdata_folders
from tests.formats.hexadecimal import bytes_of, every_truncation_fails, no_damage_passes_unseen

# An old container of three entries: config, no unicharset, unicharambigs.
SMALL = bytes_of("""
    03000000                # entries
    1c00000000000000        # config at byte 28
    ffffffffffffffff        # absent
    1f00000000000000        # unicharambigs at byte 31
    'abc' 'de'
""")

SMALL_BIG_ENDIAN = bytes_of("""
    00000003
    000000000000001c
    ffffffffffffffff
    000000000000001f
    'abc' 'de'
""")


def test_small_container() -> None:
    data = TrainedData.from_bytes(SMALL)
    assert data.components == {"config": b"abc", "unicharambigs": b"de"}
    assert (data.num_entries, data.big_endian, data.version) == (3, False, "Pre-4.0.0")
    assert list(data) == ["config", "unicharambigs"]
    assert data["config"] == b"abc"
    assert "unicharset" not in data
    assert data.get("unicharset") is None
    assert data.to_bytes() == SMALL


def test_the_other_byte_order() -> None:
    data = TrainedData.from_bytes(SMALL_BIG_ENDIAN)
    assert data.big_endian
    assert data.components == {"config": b"abc", "unicharambigs": b"de"}
    assert data.reader("config").order == ">"
    assert data.to_bytes() == SMALL_BIG_ENDIAN


def test_an_empty_component_keeps_its_entry() -> None:
    data = TrainedData({"config": b"", "lstm": b"x"})
    again = TrainedData.from_bytes(data.to_bytes())
    assert again.components == {"config": b"", "lstm": b"x"}
    assert again.get("config") is None
    assert again.to_bytes() == data.to_bytes()


def test_entries_of_the_future_are_kept() -> None:
    data = TrainedData({"lstm": b"x", "entry-25": b"yz"}, num_entries=26)
    again = TrainedData.from_bytes(data.to_bytes())
    assert again.components == data.components
    assert list(again) == ["lstm", "entry-25"]
    assert again.to_bytes() == data.to_bytes()


def test_components_are_written_in_their_order() -> None:
    there = TrainedData({"version": b"5.3.0", "lstm": b"x"}).to_bytes()
    assert there == TrainedData({"lstm": b"x", "version": b"5.3.0"}).to_bytes()
    assert there.endswith(b"x5.3.0")


@pytest.mark.parametrize("data", [SMALL, SMALL_BIG_ENDIAN], ids=["little", "big"])
def test_damaged_containers(data: bytes) -> None:
    no_damage_passes_unseen(data, lambda damaged: TrainedData.from_bytes(damaged).to_bytes())
    table = 4 + 3 * 8
    every_truncation_fails(data[:table], TrainedData.from_bytes)
    # Without the last component's first byte its entry points to the end: an empty component, as on disk.
    for size in range(table, 31):
        with pytest.raises(FormatError):
            TrainedData.from_bytes(data[:size])


def patched(offset: int, new: bytes) -> bytes:
    return SMALL[:offset] + new + SMALL[offset + len(new) :]


@pytest.mark.parametrize(
    ("offset", "new"),
    [
        (4, b"\x1d"),  # a gap before the first component
        (20, b"\x1b"),  # the second before the first
        (20, b"\xff\xff\xff\xff\xff\xff\xff\x7f"),  # beyond the end
        (12, b"\xfe"),  # an offset below -1
        (0, b"\xe8\x03"),  # 1000 entries: a table longer than the file
        (0, b"\xff\xff\xff\xff"),
    ],
)
def test_damaged_tables(offset: int, new: bytes) -> None:
    with pytest.raises(FormatError):
        TrainedData.from_bytes(patched(offset, new), "eng.traineddata")


@pytest.mark.parametrize("data", [b"", b"abc", b"not a traineddata at all", b"\0\0\0\0more"])
def test_other_files(data: bytes) -> None:
    with pytest.raises(FormatError, match="the-file"):
        TrainedData.from_bytes(data, "the-file")


def test_unknown_components_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "eng.traineddata"
    with pytest.raises(InputError, match="lstmm"):
        TrainedData({"lstmm": b"x"}).write(path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="no component 'lstm'"):
        TrainedData({"config": b"x"})["lstm"]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], compression: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


MEMBERS = {"eng/eng.lstm": b"net" * 99, "eng/eng.config": b"cfg", "eng/readme.txt": b"no component"}
ARCHIVES = [zipped(MEMBERS), *(tarred(MEMBERS, compression) for compression in ("", "gz", "bz2", "xz"))]


@pytest.mark.parametrize("archive", ARCHIVES, ids=["zip", "tar", "gz", "bz2", "xz"])
def test_archives(archive: bytes, tmp_path: Path) -> None:
    data = TrainedData.from_bytes(archive)
    assert data.components == {"config": b"cfg", "lstm": b"net" * 99}
    assert TrainedData.from_bytes(data.to_bytes()).components == data.components
    (tmp_path / "eng.traineddata").write_bytes(archive)
    listing = run_tool("combine_tessdata", "-d", tmp_path / "eng.traineddata").stderr
    assert "0:config:size=3," in listing
    assert "17:lstm:size=297," in listing


@pytest.mark.parametrize("archive", ARCHIVES, ids=["zip", "tar", "gz", "bz2", "xz"])
def test_truncated_archives(archive: bytes) -> None:
    whole = TrainedData.from_bytes(archive).components
    for size in range(0, len(archive), 5 if len(archive) < 1000 else 499):
        try:
            components = TrainedData.from_bytes(archive[:size]).components
        except FormatError:
            continue
        assert components.items() <= whole.items()  # only the padding of a tar file is missing


def test_an_archive_of_something_else() -> None:
    with pytest.raises(FormatError, match="not a traineddata"):
        TrainedData.from_bytes(zipped({"readme.txt": b"hello"}))


MODELS = [path for folder in tessdata_folders() for path in sorted(folder.glob("*.traineddata"))]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_models_come_back_byte_for_byte(path: Path, tmp_path: Path) -> None:
    data = TrainedData.read(path)
    assert set(data) <= set(COMPONENTS)
    copy = tmp_path / "copy.traineddata"
    data.write(copy)
    assert copy.read_bytes() == path.read_bytes()
    listing = run_tool("combine_tessdata", "-d", path).stderr.splitlines()[1:]
    theirs = {line.split(":")[1]: int(line.split("size=")[1].split(",")[0]) for line in listing}
    theirs.pop("version")
    assert theirs == {name: len(data[name]) for name in data if name != "version"}


def test_models_are_at_hand() -> None:
    assert any(path.stem == "eng" for path in MODELS)


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archives_of_nothing_but_zeros_are_not_unpacked(kind: str) -> None:
    packed, zeros = io.BytesIO(), bytes(64 << 20)
    if kind == "zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xyz.lstm", zeros)
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            member = tarfile.TarInfo("xyz.lstm")
            member.size = len(zeros)
            tar.addfile(member, io.BytesIO(zeros))
    with pytest.raises(FormatError, match=r"member 'xyz\.lstm' is too large"):
        TrainedData.from_bytes(packed.getvalue())
