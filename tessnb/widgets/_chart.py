"""The dashboard's chart: errors against iterations, and what happened on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import bqplot
import ipywidgets as widgets
import numpy as np

from tessnb.widgets._look import HELD_OUT, OLD, RATE, TRAINING, WARNING
from tessnb.widgets._summary import FLOOR, axis_ticks, decade_below, number, percent
from tessnb.widgets._watch import Snapshot

__all__ = ["EVENTS", "METRIC_NAMES", "Chart", "curves_of"]

#: Error → what it is called.
METRIC_NAMES = {"bcer": "BCER", "bwer": "BWER", "cer": "CER", "wer": "WER", "delta": "delta", "rms": "RMS"}
#: Error, or number of the run where several are compared → how its line is drawn.
_DASHES = {"bcer": "solid", "cer": "solid", "bwer": "dashed", "wer": "dashed"}
_RUN_DASHES = ("solid", "dashed", "dotted", "dash_dotted")
#: How a line is drawn → the same beside its name.
_SAMPLES = {"solid": "━", "dashed": "╍", "dotted": "┅", "dash_dotted": "╌·"}

_COLOURS = {
    "training": f"var(--tessnb-training, {TRAINING})",
    "held-out": f"var(--tessnb-held-out, {HELD_OUT})",
    "old": f"var(--tessnb-old, {OLD})",
}
#: The same for words, dark enough to be read on white.
_WORDS = {
    "training": _COLOURS["training"],
    "held-out": f"var(--tessnb-held-out-words, {HELD_OUT})",
    "old": f"var(--tessnb-old-words, {OLD})",
}
_WARNING, _RATE = f"var(--tessnb-warning, {WARNING})", f"var(--tessnb-rate, {RATE})"
_INK = "var(--jp-ui-font-color2, #616161)"
_GRID = "var(--jp-border-color2, #e0e0e0)"

#: What happened → its form, its colour, whether it is filled.
EVENTS = {
    "stage": ("triangle-up", _INK, True),
    "diverged": ("cross", _WARNING, True),
    "reverted": ("triangle-down", _WARNING, True),
    "trial started": ("diamond", _INK, False),
    "trial won": ("diamond", _INK, True),
    "rates reduced": ("square", _RATE, False),
}

_TICKS = (100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
_HEIGHT, _MARGIN = 280, {"top": 20, "bottom": 28, "left": 48, "right": 116}
#: The plot's height in px, how far apart words must be, and how wide a letter and the plot are at least.
_INNER, _APART, _LETTER, _WIDE = 232, 15, 7, 420


@dataclass(frozen=True)
class _Drawn:
    """A curve to be drawn."""

    key: tuple[int, str, str]
    x: np.ndarray
    y: np.ndarray
    name: str
    style: dict[str, Any]

    @property
    def colour(self) -> str:
        return _COLOURS[self.key[1]]


def curves_of(
    shot: Snapshot, metrics: Sequence[str], window: int
) -> Iterator[tuple[Literal["training", "held-out", "old"], str, np.ndarray, np.ndarray]]:
    """Yield what there is to draw of a run: data, error, iterations, percent."""
    for metric in metrics:
        yield "training", metric, *shot.trained(metric, window)
        yield "held-out", metric, *shot.read(metric)
    if len(shot.old):
        yield "old", "cer", shot.old[:, 0], shot.old[:, 1]


class Chart:
    """Errors against iterations; only one thread may draw.

    Attributes
    ----------
    figure : bqplot.Figure
    lines : dict
        Number of the run, data and error → the mark of a curve.
    """

    def __init__(self) -> None:
        # The axis is always linear: what is logarithmic is computed here, so that it can change.
        self._x, self._y = bqplot.LinearScale(min=0.0, max=100.0), bqplot.LinearScale(min=0.0, max=2.0)
        self._scales = {"x": self._x, "y": self._y}
        self.lines: dict[tuple[int, str, str], bqplot.Lines] = {}
        self._events = {kind: self._points(*form) for kind, form in EVENTS.items()}
        self._saved = self._points("circle", _COLOURS["training"], False, size=36)
        self._best = self._points("circle", _COLOURS["training"], True, size=72)
        self._best_read = self._points("diamond", _COLOURS["held-out"], True, size=96)
        self._ends = self._label(x_offset=8, apply_clip=False)
        self._words = self._label(x_offset=8, apply_clip=False)
        self._bests = self._label(y_offset=20, align="middle")
        ticks = {"fill": _INK}
        self._x_axis = bqplot.Axis(scale=self._x, tick_style=ticks, color=_GRID, grid_lines="none")
        self._y_axis = bqplot.Axis(
            scale=self._y, side="left", tick_style=ticks, color=_GRID, grid_color=_GRID
        )
        self._fixed = [
            *(*self._events.values(), self._saved, self._best, self._best_read),
            *(self._ends, self._words, self._bests),
        ]
        self.figure = bqplot.Figure(
            marks=self._fixed,
            axes=[self._x_axis, self._y_axis],
            fig_margin=_MARGIN,
            padding_x=0.0,
            padding_y=0.0,
            animation_duration=0,
            background_style={"fill": "transparent"},
            layout=widgets.Layout(width="100%", height=f"{_HEIGHT}px", min_width="0"),
        )
        self._log, self._low, self._top = True, 10.0, 1.0
        self._axes_shown: tuple[float, ...] = ()

    def draw(
        self, shots: Sequence[tuple[str, Snapshot]], metrics: Sequence[str], window: int, log: bool
    ) -> None:
        """Show runs by their names, the first with what happened to it."""
        drawn = list(self._drawn(shots, metrics, window))
        with ExitStack() as stack:
            for part in (*self._fixed, *self.lines.values(), self._x, self._y, self._x_axis, self._y_axis):
                stack.enter_context(part.hold_sync())
            self._fit(drawn, shots, log)
            self._draw_curves(drawn)
            self._draw_happenings(shots[0][1], metrics[0] if metrics else "bcer", window)

    def _drawn(
        self, shots: Sequence[tuple[str, Snapshot]], metrics: Sequence[str], window: int
    ) -> Iterator[_Drawn]:
        several = len(shots) > 1
        for place, (run, shot) in enumerate(shots):
            for data, metric, x, y in curves_of(shot, metrics[:1] if several else metrics, window):
                if not np.isfinite(y).any():
                    continue
                dash = _RUN_DASHES[place % len(_RUN_DASHES)] if several else _DASHES.get(metric, "dotted")
                words = [_SAMPLES[dash], METRIC_NAMES[metric] if not several else _short(run)]
                words += {"held-out": ["held-out"], "old": ["old"]}.get(data, [])
                style: dict[str, Any] = {
                    "line_style": dash,
                    "stroke_width": 1.5 if place or data != "training" else 2,
                }
                if data != "training" and len(x) <= 60:
                    style |= {"marker": "circle" if data == "held-out" else "square", "marker_size": 20}
                yield _Drawn((place, data, metric), x, y, " ".join(words), style)

    def _fit(self, drawn: Sequence[_Drawn], shots: Sequence[tuple[str, Snapshot]], log: bool) -> None:
        """Make the axes hold everything; they never shrink, so that nothing jumps."""
        if log != self._log:
            self._log, self._low, self._top = log, 10.0, 1.0
        values = np.concatenate([[100.0] if not drawn else [], *(each.y for each in drawn)])
        finite = values[np.isfinite(values)]
        self._low = min(self._low, decade_below(finite))
        highest = min(float(finite.max(initial=0.0)), 100.0)
        self._top = max(self._top, next(tick for tick in reversed(_TICKS) if tick >= highest), 10 * self._low)
        reached = max([1.0, *(float(np.nanmax(each.x)) for each in drawn if len(each.x))])
        limits = [shot.progress.max_iterations for _, shot in shots]
        right = 100.0
        while right < reached:
            right *= 2.0
        if all(limits) and max(limits) >= reached:
            right = min(right, float(max(limits)))
        bottom, top = self._place(np.array([self._low if log else 0.0, self._top]))
        shown = (float(bottom), float(top + 0.02 * (top - bottom)), right)
        if shown != self._axes_shown:
            self._axes_shown = shown
            (self._y.min, self._y.max), self._x.max = shown[:2], right
            self._show_ticks(right)

    def _show_ticks(self, right: float) -> None:
        percents = [tick for tick in _TICKS if self._low * 0.999 <= tick <= self._top] if self._log else None
        shown = np.array(percents) if percents is not None else axis_ticks(self._top)
        places = self._place(shown).round(4)
        self._y_axis.tick_values = places
        self._y_axis.tick_labels = {
            _key(at): f"{tick:g}\u202f%" for at, tick in zip(places, shown, strict=True)
        }
        ticks = axis_ticks(right)
        self._x_axis.tick_values = ticks
        self._x_axis.tick_labels = {_key(tick): number(tick) for tick in ticks}

    def _place(self, values: np.ndarray) -> np.ndarray:
        """Return where percentages stand on the axis."""
        return np.asarray(np.log10(values.clip(FLOOR, 100.0)) if self._log else values.clip(0.0, 100.0))

    def _draw_curves(self, drawn: Sequence[_Drawn]) -> None:
        for each in drawn:
            if each.key not in self.lines:
                self.lines[each.key] = bqplot.Lines(
                    scales=self._scales, colors=[each.colour], x=[0.0], y=[0.0]
                )
                self.figure.marks = [*self.lines.values(), *self._fixed]
            line = self.lines[each.key]
            line.x, line.y, line.visible = each.x, self._place(each.y), True
            for name, value in each.style.items():
                setattr(line, name, value)
            if "marker" not in each.style:
                line.marker = None
        shown = {each.key for each in drawn}
        for key, line in self.lines.items():
            if key not in shown and line.visible:
                line.visible = False
        # Names stand in the margin, where they cover nothing and do not move along.
        ends = [float(self._place(each.y[np.isfinite(each.y)][-1:])[0]) for each in drawn]
        right = self._axes_shown[2]
        words = [(right, end, each.name) for each, end in zip(drawn, self._spread(ends), strict=True)]
        _write(self._ends, words, [_WORDS[each.key[1]] for each in drawn])

    def _spread(self, places: Sequence[float]) -> list[float]:
        """Move words apart, so that none covers another."""
        bottom, top, _ = self._axes_shown
        apart = _APART * (top - bottom) / _INNER
        order = sorted(range(len(places)), key=places.__getitem__)
        spread = list(places)
        for lower, upper in pairwise(order):
            spread[upper] = max(spread[upper], spread[lower] + apart)
        if order and (above := spread[order[-1]] - top) > 0:
            spread[order[-1]] -= above
            for upper, lower in pairwise(order[::-1]):
                spread[lower] = min(spread[lower], spread[upper] - apart)
        return spread

    def _draw_happenings(self, shot: Snapshot, metric: str, window: int) -> None:
        x, y = shot.trained(metric, window)
        known = np.isfinite(y)
        order = np.argsort(x[known], kind="stable")

        def on_curve(iterations: Iterable[float]) -> np.ndarray:
            at = np.asarray(list(iterations), float)
            if not known.any() or not len(at):
                return np.empty(0)
            return self._place(np.interp(at, x[known][order], y[known][order]))

        _show(self._saved, np.array(shot.saved, float), on_curve(shot.saved))
        best, best_read = shot.best, shot.best_read if metric == "cer" else None
        at = [] if best is None else [float(best[0])]
        _show(self._best, np.array(at), on_curve(at))
        bests = [(at[0], float(on_curve(at)[0]), f"best {percent(best[1])}")] if best and known.any() else []
        if best_read is not None:
            point = float(best_read[0]), float(self._place(np.array([best_read[1]]))[0])
            _show(self._best_read, np.array(point[:1]), np.array(point[1:]))
            bests = [(*point, f"best {percent(best_read[1])}")]
        else:
            _show(self._best_read, np.empty(0), np.empty(0))
        colour = _WORDS["held-out" if best_read is not None else "training"]
        _write(self._bests, bests, colour)
        bottom, top, right = self._axes_shown
        edge = top - 0.02 * (top - bottom)
        for kind, points in self._events.items():
            places = np.array([mark.iteration for mark in shot.marks if mark.kind == kind], float)
            _show(points, places, np.full(len(places), edge))
        words, free = [], right * 2
        for mark in reversed([mark for mark in shot.marks if mark.kind in EVENTS]):
            text = mark.detail if mark.kind == "stage" else mark.kind
            if mark.iteration + (len(text) + 3) * _LETTER * right / _WIDE <= free:
                words.append((float(mark.iteration), edge, text))
                free = float(mark.iteration)
        _write(self._words, words, _INK)

    def _points(self, marker: str, colour: str, filled: bool, size: int = 64) -> bqplot.Scatter:
        return bqplot.Scatter(
            x=[0.0],
            y=[0.0],
            scales=self._scales,
            colors=[colour],
            stroke=colour,
            stroke_width=1.5,
            fill=filled,
            marker=marker,
            default_size=size,
            visible=False,
        )

    def _label(self, **options: Any) -> bqplot.Label:
        return bqplot.Label(
            x=[0.0],
            y=[0.0],
            text=[""],
            scales=self._scales,
            default_size=12,
            font_weight="normal",
            visible=False,
            **{"align": "start", **options},
        )


def _show(points: bqplot.Scatter, x: np.ndarray, y: np.ndarray) -> None:
    points.visible = bool(len(y))
    if len(y):
        points.x, points.y = x, y


def _write(
    label: bqplot.Label, words: Sequence[tuple[float, float, str]], colours: str | Sequence[str]
) -> None:
    label.visible = bool(words)
    if words:
        x, y, texts = zip(*words, strict=True)
        label.x, label.y, label.text = np.array(x), np.array(y), np.array(texts)
        label.colors = [colours] if isinstance(colours, str) else list(colours)


def _short(name: str, length: int = 14) -> str:
    return name if len(name) <= length else f"{name[: length - 1]}…"


def _key(tick: float) -> str:
    """Return a tick as JavaScript writes it."""
    return str(int(tick)) if tick == int(tick) else repr(float(tick))
