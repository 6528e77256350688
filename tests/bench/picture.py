"""The benchmark's table as an SVG bar chart: ratios to the reference, one bar a row."""

from __future__ import annotations

from html import escape
from typing import Any


def draw(rows: list[dict[str, Any]], machine: str) -> str:
    """Return the chart; the grey line is the reference (ratio 1)."""
    scale = 380 / max([1.5, *(row["ratio"] for row in rows)])
    height = 60 + 36 * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}"',
        'font-family="sans-serif" font-size="13">',
        '<text x="10" y="20" font-weight="bold">tessnb against Tesseract’s tools</text>',
        f'<text x="10" y="38" fill="#555">{escape(machine)}</text>',
    ]
    for index, row in enumerate(rows):
        y = 56 + 36 * index
        width = row["ratio"] * scale
        parts.append(f'<text x="10" y="{y + 16}">{escape(row["what"])}</text>')
        parts.append(f'<rect x="270" y="{y}" width="{width:.1f}" height="22" fill="#0072B2"/>')
        parts.append(f'<text x="{276 + width:.1f}" y="{y + 16}">{row["ratio"]:.2f}×</text>')
    x = 270 + scale
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="48" y2="{height - 6}"'
    parts.append(f'{line} stroke="#999999" stroke-dasharray="4 3"/></svg>')
    return "\n".join(parts)
