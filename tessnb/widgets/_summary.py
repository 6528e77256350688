"""A run in words, figures and a still picture: for screen readers, and for where no widgets run."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from html import escape

import numpy as np

from tessnb.analysis.differences import mark_differences
from tessnb.widgets._look import HELD_OUT, OLD, TRAINING
from tessnb.widgets._watch import Snapshot

__all__ = [
    "FLOOR",
    "axis_ticks",
    "counted",
    "curve_sentence",
    "curve_table",
    "decade_below",
    "duration",
    "number",
    "percent",
    "static_html",
]

#: The smallest percentage that the logarithmic axis shows; 0 is drawn there.
FLOOR = 0.01
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 260, 48, 28


def number(value: float) -> str:
    """Return a whole number with thin spaces between thousands."""
    return f"{round(value):,}".replace(",", "\u202f")


def counted(value: int, thing: str, things: str = "") -> str:
    """Return a count of things; of their name the plural, if it is not regular."""
    return f"{number(value)} {thing if value == 1 else things or f'{thing}s'}"


def percent(value: float) -> str:
    """Return a percentage with as many digits as it deserves."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.1f}\u202f%" if value >= 1.95 else f"{value:.2f}\u202f%"


def duration(seconds: float) -> str:
    """Return seconds in words: ``1 min 05 s``."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def decade_below(values: np.ndarray) -> float:
    """Return the power of ten at which an axis for these percentages begins: 10, 1, 0.1 or `FLOOR`."""
    finite = values[np.isfinite(values)]
    lowest = float(finite.min()) if finite.size else 100.0
    return min(10.0, max(FLOOR, 10.0 ** math.floor(math.log10(max(lowest, FLOOR)))))


def axis_ticks(right: float) -> np.ndarray:
    """Return round numbers from 0 to `right` (above 0), 3 to 8 of them."""
    step = 10.0 ** math.floor(math.log10(right))
    step *= next(part for part in (0.1, 0.2, 0.5, 1.0, 2.0) if right / (part * step) <= 6.5)
    return np.arange(0.0, right * 1.001, step)


def curve_sentence(shot: Snapshot) -> str:
    """Return what the chart shows in a sentence or a few."""
    rows = shot.curve.rows()
    if not len(rows):
        return "No line has been trained yet."
    x, y = shot.trained("bcer")
    means = shot.progress.means
    text = (
        f"The mean character error (BCER) went from {percent(y[0])} at iteration {number(x[0])} "
        f"to {percent(means.bcer)} at iteration {number(x[-1])}; "
        f"the mean word error (BWER) is {percent(means.bwer)}."
    )
    if shot.best:
        text += f" The best BCER so far was {percent(shot.best[1])} at iteration {number(shot.best[0])}."
    if len(shot.held_out):
        first, last = shot.held_out[0], shot.held_out[-1]
        metric, place = ("CER", 3) if np.isfinite(last[3]) else ("BCER", 1)
        text += (
            f" On held-out lines the {metric} went from {percent(first[place])} to {percent(last[place])}."
        )
    if len(shot.old):
        text += f" On old material the CER went from {percent(shot.old[0, 1])} to {percent(shot.old[-1, 1])}."
    return text


def curve_table(shots: Sequence[tuple[str, Snapshot]], rows: int = 10) -> str:
    """Return curves as a small table (HTML), each run with a head of its own if there are several."""
    return "".join(_table(name if len(shots) > 1 else "", shot, rows) for name, shot in shots)


def _table(name: str, shot: Snapshot, rows: int) -> str:
    x = shot.curve.rows()[:, 0]
    if not len(x):
        return ""
    metrics = ("bcer", "bwer", "cer", "wer", "delta", "rms")
    values = {metric: shot.trained(metric) for metric in metrics}
    places = values["bcer"][0]
    wanted = np.unique(np.linspace(0, len(places) - 1, rows).round().astype(int))
    heads = ["iteration", *("RMS" if metric == "rms" else metric.upper() for metric in metrics)]
    heads[heads.index("DELTA")] = "delta"
    body = [[number(places[at]), *(percent(values[metric][1][at]) for metric in metrics)] for at in wanted]
    if len(shot.held_out):
        heads.append("held-out CER")
        for at, line in zip(wanted, body, strict=True):
            before = np.searchsorted(shot.held_out[:, 0], places[at], side="right") - 1
            line.append(percent(shot.held_out[before, 3]) if before >= 0 else "–")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    cells = "".join(f"<tr>{''.join(f'<td>{value}</td>' for value in line)}</tr>" for line in body)
    title = f"<caption>{escape(name)}</caption>" if name else ""
    return f'<table class="tessnb-table">{title}<thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>'


def static_html(name: str, shots: Sequence[tuple[str, Snapshot]]) -> str:
    """Return runs as they stand, without any script: a picture, a sentence, a table, the last lines."""
    shot = shots[0][1]
    done = f" after {number(shot.progress.counters.training)} iterations" if len(shot.curve) else ""
    state = "a log" if shot.is_log else shot.progress.state.value
    parts = [f"<p>{escape(name)}: {state}{done}. {escape(curve_sentence(shot))}</p>"]
    if len(shot.curve):
        picture = base64.b64encode(_svg(shot).encode()).decode()
        parts.append(
            f'<img alt="{escape(curve_sentence(shot))}" width="{_WIDTH}" height="{_HEIGHT}" '
            f'src="data:image/svg+xml;base64,{picture}">'
        )
        parts.append(curve_table(shots))
    for seen in shot.lines[::-1]:
        marked, errors = mark_differences(seen.event.truth, seen.event.found)
        parts.append(
            f"<p>Line of iteration {number(seen.event.counters.training)}, {errors} wrong: "
            f'truth “<span dir="auto">{escape(seen.event.truth)}</span>”, '
            f'read “<span dir="auto">{marked}</span>”</p>'
        )
    return "\n".join(parts)


def _svg(shot: Snapshot) -> str:
    """Return the chart as a picture with a logarithmic axis, on white."""
    curves = [
        (*shot.trained("bwer"), TRAINING, "stroke-dasharray='7 4'", 1.0, "BWER"),
        (*shot.trained("bcer"), TRAINING, "", 2.0, "BCER"),
        (*shot.read("cer"), HELD_OUT, "", 2.0, "held-out CER"),
        (shot.old[:, 0], shot.old[:, 1], OLD, "", 2.0, "old CER"),
    ]
    curves = [curve for curve in curves if np.isfinite(curve[1]).any()]
    last = max(1.0, *(float(curve[0].max()) for curve in curves))
    low = decade_below(np.concatenate([curve[1] for curve in curves]))
    span = math.log10(100.0 / low)
    right = _WIDTH - 96

    def place(xs: np.ndarray, ys: np.ndarray) -> list[tuple[float, float]]:
        x = _LEFT + (right - _LEFT) * xs / last
        y = 10 + (_HEIGHT - _BOTTOM - 10) * np.log10(100.0 / ys.clip(low, 100.0)) / span
        return list(zip(x.tolist(), y.tolist(), strict=True))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        'font-family="sans-serif" font-size="12" fill="#616161">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for tick in (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01):
        if tick < low:
            break
        y = 10 + (_HEIGHT - _BOTTOM - 10) * math.log10(100.0 / tick) / span
        line = f'<line x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e0e0e0"/>'
        parts.append(f'{line}<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g} %</text>')
    parts.append(f'<text x="{right}" y="{_HEIGHT - 8}" text-anchor="end">iteration {number(last)}</text>')
    ends: list[float] = []
    for xs, ys, colour, style, width, words in curves:
        drawn, pen = [], "M"
        for (x, y), value in zip(place(xs, ys), ys, strict=True):
            if math.isfinite(value):
                drawn.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L" if math.isfinite(value) else "M"
        path = "".join(drawn)
        parts.append(f'<path fill="none" stroke="{colour}" stroke-width="{width}" {style} d="{path}"/>')
        known = np.isfinite(ys)
        x, y = place(xs[known][-1:], ys[known][-1:])[0]
        while any(abs(y - other) < 13 for other in ends):
            y += 1.0
        ends.append(y)
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="#333333">{words}</text>')
    return "".join(parts) + "</svg>"
