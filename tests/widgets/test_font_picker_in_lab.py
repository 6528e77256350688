"""The font picker in a real JupyterLab: searched, sifted, and chosen from by clicks and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.lab import Lab, ask_cell, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

CELLS = (
    """\
import tessnb as tn
picker = tn.FontPicker("Harvey's ±1.31 POPSET ǅ <b>fi</b> ⅓")
picker""",
    "print(*picker.names, sep=' | ')",
    "picker.value = ['DejaVu Sans Mono']",
)


def chosen_is(page: Page, *names: str) -> None:
    """Ask the kernel until it says that these are chosen."""
    ask_cell(page, 1, " | ".join(names).__eq__)


def count_holds(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => document.querySelector('.tessnb-fonts-count').innerText.includes(text)",
        arg=text,
        timeout=120_000,
    )


def test_fonts_are_searched_and_chosen(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1000) as page:
        open_notebook(page, lab, "fonts", CELLS)
        run_cell(page, 0)
        page.wait_for_selector(".tessnb-fonts .tessnb-row", timeout=300_000)
        rows = page.locator(".tessnb-fonts .tessnb-row")
        page.wait_for_selector(".tessnb-fonts-percent", timeout=120_000)
        page.wait_for_selector(".tessnb-fonts-specimen img", timeout=120_000)
        assert rows.count() < 20  # only what is in sight exists
        assert page.locator(".tessnb-fonts b").count() == 0  # the text is no HTML

        search = page.get_by_label("Search fonts")
        search.fill("mono dejavu bold")
        page.wait_for_function("document.querySelectorAll('.tessnb-fonts .tessnb-row').length == 2")
        rows.first.click()
        count_holds(page, "1 of")
        chosen_is(page, "DejaVu Sans Mono Bold")

        search.fill("dejavu")
        search.press("ArrowDown")
        page.keyboard.press("End")
        page.keyboard.press("Space")
        count_holds(page, "2 of")
        chosen_is(page, "DejaVu Sans Mono Bold", "DejaVu Serif Semi-Condensed")
        assert rows.last.get_attribute("aria-selected") == "true"

        search.fill("")
        page.get_by_role("button", name="has all of my text").click()
        page.get_by_role("button", name="serif", exact=True).click()
        page.get_by_label("Weight").select_option("bold")
        page.wait_for_function(
            "[...document.querySelectorAll('.tessnb-fonts-percent')].every(e => e.innerText == '100 %')"
        )
        assert "Bold" in rows.first.inner_text()
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "fonts-sifted.png")
        search.fill("no such font")
        assert page.locator(".tessnb-fonts-empty").is_visible()
        page.get_by_role("button", name="Show all fonts").click()
        assert rows.first.is_visible()

        run_cell(page, 2)
        count_holds(page, "1 of")
        page.get_by_role("button", name="chosen only").click()
        page.wait_for_function("document.querySelectorAll('.tessnb-fonts .tessnb-row').length == 1")
        page.get_by_role("button", name="chosen only").click()
        page.get_by_label("Sample").fill("Grüße, Ωμέγα 10 €")
        page.get_by_label("Sample").press("Enter")
        page.wait_for_selector(".tessnb-fonts-specimen img", timeout=120_000)
        page.locator(".tessnb-fonts .tessnb-rows").focus()
        for _ in range(6):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        page.wait_for_function(
            "[...document.querySelectorAll('.tessnb-row')].slice(0, 9).every(e => e.querySelector('img'))",
            timeout=120_000,
        )
        photograph_themes(page, ".jp-Notebook .tessnb-widget", "fonts", tmp_path)
