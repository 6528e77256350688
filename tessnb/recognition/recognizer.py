"""The recognizer: a line image → its text, with words, boxes and confidences.

Source: ``linerec.cpp``, ``Tesseract::LSTMRecognizeWord``; ``lstmrecognizer.cpp``, ``RecognizeLine``.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from tessnb.charset.wordlist import ReversePolicy, build_dawg
from tessnb.kernels.dictionary import NUMBER_PERM, PUNC_PERM
from tessnb.lines import find_blobs, to_binary
from tessnb.recognition.batches import Batches, Job
from tessnb.recognition.beam import CERT_OFFSET, DICT_RATIO, WORST_DICT_CERT, RecodeBeamSearch
from tessnb.recognition.dictionary import SYSTEM_DAWG_PERM, USER_DAWG_PERM, NamedDawg
from tessnb.recognition.model import Model
from tessnb.recognition.outputs import INVERT_THRESHOLD, LineOutputs, is_simple_text, prepared, run_network
from tessnb.recognition.words import Box, Word, extract_words, place_blobs, union

__all__ = ["LineImage", "LineResult", "Recognizer"]

#: The dictionaries: their components, and the kind of their words.
_KINDS = {
    "punc": ("lstm-punc-dawg", PUNC_PERM),
    "system": ("lstm-word-dawg", SYSTEM_DAWG_PERM),
    "number": ("lstm-number-dawg", NUMBER_PERM),
}


@dataclass(frozen=True, eq=False)
class LineImage:
    """A line to be read; see `Recognizer.read`.

    Attributes
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
    origin : tuple of int
    blobs : ndarray of int, shape (n, 4), optional
    raw : bool
    """

    image: np.ndarray
    origin: tuple[int, int] = (0, 0)
    blobs: np.ndarray | None = None
    raw: bool = True


@dataclass
class LineResult:
    """What was read in a line.

    Attributes
    ----------
    words : list of Word
        From left to right; words of spaces alone are left out.
    inverted : bool
        Whether black and white were exchanged to read it.
    ink : tuple of int, optional
        The box around the line's blobs: left, bottom, right, top, y upwards.
    """

    words: list[Word]
    inverted: bool = False
    ink: Box | None = None

    @property
    def text(self) -> str:
        """The words with a space between each two."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean of the words' confidences in percent; 0 without words."""
        return sum(word.confidence for word in self.words) / max(len(self.words), 1)

    @property
    def box(self) -> Box | None:
        """The box around the ink, or where there is none around the words; None without words, too."""
        if self.ink is None and self.words:
            return union([word.box for word in self.words])
        return self.ink


