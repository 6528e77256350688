"""The training dashboard: is it getting better, how long will it take, what does it read now."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, suppress
from html import escape
from typing import Any

import bqplot
import ipywidgets as widgets
import numpy as np
import traitlets

from tessnb.analysis.differences import mark_differences
from tessnb.errors import InputError, TessnbError
from tessnb.training import ListSamples, RunProgress, RunState, TrainingRun
from tessnb.widgets._look import STYLE, TRAINING
from tessnb.widgets._parts import (
    NO_LINE_HTML,
    duration,
    figures_html,
    image_html,
    legend_html,
    line_html,
)
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._summary import (
    FLOOR,
    axis_ticks,
    curve_table,
    decade_below,
    number,
    static_html,
)
from tessnb.widgets._watch import RunWatch, Snapshot

__all__ = ["TrainingDashboard"]

_TICKS = [100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01]
#: Where the axis ends, a little above 100 % so that a curve there is not cut in half.
_TOP = 108.0
_INK = "var(--jp-ui-font-color2, #616161)"
_GRID = "var(--jp-border-color2, #e0e0e0)"
#: Seconds for which a line stays, so that it can be read; seconds that the speed is averaged over.
_LINE_STAYS, _SPEED_OVER = 1.0, 15.0
#: State → the first button: its label, its icon, what it does.
_ACTIONS = {
    RunState.NEW: ("Start", "play"),
    RunState.RUNNING: ("Pause", "pause"),
    RunState.PAUSED: ("Resume", "play"),
    RunState.STOPPED: ("Go on", "play"),
    RunState.FINISHED: ("Pause", "pause"),
    RunState.FAILED: ("Pause", "pause"),
}


class TrainingDashboard(widgets.VBox):
    """A run, live: its state, its errors as a chart, the last line with what was read, and buttons.

    The dashboard only looks on: the run goes on when the page is closed, and needs no dashboard.

    Parameters
    ----------
    run : TrainingRun
        Started or not.
    title : str
        What to call it.
    rate : float
        Updates per second, 2 to 5.
    points : int
        Points of a curve to keep at most.

    Attributes
    ----------
    rate : float
        May be changed.

    Raises
    ------
    TraitError
        If a value is out of its range.

    Examples
    --------
    >>> dashboard = TrainingDashboard(run, title="My first font")
    >>> dashboard.rate
    3.0
    >>> dashboard.close()

    Notes
    -----
    The run's thread only fills a bounded buffer. One thread of the dashboard's own brings the newest state
    into the widgets, and nobody else changes them; the buttons only tell the run.
    """

    rate = traitlets.Float(3.0, min=2.0, max=5.0, help="Updates per second.")
    points = traitlets.Int(600, min=50, max=5000, help="Points of a curve to keep at most.")

    #: What is to be ended with it; nothing yet while values are checked.
    _ends: tuple[Callable[[], None], ...] = ()

    def __init__(
        self, run: TrainingRun, *, title: str = "Training", rate: float = 3.0, points: int = 600
    ) -> None:
        if not isinstance(run, TrainingRun):
            raise InputError(
                "a dashboard shows a training run",
                found=type(run).__name__,
                expected="what train_from_scratch or fine_tune return",
            )
        super().__init__(rate=rate, points=points)
        self.run = run
        self._title = title
        self._speeds: deque[tuple[float, int]] = deque(maxlen=64)
        self._line_shown: tuple[int, float] = (-1, 0.0)
        self._publisher = Publisher(self._publish, self.rate)
        self._watch = RunWatch(run, self.points, self._publisher.start)
        self._ends = self._watch.close, self._publisher.close
        self.observe(lambda change: setattr(self._publisher, "rate", change["new"]), "rate")
        self._make_parts()
        self._publish()
        if run.state in (RunState.RUNNING, RunState.PAUSED):
            self._publisher.start()

    def close(self) -> None:
        """Take the display away and listen no more; the run goes on."""
        for end in self._ends:
            end()
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add what shows where no widgets run."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"] = static_html(self.run.progress, self._watch.snapshot())
            data["text/plain"] = f"{self._title}: {self.run!r}"
        return bundle

    # What is told to the run, from whichever thread a click comes on.

    def _toggle_clicked(self, button: widgets.Button) -> None:
        label = button.description
        if label == "Pause":
            self.run.pause()
        elif label == "Resume":
            self.run.resume()
        else:
            with suppress(InputError):  # a second click on Start
                self.run.start()
        self._publisher.hurry()

    def _stop_clicked(self, button: widgets.Button) -> None:
        self.run.stop(wait=False)
        self._publisher.hurry()

    # The parts.

    def _make_parts(self) -> None:
        self._status, self._figures, self._legend = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._line, self._table = widgets.HTML(), widgets.HTML()
        size = {"width": "104px", "flex": "0 0 auto"}
        self._toggle = widgets.Button(description="Pause", icon="pause", layout=widgets.Layout(**size))
        self._stop = widgets.Button(description="Stop", icon="stop", layout=widgets.Layout(**size))
        self._stop.tooltip = "Stop after the current line; it can go on later"
        self._toggle.on_click(self._toggle_clicked)
        self._stop.on_click(self._stop_clicked)
        buttons = widgets.HBox(
            [self._toggle, self._stop], layout=widgets.Layout(margin="8px 0 12px", grid_gap="8px")
        )
        self._figure = self._make_figure()
        chart = widgets.VBox(
            [self._legend, self._figure], layout=widgets.Layout(flex="1 1 360px", min_width="320px")
        )
        self._figures.layout = widgets.Layout(flex="0 0 176px")
        middle = widgets.HBox(
            [chart, self._figures], layout=widgets.Layout(flex_flow="row wrap", grid_gap="24px")
        )
        self._line.layout = self._table.layout = widgets.Layout(width="100%")
        self.children = (widgets.HTML(STYLE), self._status, buttons, middle, self._line, self._table)
        self.children[0].layout.display = "none"
        self.add_class("tessnb-widget")
        self.add_class("tessnb-dashboard")

    def _make_figure(self) -> bqplot.Figure:
        self._x = bqplot.LinearScale(min=0.0, max=100.0)
        self._y = bqplot.LogScale(min=10.0, max=_TOP)
        scales = {"x": self._x, "y": self._y}

        def line(**style: Any) -> bqplot.Lines:
            """A blue line, unseen until there is something to show."""
            blue = f"var(--tessnb-training, {TRAINING})"
            x, y = np.array([0.0, 1.0]), np.array([100.0, 100.0])
            return bqplot.Lines(x=x, y=y, scales=scales, colors=[blue], visible=False, **style)

        self._bwer = line(line_style="dashed", stroke_width=1.5)
        self._recent = line(stroke_width=1.5, opacities=[0.5])
        self._bcer = line(stroke_width=2.5)
        ticks = {"fill": _INK}
        self._x_axis = bqplot.Axis(
            scale=self._x, tick_format=",", tick_style=ticks, color=_GRID, grid_lines="none"
        )
        self._y_axis = bqplot.Axis(
            scale=self._y, side="left", tick_format="~g", tick_style=ticks, color=_GRID, grid_color=_GRID
        )
        self._show_axes()
        return bqplot.Figure(
            marks=[self._bwer, self._recent, self._bcer],
            axes=[self._x_axis, self._y_axis],
            fig_margin={"top": 12, "bottom": 28, "left": 44, "right": 24},
            padding_x=0.0,
            padding_y=0.0,
            animation_duration=0,
            background_style={"fill": "transparent"},
            layout=widgets.Layout(width="100%", height="260px", min_width="0"),
        )

    # The publisher's thread.

    def _publish(self) -> bool:
        """Show the newest state; return whether more is to come."""
        state = self.run.state
        progress, shot = self.run.progress, self._watch.snapshot()
        with ExitStack() as stack:
            for part in (*self._figure.marks, self._x, self._y, self._x_axis, self._y_axis):
                stack.enter_context(part.hold_sync())
            self._show_curves(progress, shot)
        self._show_buttons(state)
        self._status.value = self._status_html(state, progress)
        self._figures.value = figures_html(progress, shot)
        self._legend.value = legend_html(shot)
        self._show_line(shot, state)
        settled = state not in (RunState.RUNNING, RunState.NEW) and len(shot.curve)
        self._table.value = (
            f"<details><summary>The curve as a table</summary>{curve_table(shot)}</details>"
            if settled
            else ""
        )
        return state in (RunState.RUNNING, RunState.PAUSED)

    def _show_curves(self, progress: RunProgress, shot: Snapshot) -> None:
        if not len(shot.curve):
            return
        x = shot.curve[:, 0]
        for mark, column in ((self._bcer, 1), (self._bwer, 2), (self._recent, 3)):
            mark.x, mark.y, mark.visible = x, shot.curve[:, column].clip(FLOOR), True
        low, reached = decade_below(shot.curve[:, 1:4]), float(x.max())
        right = float(progress.max_iterations) if progress.max_iterations >= reached else self._x.max
        while right < reached:
            right *= 2.0
        if low < self._y.min or right != self._x.max:
            self._y.min, self._x.max = min(low, self._y.min), right
            self._show_axes()

    def _show_axes(self) -> None:
        self._y_axis.tick_values = np.array([tick for tick in _TICKS if tick >= self._y.min * 0.999])
        ticks = axis_ticks(self._x.max)
        with self._x_axis.hold_sync():
            self._x_axis.tick_values = ticks
            self._x_axis.tick_labels = {f"{tick:g}": number(tick) for tick in ticks}

    def _show_buttons(self, state: RunState) -> None:
        label, icon = _ACTIONS[state]
        with self._toggle.hold_sync():
            self._toggle.description, self._toggle.icon = label, icon
            self._toggle.disabled = state in (RunState.FINISHED, RunState.FAILED)
        self._stop.disabled = state not in (RunState.RUNNING, RunState.PAUSED)

    def _status_html(self, state: RunState, progress: RunProgress) -> str:
        done, limit = progress.counters.training, progress.max_iterations
        self._speeds.append((progress.seconds, done))
        while len(self._speeds) > 2 and self._speeds[-1][0] - self._speeds[0][0] > _SPEED_OVER:
            self._speeds.popleft()
        (earlier, before), (now, _) = self._speeds[0], self._speeds[-1]
        speed = (done - before) / (now - earlier) if now > earlier else self.run.speed
        parts = [f"<b>{escape(self._title)}</b>", f"<span>{state.value}</span>"]
        parts.append(f"<span>{number(done)}{f' / {number(limit)}' if limit else ''} iterations</span>")
        if state is RunState.NEW:
            parts.append("<span>press Start, or call <code>run.start()</code></span>")
        elif state is RunState.RUNNING and speed > 0:
            parts.append(f"<span>{number(speed)} lines/s</span>")
            if limit > done:
                parts.append(f"<span>{duration((limit - done) / speed)} left</span>")
        elif progress.seconds:
            parts.append(f"<span>{duration(progress.seconds)}, {number(self.run.speed)} lines/s</span>")
            if self.run.reason is not None and state is RunState.FINISHED:
                parts.append(f"<span>{escape(self.run.reason.value)}</span>")
        html = f'<div class="tessnb-status tessnb-tabular tessnb-soft">{"".join(parts)}</div>'
        if self.run.error is not None:
            kind = "" if isinstance(self.run.error, TessnbError) else f"{type(self.run.error).__name__}: "
            html += f'<div class="tessnb-failure" role="alert">{escape(kind + str(self.run.error))}</div>'
        return html

    def _show_line(self, shot: Snapshot, state: RunState) -> None:
        event = shot.line
        if event is None:
            self._line.value = NO_LINE_HTML
            return
        serial, since = self._line_shown
        now = time.monotonic()
        if serial == event.counters.sample or (state is RunState.RUNNING and now - since < _LINE_STAYS):
            return
        self._line_shown = event.counters.sample, now
        image = image_html(self._sample(event.counters.sample - 1), event.truth)
        marked, errors = mark_differences(event.truth, event.found)
        self._line.value = line_html(event.truth, marked, errors, image)

    def _sample(self, serial: int) -> object:
        """Return a line that was trained, if it can be had without disturbing the run."""
        samples = self.run.trainer.samples
        return samples.line(serial) if isinstance(samples, ListSamples) else None
