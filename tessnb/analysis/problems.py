"""Will it train? Every line that will not, or not well: why, and what to do."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from tessnb.analysis._html import frame_table
from tessnb.analysis.checks import CHECKS, Check, Finding, Target
from tessnb.analysis.inspection import Inspected, fingerprint, inspect_lines
from tessnb.analysis.material import as_sequence
from tessnb.analysis.progress import Progress, reporting
from tessnb.analysis.twins import ImageTwins
from tessnb.charset.encoder import Encoder, describe_character
from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine, input_height
from tessnb.network import TRand, build_network
from tessnb.recognition import Model, find_traineddata
from tessnb.training import Characters

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Preflight", "preflight"]

_SEVERITIES = ("error", "warning", "note")
_COLUMNS = ["line", "kind", "severity", "found", "advice", "fix", "character", "nearest", "truth", "source"]
_COLUMNS += ["page", "font"]
#: What networks have where nothing else is known: the height of their input, pixels per time step.
_USUAL = (36, 3)
_LEAVE_OUT = "leave it out"
#: What can be wrong with a line beside others, or with a character in all of them.
_SET_CHECKS = (
    Check("unreadable", "error", "Look at the file", remedy=_LEAVE_OUT),
    Check("duplicate", "warning", "Keep one of them", remedy=_LEAVE_OUT),
    Check("contradiction", "error", "Find out which text is right, and mark the other one's line"),
    Check("leakage", "error", "Keep it out of training: it is evaluated on", remedy=_LEAVE_OUT),
    Check("shared_text", "note", "Know that the text of the evaluation was seen, in another image"),
    Check("rare_character", "warning", "Add lines with it, or it will not be learned"),
)
_ALL = {check.kind: check for check in (*CHECKS, *_SET_CHECKS)}


@dataclass(frozen=True, eq=False)
class Preflight:
    """What is wrong with lines.

    Attributes
    ----------
    lines : sequence of TrainingLine
        As given.
    problems : DataFrame
        A row per problem, errors first. ``line``: the line's number (of the first line, for a character of
        the whole set). ``kind``; ``severity``: ``error`` is a line that will be skipped or teach something
        wrong, ``warning`` one that probably hurts, ``note`` good to know. ``found``, ``advice``: what it is
        and what to do. ``fix``: what `fix` does, empty if nothing. ``character``, ``nearest``: the character
        concerned, and what the character set has instead. ``truth``, ``source``, ``page``, ``font``: of the
        line.

    Notes
    -----
    Some kinds have no fix: of two texts of one image (``contradiction``) only a person knows the right one;
    lines with rare characters (``rare_character``) have to be made; that a text of the evaluation was seen
    (``shared_text``), and that fonts or boxes are not noted, is good to know and does no harm.
    """

    lines: Sequence[TrainingLine]
    problems: pd.DataFrame
    _target: Target = field(repr=False)
    _again: Callable[[Sequence[TrainingLine]], Preflight] = field(repr=False)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row per kind of problem: ``severity``, ``lines``, ``advice``, ``fix``."""
        groups = self.problems.groupby("kind", sort=False, observed=True)
        return groups.agg(
            severity=("severity", "first"),
            lines=("line", "nunique"),
            advice=("advice", "first"),
            fix=("fix", "first"),
        )

    @property
    def ok(self) -> bool:
        """Whether there is no error and no warning."""
        return bool((self.problems.severity == "note").all())

    def fix(self, *kinds: str) -> list[TrainingLine]:
        """Return new lines in which problems are mended; the old ones stay as they are.

        Parameters
        ----------
        *kinds : str
            Only these kinds; all that can be mended by default.

        Raises
        ------
        InputError
            If there is no such kind, or no remedy for it.

        Examples
        --------
        >>> lines = tn.preflight(lines, "eng").fix()  # doctest: +SKIP
        >>> tn.preflight(lines, "eng").ok  # doctest: +SKIP
        True
        """
        for kind in kinds:
            if kind not in _ALL or not _ALL[kind].remedy:
                known = ", ".join(name for name, check in _ALL.items() if check.remedy)
                raise InputError("there is no one-call fix for that", found=kind, expected=known)
        wanted = set(kinds) or {name for name, check in _ALL.items() if check.remedy}
        leaving = {
            "unreadable",
            *(check.kind for check in _SET_CHECKS if check.kind in wanted and check.remedy),
        }
        left_out = set(self.problems.line[self.problems.kind.isin(leaving)])
        return [
            line
            for number in range(len(self.lines))
            if number not in left_out
            for line in _mended(self.lines[number], self._target, wanted)
        ]

    @property
    def remedies(self) -> dict[str, str]:
        """What `fix` does, for each kind of problem that is there and can be mended."""
        return {str(kind): fix for kind, fix in self.summary["fix"].items() if fix}

    def again(self, lines: Sequence[TrainingLine]) -> Preflight:
        """Look through other lines, such as mended ones, for the same model and with the same settings."""
        return self._again(lines)

    def __repr__(self) -> str:
        counts = self.problems.severity.value_counts()
        parts = [f"{counts[name]} {name}s" for name in _SEVERITIES if counts.get(name)]
        return f"<Preflight of {len(self.lines)} lines: {', '.join(parts) or 'nothing wrong'}>"

    def _repr_html_(self) -> str:
        if self.problems.empty:
            return f"<p>{escape(repr(self)[1:-1])}</p>"
        shown = self.problems[["line", "kind", "found", "nearest", "truth", "source"]]
        shown = shown[self.problems.severity != "note"]
        table = frame_table(shown, index=False) if len(shown) else ""
        return f"<p>{escape(repr(self)[1:-1])}</p>{frame_table(self.summary, 30)}{table}"


