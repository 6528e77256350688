"""The layer viewer in a real JupyterLab, in a real Chromium: operated by clicks and keys, in both themes.

The pictures are left in the folder that ``TESSNB_PICTURES`` names, if it does.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.lab import Lab, ask_cell, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

CELLS = (
    """\
import tessnb as tn
lines = list(tn.render("Harvey's 131 POPSET books\\nof Hallee", ["DejaVu Sans"], xsize=1000))
viewer = tn.LayerViewer(lines, tn.load_model("eng", trainable=True))
viewer""",
    "print(viewer.layer, viewer.index, viewer.show)",
    """\
from IPython.display import HTML
HTML(viewer._repr_mimebundle_()[0]["text/html"])""",
)


def says(page: Page, text: str) -> None:
    """Wait until something is said of the layer or of a place in it."""
    page.wait_for_function(
        "x => document.querySelector('.tessnb-plot-said')?.innerText.includes(x)", arg=text, timeout=60_000
    )


def test_layers_are_looked_at(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1400, height=1300) as page:
        open_notebook(page, lab, "layers", CELLS)
        run_cell(page, 0)
        page.wait_for_selector(".tessnb-plot canvas", timeout=120_000)
        board, plot = page.locator(".jp-Notebook .tessnb-widget").first, page.locator(".tessnb-plot").first
        says(page, "weights of each filter")
        assert board.get_by_role("treeitem").count() == 9
        assert "ConvNL" in board.get_by_role("treeitem", selected=True).inner_text()
        assert board.locator(".tessnb-layers-table tbody tr").count() == 6
        assert "160 numbers, −0.988 to 0.988" in board.locator("figcaption").first.inner_text()
        photograph_themes(page, ".jp-Notebook .tessnb-widget", "layers", tmp_path)

        # By keys: a feature further down, along the line.
        plot.focus()
        page.keyboard.press("Home")
        page.keyboard.press("Shift+ArrowRight")
        says(page, "feature 0, row 0")
        says(page, "position 10; error")
        for _ in range(4):
            page.keyboard.press("Shift+ArrowDown")
        says(page, "feature 1, row 4")
        assert plot.get_attribute("aria-valuenow") == "10"
        page.keyboard.press("+")
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "layers-zoomed.png")
        page.keyboard.press("0")

        # Another layer, by click and by key; another line.
        item = board.get_by_role("treeitem")
        item.filter(has_text="Lfx96").click()
        says(page, "LSTM Lfx96")
        page.keyboard.press("ArrowDown")
        says(page, "RTLReversed RxLrx96")
        item.filter(has_text="Output").click()
        says(page, "Softmax")
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "layers-output.png")
        board.get_by_role("button", name="activations").click()
        board.get_by_role("button", name="Next line").click()
        ask_cell(page, 1, ":7 1 activations".__eq__)
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "layers-line-2.png")

        run_cell(page, 2)
        pictures = page.locator(".jp-Cell:nth-child(3) .jp-RenderedHTML img")
        pictures.nth(2).wait_for(timeout=120_000)
        photograph(page, ".jp-Cell:nth-child(3)", tmp_path / "layers-still.png")