class Recognizer:
    """Reads line images with a model.

    Parameters
    ----------
    model : Model
    dictionaries : bool or collection of str
        Use the model's dictionaries, all or only some: ``"punc"``, ``"system"``, ``"number"``.
    user_words : iterable of str
        Words for a dictionary of the user's own.
    whitelist, blacklist, unblacklist : str
        Characters that alone may be found; that may not; that may all the same.
    invert_threshold : float
        Below this mean of the best outputs a line is tried with black and white exchanged; 0 never tries.

    Examples
    --------
    >>> Recognizer(Model.load("eng")).read(image).text  # doctest: +SKIP
    'The quick brown fox'
    """

    def __init__(
        self,
        model: Model,
        *,
        dictionaries: bool | Collection[str] = True,
        user_words: Iterable[str] = (),
        whitelist: str = "",
        blacklist: str = "",
        unblacklist: str = "",
        invert_threshold: float = INVERT_THRESHOLD,
    ) -> None:
        self.model, self.invert_threshold = model, invert_threshold
        self._batches: Batches | None = None
        wanted = _KINDS if dictionaries is True else dictionaries or ()
        dawgs = [
            NamedDawg(model.dawgs[name], permuter)
            for kind, (name, permuter) in _KINDS.items()
            if kind in wanted and name in model.dawgs
        ]
        own = build_dawg(user_words, model.unicharset, ReversePolicy.REVERSE_IF_HAS_RTL)
        if own is not None:
            dawgs.append(NamedDawg(own, USER_DAWG_PERM))
        self.search = RecodeBeamSearch(
            model.recoder, model.null_char, model.unicharset, dawgs, simple_text=is_simple_text(model)
        )
        self._restrict(whitelist, blacklist, unblacklist)

    def _restrict(self, whitelist: str, blacklist: str, unblacklist: str) -> None:
        """Enable and disable characters (``UNICHARSET::set_black_and_whitelist``)."""
        enabled = self.search.enabled
        if whitelist:
            enabled[:] = 0
        for text, value in ((whitelist, 1), (blacklist, 0), (unblacklist, 1)):
            ids, _, _ = self.model.unicharset.encode(text, partial=True)
            enabled[[unichar_id for unichar_id in ids if unichar_id is not None]] = value

    def outputs(self, image: np.ndarray) -> LineOutputs:
        """Return the network's outputs for a line image; see `run_network`."""
        return run_network(self.model, image, invert_threshold=self.invert_threshold)

    def read(
        self,
        image: np.ndarray,
        *,
        origin: tuple[int, int] = (0, 0),
        blobs: np.ndarray | None = None,
        raw: bool = True,
    ) -> LineResult:
        """Read a line image.

        Parameters
        ----------
        image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
            A line; True or 0 is black.
        origin : tuple of int
            Left and bottom of the image on its page, y upwards: what boxes are relative to.
        blobs : ndarray of int, shape (n, 4), optional
            Boxes of the line's connected components on the page; found in the image by default.
        raw : bool
            Place boxes as the reference does in a raw line (``--psm 13``), which it takes for a single word
            before it is read: a word of more than a quarter of the line then gets all the ink behind it, too.

        Returns
        -------
        LineResult

        Raises
        ------
        InputError
            If the image is too small.
        """
        return self._result(LineImage(image, origin, blobs, raw), self.outputs(image))

    def read_many(self, lines: Iterable[np.ndarray | LineImage]) -> Iterator[LineResult]:
        """Read lines in their order, several at a time and on all cores.

        Parameters
        ----------
        lines : iterable of ndarray or LineImage
            Some are taken ahead, at most about two hundred.

        Yields
        ------
        LineResult
            What `read` returns; with float models outputs may differ by 1e-6.

        Raises
        ------
        InputError
            If an image is too small, in the place of its result.
        """
        for result in self.try_many(lines):
            if isinstance(result, Exception):
                raise result
            yield result

    def try_many(self, lines: Iterable[np.ndarray | LineImage]) -> Generator[LineResult | Exception]:
        """Read lines as `read_many`; an error stands in the place of its line's result."""
        if self._batches is None:
            self._batches = Batches(self.model.network, self.model.null_char)
        with closing(self._batches.run(map(self._job, lines))) as results:
            yield from results

    def _job(self, line: np.ndarray | LineImage) -> Job[LineResult]:
        whole = line if isinstance(line, LineImage) else LineImage(line)
        scales: list[float] = []

        def image() -> np.ndarray:
            scaled, scale = prepared(self.model, whole.image)
            scales.append(scale)
            return scaled

        def finish(values: np.ndarray, inverted: bool) -> LineResult:
            return self._result(whole, LineOutputs(values, scales[0], inverted))

        return Job(image, finish, self.model.sample_iteration, self.invert_threshold)

    def _result(self, line: LineImage, outputs: LineOutputs) -> LineResult:
        """Return the words in the network's outputs, their characters' boxes around the ink."""
        image, (left, bottom), blobs = line.image, line.origin, line.blobs
        inked: list[Box] | None
        words = self.decode(outputs, (left, bottom, left + image.shape[1], bottom + image.shape[0]))
        if blobs is None:
            blobs = find_blobs(to_binary(image)).boxes + np.array([*line.origin, *line.origin])
        ink = union([tuple(blob) for blob in blobs.tolist()]) if len(blobs) else None
        if ink is None:
            # The reference takes an empty image for one blob that is no word.
            blobs, inked = np.array([[left, bottom, left + image.shape[1], bottom + image.shape[0]]]), []
        else:
            inked = [ink] if line.raw else None
        place_blobs(words, blobs, inked=inked)
        words = [word for word in words if word.text.strip(" ")]
        return LineResult(words, outputs.inverted, ink)

    def decode(self, outputs: LineOutputs, line_box: Box) -> list[Word]:
        """Return the words in the network's outputs, with boxes as high as the line."""
        path = self.search.decode(
            outputs.values, dict_ratio=DICT_RATIO, cert_offset=CERT_OFFSET, worst_dict_cert=WORST_DICT_CERT
        )
        return extract_words(path, self.model.unicharset, line_box, outputs.scale)

    def read_all(self, images: Sequence[np.ndarray]) -> list[LineResult]:
        """Read several line images."""
        return list(self.read_many(images))
