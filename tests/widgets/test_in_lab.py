"""The dashboard in a real JupyterLab, in a real Chromium: shown, operated, photographed in both themes.

The pictures are left in the folder that ``TESSNB_PICTURES`` names, if it does.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.lab import Lab, open_browser, open_notebook, photograph, photograph_themes, run_cell

pytestmark = pytest.mark.xdist_group("lab")

CELLS = (
    """\
import tessnb as tn
text = tn.english_text()
lines = list(tn.render(text, ["DejaVu Sans"], xsize=1000))
starter = tn.make_starter(text, lang="eng")
run = tn.train_from_scratch(
    starter, lines[:60], net_spec="[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lbx32 O1c1]", learning_rate=0.006,
    held_out=lines[60:68], model_output="mine", max_iterations=100_000,
    target_error_rate=-1,  # it is to go on until it is stopped
)
monitor = tn.ForgettingMonitor(run, lines[70:74], every=100, limit=500.0)
dashboard = tn.TrainingDashboard(run, title="<i>Mine</i>")
dashboard""",
    """\
from IPython.display import HTML
HTML(dashboard._repr_mimebundle_()["text/html"])""",
    "print(run.trainer.learner.learning_rate, run.checkpoints.kind.tolist().count('asked for'))",
    """\
log = tn.read_log("".join(
    f"At iteration {9 * step}/{10 * step}/{10 * step}, Mean rms=3%, delta=20%, "
    f"BCER train={9000 / (90 + step)}%, BWER train=99%, skip ratio=0%,  New best BCER = 60\\n"
    for step in range(1, 60)
))
tn.TrainingDashboard.compare([run, log], names=["mine", "an old log"])""",
    """\
import time
print("busy", flush=True)
end = time.time() + 60
while run.state is not tn.RunState.PAUSED and time.time() < end:
    time.sleep(0.01)
print("paused meanwhile" if time.time() < end else "not paused")""",
)
EXPLORER = """\
import tessnb as tn
tn.NetSpecExplorer()"""


def status_holds(page: Page, text: str, seconds: float = 60) -> None:
    """Wait until the status line says something."""
    page.wait_for_function(
        "text => document.querySelector('.tessnb-status').innerText.includes(text)",
        arg=text,
        timeout=1000 * seconds,
    )


def press(page: Page, name: str) -> None:
    """Click a button of the dashboard."""
    named = re.compile(rf"^\s*{re.escape(name)}\s*$")
    page.locator(".tessnb-dashboard").first.locator("button", has_text=named).click()


def drawn_curves(page: Page) -> int:
    """How many curves are to be seen."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll('.bqplot path.line')].filter(
                path => path.getTotalLength() > 1 && getComputedStyle(path).visibility !== 'hidden'
                    && path.getBoundingClientRect().width > 1
                    && path.closest('g[style*="display: none"], g[display="none"]') === null).length"""
        )
    )


def curves_are(page: Page, count: int) -> None:
    deadline = time.monotonic() + 120
    while (found := drawn_curves(page)) != count:
        assert time.monotonic() < deadline, f"{found} curves instead of {count}"
        time.sleep(0.2)


def updates_become(page: Page, expected: bool) -> None:
    """Wait until the status changes again and again, or no longer."""
    deadline = time.monotonic() + 120
    count = """async () => {
        let count = 0;
        const observer = new MutationObserver(() => count++);
        observer.observe(document.querySelector('.tessnb-status').parentElement, {childList: true});
        await new Promise(done => setTimeout(done, 3000));
        observer.disconnect();
        return count;
    }"""
    while (page.evaluate(count) > 1) is not expected:
        assert time.monotonic() < deadline


def hide(page: Page, hidden: bool) -> None:
    """Let the page be told that it is hidden, or that it is seen again."""
    page.evaluate(
        """state => {
            Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        "hidden" if hidden else "visible",
    )


def said(page: Page, words: str) -> None:
    page.locator(".tessnb-said", has_text=words).wait_for(timeout=120_000)


