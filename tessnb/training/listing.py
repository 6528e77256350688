"""Finding the runs in a folder by their records."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tessnb.errors import InputError
from tessnb.training.record import RECORD_SUFFIX
from tessnb.training.recorded import RunRecord

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RUN_COLUMNS", "RunList", "follow_run", "runs"]

#: Columns of `RunList.frame`.
RUN_COLUMNS = (
    *("name", "state", "iteration", "max_iterations", "rate", "eta", "bcer", "best_bcer", "held_out_cer"),
    *("reason", "updated", "pid", "host", "path"),
)

#: How deep folders are searched: deeper ones are rarely meant, and a home folder is large.
_DEPTH = 6


class RunList(list[RunRecord]):
    """Runs, those that go on first, then the newest.

    Examples
    --------
    >>> found = runs(folder)
    >>> [record.name for record in found]
    ['base']
    >>> found.named("base").state
    <RunState.FINISHED: 'finished'>
    """

    def named(self, key: str) -> RunRecord:
        """Return a run by its name, or its `model_output`.

        Raises
        ------
        InputError
            If there is none, or there are several.
        """
        named = [record for record in self if key in (record.name, record.model_output)]
        if len(named) == 1:
            return named[0]
        if named:
            paths = ", ".join(record.model_output for record in named)
            raise InputError(f"several runs are called {key!r}", found=paths, hint="Give the whole path")
        there = ", ".join(record.name for record in self) or "no runs"
        raise InputError(f"there is no run called {key!r}", found=there)

    @property
    def frame(self) -> pd.DataFrame:
        """A row per run: `RUN_COLUMNS`; errors in percent, rates in iterations per second, ETA in seconds."""
        import pandas as pd

        frame = pd.DataFrame([_row(record) for record in self], columns=list(RUN_COLUMNS))
        frame["updated"] = pd.to_datetime(frame["updated"], unit="s", utc=True)
        return frame

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "<no runs>"

    def _repr_html_(self) -> str:
        if not self:
            return (
                "<p>No runs here. A training with a <code>model_output</code> leaves a record of itself.</p>"
            )
        columns = ("name", "state", "iteration", "bcer", "best_bcer", "rate", "reason")
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
        rows = []
        for record in self:
            values = dict(zip(RUN_COLUMNS, _row(record), strict=True))
            cells = (values[name] for name in columns)
            texts = (f"{value:.4g}" if isinstance(value, float) else str(value) for value in cells)
            rows.append("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>")
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(record: RunRecord) -> tuple[object, ...]:
    progress, about = record.progress, record.about
    eta, held_out = progress.eta, progress.held_out
    return (
        *(record.name, progress.state.value, progress.counters.training, progress.max_iterations),
        *(progress.rate, float("nan") if eta is None else eta),
        *(progress.means.bcer, progress.best_bcer, float("nan") if held_out is None else held_out.cer),
        *(progress.reason, record.updated, about.get("pid"), about.get("host"), record.model_output),
    )


def runs(folder: str | os.PathLike[str] = ".", *, recursive: bool = True) -> RunList:
    """Return the runs whose files are in a folder, whichever process they go on in, or went on.

    Parameters
    ----------
    folder : path
    recursive : bool
        Look into its folders too, but into no hidden ones, and through no links.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not os.path.isdir(folder):
        raise InputError("no such folder", where=os.fspath(folder))
    found = []
    for path in _records(Path(folder), _DEPTH if recursive else 0):
        with suppress(InputError):  # it may go while we look, or be something else
            found.append(RunRecord(path))
    return RunList(sorted(found, key=lambda record: (record.state.is_over, -record.updated)))


def _records(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in inside:
        if entry.name.endswith(RECORD_SUFFIX) and entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
        elif depth and not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            yield from _records(Path(entry.path), depth - 1)


def follow_run(source: str | os.PathLike[str] | RunRecord) -> RunRecord:
    """Return a run of any process, to be looked at, told something, or followed.

    Parameters
    ----------
    source : path or RunRecord
        Its record, or its `model_output`.

    Returns
    -------
    RunRecord
        ``record.metrics`` is as new as the record; ``async for entry in record`` ends with the run.

    Raises
    ------
    InputError
        If there is no record.

    Examples
    --------
    >>> record = follow_run(model_output)
    >>> record.metrics.columns[:2].tolist()
    ['time', 'training_iteration']
    """
    return source if isinstance(source, RunRecord) else RunRecord(source)
