"""The README's picture, of a training in JupyterLab: ``python -m tests.readme_picture [SECONDS]``."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

import tessnb as tn
from tests.lab import ROOT, open_browser, serve_lab, use_theme

TARGET = ROOT / "notebooks/pictures/training.png"

CODE = """\
import tessnb as tn

lines = tn.open_lines("scans")
run = tn.fine_tune(tn.load_model("eng", trainable=True), lines, held_out=0.2, model_output="journal")
tn.ForgettingMonitor(run, old=tn.open_lines("old"), every=25)
tn.TrainingDashboard(run.start(), title="A journal of 1787")"""


def with_long_s(text: str) -> str:
    """Spell as of old: every s that does not end a word is long."""
    return re.sub(r"s(?=\w)", "ſ", text)


def write_lines(folder: Path, text: str, font: str, count: int) -> None:
    """Draw lines as files: images with their text beside them."""
    folder.mkdir()
    drawn = tn.render(text, tn.find_fonts(names=[font]), xsize=1900, exposure=1)
    for number, line in enumerate(list(drawn)[:count]):
        Image.fromarray(line.image).save(folder / f"{number:02}.png")
        (folder / f"{number:02}.gt.txt").write_text(f"{line.transcription}\n", "utf-8")


def main(seconds: float) -> None:
    """Train for some seconds, and photograph the window."""
    with tempfile.TemporaryDirectory() as name:
        root, scratch = Path(name) / "root", Path(name) / "scratch"
        root.mkdir()
        scratch.mkdir()
        text = tn.english_text()
        write_lines(root / "scans", with_long_s(text), "Liberation Serif Italic", 80)
        write_lines(root / "old", text, "Liberation Serif", 12)
        notebook = new_notebook(cells=[new_code_cell(CODE)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
        nbformat.write(notebook, root / "journal.ipynb")

        def command(flags: str) -> list[str]:
            return [str(ROOT / ".venv/bin/jupyter"), "lab", f"--ServerApp.root_dir={root}", *flags.split()]

        with serve_lab(scratch, root, command) as lab, open_browser(width=1440, height=960) as page:
            page.goto(lab.url("lab/tree/journal.ipynb"))
            page.wait_for_selector(".jp-Notebook .jp-CodeCell .cm-content")
            use_theme(page, "Light")
            page.wait_for_function(
                "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
            )
            page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
            page.wait_for_selector(".tessnb-dashboard .bqplot")
            page.wait_for_timeout(seconds * 1000)
            page.evaluate("window.jupyterapp.shell.activateById('tessnb-trainings')")
            page.locator(".jp-Notebook").hover()
            page.mouse.wheel(0, -5000)
            page.mouse.move(0, 0)
            page.wait_for_timeout(3000)
            picture = Path(name) / "picture.png"
            page.screenshot(path=picture)
            TARGET.parent.mkdir(exist_ok=True)
            with Image.open(picture) as image:
                image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(TARGET, optimize=True)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
