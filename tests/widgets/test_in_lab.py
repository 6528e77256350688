"""The dashboard in a real JupyterLab, in a real Chromium: shown, operated, photographed in both themes.

The pictures are left in the folder that ``TESSNB_PICTURES`` names, if it does.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.lab import Lab, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

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
)
EXPLORER = """\
import tessnb as tn
tn.NetSpecExplorer()"""


def status_holds(page: Page, text: str, seconds: float = 60) -> None:
    """Wait until the status line says something."""
    page.wait_for_function(
        "text => document.querySelector('.tessnb-status').innerText.includes(text)",
        arg=text,
        timeout=1000 * seconds,
    )


def test_the_dashboard_lives_in_a_browser(lab: Lab, tmp_path: Path) -> None:
    complaints: list[str] = []
    with open_browser(width=1200, height=1000) as page:
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        open_notebook(page, lab, "dashboard", CELLS)
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

        photograph_themes(page, ".tessnb-dashboard", "dashboard", tmp_path)

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
        photograph(page, ".jp-Cell:nth-child(2)", tmp_path / "still.png")
    assert [text for text in complaints if "bqplot" in text or "attribute" in text or "widget" in text] == []


def test_a_specification_is_explored(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1000) as page:
        open_notebook(page, lab, "explorer", [EXPLORER])
        run_cell(page, 0)
        page.wait_for_selector(".tessnb-layers", timeout=300_000)
        assert page.locator(".tessnb-layers tbody tr:not(.tessnb-nested)").count() == 8
        photograph_themes(page, ".tessnb-widget", "net-spec", tmp_path)
        entry = page.get_by_label("Network")
        entry.fill("[1,36,0,1 Ct3,3,16 Qp3,3]")
        page.wait_for_selector(".tessnb-spec mark", timeout=120_000)
        assert page.locator(".tessnb-spec mark").inner_text() == "Qp3,3"
        assert "no network element" in page.locator(".tessnb-failure").inner_text().lower()
        photograph(page, ".tessnb-widget", tmp_path / "net-spec-error.png")
        entry.fill("[1,36,0,1 Ct3,3,16 Mp3,3 Lfys32 O1c111]")
        page.wait_for_function("document.querySelectorAll('.tessnb-layers tbody > tr').length > 4")
        assert page.locator(".tessnb-spec").count() == 0
