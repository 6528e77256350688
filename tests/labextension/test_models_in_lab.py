"""Files of models in a real JupyterLab: opened from the file browser, looked through, extracted, exported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tessnb.charset import WordPages
from tessnb.formats import CheckpointRecord, SquishedDawg, TrainedData, TrainedDataFile, Unicharset
from tests.conftest import EnglishSet
from tests.lab import Lab, open_browser, photograph_themes
from tests.labextension.viewers import VIEWER, open_file

pytestmark = pytest.mark.xdist_group("lab")

FOLDER = "models opened"
ENGLISH = Path("/usr/share/tesseract-ocr/5/tessdata/eng.traineddata")


@pytest.fixture(scope="module")
def folder(lab: Lab, trained: Path, english: EnglishSet) -> Path:
    """A folder of the lab's root with a large model, a starter, a checkpoint, and parts of models."""
    folder = lab.root / FOLDER
    folder.mkdir()
    shutil.copy(ENGLISH, folder)
    shutil.copy(english.starter, folder / "start.traineddata")
    shutil.copy(trained / "base_checkpoint", folder)
    shutil.copy(trained / "float.traineddata", folder)
    (folder / "broken.traineddata").write_bytes(b"\x18\0\0\0 nothing")
    eng, net = TrainedDataFile.open(folder / ENGLISH.name), TrainedDataFile.open(folder / "float.traineddata")
    eng.extract("lstm-number-dawg")
    eng.extract("lstm-unicharset")
    net.extract("lstm")
    checkpoint = CheckpointRecord.read(trained / "base_checkpoint")
    checkpoint.best_error_history = [96.1, 61.0, 24.5, 8.2, 3.1, 1.4]
    checkpoint.best_error_iterations = [100, 300, 400, 700, 1100, 1700]
    checkpoint.best_error_rates, checkpoint.best_iteration = (0.4, 0.9, 4.4, 1.4, 0.0), 1700
    checkpoint.write(folder / "curve_1.400000_1700_2100.checkpoint")
    return folder


def photograph_viewer(page: Page, name: str, folder: Path) -> None:
    """Take pictures of the viewer that is seen, in both themes."""
    photograph_themes(page, VIEWER, name, folder)


def test_a_model_is_looked_through(lab: Lab, folder: Path, tmp_path: Path) -> None:
    with open_browser(width=1400, height=1000) as page:
        page.goto(lab.url(f"lab/tree/{FOLDER}"))
        viewer = open_file(page, ENGLISH.name)
        expect(viewer.locator(".tessnb-components code")).to_have_text(list(TrainedData.read(ENGLISH)))
        expect(viewer.locator(".tessnb-network-box")).to_have_count(9)
        expect(viewer.get_by_role("row", name="Lfx192")).to_contain_text("memory, left to right")

        viewer.get_by_role("button", name="Extract lstm-recoder").click()
        expect(viewer.get_by_text("Written: eng.lstm-recoder")).to_be_visible()
        made = (folder / "eng.lstm-recoder").read_bytes()
        assert made == TrainedData.read(ENGLISH)["lstm-recoder"]
        expect(page.locator(".jp-DirListing-item", has_text="eng.lstm-recoder")).to_be_visible()
        viewer.get_by_role("button", name="Extract lstm-recoder").click()
        expect(viewer.get_by_text("such a file already")).to_be_visible()
        viewer.get_by_role("button", name="Show version").click()
        expect(viewer.locator("pre", has_text="4.00.00alpha")).to_be_visible()
        viewer.get_by_role("button", name="Show version").click()
        viewer.get_by_role("button", name="Extract lstm-punc-dawg").click()
        expect(viewer.get_by_text("Written: eng.lstm-punc-dawg")).to_be_visible()
        photograph_viewer(page, "model-overview", tmp_path)

        viewer.get_by_role("tab", name="Overview").press("ArrowRight")
        search = viewer.get_by_label("Search: a character")
        expect(viewer.locator(".tessnb-character-table .tessnb-row").nth(9)).to_be_visible()
        photograph_viewer(page, "model-characters", tmp_path)
        search.fill("dollar")
        search.press("Enter")
        expect(viewer.locator(".tessnb-character-table .tessnb-row")).to_have_count(1)
        expect(viewer.locator(".tessnb-character")).to_have_text("$")

        viewer.get_by_role("tab", name="Dictionaries").click()
        words = viewer.locator(".tessnb-word-table .tessnb-row")
        expect(words.nth(9)).to_be_visible()
        begin = viewer.get_by_label("Words that begin with")
        begin.fill("ferr")
        begin.press("Enter")
        data = TrainedData.read(ENGLISH)
        unicharset = Unicharset.from_bytes(data["lstm-unicharset"])
        pages = WordPages(SquishedDawg.from_bytes(data["lstm-word-dawg"]), unicharset)
        expect(viewer.get_by_text(f"{pages.count('ferr')} of ")).to_be_visible()
        assert words.first.inner_text() == pages.words("ferr")[0]
        photograph_viewer(page, "model-words", tmp_path)
        begin.fill("")
        begin.press("Enter")
        expect(viewer.locator(".tessnb-paged:visible [role=status]")).not_to_contain_text("of")
        list_of_words = viewer.get_by_role("listbox", name="Words")
        list_of_words.focus()
        page.keyboard.press("End")
        last = pages.words(first=len(pages) - 1)[0]
        expect(viewer.get_by_role("option", name=last, exact=True)).to_be_visible()
        viewer.get_by_label("Dictionary").select_option("lstm-punc-dawg")
        expect(viewer.locator(".tessnb-hole").first).to_have_text("word")
        photograph_viewer(page, "model-patterns", tmp_path)

        viewer.get_by_role("tab", name="Compare").click()
        viewer.get_by_role("button", name="Compare with").click()
        dialog = page.locator(".jp-Dialog")
        dialog.locator(".jp-DirListing-item", has_text="float.traineddata").click()
        expect(dialog.locator(".jp-DirListing-item", has_text="base_checkpoint")).to_have_count(0)
        dialog.locator(".jp-mod-accept").click()
        expect(viewer.get_by_text("components differ")).to_be_visible()
        expect(viewer.get_by_role("row", name="lstm-recoder")).to_contain_text("changed")
        photograph_viewer(page, "model-compare", tmp_path)

        viewer = open_file(page, "broken.traineddata")
        expect(viewer.get_by_role("alert")).to_contain_text("table of offsets")
        viewer = open_file(page, "start.traineddata")
        expect(viewer.get_by_text("None: a starter")).to_be_visible()


