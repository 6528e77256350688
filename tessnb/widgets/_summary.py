"""A run in words, figures and a still picture: for screen readers, and for where no widgets run."""

from __future__ import annotations

import base64
import math
from html import escape

import numpy as np

from tessnb.analysis.differences import mark_differences
from tessnb.training import RunProgress
from tessnb.widgets._look import TRAINING
from tessnb.widgets._watch import LATEST, Snapshot

__all__ = [
    "FLOOR",
    "axis_ticks",
    "curve_sentence",
    "curve_table",
    "decade_below",
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


def percent(value: float) -> str:
    """Return a percentage with as many digits as it deserves."""
    return f"{value:.1f}\u202f%" if value >= 1.95 else f"{value:.2f}\u202f%"


def decade_below(values: np.ndarray) -> float:
    """Return the power of ten at which an axis for these percentages begins: 10, 1, 0.1 or `FLOOR`."""
    lowest = float(np.nanmin(values)) if values.size else 100.0
    return min(10.0, max(FLOOR, 10.0 ** math.floor(math.log10(max(lowest, FLOOR)))))


def axis_ticks(right: float) -> np.ndarray:
    """Return round numbers from 0 to `right` (above 0), 3 to 8 of them."""
    step = 10.0 ** math.floor(math.log10(right))
    step *= next(part for part in (0.1, 0.2, 0.5, 1.0, 2.0) if right / (part * step) <= 6.5)
    return np.arange(0.0, right * 1.001, step)


def curve_sentence(shot: Snapshot) -> str:
    """Return what the chart shows in a sentence."""
    if not len(shot.curve):
        return "No line has been trained yet."
    first, last = shot.curve[0], shot.curve[-1]
    text = (
        f"The mean character error (BCER) went from {percent(first[1])} at iteration {number(first[0])} "
        f"to {percent(last[1])} at iteration {number(last[0])}; "
        f"the mean word error (BWER) is {percent(last[2])}."
    )
    if shot.best:
        text += f" The best BCER so far was {percent(shot.best[0])} at iteration {number(shot.best[1])}."
    return text


def curve_table(shot: Snapshot, rows: int = 10) -> str:
    """Return the curve as a small table (HTML)."""
    if not len(shot.curve):
        return ""
    wanted = np.linspace(shot.curve[0, 0], shot.curve[-1, 0], rows)
    chosen = np.unique(np.searchsorted(shot.curve[:, 0], wanted).clip(0, len(shot.curve) - 1))
    body = "".join(
        f"<tr><td>{number(row[0])}</td>{''.join(f'<td>{percent(value)}</td>' for value in row[1:4])}</tr>"
        for row in shot.curve[chosen]
    )
    heads = ("iteration", "BCER", "BWER", f"BCER, last {LATEST}")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return f'<table class="tessnb-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def static_html(progress: RunProgress, shot: Snapshot) -> str:
    """Return the run as it stands, without any script: a picture, a sentence, a table, the last line."""
    done = f" after {number(progress.counters.training)} iterations" if len(shot.curve) else ""
    parts = [f"<p>Training: {progress.state.value}{done}. {escape(curve_sentence(shot))}</p>"]
    if len(shot.curve):
        picture = base64.b64encode(_svg(shot).encode()).decode()
        parts.append(
            f'<img alt="{escape(curve_sentence(shot))}" width="{_WIDTH}" height="{_HEIGHT}" '
            f'src="data:image/svg+xml;base64,{picture}">'
        )
        parts.append(curve_table(shot))
    if shot.line is not None:
        marked, errors = mark_differences(shot.line.truth, shot.line.found)
        parts.append(
            f'<p>Last line, {errors} wrong: truth “<span dir="auto">{escape(shot.line.truth)}</span>”, '
            f'read “<span dir="auto">{marked}</span>”</p>'
        )
    return "\n".join(parts)


def _svg(shot: Snapshot) -> str:
    """Return the chart as a picture with a logarithmic axis, on white."""
    last = max(float(shot.curve[:, 0].max()), 1.0)
    low = decade_below(shot.curve[:, 1])
    span = math.log10(100.0 / low)

    def points(xs: np.ndarray, ys: np.ndarray) -> str:
        x = _LEFT + (_WIDTH - _LEFT - 12) * xs / last
        y = 10 + (_HEIGHT - _BOTTOM - 10) * np.log10(100.0 / ys.clip(low, 100.0)) / span
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        'font-family="sans-serif" font-size="12" fill="#616161">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for tick in (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01):
        if tick < low:
            break
        y = 10 + (_HEIGHT - _BOTTOM - 10) * math.log10(100.0 / tick) / span
        line = f'<line x1="{_LEFT}" x2="{_WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e0e0e0"/>'
        parts.append(f'{line}<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g} %</text>')
    parts.append(
        f'<text x="{_WIDTH - 12}" y="{_HEIGHT - 8}" text-anchor="end">iteration {number(last)}</text>'
    )
    styles = ((2, "stroke-dasharray='7 4'", 1), (3, "stroke-opacity='.45'", 1), (1, "", 2))
    for column, style, width in styles:
        drawn = points(shot.curve[:, 0], shot.curve[:, column])
        parts.append(
            f'<polyline fill="none" stroke="{TRAINING}" stroke-width="{width}" {style} points="{drawn}"/>'
        )
    return "".join(parts) + "</svg>"
