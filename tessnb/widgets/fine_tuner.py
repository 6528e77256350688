"""The fine tuner: from a base model and something to read to a better model, in four steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import traitlets

from tessnb.analysis import Preflight
from tessnb.analysis.readings_compared import ReadingsCompared
from tessnb.errors import InputError
from tessnb.events import RunEnded
from tessnb.lines import TrainingLine
from tessnb.recognition import Model
from tessnb.synthesis import Font
from tessnb.training import FEW_LINES, Recipe, RunState, TrainingRun
from tessnb.widgets._fine_tuner_job import FineTuning, Tried
from tessnb.widgets._fine_tuner_parts import TUNER_STYLE, figures_html
from tessnb.widgets._fine_tuner_steps import (
    MaterialStep,
    ResultStep,
    SoundnessStep,
    TrainingStep,
    close_inside,
)
from tessnb.widgets._fine_tuner_words import abouts_of, static_html, words_of
from tessnb.widgets._fine_tuner_work import Work
from tessnb.widgets._look import STYLE
from tessnb.widgets._order import in_order
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._still import Still
from tessnb.widgets.dashboard import TrainingDashboard
from tessnb.widgets.model_compare import ModelCompare

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FineTuner"]


class FineTuner(Still, widgets.VBox):
    """A better model in four steps: say what to read, check it, train, compare and export.

    Each step opens when the one before is done, and any can be opened again. All that can be clicked can be
    called, too; what is called waits until it is done.

    Parameters
    ----------
    model : Model, path or language
        What to start from. An integer (fast) model is turned into a float one first.
    lines : sequence of TrainingLine, optional
        What to learn from. Otherwise a font, a folder of scans or characters to add are asked for.
    text : str
        What is written in the lines that are rendered; by default a usual text of the language.
    old : sequence of TrainingLine, optional
        What the model can read and shall not forget; by default lines of its own words.
    recipe : Recipe, optional
        How to learn; by default `FEW_LINES`.
    held_out : float
        Percent of the lines to keep out of the training.
    max_iterations : int
        Where the training ends at the latest; 0 leaves it to the recipe.
    may_forget : float
        By how many percentage points the CER of the old material may rise before the training ends.
    folder : path
        Where exported models go.

    Attributes
    ----------
    held_out, max_iterations, may_forget
        May be changed.
    step : int
        The furthest step that can be opened, 1 to 4.

    Raises
    ------
    TraitError
        If a value is out of its range.

    Examples
    --------
    >>> tuner = FineTuner(model, lines, old=lines, held_out=34, max_iterations=20)
    >>> tuner.take_lines()
    >>> tuner.check().ok
    True
    >>> tuner.train().wait()
    True
    >>> tuner.wait().a.cer > 0
    True
    >>> tuner.close()
    """

    held_out = traitlets.Float(10.0, min=1.0, max=90.0, help="Percent of the lines to keep out.")
    max_iterations = traitlets.Int(0, min=0, help="Where the training ends at the latest; 0 is never.")
    may_forget = traitlets.Float(1.0, min=0.0, max=100.0, help="Points by which old material's CER may rise.")

    _closed = True

    def __init__(
        self,
        model: Model | str | os.PathLike[str] = "eng",
        lines: Sequence[TrainingLine] | None = None,
        *,
        text: str = "",
        old: Sequence[TrainingLine] | None = None,
        recipe: Recipe | None = None,
        held_out: float = 10.0,
        max_iterations: int = 0,
        may_forget: float = 1.0,
        folder: str | os.PathLike[str] = ".",
    ) -> None:
        super().__init__(held_out=held_out, max_iterations=max_iterations, may_forget=may_forget)
        self._given_model = model if isinstance(model, Model) else None
        self._given = lines
        self._old, self._folder, self._recipe = list(old or ()), Path(folder), recipe or FEW_LINES
        self._job = FineTuning()
        self._open, self._accepted = {1}, False
        self._exported: tuple[Path, str] | None = None
        self._tried: Tried | None = None
        self._dashboard: TrainingDashboard | None = None
        self._beside: ModelCompare | None = None
        self._publisher = Publisher(self._publish, 3.0)
        self._work = Work(self._publisher.start, self._refresh)
        self._closed = False
        self._make_steps(os.fspath(model) if not isinstance(model, Model) else model.name or "a model", text)
        self._publish()

    # What it has come to.

    @property
    def run(self) -> TrainingRun | None:
        """The training, as soon as it has begun."""
        return self._job.run

    @property
    def model(self) -> Model | None:
        """The best model after training; before that, the one that was started from."""
        return self._job.after or self._job.base

    @property
    def lines(self) -> list[TrainingLine]:
        """The material, as it stands."""
        return self._job.lines

    @property
    def problems(self) -> pd.DataFrame | None:
        """What is wrong with the lines, as `Preflight.problems` has it; None before they were looked at."""
        return self._job.report.problems if self._job.report is not None else None

    @property
    def comparison(self) -> ReadingsCompared | None:
        """What both models read of the lines that were kept out, as soon as it is known."""
        return self._beside.result if self._beside is not None else None

    @property
    def step(self) -> int:
        """The furthest step that can be opened."""
        if self._job.after is not None:
            return 4
        report = self._job.report
        if self._job.run is not None or (report is not None and (report.ok or self._accepted)):
            return 3
        return 2 if self._job.lines else 1

    # What can be asked for, from Python; it waits until it is done.

    def take_lines(self, lines: Iterable[TrainingLine] | None = None) -> None:
        """Learn from lines; by default those that were given.

        Raises
        ------
        InputError
            If there are none, or no such model.
        """
        there = self._given if lines is None else list(lines)
        if there is None:
            raise InputError("no lines were given", hint="take_lines(lines)")
        self._work.ask(1, "Looking at the lines", partial(self._take, self._job.take_lines, there))

    def take_fonts(self, *fonts: Font | str, text: str = "", lines: int = 200) -> None:
        """Learn to read fonts: a text is rendered in them, about so many lines in all.

        Raises
        ------
        InputError
            If there is no such font or model, or no text.
        """
        self._work.ask(1, "Rendering", partial(self._take, self._job.take_fonts, fonts, text, lines))

    def take_scans(self, place: str | os.PathLike[str]) -> None:
        """Learn from images with texts, or whatever `open_lines` opens.

        Raises
        ------
        InputError
            If there is nothing of the kind.
        """
        self._work.ask(1, "Opening the scans", partial(self._take, self._job.take_scans, os.fspath(place)))

    def add_characters(self, characters: str, *, lines: int = 400) -> None:
        """Learn characters that the model lacks; see `tessnb.add_characters`.

        Raises
        ------
        InputError
            If no font has them.
        """
        self._work.ask(1, "Rendering", partial(self._take, self._job.take_characters, characters, lines))

    def check(self) -> Preflight:
        """Apply corrections, look through the lines and return the `Preflight`."""
        return self._work.ask(2, "Looking through the lines", partial(self._check, self._job.check))

    def fix(self) -> Preflight:
        """Mend all that can be mended and return the new `Preflight`."""
        return self._work.ask(2, "Mending", partial(self._check, self._job.fix))

    def correct(self, line: int, text: str) -> None:
        """Say what a line's text should be; the next check applies it."""
        self._work.ask(2, "Correcting", lambda: self._job.correct(line, text))

    def leave_out(self, line: int, out: bool = True) -> None:
        """Train without a line; the next check applies it."""
        self._work.ask(2, "Correcting", lambda: self._job.leave_out(line, out))

    def train(self) -> TrainingRun:
        """Begin to train and return the run; it goes on by itself."""
        return self._work.ask(3, "Getting ready to train", self._train)

    def wait(self, timeout: float | None = None) -> ReadingsCompared:
        """Wait until the training is over and both models have read the lines that were kept out.

        Raises
        ------
        InputError
            If nothing is trained, or it takes longer.
        """
        run = self._job.run
        if run is None or not run.wait(timeout):
            raise InputError("the training is not over", hint="Train first, or wait longer")
        compare: ModelCompare = self._work.ask(4, "Taking the best model", self._finish)
        return compare.wait(timeout)

    def try_image(self, path: str | os.PathLike[str]) -> Tried:
        """Read an image with the model before and after the training."""
        return self._work.ask(4, "Reading", lambda: self._try(os.fspath(path)))

    def export(self, path: str | os.PathLike[str], *, integer: bool = False) -> Path:
        """Write the trained model as a traineddata, whole or not at all, and return its path.

        Raises
        ------
        InputError
            If nothing was trained, or the file is there already.
        """
        return self._work.ask(4, "Writing", lambda: self._export(path, integer))

    def cancel(self) -> None:
        """End what is being prepared, looked through or mended before its time; what was before stays."""
        self._work.cancel()

    def close(self) -> None:
        """Stop the training, end all threads and take the display away; the models stay."""
        closed, self._closed = self._closed, True
        if not closed:
            self._job.stop()
            self._work.close()
            self._job.stop()  # what was begun meanwhile
            self._publisher.close()
            self._steps[0].close()
            for each in (self._dashboard, self._beside):
                if each is not None:
                    each.close()
            for child in self.children:
                close_inside(child)
        super().close()

    def _still(self) -> tuple[str, str]:
        html = static_html(self._steps, self.step, self._job, self.comparison)
        return html, f"FineTuner: step {self.step} of 4"

    # In the thread that works.

    def _take(self, take: Callable[..., None], *arguments: Any) -> None:
        base = self._given_model if self._given_model is not None else self._steps[0].base.value
        take(base, *arguments, tell=self._work.tell)
        if self._old:
            self._job.old = self._old
        self._accepted, self._open = False, {2}
        self._work.problems.clear()
        self._forget_run()
        self._work.move(2, "Looking through the lines")
        self._check(self._job.check)

    def _check(self, check: Callable[[Callable[[int, int | None], object]], Preflight]) -> Preflight:
        report = check(self._work.tell)
        if report.ok and self._open == {2}:
            self._open = {3}
        return report

    def _train(self) -> TrainingRun:
        run = self._job.train(
            held_out=self.held_out / 100,
            max_iterations=self.max_iterations,
            recipe=self._recipe,
            may_forget=self.may_forget,
            tell=self._work.tell,
        )
        self._forget_run()
        run.observe(partial(self._hear, run))
        self._dashboard = TrainingDashboard(run, title=self._job.about)
        self._open = {3}
        return run.start()

    def _hear(self, run: TrainingRun, event: object) -> None:
        def finish() -> None:
            if run is self._job.run:  # not one that was ended to begin another
                self._finish()

        if isinstance(event, RunEnded) and not self._closed:
            with suppress(InputError):  # closed meanwhile
                self._work.submit(3, "Taking the best model", finish)

    def _finish(self) -> ModelCompare:
        before = self._job.after
        after = self._job.finish()
        if self._beside is None or after is not before:
            old, self._tried = self._beside, None
            assert self._job.before is not None
            self._beside = ModelCompare(
                self._job.before, after, self._job.held_out, names=("before", "after")
            )
            if old is not None:
                old.close()
            self._open = {4}
        if self._dashboard is not None:
            self._dashboard._refresh()  # old material was read once more after the end
        return self._beside

    def _try(self, path: str) -> Tried:
        self._tried = self._job.try_image(path)
        return self._tried

    def _export(self, path: str | os.PathLike[str], integer: bool) -> Path:
        self._exported = None
        self._exported = self._job.export(path, integer=integer)
        return self._exported[0]

    def _forget_run(self) -> None:
        """Take away what showed an earlier run."""
        dashboard, self._dashboard = self._dashboard, None
        compare, self._beside = self._beside, None
        self._tried = self._exported = None
        for each in (dashboard, compare):
            if each is not None:
                each.close()

    # What is clicked, on whichever thread.

    def _make_steps(self, base: str, text: str) -> None:
        material = MaterialStep(
            self._toggle,
            self.cancel,
            base=base,
            fixed=self._given_model is not None,
            given=self._given,
            text=text,
            changed=self._refresh,
            prepare=self._prepare_clicked,
        )
        soundness = SoundnessStep(
            self._toggle,
            self.cancel,
            fix=lambda: self._work.click(2, "Mending", lambda: self._check(self._job.fix)),
            check=lambda: self._work.click(
                2, "Looking through the lines", lambda: self._check(self._job.check)
            ),
            accept=self._accept_clicked,
            correct=lambda report, line, new: self._mark(report, lambda: self._job.correct(line, new)),
            leave_out=lambda report, line, out: self._mark(report, lambda: self._job.leave_out(line, out)),
        )
        training = TrainingStep(
            self._toggle,
            self.cancel,
            train=lambda: self._work.click(3, "Getting ready to train", self._train),
        )
        for name in ("held_out", "max_iterations", "may_forget"):
            traitlets.link((self, name), (getattr(training, name), "value"))
        result = ResultStep(self._toggle, try_image=self._try_clicked, export=self._export_clicked)
        result.name.value = str(self._folder / f"{Path(base).stem or 'model'}_tuned.traineddata")
        self._steps = material, soundness, training, result
        style = widgets.HTML(STYLE + TUNER_STYLE, layout=widgets.Layout(display="none"))
        self.children = (style, *(step.box for step in self._steps))
        in_order(self)
        self.add_class("tessnb-widget")
        self.add_class("tessnb-tuner")

    def _toggle(self, step: int) -> None:
        if step <= self.step:
            self._open = self._open ^ {step}
            self._refresh()

    def _prepare_clicked(self) -> None:
        material, job = self._steps[0], self._job
        source, count = material.source.value, material.count.value
        take: dict[str, tuple[str, Callable[..., None], tuple[Any, ...]]] = {
            "given": ("Looking at the lines", job.take_lines, (self._given,)),
            "fonts": ("Rendering", job.take_fonts, (material.fonts, material.text.value, count)),
            "scans": ("Opening the scans", job.take_scans, (material.place_of_scans.value,)),
            "characters": ("Rendering", job.take_characters, (material.characters.value, count)),
        }
        words, act, arguments = take[source]
        self._work.click(1, words, lambda: self._take(act, *arguments))

    def _accept_clicked(self) -> None:
        def accept() -> None:
            if len(self._job.marks):
                self._job.check(self._work.tell)
            self._accepted, self._open = True, {3}

        self._work.click(2, "Taking the lines", accept)

    def _try_clicked(self) -> None:
        self._work.click(4, "Reading", lambda: self._try(self._steps[3].image.value))

    def _export_clicked(self) -> None:
        result = self._steps[3]
        self._work.click(4, "Writing", lambda: self._export(result.name.value, bool(result.weights.value)))

    def _mark(self, report: Preflight, mark: Callable[[], None]) -> None:
        """Enqueue a correction of a line as a report shows it; nothing else has to wait for it."""

        def job() -> None:
            if report is self._job.report:  # not of lines that have changed since
                mark()
                self._refresh()

        with suppress(InputError):  # closed
            self._work.enqueue(job)

    def _refresh(self) -> None:
        self._publisher.start()
        self._publisher.hurry()

    # The publisher's thread.

    def _publish(self) -> bool:
        """Show how it stands; return whether more is to come."""
        doing, reached = self._work.doing, self.step
        abouts, words = abouts_of(self._job), words_of(self._job, self._exported, self._work.cancelled)
        for step in self._steps:
            step.show(
                reached=step.place <= reached,
                opened=step.place in self._open and step.place <= reached,
                about=abouts[step.place],
                doing=doing,
                problem=self._work.problems.get(step.place, ""),
                words=words.get(step.place, ""),
            )
        material, soundness, training, result = self._steps
        material.show_panel()
        soundness.show_report(self._job.report, self._job.lines)
        goes_on = self._goes_on()
        training.show_dashboard(self._dashboard, goes_on=goes_on)
        figures = figures_html(self.comparison, self._job.old_change)
        result.show_result(figures, self._tried, self._beside)
        reading = self._beside is not None and self._beside.state == "running"
        return doing is not None or goes_on or reading

    def _goes_on(self) -> bool:
        run = self._job.run
        return run is not None and run.state in (RunState.RUNNING, RunState.PAUSED)
