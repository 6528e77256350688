"""Will it train? Every line that will not, or not well: why, and what to do."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from tessnb.analysis._html import frame_table
from tessnb.analysis.checks import CHECKS, Check, Finding, Target
from tessnb.analysis.material import as_lines, as_sequence, numbered_lines
from tessnb.charset.clusters import graphemes
from tessnb.charset.encoder import Encoder, describe_character
from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import cleanup
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
    Check("contradiction", "error", "Find out which text is right"),
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
    seen: dict[bytes, tuple[int, str]] = {}
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    evaluated = list(as_lines(held_out))
    images = {_fingerprint(line.image) for line in evaluated}
    texts = {line.transcription for line in evaluated}

    def report(number: int, line: TrainingLine | None, check: Check, finding: Finding) -> None:
        about = (line.transcription, line.source, line.page, line.font) if line else ("", "", 0, "")
        remedy = check.remedy
        rows.append(
            (number, check.kind, check.severity, finding.found, check.advice, remedy, *finding[1:], *about)
        )

    for number, line, problem in numbered_lines(there):
        if line is None:
            report(number, None, _ALL["unreadable"], Finding(problem))
            continue
        for check in CHECKS:
            for finding in check.findings(line, target):
                report(number, line, check, finding)
        for grapheme in graphemes(cleanup(line.transcription)):
            counts[grapheme] += 1
            first.setdefault(grapheme, number)
        picture = _fingerprint(line.image)
        other, text = seen.setdefault(picture, (number, line.transcription))
        if other != number and text == line.transcription:
            report(number, line, _ALL["duplicate"], Finding(f"the same as line {other}"))
        elif other != number:
            report(number, line, _ALL["contradiction"], Finding(f"line {other} has the same image: {text!r}"))
        if picture in images:
            report(number, line, _ALL["leakage"], Finding("the same image is evaluated on"))
        elif line.transcription in texts:
            report(number, line, _ALL["shared_text"], Finding("the same text is evaluated on"))
    if not has_network:
        for character, number in sorted(first.items(), key=lambda item: counts[item[0]]):
            if counts[character] < min_count and not character.isspace():
                name = " + ".join(map(describe_character, character))
                finding = Finding(f"{name}: {counts[character]} times", character)
                report(number, there[number], _ALL["rare_character"], finding)
    problems = pd.DataFrame(rows, columns=_COLUMNS)
    order = problems.severity.map(_SEVERITIES.index)
    problems = problems.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)

    def again(others: Sequence[TrainingLine]) -> Preflight:
        return preflight(others, model, net_spec=net_spec, held_out=evaluated, min_count=min_count)

    return Preflight(there, problems, target, again)


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


def _fingerprint(image: np.ndarray) -> bytes:
    head = f"{image.shape}{image.dtype}".encode()
    return blake2b(head + np.ascontiguousarray(image).tobytes(), digest_size=16).digest()
