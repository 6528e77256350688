"""How long large files take to open in JupyterLab, from the click to the first content."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

import tessnb as tn
from tessnb.formats.lstmf import Document
from tests.bench.rows import Bench, Row
from tests.lab import open_browser, serve_lab

__all__ = ["lab_open"]

LINES, FONTS, MODEL_SIZE = 10_000, ("DejaVu Sans", "Liberation Serif"), 15_000_000

#: A file → what is seen first of it.
CONTENTS = {
    "eng.traineddata": ".tessnb-viewer-body td",
    "lines.lstmf": ".tessnb-viewer-body img",
}

#: Opens a file; returns the milliseconds until an element is there, is drawn, and, if it is an image, loaded.
_OPEN = """async ([path, selector]) => {
    const {commands, shell} = window.jupyterapp;
    const began = performance.now();
    const widget = await commands.execute('docmanager:open', {path});
    const there = () => {
        const found = [...widget.node.querySelectorAll(selector)].find(each => each.offsetParent);
        return found && (found.tagName !== 'IMG' || (found.complete && found.naturalWidth > 0));
    };
    while (!there()) {
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    const took = performance.now() - began;
    widget.close();
    return took;
}"""


def lab_open(bench: Bench) -> Iterator[Row]:
    """A model of 15 MB, and training lines by the thousand."""
    scratch, root = bench.empty_folder("lab"), bench.empty_folder("root")
    _make_files(root)

    def command(flags: str) -> list[str]:
        return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", *flags.split()]

    with serve_lab(scratch, root, command) as lab, open_browser(width=1280, height=1000) as page:
        page.goto(lab.url("lab"))
        page.wait_for_selector(".jp-Launcher", timeout=300_000)
        for name, selector in CONTENTS.items():
            yield _row(page, root / name, selector, bench.runs)


def _make_files(folder: Path) -> None:
    """Make a float model, with what older versions need in it too, and a document of lines over and over."""
    tn.load_model("eng", trainable=True).save(folder / "eng.traineddata")
    model = tn.TrainedData.read(folder / "eng.traineddata")
    model.components["inttemp"] = bytes(max(MODEL_SIZE - (folder / "eng.traineddata").stat().st_size, 0))
    model.write(folder / "eng.traineddata")
    lines = [line.to_image_data() for line in tn.render(tn.english_text(), list(FONTS), xsize=1200)]
    pages = (lines * (LINES // len(lines) + 1))[:LINES]
    Document(pages).write(folder / "lines.lstmf")


def _row(page: Page, path: Path, selector: str, runs: int) -> Row:
    """Open a file some times; the first time counts on its own, for its code is loaded then."""
    taken = [float(page.evaluate(_OPEN, [path.name, selector])) / 1000 for _ in range(runs + 1)]
    size = path.stat().st_size / 1e6
    note = f"{size:.0f} MB; the first time {taken[0]:.2f}, longest {max(taken):.2f}; goal: 1 s"
    return Row(f"opening {path.name} in JupyterLab", "s", median(taken[1:]), note=note)
