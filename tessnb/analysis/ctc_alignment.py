"""A line under the eyes of CTC: what the network says at each step, what it should say, and what is read.

These are the figures that the reference draws as ``LSTMForward``, ``LSTMTraining``, ``CTC Outputs`` and ``CTC
Targets``.

Source: ``LSTMRecognizer::DisplayForward`` and ``DisplayLSTMOutput`` (``lstmrecognizer.cpp``);
``LSTMTrainer::DebugLSTMTraining`` and ``DisplayTargets`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from tessnb.charset.encoder import Encoder
from tessnb.errors import CharsetError
from tessnb.lines import TrainingLine
from tessnb.lines.reading_order import reading_order
from tessnb.recognition import (
    INVERT_THRESHOLD,
    Model,
    Path,
    RecodeBeamSearch,
    Recognizer,
    greedy_labels,
    is_simple_text,
)
from tessnb.recognition.beam import CERT_OFFSET, DICT_RATIO, WORST_DICT_CERT
from tessnb.recognition.words import text_of
from tessnb.training.comparison import compare
from tessnb.training.forward import INVERT_THRESHOLD as TRAINING_INVERT_THRESHOLD
from tessnb.training.inputs import Skipped

__all__ = ["CTCAlignment", "CodeRow", "Part", "Symbol", "align_line", "best_alignment", "spelled"]

#: What stands for codes that spell no character.
NOTHING = "\ufffd"
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_WEIGHED = {"dict_ratio": DICT_RATIO, "cert_offset": CERT_OFFSET, "worst_dict_cert": WORST_DICT_CERT}


class Part(NamedTuple):
    """One code of a character, held for some time steps: repetitions are merged.

    Attributes
    ----------
    code : int
        The network's output.
    begin, end : int
        Time steps; `end` is behind the last.
    peak : int
        The step among them at which the code is most probable.
    probability : float
        Then.
    """

    code: int
    begin: int
    end: int
    peak: int
    probability: float


class Symbol(NamedTuple):
    """A character at its place in the line.

    Attributes
    ----------
    text : str
        ``"\\ufffd"`` for codes that spell nothing.
    parts : tuple of Part
        Its codes, at least one.
    instead : str or None
        What would have been read here without dictionaries, where that is something else.
    """

    text: str
    parts: tuple[Part, ...]
    instead: str | None = None

    @property
    def begin(self) -> int:
        return self.parts[0].begin

    @property
    def end(self) -> int:
        return self.parts[-1].end

    @property
    def peak(self) -> int:
        """The step of its most probable code."""
        return max(self.parts, key=lambda part: part.probability).peak


class CodeRow(NamedTuple):
    """A code that matters in a line.

    Attributes
    ----------
    code : int
    name : str
        Its character; with a small number where it is one of several codes of that.
    peak : int
        The first step at which it rises.
    expected : bool
        Whether the truth has it.
    """

    code: int
    name: str
    peak: int
    expected: bool


@dataclass(frozen=True, eq=False)
class CTCAlignment:
    """What a network says of a line, step by step, and what is made of it.

    Attributes
    ----------
    width, height : int
        Of the line image in pixels.
    scale : float
        Pixels of the line image to a time step; step ``t`` reaches from ``t * scale`` to ``(t + 1) * scale``.
    outputs : float32 array (steps, codes)
        Probabilities, as the network gave them.
    targets : float32 array (steps, codes) or None
        What training would have wanted there; None without a usable truth.
    problem : str
        Why there are no targets, or nothing.
    null_char : int
        The code for "nothing".
    inverted : bool
        Whether the outputs are of the image with black and white exchanged.
    greedy, beam, truth : tuple of Symbol
        The best code of each step; the beam search with the model's dictionaries, as ``tesseract`` reads; the
        transcription as the targets place it.
    encoder : Encoder
    """

    width: int
    height: int
    scale: float
    outputs: NDArray[np.float32]
    targets: NDArray[np.float32] | None
    problem: str
    null_char: int
    inverted: bool
    greedy: tuple[Symbol, ...]
    beam: tuple[Symbol, ...]
    truth: tuple[Symbol, ...]
    encoder: Encoder

    @property
    def steps(self) -> int:
        return len(self.outputs)

    @property
    def text(self) -> str:
        """What the beam search read, from left to right as on the page."""
        return spelled(self.beam)

    def x_of(self, step: float) -> float:
        """Return the middle of a time step in pixels of the line image."""
        return (step + 0.5) * self.scale

    @cached_property
    def names(self) -> dict[int, str]:
        """What to call the codes of this line."""
        found: dict[int, list[str]] = {}
        for symbol in (*self.truth, *self.beam, *self.greedy):
            for place, part in enumerate(symbol.parts, 1):
                several = str(place).translate(_SUBSCRIPTS) if len(symbol.parts) > 1 else ""
                name = symbol.text + several
                if symbol.text != NOTHING and name not in found.setdefault(part.code, []):
                    found[part.code].append(name)
        return {code: "/".join(names[:2]) for code, names in found.items() if names}

    def name_of(self, code: int) -> str:
        """Return the character of a code, or which part of which character it is."""
        if code in self.names:
            return self.names[code]
        name = self.encoder.label_name(code)
        return f"code {code}" if name in ("..", "<Undecodable>") else name

    def rows(self, *, limit: int = 64, least: float = 0.1, settled: bool = False) -> list[CodeRow]:
        """Return the codes that matter, by where they first rise; not the null.

        Parameters
        ----------
        limit : int
            Rows at most; the least probable ones are left out.
        least : float
            A code matters if it is anywhere as probable as this, or on one of the paths.
        settled : bool
            Those of the truth first: an order that training does not change.
        """
        strongest = self.outputs.max(axis=0)
        expected: dict[int, int] = {}
        for part in (part for symbol in self.truth for part in symbol.parts):
            expected.setdefault(part.code, part.begin)
        on_paths = {part.code for symbol in (*self.beam, *self.greedy) for part in symbol.parts}
        wanted = set(np.flatnonzero(strongest >= least).tolist()) | on_paths | expected.keys()
        wanted.discard(self.null_char)
        kept = sorted(wanted, key=lambda code: (code not in expected, -float(strongest[code])))[:limit]
        rows = [
            CodeRow(code, self.name_of(code), expected.get(code, self._rise(code)), code in expected)
            for code in kept
        ]
        return sorted(rows, key=lambda row: (settled and not row.expected, row.peak, row.code))

    def _rise(self, code: int) -> int:
        """Return the first step at which a code is at least half as probable as it ever gets."""
        values = self.outputs[:, code]
        return int(np.argmax(values >= 0.5 * values.max()))


def spelled(symbols: Iterable[Symbol], *, reading: bool = False) -> str:
    """Return the text of symbols; what spells nothing is left out.

    Parameters
    ----------
    symbols : iterable of Symbol
    reading : bool
        In the order of reading instead of that on the page, which is another where text runs from right to
        left.
    """
    texts = [symbol.text for symbol in symbols if symbol.text != NOTHING]
    return "".join(texts[place] for place in reading_order(texts)) if reading else "".join(texts)


def align_line(line: TrainingLine | np.ndarray, model: Model, *, as_training: bool = False) -> CTCAlignment:
    """Run a line through a model's network, and align what it says with image and truth.

    Parameters
    ----------
    line : TrainingLine or ndarray of bool or uint8, shape (height, width) or (height, width, 3)
        An image alone has no truth.
    model : Model
        Its network runs; not from two threads at once.
    as_training : bool
        Exchange black and white where training would, instead of where recognition does.

    Raises
    ------
    InputError
        If the image is too small.

    Examples
    --------
    >>> line = tn.render("six books", ["DejaVu Sans"], xsize=600, ysize=400)[0]
    >>> align_line(line, tn.load_model("eng")).text
    'six books'
    """
    image, truth, boxed = (line, "", False) if isinstance(line, np.ndarray) else _taken_apart(line)
    threshold = (0.0 if boxed else TRAINING_INVERT_THRESHOLD) if as_training else INVERT_THRESHOLD
    recognizer = Recognizer(model, invert_threshold=threshold)
    found = recognizer.outputs(image)
    outputs, simple = found.values, is_simple_text(model)
    encoder = Encoder(model.unicharset, model.recoder, null_char=model.null_char, simple_text=simple)
    plain = RecodeBeamSearch(model.recoder, model.null_char, model.unicharset, simple_text=simple)
    targets, wanted, problem = _targets(outputs, truth, encoder)
    beam = _along(recognizer.search.decode(outputs, **_WEIGHED), outputs, encoder)
    if model.dawgs:
        beam = _marked(beam, _along(plain.decode(outputs, **_WEIGHED), outputs, encoder))
    labels, steps = greedy_labels(outputs, model.null_char, fold=not simple)
    spans = _spans(steps, outputs.argmax(axis=1))
    return CTCAlignment(
        width=image.shape[1],
        height=image.shape[0],
        scale=found.scale,
        outputs=outputs,
        targets=targets,
        problem=problem,
        null_char=model.null_char,
        inverted=found.inverted,
        greedy=_grouped(labels, spans, outputs, encoder),
        beam=beam,
        truth=() if targets is None else _placed(targets, wanted, encoder),
        encoder=encoder,
    )


def _taken_apart(line: TrainingLine) -> tuple[np.ndarray, str, bool]:
    return line.image, line.transcription, len(line.boxes) > 0


def _targets(
    outputs: NDArray[np.float32], truth: str, encoder: Encoder
) -> tuple[NDArray[np.float32] | None, list[int], str]:
    """Return what the trainer would want of the outputs, and the truth's labels; or None and why."""
    if not truth:
        return None, [], "There is no transcription to aim at."
    try:
        labels = encoder.encode_text(truth)
        return compare(outputs, labels, encoder, is_ctc=not encoder.simple_text).targets, labels, ""
    except CharsetError:
        missing = " ".join(encoder.missing(truth))
        return None, [], f"The model lacks characters of the transcription: {missing}"
    except Skipped:
        codes = sum(label != encoder.null_char for label in labels)
        problem = f"The transcription has {codes} codes, too many for {len(outputs)} time steps."
        return None, labels, problem


