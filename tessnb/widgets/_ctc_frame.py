"""An alignment as the browser draws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from tessnb.analysis.ctc_alignment import CTCAlignment, Symbol, spelled
from tessnb.lines import TrainingLine

__all__ = ["frame_of", "marks", "paired"]

#: Pairs of a truth's and a reading's characters, by their places; None where the other has one more.
Pairs = list[tuple[int | None, int | None]]

_WHOLE = 65535


def frame_of(found: CTCAlignment, line: TrainingLine, title: str, *, settled: bool = False) -> dict[str, Any]:
    """Return what is sent to the browser: a bounded number of rows, probabilities in units of 1/65535.

    Parameters
    ----------
    found : CTCAlignment
    line : TrainingLine
    title : str
    settled : bool
        See `CTCAlignment.rows`.
    """
    rows = found.rows(settled=settled)
    places = {row.code: place for place, row in enumerate(rows)}
    codes = [*(row.code for row in rows), found.null_char]
    pairs = paired(found.truth, found.beam)
    others = paired(found.truth, found.greedy)
    nothing = [""] * len(found.beam)
    truth_marks, beam_marks = marks(found.truth, found.beam, pairs) if found.truth else ([], nothing)
    greedy_marks = marks(found.truth, found.greedy, others)[1] if found.truth else [""] * len(found.greedy)

    def path(symbols: Sequence[Symbol], marked: Sequence[str]) -> list[Any]:
        return [
            [
                symbol.text,
                symbol.instead,
                mark,
                [
                    [places.get(part.code, -1), *part[1:4], round(part.probability, 4)]
                    for part in symbol.parts
                ],
            ]
            for symbol, mark in zip(symbols, marked, strict=True)
        ]

    return {
        "title": title,
        "width": found.width,
        "height": found.height,
        "scale": found.scale,
        "steps": found.steps,
        "inverted": found.inverted,
        "problem": found.problem,
        "rows": [*([row.name, row.expected or not found.truth] for row in rows), ["", True]],
        "outputs": _packed(found.outputs, codes),
        "targets": None if found.targets is None else _packed(found.targets, codes),
        "paths": {
            "truth": path(found.truth, truth_marks),
            "greedy": path(found.greedy, greedy_marks),
            "beam": path(found.beam, beam_marks),
        },
        "texts": {
            "truth": spelled(found.truth, reading=True),
            "greedy": spelled(found.greedy, reading=True),
            "beam": spelled(found.beam, reading=True),
        },
        "pairs": pairs,
        "edges": sorted({int(edge) for box in line.boxes for edge in (box[0], box[2])}),
    }


def _packed(values: np.ndarray, codes: Sequence[int]) -> bytes:
    """Return chosen columns of (steps, codes) as rows of little-endian uint16."""
    chosen = values[:, list(codes)].T.clip(0.0, 1.0)
    return np.rint(chosen.astype(np.float64) * _WHOLE).astype("<u2").tobytes()


def paired(truth: Sequence[Symbol], read: Sequence[Symbol]) -> Pairs:
    """Return which character of the truth became which of the reading, from left to right."""
    if not truth:
        return [(None, place) for place in range(len(read))]
    pairs: Pairs = []
    steps = Levenshtein.opcodes([each.text for each in truth], [each.text for each in read])
    for step in steps:
        left, right = range(step.src_start, step.src_end), range(step.dest_start, step.dest_end)
        for place in range(max(len(left), len(right))):
            pairs.append(
                (
                    left[place] if place < len(left) else None,
                    right[place] if place < len(right) else None,
                )
            )
    return pairs


def marks(truth: Sequence[Symbol], read: Sequence[Symbol], pairs: Pairs) -> tuple[list[str], list[str]]:
    """Return what is wrong with each character of the truth and of the reading; nothing where it is right."""
    of_truth, of_read = [""] * len(truth), [""] * len(read)
    for wanted, found in pairs:
        if wanted is None and found is not None:
            of_read[found] = "inserted"
        elif found is None and wanted is not None:
            of_truth[wanted] = "deleted"
        elif wanted is not None and found is not None and truth[wanted].text != read[found].text:
            of_truth[wanted] = of_read[found] = "substituted"
    return of_truth, of_read
