"""The training dashboard: is it getting better, is it hurting old material, how long will it take."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ipywidgets as widgets
import traitlets

from tessnb.analysis import TrainingLog
from tessnb.errors import InputError
from tessnb.training import RunRecord, RunState, TrainingRun
from tessnb.widgets import _parts as parts
from tessnb.widgets._chart import METRIC_NAMES, Chart
from tessnb.widgets._controls import RunControls, wide_html
from tessnb.widgets._look import STYLE
from tessnb.widgets._order import in_order
from tessnb.widgets._past import LogWatch, RecordWatch
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._still import Still
from tessnb.widgets._summary import curve_table, static_html
from tessnb.widgets._watch import WINDOW, RunWatch, Seen, Snapshot, Watch

__all__ = ["TrainingDashboard"]

#: Seconds for which a line stays, so that it can be read.
_LINE_STAYS = 1.5
#: Updates between two of what is folded, when it is open.
_FOLDED_EVERY = 4
#: Updates per second where nobody sees them: a hidden page would keep them all until it is looked at.
_HIDDEN_RATE = 1 / 30
#: What can be shown.
Source = TrainingRun | RunRecord | TrainingLog

#: What can be unfolded; a record knows nothing of single lines, a log only the last two.
_SECTIONS = ("Skipped lines", "Learning rates by layer", "Checkpoints", "What happened", "Table")
_KNOWN = {TrainingRun: _SECTIONS, RunRecord: _SECTIONS[1:], TrainingLog: _SECTIONS[-2:]}


class TrainingDashboard(Still, widgets.VBox):
    """A run, live: its state, its errors as a chart, the last lines with what was read, and buttons.

    The dashboard only looks on: the run goes on when the page is closed, and needs no dashboard. Old material
    is shown if a `ForgettingMonitor` watches the run.

    Parameters
    ----------
    run : TrainingRun, RunRecord or TrainingLog
        Started or not; or the record of one in another process; or an old log, as `read_log` returns it.
    title : str
        What to call it.
    others : sequence of TrainingRun, RunRecord or TrainingLog
        What to compare it with.
    names : sequence of str, optional
        What to call the others.
    curves : sequence of str, optional
        Which errors to draw: ``bcer``, ``bwer``, ``cer``, ``wer``, ``delta``, ``rms``. By default the CER if
        lines are held out and no log is shown, else the BCER. Several runs are compared by the first one.
    log_axis : bool
        Whether the axis is logarithmic.
    smoothing : int
        Lines that a point of the training's curves is the mean of: 1000, 300, 100, 30, or 1.
    rate : float
        Updates per second, 2 to 5.
    points : int
        Points of a curve to keep at most.

    Attributes
    ----------
    rate, curves, log_axis, smoothing
        May be changed.

    Raises
    ------
    TraitError
        If a value is out of its range.
    InputError
        If it is given something else than runs and logs.

    Examples
    --------
    >>> dashboard = TrainingDashboard(run, title="My first font", curves=["bcer", "bwer"])
    >>> dashboard.smoothing = 100
    >>> dashboard.close()

    Notes
    -----
    The run's thread only keeps a few lines for it. One thread of the dashboard's own brings the newest state
    into the widgets, and nobody else changes them; the buttons only tell the run. They reach it while a cell
    is running; a run in another process takes what it is told from a file beside its record.
    """

    rate = traitlets.Float(3.0, min=2.0, max=5.0, help="Updates per second.")
    points = traitlets.Int(600, min=50, max=5000, help="Points of a curve to keep at most.")
    curves = traitlets.Tuple(("bcer",), help="Which errors to draw.")
    log_axis = traitlets.Bool(True, help="Whether the axis is logarithmic.")
    smoothing = traitlets.Enum([1000, 300, 100, 30, 1], WINDOW, help="Lines that are averaged.")

    #: What is to be ended with it; nothing yet while values are checked.
    _ends: tuple[Callable[[], None], ...] = ()

    def __init__(
        self,
        run: Source,
        *,
        title: str = "",
        others: Sequence[Source] = (),
        names: Sequence[str] | None = None,
        curves: Sequence[str] | None = None,
        log_axis: bool = True,
        smoothing: int = WINDOW,
        rate: float = 3.0,
        points: int = 600,
    ) -> None:
        for each in (run, *others):
            if not isinstance(each, TrainingRun | RunRecord | TrainingLog):
                raise InputError(
                    "a dashboard shows training runs and logs",
                    found=type(each).__name__,
                    expected="what train_from_scratch, fine_tune or read_log return",
                )
        if names is not None and len(names) != len(others):
            raise InputError("each of the others has a name", found=len(names), expected=str(len(others)))
        if curves is None:
            logs = any(isinstance(each, TrainingLog) for each in (run, *others))
            curves = ("bcer",) if logs or getattr(run, "held_out", None) is None else ("cer",)
        super().__init__(
            rate=rate, points=points, curves=tuple(curves), log_axis=log_axis, smoothing=smoothing
        )
        self.run = run
        self._title = title or _name(run, "Training")
        called = names or [_name(each, f"run {number}") for number, each in enumerate(others, 2)]
        self._names = (self._title, *called)
        self._seen: list[tuple[Seen | None, float]] = []
        self._turns = 0
        self._publisher = Publisher(self._publish, self.rate)
        self._publisher.hold()  # the run may start before there is anything to show it with
        self._watches: tuple[Watch, ...] = tuple(self._watch(each) for each in (run, *others))
        self._ends = (*(watch.close for watch in self._watches), self._publisher.close)
        self._make_parts()
        self.observe(lambda change: self._refresh(), ["curves", "log_axis", "smoothing"])
        self._publisher.begin()

    @classmethod
    def compare(cls, runs: Sequence[Source], **options: Any) -> TrainingDashboard:
        """Return a dashboard of several runs; the first one has the buttons.

        Parameters
        ----------
        runs : sequence of TrainingRun, RunRecord or TrainingLog
        **options
            Of `TrainingDashboard`; ``names`` are those of all runs here.

        Raises
        ------
        InputError
            If there are none.
        """
        if not len(runs):
            raise InputError("there is no run to show")
        names = options.pop("names", None)
        if names is not None:
            options = {"title": names[0], "names": names[1:], **options}
        return cls(runs[0], others=runs[1:], **options)

    @traitlets.validate("curves")
    def _known_curves(self, proposal: Any) -> tuple[str, ...]:
        unknown = set(proposal["value"]) - set(METRIC_NAMES)
        if unknown:
            raise traitlets.TraitError(
                f"unknown curves: {', '.join(sorted(map(str, unknown)))}; known are {', '.join(METRIC_NAMES)}"
            )
        return tuple(name for name in METRIC_NAMES if name in proposal["value"])

    def close(self) -> None:
        """Take the display away and listen no more; the run goes on."""
        for end in self._ends:
            end()
        self._ends = ()
        _close_inside(self)
        super().close()

    def _still(self) -> tuple[str, str]:
        return static_html(self._title, self._shots), f"{self._title}: {self.run!r}"

    def _watch(self, source: Source) -> Watch:
        if isinstance(source, TrainingLog):
            return LogWatch(source, self.points)
        if isinstance(source, RunRecord):
            return RecordWatch(source, self.points)
        return RunWatch(source, self.points, self._publisher.start)

    def _refresh(self) -> None:
        for watch in self._watches:
            watch.renew()
        self._publisher.start()
        self._publisher.hurry()

    # The parts.

    def _make_parts(self) -> None:
        self._status, self._legend = widgets.HTML(), widgets.HTML()
        self._figures = widgets.HTML(layout=widgets.Layout(flex="0 0 208px"))
        self._comparison = wide_html(hidden=len(self._watches) < 2)
        self._controls = None if isinstance(self.run, TrainingLog) else self._make_controls(self.run)
        controls = () if self._controls is None else (self._controls, self._controls.said)
        first = wide_html(parts.NO_LINE_HTML, hidden=not isinstance(self.run, TrainingRun))
        self._lines = [first, wide_html(hidden=True), wide_html(hidden=True)]
        self._seen = [(None, 0.0) for _ in self._lines]
        self._chart = Chart()
        chart = widgets.VBox(
            [self._legend, self._chart.figure, self._make_choices()],
            layout=widgets.Layout(flex="1 1 420px", min_width="320px"),
        )
        middle = widgets.HBox(
            [chart, self._figures], layout=widgets.Layout(flex_flow="row wrap", grid_gap="24px")
        )
        style = widgets.HTML(STYLE, layout=widgets.Layout(display="none"))
        self.children = (
            *(style, self._status, *controls, middle, self._comparison),
            *(*self._lines, *self._make_sections()),
        )
        in_order(self)
        self.add_class("tessnb-widget")
        self.add_class("tessnb-dashboard")

    def _make_controls(self, run: TrainingRun | RunRecord) -> RunControls:
        """Make the buttons; they also tell whether the page is hidden, where updates would only pile up."""

        def pace(seen: bool) -> None:
            self._publisher.rate = self.rate if seen else _HIDDEN_RATE
            if seen:
                self._refresh()

        controls = RunControls(run, self._refresh, pace)
        self.observe(lambda change: pace(controls.seen), "rate")
        return controls

    def _make_choices(self) -> widgets.HBox:
        """Make what chooses curves, smoothing and axis; only the page and the traits change it."""
        self._curve_boxes, self._choosing = {}, False

        def box(label: str, chosen: bool) -> widgets.Checkbox:
            return widgets.Checkbox(
                chosen, description=label, indent=False, layout=widgets.Layout(width="auto")
            )

        for name, label in METRIC_NAMES.items():
            self._curve_boxes[name] = box(label, name in self.curves)
            self._curve_boxes[name].observe(lambda change: self._curves_chosen(), "value")
        self.observe(lambda change: self._show_choice(), "curves")
        axis = box("log axis", self.log_axis)
        smoothing = widgets.Dropdown(
            options=parts.smoothing_names(),
            description="mean of",
            style={"description_width": "auto"},
            layout=widgets.Layout(width="164px"),
        )
        traitlets.link((self, "log_axis"), (axis, "value"))
        traitlets.link((self, "smoothing"), (smoothing, "value"))
        return widgets.HBox(
            [*self._curve_boxes.values(), axis, smoothing],
            layout=widgets.Layout(flex_flow="row wrap", grid_gap="0 16px", align_items="center"),
        )

    def _curves_chosen(self) -> None:
        if not self._choosing:
            self.curves = tuple(name for name, each in self._curve_boxes.items() if each.value)

    def _show_choice(self) -> None:
        self._choosing = True
        for name, each in self._curve_boxes.items():
            each.value = name in self.curves
        self._choosing = False

    def _make_sections(self) -> tuple[widgets.Widget, ...]:
        """Make what is folded; nothing of it is sent before it is opened."""
        self._folds: list[tuple[widgets.ToggleButton, widgets.HTML]] = []
        for label in next(known for kind, known in _KNOWN.items() if isinstance(self.run, kind)):
            toggle = widgets.ToggleButton(
                description=label, icon="caret-right", tooltip="Show", layout=widgets.Layout(width="auto")
            )
            toggle.observe(self._folded, "value")
            self._folds.append((toggle, wide_html(hidden=True)))
        bar = widgets.HBox(
            [toggle for toggle, _ in self._folds],
            layout=widgets.Layout(margin="12px 0 8px", flex_flow="row wrap", grid_gap="8px"),
        )
        return bar, *(shown for _, shown in self._folds)

    def _folded(self, change: dict[str, Any]) -> None:
        opened, toggle = change["new"], change["owner"]
        toggle.icon, toggle.tooltip = ("caret-down", "Hide") if opened else ("caret-right", "Show")
        self._refresh()

    # The publisher's thread.

    @property
    def _shots(self) -> list[tuple[str, Snapshot]]:
        return [(name, watch.snapshot()) for name, watch in zip(self._names, self._watches, strict=True)]

    def _publish(self) -> bool:
        """Show the newest state; return whether more is to come."""
        shots = self._shots
        shot = shots[0][1]
        self._chart.draw(shots, self.curves, self.smoothing, self.log_axis)
        self._status.value = parts.status_html(self._title, shot, getattr(self.run, "error", None))
        self._figures.value = parts.figures_html(shot)
        missing = isinstance(self.run, TrainingRun) and self.run.held_out is None
        self._legend.value = parts.legend_html(shot, self.smoothing, missing)
        if self._controls is not None:
            self._controls.show(shot)
        if len(shots) > 1:
            self._comparison.value = parts.comparison_html(shots)
        self._show_lines(shot)
        self._show_sections(shots)
        return any(each.progress.state in (RunState.RUNNING, RunState.PAUSED) for _, each in shots)

    def _show_lines(self, shot: Snapshot) -> None:
        """Put the newest line in the place of the oldest; each stays long enough to be read."""
        now = time.monotonic()
        known = {id(seen.event) for seen, _ in self._seen if seen is not None}
        fresh = [seen for seen in shot.lines if id(seen.event) not in known]
        if shot.progress.state.is_over:
            self._lines[0].layout.display = None if known or fresh else "none"
        else:
            newest = max(since for _, since in self._seen)
            fresh = fresh[-1:] if now - newest >= _LINE_STAYS else []
        for seen in fresh:
            place = min(range(len(self._seen)), key=lambda at: self._seen[at][1])
            self._seen[place] = seen, max(now, self._seen[place][1] + 1e-6)
            now += 1e-6
            self._lines[place].value = parts.line_html(seen)
            self._lines[place].layout.display = None

    def _show_sections(self, shots: Sequence[tuple[str, Snapshot]]) -> None:
        self._turns += 1
        for toggle, shown in self._folds:
            closed = shown.layout.display == "none"
            if toggle.value and (
                closed or self._turns % _FOLDED_EVERY == 0 or shots[0][1].progress.state.is_over
            ):
                inner = self._section(toggle.description, shots)
                shown.value = f'<div class="tessnb-section"><h4>{toggle.description}</h4>{inner}</div>'
            if toggle.value is closed:
                shown.layout.display = None if toggle.value else "none"

    def _section(self, label: str, shots: Sequence[tuple[str, Snapshot]]) -> str:
        if label == "Table":
            return curve_table(shots)
        if label == "What happened":
            said = self._controls.history if self._controls is not None else ()
            return parts.happenings_html(shots[0][1], said)
        if isinstance(self.run, TrainingRun) and label == "Skipped lines":
            return parts.skipped_html(self.run.skipped)
        assert not isinstance(self.run, TrainingLog)
        if label == "Checkpoints":
            return parts.checkpoints_html(self.run.checkpoints)
        return parts.rates_html(self.run.layer_rates, shots[0][1].progress.counters.training)


def _close_inside(widget: widgets.Widget) -> None:
    """Close all that a widget is made of, which Jupyter would keep for ever."""
    for value in widget.trait_values().values():
        several = value.values() if isinstance(value, dict) else value
        for each in several if isinstance(several, Iterable) else [several]:
            if isinstance(each, widgets.Widget) and each.comm is not None:
                each.close()
                _close_inside(each)


def _name(source: Source, otherwise: str) -> str:
    """Return what a run or log is called: after its checkpoints or its file."""
    if not isinstance(source, TrainingRun):
        return source.name
    output = source.trainer.model_output
    return os.path.basename(output) if output else otherwise
