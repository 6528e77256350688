"""The dashboard's buttons, and what they have to say."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import ipywidgets as widgets

from tessnb.errors import InputError, TessnbError
from tessnb.training import RunState, TrainingRun
from tessnb.widgets._parts import said_html
from tessnb.widgets._watch import Snapshot, stops_when

__all__ = ["RunControls", "wide_html"]

#: State → the first button: its label, its icon, what it does.
_ACTIONS = {
    RunState.NEW: ("Start", "play"),
    RunState.RUNNING: ("Pause", "pause"),
    RunState.PAUSED: ("Resume", "play"),
    RunState.STOPPED: ("Go on", "play"),
}


_STOP = (
    "Stop after the current line; it can go on later. While a cell is running, interrupt the kernel instead"
)


class RunControls:
    """Buttons that tell a run what to do, from whichever thread a click comes on.

    Parameters
    ----------
    run : TrainingRun
    refresh : callable
        Called when something is to be shown soon.

    Attributes
    ----------
    box : HBox
        The buttons, and the learning rate.
    said : HTML
        What ends the run, and what was said last.
    history : deque of tuple of int and str
        Iteration and what was said, some of the last.
    """

    def __init__(self, run: TrainingRun, refresh: Callable[[], None]) -> None:
        self._run, self._refresh = run, refresh
        self.history: deque[tuple[int, str]] = deque(maxlen=50)
        self._words, self._wrong = "", False
        self._toggle = _button("Pause", "pause", "Wait after the current line, or go on", self._pause_clicked)
        self._stop = _button("Stop", "stop", _STOP, self._stop_clicked)
        self._keep = _button("Checkpoint", "save", "Write a checkpoint now, that stays", self._keep_clicked)
        self._rate = widgets.Text(
            description="Learning rate",
            placeholder="a new one, Enter",
            continuous_update=False,
            style={"description_width": "auto"},
            layout=widgets.Layout(width="232px"),
        )
        self._rate.observe(self._rate_entered, "value")
        self._rate_now = widgets.HTML()
        self.said = wide_html()
        self.box = widgets.HBox(
            [self._toggle, self._stop, self._keep, self._rate, self._rate_now],
            layout=widgets.Layout(
                margin="8px 0 8px", grid_gap="8px", flex_flow="row wrap", align_items="center"
            ),
        )

    def show(self, shot: Snapshot) -> None:
        """Show the state of the run; in the publisher's thread."""
        state = shot.progress.state
        with self._toggle.hold_sync():
            self._toggle.description, self._toggle.icon = _ACTIONS.get(state, ("Pause", "pause"))
            self._toggle.disabled = state not in _ACTIONS
        self._stop.disabled = state not in (RunState.RUNNING, RunState.PAUSED)
        self._keep.disabled = state is RunState.FAILED
        self._rate_now.value = f'<span class="tessnb-soft tessnb-tabular">now {shot.rate:.3g}</span>'
        if state in (RunState.FINISHED, RunState.FAILED):
            self.said.value = said_html(None, self._words, wrong=self._wrong)
        else:
            self.said.value = said_html(stops_when(self._run), self._words, wrong=self._wrong)

    def _pause_clicked(self, button: widgets.Button) -> None:
        label = button.description
        if label == "Pause":
            self._run.pause()
        elif label == "Resume":
            self._run.resume()
        else:
            with suppress(InputError):  # a second click on Start
                self._run.start()
        self._refresh()

    def _stop_clicked(self, button: widgets.Button) -> None:
        self._run.stop(wait=False)
        self._refresh()

    def _keep_clicked(self, button: widgets.Button) -> None:
        try:
            path = self._run.checkpoint(wait=False)
        except TessnbError as error:
            self._say(str(error), wrong=True)
        else:
            written = f"{os.path.basename(path)} is written." if path else ""
            self._say(written or "A checkpoint is written after this line.")

    def _rate_entered(self, change: dict[str, Any]) -> None:
        text = str(change["new"]).strip()
        if not text:
            return
        try:
            rate = float(text.replace(",", "."))
        except ValueError:
            self._say(f"“{text}” is no learning rate; one is a number such as 0.001.", wrong=True)
            return
        try:
            self._run.set(learning_rate=rate)
        except TessnbError as error:
            self._say(str(error), wrong=True)
        else:
            self._say(f"The learning rate is {rate:g} from the next line on.")

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._words, self._wrong = words, wrong
        self.history.append((self._run.progress.counters.training, words))
        self._refresh()


def _button(label: str, icon: str, tooltip: str, act: Callable[[widgets.Button], None]) -> widgets.Button:
    layout = widgets.Layout(width="auto", min_width="104px")
    made = widgets.Button(description=label, icon=icon, tooltip=tooltip, layout=layout)
    made.on_click(act)
    return made


def wide_html(html: str = "", *, hidden: bool = False) -> widgets.HTML:
    """Return a widget as wide as the dashboard."""
    return widgets.HTML(html, layout=widgets.Layout(width="100%", display="none" if hidden else None))
