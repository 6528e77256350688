"""The panel of trainings in a real JupyterLab: runs of other processes, seen and told what to do."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import tessnb as tn
from tests.elsewhere import start_training, until
from tests.lab import Lab, open_browser, open_notebook, photograph_themes, run_cell
from tests.short_lines import ShortSet
from tests.short_lines import short as short

pytestmark = pytest.mark.xdist_group("lab")

PANEL = "#tessnb-trainings"


@pytest.fixture
def page() -> Iterator[Page]:
    with open_browser() as page:
        yield page


def side_bar(page: Page, panel: str) -> None:
    """Click on a panel's tab in the side bar."""
    page.locator(f".jp-SideBar .lm-TabBar-tab[data-id='{panel}']").click()


def card(page: Page, path: str) -> Locator:
    """What the panel shows of a run."""
    return page.locator(f"{PANEL} .tessnb-run-card[data-path='{path}']")


def state(page: Page, path: str, word: str) -> None:
    """Wait until the panel says that a run is in a state."""
    expect(card(page, path)).to_have_attribute("data-state", word)


def current_path(page: Page) -> str:
    return str(page.evaluate("window.jupyterapp.shell.currentWidget?.context?.path ?? ''"))


def test_a_training_in_a_terminal(lab: Lab, short: ShortSet, page: Page, tmp_path: Path) -> None:
    """It is seen, paused, resumed, saved, stopped, gone on with and mourned; all by clicks."""
    folder = lab.root / "trainings elsewhere"
    folder.mkdir()
    path = "trainings elsewhere/<b>ase"
    output = folder / "<b>ase"
    flags = ["--max_iterations", "1000000", "--target_error_rate", "-1", "--eval_listfile", str(short.list)]
    process = start_training(short, output, *flags)
    resumed = 0
    try:
        page.goto(lab.url("lab"))
        page.wait_for_selector(".jp-Launcher-body")  # the side bar is as it was kept, then
        side_bar(page, "tessnb-trainings")
        state(page, path, "running")
        run = card(page, path)
        expect(run.locator(".tessnb-run-name")).to_have_text("<b>ase")
        training = run.locator(".tessnb-run-training")
        expect(training).to_have_attribute("points", re.compile(r"(\S+ ){3,}"))
        expect(run.locator(".tessnb-run-held-out")).to_have_attribute("points", re.compile(r"\S+ \S+"))
        before = training.get_attribute("points")
        expect(training).not_to_have_attribute("points", str(before))  # it moves by itself
        expect(run.locator(".tessnb-run-figures")).to_have_text(
            [re.compile(r"/ 1\s000\s000.*/s"), re.compile(r"\d\s%.*left")]
        )
        expect(run.get_by_role("img")).to_have_attribute("aria-label", re.compile("Mean character error"))
        expect(page.locator(".tessnb-status-item")).to_contain_text("<b>ase")

        record = tn.follow_run(output)
        run.get_by_role("button", name="Pause").click()
        state(page, path, "paused")
        assert record.state is tn.RunState.PAUSED
        expect(page.locator(".tessnb-status-item")).to_contain_text("paused")
        run.get_by_role("button", name="Resume").click()
        state(page, path, "running")
        until(lambda: record.state is tn.RunState.RUNNING)

        run.get_by_role("button", name="Checkpoint").click()
        asked = run.locator("option", has_text="asked for")
        expect(asked).to_have_count(1)
        photograph_themes(page, PANEL, "trainings-running", tmp_path)

        side_bar(page, "jp-running-sessions")
        item = page.locator(".jp-RunningSessions-item", has_text="<b>ase")
        expect(item.locator(".jp-RunningSessions-itemDetail")).to_contain_text("%")
        item.locator(".jp-RunningSessions-itemLabel").click()
        expect(page.locator(PANEL)).to_be_visible()
        run.get_by_role("combobox").select_option(label=str(asked.text_content()))
        until(lambda: current_path(page).endswith(".checkpoint"))
        assert (lab.root / current_path(page)).is_file()

        run.get_by_role("button", name="Stop").click()
        state(page, path, "stopped")
        assert record.state is tn.RunState.STOPPED
        expect(page.locator(".Toastify__toast")).to_have_text(re.compile("<b>ase is over: it was stopped"))
        expect(run.locator(".tessnb-run-why")).to_have_text("it was stopped")
        expect(page.locator(".tessnb-status-item")).to_be_hidden()
        assert process.wait(60) == 0
        page.locator(".Toastify__toast").get_by_role("button", name="Show").click()

        run.get_by_role("button", name="Go on").click()
        state(page, path, "running")
        resumed = record.about["pid"]
        assert resumed != process.pid
        os.kill(resumed, signal.SIGKILL)
        resumed = 0
        state(page, path, "left behind")
        expect(page.locator(".Toastify__toast", has_text="its process has gone")).to_be_visible()
        photograph_themes(page, PANEL, "trainings-over", tmp_path)
    finally:
        process.kill()
        process.wait()
        if resumed:
            os.kill(resumed, signal.SIGKILL)


def test_a_training_in_a_notebook(lab: Lab, short: ShortSet, page: Page) -> None:
    """Its notebook is found again; Running stops it."""
    output = lab.root / "in a notebook"
    cell = f"""
import tessnb as tn
starter, lines = tn.TrainedData.read({str(short.starter)!r}), tn.open_lines({str(short.documents[0])!r})
run = tn.train_from_scratch(starter, lines, net_spec="[1,36,0,1 Lfys8 O1c1]", model_output={str(output)!r})
run.start()
"""
    open_notebook(page, lab, "trainings notebook", [cell])
    run_cell(page, 0)
    page.evaluate("window.jupyterapp.commands.execute('launcher:create')")
    until(lambda: current_path(page) == "")
    side_bar(page, "tessnb-trainings")
    state(page, "in a notebook", "running")
    card(page, "in a notebook").get_by_role("button", name="Open notebook").click()
    until(lambda: current_path(page) == "trainings notebook.ipynb")
    side_bar(page, "jp-running-sessions")
    item = page.locator(".jp-RunningSessions-item", has_text="in a notebook")
    item.hover()
    item.get_by_role("button").last.click()
    assert tn.follow_run(output).wait(120)
    side_bar(page, "tessnb-trainings")
    state(page, "in a notebook", "stopped")
