"""Making lines is killed in the middle and begun again: nothing is done twice, the same files come of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

import tessnb as tn
from tests.commands.test_tesstrain import langdata, tesstrain  # noqa: F401
from tests.stress import material
from tests.synthesis.text2image import FONTS_DIR

FONTS = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "Liberation Sans", "Liberation Serif")

#: On one core, so that documents are finished one by one.
_ALONE = """
import os, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
"""
_RENDER = f"""{_ALONE}
from tessnb.commands import main
main(sys.argv[1:])
"""
_PREPARE = f"""{_ALONE}
import tessnb as tn
tn.prepare_lines(sys.argv[1], folder=sys.argv[2])
"""


def _kill_in_the_middle(folder: Path, *command: str) -> dict[str, int]:
    """Kill a process when it has made a document; return the documents and their inodes."""
    with subprocess.Popen([sys.executable, "-c", *command], stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if any(folder.glob("*.lstmf")):
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
    assert process.returncode == -signal.SIGKILL, "it was done before it could be killed"
    return {path.name: path.stat().st_ino for path in folder.glob("*.lstmf")}


def _files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_rendering_is_taken_up(
    langdata: Path,  # noqa: F811
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"  # the same, for the order of a document's lines follows from its name
    flags = ["--linedata_only", "--save_box_tiff", "--fontlist", *FONTS, "--output_dir"]
    assert tesstrain(langdata, *flags, out) == 0
    out.rename(tmp_path / "unbroken")
    common = ["--fonts_dir", FONTS_DIR, "--lang", "eng", "--langdata_dir", str(langdata), *flags]
    made = _kill_in_the_middle(out, _RENDER, "tesstrain", *common, str(out))
    assert 1 <= len(made) < len(FONTS)
    noted = json.loads((out / "eng.rendered.json").read_text("utf-8"))  # not yet the last one, perhaps
    capfd.readouterr()
    assert tesstrain(langdata, *flags, out) == 0
    err = capfd.readouterr().err
    assert err.count("Rendered before using") == len(noted)
    assert err.count("Rendered using") == len(FONTS) - len(noted)
    assert {name for name in noted if (out / f"{name}.lstmf").stat().st_ino != made[f"{name}.lstmf"]} == set()
    assert _files(out) == _files(tmp_path / "unbroken")


def test_preparing_is_taken_up(tmp_path: Path) -> None:
    (tmp_path / "lines").mkdir()
    for number in range(1200):
        line = material.line(number, letters=12)
        Image.fromarray(line.image).save(tmp_path / "lines" / f"{number:04}.png", compress_level=0)
        (tmp_path / "lines" / f"{number:04}.gt.txt").write_text(line.transcription if number % 50 else "")
    unbroken = tn.prepare_lines(tmp_path / "lines", folder=tmp_path / "unbroken")
    folders = [str(tmp_path / "lines"), str(tmp_path / "broken")]
    made = _kill_in_the_middle(tmp_path / "broken", _PREPARE, *folders)
    assert 1 <= len(made) < 6
    done: list[str] = []
    lines = tn.prepare_lines(tmp_path / "lines", folder=tmp_path / "broken", on_done=done.append)
    assert len(done) == 6 - len(made)
    assert {name: (tmp_path / "broken" / name).stat().st_ino for name in made} == made
    assert _files(tmp_path / "broken") == _files(tmp_path / "unbroken")
    assert len(lines.problems) == 24
    assert lines.problems.equals(unbroken.problems)
