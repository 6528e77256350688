"""The viewer of boxes in a real JupyterLab, in a real Chromium: mouse, keys, saving, both themes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tessnb.formats.boxfile import read_boxes, write_boxes
from tessnb.synthesis import find_fonts
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.rendering import render_font
from tests.conftest import HERE
from tests.lab import Lab, ask_cell, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

ENGLISH = (HERE / "data" / "english.txt").read_text(encoding="utf-8")
HEBREW = "שלום עולם, זהו מבחן (טוב)\nהמאה 27 abc מאוד\nעברית"
STATE = """\
import json
print("STATE" + json.dumps([viewer.changed, viewer.page, list(viewer.selection), viewer.text]))"""


def make_pages(folder: Path, name: str, text: str, font: str, xsize: int, ysize: int) -> Path:
    """Write a TIFF and its box file; return the TIFF."""
    (found,) = find_fonts(names=[font])
    made = render_font(text, found, RenderOptions(xsize=xsize, ysize=ysize), keep_pages=True)
    folder.joinpath(f"{name}.tif").write_bytes(made.tiff)
    write_boxes(folder / f"{name}.box", made.boxes)
    return folder / f"{name}.tif"


class Viewer:
    """What the tests do to the viewer in the first cell; the second cell prints its state in Python."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.wait_for_selector(".tessnb-boxes-row, .tessnb-boxes-empty", timeout=300_000)
        self.root = page.locator(".tessnb-boxes").first
        self.grid = self.root.get_by_role("grid")
        self.field = self.root.get_by_label("Text", exact=True)
        self.message = self.root.locator(".tessnb-boxes-message")

    def says(self, text: str) -> None:
        self.page.wait_for_function(
            "text => document.querySelector('.tessnb-boxes-message').innerText.includes(text)",
            arg=text,
        )

    def cells(self) -> list[str]:
        return self.grid.get_by_role("gridcell").all_inner_texts()

    def has_cells(self, count: int) -> None:
        self.page.wait_for_function(
            "count => document.querySelectorAll('.tessnb-boxes [role=gridcell]').length === count",
            arg=count,
        )

    def selected(self) -> str:
        return "|".join(self.grid.locator("[aria-selected=true]").all_inner_texts())

    def details(self) -> str:
        return self.root.locator(".tessnb-boxes-details").inner_text()

    def place_of_selection(self) -> list[int]:
        """Left, right, top, bottom as the details say."""
        parts = self.details().split("·")[1:3]
        return [int(value) for part in parts for value in part.strip()[2:].split("–")]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def is_drawn(self) -> None:
        """Wait until ink is to be seen on the page."""
        self.page.wait_for_function(
            """() => {
                const canvas = document.querySelector('.tessnb-boxes-page canvas');
                const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                let dark = 0;
                for (let at = 0; at < data.length; at += 4) {
                    dark += data[at] + data[at + 1] + data[at + 2] < 150 && data[at + 3] > 200;
                }
                return dark > 200;
            }""",
        )

    def becomes(self, is_right: Callable[..., object]) -> None:
        """Wait until Python has the right changed, page, selection and text."""

        def is_told(said: str) -> object:
            return is_right(*json.loads(said.partition("STATE")[2]))

        ask_cell(self.page, 1, is_told)


def open_viewer(page: Page, lab: Lab, name: str, *makes: str) -> Viewer:
    """Open a notebook: the first cell shows a viewer, the second tells its state, others show more."""
    cells = [f"import tessnb as tn\nviewer = tn.BoxViewer({make})\nviewer" for make in makes]
    open_notebook(page, lab, name, [cells[0], STATE, *cells[1:]])
    run_cell(page, 0)
    return Viewer(page)


def show_next(page: Page, cell: int) -> Viewer:
    """Show another viewer instead."""
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.wait_for_selector(".tessnb-boxes", state="detached")
    run_cell(page, cell)
    return Viewer(page)


