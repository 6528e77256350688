"""The checkpoint picker: how good each checkpoint of a run is, and one of them as a model."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from tessnb.errors import InputError, TessnbError
from tessnb.formats import TrainedData
from tessnb.training import TrainingRun
from tessnb.training.checkpoint_files import (
    CheckpointFile,
    bring_back,
    export_checkpoint,
    find_checkpoints,
    find_starter,
    put_aside,
)
from tessnb.widgets._front_end import script, style
from tessnb.widgets._still import Still
from tessnb.widgets._summary import number, percent

__all__ = ["CheckpointPicker"]


class CheckpointPicker(Still, anywidget.AnyWidget):
    """The checkpoints of a run to choose from, as a chart and a list; the chosen one can be exported.

    The list follows what is on disk, also while a run goes on in another process. Arrow keys move, Enter
    chooses, Delete puts a checkpoint aside, ``Ctrl Z`` brings it back.

    Parameters
    ----------
    source : path or TrainingRun
        A folder, what the names of a run's files begin with (``--model_output``), or a run that has one.
    traineddata : path or TrainedData, optional
        What the checkpoints were trained with: it has their characters. A run knows it; otherwise the folders
        around the checkpoints are searched.
    export_dir : path, optional
        Where exported models go; by default the checkpoints' folder.

    Attributes
    ----------
    value : Path or None
        The chosen checkpoint; may be set.
    exported : tuple of Path
        The models that were made.

    Raises
    ------
    InputError
        If there is no such folder, or the run writes no checkpoints.

    Examples
    --------
    >>> import tessnb as tn
    >>> picker = tn.CheckpointPicker(model_output)
    >>> best = min(picker.checkpoints, key=lambda each: each.bcer)
    >>> picker.value = best.path
    >>> picker.export("mine", integer=True).name
    'mine.traineddata'
    >>> picker.close()
    """

    _esm = script("checkpoints")
    _css = style("checkpoints")

    value = traitlets.Instance(Path, allow_none=True, help="The chosen checkpoint.")
    exported = traitlets.Tuple(help="The models that were made.")
    _chosen = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        source: str | os.PathLike[str] | TrainingRun,
        *,
        traineddata: str | os.PathLike[str] | TrainedData | None = None,
        export_dir: str | os.PathLike[str] | None = None,
    ) -> None:
        if isinstance(source, TrainingRun):
            traineddata = traineddata or source.trainer.container
            if source.trainer.model_output is None:
                raise InputError("this run writes no checkpoints", hint="Give it a model_output")
            source = source.trainer.model_output
        self._source = Path(getattr(source, "model_output", source))
        self._starter = traineddata
        self._folder = self._source if self._source.is_dir() else self._source.parent
        self._export_dir = Path(export_dir) if export_dir is not None else self._folder
        self._lock = threading.Lock()
        self._aside: list[Path] = []
        self._told: list[CheckpointFile] | None = None
        self._checkpoints = find_checkpoints(self._source)
        self._worker = ThreadPoolExecutor(1, "tessnb-checkpoints")
        super().__init__()
        self.on_msg(self._on_message)

    @property
    def checkpoints(self) -> list[CheckpointFile]:
        """What is on disk now, by iteration."""
        self._checkpoints = find_checkpoints(self._source)
        return self._checkpoints

    def export(self, name: str = "", *, integer: bool = False) -> Path:
        """Write the chosen checkpoint as a model that Tesseract reads; an existing file is never replaced.

        Parameters
        ----------
        name : str
            By default that of the run with its error and iteration.
        integer : bool
            Convert the weights to int8: smaller, faster, and not to be trained further.

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If none is chosen, the name will not do or is taken, or the characters are not known.
        """
        chosen = self._find(self.value)
        target = self._export_dir / (name or _name(chosen, integer))
        if target.parent != self._export_dir:
            raise InputError("a model's name has no folder in it", where="name", found=name)
        starter = find_starter(chosen.path) if self._starter is None else self._starter
        path = export_checkpoint(chosen.path, starter, target, integer=integer)
        self.exported = (*self.exported, path)
        return path

    def remove(self, path: str | os.PathLike[str]) -> Path:
        """Put a checkpoint aside; return where it is now. `undo` brings it back.

        Raises
        ------
        InputError
            If it is the one that the run goes on from, or it cannot be moved.
        """
        found = self._find(Path(path))
        if found.is_current:
            raise InputError("the run goes on from this checkpoint, so it stays", where=found.path.name)
        with self._lock:
            aside = put_aside(found.path)
            self._aside.append(aside)
        if self.value == found.path:
            self.value = None
        return aside

    def undo(self) -> Path | None:
        """Bring back what was put aside last; return where it is, or None if there is nothing.

        Raises
        ------
        InputError
            If it cannot be moved.
        """
        with self._lock:
            if not self._aside:
                return None
            back = bring_back(self._aside[-1])
            self._aside.pop()
        return back

    def close(self) -> None:
        """Take the display away and end its thread."""
        if hasattr(self, "_worker"):
            self._worker.shutdown(wait=True, cancel_futures=True)
        super().close()

    def _still(self) -> tuple[str, str]:
        html = _static_html(self.checkpoints, self.value)
        return html, f"CheckpointPicker: {len(self._checkpoints)} checkpoints"

    # What is chosen: a path in Python, a file name in the browser.

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> Path | None:
        return None if proposal["value"] is None else self._find(proposal["value"]).path

    @traitlets.observe("value")
    def _tell_chosen(self, change: Any) -> None:
        self._chosen = "" if change["new"] is None else change["new"].name

    @traitlets.observe("_chosen")
    def _take_chosen(self, change: Any) -> None:
        with suppress(InputError):
            self.value = self._find(self._folder / change["new"]).path if change["new"] else None

    def _find(self, path: Path | None) -> CheckpointFile:
        if path is None:
            raise InputError("no checkpoint is chosen", hint="Click one, or set value")
        for checkpoint in self.checkpoints:
            if checkpoint.path == path:
                return checkpoint
        raise InputError("there is no such checkpoint", where=str(path))

    # What the browser asks for, on whichever thread; the worker does it.

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        kind, actions = content.get("kind"), {"export": self._export, "remove": self._remove}
        with suppress(RuntimeError):  # closed
            if kind == "look":
                self._worker.submit(self._look, bool(content.get("anyway")))
            elif kind == "undo":
                self._worker.submit(self._do, lambda: self._undo())
            elif kind in actions:
                self._worker.submit(self._do, lambda: actions[kind](content))

    def _export(self, content: Any) -> str:
        path = self.export(str(content["name"]), integer=bool(content["integer"]))
        return f"Written: {path} ({_size(path.stat().st_size)})"

    def _remove(self, content: Any) -> str:
        aside = self.remove(self._folder / Path(str(content["name"])).name)
        return f"Put aside in {aside.parent.name}: {aside.name}"

    def _undo(self) -> str:
        back = self.undo()
        return f"Back again: {back.name}" if back is not None else "There is nothing to bring back."

    def _do(self, action: Callable[[], str]) -> None:
        try:
            told, failed = action(), False
        except (TessnbError, OSError) as error:
            told, failed = str(error), True
        self.send({"kind": "result", "text": told, "failed": failed})
        self._look(True)

    def _look(self, anyway: bool) -> None:
        """Tell what there is, if it changed or is wanted anyway."""
        try:
            found = self.checkpoints
        except InputError:
            found = []
        if found != self._told or anyway:
            self._told = found
            rows = [
                {
                    "name": each.path.name,
                    "run": each.run,
                    "bcer": each.bcer,
                    "iteration": each.training_iteration,
                    "size": _size(each.size),
                    "current": each.is_current,
                    "names": [_name(each, False), _name(each, True)],
                }
                for each in found
            ]
            about = {"folder": str(self._folder), "undo": len(self._aside)}
            self.send({"kind": "checkpoints", "checkpoints": rows, **about})


def _name(checkpoint: CheckpointFile, integer: bool) -> str:
    """Return a name for a model: that of the run, its error and iteration."""
    fast = "_fast" if integer else ""
    return f"{checkpoint.run}_{checkpoint.bcer:.3f}_{checkpoint.training_iteration}{fast}"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f}\u202fMB" if size >= 1e5 else f"{size / 1e3:.1f}\u202fkB"


def _static_html(checkpoints: list[CheckpointFile], chosen: Path | None) -> str:
    if not checkpoints:
        return "<p>No checkpoints are here yet.</p>"
    best = min(checkpoints, key=lambda each: each.bcer)
    rows = []
    for each in checkpoints:
        marks = (
            ("best", each is best),
            ("the run goes on from it", each.is_current),
            ("chosen", each.path == chosen),
        )
        cells = (
            escape(each.run),
            number(each.training_iteration),
            percent(each.bcer),
            _size(each.size),
            ", ".join(word for word, holds in marks if holds),
        )
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    names = ("run", "iteration", "BCER", "size", "")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
