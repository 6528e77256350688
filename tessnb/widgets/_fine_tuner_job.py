"""Fine-tuning from a base model to an exported one, step by step, without a display."""

from __future__ import annotations

import os
import random
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tessnb.analysis import (
    ForgettingMonitor,
    LineMarks,
    Preflight,
    add_characters,
    apply_marks,
    evaluate,
    model_card,
    preflight,
)
from tessnb.analysis.adding import sample_text
from tessnb.analysis.progress import Progress, reporting
from tessnb.errors import InputError, TessnbError
from tessnb.lines import PageImage, TrainingLine, open_lines, read_image
from tessnb.recognition import Model
from tessnb.recognition.dequantizing import dequantize
from tessnb.recognition.reading import read
from tessnb.resources.finding import base_model, find_langdata
from tessnb.synthesis import Font, find_fonts, render
from tessnb.training import Recipe, TrainingRun, fine_tune, hold_out

__all__ = ["FineTuning", "Tried", "as_base"]

Source = Model | str | os.PathLike[str]

#: Letters of a text that make a line of a page 1800 px wide, about; lines that are rendered at once; lines of
#: old material, and words to make them of.
_LETTERS, _AT_ONCE, _OLD_LINES, _WORDS = 80, 40, 20, 2000
#: Iterations between two readings of old material.
_EVERY = 250


@dataclass(frozen=True)
class Tried:
    """An image, and what the model read on it before and after."""

    path: str
    image: PageImage
    before: str
    after: str


def as_base(source: Source) -> Model:
    """Return a model to start from: one that is there, of a file, or a language's best.

    Raises
    ------
    InputError
        If there is no such file or language.
    """
    if isinstance(source, Model):
        return dequantize(source)
    if not os.fspath(source).strip():
        raise InputError("there is no model to start from", hint="Name a language, such as eng, or a file")
    is_path = isinstance(source, os.PathLike) or Path(source).is_file() or os.sep in source
    if is_path and not str(source).startswith("script/"):
        return dequantize(Model.load(source))
    return base_model(str(source))


