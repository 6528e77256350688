"""Small charts as SVG, for places where no widget runs; colours as everywhere, text in the page's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

__all__ = ["Curve", "Panel", "draw_panels"]

_WIDTH, _HEIGHT, _COLUMNS = 224, 132, 4
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 44, 24, 20
_INK, _SOFT = "var(--jp-ui-font-color1, #212121)", "var(--jp-ui-font-color2, #616161)"
_GRID, _LIMIT = "var(--jp-border-color2, #e0e0e0)", "#D55E00"


class Curve(NamedTuple):
    """A curve: what it is, its points, its colour, and whether it is dashed, for those who see no colours."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: str
    dashed: bool = False


class Panel(NamedTuple):
    """A chart of several curves on the same axes, and a line across that they shall not pass."""

    title: str
    curves: Sequence[Curve]
    limit: float | None = None


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _ceiling(value: float) -> float:
    """Return the next round number."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= value * 0.999)


def draw_panels(panels: Sequence[Panel], *, words: str) -> str:
    """Return panels side by side as SVG.

    Parameters
    ----------
    panels : sequence of Panel
    words : str
        The same as a sentence, for those who cannot see it.
    """
    columns = min(len(panels), _COLUMNS)
    rows = -(-len(panels) // columns)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{columns * _WIDTH}"'
        f' viewBox="0 0 {columns * _WIDTH} {rows * _HEIGHT}" style="max-width:100%;height:auto"'
        f' font-family="var(--jp-ui-font-family, sans-serif)" font-size="11">'
        f"<title>{escape(words)}</title>"
    ]
    for number, panel in enumerate(panels):
        row, column = divmod(number, columns)
        parts.append(f'<g transform="translate({column * _WIDTH} {row * _HEIGHT})">{_panel(panel)}</g>')
    return "".join([*parts, "</svg>"])


def _panel(panel: Panel) -> str:
    points = [point for curve in panel.curves for point in curve.points]
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    top = _ceiling(max(y for _, y in points))
    if panel.limit is not None and panel.limit <= 3 * top:
        top = max(top, _ceiling(panel.limit))
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x_of(x: float) -> float:
        return _LEFT + (right - _LEFT) * (x - first) / max(last - first, 1e-9)

    def y_of(y: float) -> float:
        return bottom - (bottom - _TOP) * y / top

    def text(x: float, y: float, content: str, anchor: str = "start", fill: str = _SOFT) -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(content)}</text>'

    parts = [text(_LEFT, 14, panel.title, fill=_INK)]
    for value in (0.0, top / 2, top):
        y = y_of(value)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="{_GRID}"/>')
        parts.append(text(_LEFT - 4, y + 4, _number(value), "end"))
    parts += [text(_LEFT, _HEIGHT - 6, _number(first)), text(right, _HEIGHT - 6, _number(last), "end")]
    if panel.limit is not None and panel.limit <= top:
        y = y_of(panel.limit)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="{_LIMIT}" stroke-dasharray="2 3"/>')
    labels: list[float] = []
    for curve in panel.curves:
        if not curve.points:
            continue
        path = "L".join(f"{x_of(x):.1f} {y_of(y):.1f}" for x, y in curve.points)
        dash = ' stroke-dasharray="5 3"' if curve.dashed else ""
        parts.append(f'<path d="M{path}" fill="none" stroke="{curve.colour}" stroke-width="2"{dash}/>')
        x, y = x_of(curve.points[-1][0]), y_of(curve.points[-1][1])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{curve.colour}"/>')
        place = y + 4
        while any(abs(place - other) < 12 for other in labels):
            place -= 4
        labels.append(place)
        parts.append(text(right + 6, place, f"{_number(curve.points[-1][1])}", fill=_INK))
    return "".join(parts)
