"""Logs of ``lstmtraining`` and ``lstmeval``, of Tesseract 4 and 5, as tables: old trainings beside new ones.

Source: what ``lstmtrainer.cpp``, ``lstmtester.cpp`` and ``lstmtraining.cpp`` print, in 4.0 to 5.5.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessnb.analysis._html import frame_table
from tessnb.errors import FormatError, visible
from tessnb.files import read_bytes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SKIPPED", "Event", "TrainingLog", "events_in", "generation_of", "not_a_log", "read_log"]

#: The last training iteration reported before, the kind, and its values.
Event = tuple[int, str, tuple[Any, ...]]

_N = r"(-?(?:nan|inf|[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?))"
#: What is longer is no count of anything.
_I = r"([0-9]{1,18})"
_COUNTERS = rf"{_I}/{_I}/{_I}"
#: What is looked for, anywhere: the reference composes lines of several messages. The names are kinds of
#: events, the groups their values.
_TOKENS = {
    "progress": (
        rf"(Sub:)?At iteration {_COUNTERS}, Mean rms={_N}%, delta={_N}%, (?:BCER|char) train={_N}%, "
        rf"(?:BWER|word) train={_N}%, skip ratio={_N}%"
    ),
    "best": rf"New best (?:BCER|char error) = {_N}",
    "worst": rf"New worst (?:BCER|char error) = {_N}",
    "evaluation": (
        rf"(?:At iteration {_I}, stage {_I}, )?(?:BCER eval|Eval Char error rate)="
        rf"{_N}, (?:BWER eval|Word error rate)={_N}"
    ),
    "best_model": r"wrote best model:(.*?)(?= (?:wrote|failed to write) checkpoint\.|$)",
    "checkpoint": r"wrote checkpoint(\.)",
    "diverged": r"(Divergence!)",
    "reverted": rf"Reverted to iteration {_COUNTERS}",
    "stage": rf"Transitioned to stage {_I}",
    "trial": rf"Trial sub_trainer_ from iteration {_I}",
    "trial_compared": rf" sub_trainer={_N} margin={_N}",
    "trial_won": rf"Sub trainer wins at iteration {_I}",
    "learning_rate": rf"(?:Reduced learning rate to :|Set learning rate to ){_N}",
    "layer_rates": rf"Reduced learning rate on layers: {_I}",
    "finished": rf"Finished! (?:Selected model with minimal training error rate \(BCER\)|Error rate) = {_N}",
    "unencodable": r"^Can't encode transcription: '(.*)' in language '",
    "too_short": r"^Compute (?:CTC|simple) targets failed(?: for (.*))?!$",
    "too_large": r"^Image too large to learn!! Size = (.*)$",
    "too_small": r"^Image too small to scale!! (.*)$",
    "truth": rf"^Iteration {_I}: GROUND  TRUTH : (.*)$",
    "aligned": rf"^Iteration {_I}: ALIGNED TRUTH : (.*)$",
    "read": rf"^Iteration {_I}: BEST OCR TEXT : (.*)$",
    "line": (
        rf"^File (.*) (?:line|page) {_I} (\(Perfect\))?:\n"
        rf"Mean rms={_N}%, delta={_N}%, train={_N}%\({_N}%\), skip ratio={_N}%"
    ),
}
#: What they begin with comes first, because it is looked for at every place.
_SCANNER = re.compile(
    "(?=[ABCDEFINRSTw]| sub_)(?:" + "|".join(f"(?P<{kind}>{found})" for kind, found in _TOKENS.items()) + ")",
    re.MULTILINE,
)
#: Kinds of lines that could not be used.
SKIPPED = ("unencodable", "too_short", "too_large", "too_small")
_PROGRESS = (
    *("learning_iteration", "training_iteration", "sample_iteration"),
    *("rms", "delta", "bcer", "bwer", "skip_ratio"),
    *("new_best", "new_worst", "checkpoint", "best_model", "diverged", "reverted_to", "stage"),
    *("learning_rate", "eval_iteration", "eval_stage", "eval_bcer", "eval_bwer"),
)
_LINES = (
    *("training_iteration", "source", "page", "perfect", "truth", "aligned", "read"),
    *("rms", "delta", "bcer", "bwer", "skip_ratio"),
)


@dataclass
class TrainingLog:
    """A log as tables; percentages are as printed.

    Attributes
    ----------
    name : str
        The file.
    generation : str
        ``"4"`` where the wording is that of Tesseract 4 (char and word error), ``"5"`` of 5 (BCER and BWER),
        empty where nothing tells.
    progress : DataFrame
        A row per report of the trainer, with the names of a run's ``metrics``. ``learning_iteration``: lines
        that taught something; ``training_iteration``: lines used; ``sample_iteration``: lines looked at.
        ``rms``, ``delta``, ``bcer``, ``bwer``, ``skip_ratio``: means over the last 1000 lines in percent,
        where ``bcer`` and ``bwer`` are what version 4 calls char and word train. ``new_best``,
        ``new_worst``: the report says so. ``checkpoint``: one was written. ``best_model``: the file of the
        best model, if one was written. ``diverged``, ``reverted_to``: training went back to the best, and to
        which training iteration. ``stage``: if a new one begins. ``learning_rate``: if it was changed.
        ``eval_iteration``, ``eval_stage``, ``eval_bcer``, ``eval_bwer``: an evaluation that was reported
        here, and the learning iteration that its model is of.
    evaluations : DataFrame
        A row per evaluation: ``iteration`` (its model's; 0 from ``lstmeval``), ``stage``, ``bcer``, ``bwer``.
    lines : DataFrame
        A row per line of text, where ``--debug_interval`` printed them: ``training_iteration``, ``source``,
        ``page``, ``perfect``, ``truth``, ``aligned`` (the text that the targets spell), ``read``, and the
        means behind it.
    skipped : DataFrame
        Lines that could not be used: ``after`` (the last training iteration reported before), ``reason``,
        ``detail``.
    events : DataFrame
        Everything found, in order: ``after``, ``kind``, ``values``.
    """

    name: str
    generation: str
    _found: list[Event] = field(repr=False)

    @cached_property
    def progress(self) -> pd.DataFrame:
        import pandas as pd

        rows: list[dict[str, Any]] = []
        before: dict[str, Any] = {}
        for _, kind, values in self._found:
            if kind == "progress" and not values[0]:
                rows.append({**dict(zip(_PROGRESS, values[1:], strict=False)), **before})
                before = {}
                continue
            row = rows[-1] if rows else before
            if kind == "evaluation":
                row |= dict(zip(_PROGRESS[-4:], values, strict=True))
            elif kind == "reverted":
                row["reverted_to"] = values[1]
            elif kind in ("best", "worst"):
                row[f"new_{kind}"] = True
            elif kind in ("checkpoint", "diverged"):
                row[kind] = True
            elif kind in ("stage", "learning_rate", "best_model"):
                row[kind] = values[0]
        frame = pd.DataFrame(rows, columns=[*_PROGRESS])
        for name in ("new_best", "new_worst", "checkpoint", "diverged"):
            frame[name] = frame[name].eq(True)
        for name in ("reverted_to", "stage", "eval_iteration", "eval_stage"):
            frame[name] = frame[name].astype("Int64")
        for name in ("learning_rate", "eval_bcer", "eval_bwer"):
            frame[name] = frame[name].astype(float)
        return frame

    @cached_property
    def evaluations(self) -> pd.DataFrame:
        import pandas as pd

        rows = [values for _, kind, values in self._found if kind == "evaluation"]
        return pd.DataFrame(rows, columns=["iteration", "stage", "bcer", "bwer"])

    @cached_property
    def lines(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(self._debug_rows(), columns=[*_LINES])

    def _debug_rows(self) -> Iterator[dict[str, Any]]:
        row: dict[str, Any] = {}
        for _, kind, values in self._found:
            if kind in ("truth", "aligned", "read"):
                if kind == "truth":
                    row = {"training_iteration": values[0]}
                row[kind] = values[1]
            elif kind == "line":
                source, page, perfect, *means = values
                row |= {"source": source, "page": page, "perfect": bool(perfect)}
                row |= dict(zip(_LINES[-5:], means, strict=True))
                # What agrees is not printed again.
                row.setdefault("aligned", row.get("truth"))
                row.setdefault("read", row.get("truth"))
                yield row
                row = {}

    @cached_property
    def skipped(self) -> pd.DataFrame:
        import pandas as pd

        rows = [(after, kind, values[0]) for after, kind, values in self._found if kind in SKIPPED]
        return pd.DataFrame(rows, columns=["after", "reason", "detail"])

    @cached_property
    def events(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(self._found, columns=["after", "kind", "values"])

    @property
    def best_bcer(self) -> float:
        """The lowest mean reported as best, or the lowest at all; NaN without reports."""
        progress = self.progress
        chosen = progress[progress.new_best]
        return float((chosen if len(chosen) else progress).bcer.min())

    def __repr__(self) -> str:
        progress = self.progress
        if not len(progress):
            return f"<TrainingLog {visible(self.name)}: {len(self.evaluations)} evaluations>"
        last = progress.iloc[-1]
        return (
            f"<TrainingLog {visible(self.name)}: {len(progress)} reports "
            f"up to iteration {last.training_iteration}, BCER {last.bcer:.2f}% (best {self.best_bcer:.2f}%)>"
        )

    def _repr_html_(self) -> str:
        columns = ["training_iteration", "bcer", "bwer", "new_best", "eval_bcer", "diverged"]
        return f"<p>{escape(repr(self)[1:-1])}</p>{frame_table(self.progress[columns].tail(10), index=False)}"


def read_log(source: str | os.PathLike[str]) -> TrainingLog:
    """Read what ``lstmtraining`` or ``lstmeval``, of Tesseract 4 or 5 or ours, has printed.

    Parameters
    ----------
    source : path, or str
        The file; or its text, if it has a line feed in it.

    Raises
    ------
    InputError
        If there is no such file.
    FormatError
        If nothing in it is of a training or evaluation.

    Examples
    --------
    >>> log = read_log("At iteration 1, stage 0, Eval Char error rate=5.5, Word error rate=16.2\\n")
    >>> log.evaluations.bcer.tolist()
    [5.5]
    """
    if isinstance(source, str) and "\n" in source:
        name, text = "log", source
    else:
        name, text = Path(source).name, read_bytes(source).decode("utf-8", "replace")
    found = [*events_in(text.replace("\r\n", "\n"))]
    if not found:
        raise not_a_log(name)
    return TrainingLog(name, generation_of(text), found)


def events_in(text: str, after: int = 0, kinds: Container[str] = _TOKENS) -> Iterator[Event]:
    """Find what happened in a text, or in some whole lines of one.

    Parameters
    ----------
    text : str
        With line feeds alone at the ends of lines.
    after : int
        The last training iteration that was reported before.
    kinds : container of str
        Those that are looked for.

    Yields
    ------
    tuple
        The last training iteration reported before, the kind, and the values.
    """
    for match in _SCANNER.finditer(text):
        kind = match.lastgroup
        assert kind is not None
        if kind in kinds:
            values = _values(match)
            if kind == "progress" and not values[0]:
                after = values[2]
            yield after, kind, values


def generation_of(text: str) -> str:
    """Return whose words a text uses: ``"4"``, ``"5"``, or nothing where nothing tells."""
    old, new = (" char train=" in text or "Eval Char" in text), ("BCER" in text)
    return "5" if new else "4" if old else ""


def not_a_log(name: str) -> FormatError:
    """Return what is said of a file with nothing in it."""
    return FormatError("not a log of lstmtraining or lstmeval", where=name)


#: The place of each kind's first group in a match.
_FIRST = {kind: place + 1 for kind, place in _SCANNER.groupindex.items()}


def _values(match: re.Match[str]) -> tuple[Any, ...]:
    """Return the values of what was found, numbers as numbers."""
    kind = match.lastgroup
    assert kind is not None
    groups = match.groups()[_FIRST[kind] - 1 :][: re.compile(_TOKENS[kind]).groups]
    if kind == "evaluation":
        return int(groups[0] or 0), int(groups[1] or 0), float(groups[2]), float(groups[3])
    if kind in ("truth", "aligned", "read"):
        return int(groups[0]), groups[1]
    if kind == "line":
        return groups[0], int(groups[1]), groups[2], *map(float, groups[3:])
    if kind == "progress":
        return groups[0] or "", *map(int, groups[1:4]), *map(float, groups[4:])
    if kind in ("reverted", "stage", "trial", "trial_won", "layer_rates"):
        return tuple(map(int, groups))
    if kind in ("best", "worst", "trial_compared", "learning_rate", "finished"):
        return tuple(map(float, groups))
    return groups
