"""What the README and the tutorial print can be run as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import tessnb as tn
from tests.conftest import run_tool
from tests.lab import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language in Markdown."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def save_line(path: Path) -> None:
    """Write an image of a line of text."""
    Image.fromarray(tn.render("The ferry", ["DejaVu Sans"], xsize=900)[0].image).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the command lines name."""
    (tmp_path / "langdata").mkdir()
    (tmp_path / "langdata" / "radical-stroke.txt").write_text("19968 1 0 0 0\n")
    lists = {"words": tn.english_words(), "punc": tn.english_punctuation(), "numbers": tn.english_numbers()}
    for name, entries in lists.items():
        (tmp_path / f"english.{name}").write_text("".join(f"{entry}\n" for entry in entries))
    text = "\n".join(tn.english_text().splitlines()[:12])
    for name in ("english.txt", "eng.training_text"):
        (tmp_path / name).write_text(f"{text}\n")
    return tmp_path


def run_script(script: str, folder: Path) -> None:
    """Run command lines as printed, with fewer iterations."""
    shorter, count = re.subn(r"--max_iterations \d+", "--max_iterations 20", script)
    assert count == 1
    environment = {**os.environ, "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-ec", shorter], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_python_of_the_readme(tmp_path: Path) -> None:
    """With fewer iterations; the real tesseract takes what it writes."""
    block = blocks(README, "python")[0]
    shorter, count = re.subn(r"max_iterations=\d+", "max_iterations=20", block)
    assert count == 1
    program = f"{shorter}\nassert len(run.metrics) == 20\n"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert tn.load_model(tmp_path / "eng_mine.traineddata").integer
    save_line(tmp_path / "line.png")
    run_tool(
        "tesseract", "line.png", "-", "--tessdata-dir", ".", "-l", "eng_mine", "--psm", "7", cwd=tmp_path
    )


def test_the_scans_of_the_readme(tmp_path: Path) -> None:
    """With a few iterations on a few lines, one of them with a character that the model lacks."""
    block = blocks(README, "python")[1]
    shorter = block.replace("held_out=0.1", "held_out=0.2, max_iterations=16")
    assert shorter != block
    (tmp_path / "scans").mkdir()
    text = "the ferry\nto the\nother side\nis late ⅔\nonce more"
    for number, line in enumerate(tn.render(text, ["DejaVu Sans"], xsize=500)):
        Image.fromarray(line.image).save(tmp_path / "scans" / f"{number}.png")
        (tmp_path / "scans" / f"{number}.gt.txt").write_text(f"{line.transcription}\n", "utf-8")
    program = f"{shorter}\nassert len(result.lines) == len(run.held_out)\n"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    model = tn.load_model(tmp_path / "eng_scans.traineddata")
    assert model.integer
    assert "⅔" in [entry.unichar for entry in model.unicharset.entries]


def test_the_command_lines_of_the_readme(folder: Path) -> None:
    (script,) = (block for block in blocks(README, "sh") if "tessnb" in block)
    run_script(script, folder)
    assert (folder / "out" / "base_checkpoint").exists()


def test_links_and_pictures_are_there() -> None:
    """Every link within the repository leads somewhere; every notebook is linked; pictures are small."""
    targets = set(re.findall(r"\]\((?!http|#)([^)#]+)", README))
    assert [target for target in targets if not (ROOT / target).is_file()] == []
    notebooks = {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks <= targets
    headings = {re.sub(r"[^\w -]", "", line[3:]).lower().replace(" ", "-")
                for line in README.splitlines() if line.startswith("## ")}  # fmt: skip
    assert set(re.findall(r"\]\(#([^)]+)", README)) <= headings
    for target in targets:
        assert not target.endswith(".png") or (ROOT / target).stat().st_size < 300_000