def test_a_page_is_looked_at_and_corrected(lab: Lab, tmp_path: Path) -> None:
    image = make_pages(lab.root, "pages", ENGLISH * 2, "DejaVu Sans", 1800, 900)
    boxes = read_boxes(image.with_suffix(".box"))
    first = [box for box in boxes if box.page == 0]
    assert boxes[-1].page > 0
    with open_browser(width=1280, height=1000) as page:
        viewer = open_viewer(page, lab, "box-viewer", "'pages.tif'")
        viewer.has_cells(len(first))
        viewer.is_drawn()
        assert viewer.field.input_value() == first[0].text
        photograph_themes(page, ".tessnb-boxes", "boxes-page", tmp_path)

        # A click on the text finds the box, a click on the box the text; keys walk.
        viewer.grid.get_by_role("gridcell").nth(5).click()
        assert viewer.field.input_value() == first[5].text
        assert viewer.place_of_selection()[0] == first[5].left
        viewer.press("ArrowRight", "ArrowRight", "ArrowLeft")
        assert viewer.place_of_selection()[0] == first[6].left
        viewer.press("ArrowDown")
        assert viewer.details().startswith("line 2")

        # Words: move one by keys and by mouse, undo.
        viewer.press("2")
        page.wait_for_function("document.querySelectorAll('.tessnb-boxes [role=gridcell]').length < 150")
        viewer.press("Home", "ArrowUp")
        assert viewer.selected() == ENGLISH.split()[0]
        before = viewer.place_of_selection()
        viewer.press("d", "d", "Shift+D", "w")
        viewer.says("Not saved")
        page.wait_for_function(
            "left => document.querySelector('.tessnb-boxes-details').innerText.includes(`x ${left}–`)",
            arg=before[0] + 12,
        )
        page.wait_for_function(
            "top => document.querySelector('.tessnb-boxes-details').innerText.includes(`y ${top}–`)",
            arg=before[2] - 1,
        )
        assert viewer.place_of_selection() == [before[0] + 12, before[1] + 12, before[2] - 1, before[3] - 1]
        viewer.press("Control+z")
        viewer.says("No changes")
        assert viewer.place_of_selection() == before

        # The text of a word, then of the next, by Tab and Enter.
        viewer.press("Tab")
        viewer.field.fill("Thee")
        viewer.press("Enter")
        page.wait_for_function(
            "document.activeElement.value === 'ferry'"
        )  # in the text still, at the next word
        viewer.press("Escape")
        viewer.becomes(lambda changed, page, chosen, text: changed and text.startswith("Thee ferry left"))
        photograph(page, ".tessnb-boxes", tmp_path / "boxes-words.png")

        # Merge two words, split them again, take one away, bring it back.
        viewer.grid.focus()
        count = len(viewer.cells())
        viewer.press("m")
        viewer.has_cells(count - 1)
        assert viewer.field.input_value() == "ferryleft"
        viewer.press("x")
        viewer.has_cells(count)
        viewer.press("Delete")
        viewer.has_cells(count - 1)
        viewer.press("Control+z")
        viewer.has_cells(count)

        # A tab within a text is refused, with what to do; what was typed stays.
        viewer.press("1")
        viewer.has_cells(len(first) + 1)
        viewer.field.fill("a\tb")
        viewer.press("Enter")
        viewer.says("A space or tab within a character")
        assert viewer.field.input_value() == "a\tb"
        viewer.press("Escape")

        # Edges are dragged by the mouse; zoomed in first.
        viewer.press("Home", "+", "+", "+", "+")
        page.wait_for_timeout(500)  # until it is drawn
        before = viewer.place_of_selection()
        canvas = page.locator(".tessnb-boxes-page canvas").bounding_box()
        assert canvas is not None
        corner = page.evaluate("""() => {
            const canvas = document.querySelector('.tessnb-boxes-page canvas');
            const { width, height } = canvas;
            const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
            let [left, top, right, bottom] = [width, height, 0, 0];
            for (let y = 0; y < height; y++) {
                for (let x = 0; x < width; x++) {
                    const at = 4 * (y * width + x);
                    if (data[at] === 0 && data[at + 1] === 114 && data[at + 2] === 178) {
                        [left, right] = [Math.min(left, x), Math.max(right, x)];
                        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
                    }
                }
            }
            return [left, top, right, bottom];
        }""")
        x, y = canvas["x"] + corner[2] - 3, canvas["y"] + (corner[1] + corner[3]) / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 10, y + 3)
        page.mouse.move(x + 40, y + 3)
        page.mouse.up()
        page.wait_for_function(
            "right => !document.querySelector('.tessnb-boxes-details').innerText.includes(`–${right}  `)",
            arg=before[1],
        )
        left, right, top, bottom = viewer.place_of_selection()
        assert (left, top, bottom) == (before[0], before[2], before[3])
        assert right > before[1] + 10

        # Saved by keys; read back it is what Python has; the other page is there.
        viewer.press("Control+s")
        viewer.says("Saved pages.box")
        saved = read_boxes(image.with_suffix(".box"))
        assert "".join(box.text for box in saved[:5]) == "Thee "
        assert saved[0].right == right
        assert [box for box in saved if box.page] == [box for box in boxes if box.page]
        viewer.becomes(lambda changed, *_: changed is False)
        viewer.grid.focus()
        viewer.press("PageDown")
        viewer.has_cells(sum(box.page == 1 for box in boxes))
        viewer.is_drawn()
        viewer.becomes(lambda changed, page, *_: page == 1)

        # Somebody else changes the file: ours is not written over it.
        with image.with_suffix(".box").open("a") as file:
            file.write("x 1 1 2 2 7\n")
        viewer.grid.focus()
        viewer.press("d", "Control+s")
        viewer.says("Changed on disk since it was opened")
        photograph(page, ".tessnb-boxes", tmp_path / "boxes-refused.png")
        assert image.with_suffix(".box").read_text().endswith("x 1 1 2 2 7\n")


