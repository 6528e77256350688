"""The table of errors in a real JupyterLab: many rows, sifted, opened, marked, by mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.lab import Lab, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

CELLS = (
    """\
import tessnb as tn
text = "The <b>ferry</b> leaves\\nat 6:45, rain or\\nshine & tea"
lines = list(tn.render(text, ["DejaVu Sans", "FreeSerif"], xsize=900))
wrong = [tn.TrainingLine(line.image, line.transcription.replace("a", "o"), font=line.font, source="<i>.png")
         for line in lines]
result = tn.evaluate("eng", wrong)
table = tn.ErrorTable(result, title="<i>Mine</i>", save_to="marks.csv")
table""",
    "print(table.marks.mark.to_dict(), table.marks.correction.to_dict(), len(table.selected), table.query,"
    " table.rows.index.tolist(), open('marks.csv').read().count(chr(10)))",
    """\
few = lines * 20000
truths = [line.transcription for line in few]
reads = [text[:-1] + "x" if number % 3 else text for number, text in enumerate(truths)]
large = tn.compare_texts(truths, reads, font=[line.font for line in few])
big = tn.ErrorTable(large, few, title="Many")
big""",
    """\
image = lines[2].image
bad = [*lines[:2], tn.TrainingLine(image, "  edge ", font="x"), tn.TrainingLine(image, "₹ tea")]
checks = tn.ErrorTable(tn.preflight(bad, "eng"), title="Will it train?")
checks""",
    "print([line.transcription for line in checks.lines])",
)


def output_of(page: Page, cell: int) -> str:
    run_cell(page, cell)
    texts = page.locator(f".jp-Cell:nth-child({cell + 1}) .jp-OutputArea-output pre")
    texts.first.wait_for(timeout=120_000)
    return str(texts.first.inner_text())


def table_of(page: Page, cell: int) -> str:
    run_cell(page, cell)
    place = f".jp-Cell:nth-child({cell + 1}) .tessnb-errors"
    page.wait_for_selector(f"{place} .tessnb-errors-row:not(.tessnb-soft)", timeout=300_000)
    return place


def around(place: str) -> str:
    return place.replace(".tessnb-errors", ".tessnb-widget")


def count_is(page: Page, place: str, text: str) -> None:
    page.wait_for_function(
        "([place, text]) => document.querySelector(`${place} .tessnb-errors-count`).innerText"
        ".replaceAll('\\u202f', ' ') === text",
        arg=[place, text],
        timeout=120_000,
    )


@pytest.fixture(scope="module")
def page(lab: Lab) -> Iterator[Page]:
    """A notebook of which the first cell has been run."""
    with open_browser(width=1280, height=1100) as page:
        open_notebook(page, lab, "errors", CELLS)
        table_of(page, 0)
        yield page


def test_lines_are_looked_at_and_marked(page: Page, tmp_path: Path) -> None:
    place = ".jp-Cell:nth-child(1) .tessnb-errors"
    count_is(page, place, "6 rows")
    assert page.locator(f"{place} b").first.inner_text() == "<i>Mine</i>"
    page.wait_for_function(
        "place => [...document.querySelectorAll(`${place} .tessnb-errors-picture img`)]"
        ".filter(image => image.naturalWidth > 50).length === 6",
        arg=place,
        timeout=120_000,
    )
    assert page.locator(f"{place} .tessnb-differences mark").count() > 5

    query = page.get_by_label("Condition").first
    query.fill("cer >")
    page.locator(f"{place} .tessnb-failure:not([hidden])").wait_for(timeout=120_000)
    query.fill("font == 'FreeSerif'")
    count_is(page, place, "3 of 6 rows")
    query.fill("")
    count_is(page, place, "6 rows")
    page.locator(f"{place} .tessnb-row[aria-posinset='3'] .tessnb-differences").wait_for(timeout=120_000)

    rows = page.locator(f"{place} .tessnb-rows").first
    rows.focus()
    page.keyboard.press("Home")
    page.keyboard.press("x")  # JupyterLab would cut the cell
    page.locator(f"{place} .tessnb-errors-badge").first.wait_for(timeout=120_000)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    page.locator(f"{place} .tessnb-errors-edit").wait_for(timeout=120_000)
    page.keyboard.press("Control+a")
    page.keyboard.type("Right <b>")
    page.keyboard.press("Enter")
    page.locator(f"{place} .tessnb-errors-correction").first.wait_for(timeout=120_000)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    page.locator(f"{place} [data-mark='train']").wait_for(timeout=120_000)
    page.keyboard.press("w")
    page.locator(f"{place} [data-mark='wrong truth']").wait_for(timeout=120_000)
    page.get_by_role("button", name="Undo").first.click()
    page.locator(f"{place} [data-mark='train']").wait_for(timeout=120_000)
    rows.focus()
    page.keyboard.press(" ")
    page.locator(f"{place} [aria-selected='true']").wait_for(timeout=120_000)
    page.keyboard.press("Enter")
    page.locator(f"{place} .tessnb-detail-piece").first.wait_for(timeout=120_000)
    assert page.locator(f"{place} .tessnb-detail-text").count() == 2
    page.evaluate("() => document.activeElement.blur()")
    photograph_themes(page, around(place), "errors", tmp_path)
    said = output_of(page, 1)
    assert said.count("exclude") == said.count("train") == said.count("Right <b>") == 1
    assert " 1  [" in said  # selected; no condition
    assert said.strip().endswith("4")

    for view in ("Outputs over time", "Boxes"):
        page.locator(f"{place} .tessnb-detail").get_by_role("button", name=view).click()
        inside = page.locator(f"{place} .tessnb-detail-place .tessnb-widget")
        inside.wait_for(timeout=120_000)
        page.wait_for_function(
            "place => [...document.querySelectorAll(`${place} .tessnb-detail-place canvas`)]"
            ".some(canvas => canvas.width > 100 && canvas.clientWidth > 100)",
            arg=place,
            timeout=120_000,
        )
        photograph(page, f"{place} .tessnb-detail", tmp_path / f"errors-{view.split()[0].lower()}.png")

    page.locator(f"{place} .tessnb-errors-tabs button", has_text="confusions").click()
    page.locator(f"{place} .tessnb-errors-row", has_text="substituted").first.click()
    page.wait_for_function(
        "place => document.querySelector(`${place} .tessnb-errors-query`).value.includes('truth ==')",
        arg=place,
        timeout=120_000,
    )
    page.locator(f"{place} .tessnb-errors-here").first.wait_for(timeout=120_000)
    photograph_themes(page, around(place), "errors-places", tmp_path)


def test_a_hundred_thousand_rows(page: Page) -> None:
    place = table_of(page, 2)
    count_is(page, place, "120 000 rows")
    scroll = f"document.querySelector('{place} .tessnb-rows')"
    assert page.locator(f"{place} .tessnb-errors-row").count() < 30
    page.evaluate(f"{scroll}.scrollTop = {scroll}.scrollHeight / 2")
    page.wait_for_function(
        f"[...document.querySelectorAll('{place} .tessnb-errors-picture img')].length > 5",
        timeout=120_000,
    )
    assert page.locator(f"{place} .tessnb-errors-row").count() < 30
    page.locator(f"{place} .tessnb-rows").focus()
    page.keyboard.press("End")
    page.locator(f"{place} .tessnb-row[aria-posinset='120000'] .tessnb-errors-text").wait_for(timeout=120_000)
    page.locator(f"{place} .tessnb-errors-sorter", has_text="line").click()
    page.wait_for_function(
        "place => document.querySelector(`${place} .tessnb-row[aria-posinset='1'] .tessnb-errors-number`)"
        "?.innerText === '119999'",
        arg=place,
        timeout=120_000,
    )
    page.locator(f"{place} .tessnb-errors-titles input").first.fill("> 5")
    page.wait_for_function(
        "place => / of 120/.test(document.querySelector(`${place} .tessnb-errors-count`).innerText)",
        arg=place,
        timeout=120_000,
    )


def test_what_a_preflight_found_is_mended(page: Page, tmp_path: Path) -> None:
    place = table_of(page, 3)
    photograph_themes(page, around(place), "preflight", tmp_path)
    page.locator(f"{place} .tessnb-errors-mend select").select_option("edge_spaces")
    page.get_by_role("button", name="Mend").last.click()
    page.wait_for_function(
        "place => !document.querySelector(place).innerText.includes('edge_spaces')",
        arg=place,
        timeout=120_000,
    )
    assert "'edge'" in output_of(page, 4)
