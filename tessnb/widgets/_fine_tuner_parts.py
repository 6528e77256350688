"""The pieces of the fine tuner as HTML; every text from outside is escaped."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
from PIL import Image

from tessnb.analysis import Preflight
from tessnb.analysis.differences import mark_differences
from tessnb.analysis.readings_compared import ReadingsCompared
from tessnb.widgets._fine_tuner_job import Tried
from tessnb.widgets._fine_tuner_work import Doing
from tessnb.widgets._pictures import data_url
from tessnb.widgets._summary import counted, number, percent

__all__ = [
    "TUNER_STYLE",
    "figures_html",
    "problems_html",
    "progress_html",
    "tried_html",
    "troubles_of",
]

#: Pixels of an image that is tried, as it is shown at most.
_WIDEST, _HIGHEST = 1400, 900

TUNER_STYLE = """<style>
.tessnb-tuner .tessnb-step { border-top: 1px solid var(--tessnb-line); padding: 4px 0; }
.tessnb-tuner .tessnb-step:nth-child(2) { border-top: none; }
.tessnb-tuner .tessnb-step-head .jupyter-button { background: none; color: var(--tessnb-ink); font-size: 15px;
  font-weight: 600; text-align: left; padding: 0; height: 36px; line-height: 36px; box-shadow: none;
  border: none; }
.tessnb-tuner .tessnb-step-head .jupyter-button:disabled { font-weight: 400; opacity: 0.6; }
.tessnb-tuner .tessnb-step-head .jupyter-button:focus-visible { outline: 2px solid var(--tessnb-training);
  outline-offset: -2px; }
