"""The words and characters along a path, and their boxes on the line.

Boxes are left, bottom, right, top in pixels; y grows upwards from the image's lower edge.

Source: ``recodebeam.cpp``, ``RecodeBeamSearch::ExtractBestPathAsWords`` and ``InitializeWord``;
``linerec.cpp``, ``Tesseract::SearchWords``; ``pageres.cpp``, ``PAGE_RES_IT::ReplaceCurrentWord``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from tessnb.formats.unicharset import CUSTOM_LIGATURES, UNICHAR_SPACE, Unicharset
from tessnb.kernels.dictionary import TOP_CHOICE_PERM
from tessnb.recognition.beam import Path
from tessnb.recognition.dictionary import space_delimited

__all__ = ["Box", "Character", "Word", "confidence_of", "extract_words", "place_blobs", "text_of", "union"]

Box = tuple[int, int, int, int]
#: What makes certainties comparable with those of Tesseract's older engine.
_CERTAINTY_SCALE = np.float32(7.0)
_INT16 = 1 << 15
#: What stands for ligatures without a code point of their own, and their letters.
_LIGATURES = {private: text for text, private in CUSTOM_LIGATURES.items()}


def confidence_of(certainty: float) -> float:
    """Return a confidence in percent for a scaled certainty (``LTRResultIterator::Confidence``)."""
    return min(max(100.0 + 5.0 * certainty, 0.0), 100.0)


@dataclass
class Character:
    """A recognized character.

    Attributes
    ----------
    text : str
    unichar_id : int
    certainty, rating : float
        Natural logarithms of probabilities: the least of its steps; minus their sum.
    box : tuple of int
        Left, bottom, right, top.
    """

    text: str
    unichar_id: int
    certainty: float
    rating: float
    box: Box

    @property
    def confidence(self) -> float:
        """In percent."""
        return confidence_of(self.certainty)


@dataclass
class Word:
    """A recognized word.

    Attributes
    ----------
    characters : list of Character
        From left to right.
    certainty : float
        The least of its characters' and of the spaces around it, times 7.
    permuter : int
        The kind of word (`tessnb.kernels.dictionary`): 2 means that no dictionary has it.
    leading_space : bool
        Whether a space was read before it.
    """

    characters: list[Character] = field(default_factory=list)
    certainty: float = 0.0
    permuter: int = TOP_CHOICE_PERM
    leading_space: bool = False

    @property
    def text(self) -> str:
        return "".join(character.text for character in self.characters)

    @property
    def confidence(self) -> float:
        """In percent."""
        return confidence_of(self.certainty)

    @property
    def box(self) -> Box:
        """The box around all characters."""
        return union([character.box for character in self.characters])


def union(boxes: Sequence[Box]) -> Box:
    """Return the box around boxes, of which there must be one."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def extract_words(path: Path, unicharset: Unicharset, line_box: Box, scale: float) -> list[Word]:
    """Cut a path into words: at spaces, where dictionary words begin, around characters without spaces.

    Parameters
    ----------
    path : Path
    unicharset : Unicharset
    line_box : tuple of int
        The line image's place on the page.
    scale : float
        Pixels per step.

    Returns
    -------
    list of Word
        Boxes span the line's height and meet half way between the characters; see `place_blobs`.
    """
    found = path.characters()
    ids, certainties = found.unichar_ids, found.certainties
    delimited, starts = space_delimited(unicharset), path.starts_word
    edges = [_edges(found.boundaries, index, scale, line_box[0]) for index in range(len(ids))]
    words: list[Word] = []
    begin, before = 0, 0.0
    while begin < len(ids):
        end = begin + 1
        while end < len(ids) and ids[end] != UNICHAR_SPACE:
            step = found.steps[end]
            alone = not delimited[ids[end]] or not delimited[ids[end - 1]]
            if starts[step] or (path.permuters[step] == TOP_CHOICE_PERM and alone):
                break
            end += 1
        spaced = end < len(ids) and ids[end] == UNICHAR_SPACE
        after = certainties[end] if spaced else 0.0
        characters = [
            Character(
                text=text_of(unicharset, ids[index]),
                unichar_id=ids[index],
                certainty=certainties[index],
                rating=found.ratings[index],
                box=(edges[index][0], line_box[1], edges[index][1], line_box[3]),
            )
            for index in range(begin, end)
        ]
        least = min(before, after, *(character.certainty for character in characters))
        words.append(
            Word(
                characters=characters,
                certainty=float(np.float32(least) * _CERTAINTY_SCALE),
                permuter=int(path.permuters[found.steps[end - 1]]),
                leading_space=begin > 0 and ids[begin - 1] == UNICHAR_SPACE,
            )
        )
        before = after
        begin = end + 1 if spaced else end
    return words


