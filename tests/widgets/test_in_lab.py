"""The dashboard in a real JupyterLab, in a real Chromium: shown, operated, photographed in both themes.

The pictures are left in the folder that ``TESSNB_PICTURES`` names, if it does.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import Page

from tests.lab import ROOT, Lab, open_browser, serve_lab

CELLS = (
    """\
import tessnb as tn
text = tn.english_text()
lines = tn.render(text, ["DejaVu Sans"], xsize=1000)
starter = tn.make_starter(text, lang="eng")
run = tn.train_from_scratch(
    starter, lines, net_spec="[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lbx32 O1c1]", learning_rate=0.006,
    target_error_rate=-1,  # it is to go on until it is stopped
)
dashboard = tn.TrainingDashboard(run, title="<i>Mine</i>")
dashboard""",
    """\
from IPython.display import HTML
HTML(dashboard._repr_mimebundle_()["text/html"])""",
    """\
import tessnb as tn
tn.NetSpecExplorer()""",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab over a folder with one notebook."""
    scratch, root = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("root")
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, root / "dashboard.ipynb")

    def command(flags: str) -> list[str]:
        return [str(ROOT / ".venv/bin/jupyter"), "lab", f"--ServerApp.root_dir={root}", *flags.split()]

    with serve_lab(scratch, command) as lab:
        yield lab


def run_cell(page: Page, index: int) -> None:
    """Run one cell."""
    page.evaluate(
        """index => {
            window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
            return window.jupyterapp.commands.execute('notebook:run-cell');
        }""",
        index,
    )


def status_holds(page: Page, text: str, seconds: float = 60) -> None:
    """Wait until the status line says something."""
    page.wait_for_function(
        "text => document.querySelector('.tessnb-status').innerText.includes(text)",
        arg=text,
        timeout=1000 * seconds,
    )


def photograph(page: Page, path: Path, what: str = ".tessnb-dashboard") -> Image.Image:
    """Take a picture of one widget alone."""
    page.locator(what).screenshot(path=path)
    if folder := os.environ.get("TESSNB_PICTURES"):
        shutil.copy(path, folder)
    with Image.open(path) as image:
        return image.convert("RGB")


def background(image: Image.Image) -> tuple[int, int, int]:
    """The commonest colour."""
    colours = image.getcolors(image.width * image.height)
    assert colours is not None
    return max(colours)[1]  # type: ignore[return-value]


def open_notebook(page: Page, lab: Lab) -> None:
    """Open the notebook and wait for its kernel."""
    page.goto(lab.url("lab/tree/dashboard.ipynb"))
    page.wait_for_selector(".jp-Notebook .cm-content", timeout=300_000)
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=300_000,
    )


def test_the_dashboard_lives_in_a_browser(lab: Lab, tmp_path: Path) -> None:
    complaints: list[str] = []
    with open_browser(width=1200, height=1000) as page:
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        open_notebook(page, lab)
        board = page.locator(".tessnb-dashboard")
        run_cell(page, 0)
        page.wait_for_selector(".tessnb-status", timeout=300_000)
        assert page.locator(".tessnb-status b").inner_text() == "<i>Mine</i>"
        status_holds(page, "new")
        assert board.get_by_role("button", name="Stop").is_disabled()

        board.get_by_role("button", name="Start").click()
        status_holds(page, "lines/s", 600)
        page.wait_for_selector(".tessnb-line img", timeout=300_000)
        width, height = page.locator(".tessnb-line img").evaluate(
            "image => [image.width, image.naturalHeight]"
        )
        assert width > 50
        assert height > 20
        page.wait_for_function("document.querySelectorAll('.bqplot path.line').length >= 3")
        page.wait_for_function(
            "[...document.querySelectorAll('.bqplot path.line')].some(path => path.getTotalLength() > 40)",
            timeout=300_000,
        )
        assert "mean character error (BCER) went from" in page.locator(".tessnb-legend").text_content()

        light = photograph(page, tmp_path / "dashboard-light.png")
        page.evaluate(
            "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
        )
        page.wait_for_selector("[data-jp-theme-light='false']", state="attached", timeout=120_000)
        time.sleep(1)
        dark = photograph(page, tmp_path / "dashboard-dark.png")
        assert min(background(light)) > 230
        assert max(background(dark)) < 60

        board.get_by_role("button", name="Pause").click()
        status_holds(page, "paused")
        board.get_by_role("button", name="Resume").click()
        status_holds(page, "running")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText.trim()") == "Stop"
        page.keyboard.press("Enter")
        status_holds(page, "stopped")
        assert board.get_by_role("button", name="Go on").is_enabled()
        board.get_by_text("The curve as a table").click()
        assert page.locator(".tessnb-dashboard .tessnb-table tbody tr").count() > 1

        run_cell(page, 1)
        picture = page.locator(".jp-RenderedHTML img")
        picture.wait_for(timeout=120_000)
        assert picture.evaluate("image => image.naturalWidth") == 640
        page.locator(".jp-Cell").nth(1).screenshot(path=tmp_path / "still.png")
        if folder := os.environ.get("TESSNB_PICTURES"):
            shutil.copy(tmp_path / "still.png", folder)
    assert [text for text in complaints if "bqplot" in text or "attribute" in text or "widget" in text] == []


def test_a_specification_is_explored(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1000) as page:
        open_notebook(page, lab)
        run_cell(page, 2)
        page.wait_for_selector(".tessnb-layers", timeout=300_000)
        assert page.locator(".tessnb-layers tbody tr:not(.tessnb-nested)").count() == 8
        photograph(page, tmp_path / "net-spec.png", ".tessnb-widget")
        entry = page.get_by_label("Network")
        entry.fill("[1,36,0,1 Ct3,3,16 Qp3,3]")
        page.wait_for_selector(".tessnb-spec mark", timeout=120_000)
        assert page.locator(".tessnb-spec mark").inner_text() == "Qp3,3"
        assert "no network element" in page.locator(".tessnb-failure").inner_text().lower()
        photograph(page, tmp_path / "net-spec-error.png", ".tessnb-widget")
        entry.fill("[1,36,0,1 Ct3,3,16 Mp3,3 Lfys32 O1c111]")
        page.wait_for_function("document.querySelectorAll('.tessnb-layers tbody > tr').length > 4")
        assert page.locator(".tessnb-spec").count() == 0
