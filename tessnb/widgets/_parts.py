"""The pieces of the dashboard as HTML; every text from outside is escaped."""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import PurePath

import numpy as np
import pandas as pd

from tessnb.analysis.differences import mark_differences
from tessnb.errors import sentence_of
from tessnb.formats.lstmf import ImageData
from tessnb.lines import TrainingLine
from tessnb.training import RunState
from tessnb.widgets._chart import EVENTS
from tessnb.widgets._summary import curve_sentence, duration, number, percent
from tessnb.widgets._watch import WINDOW, Mark, Seen, Snapshot

__all__ = [
    "NO_LINE_HTML",
    "checkpoints_html",
    "comparison_html",
    "figures_html",
    "happenings_html",
    "image_html",
    "legend_html",
    "line_html",
    "rates_html",
    "said_html",
    "skipped_html",
    "smoothing_names",
    "status_html",
]

#: Where the last lines will be, before there are any.
NO_LINE_HTML = (
    '<div class="tessnb-line tessnb-soft">The last lines will be seen here, with what was read of them.</div>'
)
#: Rows of a table that grows.
_ROWS = 30

_NONE_HELD_OUT = (
    "No lines are held out: with <code>held_out=0.1</code> every tenth would show what is <i>learned</i>."
)

#: Form of a mark → the same as a little picture, 10 px wide.
_FORMS = {
    "circle": '<circle cx="5" cy="5" r="4"/>',
    "diamond": '<path d="M5 0L10 5L5 10L0 5Z"/>',
    "square": '<path d="M1 1H9V9H1Z"/>',
    "triangle-up": '<path d="M5 1L10 9H0Z"/>',
    "triangle-down": '<path d="M5 9L10 1H0Z"/>',
    "cross": '<path d="M3.5 0H6.5V3.5H10V6.5H6.5V10H3.5V6.5H0V3.5H3.5Z"/>',
}


def status_html(title: str, shot: Snapshot, error: BaseException | None) -> str:
    """Return the state in a line: how far, how fast, how long still; and what went wrong."""
    progress = shot.progress
    state, done, limit = progress.state, progress.counters.training, progress.max_iterations
    parts = [f"<b>{escape(title)}</b>", f"<span>{'a log' if shot.is_log else state.value}</span>"]
    parts.append(f"<span>{number(done)}{f' / {number(limit)}' if limit else ''} iterations</span>")
    if state is RunState.NEW:
        parts.append("<span>press Start, or call <code>run.start()</code></span>")
    elif not state.is_over and progress.rate > 0:
        parts.append(f"<span>{number(progress.rate)} lines/s</span>")
        if progress.eta is not None:
            parts.append(f"<span>{duration(progress.eta)} left</span>")
    elif progress.seconds:
        parts.append(f"<span>{duration(progress.seconds)}</span>")
    if progress.reason and state is not RunState.FAILED:
        parts.append(f"<span>{escape(progress.reason)}</span>")
    html = f'<div class="tessnb-status tessnb-tabular tessnb-soft">{"".join(parts)}</div>'
    if error is not None:
        html += f'<div class="tessnb-failure" role="alert">{escape(sentence_of(error))}</div>'
    return html


def said_html(reasons: Sequence[str] | None, words: str, *, wrong: bool = False) -> str:
    """Return what ends the run (None if it is over), and what was said last."""
    stops = f"Stops when: {' · '.join(reasons)}." if reasons else "Goes on until it is stopped."
    stops = "" if reasons is None else stops
    kind = ' class="tessnb-wrong" role="alert"' if wrong else ' role="status"'
    said = f"<b{kind}>{escape(words)}</b>" if words else ""
    return f'<div class="tessnb-said">{escape(stops)} {said}</div>'


