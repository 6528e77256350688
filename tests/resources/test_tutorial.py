"""The notebooks come out of the package, whole and fresh, and never over what somebody wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tessnb.errors import InputError
from tessnb.resources import copy_tutorial, shipped_tutorial
from tessnb.resources import tutorial as module
from tests.lab import ROOT, get, serve_lab
from tests.packages import build_packages

NOTEBOOKS = ROOT / "notebooks"
NAMES = [*sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")), "tutorial.py"]


def copied(folder: Path) -> list[str]:
    """The names of what lies in a folder, hidden files aside."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tutorial of two notebooks, in place of the one that is shipped; to be changed."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in ("00_first.ipynb", "01_second.ipynb", "tutorial.py"):
        (folder / name).write_text(f"{name}, the first version")
    monkeypatch.setattr(module, "shipped_tutorial", lambda: folder)
    return folder


def test_all_notebooks_and_what_they_import(tmp_path: Path) -> None:
    said: list[str] = []
    first = copy_tutorial(tmp_path / "new" / "folder", said.append)
    assert first == tmp_path / "new" / "folder" / "00_one_time_setup.ipynb"
    assert copied(first.parent) == NAMES
    assert all((first.parent / name).read_bytes() == (NOTEBOOKS / name).read_bytes() for name in NAMES)
    assert said == [f"{len(NAMES)} of the tutorial's {len(NAMES)} files copied to {first.parent}"]


def test_a_new_version_replaces_only_what_nobody_changed(tmp_path: Path, shipped: Path) -> None:
    folder, said = tmp_path / "mine", list[str]()
    copy_tutorial(folder, said.append)
    (folder / "01_second.ipynb").write_text("my notes")
    (folder / "02_mine.ipynb").write_text("my own")
    for path in shipped.iterdir():
        path.write_text(f"{path.name}, the second version")
    (shipped / "03_third.ipynb").write_text("new")
    for _ in range(2):  # the second time as the first
        copy_tutorial(folder, said.append)
        assert {name: (folder / name).read_text() for name in copied(folder)} == {
            "00_first.ipynb": "00_first.ipynb, the second version",
            "01_second.ipynb": "my notes",
            "02_mine.ipynb": "my own",
            "03_third.ipynb": "new",
            "tutorial.py": "tutorial.py, the second version",
        }
    kept = "Changed since they were copied, so left as they are: 01_second.ipynb"
    assert said[1:] == [
        f"3 of the tutorial's 4 files copied to {folder}",
        kept,
        f"The tutorial is in {folder} already",
        kept,
    ]
    (folder / "01_second.ipynb").unlink()
    copy_tutorial(folder, said.append)
    assert (folder / "01_second.ipynb").read_text() == "01_second.ipynb, the second version"


@pytest.mark.parametrize("record", ["", "{", "[]", '"text"', '{"01_second.ipynb": 1}', "\xff"])
def test_without_a_usable_record_everything_is_the_readers(
    record: str, tmp_path: Path, shipped: Path
) -> None:
    folder = tmp_path / "mine"
    copy_tutorial(folder)
    (folder / ".tessnb-tutorial.json").write_bytes(record.encode("latin-1"))
    for path in shipped.iterdir():
        path.write_text("the second version")
    copy_tutorial(folder)
    assert [(folder / name).read_text() for name in copied(folder)] == [
        "00_first.ipynb, the first version",
        "01_second.ipynb, the first version",
        "tutorial.py, the first version",
    ]


def test_a_copy_that_broke_off_is_completed(
    tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file is half-written, and those of the broken attempt are known as ours later."""
    folder = tmp_path / "mine"
    written: list[Path] = []

    def break_off(path: Path, data: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write(path, data)

    write: Callable[[Path, bytes], None] = module.write_bytes
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_bytes", break_off)
        with pytest.raises(KeyboardInterrupt):
            copy_tutorial(folder)
    assert [path.name for path in folder.iterdir()] == ["00_first.ipynb"]
    copy_tutorial(folder)
    for path in shipped.iterdir():
        path.write_text("the second version")
    copy_tutorial(folder)
    assert {(folder / name).read_text() for name in copied(folder)} == {"the second version"}


def test_the_notebooks_themselves_are_left_alone(tmp_path: Path, shipped: Path) -> None:
    before = sorted(shipped.iterdir())
    assert copy_tutorial(shipped) == shipped / "00_first.ipynb"
    assert sorted(shipped.iterdir()) == before


def test_a_link_is_replaced_and_not_followed(tmp_path: Path, shipped: Path) -> None:
    """What lies outside of the folder is never written to."""
    folder, elsewhere = tmp_path / "mine", tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "00_first.ipynb").symlink_to(elsewhere)
    copy_tutorial(folder)
    assert not elsewhere.exists()
    assert not (folder / "00_first.ipynb").is_symlink()


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        copy_tutorial(tmp_path / "file")


def tessnb(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tessnb", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_copies(tmp_path: Path) -> None:
    for _ in range(2):
        result = tessnb("tutorial", "--copy-only", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert "tessnb-tutorial" in result.stderr
        assert copied(tmp_path / "tessnb-tutorial") == NAMES
    result = tessnb("tutorial", "--port", "8890", cwd=tmp_path)
    assert result.returncode == 1
    assert "'8890' behind --port" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_command_opens_jupyterlab(tmp_path: Path) -> None:
    """On the copy, with the options that it was given; it stops when it is told to."""
    scratch, folder = tmp_path / "scratch", tmp_path / "mine"
    scratch.mkdir()

    def command(flags: str) -> list[str]:
        return [sys.executable, "-m", "tessnb", "tutorial", str(folder), *flags.split()]

    with serve_lab(scratch, folder, command) as lab:
        listing = json.loads(get(f"{lab.address}/api/contents?token={lab.token}"))
        assert sorted(entry["name"] for entry in listing["content"]) == NAMES


@pytest.fixture(scope="module")
def built(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A folder with the source archive and the wheel."""
    return once("packages", build_packages)


def test_the_built_package_brings_the_tutorial(built: Path, tmp_path: Path) -> None:
    """The installed ``tessnb tutorial`` gives out the same notebooks, with no checkout in sight."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    shipped = tmp_path / "site/tessnb/resources/data/tutorial"
    assert copied(shipped) == NAMES
    where = "import tessnb.resources as r; print(r.shipped_tutorial())"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    found = subprocess.run(
        [sys.executable, "-c", where],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()) == shipped
    result = tessnb("tutorial", "mine", "--copy-only", cwd=tmp_path, PYTHONPATH=str(tmp_path / "site"))
    assert result.returncode == 0, result.stderr
    assert all((tmp_path / "mine" / name).read_bytes() == (NOTEBOOKS / name).read_bytes() for name in NAMES)


def test_the_source_archive_brings_texts_and_notebooks(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    texts = {f"notebooks/text/{path.name}" for path in (NOTEBOOKS / "text").iterdir()}
    assert texts | {f"notebooks/{name}" for name in NAMES} <= names
    assert not any(name.startswith("notebooks/work") for name in names)


def test_a_package_without_notebooks_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "files", lambda _: tmp_path / "site/tessnb/resources")
    with pytest.raises(InputError, match="this installation has no notebooks"):
        shipped_tutorial()