@dataclass
class FineTuning:
    """The state of the work; every method takes it a step further, and what comes later is forgotten.

    What takes long tells how far it is; if that raises something, all stays as it was before.

    Attributes
    ----------
    base : Model or None
        What was started from.
    about : str
        Where the lines come from.
    lines : list of TrainingLine
        The material, as it stands.
    old : list of TrainingLine
        What the model could read before.
    report : Preflight or None
        What is wrong with the lines.
    marks : LineMarks
        Corrections that are not applied yet.
    run : TrainingRun or None
    monitor : ForgettingMonitor or None
    held_out : list of TrainingLine
        What the models are compared on.
    before, after : Model or None
        With the same characters, so that they can be compared.
    old_before, old_after : float or None
        Percent of CER of the two on the old material.
    """

    base: Model | None = None
    about: str = ""
    lines: list[TrainingLine] = field(default_factory=list)
    old: list[TrainingLine] = field(default_factory=list)
    report: Preflight | None = None
    marks: LineMarks = field(default_factory=LineMarks)
    run: TrainingRun | None = None
    monitor: ForgettingMonitor | None = None
    held_out: list[TrainingLine] = field(default_factory=list)
    before: Model | None = None
    after: Model | None = None
    old_before: float | None = None
    old_after: float | None = None
    #: Knows the characters that are to be learned.
    _target: Model | None = None
    _finished_at: int = -1

    # 1 What should it read?

    def take_lines(
        self,
        base: Source,
        lines: Iterable[TrainingLine],
        about: str = "lines of yours",
        tell: Progress = False,
    ) -> None:
        """Take lines as they are."""
        model, there = as_base(base), []
        with reporting(tell, len(lines) if isinstance(lines, Sequence) else None) as report:
            for line in lines:
                there.append(line)
                report(len(there))
        self._begin(model, model, there, about, [])

    def take_fonts(
        self, base: Source, fonts: Sequence[Font | str], text: str, count: int, tell: Progress = False
    ) -> None:
        """Render a text in fonts, about as many lines as wanted; an empty one is the language's own."""
        if not fonts:
            raise InputError("no font is chosen", hint="Choose one in the list")
        model = as_base(base)
        share = max(count // len(fonts), 1)
        text = text.strip() or usual_text(model, share)
        lines: list[TrainingLine] = []
        with reporting(tell, share * len(fonts)) as report:
            for font in fonts:
                before = len(lines)
                for piece in _pieces(text, share):
                    lines += render(piece, font, xsize=1800)
                    del lines[before + share :]
                    report(len(lines))
        names = [font if isinstance(font, str) else font.name for font in fonts]
        named = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        self._begin(model, model, lines, named, [])

    def take_scans(self, base: Source, place: str, tell: Progress = False) -> None:
        """Open a folder of images with texts, or whatever else lines can be opened from."""
        if not place.strip():
            raise InputError(
                "no folder is named",
                hint="A folder of line images, each with its text beside it: a.png and a.gt.txt",
            )
        model, path = as_base(base), Path(place.strip()).expanduser()
        if not path.exists():
            raise InputError("there is no such file or folder", where=str(path))
        self.take_lines(model, open_lines(path), path.name or str(path), tell)

    def take_characters(self, base: Source, characters: str, count: int, tell: Progress = False) -> None:
        """Render lines with characters that the model shall learn."""
        added = add_characters(as_base(base), characters, lines=count, progress=tell)
        lines = [*added.lines, *added.held_out]
        self._begin(added.before, added.run.model(), lines, " ".join(added.characters), added.old)

    def _begin(
        self, base: Model, target: Model, lines: list[TrainingLine], about: str, old: list[TrainingLine]
    ) -> None:
        if len(lines) < 2:
            raise InputError("these are too few lines to train on", found=len(lines), expected="at least 2")
        self.stop()
        self.base, self._target, self.lines, self.about, self.old = base, target, lines, about, old
        self.report, self.marks, self.run, self.monitor = None, LineMarks(), None, None
        self.before = self.after = self.old_before = self.old_after = None
        self.held_out = []

    # 2 Is the material sound?

    def check(self, tell: Progress = False) -> Preflight:
        """Apply corrections and look through the lines."""
        if self._target is None:
            raise InputError("there is no material yet", hint="Say first what is to be read")
        lines = apply_marks(self.lines, self.marks) if len(self.marks) else self.lines
        if len(lines) < 2:
            raise InputError("too few lines would be left", found=len(lines), expected="at least 2")
        self.report = preflight(lines, self._target, progress=tell)
        self.lines, self.marks = lines, LineMarks()
        return self.report

    def fix(self, tell: Progress = False) -> Preflight:
        """Mend all that can be mended, after what was corrected by hand."""
        report = self.check(tell) if self.report is None or len(self.marks) else self.report
        lines = report.fix()
        if len(lines) < 2:
            raise InputError("too few lines would be left", found=len(lines), expected="at least 2")
        before, self.lines = self.lines, lines
        try:
            return self.check(tell)
        except Exception:
            self.lines = before
            raise

    def correct(self, number: int, text: str) -> None:
        """Say what a line's text should be."""
        self.marks = self.marks.correct(number, text, lines=self.lines)

    def leave_out(self, number: int, out: bool = True) -> None:
        """Train without a line, or with it after all."""
        self.marks = self.marks.mark([number], "exclude" if out else "", lines=self.lines)

    # 3 Train.

    def train(
        self,
        *,
        held_out: float,
        max_iterations: int,
        recipe: Recipe,
        may_forget: float,
        tell: Progress = False,
    ) -> TrainingRun:
        """Begin to train; it ends by itself when the held-out lines get no better, or old material worse."""
        if self.base is None:
            raise InputError("there is no material yet", hint="Say first what is to be read")
        if self.run is not None and not self.run.state.is_over:
            self.stop()
        if len(self.marks):
            self.check(tell)
        lines, kept_out = hold_out(self.lines, held_out)
        run = fine_tune(self.base, lines, held_out=kept_out, max_iterations=max_iterations, recipe=recipe)
        before, old_before = run.model(), None
        if not self.old:
            with suppress(TessnbError):  # it goes without; the display says so
                self.old = old_material(self.base)
        if self.old:
            old_before = evaluate(before, self.old, progress=tell).cer
        if self.monitor is not None:
            self.monitor.close()
        self.monitor = None
        if old_before is not None:
            limit = old_before + may_forget
            self.monitor = ForgettingMonitor(run, self.old, every=_EVERY, limit=limit)
        self.held_out, self.before, self.after, self.run = kept_out, before, None, run
        self.old_before, self.old_after = old_before, None
        return run

    def finish(self) -> Model:
        """Take the best model of a run that has ended."""
        if self.run is None:
            raise InputError("nothing was trained yet", hint="Train first")
        self.run.wait()
        if self.monitor is not None:
            self.monitor.wait()
        iteration = self.run.progress.counters.training
        if self.after is None or self._finished_at != iteration:
            best = self.run.best()
            self.old_after = evaluate(best, self.old).cer if self.old else None
            self.after, self._finished_at = best, iteration
        return self.after

    @property
    def old_change(self) -> tuple[float, float] | None:
        """Percent of CER of the old material before and after, if both are known."""
        if self.old_before is None or self.old_after is None:
            return None
        return self.old_before, self.old_after

    def stop(self) -> None:
        """End the training, if one goes on."""
        if self.run is not None and not self.run.state.is_over:
            with suppress(Exception):  # what it failed with is said by its dashboard
                self.run.stop()
        if self.monitor is not None:
            self.monitor.close()

    # 4 Before and after.

    def try_image(self, path: str) -> Tried:
        """Read an image with both models."""
        before, after = self._pair()
        if not path.strip():
            raise InputError("no image is named", hint="Name a file: a page or a line")
        image = read_image(Path(path.strip()).expanduser())
        texts = [read(image.pixels, model) for model in (before, after)]
        return Tried(path, image, *texts)

    def export(self, path: str | os.PathLike[str], *, integer: bool = False) -> tuple[Path, str]:
        """Write the model, whole or not at all; return where, and the command that reads with it."""
        _, model = self._pair()
        target = Path(path).expanduser()
        if not target.name.strip() or target.is_dir():
            raise InputError("the model needs a file name", where=str(path))
        if target.suffix != ".traineddata":
            target = target.with_name(f"{target.name}.traineddata")
        if target.exists():
            raise InputError("there is such a file already", where=str(target), hint="Take another name")
        model.save(target, integer=integer)
        folder, language = shlex.quote(str(target.resolve().parent)), shlex.quote(target.stem)
        return target, f"tesseract page.png - --tessdata-dir {folder} -l {language}"

    def _pair(self) -> tuple[Model, Model]:
        if self.before is None or self.after is None:
            raise InputError("nothing was trained yet", hint="Train first")
        return self.before, self.after


def usual_text(model: Model, count: int) -> str:
    """Return a text of the model's language, or else of its words, for some lines.

    Raises
    ------
    InputError
        If neither is there.
    """
    with suppress(TessnbError):
        text = find_langdata(model.name).path("training_text").read_text("utf-8", "replace")
        if text.strip():
            return text
    words = _words(model)
    if not words:
        raise InputError("there is no text for this model", where=model.name, hint="Give a text of your own")
    return "\n".join(sample_text(words, (), lines=count, seed=2))


def old_material(model: Model) -> list[TrainingLine]:
    """Return lines of the model's own words in a usual font that has them.

    Raises
    ------
    InputError
        If it has no words, or no font has them.
    """
    words = _words(model)
    if not words:
        raise InputError("this model has no dictionary to make old material of", where=model.name)
    text = "\n".join(sample_text(words, (), lines=_OLD_LINES, seed=5))
    fonts = find_fonts(covering=[text])
    if not fonts:
        raise InputError("no font has the words of this model", where=model.name)
    usual = min(fonts, key=lambda font: (font.slant != "roman", abs(font.weight - 400), font.width != 5))
    return list(render(text, usual, xsize=1800))


def _words(model: Model) -> list[str]:
    words = [word for word in model_card(model).words() if 1 < len(word) < 15]
    return random.Random(1).sample(words, min(len(words), _WORDS))


def _pieces(text: str, lines: int) -> Iterator[str]:
    """Yield so much of a text as makes some lines, whole words, in pieces that are rendered quickly."""
    left, piece = lines * _LETTERS, ""
    for word in re.findall(r"\s*\S+", text):
        if left <= 0:
            break
        piece += word
        left -= len(word)
        if len(piece) >= _AT_ONCE * _LETTERS:
            yield piece
            piece = ""
    if piece:
        yield piece
