"""Two models on the same lines: their rates, and the lines that they read differently."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from tessnb.analysis.differences import difference_parts, mark_differences
from tessnb.analysis.evaluation import evaluate
from tessnb.analysis.material import as_model, as_sequence
from tessnb.analysis.readings_compared import ReadingsCompared, compare_readings
from tessnb.errors import InputError, TessnbError, sentence_of
from tessnb.formats import TrainedData
from tessnb.lines import TrainingLine
from tessnb.recognition import Model
from tessnb.widgets._front_end import script, style
from tessnb.widgets._pictures import data_url, png
from tessnb.widgets._still import Still
from tessnb.widgets._summary import counted, percent

if TYPE_CHECKING:
    from tessnb.analysis.result import Evaluation

__all__ = ["ModelCompare"]

Source = Model | TrainedData | str | os.PathLike[str]
#: Seconds between two reports of progress; lines sent at once; lines in the static table.
_EVERY, _MOST, _STATIC_ROWS = 0.25, 40, 10


class _Cancelled(Exception):
    """Somebody does not want to wait."""


class ModelCompare(Still, anywidget.AnyWidget):
    """Two models on the same lines: rates side by side, and every line with both readings.

    Lines can be sifted by who reads them right; differences from the truth are marked in both readings. The
    reading goes on in a thread, with progress, and can be cancelled.

    Parameters
    ----------
    model_a, model_b : Model, TrainedData, path or language
    lines : sequence of TrainingLine or of `.lstmf` paths
        With transcriptions.
    names : tuple of str, optional
        What to call the models; by default what they are called.
    dictionaries : bool
        Read as ``tesseract`` does, with the models' dictionaries; otherwise as ``lstmeval`` does.
    start : bool
        Begin at once; otherwise `start` or the button does.

    Attributes
    ----------
    line : int
        The line that was last clicked, -1 before; may be set.
    state : str
        ``new``, ``running``, ``done``, ``cancelled`` or ``failed``.
    result : ReadingsCompared or None
        What came out, as tables.

    Raises
    ------
    InputError
        If a model is not there, or there are no lines.

    Examples
    --------
    >>> comparison = ModelCompare(model, model, lines, names=("before", "after"))
    >>> result = comparison.wait()
    >>> int(result.counts["a right"])
    0
    >>> comparison.close()
    """

    _esm = script("compare")
    _css = style("compare")

    line = traitlets.Int(-1, help="The line that was last clicked.").tag(sync=True)

    def __init__(
        self,
        model_a: Source,
        model_b: Source,
        lines: Iterable[TrainingLine] | Sequence[str | os.PathLike[str]],
        *,
        names: tuple[str, str] | None = None,
        dictionaries: bool = False,
        start: bool = True,
    ) -> None:
        self.models = as_model(model_a), as_model(model_b)
        self.lines = as_sequence(lines)
        if not len(self.lines):
            raise InputError("there are no lines to compare models on")
        self.names = _names(self.models) if names is None else (str(names[0]), str(names[1]))
        self.state, self._problem = "new", ""
        self.result: ReadingsCompared | None = None
        self._dictionaries = dictionaries
        self._done = [0, 0]
        self._cancel = threading.Event()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self._worker = ThreadPoolExecutor(1, "tessnb-compare")
        super().__init__()
        self.on_msg(self._on_message)
        if start:
            self.start()

    def start(self) -> None:
        """Read the lines with both models, in a thread; again, if that was cancelled."""
        with self._lock:
            if self.state in ("running", "done"):
                return
            self.state, self._problem, self._done = "running", "", [0, 0]
            self._cancel.clear()
            self._over.clear()
            self._reader = threading.Thread(target=self._read, name="tessnb-comparison", daemon=True)
            self._reader.start()

    def cancel(self) -> None:
        """End the reading before its time; returns at once."""
        self._cancel.set()

    def wait(self, timeout: float | None = None) -> ReadingsCompared:
        """Wait until both models have read everything, and return what came out.

        Parameters
        ----------
        timeout : float, optional
            Seconds.

        Raises
        ------
        InputError
            If it was cancelled or not begun, takes longer, or failed.
        """
        if self.state == "new" or not self._over.wait(timeout) or self.result is None:
            raise InputError("there is nothing to compare", found=self._problem or f"state {self.state}")
        return self.result

    def close(self) -> None:
        """Take the display away and end its threads."""
        if hasattr(self, "_worker"):
            self._cancel.set()
            if self._reader is not None:
                self._reader.join()
            self._worker.shutdown(wait=True, cancel_futures=True)
        super().close()

    def _still(self) -> tuple[str, str]:
        return self._static_html(), f"ModelCompare of {' and '.join(self.names)}: {self.state}"

    # The thread that reads.

    def _read(self) -> None:
        try:
            a, b = (self._evaluate(number) for number in (0, 1))
            self.result, self.state = compare_readings(a, b), "done"
        except _Cancelled:
            self.state = "cancelled"
        except Exception as error:  # said in its place; the display lives on
            self.state, self._problem = "failed", sentence_of(error)
        self._over.set()
        self._tell()

    def _evaluate(self, number: int) -> Evaluation:
        told = 0.0

        def report(done: int, total: int | None) -> None:
            nonlocal told
            if self._cancel.is_set():
                raise _Cancelled
            self._done[number] = done
            if time.monotonic() - told > _EVERY:
                told = time.monotonic()
                self._tell()

        report(0, None)
        return evaluate(self.models[number], self.lines, dictionaries=self._dictionaries, progress=report)

    # What the browser asks for, on whichever thread.

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        kind = content.get("kind")
        if kind == "start":
            self.start()
        elif kind == "cancel":
            self.cancel()
        with suppress(RuntimeError):  # closed
            if kind in ("hello", "start"):
                self._worker.submit(self._tell)
            elif kind == "lines":
                self._worker.submit(self._tell_lines, [int(number) for number in content["lines"]][:_MOST])

    def _tell(self) -> None:
        """Tell how it stands, and, when it is over, what can be said of each line."""
        message: dict[str, Any] = {
            "kind": "state",
            "state": self.state,
            "names": self.names,
            "done": list(self._done),
            "total": len(self.lines),
            "problem": self._problem,
        }
        if self.result is not None:
            frame = self.result.lines
            message["lines"] = [
                list(row)
                for row in zip(
                    frame.index.tolist(),
                    frame.verdict.cat.codes.tolist(),
                    frame.distance_a.tolist(),
                    frame.distance_b.tolist(),
                    strict=True,
                )
            ]
            message["rates"] = [
                [name.upper(), float(row.a), float(row.b)]
                for name, row in zip(self.result.rates.index, self.result.rates.itertuples(), strict=True)
            ]
            message["skipped"] = len(self.lines) - len(frame)
        self.send(message)

    def _tell_lines(self, numbers: list[int]) -> None:
        if self.result is None:
            return
        rows, pictures = [], []
        for number in numbers:
            with suppress(KeyError, TessnbError):
                row = self.result.lines.loc[number]
                image = self.lines[number].image
                parts = [difference_parts(row.truth, read) for read in (row.read_a, row.read_b)]
                pictures.append(png(image))
                rows.append([number, row.truth, *parts, image.shape[1], image.shape[0]])
        self.send({"kind": "lines", "lines": rows}, pictures)

    # Without a browser.

    def _static_html(self) -> str:
        if self.result is None:
            return f"<p>{escape(' and '.join(self.names))}: {self.state}. {escape(self._problem)}</p>"
        rates = "".join(
            f"<tr><td>{name.upper()}</td><td>{percent(row.a)}</td><td>{percent(row.b)}</td></tr>"
            for name, row in zip(self.result.rates.index, self.result.rates.itertuples(), strict=True)
        )
        frame = self.result.lines
        differing = frame[frame.read_a != frame.read_b]
        rows = []
        for number, row in zip(differing.index[:_STATIC_ROWS], differing.itertuples(), strict=False):
            readings = [mark_differences(row.truth, read)[0] for read in (row.read_a, row.read_b)]
            picture = f'<img alt="line {number}" height="32" src="{data_url(self.lines[number].image)}">'
            cells = "".join(f'<td dir="auto">{text}</td>' for text in (escape(row.truth), *readings))
            rows.append(f"<tr><td>{number}</td><td>{picture}</td>{cells}</tr>")
        names = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.names)
        return (
            f'<table><thead><tr><th scope="col">error</th>{names}</tr></thead><tbody>{rates}</tbody></table>'
            f"<p>{len(differing)} of {counted(len(frame), 'line')} read differently.</p>"
            f'<table><thead><tr><th scope="col">line</th><th scope="col">image</th><th scope="col">truth</th>'
            f"{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )


def _names(models: tuple[Model, Model]) -> tuple[str, str]:
    """Return what models are called, told apart."""
    a, b = (model.name or "model" for model in models)
    return (a, b) if a != b else (f"{a} (A)", f"{b} (B)")
