"""The dashboard's buttons, and what they have to say."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from tessnb.errors import InputError, sentence_of
from tessnb.training import RunRecord, RunState, TrainingRun
from tessnb.widgets._control_channel import listen
from tessnb.widgets._front_end import script, style
from tessnb.widgets._order import InOrder
from tessnb.widgets._parts import said_html
from tessnb.widgets._watch import Snapshot, stops_when

__all__ = ["RunControls", "wide_html"]

#: State → the first button: what it does, and what it says.
_FIRST = {
    RunState.NEW: ("start", "Start"),
    RunState.RUNNING: ("pause", "Pause"),
    RunState.PAUSED: ("resume", "Resume"),
    RunState.STOPPED: ("start", "Go on"),
    RunState.LEFT_BEHIND: ("start", "Go on"),
}

#: Seconds that a run in another process has to answer.
_PATIENCE = 10.0


class RunControls(InOrder, anywidget.AnyWidget):
    """Buttons that tell a run what to do, from whichever thread a click comes on.

    A click comes by the kernel's control channel where there is one, and so reaches a run while a cell is
    running. What it wants is done in a thread, because a run in another process may let one wait.

    Parameters
    ----------
    run : TrainingRun or RunRecord
    refresh : callable
        Called when something is to be shown soon.
    on_seen : callable
        Called with whether anybody can see it, when that has changed.

    Attributes
    ----------
    seen : bool
        Whether it stands on a page that is not hidden; True before any page has told.
    said : HTML
        What ends the run, and what was said last.
    history : deque of tuple of int and str
        Iteration and what was said, some of the last.
    """

    _esm = script("run_controls")
    _css = style("run_controls")

    _shown = traitlets.Dict(help="What can be pressed.").tag(sync=True)
    _aside = traitlets.Unicode(help="What it is called on the control channel.").tag(sync=True)

    def __init__(
        self,
        run: TrainingRun | RunRecord,
        refresh: Callable[[], None],
        on_seen: Callable[[bool], None] = lambda seen: None,
    ) -> None:
        self._run, self._refresh, self._on_seen = run, refresh, on_seen
        self._views: dict[str, bool] = {}
        self.seen = True
        self._worker = ThreadPoolExecutor(1, "tessnb-commands")
        self._words, self._wrong = "", False
        self.history: deque[tuple[int, str]] = deque(maxlen=50)
        self.said = wide_html()
        super().__init__()
        self._aside = listen(self.take)
        self.on_msg(self._on_message)

    def show(self, shot: Snapshot) -> None:
        """Show the state of the run; in the publisher's thread."""
        state = shot.progress.state
        first, label = _FIRST.get(state, ("", "Pause"))
        goes_on = state in (RunState.RUNNING, RunState.PAUSED)
        is_here = isinstance(self._run, TrainingRun)
        self._shown = {
            "first": first,
            "label": label,
            "stop": goes_on,
            "checkpoint": goes_on or (is_here and state is not RunState.FAILED),
            "set": goes_on or is_here,
            "rate": f"{shot.rate:.3g}" if shot.rate else "",
        }
        reasons = None
        if isinstance(self._run, TrainingRun) and state not in (RunState.FINISHED, RunState.FAILED):
            reasons = stops_when(self._run)
        self.said.value = said_html(reasons, self._words, wrong=self._wrong)

    def take(self, content: Mapping[str, Any]) -> None:
        """Do what a click wants, soon; from any thread.

        Parameters
        ----------
        content : mapping
            ``command``: start, pause, resume, stop, checkpoint or set, and for that ``learning_rate``.
        """
        with suppress(RuntimeError):  # closed
            self._worker.submit(self._do, str(content.get("command")), str(content.get("learning_rate", "")))

    def close(self) -> None:
        """Take the buttons away; the run goes on."""
        if hasattr(self, "_worker"):
            self._worker.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _on_message(self, widget: Any, content: Mapping[str, Any], buffers: Any) -> None:
        if "view" not in content:
            self.take(content)
            return
        self._views[str(content["view"])] = bool(content["seen"])
        seen = any(self._views.values())
        if seen is not self.seen:
            self.seen = seen
            self._on_seen(seen)

    # In the thread.

    def _do(self, command: str, learning_rate: str) -> None:
        try:
            if command == "set":
                self._say(self._set(learning_rate))
            elif command == "start":
                self._start()
            elif isinstance(self._run, RunRecord):
                self._tell(self._run, command)
            elif command in ("pause", "resume"):
                getattr(self._run, command)()
            elif command == "stop":
                self._run.stop(wait=False)
            elif command == "checkpoint":
                path = self._run.checkpoint(wait=False)
                written = f"{os.path.basename(path)} is written." if path else ""
                self._say(written or "A checkpoint is written after this line.")
        except Exception as error:  # said in its place; the buttons live on
            self._say(sentence_of(error), wrong=True)
        self._refresh()

    def _start(self) -> None:
        if isinstance(self._run, RunRecord):
            self._say("The run is fetched from its files …")
            run = self._run.resume()
            self._say("It goes on in this process.")
            if run is None:  # somebody else let it go on
                return
            self._run = run
        with suppress(InputError):  # a second click on Start
            self._run.start()

    def _tell(self, record: RunRecord, command: str) -> None:
        record.tell(command, timeout=_PATIENCE)
        if command == "checkpoint":
            self._say("A checkpoint is written.")

    def _set(self, text: str) -> str:
        try:
            rate = float(text.strip().replace(",", "."))
        except ValueError:
            said = f"“{text.strip()}” is no learning rate; one is a number such as 0.001"
            raise InputError(said) from None
        if not 0 < rate < math.inf:
            raise InputError("a learning rate must be positive", found=rate)
        self._run.set(learning_rate=rate)
        return f"The learning rate is {rate:g} from the next line on."

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._words, self._wrong = words, wrong
        self.history.append((self._run.progress.counters.training, words))
        self._refresh()


def wide_html(html: str = "", *, hidden: bool = False) -> widgets.HTML:
    """Return a widget as wide as the dashboard."""
    return widgets.HTML(html, layout=widgets.Layout(width="100%", display="none" if hidden else None))
