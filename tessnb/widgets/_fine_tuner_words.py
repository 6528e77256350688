"""What the fine tuner says beside its steps, below them, and where no widgets run."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from tessnb.analysis.readings_compared import ReadingsCompared
from tessnb.widgets._fine_tuner_job import FineTuning
from tessnb.widgets._fine_tuner_parts import figures_html, problems_html
from tessnb.widgets._fine_tuner_steps import Step
from tessnb.widgets._summary import counted, number

__all__ = ["abouts_of", "static_html", "words_of"]

_UNSOUND = (
    "Correct texts below, leave lines out, or let all be mended; or train nevertheless, which teaches "
    "unencodable characters too."
)


def abouts_of(job: FineTuning) -> dict[int, str]:
    """Return what stands beside the heads of the steps."""
    report = job.report
    material = f"{job.about}, {counted(len(job.lines), 'line')}" if job.lines else ""
    sound = ""
    if report is not None:
        sound = "sound" if report.ok else repr(report)[1:-1].partition(": ")[2]
        sound += f", {number(len(job.marks))} corrected" if len(job.marks) else ""
    trained = job.run.progress if job.run is not None else None
    run = f"{trained.state.value}, {number(trained.counters.training)} iterations" if trained else ""
    return {1: material, 2: sound, 3: run, 4: ""}


def words_of(job: FineTuning, exported: tuple[Path, str] | None, cancelled: int) -> dict[int, str]:
    """Return what is to be said below the steps, as HTML."""
    words = {}
    if job.report is not None and not job.report.ok:
        words[2] = _UNSOUND
    if exported is not None:
        path, command = exported
        words[4] = (
            f"Written: {escape(str(path))} ({number(path.stat().st_size // 1024)}\u202fkB). "
            f'Tesseract reads with it:<code class="tessnb-command">{escape(command)}</code>'
        )
    if cancelled:
        words[cancelled] = "Cancelled."
    return words


def static_html(
    steps: Sequence[Step], reached: int, job: FineTuning, comparison: ReadingsCompared | None
) -> str:
    """Return the steps with what came of them."""
    abouts = abouts_of(job)
    parts = []
    for step in steps:
        about = escape(abouts[step.place] or ("to be done" if step.place >= reached else "done"))
        parts.append(f"<p><b>{step.place} {escape(step.title)}</b> {about}</p>")
        if step.place == 2 and job.report is not None:
            parts.append(problems_html(job.report))
        if step.place == 4 and comparison is not None:
            parts.append(figures_html(comparison, job.old_change))
    return "".join(parts)
