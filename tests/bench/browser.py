"""A notebook in a real JupyterLab and Chromium while its kernel trains, and a newcomer's way by clicks."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import CDPSession, Page

from tests.bench.rows import Bench, Row
from tests.kernels import VERSIONS, install_kernel
from tests.lab import Lab, open_browser, open_notebook, run_cell, serve_lab

__all__ = ["browser"]

#: Cells timed, clicks on Stop, seconds over which updates are counted, iterations that memory is watched for.
CELLS, STOPS, SECONDS, ITERATIONS = 100, 10, 20, 100_000

#: A font that the installed model reads less well than others.
FONT = "Liberation Sans Narrow Bold"

#: The tutorial's network, which uses all cores; a tiny one, which does hundreds of lines a second.
TUTORIAL = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]"
TINY = "[1,24,0,1 Mp3,3 Lfys8 Lbx8 O1c1]"

_SHOW = """\
import os, time
import tessnb as tn
from tessnb.events import RunEnded
text = {text}
lines = list(tn.render(text, ["DejaVu Sans"], xsize={width}))
run = tn.train_from_scratch(
    tn.make_starter(text, lang="eng"), lines, net_spec={net!r}, learning_rate=0.001, target_error_rate=-1
)
ends = []
run.observe(lambda event: ends.append(time.time()) if isinstance(event, RunEnded) else None)
tn.TrainingDashboard(run)"""
#: All that a newcomer types for the `FineTuner`; the installed model saves the download of a better one.
_TUNER = """\
import tessnb as tn
from tessnb.recognition import find_traineddata
tn.FineTuner(str(find_traineddata("eng")))"""
_TUTORIAL = _SHOW.format(text="tn.english_text()", width=3600, net=TUTORIAL)
_TINY = _SHOW.format(text="'one two\\nthree four\\nfive six'", width=700, net=TINY)
_BUSY = "began = time.time()\nwhile time.time() < began + 8: time.sleep(0.01)"

#: Runs the cell with a number and returns the milliseconds until its end.
_TIME_CELL = """async index => {
    const {shell, commands} = window.jupyterapp;
    shell.currentWidget.content.activeCellIndex = index;
    const began = performance.now();
    await commands.execute('notebook:run-cell');
    return performance.now() - began;
}"""
#: Returns what an expression gives in the kernel.
_EVALUATE = """async expression => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({code: '', user_expressions: {value: expression}, silent: true});
    const reply = await future.done;
    return reply.content.user_expressions.value.data['text/plain'];
}"""
_COUNT = """async ([selector, seconds]) => {
    let count = 0;
    const observer = new MutationObserver(() => count++);
    observer.observe(document.querySelector(selector).parentElement, {childList: true});
    await new Promise(done => setTimeout(done, 1000 * seconds));
    observer.disconnect();
    return count / seconds;
}"""
_STOPPED_AT = """() => new Promise(done => {
    const button = [...document.querySelectorAll('.tessnb-dashboard button')]
        .find(each => each.innerText.trim() === 'Stop');
    const at = Date.now() / 1000;
    button.click();
    setTimeout(() => done(at), 0);
})"""


def browser(bench: Bench) -> Iterator[Row]:
    """How a notebook feels while its kernel trains, with each ipykernel."""
    for version in VERSIONS:
        kernels = install_kernel(bench.results / "kernels", version)
    scratch, root = bench.empty_folder("lab"), bench.empty_folder("root")

    def command(flags: str) -> list[str]:
        lab = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", *flags.split()]
        return ["env", f"JUPYTER_PATH={kernels}", *lab]

    with serve_lab(scratch, root, command) as lab:
        for kernel in VERSIONS:
            yield from _feel(lab, kernel)
        yield from _growth(lab, VERSIONS[-1])
        yield _tuned(lab)


def _evaluate(page: Page, expression: str) -> str:
    """Return what an expression gives in the kernel, as text."""
    return str(page.evaluate(_EVALUATE, expression))


def _start(page: Page, iterations: int) -> None:
    """Show the dashboard, press Start and wait until so many lines are trained."""
    run_cell(page, 0)
    page.wait_for_selector(".tessnb-status", timeout=300_000)
    page.locator(".tessnb-dashboard").get_by_role("button", name="Start").click()
    _wait_for_iteration(page, iterations)


def _wait_for_iteration(page: Page, iteration: int, seconds: float = 1800) -> None:
    deadline = time.monotonic() + seconds
    while int(_evaluate(page, "run.progress.counters.training")) < iteration:
        if time.monotonic() > deadline:
            raise TimeoutError(f"iteration {iteration} was not reached")
        time.sleep(0.5)


def _feel(lab: Lab, kernel: str) -> Iterator[Row]:
    """Latency, stop time and update rate with one ipykernel."""
    with open_browser(width=1280, height=1000) as page:
        open_notebook(page, lab, f"feel-{kernel}", [_TUTORIAL, "1 + 1", _BUSY], kernel=kernel)
        idle = _latencies(page)
        _start(page, 40)
        training = _latencies(page)
        name = f"ipykernel {kernel}"
        note = f"median {median(training):.0f}, worst {max(training):.0f}; not training {_p95(idle):.0f}"
        yield Row(f"a cell during training, 95th percentile, {name}", "ms", _p95(training), note=note)
        rate = float(page.evaluate(_COUNT, [".tessnb-status", SECONDS]))
        yield Row(f"updates of the dashboard, {name}", "per s", rate)
        stops = _stops(page, STOPS)
        note = f"median {median(stops):.2f} of {len(stops)}"
        yield Row(f"click on Stop to the run's end, {name}, longest", "s", max(stops), note=note)
        page.evaluate(
            """() => {
                const {shell, commands} = window.jupyterapp;
                shell.currentWidget.content.activeCellIndex = 2;
                void commands.execute('notebook:run-cell');
            }"""
        )
        time.sleep(2)
        clicked = float(page.evaluate(_STOPPED_AT))
        time.sleep(10)
        began = float(_evaluate(page, "began"))
        note = f"clicked {clicked - began:.1f} s after the cell had begun"
        yield Row(f"the same while a cell runs for 8 s, {name}", "s", _ended(page) - clicked, note=note)


def _latencies(page: Page) -> list[float]:
    """Return how many milliseconds a cell takes, again and again at odd moments."""
    moments = random.Random(1)
    taken = []
    for _ in range(CELLS):
        time.sleep(moments.uniform(0.0, 0.2))
        taken.append(float(page.evaluate(_TIME_CELL, 1)))
    return taken


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _ended(page: Page) -> float:
    return float(_evaluate(page, "ends[-1]"))


def _stops(page: Page, count: int) -> list[float]:
    """Click on Stop and Go on in turn; return the seconds between the clicks and the ends."""
    taken = []
    for _ in range(count):
        clicked = float(page.evaluate(_STOPPED_AT))
        button = page.locator(".tessnb-dashboard").get_by_role("button", name="Go on")
        button.wait_for(timeout=60_000)
        taken.append(_ended(page) - clicked)
        before = int(_evaluate(page, "run.progress.counters.training"))
        button.click()
        _wait_for_iteration(page, before + 8)
    return taken


def _growth(lab: Lab, kernel: str) -> Iterator[Row]:
    """What kernel and browser grow by in `ITERATIONS` iterations of a tiny network."""
    with open_browser(width=1280, height=1000) as page:
        open_notebook(page, lab, f"growth-{kernel}", [_TINY], kernel=kernel)
        _start(page, 3000)
        tools = page.context.new_cdp_session(page)
        tools.send("HeapProfiler.enable")
        first = _sizes(page, tools)
        _wait_for_iteration(page, first["iteration"] + ITERATIONS)
        last = _sizes(page, tools)
    done = last["iteration"] - first["iteration"]
    for what, name in (("kernel", "kernel"), ("heap", "browser's heap"), ("page", "browser's page process")):
        grown = (last[what] - first[what]) / 2**20
        note = f"from {first[what] / 2**20:.0f} to {last[what] / 2**20:.0f} in {done} iterations"
        yield Row(f"{name} grows in {ITERATIONS} iterations", "MiB", grown * ITERATIONS / done, note=note)


def _tuned(lab: Lab) -> Row:
    """A newcomer's way through the `FineTuner`: from an empty notebook to an exported model, by clicks."""
    with open_browser(width=1280, height=1600) as page:
        began = time.perf_counter()
        open_notebook(page, lab, "tuner", [_TUNER])
        run_cell(page, 0)
        tuner = page.locator(".tessnb-tuner")
        tuner.get_by_label("Search fonts").fill(FONT)
        font = tuner.locator(".tessnb-fonts .tessnb-row").first
        font.get_by_text(FONT.split()[-1]).wait_for(timeout=120_000)
        font.click()
        tuner.get_by_role("button", name="Prepare the lines").click()
        tuner.get_by_role("button", name="Fix all").click(timeout=300_000)  # the model lacks ± and the like
        tuner.locator("button[title='Train']").click(timeout=300_000)
        page.wait_for_selector(".tessnb-compare-rates", timeout=1_200_000)
        trained = time.perf_counter() - began
        tuner.get_by_label("Export as").fill("newcomer")
        tuner.get_by_role("button", name="Export").click()
        tuner.get_by_text("Written: newcomer.traineddata").wait_for(timeout=120_000)
        seconds = time.perf_counter() - began
        figures = tuner.locator(".tessnb-step").last.locator(".tessnb-figures > div")
        words = [" ".join(figure.split()) for figure in figures.all_inner_texts()]
    note = f"{FONT}; {'; '.join(words)}; trained after {trained:.0f} s; goal: 300 s"
    return Row("FineTuner: from an empty notebook to an exported model, by clicks", "s", seconds, note=note)


def _sizes(page: Page, tools: CDPSession) -> dict[str, int]:
    """Return the iteration and the bytes of kernel, JavaScript heap and the page's process."""
    iteration = int(_evaluate(page, "run.progress.counters.training"))
    kernel = int(_evaluate(page, "os.getpid()"))
    tools.send("HeapProfiler.collectGarbage")
    heap = int(tools.send("Runtime.getHeapUsage")["usedSize"])
    chromium = page.context.browser
    assert chromium is not None
    processes = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [_resident(int(each["id"])) for each in processes if each["type"] == "renderer"]
    return {"iteration": iteration, "kernel": _resident(kernel), "heap": heap, "page": max(pages)}


def _resident(pid: int) -> int:
    """Return the bytes of a process that are in memory."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) << 10