def figures_html(shot: Snapshot) -> str:
    """Return the large figures beside the chart."""
    progress, blocks = shot.progress, []
    means, known = progress.means, len(shot.curve) > 0
    if len(shot.held_out):
        bcer, bwer, cer, wer = shot.held_out[-1, 1:]
        true = math.isfinite(cer)
        note = f"words (WER) {percent(wer)}" if true else f"words (BWER) {percent(bwer)}"
        best = shot.best_read
        note += f"<br>best {percent(best[1])} @ {number(best[0])}" if best else ""
        value = _change(shot.held_out[0, 3 if true else 1], cer if true else bcer)
        blocks.append(("held-out", f"Held-out, characters ({'CER' if true else 'BCER'})", value, note))
    if len(shot.old):
        limit = (
            f"limit {percent(shot.old_limit)}" if shot.old_limit is not None else "what it could read before"
        )
        blocks.append(("old", "Old material (CER)", _change(*shot.old[[0, -1], 1]), limit))
    best = shot.best
    note = f"best {percent(best[1])} @ {number(best[0])}" if best else "no best yet"
    blocks.append(("training", "Training, characters (BCER)", percent(means.bcer) if known else "–", note))
    cer, wer = (shot.trained(metric)[1][-1:] for metric in ("cer", "wer"))
    note = f"edits: CER {percent(cer[0])}, WER {percent(wer[0])}" if len(cer) and np.isfinite(cer[0]) else ""
    blocks.append(("training", "Training, words (BWER)", percent(means.bwer) if known else "–", note))
    blocks.append(("", "Lines skipped", percent(means.skip_ratio) if known else "–", ""))
    items = "".join(
        f'<div class="tessnb-of-{data}"><span>{name}</span><strong>{value}</strong>'
        f"{f'<span>{note}</span>' if note else ''}</div>"
        for data, name, value, note in blocks
    )
    return f'<div class="tessnb-figures tessnb-tabular">{items}</div>'


def _change(before: float, after: float) -> str:
    return f"<small>{percent(before)} →</small> {percent(after)}"


def legend_html(shot: Snapshot, window: int, held_out_missing: bool) -> str:
    """Return what lines and forms mean, and, for screen readers, what they show."""
    mean = "as the log has them" if shot.is_log else f"mean of {number(window)} lines"
    entries = [f"<span>{_line('training')}training, {mean}</span>"]
    if len(shot.held_out):
        entries.append(f"<span>{_line('held-out', 'circle')}held-out lines</span>")
    if len(shot.old):
        entries.append(f"<span>{_line('old', 'square')}old material</span>")
    if shot.best is not None:
        entries.append(f"<span>{_form('circle', 'var(--tessnb-training)', True)}best</span>")
    if shot.saved:
        entries.append(f"<span>{_form('circle', 'var(--tessnb-training)', False)}checkpoint kept</span>")
    happened = {mark.kind for mark in shot.marks}
    entries += [f"<span>{_form(*form)}{kind}</span>" for kind, form in EVENTS.items() if kind in happened]
    words = f'<span class="tessnb-hidden">{escape(curve_sentence(shot))}</span>'
    hint = f"<span>{_NONE_HELD_OUT}</span>" if held_out_missing and len(entries) < 3 else ""
    return f'<div class="tessnb-legend"><span>Error, %:</span>{"".join(entries)}{hint}{words}</div>'


def _line(data: str, marker: str = "") -> str:
    colour = f"var(--tessnb-{data})"
    form = f'<g transform="translate(7 0)" fill="{colour}">{_FORMS[marker]}</g>' if marker else ""
    line = f'<line x1="0" x2="24" y1="5" y2="5" stroke="{colour}" stroke-width="2"/>'
    return f'<svg width="24" height="10" aria-hidden="true">{line}{form}</svg>'


def _form(marker: str, colour: str, filled: bool) -> str:
    fill = colour if filled else "none"
    drawing = f'<g fill="{fill}" stroke="{colour}">{_FORMS[marker]}</g>'
    return f'<svg width="10" height="10" overflow="visible" aria-hidden="true">{drawing}</svg>'


