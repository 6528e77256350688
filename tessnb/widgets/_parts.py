"""The pieces of the dashboard as HTML; every text from outside is escaped."""

from __future__ import annotations

import base64
from html import escape

from tessnb.formats.lstmf import ImageData
from tessnb.lines import TrainingLine
from tessnb.training import RunProgress
from tessnb.widgets._summary import curve_sentence, number, percent
from tessnb.widgets._watch import LATEST, Snapshot

__all__ = ["NO_LINE_HTML", "duration", "figures_html", "image_html", "legend_html", "line_html"]

#: Where the last line will be, before there is one.
NO_LINE_HTML = (
    '<div class="tessnb-line tessnb-soft">The last line will be seen here, with what was read of it.</div>'
)


def duration(seconds: float) -> str:
    """Return seconds in words: ``1 min 05 s``."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def figures_html(progress: RunProgress, shot: Snapshot) -> str:
    """Return the large figures beside the chart."""
    recent = percent(shot.curve[-1, 3]) if len(shot.curve) else "–"
    best = f"best {percent(shot.best[0])} @ {number(shot.best[1])}" if shot.best else "no best yet"
    known = len(shot.curve) > 0
    rows = (
        ("Characters wrong (BCER)", percent(progress.means.bcer) if known else "–", best),
        (f"… of the last {LATEST} lines", recent, ""),
        ("Words wrong (BWER)", percent(progress.means.bwer) if known else "–", ""),
        ("Lines skipped", percent(progress.means.skip_ratio) if known else "–", ""),
    )
    items = "".join(
        f"<div><span>{name}</span><strong>{value}</strong><span>{note}</span></div>"
        for name, value, note in rows
    )
    return f'<div class="tessnb-figures tessnb-tabular">{items}</div>'


def legend_html(shot: Snapshot) -> str:
    """Return what the chart's lines mean, and, for screen readers, what they show."""

    def sample(style: str) -> str:
        line = f'<line x1="0" x2="24" y1="5" y2="5" stroke="var(--tessnb-training)" style="{style}"/>'
        return f'<svg width="24" height="10" aria-hidden="true">{line}</svg>'

    entries = [
        f"<span>{sample('stroke-width: 2.5')}characters (BCER)</span>",
        f"<span>{sample('stroke-width: 1.5; stroke-opacity: .5')}… last {LATEST} lines</span>",
        f"<span>{sample('stroke-width: 1.5; stroke-dasharray: 6 4')}words (BWER)</span>",
    ]
    words = f'<span class="tessnb-hidden">{escape(curve_sentence(shot))}</span>'
    head = "<span>Error, %, mean of 1000 lines:</span>"
    return f'<div class="tessnb-legend">{head}{"".join(entries)}{words}</div>'


def image_html(sample: object, truth: str) -> str:
    """Return the picture of a line, or nothing if there is none."""
    if isinstance(sample, TrainingLine):
        sample = sample.to_image_data()
    if not isinstance(sample, ImageData):
        return ""
    data = base64.b64encode(sample.image_data).decode()
    picture = f'<img alt="line image: {escape(truth)}" src="data:image/png;base64,{data}">'
    return f'<div class="tessnb-image">{picture}</div>'


def line_html(truth: str, marked: str, errors: int, image: str) -> str:
    """Return a line with its truth and what was read, `marked` by `mark_differences`."""
    verdict = "all right" if not errors else f"{errors} wrong"
    return (
        f'<div class="tessnb-line"><span class="tessnb-soft">Last line, {verdict}</span>{image}<table>'
        f'<tr><th scope="row">truth</th><td dir="auto">{escape(truth)}</td></tr>'
        f'<tr><th scope="row">read</th><td dir="auto">{marked or "&nbsp;"}</td></tr></table></div>'
    )