.tessnb-tuner .tessnb-step-head .jupyter-button:hover:enabled { background: none; }
.tessnb-tuner .jupyter-button.mod-primary:hover:enabled { background: #0d47a1; }
.tessnb-tuner .tessnb-step-head .jupyter-button i { width: 16px; }
.tessnb-tuner input, .tessnb-tuner textarea { unicode-bidi: plaintext; }
.tessnb-tuner .widget-label { color: var(--tessnb-soft); }
.tessnb-tuner .tessnb-tuner-line { border-top: 1px solid var(--tessnb-line); padding: 8px 0; }
.tessnb-tuner .tessnb-tuner-line img { display: block; max-width: 100%; height: 32px; object-fit: contain;
  object-position: left; background: #fff; border-radius: 2px; margin-bottom: 4px; }
.tessnb-tuner .tessnb-wrong { color: var(--tessnb-warning); font-weight: 600; }
.tessnb-tuner .tessnb-good { color: var(--tessnb-old-words); font-weight: 600; }
.tessnb-tuner progress { width: 160px; height: 8px; accent-color: var(--tessnb-training);
  vertical-align: middle; }
.tessnb-tuner .tessnb-table td, .tessnb-tuner .tessnb-table th { text-align: left; vertical-align: top;
  line-height: 22px; }
.tessnb-tuner .tessnb-table td:nth-child(-n+3) { white-space: nowrap; }
.tessnb-tuner .tessnb-table .tessnb-count { text-align: right; }
.tessnb-tuner .tessnb-figures { grid-template-columns: repeat(auto-fit, minmax(176px, max-content));
  gap: 8px 32px; padding: 4px 0 8px; }
.tessnb-tuner .tessnb-page img { max-width: 100%; max-height: 320px; background: #fff; border-radius: 2px;
  display: block; }
.tessnb-tuner .tessnb-read { font-family: var(--jp-content-font-family, sans-serif); font-size: 15px;
  line-height: 24px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 240px; overflow: auto; }
.tessnb-tuner .tessnb-pair { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 24px; margin-top: 8px; }
.tessnb-tuner .tessnb-command { display: block; margin-top: 4px; overflow-wrap: anywhere;
  color: var(--tessnb-ink); background: var(--jp-layout-color2, #eee); padding: 4px 8px;
  user-select: all; }
</style>"""

_FORMS = {"error": "✕", "warning": "▲", "note": "·"}


def progress_html(doing: Doing | None, problem: str, words: str = "") -> str:
    """Return what is being done, or what went wrong, or what is to be said."""
    if doing is not None:
        known = doing.total or 0
        bar = f'<progress max="{known}" value="{doing.done}"></progress> ' if known else ""
        count = f" {number(doing.done)} of {number(known)}" if known else ""
        inner = f'<span role="status">{bar}{escape(doing.words)}{count} …</span>'
        return f'<div class="tessnb-said tessnb-tabular">{inner}</div>'
    if problem:
        return f'<div class="tessnb-failure" role="alert">{escape(problem)}</div>'
    return f'<div class="tessnb-said" role="status">{words}</div>'


def problems_html(report: Preflight) -> str:
    """Return what is wrong with lines, kind by kind."""
    count = counted(len(report.lines), "line")
    if not len(report.summary):
        return f'<div><span class="tessnb-good">✓</span> {count}, nothing wrong.</div>'
    rows = []
    for kind, row in report.summary.iterrows():
        form = _FORMS.get(str(row.severity), "")
        wrong = ' class="tessnb-wrong"' if row.severity != "note" else ""
        cells = (
            f"<span{wrong}>{form} {escape(str(row.severity))}</span>",
            escape(str(kind).replace("_", " ")),
            escape(str(row.advice)),
            escape(str(row["fix"])) or "–",
        )
        body = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f'<tr><td class="tessnb-count">{number(row.lines)}</td>{body}</tr>')
    names = ("lines", "", "what", "what to do", "“Fix all” would")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    good = '<span class="tessnb-good">✓</span> Sound. ' if report.ok else ""
    table = (
        f'<table class="tessnb-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )
    return f"<div>{good}{count}.</div>{table}"


def troubles_of(problems: pd.DataFrame) -> dict[int, str]:
    """Return what is wrong with each line that needs a look, in the order of weight: line → words."""
    troubles: dict[int, list[str]] = {}
    for row in problems[problems.severity != "note"].itertuples():
        words = f"{_FORMS[str(row.severity)]} {str(row.kind).replace('_', ' ')}: {row.found}"
        if row.nearest:
            words += f" (nearest: {row.nearest})"
        troubles.setdefault(int(row.line), []).append(words)
    return {line: "; ".join(words) for line, words in troubles.items()}


def figures_html(result: ReadingsCompared | None, old: tuple[float, float] | None) -> str:
    """Return errors before and after, large; before they are known, their places, so that nothing jumps."""
    blocks: list[tuple[str, str, tuple[float, float] | None]] = []
    for name, words in (("cer", "characters"), ("wer", "words")):
        rates = None if result is None else (float(result.rates.a[name]), float(result.rates.b[name]))
        blocks.append(("held-out", f"Held-out, {words} ({name.upper()})", rates))
    if old is not None:
        blocks.append(("old", "Old material (CER)", old))
    items = "".join(
        f'<div class="tessnb-of-{data}"><span>{name}</span><strong>{_change(change)}</strong></div>'
        for data, name, change in blocks
    )
    return f'<div class="tessnb-figures tessnb-tabular">{items}</div>'


def tried_html(tried: Tried) -> str:
    """Return an image and what was read on it, differences of the two readings marked line by line."""
    before, after = tried.before.split("\n"), tried.after.split("\n")
    if len(before) == len(after):
        marked = [mark_differences(a, b) for a, b in zip(before, after, strict=True)]
    else:
        marked = [mark_differences(tried.before, tried.after)]
    changes = sum(count for _, count in marked)
    verb = "is" if changes == 1 else "are"
    said = f"{counted(changes, 'character')} {verb} read differently." if changes else "Both read the same."
    read = "\n".join(html for html, _ in marked)
    columns = "".join(
        f'<div><div class="tessnb-soft">{name}</div><div class="tessnb-read" dir="auto">{text}</div></div>'
        for name, text in (("before", escape(tried.before)), ("after", read))
    )
    return (
        f'<div class="tessnb-page"><img alt="{escape(tried.path)}" src="{data_url(_small(tried))}"></div>'
        f'<div class="tessnb-pair">{columns}</div><div class="tessnb-soft">{said}</div>'
    )


def _change(change: tuple[float, float] | None) -> str:
    if change is None:
        return "<small>–</small>"
    return f"<small>{percent(change[0])} →</small> {percent(change[1])}"


def _small(tried: Tried) -> np.ndarray:
    pixels = tried.image.pixels
    grey = np.where(pixels, np.uint8(0), np.uint8(255)) if pixels.dtype == np.bool_ else pixels
    image = Image.fromarray(grey)
    image.thumbnail((_WIDEST, _HIGHEST))
    return np.asarray(image)
