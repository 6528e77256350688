"""Letting a model read many lines: several at a time, in order, with what `lstmeval` would say of each.

Source: ``lstmtester.cpp``, ``LSTMTester::RunEvalSync``; ``lstmtrainer.cpp``, ``PrepareForBackward``.
"""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import count, islice
from typing import NamedTuple

import numpy as np

from tessnb.charset.encoder import Encoder
from tessnb.errors import CharsetError, InputError
from tessnb.events import SkipReason
from tessnb.formats.unicharset import cleanup
from tessnb.kernels.ctc import label_limits
from tessnb.kernels.dictionary import TOP_CHOICE_PERM
from tessnb.lines import TrainingLine
from tessnb.network import TRand, blas_threads
from tessnb.recognition import LineOutputs, Model, Path, RecodeBeamSearch, Recognizer, is_simple_text
from tessnb.recognition.beam import CERT_OFFSET, DICT_RATIO, WORST_DICT_CERT
from tessnb.recognition.words import Word, extract_words, text_of
from tessnb.training.forward import Skipped, forward_line
from tessnb.training.targets import bag_of_labels_error, bag_of_words_error, normalize_outputs

__all__ = ["LineReader", "Piece", "Reading", "Visit", "read_visits"]

_CHUNK = 8


class Piece(NamedTuple):
    """A character that was read: its text, its span in pixels of the line image, and how sure (percent)."""

    text: str
    left: int
    right: int
    confidence: float


@dataclass
class Reading:
    """What was read in a line.

    Attributes
    ----------
    text, truth : str
        What was read, and the transcription as the character set spells it: ligatures in letters.
    pieces : list of Piece
        The characters, spaces included; their texts together are `text`.
    bcer, bwer : float
        Bag-of-characters and bag-of-words error, as fractions.
    confidence : float
        The mean of the words' confidences in percent.
    dictionary : int
        Words that a dictionary has.
    width, height : int
        Of the line image in pixels.
    skipped : SkipReason or None
        Why the line could not be used; then nothing else is known.
    detail : str
        Particulars of that.
    """

    text: str = ""
    truth: str = ""
    pieces: list[Piece] = field(default_factory=list)
    bcer: float = math.nan
    bwer: float = math.nan
    confidence: float = 0.0
    dictionary: int = 0
    width: int = 0
    height: int = 0
    skipped: SkipReason | None = None
    detail: str = ""

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the left and right edge in pixels of ``text[start:end]``; an empty text's lie where two
        characters meet. None where places are not known."""
        if not self.pieces:
            return None
        at, spans = 0, []
        for piece in self.pieces:
            following = at + len(piece.text)
            if at < end and following > start:
                spans.append((piece.left, piece.right))
            elif start == end and following >= start:
                return (piece.left, piece.left) if at == start else (piece.right, piece.right)
            at = following
        if not spans:
            return self.pieces[-1].right, self.pieces[-1].right
        return min(left for left, _ in spans), max(right for _, right in spans)


class Visit(NamedTuple):
    """A line to be read: its number, the number that seeds its noise, the line, or why there is none."""

    number: int
    seed: int
    line: TrainingLine | None
    problem: str = ""


class LineReader:
    """Reads lines with a network of its own, so that several readers work at once.

    Parameters
    ----------
    model : Model
    dictionaries : bool
        Read as ``tesseract`` does, with the model's dictionaries; otherwise as ``lstmeval`` does.
    """

    def __init__(self, model: Model, *, dictionaries: bool = False) -> None:
        self.model = Model(model.record, model.container, model.name)
        simple = is_simple_text(self.model)
        self.encoder = Encoder(model.unicharset, model.recoder, null_char=model.null_char, simple_text=simple)
        self.recognizer = Recognizer(self.model) if dictionaries else None
        self._plain = RecodeBeamSearch(model.recoder, model.null_char, simple_text=simple)
        self._randomizer = TRand()

    def visit(self, visit: Visit) -> Reading:
        """Read the line of a visit, if it has one."""
        if visit.line is None:
            return Reading(skipped=SkipReason.UNREADABLE, detail=visit.problem)
        return self.read(visit.line, visit.seed)

    def read(self, line: TrainingLine, seed: int = 1) -> Reading:
        """Read a line and compare the labels with its truth.

        Parameters
        ----------
        line : TrainingLine
        seed : int
            Of the noise around the image; ``lstmeval`` counts the lines from 1.
        """
        height, width = line.image.shape[:2]
        try:
            labels = self._labels(line.transcription)
            outputs = self._outputs(line, seed)
            if not self._has_room(labels, len(outputs.values)):
                raise Skipped(SkipReason.TOO_SHORT)
        except Skipped as skipped:
            return Reading(width=width, height=height, skipped=skipped.reason, detail=skipped.detail)
        truth = self.encoder.decode(labels)
        path = self.search(outputs)
        found = path.labels()[0]
        words = extract_words(path, self.model.unicharset, (0, 0, width, height), outputs.scale)
        pieces = self._pieces(path, outputs.scale) if self.recognizer is None else _spaced(words)
        confidences = [word.confidence for word in words]
        return Reading(
            "".join(piece.text for piece in pieces),
            cleanup(line.transcription),
            pieces,
            bag_of_labels_error(labels, found, self.encoder.null_char),
            bag_of_words_error(truth, self.encoder.decode(found)),
            sum(confidences) / max(len(confidences), 1),
            sum(word.permuter != TOP_CHOICE_PERM for word in words) if self.recognizer else 0,
            width,
            height,
        )

    def search(self, outputs: LineOutputs) -> Path:
        """Return the best path through a line's outputs."""
        if self.recognizer is None:
            return self._plain.decode(outputs.values)
        return self.recognizer.search.decode(
            outputs.values, dict_ratio=DICT_RATIO, cert_offset=CERT_OFFSET, worst_dict_cert=WORST_DICT_CERT
        )

    def _labels(self, text: str) -> list[int]:
        if not text:
            raise Skipped(SkipReason.EMPTY_TRUTH)
        try:
            labels = self.encoder.encode_text(text)
        except CharsetError:
            raise Skipped(SkipReason.UNENCODABLE, ", ".join(self.encoder.missing(text))) from None
        if all(label in (0, self.encoder.null_char) for label in labels):
            raise Skipped(SkipReason.BLANK)
        return labels

    def _outputs(self, line: TrainingLine, seed: int) -> LineOutputs:
        if self.recognizer is not None:
            try:
                return self.recognizer.outputs(line.image)
            except InputError as error:
                raise Skipped(SkipReason.UNREADABLE, str(error)) from None
        result = forward_line(
            self.model.network,
            line,
            iteration=seed,
            null_char=self.encoder.null_char,
            randomizer=self._randomizer,
            training=False,
        )
        values = np.array(result.outputs, np.float32)
        if not self.encoder.simple_text:
            values = normalize_outputs(values)
        scale = self.model.network.x_scale_factor() * line.width / result.input_width
        return LineOutputs(values, scale)

    def _has_room(self, labels: list[int], steps: int) -> bool:
        if self.encoder.simple_text:
            return len(labels) <= steps
        limits = np.empty((2, steps), np.int32)
        return bool(label_limits(np.array(labels, np.int32), self.encoder.null_char, limits[0], limits[1]))

    def _pieces(self, path: Path, scale: float) -> list[Piece]:
        found = path.characters()
        edges = [round(step * scale) for step in found.boundaries]
        return [
            Piece(
                text_of(self.model.unicharset, unichar_id),
                *edges[place : place + 2],
                100.0 * math.exp(certainty),
            )
            for place, (unichar_id, certainty) in enumerate(
                zip(found.unichar_ids, found.certainties, strict=True)
            )
        ]