def text_of(unicharset: Unicharset, unichar_id: int) -> str:
    """Return the text of a character as it is printed: letters in place of private ligatures."""
    text = unicharset.unichar_of(unichar_id)
    return _LIGATURES.get(text, text)


def _edges(boundaries: list[int], index: int, scale: float, left: int) -> tuple[int, int]:
    """Return the left and right edge of a character, by its boundaries in steps."""
    width = np.float32(scale)
    first = math.floor(np.float32(boundaries[index]) * width)
    last = math.ceil(np.float32(boundaries[index + 1]) * width)
    return _int16(first) + left, _int16(last) + left


def _int16(value: int) -> int:
    return (value + _INT16) % (2 * _INT16) - _INT16


def place_blobs(words: Sequence[Word], blobs: np.ndarray, *, inked: Sequence[Box] | None = None) -> None:
    """Move the characters' boxes to the ink: each gets the blobs whose middles lie before its end.

    Parameters
    ----------
    words : sequence of Word
        Of one line; changed in place. A character without a blob keeps its box.
    blobs : ndarray of int, shape (n, 4)
        Boxes of connected components, in the page's coordinates.
    inked : sequence of tuple of int, optional
        Boxes of the words that the reference took the line for before it was read; a read word that covers
        enough of one gets blobs only from there. Guessed by default.
    """
    order = np.argsort((blobs[:, 0] + blobs[:, 2]) // 2, kind="stable")
    boxes: list[Box] = [tuple(blob) for blob in blobs[order].tolist()]
    coarse = [[character.box for character in word.characters] for word in words]
    around = [union(parts) for parts in coarse]
    if inked is None:
        inked = _inked(around, boxes)
    waiting = boxes[::-1]
    clip: Box | None = None
    for index, word in enumerate(words):
        parts = coarse[index]
        following = around[index + 1] if index + 1 < len(words) else None
        clip = _word_bounds(around[index], clip, following, inked)
        for place, character in enumerate(word.characters):
            end = clip[2]
            if place + 1 < len(parts):
                end = min(max((parts[place][2] + parts[place + 1][0]) // 2, clip[0]), clip[2])
            mine: list[Box] = []
            while waiting and (waiting[-1][0] + waiting[-1][2]) // 2 < end:
                mine.append(_clipped(waiting.pop(), clip))
            character.box = union(mine) if mine else _clipped(parts[place], clip)


def _inked(around: Sequence[Box], blobs: Sequence[Box]) -> list[Box]:
    """Return a box around the ink of each word."""
    ends = [(box[2] + after[0]) // 2 for box, after in pairwise(around)]
    groups: list[list[Box]] = [[] for _ in around]
    for blob in blobs if around else ():
        groups[bisect_right(ends, (blob[0] + blob[2]) // 2)].append(blob)
    return [union(group) for group in groups if group]


def _word_bounds(box: Box, before: Box | None, after: Box | None, inked: Sequence[Box]) -> Box:
    """Return where a word's blobs may lie: in the ink that it covers enough of (``ComputeWordBounds``)."""
    left, bottom, right, top = _INT16, _INT16, -_INT16, -_INT16
    for ink in inked:
        width, height = ink[2] - ink[0], ink[3] - ink[1]
        enough = max(min(height, width // 2), width // 4)
        if _overlap(ink, box) <= enough:
            continue
        if before is not None and _overlap(ink, before) > enough:
            left = box[0]
        elif after is not None and _overlap(ink, after) > enough:
            right = box[2]
        else:
            left, bottom = min(left, ink[0]), min(bottom, ink[1])
            right, top = max(right, ink[2]), max(top, ink[3])
    if top <= bottom:
        bottom, top = box[1], box[3]
    return (left, bottom, right, top) if left < right else box


def _overlap(box: Box, other: Box) -> int:
    """Return how wide the part is that two boxes share, 0 if they do not touch."""
    if min(box[3], other[3]) < max(box[1], other[1]):
        return 0
    return max(min(box[2], other[2]) - max(box[0], other[0]), 0)


def _clipped(box: Box, clip: Box) -> Box:
    """Return a box within another, at least a pixel wide and high (``MoveAndClipBlob``)."""
    return (
        min(max(box[0], clip[0]), clip[2] - 1),
        min(max(box[1], clip[1]), clip[3] - 1),
        min(max(box[2], clip[0] + 1), clip[2]),
        min(max(box[3], clip[1] + 1), clip[3]),
    )
