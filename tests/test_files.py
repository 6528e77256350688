"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tessnb.errors import InputError
from tessnb.files import read_bytes, write_bytes


def test_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_bytes(path, b"one")
    write_bytes(path, b"two")
    assert read_bytes(path) == b"two"
    assert os.listdir(path.parent) == ["file"]


def test_a_failed_write_keeps_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(InputError, match="cannot be written"):
        write_bytes(folder, b"a folder is no file")
    assert os.listdir(tmp_path) == ["folder"]
    assert os.listdir(folder) == ["inside"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match=r"file/child: cannot be written"):
        write_bytes(tmp_path / "file" / "child", b"")


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_bytes(tmp_path / "nothing")
    with pytest.raises(InputError, match="cannot be read"):
        read_bytes(tmp_path)


def test_permissions_follow_the_mask(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_bytes(tmp_path / "file", b"")
    finally:
        os.umask(mask)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
