"""A newcomer's path, timed: clone, set up, fine-tune as the README says, read with the real ``tesseract``.

Everything happens in a fresh folder; what pip and npm have downloaded before, they take from their caches.
The scans are sixty lines of an early printed book where ``TESSNB_TEST_DATA`` has one, and else lines that are
drawn in a narrow bold font.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

import tessnb as tn
from tessnb.training.true_errors import TrueErrors
from tests.bench.rows import Bench, Row
from tests.lab import ROOT

__all__ = ["newcomer"]

BOOK, LINES, READ = "scans/early-prints-1505", 60, 20
_FONT = "Liberation Sans Narrow Bold"


def newcomer(bench: Bench) -> Iterator[Row]:
    """Time each part of the path, once."""
    folder = bench.empty_folder("newcomer")
    clone, scans, unread = (folder / name for name in ("tessnb", "work/scans", "work/unread"))
    total = 0.0
    for what, command, where in (
        ("clone", ["git", "clone", "--quiet", ROOT, clone], folder),
        ("make install", ["make", "install", f"PYTHON={sys.executable}"], clone),
    ):
        seconds, note = _time(command, where)
        total += seconds
        yield Row(f"newcomer: {what}", "s", seconds, note=note)
    _make_scans(scans, unread)  # which a newcomer has
    before = _errors(unread, ["-l", "eng"])
    (folder / "work/tune.py").write_text(_documented(clone), "utf-8")
    seconds, note = _time([clone / ".venv/bin/python", "tune.py"], folder / "work")
    total += seconds
    yield Row("newcomer: fine-tuning, as the README says", "s", seconds, note=f"{LINES} lines; {note}")
    started = time.perf_counter()
    after = _errors(unread, ["-l", "eng_scans", "--tessdata-dir", str(folder / "work")])
    seconds = time.perf_counter() - started
    total += seconds
    note = f"{READ} other lines by the real tesseract; CER {before:.1f} % → {after:.1f} %"
    yield Row("newcomer: reading", "s", seconds, note=note)
    yield Row("newcomer: from nothing to a better model", "s", total, note="goal: 600 s")


def _time(command: Sequence[str | Path], where: Path) -> tuple[float, str]:
    """Run a command as a newcomer would; return its seconds, by the clock and of the processor."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    began, computed = time.perf_counter(), _computed()
    done = subprocess.run(
        [str(part) for part in command], cwd=where, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - began, f"CPU {_computed() - computed:.0f} s"


def _computed() -> float:
    """Return the processor time of all programs that have been run and are over, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _documented(clone: Path) -> str:
    """Return the README's program for scans."""
    readme = (clone / "README.md").read_text("utf-8")
    return next(
        block.partition("```")[0]
        for block in readme.split("```python\n")[1:]
        if 'open_lines("scans")' in block
    )


def _make_scans(scans: Path, unread: Path) -> None:
    """Write lines with their transcriptions: some to learn from, others to read."""
    for folder in (scans, unread):
        folder.mkdir(parents=True)
    book = Path(os.environ.get("TESSNB_TEST_DATA", "none")) / BOOK
    if book.is_dir():
        for number, image in enumerate(sorted(book.glob("*.nrm.png"))[: LINES + READ]):
            name = image.name.removesuffix(".nrm.png")
            target = scans if number < LINES else unread
            shutil.copy(image, target / f"{name}.png")
            shutil.copy(image.with_name(f"{name}.gt.txt"), target)
        return
    drawn = tn.render(f"{tn.english_text()}\n" * 3, tn.find_fonts(names=[_FONT]), xsize=1200, exposure=2)
    for number, line in enumerate(list(drawn)[: LINES + READ]):
        base = (scans if number < LINES else unread) / f"{number:03}"
        Image.fromarray(line.image).save(f"{base}.png")
        base.with_suffix(".gt.txt").write_text(f"{line.transcription}\n", "utf-8")


def _errors(folder: Path, flags: Sequence[str]) -> float:
    """Return the character error rate of the real ``tesseract`` on the lines of a folder, in percent."""
    errors = TrueErrors()
    for image in sorted(folder.glob("*.png")):
        command = ["tesseract", str(image), "-", "--psm", "13", *flags]
        read = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        truth = image.with_suffix(".gt.txt").read_text("utf-8").strip()
        errors.add(unicodedata.normalize("NFC", truth), unicodedata.normalize("NFC", read))
    return errors.cer
