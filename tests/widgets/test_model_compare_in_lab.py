"""Two models side by side in a real JupyterLab: read, sifted and looked through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import Lab, ask_cell, open_browser, open_notebook, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

#: Both are the installed English model; the outputs of some letters of the second one are held down.
MAKE = """\
import tessnb as tn
lines = tn.render(tn.english_text()[:1500], ["DejaVu Sans", "Liberation Serif"], xsize=1500)
a, b = tn.load_model("eng"), tn.load_model("eng", trainable=True)
top = b.record.network.stack[-1].weights
for letter in "eo1.":
    top.values[b.encoder.encode_text(letter)[1], -1] -= 9.0"""
SHOW = """\
comparison = tn.ModelCompare(a, b, lines, names=("eng", "<b>held down</b>"))
comparison"""
ASK = "print('line', comparison.line, comparison.state)"


def test_two_models_are_compared(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1000) as page:
        open_notebook(page, lab, "compare", [MAKE, SHOW, ASK])
        run_cell(page, 0)
        run_cell(page, 1)
        page.wait_for_selector(".tessnb-compare-rates", timeout=300_000)
        page.wait_for_selector(".tessnb-compare-image img", timeout=120_000)
        assert page.locator(".tessnb-status b").all_inner_texts() == ["eng", "<b>held down</b>"]
        assert "A is better" in page.locator(".tessnb-compare-rates").inner_text()
        rows = page.locator(".tessnb-compare .tessnb-row")
        page.get_by_role("button", name="A right, B wrong").click()
        page.wait_for_selector(".tessnb-compare-image img", timeout=120_000)
        first = rows.first
        assert first.locator(".tessnb-mod-right").count() == 1
        assert first.locator(".tessnb-mod-wrong").count() == 1
        assert first.locator(":is(ins, del, mark)").count() >= 1
        assert rows.count() < 15

        list_box = page.locator(".tessnb-compare .tessnb-rows")
        list_box.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        number = rows.nth(1).locator(".tessnb-compare-number").inner_text()
        ask_cell(page, 2, f"line {number} done".__eq__)
        list_box.focus()
        page.keyboard.press("4")
        page.get_by_role("button", name="largest difference first").click()
        page.get_by_role("button", name="read differently").click()
        page.wait_for_function(
            "[...document.querySelectorAll('.tessnb-row')].slice(0, 5).every(e => e.querySelector('img'))",
            timeout=120_000,
        )
        photograph_themes(page, ".jp-Notebook .tessnb-widget", "compare", tmp_path)
