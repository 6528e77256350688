"""How well a model reads lines: every line, every wrong character, the reference's figures, true rates."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from itertools import count
from typing import Any

from tessnb.analysis.collecting import Collected
from tessnb.analysis.material import as_lines, as_model
from tessnb.analysis.progress import Progress, reporting
from tessnb.analysis.reading import Reading, Visit, read_visits
from tessnb.analysis.result import Evaluation
from tessnb.charset.clusters import graphemes
from tessnb.errors import FormatError, InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import DocumentLines, TrainingLine, TrainingLines
from tessnb.recognition.model import Model
from tessnb.training.targets import bag_of_labels_error, bag_of_words_error

__all__ = ["compare_texts", "evaluate"]


def evaluate(
    model: Model | TrainedData | str | os.PathLike[str],
    lines: Iterable[TrainingLine] | Sequence[str | os.PathLike[str]],
    *,
    dictionaries: bool = False,
    progress: Progress = False,
    executor: Executor | None = None,
) -> Evaluation:
    """Let a model read lines and compare with their transcriptions.

    Parameters
    ----------
    model : Model, TrainedData, path or language
    lines : iterable of TrainingLine, or sequence of `.lstmf` paths
        Taken one after the other, so that a large set needs little memory: `open_lines`, documents, or a
        generator. Pictures can be asked for afterwards if it is a sequence.
    dictionaries : bool
        Read as ``tesseract`` does, with the model's dictionaries; otherwise as ``lstmeval`` does.
    progress : bool or callable
        Show a bar; or call with the number of lines done and the number of all, if it is known.
    executor : concurrent.futures.Executor, optional
        Where the reading is done: a process pool or a cluster's. Threads by default.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If there are no lines, or none can be used.

    Examples
    --------
    >>> lines = tn.render("The quick brown fox", ["DejaVu Sans"], xsize=900)  # doctest: +SKIP
    >>> result = tn.evaluate("eng", lines)  # doctest: +SKIP
    >>> result.errors.query("kind == 'inserted'")  # doctest: +SKIP

    Notes
    -----
    `Evaluation.bcer` and `Evaluation.bwer` are what ``lstmeval`` prints: of documents it reads as many lines
    of each as the first has, and for a line that cannot be used it reads another one once more. The tables
    have every line once.

    Source: ``lstmtester.cpp``, ``LSTMTester::RunEvalSync``.
    """
    model, there = as_model(model), as_lines(lines)
    images = there if isinstance(there, Sequence) else None
    collected = Collected(images, model, dictionaries=dictionaries)
    order = _Order(there)
    with reporting(progress, order.total) as report:
        reading = read_visits(model, order.first_round(), dictionaries=dictionaries, executor=executor)
        with closing(reading):
            for number, (visit, result) in enumerate(reading, 1):
                collected.add(visit, result, counts=order.counts(visit))
                report(number)
    if not collected.counted:
        found = ", ".join(sorted(collected.reasons)) or "there are no lines"
        raise InputError("no line can be evaluated", found=found)
    if order.total is not None and collected.counted < order.total:
        again = read_visits(model, order.more(), dictionaries=dictionaries, executor=executor)
        with closing(again):
            while collected.counted < order.total:
                collected.count(next(again)[1])
    return collected.finish()


def compare_texts(truths: Sequence[str], reads: Sequence[str], **columns: Any) -> Evaluation:
    """Compare texts that anything has read with the truth.

    Parameters
    ----------
    truths, reads : sequence of str
        Line by line.
    **columns : str or sequence
        What else is known, for `Evaluation.lines`: ``font``, ``source``, ``confidence`` or columns of your
        own; a value per line, or one text for all.

    Returns
    -------
    Evaluation
        Without places in images, and with BCER and BWER of graphemes instead of a network's labels.

    Raises
    ------
    InputError
        If the sequences are not equally long.

    Examples
    --------
    >>> compare_texts(["a cat"], ["a cot"]).cer
    20.0
    """
    lengths = {len(truths), len(reads)}
    lengths |= {len(values) for values in columns.values() if not isinstance(values, str)}
    if len(lengths) != 1:
        raise InputError("truths and texts read must be equally many", found=f"lengths {sorted(lengths)}")
    if not truths:
        raise InputError("there are no lines to compare")
    collected = Collected()
    numbers: dict[str, int] = {}
    for number, (truth, read) in enumerate(zip(truths, reads, strict=True)):
        bcer = bwer = 0.0
        if truth != read:
            true_bag, read_bag = (
                [numbers.setdefault(piece, len(numbers)) for piece in graphemes(text)]
                for text in (truth, read)
            )
            bcer, bwer = bag_of_labels_error(true_bag, read_bag, -1), bag_of_words_error(truth, read)
        reading = Reading(read, truth, bcer=bcer, bwer=bwer)
        collected.add_text(number, reading)
    return collected.finish(columns)


class _Order:
    """The order in which ``lstmeval`` reads, and what it leaves out."""

    def __init__(self, lines: Iterable[TrainingLine]) -> None:
        self._lines = lines
        self.total: int | None = None
        self._starts, self._sizes = [0], [0]
        if isinstance(lines, Sequence):
            parts = lines.parts if isinstance(lines, TrainingLines) else []
            documents = bool(parts) and all(isinstance(part, DocumentLines) for part in parts)
            self._sizes = [len(part) for part in parts] if documents else [len(lines)]
            self._starts = [sum(self._sizes[:place]) for place in range(len(self._sizes))]
            self.total = self._sizes[0] * len(self._sizes)
            if not self.total:
                raise InputError("there are no lines to evaluate")

    def counts(self, visit: Visit) -> bool:
        """Whether ``lstmeval`` would read it."""
        return self.total is None or visit.seed <= self.total

    def first_round(self) -> Iterator[Visit]:
        """Yield what ``lstmeval`` reads if every line is usable, then what it never comes to."""
        if self.total is None:
            for number, line in enumerate(self._lines):
                yield Visit(number, number + 1, line)
            return
        seen = set()
        for serial in range(self.total):
            visit = self._visit(serial)
            seen.add(visit.number)
            yield visit
        rest = (number for number in range(sum(self._sizes)) if number not in seen)
        for seed, number in enumerate(rest, self.total + 1):
            yield self._numbered(number, seed)

    def more(self) -> Iterator[Visit]:
        """Yield the lines of the next rounds."""
        yield from map(self._visit, count(self.total or 0))

    def _visit(self, serial: int) -> Visit:
        document, page = divmod(serial, self._sizes[0])
        document %= len(self._sizes)
        number = self._starts[document] + page % max(self._sizes[document], 1)
        return self._numbered(number, serial + 1)

    def _numbered(self, number: int, seed: int) -> Visit:
        assert isinstance(self._lines, Sequence)
        try:
            return Visit(number, seed, self._lines[number])
        except FormatError as error:
            return Visit(number, seed, None, str(error))