def preflight(
    lines: Sequence[TrainingLine] | Sequence[str | os.PathLike[str]],
    model: Model | TrainedData | str | os.PathLike[str],
    *,
    net_spec: str | None = None,
    held_out: Iterable[TrainingLine] | Sequence[str | os.PathLike[str]] = (),
    min_count: int = 5,
    progress: Progress = False,
    executor: Executor | None = None,
) -> Preflight:
    """Look through lines before they are trained on.

    Parameters
    ----------
    lines : sequence of TrainingLine, or of `.lstmf` paths
    model : Model, TrainedData, path or language
        What to train: a model, or a starter without a network.
    net_spec : str, optional
        The network that a starter will get; by default its input is taken to be 36 pixels high, with a time
        step for every 3.
    held_out : lines, optional
        What will be evaluated on: lines that are there and here are reported.
    min_count : int
        A character that a starter's new network would see less often is reported.
    progress : bool or callable
        Show a bar; or call with the number of lines done and the number of all.
    executor : concurrent.futures.Executor, optional
        Where lines are looked at: a process pool or a cluster's. Threads by default.

    Returns
    -------
    Preflight

    Examples
    --------
    >>> report = tn.preflight(lines, "eng")  # doctest: +SKIP
    >>> report.problems.query("severity == 'error'")  # doctest: +SKIP
    >>> lines = report.fix()  # doctest: +SKIP
    """
    import pandas as pd

    there = as_sequence(lines)
    target, has_network = _target_of(model, net_spec)
    rows: list[tuple[Any, ...]] = []
    twins = ImageTwins()
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    evaluated = as_sequence(held_out)
    images: set[bytes] = set()
    texts: set[str] = set()
    for line in evaluated:
        images.add(fingerprint(line.image))
        texts.add(line.transcription)

    def report(number: int, about: Inspected | None, kind: str, finding: Finding) -> None:
        check = _ALL[kind]
        origin = about.origin if about is not None else ("", "", 0, "")
        what = check.kind, check.severity, finding.found, check.advice, check.remedy
        rows.append((number, *what, *finding[1:], *origin))

    inspected = inspect_lines(there, target, executor=executor)
    with reporting(progress, len(there)) as tell, closing(inspected):
        for number, about in enumerate(inspected):
            tell(number + 1)
            if isinstance(about, str):
                report(number, None, "unreadable", Finding(about))
                continue
            for kind, finding in about.findings:
                report(number, about, kind, finding)
            for grapheme, count in about.graphemes.items():
                counts[grapheme] += count
                first.setdefault(grapheme, number)
            text = about.origin[0]
            twins.add(number, about.fingerprint, text)
            if about.fingerprint in images:
                report(number, about, "leakage", Finding("the same image is evaluated on"))
            elif text in texts:
                report(number, about, "shared_text", Finding("the same text is evaluated on"))
    for number, other, same_text in twins:
        if same_text:
            report(number, _at(there, number), "duplicate", Finding(f"the same as line {other}"))
        else:
            finding = Finding(f"line {other} has the same image: {there[other].transcription!r}")
            report(number, _at(there, number), "contradiction", finding)
    rows.sort(key=lambda row: (row[0], row[1] in ("leakage", "shared_text")))
    if not has_network:
        for character, number in sorted(first.items(), key=lambda item: counts[item[0]]):
            if counts[character] < min_count and not character.isspace():
                name = " + ".join(map(describe_character, character))
                finding = Finding(f"{name}: {counts[character]} times", character)
                report(number, _at(there, number), "rare_character", finding)
    problems = pd.DataFrame(rows, columns=_COLUMNS)
    order = problems.severity.map(_SEVERITIES.index)
    problems = problems.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)

    def again(others: Sequence[TrainingLine]) -> Preflight:
        return preflight(
            others,
            model,
            net_spec=net_spec,
            held_out=evaluated,
            min_count=min_count,
            progress=progress,
            executor=executor,
        )

    return Preflight(there, problems, target, again)


def _at(lines: Sequence[TrainingLine], number: int) -> Inspected:
    """Return where a line comes from, and nothing else of it."""
    line = lines[number]
    return Inspected((), {}, b"", (line.transcription, line.source, line.page, line.font))


def _target_of(
    model: Model | TrainedData | str | os.PathLike[str], net_spec: str | None
) -> tuple[Target, bool]:
    """Return what a line must fit, and whether a network is there that has learned characters."""
    if not isinstance(model, Model):
        container = model if isinstance(model, TrainedData) else TrainedData.read(find_traineddata(model))
        if net_spec is not None or "lstm" not in container:
            return _target_of_starter(Characters.of(container), net_spec), False
        model = Model.from_traineddata(container)
    if net_spec is not None:
        characters = Characters(model.container, model.unicharset, model.recoder)
        return _target_of_starter(characters, net_spec), False
    encoder = Encoder(model.unicharset, model.recoder, null_char=model.null_char)
    network = model.network
    return Target(encoder, input_height(network.input_shape()), network.x_scale_factor()), True


def _target_of_starter(characters: Characters, net_spec: str | None) -> Target:
    height, factor = _USUAL
    if net_spec is not None:
        network = build_network(net_spec, characters.recoder.code_range, TRand())
        height, factor = input_height(network.input_shape()), network.x_scale_factor()
    return Target(Encoder(characters.unicharset, characters.recoder), height, factor)


def _mended(line: TrainingLine, target: Target, kinds: set[str]) -> list[TrainingLine]:
    lines = [line]
    for check in CHECKS:
        if check.kind in kinds:
            lines = [new for one in lines for new in check.mended(one, target)]
    return lines
