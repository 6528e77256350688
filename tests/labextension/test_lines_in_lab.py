"""Files of lines in a real JupyterLab: opened from the file browser, looked through, corrected, saved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tessnb.formats.boxfile import read_boxes
from tessnb.formats.lstmf import Document, ImageData
from tessnb.formats.lstmf_file import DocumentFile
from tests.conftest import EnglishSet
from tests.lab import Lab, open_browser, photograph_themes
from tests.labextension.viewers import VIEWER, is_dirty, open_file, reload, shown
from tests.widgets.test_box_viewer_in_lab import ENGLISH, make_pages

pytestmark = pytest.mark.xdist_group("lab")

FOLDER = "lines opened"
MANY = 10_000
#: Breaks out of a text, an attribute and a comment; turns the direction.
HOSTILE = "\"'--><img src=x onerror=document.body.innerHTML='obeyed'><script>x\u202egpj"


def report(iteration: int, bcer: float, more: str = "") -> str:
    """A line of `lstmtraining`."""
    return (
        f"At iteration {iteration * 9 // 10}/{iteration}/{iteration}, Mean rms={bcer / 20:.3f}%, "
        f"delta={bcer / 3:.3f}%, BCER train={bcer:.3f}%, BWER train={min(100, 2.5 * bcer):.3f}%, "
        f"skip ratio=0.1%, {more}\n"
    )


def log_text() -> str:
    """A training that falls, diverges once, and is evaluated now and then."""
    found = []
    for step in range(1, 120):
        error = 95 * 0.955**step + 0.4 + (0.3 if step % 7 == 0 else 0)
        more = " New best BCER = 1 wrote checkpoint."
        if step % 10 == 0:
            rates = f"BCER eval={error * 1.3 + 0.5:.3f}, BWER eval={error * 3:.3f}"
            more += f"At iteration {step * 90}, stage 0, {rates}"
        if step == 60:
            more += "\nDivergence! Reverted to iteration 4500/5000/5000\nReduced learning rate to :0.0005\n"
        found.append(report(100 * step, error, more))
    return "".join(found)


@pytest.fixture(scope="module")
def folder(lab: Lab, english: EnglishSet) -> Path:
    """A folder of the lab's root with a page and its boxes, documents of lines, lines as files, and a log."""
    folder = lab.root / FOLDER
    (folder / "truth").mkdir(parents=True)
    make_pages(folder, "page", ENGLISH, "DejaVu Sans", 1800, 900)
    real = [page for page in DocumentFile(english.file("DejaVu Sans", ".lstmf")) if page]
    Document([*real]).write(folder / "real.lstmf")
    small = [ImageData(image_data=page.image_data, transcription=page.transcription) for page in real]
    small = [min(small, key=lambda page: len(page.image_data))] * MANY
    pages = [ImageData(image_data=page.image_data, transcription=f"№ {n}") for n, page in enumerate(small, 1)]
    Document([*pages]).write(folder / "many.lstmf")
    for number, page in enumerate(real[:12], 1):
        (folder / "truth" / f"line{number:02}.png").write_bytes(page.image_data)
        (folder / "truth" / f"line{number:02}.gt.txt").write_text(f"{page.transcription}\n", encoding="utf-8")
    (folder / "truth" / "line03.png").unlink()
    (folder / "training.log").write_text(log_text())
    hostile = f"Can't encode transcription: '\x1b[31m{HOSTILE}' in language '{HOSTILE}'\n"
    hostile += report(100, 50, f"New best BCER = 50 wrote best model:{HOSTILE} wrote checkpoint.")
    (folder / f"{HOSTILE}.log").write_text(hostile)
    return folder


def pictures_have_come(viewer: Locator) -> None:
    """Wait until pictures have come, and a little for the others in sight."""
    expect(viewer.locator(".tessnb-line-row img").first).to_be_visible()
    viewer.page.wait_for_timeout(400)