def test_the_dashboard_lives_in_a_browser(lab: Lab, tmp_path: Path) -> None:
    complaints: list[str] = []
    with open_browser(width=1200, height=1300) as page:
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        open_notebook(page, lab, "dashboard", CELLS)
        board = page.locator(".tessnb-dashboard")
        run_cell(page, 0)
        page.wait_for_selector(".tessnb-status", timeout=300_000)
        assert page.locator(".tessnb-status b").inner_text() == "<i>Mine</i>"
        status_holds(page, "new")
        assert board.get_by_role("button", name="Stop").is_disabled()
        assert "100\u202f000 iterations · held-out" not in page.locator(".tessnb-said").inner_text()
        assert "old CER > 500" in page.locator(".tessnb-said").inner_text()
        photograph(page, ".tessnb-dashboard", tmp_path / "dashboard-new.png")

        press(page, "Start")
        status_holds(page, "lines/s", 600)
        page.wait_for_selector(".tessnb-line img", timeout=300_000)
        width, height = page.locator(".tessnb-line img").first.evaluate(
            "image => [image.width, image.naturalHeight]"
        )
        assert width > 20  # a short line may stand there
        assert height > 20
        page.locator(".tessnb-figures", has_text="Old material").wait_for(timeout=300_000)
        curves_are(page, 3)  # CER of what is trained on, of what is held out, of old material
        assert "mean character error (BCER) went from" in page.locator(".tessnb-legend").text_content()

        page.get_by_label("BCER", exact=True).check()
        curves_are(page, 5)
        page.get_by_label("log axis").uncheck()
        page.wait_for_function(
            "[...document.querySelectorAll('.bqplot .tick text')].some(a => a.textContent === '0\u202f%')"
        )
        page.get_by_label("mean of").select_option("100 lines")
        page.locator(".tessnb-legend", has_text="mean of 100 lines").wait_for(timeout=120_000)
        page.get_by_label("log axis").check()

        photograph_themes(page, ".tessnb-dashboard", "dashboard", tmp_path)

        entry = page.get_by_label("Learning rate", exact=True)
        entry.fill("fast")
        entry.press("Enter")
        said(page, "“fast” is no learning rate")
        entry.fill("0.004")
        entry.press("Enter")
        said(page, "The learning rate is 0.004 from the next line on.")
        press(page, "Checkpoint")
        said(page, "A checkpoint is written")
        press(page, "Learning rates by layer")
        page.locator(".tessnb-section", has_text="0.004").wait_for(timeout=120_000)
        press(page, "Checkpoints")
        page.locator(".tessnb-section", has_text="asked for").wait_for(timeout=120_000)
        press(page, "What happened")
        page.locator(".tessnb-section", has_text="held-out lines read").wait_for(timeout=120_000)

        photograph(page, ".tessnb-dashboard", tmp_path / "dashboard-open.png")
        for section in ("Learning rates by layer", "Checkpoints", "What happened"):
            press(page, section)

        hide(page, True)
        updates_become(page, False)
        hide(page, False)
        updates_become(page, True)

        press(page, "Pause")
        status_holds(page, "paused")
        press(page, "Resume")
        status_holds(page, "running")
        run_cell(page, 4, wait=False)
        page.locator(".jp-OutputArea-output", has_text="busy").wait_for(timeout=120_000)
        press(page, "Pause")  # while a cell runs
        status_holds(page, "paused")
        page.locator(".jp-OutputArea-output", has_text="paused meanwhile").wait_for(timeout=120_000)
        press(page, "Resume")
        status_holds(page, "running")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText.trim()") == "Stop"
        page.keyboard.press("Enter")
        status_holds(page, "stopped")
        assert board.get_by_role("button", name="Go on").is_enabled()
        press(page, "Table")
        page.locator(".tessnb-section", has_text="RMS").locator("tbody tr").nth(2).wait_for(timeout=120_000)
        run_cell(page, 2)
        told = page.locator(".jp-Cell:nth-child(3) .jp-OutputArea-output pre")
        told.wait_for(timeout=120_000)
        rate, kept = told.inner_text().split()
        assert float(rate) == pytest.approx(0.004)
        assert kept == "1"

        run_cell(page, 1)
        picture = page.locator(".jp-RenderedHTML img")
        picture.wait_for(timeout=120_000)
        assert picture.evaluate("image => image.naturalWidth") == 640
        photograph(page, ".jp-Cell:nth-child(2)", tmp_path / "still.png")

        run_cell(page, 3)
        table = page.locator(".tessnb-section", has_text="an old log").locator("tbody tr")
        table.first.wait_for(timeout=120_000)
        assert table.count() == 2
        photograph(page, ".jp-Cell:nth-child(4) .tessnb-dashboard", tmp_path / "comparison.png")
    assert [text for text in complaints if "bqplot" in text or "attribute" in text or "widget" in text] == []


def test_a_specification_is_explored(lab: Lab, tmp_path: Path) -> None:
    with open_browser(width=1200, height=1000) as page:
        open_notebook(page, lab, "explorer", [EXPLORER])
        run_cell(page, 0)
        page.wait_for_selector(".tessnb-layers", timeout=300_000)
        assert page.locator(".tessnb-layers tbody tr:not(.tessnb-nested)").count() == 8
        photograph_themes(page, ".jp-Notebook .tessnb-widget", "net-spec", tmp_path)
        entry = page.get_by_label("Network")
        entry.fill("[1,36,0,1 Ct3,3,16 Qp3,3]")
        page.wait_for_selector(".tessnb-spec mark", timeout=120_000)
        assert page.locator(".tessnb-spec mark").inner_text() == "Qp3,3"
        assert "no network element" in page.locator(".tessnb-failure").inner_text().lower()
        photograph(page, ".jp-Notebook .tessnb-widget", tmp_path / "net-spec-error.png")
        entry.fill("[1,36,0,1 Ct3,3,16 Mp3,3 Lfys32 O1c111]")
        page.wait_for_function("document.querySelectorAll('.tessnb-layers tbody > tr').length > 4")
        assert page.locator(".tessnb-spec").count() == 0
