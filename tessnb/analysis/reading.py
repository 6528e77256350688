"""Letting a model read many lines: several at a time, in order, with what `lstmeval` would say of each.

Source: ``lstmtester.cpp``, ``LSTMTester::RunEvalSync``; ``lstmtrainer.cpp``, ``PrepareForBackward``.
"""

from __future__ import annotations

import copy
import math
import os
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, islice, pairwise
from typing import NamedTuple

import numpy as np

from tessnb.charset.encoder import Encoder
from tessnb.errors import CharsetError
from tessnb.events import SkipReason
from tessnb.formats.unicharset import cleanup
from tessnb.kernels.ctc import label_limits
from tessnb.kernels.dictionary import TOP_CHOICE_PERM
from tessnb.lines import TrainingLine
from tessnb.recognition import INVERT_THRESHOLD, Model, Path, RecodeBeamSearch, Recognizer, is_simple_text
from tessnb.recognition.batches import Batches, Job
from tessnb.recognition.beam import CERT_OFFSET, DICT_RATIO, WORST_DICT_CERT
from tessnb.recognition.words import Word, extract_words, text_of
from tessnb.training.forward import INVERT_THRESHOLD as TRAINING_INVERT_THRESHOLD
from tessnb.training.inputs import Skipped, scaled_image
from tessnb.training.targets import bag_of_labels_error, bag_of_words_error, normalize_outputs

__all__ = ["Piece", "Reading", "Visit", "read_line", "read_visits"]

#: Lines that travel to another process together, and how many such parcels are under way.
_PARCEL, _PARCELS = 64, 32


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


