"""The checkpoint picker in a real JupyterLab: chosen from by chart, list and keys, and exported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import Lab, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

MAKE = """\
import shutil, tessnb as tn
from pathlib import Path
text = "one two"
lines = tn.render(text, ["DejaVu Sans"], xsize=700)
run = tn.train_from_scratch(
    tn.make_starter(text), lines, net_spec="[1,24,0,1 Ct3,3,4 Mp3,3 Lbx8 O1c1]", model_output="out/base",
    max_iterations=5,
).start()
run.wait()
made = Path(run.checkpoint())
run.trainer.save_current()
for bcer, iteration in ((93.2, 400), (61.25, 700), (22.5, 1100), (8.0, 1500), (4.4, 2000), (4.9, 2500)):
    shutil.copy(made, made.with_name(f"base_{bcer:f}_{iteration - 9}_{iteration}.checkpoint"))
made.unlink()"""
SHOW = """\
picker = tn.CheckpointPicker(run)
picker"""
ASK = "print(*(f'{path.name} {tn.load_model(path).integer}' for path in picker.exported), sep=' | ')"


def test_a_checkpoint_is_chosen_and_exported(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1000) as page:
        open_notebook(page, lab, "checkpoints", [MAKE, SHOW, ASK])
        run_cell(page, 0)
        run_cell(page, 1)
        page.wait_for_selector(".tessnb-checkpoints .tessnb-row", timeout=300_000)
        assert page.locator(".tessnb-chart-point").count() == 7
        export = page.get_by_role("button", name="Export")
        assert export.is_disabled()

        page.locator(".tessnb-chart-point.tessnb-mod-best").click()
        assert page.locator(".tessnb-row[aria-selected='true'] b").inner_text() == "4.4\u202f%"
        name = page.get_by_label("Name of the model")
        assert name.input_value() == "base_4.400_2000"
        page.get_by_role("button", name="int8").click()
        assert name.input_value() == "base_4.400_2000_fast"
        name.fill("no name")
        export.click()
        page.wait_for_selector(".tessnb-checkpoints-result.tessnb-failure", timeout=120_000)
        name.fill("mine")
        export.click()
        page.get_by_text("Written:").wait_for(timeout=120_000)
        run_cell(page, 2)
        page.get_by_text("mine.traineddata True").wait_for(timeout=120_000)
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "checkpoints-exported.png")

        rows = page.locator(".tessnb-checkpoints .tessnb-rows")
        rows.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.keyboard.press("Delete")
        page.wait_for_function("document.querySelectorAll('.tessnb-chart-point').length == 6", timeout=60_000)
        page.get_by_text("Put aside in removed_checkpoints").wait_for()
        page.get_by_role("button", name="Bring back").click()
        page.wait_for_function("document.querySelectorAll('.tessnb-chart-point').length == 7", timeout=60_000)
        page.locator(".tessnb-chart-point.tessnb-mod-best").click()
        photograph_themes(page, ".jp-Notebook .tessnb-widget", "checkpoints", tmp_path)
