"""All that the extension asks of the server, behind a base URL and over a line that breaks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import tessnb as tn
from tessnb.formats.boxfile import BoxChar, read_boxes, write_boxes
from tests.conftest import EnglishSet
from tests.lab import Lab, open_browser, photograph_themes
from tests.labextension.conftest import Line, serve_at_base
from tests.labextension.viewers import VIEWER, is_dirty, open_file

pytestmark = pytest.mark.xdist_group("lab")

TINY_NET = "[1,24,0,1 Mp3,3 Lfys8 Lbx8 O1c1]"


def write_page(folder: Path, name: str) -> Path:
    """Write a line's image and its boxes."""
    (line,) = tn.render("one two", ["DejaVu Sans"], xsize=700, ysize=600)
    (folder / f"{name}.png").write_bytes(line.to_image_data().image_data)
    places = zip(line.box_texts, line.boxes.tolist(), strict=True)
    write_boxes(folder / f"{name}.box", [BoxChar(text, *place) for text, place in places])
    return folder / f"{name}.box"


def first_text(path: Path) -> str:
    return read_boxes(path)[0].text


def correct(viewer: Locator, text: str) -> None:
    """Give the first box another text."""
    viewer.get_by_role("gridcell").first.click()
    field = viewer.get_by_label("Text", exact=True)
    field.fill(text)
    field.press("Enter")


def open_page(page: Page, line: Line, name: str) -> Locator:
    """Open a page with boxes, over a line; what JupyterLab itself says of a broken one is put away."""
    dialog = page.locator(".jp-Dialog", has_text="Server Connection Error")
    page.add_locator_handler(dialog, lambda shown: shown.get_by_role("button", name="Close").click())
    page.goto(line.lab.url("lab"))
    viewer = open_file(page, f"{name}.box")
    expect(viewer.get_by_role("gridcell")).to_have_count(7)
    return viewer


def test_behind_a_base_url(lab_at_base: Lab, english: EnglishSet) -> None:
    """A model, lines, the boxes of a page that are corrected and saved, characters, and the trainings."""
    root = lab_at_base.root
    shutil.copy(english.starter, root / "starter.traineddata")
    shutil.copy(english.file("DejaVu Sans", ".lstmf"), root / "lines.lstmf")
    boxes = write_page(root, "page")
    lines = list(tn.render("ab ba", ["DejaVu Sans"], xsize=700))
    starter = tn.make_starter("ab")
    (root / "few.unicharset").write_bytes(starter["lstm-unicharset"])
    tn.train_from_scratch(
        starter, lines, net_spec=TINY_NET, max_iterations=3, model_output=root / "run"
    ).start().wait()
    with open_browser() as page:
        page.goto(lab_at_base.url("lab"))
        expect(open_file(page, "starter.traineddata")).to_contain_text("lstm-unicharset")
        viewer = open_file(page, "lines.lstmf")
        viewer.locator(".tessnb-line-row img").first.wait_for()
        viewer = open_file(page, "page.box")
        expect(viewer.get_by_role("gridcell")).to_have_count(7)
        correct(viewer, "½")
        is_dirty(page, True)
        page.keyboard.press("Control+s")
        is_dirty(page, False)
        assert first_text(boxes) == "½"
        viewer = open_file(page, "few.unicharset")
        viewer.get_by_label("Name of the new file").fill("more.unicharset")
        viewer.get_by_role("button", name="Write").click()
        expect(viewer.locator(".tessnb-charset-result")).to_have_text("Written: more.unicharset")
        page.locator(".jp-SideBar .lm-TabBar-tab[data-id='tessnb-trainings']").click()
        expect(page.locator("#tessnb-trainings .tessnb-run-card[data-path='run']")).to_contain_text(
            "finished"
        )


def test_an_edit_outlives_the_connection(line: Line) -> None:
    """What was done before the line broke, and what is typed while it is broken."""
    path = write_page(line.lab.root, "broken")
    with open_browser() as page:
        viewer = open_page(page, line, "broken")
        correct(viewer, "½")
        is_dirty(page, True)
        line.cut()
        said = viewer.get_by_role("alert").filter(has_text="The connection to the server is lost")
        said.wait_for()
        assert first_text(path) == "o"
        viewer.get_by_role("gridcell").nth(1).click()
        field = viewer.get_by_label("Text", exact=True)
        field.fill("¾")
        field.press("Enter")
        line.mend()
        said.wait_for(state="detached")
        expect(viewer.get_by_role("gridcell").nth(1)).to_have_text("¾")
        viewer.get_by_role("gridcell").nth(1).click()
        page.keyboard.press("Control+s")
        is_dirty(page, False)
    assert [box.text for box in read_boxes(path)[:3]] == ["½", "¾", "e"]


def test_what_a_new_server_does_not_know_can_be_copied(lab_at_base: Lab, line: Line, tmp_path: Path) -> None:
    """The file is as it was, and opens again."""
    path = write_page(lab_at_base.root, "restarted")
    with open_browser() as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        viewer = open_page(page, line, "restarted")
        correct(viewer, "½")
        is_dirty(page, True)
        line.cut()
        (tmp_path / "again").mkdir()
        with serve_at_base(tmp_path / "again", lab_at_base.root) as again:
            line.mend(again)
            alert = viewer.get_by_role("alert").filter(has_text="no longer open")
            expect(alert.get_by_label("What is not saved")).to_have_value("½ne two")
            alert.get_by_role("button", name="Copy").click()
            photograph_themes(page, VIEWER, "server-restarted", tmp_path)
            assert page.evaluate("navigator.clipboard.readText()") == "½ne two"
            expect(viewer.get_by_role("gridcell").first).to_have_text("½")
            assert first_text(path) == "o"
            alert.get_by_role("button", name="Open again").click()
            expect(page.locator(VIEWER).get_by_role("gridcell").first).to_have_text("o")
            is_dirty(page, False)