class _Reader:
    """Makes jobs of lines, for a batch of a model's network.

    Parameters
    ----------
    model : Model
    dictionaries : bool
        Read as ``tesseract`` does, with the model's dictionaries; otherwise as ``lstmeval`` does.
    judged : bool
        Compare with the truth; a line whose truth cannot be used is skipped.
    threads : int, optional
        By default one for each core.
    """

    def __init__(self, model: Model, *, dictionaries: bool, judged: bool, threads: int | None = None) -> None:
        self.model, self.judged, self.dictionaries = model, judged, dictionaries
        simple = is_simple_text(model)
        self.encoder = Encoder(model.unicharset, model.recoder, null_char=model.null_char, simple_text=simple)
        plain = RecodeBeamSearch(model.recoder, model.null_char, simple_text=simple)
        self._search = Recognizer(model).search if dictionaries else plain
        self._batches = Batches(model.network, model.null_char, threads=threads)

    def read(self, visits: Iterable[Visit]) -> Generator[tuple[Visit, Reading]]:
        """Yield visits with what was read, in order."""
        under_way: deque[Visit] = deque()

        def jobs() -> Iterator[Job[Reading]]:
            for visit in visits:
                under_way.append(visit)
                yield self._job(visit)

        results = self._batches.run(jobs())
        with closing(results):
            for result in results:
                visit = under_way.popleft()
                if isinstance(result, Skipped):
                    height, width = visit.line.image.shape[:2] if visit.line is not None else (0, 0)
                    result = Reading(width=width, height=height, skipped=result.reason, detail=result.detail)
                if isinstance(result, Exception):
                    raise result
                yield visit, result

    def _job(self, visit: Visit) -> Job[Reading]:
        line = visit.line
        labels: list[int] = []
        width = 0

        def image() -> np.ndarray:
            nonlocal labels, width
            if line is None:
                raise Skipped(SkipReason.UNREADABLE, visit.problem)
            if self.judged:
                labels = self._labels(line.transcription)
            scaled = scaled_image(line, self.model.network)
            width = scaled.shape[1]
            return scaled

        def finish(outputs: np.ndarray, inverted: bool) -> Reading:
            assert line is not None
            return self._finish(line, labels, outputs, width)

        if self.dictionaries:
            return Job(image, finish, self.model.sample_iteration, INVERT_THRESHOLD)
        boxed = line is not None and len(line.boxes)
        return Job(image, finish, visit.seed, 0.0 if boxed else TRAINING_INVERT_THRESHOLD)

    def _finish(
        self, line: TrainingLine, labels: list[int], outputs: np.ndarray, scaled_width: int
    ) -> Reading:
        encoder = self.encoder
        if self.judged and not self._has_room(labels, len(outputs)):
            raise Skipped(SkipReason.TOO_SHORT)
        height, width = line.image.shape[:2]
        scale = self.model.network.x_scale_factor() * width / scaled_width
        path = self._path(outputs)
        words = extract_words(path, self.model.unicharset, (0, 0, width, height), scale)
        pieces = _spaced(words) if self.dictionaries else self._pieces(path, scale)
        confidences = [word.confidence for word in words]
        found = path.labels()[0]
        return Reading(
            "".join(piece.text for piece in pieces),
            cleanup(line.transcription),
            pieces,
            bag_of_labels_error(labels, found, encoder.null_char) if self.judged else math.nan,
            bag_of_words_error(encoder.decode(labels), encoder.decode(found)) if self.judged else math.nan,
            sum(confidences) / max(len(confidences), 1),
            sum(word.permuter != TOP_CHOICE_PERM for word in words) if self.dictionaries else 0,
            width,
            height,
        )

    def _path(self, outputs: np.ndarray) -> Path:
        if self.dictionaries:
            return self._search.decode(
                outputs, dict_ratio=DICT_RATIO, cert_offset=CERT_OFFSET, worst_dict_cert=WORST_DICT_CERT
            )
        return self._search.decode(outputs if self.encoder.simple_text else normalize_outputs(outputs))

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

    def _has_room(self, labels: list[int], steps: int) -> bool:
        if self.encoder.simple_text:
            return len(labels) <= steps
        limits = np.empty((2, steps), np.int32)
        return bool(label_limits(np.array(labels, np.int32), self.encoder.null_char, limits[0], limits[1]))

    def _pieces(self, path: Path, scale: float) -> list[Piece]:
        found = path.characters()
        edges = [round(step * scale) for step in found.boundaries]
        each = zip(found.unichar_ids, pairwise(edges), found.certainties, strict=True)
        return [
            Piece(text_of(self.model.unicharset, unichar_id), left, right, 100.0 * math.exp(certainty))
            for unichar_id, (left, right), certainty in each
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


#: A reader per thread of another process, for the evaluation that it belongs to.
_local = threading.local()
_tokens = count(1)


def _read_parcel(
    token: str, model: Model, dictionaries: bool, judged: bool, visits: list[Visit]
) -> list[Reading]:
    if getattr(_local, "token", None) != token:
        _local.reader = _Reader(model, dictionaries=dictionaries, judged=judged, threads=1)
        _local.token = token
    return [reading for _, reading in _local.reader.read(visits)]


def read_visits(
    model: Model,
    visits: Iterable[Visit],
    *,
    dictionaries: bool = False,
    judged: bool = True,
    executor: Executor | None = None,
) -> Generator[tuple[Visit, Reading]]:
    """Read lines, many at once, and yield them in order; only some are in memory at a time.

    Parameters
    ----------
    model : Model
    visits : iterable of Visit
        Taken as needed.
    dictionaries : bool
        Read as ``tesseract`` does, with the model's dictionaries; otherwise as ``lstmeval`` does.
    judged : bool
        Compare with the truth; a line whose truth cannot be used is skipped.
    executor : concurrent.futures.Executor, optional
        Where the work is done; threads by default.
    """
    if executor is None:
        with closing(_Reader(model, dictionaries=dictionaries, judged=judged).read(visits)) as readings:
            yield from readings
        return
    plain = copy.copy(model)
    plain.__dict__.pop("network", None)  # assembled again where it is needed
    token, source = f"{os.getpid()}-{next(_tokens)}", iter(visits)
    pending: deque[tuple[list[Visit], Future[list[Reading]]]] = deque()
    try:
        while True:
            while len(pending) < _PARCELS and (parcel := list(islice(source, _PARCEL))):
                work = executor.submit(_read_parcel, token, plain, dictionaries, judged, parcel)
                pending.append((parcel, work))
            if not pending:
                return
            parcel, work = pending.popleft()
            yield from zip(parcel, work.result(), strict=True)
    finally:
        for _, work in pending:
            work.cancel()


def read_line(model: Model, line: TrainingLine, number: int = 0, *, dictionaries: bool = False) -> Reading:
    """Read one line once more, as it is read as line `number` of many."""
    with closing(
        read_visits(model, [Visit(number, number + 1, line)], dictionaries=dictionaries, judged=False)
    ) as readings:
        return next(readings)[1]