def test_a_checkpoint_and_a_network_become_models(
    lab: Lab, folder: Path, trained: Path, tmp_path: Path
) -> None:
    with open_browser(width=1400, height=1200) as page:
        page.goto(lab.url(f"lab/tree/{FOLDER}"))
        viewer = open_file(page, "base_checkpoint")
        expect(viewer.get_by_role("row", name="Characters (BCER)")).to_contain_text("%")
        expect(viewer.get_by_label("Characters", exact=True)).to_have_value(f"{FOLDER}/float.traineddata")
        viewer.get_by_role("button", name="int8").click()
        expect(viewer.get_by_label("Name of the model")).to_have_value("base_int")
        viewer.get_by_role("button", name="Export").click()
        expect(viewer.get_by_text("Written: base_int.traineddata")).to_be_visible()
        made, reference = (
            TrainedData.read(path) for path in (folder / "base_int.traineddata", trained / "int.traineddata")
        )
        assert made["lstm"] == reference["lstm"]
        photograph_viewer(page, "checkpoint", tmp_path)
        viewer.get_by_role("button", name="Export").click()
        expect(viewer.get_by_text("such a model already")).to_be_visible()
        viewer.get_by_label("Name of the model").fill("second")
        viewer.get_by_role("button", name="Export").click()
        expect(viewer.get_by_text("Written: second.traineddata")).to_be_visible()
        viewer.get_by_role("button", name="Open").click()
        viewer = page.locator(VIEWER)
        expect(viewer.get_by_text("int8: reads faster")).to_be_visible()

        viewer = open_file(page, "curve_1.400000_1700_2100.checkpoint")
        expect(viewer.locator(".tessnb-chart circle")).to_have_count(6)
        expect(viewer.get_by_text("1.40 % at 1 700")).to_be_visible()
        photograph_viewer(page, "checkpoint-curve", tmp_path)

        viewer = open_file(page, "float.lstm")
        expect(viewer.get_by_text("can be trained further").first).to_be_visible()
        viewer.get_by_role("button", name="Export").click()
        expect(viewer.get_by_text("such a model already")).to_be_visible()
        expect(viewer.get_by_text("Written: float")).to_have_count(0)
        viewer.get_by_label("Name of the model").fill("again")
        viewer.get_by_role("button", name="Export").click()
        expect(viewer.get_by_text("Written: again.traineddata")).to_be_visible()
        again, reference = (
            TrainedData.read(path) for path in (folder / "again.traineddata", trained / "float.traineddata")
        )
        assert again["lstm"] == reference["lstm"]


def test_parts_of_models_open_by_themselves(lab: Lab, folder: Path, tmp_path: Path) -> None:
    with open_browser(width=1200, height=800) as page:
        page.goto(lab.url(f"lab/tree/{FOLDER}"))
        viewer = open_file(page, "eng.lstm-number-dawg")
        expect(viewer.locator(".tessnb-hole").first).to_have_text("digit")
        expect(viewer.get_by_text("spelled with eng.lstm-unicharset")).to_be_visible()
        photograph_viewer(page, "dictionary", tmp_path)
        viewer = open_file(page, "eng.lstm-unicharset")
        expect(viewer.locator(".tessnb-row").nth(9)).to_be_visible()
        photograph_viewer(page, "unicharset", tmp_path)
        added = viewer.get_by_label("Characters to add")
        added.fill("½")
        added.press("Enter")
        expect(viewer.get_by_text("1 added")).to_be_visible()
        viewer.get_by_label("Name of the new file").fill("half.unicharset")
        viewer.get_by_role("button", name="Write").click()
        expect(viewer.get_by_text("Written: ")).to_be_visible()
        unicharset = Unicharset.read(folder / "half.unicharset")
        assert "½" in unicharset
        assert len(unicharset) == len(Unicharset.read(folder / "eng.lstm-unicharset")) + 1
