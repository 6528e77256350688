"""Beam search over a line's outputs: the best path, and the labels or characters along it.

Source: ``recodebeam.cpp``, ``RecodeBeamSearch``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tessnb.charset.recoder import Recoder
from tessnb.errors import InputError
from tessnb.formats.unicharset import UNICHAR_SPACE, Unicharset
from tessnb.kernels.beam import MIN_CERTAINTY, beam_search
from tessnb.kernels.dictionary import NO_PERM
from tessnb.kernels.lattice import (
    CONTINUATIONS,
    DUPLICATE,
    INVALID_UNICHAR_ID,
    NODE,
    SIZE,
    START_OF_WORD,
    STATE,
    Search,
    lattice_size,
)
from tessnb.recognition.dictionary import NamedDawg, is_space_delimited, pack_dawgs, space_delimited

__all__ = [
    "CERT_OFFSET",
    "DICT_RATIO",
    "WORST_DICT_CERT",
    "Characters",
    "Path",
    "RecodeBeamSearch",
    "pack_codes",
]

#: How recognition weighs dictionary words (``lstmrecognizer.cpp``, ``linerec.cpp``).
DICT_RATIO = 2.25
CERT_OFFSET = -0.085
WORST_DICT_CERT = float(np.float32(-25) / np.float32(7))


@dataclass(frozen=True)
class Characters:
    """The characters along a path.

    Attributes
    ----------
    unichar_ids : list of int
    certainties : list of float
        The least natural logarithm of a probability over each character's steps.
    ratings : list of float
        Minus the sum of these logarithms.
    steps : list of int
        Each character's first step, and the number of steps at the end.
    boundaries : list of int
        Where each character begins, in the middle between it and the one before; one more for the end.
    """

    unichar_ids: list[int]
    certainties: list[float]
    ratings: list[float]
    steps: list[int]
    boundaries: list[int]


@dataclass(frozen=True, eq=False)
class Path:
    """The best path; an item per time step.

    Attributes
    ----------
    codes : ndarray of int32
        The network's output.
    unichar_ids : ndarray of int32
        The character that the code completes, -1 for none (nulls, parts of characters).
    certainties : ndarray of float32
        Natural logarithms of (weighted) probabilities.
    permuters : ndarray of int32
        The kind of word.
    flags : ndarray of int32
        Bits ``START_OF_DAWG``, ``START_OF_WORD``, ``END_OF_WORD``, ``DUPLICATE`` of `tessnb.kernels.lattice`.
    null_char : int
    simple_text : bool
    """

    codes: np.ndarray
    unichar_ids: np.ndarray
    certainties: np.ndarray
    permuters: np.ndarray
    flags: np.ndarray
    null_char: int
    simple_text: bool

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def starts_word(self) -> np.ndarray:
        """Which steps begin a dictionary word: ndarray of bool."""
        return (self.flags & START_OF_WORD) != 0

    def labels(self) -> tuple[list[int], list[int]]:
        """Return the labels without nulls and repetitions, each one's step, and the number of steps behind.

        Source: ``RecodeBeamSearch::ExtractBestPathAsLabels``.
        """
        codes = self.codes
        begins = np.ones(len(codes), bool)
        if not self.simple_text:
            begins[1:] = codes[1:] != codes[:-1]
        steps = np.flatnonzero(begins & (codes != self.null_char))
        return codes[steps].tolist(), [*steps.tolist(), len(codes)]

    def characters(self) -> Characters:
        """Return the characters with their certainties and places.

        Source: ``RecodeBeamSearch::ExtractPathAsUnicharIds`` and ``calculateCharBoundaries``.
        """
        ids, certainties = self.unichar_ids.tolist(), self.certainties.tolist()
        duplicates, permuters = (self.flags & DUPLICATE).tolist(), self.permuters.tolist()
        found: list[int] = []
        worst: list[float] = []
        ratings: list[float] = []
        steps: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        t, width = 0, len(ids)
        while t < width:
            certainty = rating = 0.0
            while t < width and ids[t] == INVALID_UNICHAR_ID:
                certainty = min(certainty, certainties[t])
                rating -= certainties[t]
                t += 1
            starts.append(t)
            if t == width:
                _worsen(worst, ratings, certainty, rating)
                break
            unichar_id, forgets = ids[t], False
            if unichar_id == UNICHAR_SPACE:
                # The nulls before a space belong to the character before it.
                if worst and permuters[t] != NO_PERM:
                    _worsen(worst, ratings, certainty, rating)
                    certainty = rating = 0.0
                forgets = True
            found.append(unichar_id)
            steps.append(t)
            while True:
                if certainties[t] < certainty or (forgets and permuters[t] == NO_PERM):
                    certainty = certainties[t]
                rating -= certainties[t]
                t += 1
                if t == width or not duplicates[t]:
                    break
            ends.append(t)
            worst.append(float(np.float32(certainty)))
            ratings.append(float(np.float32(rating)))
        starts.append(width)
        boundaries = [0, *(end + (starts[index + 1] - end) // 2 for index, end in enumerate(ends))]
        boundaries[-1] = width
        return Characters(found, worst, ratings, [*steps, width], boundaries)


def _worsen(certainties: list[float], ratings: list[float], certainty: float, rating: float) -> None:
    """Add trailing nulls to the last character."""
    if certainties:
        certainties[-1] = float(np.float32(min(certainty, certainties[-1])))
        ratings[-1] = float(np.float32(ratings[-1] + rating))


def pack_codes(recoder: Recoder) -> tuple[np.ndarray, np.ndarray, int]:
    """Lay a recoder's codes out as a tree for the kernel.

    Returns
    -------
    prefixes : ndarray of int32, shape (prefixes, 3)
    links : ndarray of int32, shape (links, 2)
        See `tessnb.kernels.lattice.Search`.
    lengths : int
        How many lengths an unfinished character's code can have, 0 included.
    """
    prefixes: list[tuple[int, ...]] = [()]
    numbers: dict[tuple[int, ...], int] = {(): 0}
    rows: list[tuple[int, int, int]] = []
    links: list[tuple[int, int]] = []
    for prefix in prefixes:
        begin = len(links)
        for code in recoder.get_final_codes(prefix):
            unichar_id = recoder.decode((*prefix, code))
            links.append((code, INVALID_UNICHAR_ID if unichar_id is None else unichar_id))
        middle = len(links)
        for code in recoder.get_next_codes(prefix):
            longer = (*prefix, code)
            if longer not in numbers:
                numbers[longer] = len(prefixes)
                prefixes.append(longer)
            links.append((code, numbers[longer]))
        rows.append((begin, middle, len(links)))
    lengths = 1 + max(map(len, prefixes))
    return np.array(rows, np.int32), np.array(links, np.int32).reshape(-1, 2), lengths


class RecodeBeamSearch:
    """Finds the best sequence of characters in a network's outputs.

    Parameters
    ----------
    recoder : Recoder
    null_char : int
        The label for "nothing".
    unicharset : Unicharset, optional
        Needed with dictionaries or disabled characters.
    dawgs : sequence of NamedDawg
        Dictionaries; without any the search knows no words.
    simple_text : bool
        Every step is a character (a network with a plain softmax).
    """

    def __init__(
        self,
        recoder: Recoder,
        null_char: int,
        unicharset: Unicharset | None = None,
        dawgs: Sequence[NamedDawg] = (),
        *,
        simple_text: bool = False,
    ) -> None:
        if dawgs and unicharset is None:
            raise InputError("dictionaries need the unicharset that they are spelled in")
        unicharset = unicharset or Unicharset()
        self.null_char, self.simple_text = null_char, simple_text
        self._code_range = recoder.code_range
        self._space_delimited = is_space_delimited(unicharset)
        self._prefixes, self._links, self._lengths = pack_codes(recoder)
        self._dawgs = pack_dawgs(dawgs)
        self._traits = np.ones((max(len(recoder), len(unicharset)), 3), np.uint8)
        self._traits[: len(unicharset), 1] = space_delimited(unicharset)
        self._traits[: len(unicharset), 2] = [entry.isdigit for entry in unicharset.entries]

    @property
    def enabled(self) -> np.ndarray:
        """Which characters may be found: ndarray of uint8, shape (unichars,); write 0 to forbid one."""
        return self._traits[:, 0]

    def decode(
        self,
        outputs: np.ndarray,
        *,
        dict_ratio: float = 1.0,
        cert_offset: float = 0.0,
        worst_dict_cert: float = float(MIN_CERTAINTY),
    ) -> Path:
        """Find the best path.

        Parameters
        ----------
        outputs : ndarray of float32, shape (steps, codes)
            Probabilities.
        dict_ratio, cert_offset, worst_dict_cert : float
            How certainties inside and outside of dictionary words are weighed. The defaults are those of
            training; recognition takes `DICT_RATIO`, `CERT_OFFSET` and `WORST_DICT_CERT`.

        Raises
        ------
        InputError
            If the network has fewer outputs than the recoder has codes.
        """
        outputs = np.ascontiguousarray(outputs, np.float32)
        if outputs.ndim != 2 or outputs.shape[1] < self._code_range:
            expected = f"(steps, {self._code_range})"
            raise InputError("outputs of an impossible shape", found=outputs.shape, expected=expected)
        state = np.zeros(1, STATE)
        state["null_char"] = self.null_char
        state["simple_text"] = self.simple_text
        state["use_dictionary"] = len(self._dawgs.dawgs) > 0
        state["space_delimited"] = self._space_delimited
        state["code_range"] = self._code_range
        state["lengths"] = self._lengths
        state["dict_ratio"] = dict_ratio
        state["worst_dict_cert"] = worst_dict_cert
        state["cert_offset"] = cert_offset
        search = self._allocate(outputs.shape, state)
        path = np.empty(len(outputs), np.int64)
        while (length := beam_search(search, outputs, path)) < 0:
            search = search._replace(positions=np.empty((4 * len(search.positions), 5), np.int32))
        nodes = search.nodes[path[:length]]
        return Path(
            codes=nodes["code"].astype(np.int32),
            unichar_ids=nodes["unichar_id"].astype(np.int32),
            certainties=nodes["certainty"],
            permuters=nodes["permuter"],
            flags=nodes["flags"],
            null_char=self.null_char,
            simple_text=self.simple_text,
        )

    def _allocate(self, shape: tuple[int, ...], state: np.ndarray) -> Search:
        steps, codes = shape
        beams, size = 2 * CONTINUATIONS * self._lengths, lattice_size(steps, self._lengths)
        return Search(
            state=state,
            draft=np.empty(1, NODE),
            nodes=np.empty(size, NODE),
            scores=np.empty(size, np.float32),
            heaps=np.empty((2, beams, SIZE + 1), np.int64),
            free=np.empty(SIZE * beams, np.int64),
            ranks=np.empty(codes, np.int64),
            certainties=np.empty((3, codes), np.float32),
            candidates=np.empty(len(self._links), np.int64),
            prefixes=self._prefixes,
            links=self._links,
            traits=self._traits,
            positions=np.empty((64 * (steps + 1), 5), np.int32),
            **self._dawgs._asdict(),
        )