def image_html(sample: object, truth: str) -> str:
    """Return the picture of a line, or nothing if there is none."""
    if isinstance(sample, TrainingLine):
        sample = sample.to_image_data()
    if not isinstance(sample, ImageData):
        return ""
    data = base64.b64encode(sample.image_data).decode()
    picture = f'<img alt="line image: {escape(truth)}" src="data:image/png;base64,{data}">'
    return f'<div class="tessnb-image">{picture}</div>'


def line_html(seen: Seen) -> str:
    """Return a line with its image, its truth and what was read, differences marked."""
    event = seen.event
    marked, errors = mark_differences(event.truth, event.found)
    verdict = "all right" if not errors else f"{errors} wrong"
    where = f"{number(event.counters.training)}, {verdict}"
    return (
        f'<div class="tessnb-line">{image_html(seen.sample, event.truth)}<table>'
        f'<tr><th scope="row">truth</th><td dir="auto">{escape(event.truth)}</td></tr>'
        f'<tr><th scope="row">read</th><td dir="auto">{marked or "&nbsp;"}</td></tr>'
        f'<tr><th scope="row">iteration</th><td class="tessnb-tabular tessnb-soft">{where}</td></tr>'
        "</table></div>"
    )


# The sections that can be folded.


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, more: str = "") -> str:
    """Return a table of cells that are HTML; a head that ends in a full stop is of words."""
    kinds = [' class="tessnb-words"' if head.endswith(".") else "" for head in heads]
    names = [head.removesuffix(".") for head in heads]
    head = "".join(f'<th scope="col"{kind}>{name}</th>' for name, kind in zip(names, kinds, strict=True))
    body = "".join(
        f"<tr>{''.join(f'<td{kind}>{cell}</td>' for cell, kind in zip(row, kinds, strict=True))}</tr>"
        for row in rows
    )
    return f'<table class="tessnb-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}'


def _nothing(words: str) -> str:
    return f'<div class="tessnb-soft">{words}</div>'


def rates_html(rates: pd.DataFrame, iteration: int) -> str:
    """Return the learning rate of each layer, up to an iteration; see `TrainingRun.layer_rates`."""
    if not len(rates):
        return _nothing("Learning rates are known when the first line is trained.")
    rows = []
    highest = float(rates.learning_rate.max())
    end = float(max(iteration, rates.iteration.max() + 1))
    for (layer_id, name), of_layer in rates.groupby(["layer_id", "name"], sort=False):
        first, last = of_layer.learning_rate.iloc[0], of_layer.learning_rate.iloc[-1]
        trail = _trail(
            of_layer.iteration.to_numpy(float), of_layer.learning_rate.to_numpy(float), end, highest
        )
        cells = (
            f"<code>{escape(str(layer_id))}</code>",
            escape(str(name)),
            f"{first:.3g}",
            f"{last:.3g}",
            trail,
        )
        rows.append(cells)
    heads = ("index.", "layer.", "at first", "now", f"up to iteration {number(end)}.")
    return _table(heads, rows)


def _trail(x: np.ndarray, y: np.ndarray, end: float, highest: float) -> str:
    """Return rates as a little staircase, 160 × 20 px; the table has the figures."""
    if len(x) > 160:
        kept = np.linspace(0, len(x) - 1, 160).astype(int)
        x, y = x[kept], y[kept]
    at = np.append(x, end) / end * 160
    height = 18 - 16 * np.append(y, y[-1]) / (highest or 1.0)
    path = f"M{at[0]:.1f} {height[0]:.1f}"
    path += "".join(f"H{a:.1f}V{b:.1f}" for a, b in zip(at[1:], height[1:], strict=True))
    return (
        '<svg width="160" height="20" aria-hidden="true">'
        f'<path d="{path}" fill="none" stroke="var(--tessnb-rate)" stroke-width="2"/></svg>'
    )


