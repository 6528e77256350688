"""The benchmark's table as an SVG bar chart: how many times better than the reference, one bar a row."""

from __future__ import annotations

from html import escape
from typing import Any

_LABELS, _BARS, _HEAD, _ROW = 400, 380, 56, 32


def draw(rows: list[dict[str, Any]], machine: str) -> str:
    """Return the chart; the dashed line is the reference (ratio 1).

    Parameters
    ----------
    rows : list of dict
        With ``what``, ``ratio`` and, where there is a limit, ``fraction``: the part of it that is reached.
    machine : str
        For the subtitle.
    """
    scale = _BARS / max([1.5, *(row["ratio"] for row in rows)])
    width, height = _LABELS + _BARS + 180, _HEAD + _ROW * len(rows) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
        'font-family="sans-serif" font-size="13">',
        '<text x="10" y="20" font-weight="bold">tessnb against Tesseract’s tools</text>',
        f'<text x="10" y="38" fill="#555">{escape(machine)}</text>',
    ]
    for index, row in enumerate(rows):
        y, length = _HEAD + _ROW * index, row["ratio"] * scale
        figure = f"{row['ratio']:.2f}×"
        if row["fraction"] is not None:
            figure += f", {row['fraction']:.0%} of the limit"
        parts.append(f'<text x="10" y="{y + 16}">{escape(row["what"])}</text>')
        parts.append(f'<rect x="{_LABELS}" y="{y}" width="{length:.1f}" height="22" fill="#0072B2"/>')
        parts.append(f'<text x="{_LABELS + 6 + length:.1f}" y="{y + 16}">{figure}</text>')
    x = _LABELS + scale
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_HEAD - 8}" y2="{height - 6}"'
    parts.append(f'{line} stroke="#999999" stroke-dasharray="4 3"/></svg>')
    return "\n".join(parts)