def _placed(targets: NDArray[np.float32], labels: list[int], encoder: Encoder) -> tuple[Symbol, ...]:
    """Return the truth's characters where the targets have them."""
    if encoder.simple_text:
        spans = [(step, step + 1) for step in range(len(labels))]
    else:
        states = best_alignment(targets, labels, encoder.null_char)
        wanted = [state for state, label in enumerate(labels) if label != encoder.null_char]
        begins, ends = np.searchsorted(states, wanted), np.searchsorted(states, wanted, "right")
        spans = list(zip(begins.tolist(), ends.tolist(), strict=True))
        labels = [labels[state] for state in wanted]
    return _grouped(labels, spans, targets, encoder)


def best_alignment(values: NDArray[np.float32], labels: Sequence[int], null_char: int) -> NDArray[np.int64]:
    """Return the most probable way through given labels: which of them each time step stands for.

    Parameters
    ----------
    values : float32 array (steps, codes)
        Probabilities.
    labels : sequence of int
        With nulls before, between and after; there must be enough steps for them.
    null_char : int

    Returns
    -------
    int64 array (steps,)
        Never falling; every label but nulls has at least one step.

    Notes
    -----
    Viterbi's path through the lattice of Graves et al., "Connectionist Temporal Classification" (2006),
    section 4.1.
    """
    codes = np.asarray(labels)
    scores = np.log(np.maximum(values[:, codes], 1e-12).astype(np.float64))
    steps, size = scores.shape
    skips = np.zeros(size, bool)
    skips[2:] = (codes[2:] != null_char) & (codes[2:] != codes[:-2])
    came = np.zeros((steps, size), np.int64)
    total = np.full(size, -np.inf)
    total[:2] = scores[0, :2]
    ways = np.full((3, size), -np.inf)
    for step in range(1, steps):
        ways[0], ways[1, 1:] = total, total[:-1]
        ways[2, 2:] = np.where(skips[2:], total[:-2], -np.inf)
        came[step] = ways.argmax(axis=0)
        total = ways.max(axis=0) + scores[step]
    states = np.empty(steps, np.int64)
    states[-1] = size - 1 if size == 1 or total[-1] >= total[-2] else size - 2
    for step in range(steps - 1, 0, -1):
        states[step - 1] = states[step] - came[step, states[step]]
    return states


