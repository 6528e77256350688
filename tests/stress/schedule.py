"""Threads: a run and its displays told everything, in any order, from several threads at once."""

from __future__ import annotations

import faulthandler
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random

import ipywidgets
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

import tessnb as tn
from tessnb.training import TrainingRun
from tests.stress import material
from tests.stress.report import Row

__all__ = ["Storm", "threads"]

#: Threads that tell the run things; steps between two looks whether all is obeyed; seconds for a step.
_THREADS, _APART, _PATIENCE = 4, 60, 60.0


class Storm:
    """Several threads that do anything to one run, and stop now and then to see that it still obeys.

    Parameters
    ----------
    seed : str
    run : TrainingRun
    has_page : bool
        Values of widgets are left to a page: ipywidgets does not bear that several threads change one.
    """

    def __init__(self, seed: str, run: TrainingRun, *, has_page: bool = False) -> None:
        self.seed, self.run, self.has_page = seed, run, has_page
        self.steps: dict[str, int] = {}
        self.problems: list[str] = []
        self.boards: list[tn.TrainingDashboard] = []
        self._lock = threading.Lock()
        self._doing: dict[int, tuple[str, float]] = {}
        self._left = 0
        threading.excepthook = self._hear_of

    def blow(self, steps: int) -> None:
        """Take so many steps in all."""
        for number in range(max(steps // _APART, 1)):
            self.gust(number, _APART)
            if not self.problems:
                self.still_obeys()
            if self.problems:
                return
        self.close()

    def gust(self, number: int, steps: int) -> None:
        """Let the threads take so many steps, and wait for them."""
        self._left = steps
        workers = [
            threading.Thread(
                target=self._work, args=(Random(f"{self.seed}/{number}/{worker}"),), name="storm"
            )
            for worker in range(_THREADS)
        ]
        for worker in workers:
            worker.start()
        self._wait_for(workers)

    def _hear_of(self, about: threading.ExceptHookArgs) -> None:
        self.problems.append(f"a thread died: {about.thread and about.thread.name}: {about.exc_value!r}")

    def _wait_for(self, workers: list[threading.Thread]) -> None:
        for worker in workers:
            while worker.is_alive():
                worker.join(1.0)
                late = [what for what, since in self._doing.values() if time.monotonic() - since > _PATIENCE]
                if late:
                    faulthandler.dump_traceback(sys.__stderr__ or sys.stderr)
                    self.problems.append(f"a deadlock in {', '.join(late)}")
                    return

    def _work(self, random: Random) -> None:
        while True:
            with self._lock:
                if self._left <= 0:
                    return
                self._left -= 1
            name = random.choice(_NAMES)
            self._doing[threading.get_ident()] = name, time.monotonic()
            try:
                _STEPS[name](self, random)
            except tn.TessnbError as error:
                if not any(words in str(error) for words in _EXPECTED):
                    self.problems.append(f"{name}: {error}")
            except Exception as error:
                self.problems.append(f"{name}: {type(error).__name__}: {error}")
            self._doing.pop(threading.get_ident(), None)
            with self._lock:
                self.steps[name] = self.steps.get(name, 0) + 1

    def still_obeys(self) -> None:
        """See that every command does what it says when nobody else gives any."""
        run = self.run
        try:
            self.settle()
            run.stop(timeout=_PATIENCE)  # somebody may have said so last, and be heard only now
            run.start()
            at = run.progress.counters.training
            self._until(lambda: run.progress.counters.training > at, "it does not go on")
            run.set(learning_rate=0.00123)
            self._until(
                lambda: abs(run.trainer.learner.learning_rate - 0.00123) < 1e-9, "a learning rate is lost"
            )
            run.pause()
            self._until(lambda: run.state is tn.RunState.PAUSED, "a pause is lost")
            run.resume()
            self._until(lambda: run.state is tn.RunState.RUNNING, "going on is lost")
            running = self._threads("tessnb-training")()
            if len(running) != 1:
                self.problems.append(f"{len(running)} threads train")
            if not run.stop(timeout=_PATIENCE):
                self.problems.append("a stop is lost")
            for board in self.boards:
                self._until(
                    lambda board=board: "stopped" in board._status.value, "a display has not seen the end"
                )
        except Exception as error:
            self.problems.append(f"looking after it: {type(error).__name__}: {error}")

    def settle(self) -> None:
        """Wait until what was pressed in displays has been told to the run."""
        for board in self.boards:
            board._controls._worker.submit(int).result(_PATIENCE)
        names = self._threads("tessnb-commands")
        self._until(lambda: len(names()) <= len(self.boards), "a closed display still tells the run things")

    def show(self) -> None:
        """Have a display, if there is none."""
        if not self.boards:
            _display(self, Random(0))

    def rest(self) -> None:
        """Wait until nothing is brought into displays any more; the run has to be over."""
        self.settle()
        publishers = self._threads("tessnb-publisher")
        self._until(lambda: not publishers(), "a display finds no end")

    @staticmethod
    def _threads(*names: str) -> Callable[[], list[str]]:
        return lambda: [each.name for each in threading.enumerate() if each.name.startswith(names)]

    def _until(self, condition: Callable[[], object], message: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                self.problems.append(message)
                raise TimeoutError(message)
            time.sleep(0.002)

    def close(self) -> None:
        """Close the displays; no thread may be left."""
        for board in self.boards:
            board.close()
        self.boards.clear()
        left = self._threads("tessnb-training", "tessnb-publisher", "tessnb-keeper", "tessnb-commands")
        with suppress(TimeoutError):
            self._until(lambda: not left(), "threads are left behind")


#: What can be pressed.
_PRESSED = ("start", "pause", "resume", "stop", "checkpoint", "set")
#: What a run may answer to what cannot be done at that moment.
_EXPECTED = ("already started", "writes no checkpoints", "no line would be left")


def _display(storm: Storm, random: Random) -> None:
    board = tn.TrainingDashboard(storm.run, rate=5)
    if InteractiveShell.initialized():
        display(board)
    with storm._lock:
        storm.boards.append(board)
        old = storm.boards.pop(0) if len(storm.boards) > 3 else None
    if old is not None:
        old.close()


def _close_display(storm: Storm, random: Random) -> None:
    with storm._lock:
        board = storm.boards.pop(random.randrange(len(storm.boards))) if storm.boards else None
    if board is not None:
        board.close()


def _touch_display(storm: Storm, random: Random) -> None:
    """Press something in a display, as its page would."""
    with storm._lock:
        board = random.choice(storm.boards) if storm.boards else None
    if board is None:
        return
    toggles = [
        each for each in _parts(board) if isinstance(each, ipywidgets.ToggleButton | ipywidgets.Checkbox)
    ]
    match random.randrange(4):
        case 0:
            board._controls.take({"command": random.choice(_PRESSED), "learning_rate": "0,0007"})
        case 1 if toggles and not storm.has_page:
            chosen = random.choice(toggles)
            chosen.value = not chosen.value
        case 2 if not storm.has_page:
            board.smoothing = random.choice([1000, 300, 100, 30, 1])
        case _:
            board._repr_mimebundle_()


def _parts(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _parts(child)


def _look(storm: Storm, random: Random) -> None:
    run = storm.run
    assert run.progress.state is not None
    frame = random.choice(["metrics", "marks", "checkpoints", "layer_rates", "skipped", "evaluations"])
    len(getattr(run, frame))
    repr(run)


def _drop_and_add(storm: Storm, random: Random) -> None:
    line = material.line(random.randrange(100, 200))
    storm.run.add_lines([line])
    storm.run.drop_lines([line])


_STEPS: dict[str, Callable[[Storm, Random], object]] = {
    "start": lambda storm, random: storm.run.start(),
    "pause": lambda storm, random: storm.run.pause(),
    "resume": lambda storm, random: storm.run.resume(),
    "stop": lambda storm, random: storm.run.stop(wait=False),
    # Somebody may start it again before it is waited for: that is no deadlock.
    "stop and wait": lambda storm, random: storm.run.stop(timeout=_PATIENCE / 6),
    "set the rate": lambda storm, random: storm.run.set(learning_rate=random.uniform(1e-4, 1e-3)),
    "set the limit": lambda storm, random: storm.run.set(max_iterations=10**9 + random.randrange(9)),
    "checkpoint": lambda storm, random: storm.run.checkpoint(wait=random.random() < 0.3),
    "take the model": lambda storm, random: storm.run.model(),
    "take the best": lambda storm, random: storm.run.best(),
    "lines": _drop_and_add,
    "look": _look,
    "display": _display,
    "touch a display": _touch_display,
    "close a display": _close_display,
}
#: Starting and going on are as likely as all that ends it.
_NAMES = [*_STEPS, "start", "start", "resume", "resume", "look", "touch a display"]


def threads(seed: int, steps: int, folder: str) -> Iterator[Row]:
    """Take so many steps on a run that writes checkpoints, and on one that does not; yield a row each."""
    for name, output in (("a run in memory", None), ("a run with checkpoints and a record", f"{folder}/m")):
        began = time.monotonic()
        run = material.run(output, max_iterations=10**9, target_error_rate=0.0)
        storm = Storm(f"{seed}/{name}", run)
        storm.blow(steps // 2)
        done = sum(storm.steps.values())
        note = f"{_THREADS} threads, {run.progress.counters.training:,} lines trained meanwhile"
        yield Row(name, done, done - len(storm.problems), time.monotonic() - began, note, storm.problems[:5])
