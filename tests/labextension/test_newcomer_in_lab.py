"""From a folder of scans to a better model that the real ``tesseract`` reads with: by clicks alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from PIL import Image

import tessnb as tn
from tessnb.recognition.tessdata import find_traineddata
from tests.conftest import run_tool
from tests.lab import Lab, open_browser, photograph, wait_for_kernel

pytestmark = pytest.mark.xdist_group("lab")

TEXT = "of the Web Magazine, 5½ & more\nand what they say of it\na ferry to the island"


def test_a_newcomer_trains_a_model(lab: Lab, tmp_path: Path) -> None:
    home = lab.root / "newcomer"
    scans = home / "scans"
    scans.mkdir(parents=True)
    shutil.copy(find_traineddata("eng"), home / "eng.traineddata")  # so that nothing is fetched
    for number, line in enumerate(tn.render(TEXT, ["Liberation Serif", "DejaVu Sans"], xsize=1300)):
        Image.fromarray(line.image).save(scans / f"{number}.png")
        (scans / f"{number}.gt.txt").write_text(f"{line.transcription}\n")
    with open_browser(width=1200, height=1400) as page:
        page.goto(lab.url("lab/tree/newcomer"))
        page.locator(".jp-DirListing-item", has_text="scans").wait_for()
        for kernels in ("Notebook", "Console"):  # whose cards come late, and move ours
            page.locator(f".jp-LauncherCard[data-category='{kernels}']").first.wait_for()
        page.locator(".jp-LauncherCard", has_text="Fine-Tuning").click()
        dialog = page.locator(".jp-Dialog")
        start, lines = dialog.get_by_label("Start from"), dialog.get_by_label("Lines")
        page.locator("datalist option[value='newcomer/scans']").wait_for(state="attached")
        assert page.locator("datalist option[value='newcomer/eng.traineddata']").count() == 1
        start.fill("newcomer/eng.traineddata")
        lines.fill("newcomer/scans")
        dialog.get_by_role("button", name="Create Notebook").click()

        wait_for_kernel(page)
        page.locator(".lm-MenuBar-item", has_text="Run").click()
        page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
        tuner = page.locator(".tessnb-tuner")
        tuner.get_by_role("button", name="Prepare the lines").click(timeout=300_000)
        tuner.get_by_role("button", name="Train with these lines").click()  # it is to learn the ½
        train = tuner.locator("button[title='Train']")
        train.wait_for()
        for label, value in (("Kept out, %", "40"), ("Iterations, most", "12"), ("May forget, points", "90")):
            tuner.get_by_label(label).fill(value)
            tuner.get_by_label(label).press("Tab")
        train.click()
        export = tuner.get_by_role("button", name="Export")
        export.wait_for(timeout=300_000)
        tuner.get_by_label("Export as").fill("tuned")
        tuner.get_by_role("button", name="Integer, small and fast").click()
        export.click()
        page.get_by_text("Written: tuned.traineddata").wait_for()
        photograph(page, ".jp-NotebookPanel", tmp_path / "newcomer.png")

    (path,) = home.glob("fine-tuning-*.ipynb")
    nbformat.validate(nbformat.read(path, as_version=4))
    command = ("tesseract", scans / "2.png", "-", "--psm", "7", "--tessdata-dir", home, "-l", "tuned")
    truth = (scans / "2.gt.txt").read_text().strip()
    assert tn.compare_texts([truth], [run_tool(*command).stdout.strip()]).cer < 20