def _along(path: Path, values: NDArray[np.float32], encoder: Encoder) -> tuple[Symbol, ...]:
    """Return the characters along a path."""
    labels, steps = path.labels()
    ids = path.unichar_ids[steps[:-1]].tolist()
    symbols: list[Symbol] = []
    waiting: list[Part] = []
    for label, unichar_id, span in zip(labels, ids, _spans(steps, path.codes), strict=True):
        waiting.append(_part(label, span, values))
        if unichar_id >= 0:
            symbols.append(Symbol(text_of(encoder.unicharset, unichar_id), tuple(waiting)))
            waiting = []
    symbols += [Symbol(NOTHING, (part,)) for part in waiting]
    return tuple(symbols)


def _grouped(
    labels: Sequence[int], spans: Sequence[tuple[int, int]], values: NDArray[np.float32], encoder: Encoder
) -> tuple[Symbol, ...]:
    """Return the characters that labels spell."""
    symbols, start = [], 0
    while start < len(labels):
        unichar_id, end = encoder.decode_one(labels, start)
        parts = tuple(_part(labels[index], spans[index], values) for index in range(start, end))
        text = NOTHING if unichar_id is None else text_of(encoder.unicharset, unichar_id)
        symbols.append(Symbol(text, parts))
        start = end
    return tuple(symbols)


def _spans(steps: Sequence[int], codes: np.ndarray) -> list[tuple[int, int]]:
    """Return from where to where each label is held that begins at one of these steps (and their number)."""
    changes = np.flatnonzero(np.diff(codes)) + 1
    ends = [*changes.tolist(), len(codes)]
    return [(begin, ends[bisect_right(ends, begin)]) for begin in steps[:-1]]


def _part(code: int, span: tuple[int, int], values: NDArray[np.float32]) -> Part:
    begin, end = span
    peak = begin + int(values[begin:end, code].argmax())
    return Part(code, begin, end, peak, float(values[peak, code]))


def _marked(beam: tuple[Symbol, ...], plain: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    """Return symbols with what they were without dictionaries, where that is not the same."""
    with_words, without = [symbol.text for symbol in beam], [symbol.text for symbol in plain]
    instead: dict[int, str] = {}
    for step in Levenshtein.editops(without, with_words):
        at = min(step.dest_pos, len(beam) - 1)
        if step.tag == "insert":
            instead.setdefault(at, "")
        elif step.tag == "replace":
            instead[at] = without[step.src_pos]
        elif beam:
            instead[at] = instead.get(at, with_words[at] if step.dest_pos < len(beam) else "")
            dropped = without[step.src_pos]
            instead[at] = dropped + instead[at] if step.dest_pos < len(beam) else with_words[at] + dropped
    return tuple(symbol._replace(instead=instead.get(index)) for index, symbol in enumerate(beam))