def checkpoints_html(checkpoints: pd.DataFrame) -> str:
    """Return the checkpoints that were written; see `TrainingRun.checkpoints`."""
    if not len(checkpoints):
        return _nothing(
            "No checkpoint yet. They are written every 100 iterations if there is <code>model_output</code>."
        )
    rows = [
        (
            number(row.iteration),
            escape(row.kind),
            percent(row.bcer),
            f'<code title="{escape(row.path)}">{escape(PurePath(row.path).name)}</code>'
            + ("" if row.written else " could not be written"),
        )
        for row in checkpoints.iloc[::-1].head(_ROWS).itertuples()
    ]
    return _table(("iteration", "which.", "BCER", "file."), rows, more=_more(len(checkpoints)))


def skipped_html(skipped: pd.DataFrame) -> str:
    """Return the lines that could not be used, and why; see `TrainingRun.skipped`."""
    if not len(skipped):
        return _nothing("No line was skipped.")
    keys = ["reason", "detail", "source", "page", "transcription"]
    counts = Counter(skipped[keys].itertuples(index=False, name=None))
    rows = [
        (
            f"{escape(reason)}{f': {escape(detail)}' if detail else ''}",
            f"{escape(PurePath(source).name)}, {page}" if source else "–",
            f'<span dir="auto">{escape(text)}</span>',
            f"{times} ×",
        )
        for (reason, detail, source, page, text), times in counts.most_common(_ROWS)
    ]
    return _table(("why.", "from.", "transcription.", "times"), rows, more=_more(len(counts)))


def _more(count: int) -> str:
    return f'<div class="tessnb-soft">{_ROWS} of {number(count)}</div>' if count > _ROWS else ""


def happenings_html(shot: Snapshot, said: Iterable[tuple[int, str]]) -> str:
    """Return what happened, the newest first."""
    rows = [(mark.iteration, _words_of(mark, shot)) for mark in shot.marks]
    rows += [
        (int(row[0]), f"held-out lines read: CER {percent(row[3])}, WER {percent(row[4])}")
        for row in shot.held_out
        if math.isfinite(row[3])
    ]
    rows += [(int(row[0]), f"old material read: CER {percent(row[1])}") for row in shot.old]
    rows += list(said)
    rows.sort(key=lambda row: -row[0])
    if not rows:
        return _nothing("Nothing has happened yet.")
    shown = [(number(iteration), escape(words)) for iteration, words in rows[:_ROWS]]
    return _table(("iteration", "what happened."), shown, more=_more(len(rows)))


def _words_of(mark: Mark, shot: Snapshot) -> str:
    if mark.kind == "best":
        return f"the best so far: BCER {percent(shot.progress.best_bcer)}"
    if mark.kind == "stage":
        return f"{mark.detail} begins"
    return f"{mark.kind} {mark.detail}".strip()


def comparison_html(shots: Sequence[tuple[str, Snapshot]]) -> str:
    """Return several runs side by side."""
    rows = []
    for name, shot in shots:
        progress = shot.progress
        best, read, old = shot.best, shot.best_read, shot.old
        rows.append(
            (
                escape(name),
                "a log" if shot.is_log else progress.state.value,
                number(progress.counters.training),
                percent(progress.means.bcer) if len(shot.curve) else "–",
                f"{percent(best[1])} @ {number(best[0])}" if best else "–",
                f"{percent(read[1])} @ {number(read[0])}" if read else "–",
                percent(old[-1, 1]) if len(old) else "–",
                duration(progress.seconds) if progress.seconds else "–",
            )
        )
    heads = ("run.", "state.", "iteration", "BCER", "best BCER", "best held-out CER", "old CER", "time")
    return f'<div class="tessnb-section">{_table(heads, rows)}</div>'


def smoothing_names() -> dict[str, int]:
    """Return the choices of the smoothing: name → lines."""
    return {f"{number(WINDOW)} lines": WINDOW, "300 lines": 300, "100 lines": 100, "30 lines": 30, "none": 1}
