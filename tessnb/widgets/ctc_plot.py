"""The CTC plot: what a network says of a line, step by step, under the line's own pixels."""

from __future__ import annotations

import os
import time
from typing import Any

import traitlets

from tessnb.analysis.ctc_alignment import CTCAlignment, align_line
from tessnb.events import Event, RunStarted
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine
from tessnb.network.threads import one_core
from tessnb.training import RunState
from tessnb.widgets._ctc_frame import frame_of
from tessnb.widgets._ctc_still import still_html
from tessnb.widgets._front_end import script, style
from tessnb.widgets._line_viewer import LineViewer
from tessnb.widgets._pictures import png
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._sources import NOW

__all__ = ["CTCPlot"]

#: The most of one core that following a run may take.
_SHARE = 0.1
#: Seconds between two looks at what a run has written.
_LOOK = 2.0


class CTCPlot(LineViewer):
    """A line, what a model's network says of it at each time step, and what is read out of that.

    Outputs as a heat map and as curves, the targets that training would aim at, their difference; greedy and
    beam reading and the truth, each character where it is; all on the x axis of the line image. A run's
    present network is followed through its training.

    Parameters
    ----------
    line : TrainingLine, ImageData, image, or a sequence of these
    model : Model, TrainingRun, str, path, or a mapping of names or a sequence of these (but runs)
        A language, a traineddata or a checkpoint; a run offers what it is now, its best and its checkpoints.
    charsets : path or TrainedData, optional
        The traineddata that checkpoints were trained with; a run knows its own.
    index : int
        Which line to begin with.
    show : str
        ``"outputs"``, ``"targets"`` or ``"difference"``.
    rate : float
        Updates per second at most while a run is followed, at most 2.
    moments : int
        Moments of a run to keep at most; beyond that every second one is forgotten.

    Attributes
    ----------
    index, show, rate
        As above; may be changed.
    models : list of str
        What there is to choose from.
    model : str
        The name of the one that is shown; may be set.
    iterations : list of int
        The training iterations at which the line was seen.
    iteration : int
        The one that is shown; -1 is the newest.
    alignment : CTCAlignment or None
        What is shown; None for an earlier moment of a run.

    Raises
    ------
    InputError
        If there is no line or no model, or the line cannot be read.
    TraitError
        If a value is out of its range.

    Examples
    --------
    >>> import tessnb as tn
    >>> line = tn.render("six books", ["DejaVu Sans"], xsize=600, ysize=400)[0]
    >>> plot = CTCPlot(line, "eng", show="difference")
    >>> plot.alignment.text
    'six books'
    >>> plot.alignment.greedy[0].text
    's'
    >>> plot.close()

    Notes
    -----
    A run is followed on a copy of its weights, in a thread of the plot's own that takes a tenth of a core at
    most; the run only makes the copy, between two lines.
    """

    _esm = script("ctc")
    _css = style("ctc")

    show = traitlets.Enum(
        ["outputs", "targets", "difference"], "outputs", help="What is drawn of the probabilities."
    ).tag(sync=True)
    iteration = traitlets.Int(-1, min=-1, help="The training iteration shown; -1 is the newest.").tag(
        sync=True
    )
    iterations = traitlets.List(
        traitlets.Int(), read_only=True, help="Training iterations at which the line was seen."
    ).tag(sync=True)
    rate = traitlets.Float(2.0, min=0.1, max=2.0, help="Updates per second at most.")
    moments = traitlets.Int(100, min=2, max=1000, help="Moments of a run to keep at most.")
    _follows = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        line: Any,
        model: Any,
        *,
        charsets: str | os.PathLike[str] | TrainedData | None = None,
        index: int = 0,
        show: str = "outputs",
        rate: float = 2.0,
        moments: int = 100,
    ) -> None:
        self._frames: dict[int, dict[str, Any]] = {}
        self._alignments: dict[int, CTCAlignment] = {}
        self._looked = time.monotonic()
        super().__init__(line, model, charsets, index=index, show=show, rate=rate, moments=moments)
        self._follows = self._source.run is not None
        self.alignment: CTCAlignment | None = None
        self._draw()
        self._publisher = Publisher(self._publish, self.rate)
        self._ends = (self._publisher.close,)
        self.observe(self._wish, ["index", "model", "iteration"])
        run = self._source.run
        if run is not None:
            self._ends = run.observe(self._hear), self._publisher.close
            if run.state in (RunState.RUNNING, RunState.PAUSED):
                self._publisher.start()

    def _still(self) -> tuple[str, str]:
        found, line = self._newest(), self._lines[self.index]
        return still_html(found, line, self._title()), f"CTCPlot: {self._title()}, read {found.text!r}"

    def _hear(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._publisher.start()

    # The publisher's thread.

    def _publish(self) -> bool:
        """Show what is wished for; return whether more is to come."""
        run = self._source.run
        self._draw_or_say_why_not()
        if run is None:
            return False
        if time.monotonic() - self._looked > _LOOK or run.state.is_over:
            self._looked = time.monotonic()
            self._offer(self._source.names())
        return self.model == NOW and run.state in (RunState.RUNNING, RunState.PAUSED)

    def _offer(self, names: list[str]) -> None:
        if names != self.models:
            if self.model not in names:
                names = [*names, self.model]
            self.set_trait("models", names)

    def _draw(self) -> None:
        """Bring into the display what it is to show."""
        index, name, iteration = self.index, self.model, self.iteration
        if self._drawn[:2] != (index, name):
            self._frames.clear()
            self._alignments.clear()
        began = time.thread_time()
        newest = self._look(index, name)
        cost = time.thread_time() - began
        if self._ends:
            self._publisher.rate = min(self.rate, _SHARE / max(cost, 1e-6))
        seen = list(self._frames) if self._follows else []
        if seen != self.iterations:
            self.set_trait("iterations", seen)
        at = newest if iteration not in self._frames else iteration
        if self._drawn == (index, name, at):
            return
        if self._drawn[:1] != (index,):
            self._picture = png(self._lines[index].image)
        self._drawn = index, name, at
        self.alignment = self._alignments.get(at)
        self._shown = self._frames[at]

    def _look(self, index: int, name: str) -> int:
        """See the line with the model as it is now, unless that was done; return the moment's number."""
        run = self._source.run if name == NOW else None
        now = 0 if run is None else run.progress.counters.training
        if now in self._frames:
            return now
        model, line = self._source.load(name), self._lines[index]
        if run is not None:
            now = model.training_iteration
        with one_core():  # the other one is the run's
            found = align_line(line, model, as_training=self._follows)
        title = self._title_of(line, name, now if run is not None else None)
        self._alignments = {now: found}
        self._frames[now] = frame_of(found, line, title, settled=self._follows)
        if len(self._frames) > self.moments:
            kept = [*list(self._frames)[:-1:2], now]
            self._frames = {moment: self._frames[moment] for moment in kept}
        return now

    def _newest(self) -> CTCAlignment:
        return next(iter(self._alignments.values()))

    def _title(self) -> str:
        return str(self._shown.get("title", ""))

    def _title_of(self, line: TrainingLine, name: str, iteration: int | None) -> str:
        origin = ", ".join(filter(None, (line.font, line.source))) or f"line {self.index + 1}"
        return f"{origin}, {name}" if iteration is None else f"{origin}, iteration {iteration}"
