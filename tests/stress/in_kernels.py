"""Threads inside real kernels: the storm in a cell, and a page that sends its clicks meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from jupyter_client.manager import KernelManager

from tests.kernels import INSTALLED, VERSIONS, kernel_manager, overlooks_messages
from tests.lab import ROOT
from tests.stress.front_end import FrontEnd, Lost
from tests.stress.report import RESULTS, Row

__all__ = ["in_kernels"]

#: Steps of a cell; cells between two that are interrupted.
_EACH, _APART = 60, 5
#: Seconds in which a kernel that is stuck tells where it is.
_TOLD = 5.0
#: What a kernel may say on its standard error.
_HARMLESS = ("No such comm", "Debugger warning", "PYDEVD", "frozen modules", "to python to disable")

#: ipykernel keeps the standard error to itself, so a kernel that dies or is stuck tells it to a file.
_TELL = """
import faulthandler, signal
where = open({where!r}, "w")
faulthandler.enable(where)
faulthandler.register(signal.SIGUSR1, where)
"""
_PREPARE = """
import time
import tessnb as tn
from tests.stress import material
from tests.stress.mirror import digests_here
from tests.stress.schedule import Storm
run = material.run({output!r}, max_iterations=10**9, target_error_rate=0.0)
storm = Storm({seed!r}, run, has_page=True)
"""
_RESUME = """
import tessnb as tn
record = tn.RunRecord({output!r})
run = record.resume()
at = run.progress.counters.training
run.start()
while run.progress.counters.training < at + 20 and not run.state.is_over:
    __import__("time").sleep(0.01)