def _spaced(words: list[Word]) -> list[Piece]:
    """Return the characters of words with a space between each two, as Tesseract prints them."""
    pieces: list[Piece] = []
    for word in words:
        if not word.text.strip(" "):
            continue
        if pieces:
            right = pieces[-1].right
            pieces.append(Piece(" ", right, max(right, word.characters[0].box[0]), word.confidence))
        for character in word.characters:
            left, _, right, _ = character.box
            pieces.append(Piece(character.text, left, right, 100.0 * math.exp(character.certainty)))
    return pieces


#: A reader per thread or process, for the evaluation that it belongs to.
_local = threading.local()
_tokens = count(1)


def _read_chunk(token: str, model: Model, dictionaries: bool, visits: list[Visit]) -> list[Reading]:
    if getattr(_local, "token", None) != token:
        _local.reader, _local.token = LineReader(model, dictionaries=dictionaries), token
    with blas_threads(1):
        return [_local.reader.visit(visit) for visit in visits]


def read_visits(
    model: Model,
    visits: Iterable[Visit],
    *,
    dictionaries: bool = False,
    executor: Executor | None = None,
) -> Iterator[tuple[Visit, Reading]]:
    """Read lines, several at once, and yield them in order; only few are in memory at a time.

    Parameters
    ----------
    model : Model
    visits : iterable of Visit
        Taken as needed.
    dictionaries : bool
        See `LineReader`.
    executor : concurrent.futures.Executor, optional
        Where the work is done; threads by default.
    """
    workers = os.cpu_count() or 1
    token = f"{os.getpid()}-{next(_tokens)}"
    # A fresh model: what is cached on the given one need not travel to other processes.
    plain = Model(model.record, model.container, model.name)
    pending: deque[tuple[list[Visit], Future[list[Reading]]]] = deque()
    source = iter(visits)
    with ThreadPoolExecutor(workers) if executor is None else nullcontext(executor) as pool:
        try:
            while True:
                while len(pending) < 2 * workers and (chunk := list(islice(source, _CHUNK))):
                    pending.append((chunk, pool.submit(_read_chunk, token, plain, dictionaries, chunk)))
                if not pending:
                    return
                chunk, future = pending.popleft()
                yield from zip(chunk, future.result(), strict=True)
        finally:
            for _, future in pending:
                future.cancel()
