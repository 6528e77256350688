"""Transcriptions that are corrected one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.errors import FormatError, InputError
from tessnb.lines.sources import image_beside
from tessnb.lines.transcriptions import find_transcriptions, read_transcription, save_transcription


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("after", [b"\n", b"\r\n", b"\n\n"])
def test_only_the_text_changes(before: bytes, after: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.gt.txt"
    path.write_bytes(before + "Tée ".encode() + after)
    found = read_transcription(path)
    assert found.text == "Tée "
    saved = save_transcription(path, "שלום", found.stamp)
    assert path.read_bytes() == before + "שלום".encode() + after
    assert saved == read_transcription(path)
    assert saved.stamp != found.stamp


def test_an_empty_file_is_a_line_to_be_transcribed(tmp_path: Path) -> None:
    path = tmp_path / "a.gt.txt"
    path.touch()
    found = read_transcription(path)
    assert found.text == ""
    save_transcription(path, "one", found.stamp)
    assert path.read_bytes() == b"one\n"


def test_what_somebody_else_wrote_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.gt.txt"
    path.write_text("one\n")
    found = read_transcription(path)
    path.write_text("two\n")
    with pytest.raises(InputError, match="changed on disk"):
        save_transcription(path, "three", found.stamp)
    assert path.read_text() == "two\n"


@pytest.mark.parametrize("text", ["one\ntwo", "one\rtwo", "\ud800", "x" * 70_000])
def test_what_is_no_line_is_not_written(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gt.txt"
    path.write_text("one\n")
    with pytest.raises(InputError):
        save_transcription(path, text, read_transcription(path).stamp)
    assert path.read_text() == "one\n"


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"one\ntwo\n", InputError, "several lines"),
        (b"x" * 70_000, InputError, "too long"),
        (b"\xff\xfe", FormatError, "not UTF-8"),
    ],
)
def test_what_is_no_line_is_not_read(data: bytes, error: type[Exception], words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gt.txt"
    path.write_bytes(data)
    with pytest.raises(error, match=words):
        read_transcription(path)


def test_those_of_a_folder_in_order(tmp_path: Path) -> None:
    for name in ("b.gt.txt", "a.gt.txt", ".c.gt.txt", "d.txt", "a.png"):
        (tmp_path / name).touch()
    (tmp_path / "e.gt.txt").mkdir()
    assert find_transcriptions(tmp_path) == ["a.gt.txt", "b.gt.txt"]
    with pytest.raises(InputError, match="cannot be read"):
        find_transcriptions(tmp_path / "none")


def test_the_image_of_a_text_is_beside_it(tmp_path: Path) -> None:
    for name in ("a.png", "b.c.bin.png", "d.tif"):
        (tmp_path / name).touch()
    assert image_beside(tmp_path / "a.gt.txt") == tmp_path / "a.png"
    assert image_beside(tmp_path / "b.c.gt.txt") == tmp_path / "b.c.bin.png"
    assert image_beside(tmp_path / "d.box") == tmp_path / "d.tif"
    assert image_beside(tmp_path / "e.box") is None
