"""What the README says can be run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import tessnb as tn
from tests.conftest import run_tool
from tests.lab import ROOT


def test_the_notebook_example_runs(tmp_path: Path) -> None:
    """The Python block, with fewer iterations; the real tesseract takes what it writes."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    short, changes = re.subn(r"max_iterations=\d+", "max_iterations=20", block)
    assert changes == 1
    program = f"{short}\nassert len(run.metrics) == 20\n"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert tn.load_model(tmp_path / "eng_mine.traineddata").integer
    line = tn.render("The ferry", ["DejaVu Sans"], xsize=900)[0]
    from PIL import Image

    Image.fromarray(line.image).save(tmp_path / "line.png")
    run_tool(
        "tesseract", "line.png", "-", "--tessdata-dir", ".", "-l", "eng_mine", "--psm", "7", cwd=tmp_path
    )
