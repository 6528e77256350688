"""What a model forgets while it learns something else: old material followed through a fine-tuning."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from tessnb.analysis._charts import Curve, Panel, draw_panels
from tessnb.analysis._html import frame_table
from tessnb.analysis.evaluation import evaluate
from tessnb.analysis.result import Evaluation
from tessnb.errors import InputError, TessnbError
from tessnb.events import Event, LineTrained, RunEnded, RunStarted
from tessnb.files import write_text
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model
from tessnb.training import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ForgettingChart", "ForgettingMonitor"]

_COLUMNS = ["iteration", "material", "class", "characters", "errors", "cer"]
OLD, TARGET = "old", "target"
_COLOURS = {OLD: "#009E73", TARGET: "#E69F00"}


class ForgettingMonitor:
    """Evaluates old material, and that of the target, while a run trains.

    The run goes on meanwhile; where an evaluation takes longer than `every` iterations, the next one begins
    with the model of that moment. Begun before the run starts, it knows how good the model was at first.

    Parameters
    ----------
    run : TrainingRun
    old : sequence of TrainingLine
        What the model could read before: a frozen set, evaluated again and again.
    target : sequence of TrainingLine, optional
        What it shall learn; by default the lines that the run holds out, if they are in memory.
    every : int
        Training iterations between two evaluations.
    limit : float, optional
        Stops the run when the old material's CER, in percent, passes it.

    Attributes
    ----------
    stopped_at : int or None
        The iteration of the model that passed the limit.
    error : Exception or None
        Why an evaluation failed; later ones are still tried.

    Examples
    --------
    >>> run = tn.fine_tune(model, lines, held_out=0.1)  # doctest: +SKIP
    >>> monitor = ForgettingMonitor(run, old_lines, limit=0.5)  # doctest: +SKIP
    >>> run.start().wait()  # doctest: +SKIP
    >>> monitor.frame().query("`class` == 'all'")  # doctest: +SKIP
    """

    def __init__(
        self,
        run: TrainingRun,
        old: Sequence[TrainingLine],
        target: Sequence[TrainingLine] | None = None,
        *,
        every: int = 500,
        limit: float | None = None,
    ) -> None:
        if not len(old):
            raise InputError("there is no old material to watch")
        if every < 1:
            raise InputError("evaluations must be at least an iteration apart", found=every)
        held_out = run.held_out if target is None else target
        in_memory = isinstance(held_out, Sequence) and all(isinstance(x, TrainingLine) for x in held_out)
        self.material: Mapping[str, Sequence[TrainingLine]] = {
            OLD: old,
            **({TARGET: held_out} if in_memory and held_out else {}),
        }
        self.limit, self.every = limit, every
        self.stopped_at: int | None = None
        self.error: Exception | None = None
        self._run = run
        self._lock = threading.Lock()
        self._rows: list[tuple[Any, ...]] = []
        self._thread: threading.Thread | None = None
        self._next = 0
        self._remove = run.observe(self._hear)

    @classmethod
    def of(cls, run: TrainingRun) -> ForgettingMonitor | None:
        """Return the monitor that watches a run, or None if none does."""
        owners = (getattr(observer, "__self__", None) for observer in run.trainer.observers)
        return next((owner for owner in owners if isinstance(owner, cls)), None)

    def close(self) -> None:
        """Listen no more, and wait for an evaluation that is under way."""
        self._remove()
        self.wait()

    def wait(self) -> None:
        """Wait for an evaluation that is under way."""
        thread = self._thread
        if thread is not None:
            thread.join()

    # In the run's thread.

    def _hear(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._next = event.counters.training
            self._begin(event.counters.training)
        elif isinstance(event, LineTrained) and event.counters.training >= self._next:
            self._begin(event.counters.training)
        elif isinstance(event, RunEnded):
            self.wait()
            if not self._rows or self._rows[-1][0] != event.counters.training:
                self._begin(event.counters.training, forced=True)

    def _begin(self, iteration: int, *, forced: bool = False) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        if self.stopped_at is not None and not forced:
            return
        self._next = iteration + self.every
        model = self._run.trainer.model()
        self._thread = threading.Thread(
            target=self._evaluate, args=(iteration, model), name="tessnb-forgetting", daemon=True
        )
        self._thread.start()

    # In a thread of its own.

    def _evaluate(self, iteration: int, model: Model) -> None:
        try:
            results = {name: evaluate(model, lines) for name, lines in self.material.items()}
        except TessnbError as error:
            self.error = error
            return
        rows = [row for name, result in results.items() for row in _rows(iteration, name, result)]
        with self._lock:
            self._rows += rows
        if self.limit is not None and results[OLD].cer > self.limit and self.stopped_at is None:
            self.stopped_at = iteration
            self._run.stop(wait=False)

    # From any thread.

    def frame(self) -> pd.DataFrame:
        """Return all evaluations so far.

        Returns
        -------
        DataFrame
            A row per evaluation, material and class of characters: ``iteration`` (of training),
            ``material`` (``old`` or ``target``), ``class`` (``all``, ``all but spaces``, or as
            `character_class` has it), ``characters``, ``errors``, ``cer`` in percent.
        """
        import pandas as pd

        with self._lock:
            return pd.DataFrame(list(self._rows), columns=_COLUMNS)

    def curve(self, group: str = "all") -> pd.DataFrame:
        """Return the CER of a class over the iterations: a column per material, in percent.

        Parameters
        ----------
        group : str
            A value of the column ``class``.
        """
        frame = self.frame()
        chosen = frame[frame["class"] == group]
        return chosen.pivot_table(index="iteration", columns="material", values="cer")

    def plot(self) -> ForgettingChart:
        """Return a chart for each class of characters, spaces by themselves: old material and target.

        Returns
        -------
        ForgettingChart
            Shows itself in a notebook; ``.save("forgetting.svg")`` keeps it.

        Raises
        ------
        InputError
            If there is no evaluation yet.
        """
        frame = self.frame()
        if not len(frame):
            raise InputError("there is no evaluation yet", hint="Wait until the run has begun")
        return ForgettingChart(frame, repr(self)[1:-1], self.limit)

    def __repr__(self) -> str:
        curve = self.curve()
        if not len(curve):
            return "<ForgettingMonitor: no evaluation yet>"
        parts = [f"{name} {column.iloc[0]:.2f}% → {column.iloc[-1]:.2f}%" for name, column in curve.items()]
        stopped = f"; stopped at {self.stopped_at}" if self.stopped_at is not None else ""
        return f"<ForgettingMonitor at iteration {curve.index[-1]}: CER {', '.join(parts)}{stopped}>"

    def _repr_html_(self) -> str:
        frame = self.frame()
        if not len(frame):
            return f"<p>{escape(repr(self)[1:-1])}</p>"
        return self.plot()._repr_html_()


@dataclass(frozen=True, eq=False)
class ForgettingChart:
    """The CER of each class of characters over the iterations: old material whole, the target dashed.

    Attributes
    ----------
    frame : DataFrame
        See `ForgettingMonitor.frame`.
    words : str
        The same in a sentence.
    limit : float or None
        In percent, for all characters.
    """

    frame: pd.DataFrame
    words: str
    limit: float | None = None

    @property
    def svg(self) -> str:
        """The charts as SVG."""
        panels = []
        for group, rows in self.frame.groupby("class", sort=False):
            curves = [
                Curve(name, list(zip(own.iteration, own.cer, strict=True)), colour, name == TARGET)
                for name, colour in _COLOURS.items()
                if len(own := rows[rows.material == name])
            ]
            panels.append(Panel(f"{group}, CER %", curves, self.limit if group == "all" else None))
        return draw_panels(panels, words=self.words)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the charts as an SVG file.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        write_text(path, self.svg)

    def _repr_html_(self) -> str:
        table = self.frame.pivot_table(
            index="iteration", columns=["material", "class"], values="cer", sort=False
        )
        table.columns = [f"{material}: {group}" for material, group in table.columns]
        legend = "".join(
            f'<span style="border-bottom:3px {style} {_COLOURS[name]};margin-right:16px">{words}</span>'
            for name, style, words in (
                (OLD, "solid", "old material"),
                (TARGET, "dashed", "what is learned"),
            )
            if (self.frame.material == name).any()
        )
        rows = f"<details><summary>The charts as a table</summary>{frame_table(table.tail(10))}</details>"
        return f"<p>{escape(self.words)}</p><p>{legend}</p>{self.svg}{rows}"


def _rows(iteration: int, name: str, result: Evaluation) -> list[tuple[Any, ...]]:
    classes = result.by("character_class")
    wrong = classes[["substituted", "deleted", "inserted"]].sum(axis=1)
    counts = {
        "all": (int(result.lines.characters.sum()), int(result.lines.distance.sum())),
        "all but spaces": (
            int(classes.characters.sum() - classes.characters.get("space", 0)),
            int(wrong.sum() - wrong.get("space", 0)),
        ),
        **{group: (int(classes.characters[group]), int(wrong[group])) for group in classes.index},
    }
    return [
        (iteration, name, group, characters, errors, 100.0 * errors / max(characters, 1))
        for group, (characters, errors) in counts.items()
    ]
