"""Launcher, menu, palette, context menu and shortcuts in a real JupyterLab."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from playwright.sync_api import Page, Response, expect

import tessnb as tn
from tessnb.recognition.tessdata import find_traineddata
from tessnb.resources import shipped_tutorial
from tests.lab import Lab, open_browser, open_notebook, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

TEXT = "The ferry <b>\nto the island"
TINY_NET = "[1,24,0,1 Mp3,3 Lfys8 Lbx8 O1c1]"


@pytest.fixture(scope="module")
def folder(lab: Lab) -> Path:
    """A folder with two lines and the record of a run."""
    folder = lab.root / "commands' lines"
    folder.mkdir()
    lines = list(tn.render(TEXT, ["DejaVu Sans"], xsize=700))
    for number, line in enumerate(lines):
        Image.fromarray(line.image).save(folder / f"{number}.png")
        (folder / f"{number}.gt.txt").write_text(f"{line.transcription}\n")
    run = tn.train_from_scratch(
        tn.make_starter(TEXT), lines, net_spec=TINY_NET, max_iterations=4, model_output=folder / "first"
    )
    run.start().wait()
    return folder


def cells(path: Path) -> list[str]:
    """The code cells of a notebook on disk."""
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def choose(page: Page, command: str) -> None:
    """Click on an entry of our menu."""
    page.locator(".lm-MenuBar-item", has_text="Tesseract").click()
    page.locator(".lm-Menu-item", has_text=command).click()


def create(page: Page) -> None:
    page.locator(".jp-Dialog").get_by_role("button", name="Create Notebook").click()
    page.wait_for_selector(".jp-Dialog", state="detached")


def test_launcher_palette_and_tutorial(lab: Lab, tmp_path: Path) -> None:
    with open_browser() as page:
        page.goto(lab.url("lab"))
        section = page.locator(".jp-Launcher-section", has_text="Tesseract")
        expect(section.locator(".jp-LauncherCard")).to_have_text(["Tutorial", "Fine-Tuning", "Evaluation"])
        photograph_themes(page, ".jp-Launcher-body", "launcher", tmp_path)
        page.keyboard.press("Control+Shift+C")
        page.locator(".jp-ModalCommandPalette input").fill("tesseract")
        for label in ("Tutorial", "New Fine-Tuning Notebook…", "Evaluate with…"):
            page.locator(".lm-CommandPalette-itemLabel").get_by_text(label, exact=True).wait_for()
        page.keyboard.press("Escape")
        section.get_by_text("Tutorial").click()
        page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-MarkdownCell")
        assert page.evaluate("window.jupyterapp.shell.currentWidget.context.path").startswith(
            "tessnb-tutorial/00"
        )
    shipped, copied = shipped_tutorial(), lab.root / "tessnb-tutorial"
    assert {path.name for path in shipped.glob("*.ipynb")} <= {path.name for path in copied.iterdir()}


def test_lines_in_the_file_browser(lab: Lab, folder: Path, tmp_path: Path) -> None:
    """Selected lines go into a notebook that opens; its cells name them as they are seen from its folder."""
    with open_browser() as page:
        page.goto(lab.url(f"lab/tree/{folder.name}"))
        names = page.locator(".jp-DirListing-item")
        names.filter(has_text="0.gt.txt").click()
        names.filter(has_text="1.png").click(modifiers=["Control"])
        names.filter(has_text="1.png").click(button="right")
        page.locator(".lm-Menu-item", has_text="Train with These Lines…").click()
        dialog = page.locator(".jp-Dialog")
        expect(dialog.locator("li")).to_have_text(["0.gt.txt", "1.png"])
        photograph_themes(page, ".jp-Dialog-content", "dialog", tmp_path)
        dialog.get_by_label("Start from").fill("klingon")
        dialog.get_by_role("button", name="Create Notebook").click()
        dialog.get_by_text("klingon.traineddata").wait_for()
        dialog.get_by_role("button").last.click()
        assert not list(folder.glob("*.ipynb"))

        names.filter(has_text="1.png").click(button="right")
        page.locator(".lm-Menu-item", has_text="Evaluate with…").click()
        dialog.get_by_label("Model").fill("eng")
        create(page)
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell .cm-content")
        sources = cells(folder / "evaluation-eng.ipynb")
        assert sources[0].splitlines()[2:5] == [
            *("model = 'eng'", "lines = tn.open_lines("),
            "    '0.png',",
        ]

        names.filter(has_text="first_checkpoint").click(button="right")
        page.wait_for_selector(".lm-Menu-item[data-command='filebrowser:rename']")
        assert not page.locator(".lm-Menu-item", has_text="Train with These Lines…").is_visible()


def test_evaluate_with_a_selection(lab: Lab, folder: Path, tmp_path: Path) -> None:
    """From a model and lines that are selected to what the model reads wrongly, by clicks alone."""
    lines = lab.root / "evaluated"
    lines.mkdir()
    for number in range(2):
        shutil.copy(folder / f"{number}.png", lines)
    (lines / "0.gt.txt").write_text("The merry <b>\n")
    (lines / "1.gt.txt").write_text("to the island\n")
    shutil.copy(find_traineddata("eng"), lines / "mine.traineddata")
    with open_browser(height=1600) as page:
        page.goto(lab.url(f"lab/tree/{lines.name}"))
        names = page.locator(".jp-DirListing-item")
        names.filter(has_text="0.png").click()
        for name in ("1.png", "mine.traineddata"):
            names.filter(has_text=name).click(modifiers=["Control"])
        names.filter(has_text="1.png").click(button="right")
        page.locator(".lm-Menu-item", has_text="Evaluate with…").click()
        dialog = page.locator(".jp-Dialog")
        expect(dialog.get_by_label("Model")).to_have_value("evaluated/mine.traineddata")
        expect(dialog.locator("li")).to_have_text(["0.png", "1.png"])
        create(page)
        page.wait_for_function(
            "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        page.locator(".lm-MenuBar-item", has_text="Run").click()
        page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
        table = page.locator(".jp-NotebookPanel .tessnb-errors")
        wrong = table.get_by_role("option", name="“f” for “m”")
        expect(wrong).to_contain_text("ferry <b>")
        table.scroll_into_view_if_needed()
        photograph_themes(page, ".jp-NotebookPanel .tessnb-errors", "evaluated", tmp_path)
    (notebook,) = lines.glob("*.ipynb")
    assert "model = 'mine.traineddata'" in cells(notebook)[0]


def test_dashboard_of_a_run(lab: Lab, folder: Path) -> None:
    """A shortcut opens what the menu opens; the cell that is inserted shows the run."""
    with open_browser() as page:
        open_notebook(page, lab, f"{folder.name}/dashboard", ["1 + 1"])
        page.locator(".jp-Notebook").click()
        page.keyboard.press("Control+Shift+Y")
        page.keyboard.press("d")
        dialog = page.locator(".jp-Dialog")
        dialog.get_by_label("Run").select_option(label="first: finished, iteration 4")
        dialog.get_by_role("button", name="Insert").click()
        page.wait_for_function("window.jupyterapp.shell.currentWidget.content.widgets.length === 2")
        run_cell(page, 1)
        page.get_by_text("finished").first.wait_for()
        source = page.evaluate(
            "window.jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.source"
        )
        assert source.endswith("tn.TrainingDashboard(tn.follow_run('first'), rate=3.0)")


def test_settings_reach_kernels_and_notebooks(lab: Lab, folder: Path, tmp_path: Path) -> None:
    def tells_both(answer: Response) -> bool:
        asked = answer.request
        if not asked.url.split("?")[0].endswith("/tessnb/api/settings") or asked.method != "POST":
            return False
        return {"threads": 1, "tessdata": "models"}.items() <= dict(asked.post_data_json).items()

    with open_browser() as page:
        page.goto(lab.url("lab"))
        page.wait_for_selector(".jp-Launcher-body")
        page.evaluate("void window.jupyterapp.commands.execute('settingeditor:open', {query: 'Tesseract'})")
        editor = page.locator(".jp-SettingsPanel")
        with page.expect_response(tells_both):  # what is typed is saved, and then told, after a rest
            editor.locator("input[id$=settings_threads]").fill("1")
            editor.locator("input[id$=settings_tessdata]").fill("models")
        photograph_themes(page, ".jp-SettingsPanel", "settings", tmp_path)
        try:
            seen = "import os\nprint(os.environ['OMP_THREAD_LIMIT'], os.environ['TESSDATA_PREFIX'])"
            open_notebook(page, lab, "settings-seen", [seen])
            run_cell(page, 0)
            output = page.locator(".jp-OutputArea-output")
            expect(output).to_have_text(f"1 {lab.root / 'models'}")
        finally:
            page.evaluate(
                """async () => {
                    const {settings} = window.jupyterapp.serviceManager;
                    await settings.save('@tessnb/labextension:settings', '{}');
                }"""
            )
