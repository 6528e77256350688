"""The fine tuner in a real JupyterLab: from start to export by clicks alone."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from PIL import Image

import tessnb as tn
from tests.lab import Lab, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

#: The installed model stands in for the one that would be fetched.
SHOW = """\
import tessnb as tn
from tessnb.recognition import find_traineddata
tuner = tn.FineTuner(str(find_traineddata("eng")))
tuner"""
ASK = "print(tuner.step, tn.load_model('tuned.traineddata').integer)"
BUSY = """\
import time
from pathlib import Path
print("busy", flush=True)
while not Path("done").exists():
    time.sleep(0.01)"""

TEXT = "Harvey’s ±1.31 POPSET <b>at</b> 10 €\nof the Web Magazine, 5½ & more\nand what they say of it"


def test_from_start_to_export_by_clicks(lab: Lab, tmp_path: Path) -> None:
    scans = lab.root / "scans"
    scans.mkdir()
    for number, line in enumerate(tn.render(TEXT, ["Liberation Serif", "DejaVu Sans"], xsize=1500)):
        Image.fromarray(line.image).save(scans / f"{number}.png")
        (scans / f"{number}.gt.txt").write_text(line.transcription.replace(" of ", " of\x07 ") + "\n")
    with open_browser(width=1200, height=1500) as page:
        open_notebook(page, lab, "tuner", [SHOW, ASK, BUSY])
        run_cell(page, 0)
        tuner = page.locator(".tessnb-tuner")
        tuner.get_by_role("button", name="A font", exact=True).wait_for(timeout=300_000)
        page.wait_for_selector(".tessnb-fonts-specimen img", timeout=120_000)
        photograph(page, ".tessnb-tuner", tmp_path / "tuner-1.png")
        tuner.locator(".tessnb-fonts .tessnb-row").first.click()
        tuner.get_by_label("Text", exact=True).fill("one two three four " * 8000)
        tuner.get_by_label("Lines, about").fill("5000")
        tuner.get_by_label("Lines, about").press("Tab")
        tuner.get_by_role("button", name="Prepare the lines").click()
        tuner.locator("progress").wait_for()
        photograph(page, ".tessnb-tuner", tmp_path / "tuner-1-busy.png")
        tuner.get_by_role("button", name="Cancel").click()
        tuner.get_by_text("Cancelled.").wait_for()

        tuner.get_by_role("button", name="A folder of scans").click()
        tuner.get_by_role("button", name="Prepare the lines").click()
        page.get_by_text("no folder is named").wait_for()
        tuner.get_by_label("Folder").fill("scans")
        tuner.get_by_role("button", name="Prepare the lines").click()

        fix = tuner.get_by_role("button", name="Fix all")
        fix.wait_for()
        assert tuner.locator("b").get_by_text("at", exact=True).count() == 0  # a text is no HTML
        photograph(page, ".tessnb-tuner", tmp_path / "tuner-2.png")
        entry = tuner.locator(".tessnb-tuner-line", has_text="control characters").locator("input").first
        entry.fill("and what they say of it")
        entry.press("Enter")
        page.get_by_text("1 corrected").wait_for()
        fix.click()

        train = tuner.locator("button[title='Train']")
        train.wait_for()
        for label, value in (("Kept out, %", "40"), ("Iterations, most", "24"), ("May forget, points", "90")):
            tuner.get_by_label(label).fill(value)
            tuner.get_by_label(label).press("Tab")
        train.click()

        export = tuner.get_by_role("button", name="Export")
        export.wait_for(timeout=300_000)
        page.wait_for_selector(".tessnb-compare-rates", timeout=120_000)
        tuner.locator(".tessnb-of-held-out", has_text="→").nth(1).wait_for()
        run_cell(page, 2, wait=False)
        page.locator(".jp-Cell:nth-child(3) .jp-OutputArea-output", has_text="busy").wait_for()
        tuner.get_by_label("Your image").fill("scans/2.png")
        tuner.get_by_role("button", name="Read with both").click()
        page.wait_for_selector(".tessnb-tuner .tessnb-page img")  # what was typed is there, while a cell runs
        (lab.root / "done").touch()
        tuner.get_by_label("Export as").fill("tuned")
        tuner.get_by_role("button", name="Integer, small and fast").click()
        export.click()
        page.get_by_text("Written: tuned.traineddata").wait_for()
        command = shlex.split(page.locator(".tessnb-command").inner_text().replace("page.png", "scans/2.png"))
        done = subprocess.run(command, cwd=lab.root, capture_output=True, text=True, check=True)
        ours = page.locator(".tessnb-tuner .tessnb-pair .tessnb-read").nth(1).inner_text()
        assert done.stdout.split() == ours.split()  # Tesseract reads with it what was shown
        assert len(done.stdout.split()) > 3
        run_cell(page, 1)
        page.locator(".jp-Cell:nth-child(2) .jp-OutputArea-output").get_by_text("4 True").wait_for()
        photograph_themes(page, ".tessnb-tuner", "tuner-4", tmp_path)
        tuner.get_by_role("button", name="3 Train").click()
        page.wait_for_selector(".tessnb-tuner .tessnb-dashboard .bqplot")
        photograph(page, ".tessnb-tuner", tmp_path / "tuner-3.png")