def test_right_to_left_text_a_line_and_an_empty_page(lab: Lab, tmp_path: Path) -> None:
    make_pages(lab.root, "hebrew", HEBREW, "DejaVu Sans", 900, 480)
    make_pages(lab.root, "blank", "page", "DejaVu Sans", 900, 480)
    (lab.root / "blank.box").unlink()
    line = "tn.render('Harvey’s ±1.31 POPSET <b>', ['DejaVu Serif'], xsize=1400, ysize=300)"
    makes = ("'hebrew.box', level='words'", line, "'blank.tif', level='lines'")
    with open_browser(width=1280, height=1000) as page:
        viewer = open_viewer(page, lab, "boxes-hebrew", *makes)
        assert viewer.cells()[:2] == ["שלום", "עולם,"]
        row = viewer.grid.get_by_role("row").first
        left, right = (
            row.get_by_role("gridcell").nth(place).bounding_box() for place in (1, 0)
        )  # what is read first stands at the right
        assert left is not None
        assert right is not None
        assert left["x"] < right["x"]
        viewer.grid.focus()
        viewer.press("3")
        viewer.has_cells(3)
        viewer.press("Tab")
        assert viewer.field.input_value() == HEBREW.split("\n")[0]
        viewer.field.fill("שלום רב, זהו מבחן (טוב)")
        viewer.press("Enter")
        viewer.says("Not saved")
        viewer.becomes(lambda *told: told[3].split("\n")[0] == "שלום רב, זהו מבחן (טוב)")
        photograph_themes(page, ".tessnb-boxes", "boxes-hebrew", tmp_path)
        viewer.root.get_by_role("button", name="visual").click()
        page.wait_for_function(
            "document.querySelector('.tessnb-boxes [role=gridcell]').innerText.includes('םולש')"
        )
        photograph(page, ".tessnb-boxes", tmp_path / "boxes-visual.png")

        viewer = show_next(page, 2)
        viewer.becomes(lambda *told: told[3] == "Harvey’s ±1.31 POPSET <b>")
        photograph_themes(page, ".tessnb-boxes", "boxes-line", tmp_path)

        viewer = show_next(page, 3)
        assert "draw one" in viewer.grid.inner_text()
        photograph(page, ".tessnb-boxes", tmp_path / "boxes-empty.png")
        canvas = page.locator(".tessnb-boxes-page canvas")
        page.keyboard.down("Shift")
        canvas.hover(position={"x": 60, "y": 40})
        page.mouse.down()
        canvas.hover(position={"x": 200, "y": 70})
        page.mouse.up()
        page.keyboard.up("Shift")
        page.wait_for_selector(".tessnb-boxes-row")
        page.wait_for_function("document.activeElement.value === '~'")
        page.keyboard.type("page one")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "document.querySelector('.tessnb-boxes [role=gridcell]').innerText === 'page one'"
        )
        page.keyboard.press("Control+s")
        viewer.says("Saved blank.box")
    word, end = read_boxes(lab.root / "blank.box")
    assert (word.text, word.is_word, end.text) == ("page one", True, "\t")
    assert 0 < word.left < word.right