def test_boxes_are_corrected_beside_their_page(lab: Lab, folder: Path, tmp_path: Path) -> None:
    path = folder / "page.box"
    before = [box for box in read_boxes(path) if box.page == 0]
    with open_browser(width=1400, height=1000) as page:
        page.goto(lab.url(f"lab/tree/{FOLDER}"))
        viewer = open_file(page, "page.box")
        cells = viewer.get_by_role("gridcell")
        expect(cells).to_have_count(len(before))
        photograph_themes(page, VIEWER, "boxes-viewer", tmp_path)

        cells.nth(4).click()
        text = viewer.get_by_label("Text", exact=True)
        expect(text).to_have_value(before[4].text)
        text.fill("½")
        text.press("Enter")
        is_dirty(page, True)
        assert read_boxes(path)[: len(before)] == before
        page.keyboard.press("Control+s")
        expect(viewer.get_by_text("Saved page.box")).to_be_visible()
        is_dirty(page, False)
        assert [box.text for box in read_boxes(path)][4] == "½"

        # The menu saves, too; and after a reload the file is open again, as it is on disk.
        cells.nth(6).click()
        expect(text).to_have_value(before[6].text)
        text.fill("¾")
        text.press("Enter")
        is_dirty(page, True)
        page.get_by_role("menuitem", name="File", exact=True).click()
        page.locator(".lm-Menu-item[data-command='docmanager:save']").click()
        is_dirty(page, False)
        assert [box.text for box in read_boxes(path)][4:7:2] == ["½", "¾"]
        reload(page, lab, f"{FOLDER}/page.box")
        viewer = shown(page, "page.box")
        expect(viewer.get_by_role("gridcell").nth(6)).to_have_text("¾")


def test_many_lines_are_looked_through(lab: Lab, folder: Path, tmp_path: Path) -> None:
    with open_browser(width=1400, height=1000) as page:
        page.goto(lab.url(f"lab/tree/{FOLDER}"))
        viewer = open_file(page, "many.lstmf")
        expect(viewer.get_by_text("10 000 lines")).to_be_visible()
        rows = viewer.locator(".tessnb-line-row")
        expect(rows.first).to_contain_text("№ 1")
        assert rows.count() < 40
        place = viewer.get_by_label("Go to line")
        place.fill("9990")
        place.press("Enter")
        expect(viewer.locator(".tessnb-line-words")).to_have_text("№ 9990")
        viewer.get_by_role("listbox").press("End")
        expect(viewer.locator(".tessnb-line-words")).to_have_text("№ 10000")
        pictures_have_come(viewer)
        assert rows.count() < 40

        page.locator(".jp-DirListing-item:has-text('real.lstmf')").dblclick()
        viewer = shown(page, "real.lstmf")
        lines = DocumentFile(folder / "real.lstmf")
        viewer.locator(".tessnb-line-row").nth(2).click()
        third = lines[2]
        assert third is not None
        expect(viewer.locator(".tessnb-line-words")).to_have_text(third.transcription)
        expect(viewer.locator(".tessnb-line-stage rect")).to_have_count(len(third.boxes))
        pictures_have_come(viewer)
        photograph_themes(page, VIEWER, "lines-viewer", tmp_path)


