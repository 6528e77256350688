"""What files about pages (PAGE XML, ALTO, hOCR) say of their text lines, in one form.

Coordinates are pixels of the page image, x to the right and y downwards from the upper left corner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

__all__ = ["LayoutLine", "LayoutPage", "number", "numbers", "points", "rectangle", "tidy"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
#: No coordinate is larger; what claims to be lies here.
_FARTHEST = 1e9


@dataclass(frozen=True, eq=False)
class LayoutLine:
    """A text line.

    Attributes
    ----------
    text : str
        Its transcription; empty where there is none.
    outline : ndarray of float, shape (n, 2)
        The corners of the polygon around it; empty where the file does not say.
    baseline : ndarray of float, shape (n, 2)
        The points of its baseline in reading direction, or none.
    angle : float
        Degrees by which the text stands turned counterclockwise on the page, beside what the baseline shows.
    vertical : bool
        Written from top to bottom.
    name : str
        What the file calls it.
    problem : str
        Why it cannot be used; empty if it can.
    """

    text: str
    outline: np.ndarray
    baseline: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    angle: float = 0.0
    vertical: bool = False
    name: str = ""
    problem: str = ""


@dataclass(frozen=True, eq=False)
class LayoutPage:
    """A page: its lines in reading order, and its image.

    Attributes
    ----------
    image_name : str
        The image's file name as the file gives it, or empty.
    size : tuple of float
        Width and height of the page in the unit of its coordinates; 0 where the file does not say.
    lines : list of LayoutLine
    number : int
        Which page of the image, from 0.
    unit : float
        Dots of the image per unit of the coordinates: 1 if they are pixels; 0 if only `size` tells.
    """

    image_name: str
    size: tuple[float, float]
    lines: list[LayoutLine]
    number: int = 0
    unit: float = 1.0


def numbers(text: str) -> list[float]:
    """Return all numbers in a text, whatever is between them; no larger than any coordinate can be."""
    return [min(max(float(found), -_FARTHEST), _FARTHEST) for found in _NUMBER.findall(text)]


def number(text: str) -> float:
    """Return the first number in a text, or 0."""
    return next(iter(numbers(text)), 0.0)


def points(text: str) -> np.ndarray:
    """Return the points of ``"x,y x,y …"`` (or any other list of numbers, two a point)."""
    values = numbers(text)
    return np.array(values[: len(values) // 2 * 2], np.float64).reshape(-1, 2)


def rectangle(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Return the corners of an upright rectangle."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def tidy(words: str | Iterable[str] | Sequence[str]) -> str:
    """Join words by spaces; every run of white space becomes one space."""
    return " ".join((words if isinstance(words, str) else " ".join(words)).split())
