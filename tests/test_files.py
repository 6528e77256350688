"""Writing files whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import pytest

from tessnb.errors import InputError
from tessnb.files import make_temporary, read_bytes, write_bytes


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


#: Begins to write a file of a given size over and over, and says so.
_WRITER = """
import sys
from tessnb.files import write_bytes
print("ready", flush=True)
while True:
    write_bytes(sys.argv[1], bytes(int(sys.argv[2])))
"""


def _killed_writer(path: Path) -> list[str]:
    """Kill a process while it writes a file; return what it has left beside it."""
    command = [sys.executable, "-c", _WRITER, os.fspath(path), str(20_000_000)]
    for attempt in range(60):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.002 * attempt)
            process.kill()
        if left := [name for name in os.listdir(path.parent) if name != path.name]:
            return left
    raise AssertionError("no kill came while it wrote")


def test_what_a_killed_process_has_left_goes_with_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "model"
    write_bytes(path, bytes(20_000_000))
    write_bytes(tmp_path / "other", b"")
    (tmp_path / "other").unlink()
    assert len(_killed_writer(path)) == 1
    assert path.stat().st_size == 20_000_000  # whole, the old one or a new one
    write_bytes(path, b"new")
    assert os.listdir(tmp_path) == ["model"]
    assert path.read_bytes() == b"new"


def test_what_a_living_process_writes_stays(tmp_path: Path) -> None:
    path = tmp_path / "model"
    descriptors = [make_temporary(path) for _ in range(3)]
    write_bytes(path, b"new")
    assert {name for _, name in descriptors} <= {os.fspath(each) for each in tmp_path.iterdir()}
    for descriptor, _ in descriptors:
        os.close(descriptor)
    for _ in range(3):  # each is taken away when its turn comes
        held = [make_temporary(path)[0] for _ in range(3)]
        assert len(os.listdir(tmp_path)) == 4
        for descriptor in held:
            os.close(descriptor)


def test_what_is_not_its_own_stays(tmp_path: Path) -> None:
    """Links and folders of the names that temporary files have; and very long names."""
    path = tmp_path / "model"
    descriptor, name = make_temporary(path)
    os.close(descriptor)
    os.unlink(name)
    (tmp_path / "precious").write_bytes(b"precious")
    os.symlink(tmp_path / "precious", name)
    os.mkdir(name[:-1] + "1")
    os.link(tmp_path / "precious", name[:-1] + "2")
    before = sorted(os.listdir(tmp_path))
    write_bytes(path, b"new")
    assert sorted(os.listdir(tmp_path)) == sorted([*before, "model"])
    assert (tmp_path / "precious").read_bytes() == b"precious"
    write_bytes(tmp_path / ("字" * 84), b"long")
    assert (tmp_path / ("字" * 84)).read_bytes() == b"long"


def test_several_threads_may_write_one_file(tmp_path: Path) -> None:
    contents = [bytes([number]) * 100_000 for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        for _ in range(5):
            list(pool.map(lambda data: write_bytes(tmp_path / "file", data), contents))
            assert (tmp_path / "file").read_bytes() in contents
    assert os.listdir(tmp_path) == ["file"]


def test_an_interrupt_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """Raised where answers of the system come back, as Python does; the next write leaves nothing beside."""
    path = tmp_path / "file"
    calls = 0

    def interrupt(frame: FrameType, event: str, function: object) -> None:
        nonlocal calls
        if event == "c_return" and Path(frame.f_code.co_filename).name == "files.py":
            calls -= 1
            if calls == 0:
                raise KeyboardInterrupt

    moment, was_interrupted = 0, True
    while was_interrupted:
        moment += 1
        write_bytes(path, b"old")
        calls, was_interrupted = moment, False
        sys.setprofile(interrupt)
        try:
            write_bytes(path, b"new")
        except KeyboardInterrupt:
            was_interrupted = True
        finally:
            sys.setprofile(None)
        assert path.read_bytes() in (b"old", b"new")
        write_bytes(path, b"next")
        assert os.listdir(tmp_path) == ["file"]
    assert moment > 10
