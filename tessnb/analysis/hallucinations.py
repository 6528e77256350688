"""Characters that are not there: no ink under them, forced by a dictionary, capitals or spaces added."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from tessnb.analysis._html import table
from tessnb.analysis.alignment import compare_line
from tessnb.analysis.ink import ink_mask
from tessnb.analysis.material import as_model, as_sequence
from tessnb.analysis.reading import Piece, Reading, Visit, read_visits
from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "Hallucinations", "find_hallucinations"]

#: What is looked for.
KINDS = ("no ink", "dictionary", "capital", "space")
_COLUMNS = ["line", "kind", "position", "text", "instead", "left", "right", "confidence", "read", "truth"]
#: Ink a little beside a character's span is its own, too: the place of an output is not exact.
_REACH = 0.35
#: A space is doubtful where the gap in the ink is narrower than this part of the line's height.
_NARROWEST_SPACE = 0.08


@dataclass(frozen=True, eq=False)
class Hallucinations:
    """What was read that is not there.

    Attributes
    ----------
    rows : DataFrame
        A row per finding. ``line``: the line's number. ``kind``: ``no ink``, a character that has no ink
        under its span; ``dictionary``, one that is read with dictionaries only; ``capital``, a capital letter
        for a small one; ``space``, a space that the truth has not, or for which the ink leaves no gap.
        ``position``: in the text read. ``text``, ``instead``: what was read, and what stands there without
        dictionaries or in the truth. ``left``, ``right``: in pixels of the image. ``confidence`` in percent.
        ``read``, ``truth``: the line.
    characters : int
        How many characters were read in all.
    lines : sequence of TrainingLine or None
        Where it was looked for.
    """

    rows: pd.DataFrame
    characters: int
    lines: Sequence[TrainingLine] | None = field(default=None, repr=False)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """A row per kind: ``count``, ``lines``, and ``share`` of the characters read, in percent."""
        import pandas as pd

        groups = self.rows.groupby("kind")
        frame = pd.DataFrame(index=pd.Index(KINDS, name="kind"))
        frame["count"] = groups.size().reindex(KINDS, fill_value=0)
        frame["lines"] = groups.line.nunique().reindex(KINDS, fill_value=0)
        frame["share"] = 100.0 * frame["count"] / max(self.characters, 1)
        return frame

    def picture(self, row: int, around: int = 60) -> TrainingLine:
        """Return the part of the line's image around a finding.

        Parameters
        ----------
        row : int
            A label of `rows`.
        around : int
            Pixels on both sides.

        Raises
        ------
        InputError
            If the lines were not a sequence that can be asked again.
        """
        if self.lines is None:
            raise InputError("the pictures are gone", hint="Give a sequence of lines, not an iterator")
        found = self.rows.loc[row]
        line = self.lines[int(found.line)]
        left, right = max(int(found.left) - around, 0), int(found.right) + around
        boxes = np.zeros((0, 4), np.int16)
        text = str(found.text)
        return replace(
            line, image=line.image[:, left:right], transcription=text, boxes=boxes, box_texts=[text]
        )

    def __repr__(self) -> str:
        parts = [f"{count} {kind}" for kind, count in self.counts["count"].items() if count]
        return f"<Hallucinations in {self.characters} characters: {', '.join(parts) or 'none'}>"

    def _repr_html_(self) -> str:
        rows = [
            (row.line, row.kind, _marked(row.read, row.position, row.text), row.instead, row.confidence)
            for row in self.rows.head(10).itertuples()
        ]
        heads = ["line", "kind", "read", "instead", "confidence"]
        shown = table(heads, rows, marked=["read"]) if rows else ""
        return f"<p>{escape(repr(self)[1:-1])}</p>{shown}"


def _marked(text: str, position: int, part: str) -> str:
    end = position + len(part)
    return f"{escape(text[:position])}<mark>{escape(part)}</mark>{escape(text[end:])}"


def find_hallucinations(
    model: Model | TrainedData | str | os.PathLike[str],
    lines: Iterable[TrainingLine] | Sequence[str | os.PathLike[str]],
) -> Hallucinations:
    """Look for characters that a model reads though they are not there.

    Every line is read twice, with and without dictionaries.

    Parameters
    ----------
    model : Model, TrainedData, path or language
    lines : iterable of TrainingLine, or sequence of `.lstmf` paths
        Their transcriptions tell of capitals and spaces; lines without one are checked for ink and
        dictionaries only.

    Returns
    -------
    Hallucinations

    Examples
    --------
    >>> find_hallucinations("eng", lines).counts  # doctest: +SKIP
    """
    import pandas as pd

    model, there = as_model(model), as_sequence(lines)
    rows: list[tuple[Any, ...]] = []
    characters = 0
    usual = read_visits(model, _visits(there), dictionaries=True, judged=False)
    plain = read_visits(model, _visits(there), judged=False)
    with closing(usual), closing(plain):
        for (visit, reading), (_, bare) in zip(usual, plain, strict=True):
            if visit.line is None or reading.skipped is not None:
                continue
            characters += len(reading.text)
            truth = visit.line.transcription
            about = reading.text, truth
            found = dict.fromkeys(
                [
                    *_without_ink(visit.line, reading),
                    *_forced(reading, bare),
                    *(_added(reading, truth) if truth.strip() else ()),
                ]
            )
            rows += [(visit.number, *finding, *about) for finding in found]
    return Hallucinations(pd.DataFrame(rows, columns=_COLUMNS), characters, there)


def _visits(lines: Sequence[TrainingLine]) -> Iterable[Visit]:
    return (Visit(number, number + 1, lines[number]) for number in range(len(lines)))


def _finding(kind: str, reading: Reading, position: int, text: str, instead: str = "") -> tuple[Any, ...]:
    left, right = reading.span(position, position + len(text)) or (0, 0)
    at, sure = 0, []
    for piece in reading.pieces:
        if at < position + len(text) and at + len(piece.text) > position:
            sure.append(piece.confidence)
        at += len(piece.text)
    return kind, position, text, instead, left, right, min(sure, default=0.0)


def _without_ink(line: TrainingLine, reading: Reading) -> Iterable[tuple[Any, ...]]:
    """Yield characters without ink, and spaces without a gap."""
    columns = ink_mask(line.image).sum(axis=0)
    at = 0
    for piece in reading.pieces:
        left, right = _reached(piece, line)
        if piece.text.isspace():
            if _widest_gap(columns[left:right]) < _NARROWEST_SPACE * line.height:
                yield _finding("space", reading, at, piece.text)
        elif not columns[left:right].any():
            yield _finding("no ink", reading, at, piece.text)
        at += len(piece.text)


def _reached(piece: Piece, line: TrainingLine) -> tuple[int, int]:
    reach = round(_REACH * line.height)
    return max(piece.left - reach, 0), min(piece.right + reach, line.width)


def _widest_gap(columns: np.ndarray) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[1], columns > 0, [1]])))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) > 1 else 0


def _forced(reading: Reading, bare: Reading) -> Iterable[tuple[Any, ...]]:
    """Yield what is read with dictionaries only."""
    for step in Levenshtein.opcodes(bare.text, reading.text):
        text, instead = (
            reading.text[step.dest_start : step.dest_end],
            bare.text[step.src_start : step.src_end],
        )
        if step.tag in ("replace", "insert") and text != instead:
            yield _finding("dictionary", reading, step.dest_start, text, instead)


def _added(reading: Reading, truth: str) -> Iterable[tuple[Any, ...]]:
    """Yield capitals for small letters, and spaces that the truth has not."""
    for error in compare_line(truth, reading.text).errors:
        place, text = error.read_position, error.read
        if error.kind == "substituted" and text.isupper() and error.truth == text.lower():
            yield _finding("capital", reading, place, text, error.truth)
        elif text.isspace() and error.kind in ("inserted", "substituted"):
            yield _finding("space", reading, place, text, error.truth)