def test_transcriptions_are_corrected_one_after_the_other(lab: Lab, folder: Path, tmp_path: Path) -> None:
    truth = folder / "truth"
    texts = [path.read_text(encoding="utf-8") for path in sorted(truth.glob("*.gt.txt"))]
    with open_browser(width=1400, height=1000) as page:
        page.goto(lab.url(f"lab/tree/{FOLDER}/truth"))
        viewer = open_file(page, "line02.gt.txt")
        text = viewer.get_by_label("What the line says")
        expect(text).to_have_value(texts[1].strip())
        expect(viewer.get_by_text("2 of 12")).to_be_visible()

        # Enter saves and goes on.
        text.fill("Corrected ½")
        is_dirty(page, True)
        expect(viewer.get_by_text("edited")).to_be_visible()
        text.press("Enter")
        expect(viewer.get_by_text("3 of 12")).to_be_visible()
        expect(viewer.get_by_text("no image beside this transcription")).to_be_visible()
        is_dirty(page, False)
        assert (truth / "line02.gt.txt").read_text(encoding="utf-8") == "Corrected ½\n"

        # What is typed stays while others are looked at, and is saved with them; Escape takes it back.
        text.press("PageDown")
        expect(text).to_have_value(texts[3].strip())
        text.fill("four")
        viewer.locator(".tessnb-line-row").nth(4).click()
        expect(text).to_have_value(texts[4].strip())
        text.fill("five")
        viewer.get_by_role("button", name="Next ›").click()
        text.fill("six")
        text.press("Escape")
        expect(text).to_have_value(texts[5].strip())
        pictures_have_come(viewer)
        photograph_themes(page, VIEWER, "truth-viewer", tmp_path)
        viewer.get_by_role("button", name="Save 2 files").click()
        expect(viewer.get_by_text("Saved 2 files.")).to_be_visible()
        now = [path.read_text(encoding="utf-8") for path in sorted(truth.glob("*.gt.txt"))]
        assert now == [texts[0], "Corrected ½\n", texts[2], "four\n", "five\n", *texts[5:]]

        # What somebody else wrote meanwhile is not overwritten.
        (truth / "line06.gt.txt").write_text("theirs\n")
        text.fill("mine")
        page.keyboard.press("Control+s")
        expect(viewer.get_by_role("alert")).to_contain_text("changed on disk")
        is_dirty(page, True)
        viewer.get_by_role("button", name="Revert").click()
        expect(text).to_have_value("theirs")
        is_dirty(page, False)
        reload(page, lab, f"{FOLDER}/truth/line02.gt.txt")
        viewer = shown(page, "line02.gt.txt")
        expect(viewer.get_by_label("What the line says")).to_have_value("Corrected ½")


def open_chart(page: Page, name: str) -> Locator:
    """Open a log as a chart; return what is shown of it."""
    page.locator(".jp-DirListing-item", has_text=name).click(button="right")
    page.locator(".lm-Menu-item", has_text="Open With").click()
    page.locator(".lm-Menu-item", has_text="Training chart").click()
    return shown(page, name)


def test_a_log_is_a_chart(lab: Lab, folder: Path, tmp_path: Path) -> None:
    path = folder / "training.log"
    with open_browser(width=1400, height=1000) as page:
        page.goto(lab.url(f"lab/tree/{FOLDER}"))
        viewer = open_chart(page, "training.log")
        chart = viewer.locator(".tessnb-log-chart svg")
        expect(chart).to_have_attribute("aria-label", re.compile(r"from 91\.\d % to 1\.\d\d %"))
        expect(viewer.locator(".tessnb-log-events .tessnb-mod-diverged")).to_contain_text("Divergence")
        expect(viewer.locator(".tessnb-log-dot.tessnb-mod-held-out")).to_have_count(11)
        reading = viewer.locator(".tessnb-log-reading")
        viewer.locator(".tessnb-log-chart").press("Home")
        expect(reading).to_contain_text("iteration 100")
        viewer.locator(".tessnb-log-chart").press("ArrowRight")
        expect(reading).to_contain_text("iteration 200")
        viewer.get_by_text("The last reports (25)").click()
        expect(viewer.get_by_role("row", name="11 900")).to_be_visible()
        photograph_themes(page, VIEWER, "log-viewer", tmp_path)

        viewer.get_by_role("button", name="words").click()
        expect(chart).to_have_attribute("aria-label", re.compile("^Word error"))
        with path.open("a") as log:  # the training goes on
            log.write(report(12_000, 0.25))
        expect(viewer.locator(".tessnb-log-figures")).to_contain_text("at 12 000, training")

        viewer = open_chart(page, HOSTILE)  # one that is made to do harm is shown as any other
        figures = viewer.locator(".tessnb-log-figures")
        expect(figures).to_have_text(re.compile("at 100, training.*1lines skipped"))
        name = viewer.locator(".tessnb-log-title b")
        assert name.text_content() == f"{HOSTILE}.log"
        assert name.evaluate("each => getComputedStyle(each).unicodeBidi") == "isolate"
        (folder / f"{HOSTILE}.log").write_text("nothing\n")
        expect(viewer).to_contain_text(r"<script>x\u202egpj.log: not a log of lstmtraining")
        expect(viewer.locator("img, script")).to_have_count(0)
