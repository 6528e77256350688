"""The editor of character sets in a real JupyterLab: searched, changed, undone and written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import Lab, ask_cell, open_browser, open_notebook, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

SHOW = """\
import tessnb as tn
editor = tn.CharsetEditor(tn.load_model("eng"), text="Harvey's ±1.31 POPSET, ½ ⅓ of 10 € at “Café” שלום")
editor"""
ASK = "print(*editor.draft.added, *editor.draft.removed)"
READ = 'print(tn.CharsetEditor("mine.traineddata").draft.unichars == editor.draft.unichars)'


def test_characters_are_added_and_removed(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1000) as page:
        open_notebook(page, lab, "charset", [SHOW, ASK, READ])
        run_cell(page, 0)
        page.wait_for_selector(".tessnb-charset .tessnb-row", timeout=300_000)
        rows = page.locator(".tessnb-charset .tessnb-row")
        assert rows.count() < 25
        status = page.locator(".tessnb-charset .tessnb-status")
        assert "109 characters" in status.inner_text()

        page.get_by_title("Add ±").click()
        page.get_by_text("1 added").wait_for(timeout=60_000)
        entry = page.get_by_label("Characters to add")
        entry.fill("½ ⅓")
        entry.press("Enter")
        page.get_by_text("3 added").wait_for(timeout=60_000)

        search = page.get_by_label("Search characters")
        search.fill("U+007A")
        page.wait_for_function("document.querySelectorAll('.tessnb-row').length == 1")
        search.press("ArrowDown")
        page.keyboard.press("Space")
        assert rows.first.get_attribute("aria-selected") == "true"
        page.keyboard.press("Delete")
        page.get_by_text("1 removed").wait_for(timeout=60_000)
        page.keyboard.press("Control+z")
        page.wait_for_function("!document.querySelector('.tessnb-status').innerText.includes('removed')")
        page.keyboard.press("Control+y")
        page.get_by_text("1 removed").wait_for(timeout=60_000)
        search.fill("")
        ask_cell(page, 1, "± ½ ⅓ z".__eq__)

        name = page.get_by_label("Name of the new file")
        name.fill("mine.traineddata")
        page.get_by_role("button", name="Write", exact=True).click()
        page.get_by_text("Written: mine.traineddata").wait_for(timeout=120_000)
        run_cell(page, 2)
        page.locator(".jp-Cell:nth-child(3) .jp-OutputArea-output").get_by_text("True").wait_for(
            timeout=120_000
        )
        page.get_by_label("Which").select_option("changed")
        page.wait_for_function("document.querySelectorAll('.tessnb-row').length == 4")
        page.get_by_label("Which").select_option("all")
        page.get_by_label("Order").select_option("count")
        page.wait_for_function("document.querySelectorAll('.tessnb-row').length > 10")
        rows.nth(1).click()
        photograph_themes(page, ".jp-Notebook .tessnb-widget", "charset", tmp_path)
