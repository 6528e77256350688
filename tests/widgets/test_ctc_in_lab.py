"""The CTC plot in a real JupyterLab, in a real Chromium: operated by clicks and keys, in both themes.

The pictures are left in the folder that ``TESSNB_PICTURES`` names, if it does.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.lab import Lab, ask_cell, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

CELLS = (
    """\
import tessnb as tn
lines = list(tn.render("Harvey's 131 POPSET books\\nthe <b>all</b> of Hallee", ["DejaVu Sans"], xsize=1000))
lines[0].transcription = "Harvey's 131 POPSIT books"
plot = tn.CTCPlot(lines, {"fast": "eng", "float": tn.load_model("eng", trainable=True)})
plot""",
    "print(plot.index, plot.model, plot.show, plot.alignment.text)",
    """\
from IPython.display import HTML
HTML(plot._repr_mimebundle_()[0]["text/html"])""",
    """\
run = tn.train_from_scratch(
    tn.make_starter(tn.english_text()), lines, net_spec="[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lbx32 O1c1]",
    learning_rate=0.006, target_error_rate=-1,
)
followed = tn.CTCPlot(lines[0], run.start(), moments=10)
followed""",
    "run.stop(); print(len(followed.iterations), run.progress.counters.training, followed.iteration)",
)
PLOT = ".tessnb-plot"


def says(page: Page, text: str, cell: int = 1) -> None:
    """Wait until something is said of the place under the cursor."""
    page.wait_for_function(
        "([text, cell]) => document.querySelectorAll('.jp-Cell')[cell]"
        ".querySelector('.tessnb-plot-said')?.innerText.includes(text)",
        arg=[text, cell - 1],
        timeout=60_000,
    )


def test_a_line_is_looked_at(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1300) as page:
        open_notebook(page, lab, "ctc", CELLS)
        run_cell(page, 0)
        page.wait_for_selector(f"{PLOT} canvas", timeout=300_000)
        board, plot = page.locator(".jp-Notebook .tessnb-widget").first, page.locator(PLOT).first
        says(page, "DejaVu Sans")

        # The pointer: the peak of the E that the truth does not have.
        box = plot.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 72 + 0.688 * (box["width"] - 73), box["y"] + 330)
        says(page, "wanted")
        photograph_themes(page, ".jp-Notebook .tessnb-widget", "ctc", tmp_path)

        # Keys: to the first peaks, to the blank behind one.
        plot.focus()
        page.keyboard.press("Home")
        says(page, "step 0")
        page.keyboard.press("Shift+ArrowRight")
        says(page, "H 1.00 at x =")
        says(page, "“H” wins")
        first = int(plot.get_attribute("aria-valuenow") or "-1")
        page.keyboard.press("ArrowRight")
        assert int(plot.get_attribute("aria-valuenow") or "-1") == first + 1
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        says(page, "Blank between “H” and “a”")
        page.keyboard.press("+")
        page.keyboard.press("+")
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "ctc-zoomed.png")
        page.keyboard.press("0")

        # Buttons, and what they change in Python.
        board.get_by_role("button", name="difference").click()
        says(page, "wanted")
        page.mouse.move(box["x"] + 72 + 0.69 * (box["width"] - 73), box["y"] + 312)
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "ctc-difference.png")
        board.get_by_role("button", name="targets").click()
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "ctc-targets.png")
        board.get_by_label("Model").select_option("float")
        board.get_by_role("button", name="Next line").click()
        page.wait_for_function(
            "[...document.querySelectorAll('.tessnb-ctc-text')].some(x => x.innerText.includes('Hallee'))",
            timeout=60_000,
        )
        assert "<b>all</b>" in (page.locator(".tessnb-ctc-texts").first.text_content() or "")
        assert board.get_by_role("button", name="Next line").is_disabled()
        board.get_by_text("The line as a table").click()
        rows = board.locator(".tessnb-ctc-table tbody tr")
        expect(rows).to_have_count(len("the <b>all</b> of Hallee"))
        assert rows.first.inner_text().split("\t")[:2] == ["t", "t"]
        ask_cell(page, 1, "1 float targets the <b>all</b> of Hallee".__eq__)
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "ctc-line-2.png")

        run_cell(page, 2)
        picture = page.locator(".jp-Cell:nth-child(3) .jp-RenderedHTML img")
        picture.wait_for(timeout=120_000)
        assert picture.evaluate("image => image.naturalWidth") == 960
        photograph(page, ".jp-Cell:nth-child(3)", tmp_path / "ctc-still.png")


def test_a_line_is_followed_through_training(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1300) as page:
        open_notebook(page, lab, "ctc-run", [CELLS[0], *CELLS[3:]])
        run_cell(page, 0)
        run_cell(page, 1)
        widget = page.locator(".jp-Cell:nth-child(2) .tessnb-widget")
        slider = widget.get_by_label("Training iteration")
        slider.wait_for(timeout=300_000)
        page.wait_for_function(
            "document.querySelectorAll('.jp-Cell')[1].querySelector('input[type=range]').max >= 4",
            timeout=300_000,
        )
        newest = widget.locator(".tessnb-ctc-moment").inner_text()
        assert widget.get_by_role("button", name="newest").get_attribute("aria-pressed") == "true"
        slider.focus()
        page.keyboard.press("Home")
        page.wait_for_function(
            "newest => document.querySelectorAll('.jp-Cell')[1]"
            ".querySelector('.tessnb-ctc-moment').innerText !== newest",
            arg=newest,
            timeout=60_000,
        )
        assert widget.get_by_role("button", name="newest").get_attribute("aria-pressed") == "false"
        photograph(page, ".jp-Cell:nth-child(2) .tessnb-widget", tmp_path / "ctc-followed.png")
        widget.get_by_role("button", name="newest").click()
        says(page, "iteration", 2)
        moments, trained, _ = ask_cell(page, 2, lambda said: said.endswith(" -1")).split()
        assert 4 <= int(moments) <= 10
        assert int(trained) > 0