"""


def in_kernels(seed: int, steps: int, folder: Path, *, only_installed: bool = False) -> Iterator[Row]:
    """Take so many steps in a kernel of each version of ipykernel that can be had; yield a row each."""
    for version in [INSTALLED, *(each for each in VERSIONS if each != INSTALLED and not only_installed)]:
        began, name = time.monotonic(), f"threads in ipykernel {version}"
        try:
            with tempfile.TemporaryDirectory(prefix="k") as sockets:
                manager = kernel_manager(RESULTS / "kernels", version, Path(sockets))
                ordeal = _Ordeal(
                    manager, f"{seed}/{version}", folder / version, overlooks=overlooks_messages(version)
                )
                ordeal.run(steps)
        except subprocess.CalledProcessError as error:
            said = (
                error.stderr.decode(errors="replace").strip().splitlines()[-1:]
                if error.stderr
                else [str(error)]
            )
            yield Row(name, 0, 0, time.monotonic() - began, f"cannot be installed: {' '.join(said)}")
            continue
        yield Row(
            name,
            ordeal.done,
            ordeal.done - len(ordeal.problems),
            time.monotonic() - began,
            ordeal.note,
            ordeal.problems[:5],
        )


class _Ordeal:
    """One kernel, and all that it has to stand."""

    def __init__(self, manager: KernelManager, seed: str, folder: Path, *, overlooks: bool) -> None:
        self._manager, self._random, self._seed = manager, Random(seed), seed
        self._overlooks = overlooks
        folder.mkdir(parents=True)
        self._output, self._log, self._where = str(folder / "m"), folder / "kernel.log", folder / "where"
        self._where.touch()
        self.problems: list[str] = []
        self._cells = self._steps = self._clicks = self._seen = self._woken = 0

    @property
    def done(self) -> int:
        """Steps in threads of the kernel, and messages of the page."""
        return self._steps + self._clicks

    @property
    def note(self) -> str:
        return (
            f"{self._steps:,} steps of threads in {self._cells} cells, {self._clicks:,} clicks of a page, "
            f"{self._seen:,} times a widget was shown as it is"
            + (f"; woken {self._woken} times: ipykernel had overlooked messages" if self._woken else "")
        )

    def run(self, steps: int) -> None:
        """Take so many steps."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with self._log.open("wb") as log:
            self._manager.start_kernel(cwd=str(ROOT), env=environment, stdout=log, stderr=log)
            try:
                self._weather(steps)
            except Lost as error:
                self.problems.append(str(error))
                self._tell_where()
            finally:
                self._manager.shutdown_kernel(now=True)
        said = [
            line
            for line in self._log.read_text(errors="replace").splitlines()
            if "Error" in line or "Exception" in line or "ERROR" in line or line.startswith("Fatal")
        ]
        self.problems += [line for line in said if not any(words in line for words in _HARMLESS)]

    def _weather(self, steps: int) -> None:
        page = self._page()
        page.run_cell(_PREPARE.format(output=self._output, seed=self._seed))
        while self.done + page.sent < steps and not self.problems:
            number = self._cells
            self._steps = page.run_cell(
                f"storm.gust({number}, {_EACH})",
                "sum(storm.steps.values())",
                meanwhile=lambda: self._random.random() < 0.5 and page.touch(self._random),
            )
            page.look()
            page.quiet()
            self.problems += page.run_cell("storm.still_obeys()", "storm.problems")
            self._tell_all_ways(page)
            self._compare(page)
            if number % _APART == 0:
                self._interrupt(page)
            self._cells += 1
            self.problems += page.problems
        if self.problems:
            return
        page = self._another_page(page)
        self._compare(page)
        self.problems += page.run_cell("storm.close()", "storm.problems")
        page.quiet()
        if page.states:
            self.problems.append(f"{len(page.states)} widgets outlive their display")
        self._clicks += page.sent
        self._woken += page.woken
        self.problems += page.problems
        if not self.problems:
            self._restart(page)

    def _page(self) -> FrontEnd:
        page = FrontEnd(self._manager, overlooks=self._overlooks)
        page.run_cell(_TELL.format(where=str(self._where)))
        return page

    def _tell_all_ways(self, page: FrontEnd) -> None:
        """See that every click arrives, by whichever way it comes, and that the page shows it."""
        page.run_cell("storm.show(); storm.rest()")
        page.quiet()
        name = self._random.choice(page.controls)
        shown = lambda key: page.states[name]["_shown"].get(key)  # noqa: E731
        page.until(lambda: shown("first") == "start", "the page does not show the end")
        for command, key, value in (
            ("start", "first", "pause"),
            ("pause", "first", "resume"),
            ("set", "rate", "0.00456"),
            ("resume", "first", "pause"),
        ):
            content = {"command": command, "learning_rate": "0.00456"}
            way = self._random.randrange(3)
            if way:
                page.send(name, {"method": "custom", "content": content}, main=way == 1)
            else:
                page.send_aside({"to": page.states[name]["_aside"], **content})
            page.until(lambda key=key, value=value: shown(key) == value, f"{command} is lost")
        # While a cell is running, the way beside is the one that is always open.
        aside = {"to": page.states[name]["_aside"], "command": "stop"}
        waits = "while not run.state.is_over: time.sleep(0.005)"
        state = page.run_cell(waits, "run.state.value", meanwhile=_once(lambda: page.send_aside(aside)))
        if state != "stopped":
            self.problems.append(f"after Stop it is {state}")
        page.until(lambda: shown("first") == "start", "the page does not show the end")

    def _compare(self, page: FrontEnd) -> None:
        """See that every widget is shown as it is."""
        kernel = page.run_cell("storm.rest()", "digests_here()")
        page.quiet()
        wrong = page.differences(kernel)
        self._seen += len(kernel)
        if wrong:
            self.problems.append(f"{len(wrong)} things are not shown as they are: {', '.join(wrong[:5])}")

    def _interrupt(self, page: FrontEnd) -> None:
        page.run_cell("run.start()")
        ended = page.interrupt_cell("run.wait()", self._random.uniform(0.05, 0.5))
        state = page.run_cell("", "run.state.value")
        if (ended, state) != ("KeyboardInterrupt", "stopped"):
            self.problems.append(f"an interrupted cell ends with {ended}, and the run is {state}")

    def _another_page(self, page: FrontEnd) -> FrontEnd:
        """Close the page while the run goes on, and look at it from another one."""
        at = page.run_cell("run.start()", "run.progress.counters.training")
        self._clicks += page.sent
        self._woken += page.woken
        page.leave()
        time.sleep(0.5)
        page = self._page()
        page.reload()
        now = page.run_cell("storm.show(); time.sleep(0.2)", "run.progress.counters.training")
        if now <= at:
            self.problems.append("the run does not go on without a page")
        page.quiet()
        aside = page.states[page.controls[0]]["_aside"]
        page.send_aside({"to": aside, "command": "stop"})
        page.run_cell("storm._until(lambda: run.state.is_over, 'a stop is lost')")
        return page

    def _restart(self, page: FrontEnd) -> None:
        """Restart the kernel while it trains; in the new one, the run goes on from what is saved."""
        page.run_cell("run.start(); run.checkpoint()")
        page.leave()
        self._manager.restart_kernel(now=False)
        page = self._page()
        state = page.run_cell(_RESUME.format(output=self._output), "run.state.value")
        if state != "running":
            self.problems.append(f"after a restart the run is {state}")
        left = page.run_cell("run.stop()", "[each.name for each in __import__('threading').enumerate()]")
        self.problems += [f"{name} is left behind" for name in left if name == "tessnb-training"]
        page.leave()

    def _tell_where(self) -> None:
        """Have the kernel tell where all its threads are."""
        self._manager.signal_kernel(signal.SIGUSR1)
        time.sleep(_TOLD)
        print(self._where.read_text() + self._log.read_text(errors="replace")[:20000], flush=True)


def _once(function: Callable[[], object]) -> Callable[[], object]:
    """Return what calls a function the first time only."""
    left = [function]
    return lambda: left.pop()() if left else None
