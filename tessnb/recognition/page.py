"""Pages: the lines that are found on an image, read one after the other.

Source: ``control.cpp``, ``Tesseract::recog_all_words``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from tessnb.errors import InputError
from tessnb.lines import PageImage, find_blobs, find_lines, to_binary
from tessnb.recognition.recognizer import LineImage, LineResult, Recognizer
from tessnb.recognition.words import union

__all__ = ["PageResult", "read_page"]


@dataclass
class PageResult:
    """What was read on a page.

    Attributes
    ----------
    lines : list of LineResult
        From top to bottom; lines without words are left out. Boxes are in the page's pixels, y upwards.
    height, width : int
        Of the page, in pixels.
    """

    lines: list[LineResult] = field(default_factory=list)
    height: int = 0
    width: int = 0

    @property
    def text(self) -> str:
        """All lines, each with a line feed behind it."""
        return "".join(f"{line.text}\n" for line in self.lines)


def read_page(
    recognizer: Recognizer,
    page: PageImage | np.ndarray,
    psm: int = 6,
    *,
    on_error: Callable[[InputError], object] | None = None,
) -> PageResult:
    """Find and read the lines of a page.

    Parameters
    ----------
    recognizer : Recognizer
    page : PageImage or ndarray
        Bits (True is black), grey levels or colours.
    psm : int
        How much to look for: 6 is a block of lines, 7 one line, 13 takes the image as it is.
    on_error : callable, optional
        Is told of lines that cannot be read, which are then left out; without it the error is raised.

    Raises
    ------
    InputError
        If `psm` is another number, or a line is too small.
    """
    pixels = page.pixels if isinstance(page, PageImage) else page
    height, width = pixels.shape[:2]
    blobs = find_blobs(to_binary(pixels)).boxes
    result = PageResult([], height, width)
    found = [list(parts) for _, parts in groupby(find_lines(pixels, psm), key=lambda line: line.row)]
    images = (
        LineImage(part.image, part.box[:2], blobs if psm == 13 else _inside(blobs, part.box), psm == 13)
        for parts in found
        for part in parts
    )
    with closing(recognizer.try_many(images)) as reading:
        for parts in found:
            row = LineResult([])
            for _ in parts:
                read = next(reading)
                if isinstance(read, Exception):
                    if on_error is None or not isinstance(read, InputError):
                        raise read
                    on_error(read)
                    continue
                row.words += read.words
                row.inverted |= read.inverted
                inks = [ink for ink in (row.ink, read.ink) if ink is not None]
                row.ink = union(inks) if inks else None
            if row.words:
                result.lines.append(row)
    return result


def _inside(blobs: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """Return the blobs whose middles lie in a box."""
    x, y = (blobs[:, 0] + blobs[:, 2]) // 2, (blobs[:, 1] + blobs[:, 3]) // 2
    return blobs[(x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3])]
