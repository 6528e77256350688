"""Page images and boxes → training lines, cut as ``tesseract … lstm.train`` cuts them.

The reference looks for text lines on the page first, but then takes every line from its boxes alone; so
there is no layout analysis here. Where it would drop a line, the line is reported (`DroppedLine`); a line on
which its layout analysis finds nothing is kept.

Source: ``ccmain/linerec.cpp`` (``TrainLineRecognizer``, ``TrainFromBoxes``, ``GetLineData``,
``GetRectImage``), ``ccstruct/boxread.cpp`` (``BoxFileName``), ``ccstruct/imagedata.cpp``
(``DocumentData::Shuffle``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from tessnb.errors import FormatError, InputError
from tessnb.formats.boxfile import BoxChar, read_boxes
from tessnb.formats.lstmf import Document
from tessnb.lines.images import PageImage, read_pages
from tessnb.lines.line import TrainingLine
from tessnb.lines.scaling import to_grey

__all__ = ["PADDING", "Cut", "DroppedLine", "box_path_of", "cut_file", "cut_page", "make_document"]

PADDING = 4
"""Pixels of the page kept around the boxes of a line (``kImagePadding``)."""

#: How many times a page its lines may be together, and pixels that they may be in any case.
_MOST_TIMES, _ALWAYS = 64, 1 << 24

_LINE_END = "\t"


@dataclass(frozen=True)
class DroppedLine:
    """A line, or a box, that could not be used.

    Attributes
    ----------
    text : str
        The line's text.
    page : int
        Its page, from 0.
    reason : str
        Why it was dropped.
    """

    text: str
    page: int
    reason: str


@dataclass
class Cut:
    """What came of cutting: the lines, and what was dropped on the way.

    Attributes
    ----------
    lines : list of TrainingLine
        In the order of the boxes.
    dropped : list of DroppedLine
    pages : int
        Number of pages that the image has.
    """

    lines: list[TrainingLine] = field(default_factory=list)
    dropped: list[DroppedLine] = field(default_factory=list)
    pages: int = 0


def check_amount(pixels: int, page: PageImage, where: str) -> None:
    """See that the lines of a page are not many times the page.

    Raises
    ------
    InputError
        If so many pixels were cut out of it.
    """
    if pixels > _MOST_TIMES * page.pixels.size + _ALWAYS:
        raise InputError(
            "lines that cover their page over and over", where=where,
            found=f"{pixels // page.pixels.size} times", expected=f"at most {_MOST_TIMES} times",
        )  # fmt: skip


def box_path_of(image_path: str | os.PathLike[str]) -> str:
    """Return the name of the box file beside an image (``BoxFileName``)."""
    name = os.fspath(image_path)
    if len(name) > 8 and name.endswith((".bin.png", ".nrm.png", ".raw.png")):
        return name[:-8] + ".box"
    stem, dot, _ = name.rpartition(".")
    return (stem if dot else name) + ".box"


def cut_page(
    page: PageImage | np.ndarray,
    boxes: Iterable[BoxChar],
    *,
    number: int = 0,
    source: str = "",
    language: str = "",
    font: str = "",
    vertical: bool | None = False,
) -> Cut:
    """Cut the lines of one page.

    Parameters
    ----------
    page : PageImage or ndarray
        The page: bits (True is black), grey levels or colours.
    boxes : iterable of BoxChar
        The page's boxes; a box whose text is a tab ends a line.
    number : int
        The page's number in its file, from 0.
    source, language, font : str
        Passed on to the lines.
    vertical : bool or None
        Lines run downwards: turn them so that they run to the right. None turns those whose boxes stand
        below each other (Tesseract judges by its layout analysis).

    Returns
    -------
    Cut
        With grey or colour images; boxes are relative to them.

    Raises
    ------
    InputError
        If the lines cover the page over and over.
    """
    page = page if isinstance(page, PageImage) else PageImage(page)
    cut = Cut(pages=1)
    pixels = 0
    for line in _split(boxes):
        text = "".join(box.text for box in line)
        corners = np.array([(box.left, box.bottom, box.right, box.top) for box in line], np.int64)
        left, bottom = corners[:, :2].min(axis=0)
        right, top = corners[:, 2:].max(axis=0)
        if not _is_on_page((left, bottom, right, top), page):
            cut.dropped.append(DroppedLine(text, number, f"No block overlapping textline: {text}"))
            continue
        left, bottom = max(left - PADDING, 0), max(bottom - PADDING, 0)
        right, top = min(right + PADDING, page.width), min(top + PADDING, page.height)
        image = page.pixels[page.height - top : page.height - bottom, left:right]
        pixels += image.size
        check_amount(pixels, page, source or "boxes")
        image = to_grey(image) if image.dtype == np.bool_ else image.copy()
        places = corners - (left, bottom, left, bottom)
        turn = _runs_downwards(corners) if vertical is None else vertical
        if turn:
            image = np.ascontiguousarray(np.rot90(image))
            west, south, east, north = places.T
            places = np.stack([top - bottom - north, west, top - bottom - south, east], axis=1)
        cut.lines.append(
            TrainingLine(
                image,
                text,
                places.astype(np.int16),
                [box.text for box in line],
                source=source,
                page=number,
                language=language,
                font=font,
                resolution=page.resolution,
                vertical=turn,
            )
        )
    return cut


def _runs_downwards(boxes: np.ndarray) -> bool:
    """Return whether the boxes of a line stand below each other."""
    left, bottom, right, top = boxes.T
    if len(boxes) < 2 or top.max() - bottom.min() < 2 * (right.max() - left.min()):
        return False
    return bool(np.mean(np.diff(top + bottom) < 0) > 0.8)


def cut_file(
    image_path: str | os.PathLike[str],
    box_path: str | os.PathLike[str] | None = None,
    *,
    language: str = "",
    font: str = "",
    vertical: bool | None = False,
) -> Cut:
    """Cut the lines of all pages of an image file.

    Parameters
    ----------
    image_path : path
        An image, with several pages if it is a TIFF.
    box_path : path, optional
        Its box file; by default the one beside it.
    language, font : str
        Passed on to the lines.
    vertical : bool or None
        Whether lines run downwards; see `cut_page`.

    Raises
    ------
    InputError
        If a file is missing, or a page has no boxes.
    FormatError
        If the image is damaged.
    """
    box_path = box_path_of(image_path) if box_path is None else box_path
    cut = Cut()

    def report(error: FormatError) -> None:
        cut.dropped.append(DroppedLine("", -1, str(error)))

    boxes = read_boxes(box_path, on_error=report)
    for number, page in enumerate(read_pages(image_path)):
        own = [box for box in boxes if box.page == number]
        if not own:
            raise InputError(
                "Failed to read boxes", where=f"{box_path} for page {number} of {image_path}",
                found="no box of this page", hint="The last number of each line is the page, from 0",
            )  # fmt: skip
        origin = {"source": os.fspath(image_path), "language": language, "font": font}
        part = cut_page(page, own, number=number, vertical=vertical, **origin)
        cut.lines += part.lines
        cut.dropped += part.dropped
        cut.pages += 1
    return cut


def make_document(lines: Sequence[TrainingLine], name: str) -> Document:
    """Put lines into the order, and under the names, in which ``tesseract … lstm.train`` saves them.

    The reference writes the document anew after each page: what it has read back bears the document's name,
    and all lines are shuffled by a generator seeded with that name.

    Parameters
    ----------
    lines : sequence of TrainingLine
        Sorted by page.
    name : str
        The name of the `.lstmf` file as the reference would be given it.
    """
    document = Document()
    for _, page in groupby(lines, key=lambda line: line.page):
        for place, old in enumerate(document.pages):
            if old is not None and not old.imagefilename:
                old.imagefilename, old.page_number = name, place
        document.pages += [line.to_image_data() for line in page]
        _shuffle(document, name)
    return document


def _shuffle(document: Document, name: str) -> None:
    from tessnb.network.random import TRand  # the network takes long to load

    random = TRand(name)
    pages = document.pages
    for _ in range(len(pages)):
        one, other = random.int_rand() % len(pages), random.int_rand() % len(pages)
        pages[one], pages[other] = pages[other], pages[one]


def _split(boxes: Iterable[BoxChar]) -> Iterator[list[BoxChar]]:
    """Yield the boxes of each line without the tab that ends it."""
    for is_end, line in groupby(boxes, key=lambda box: box.text == _LINE_END):
        if not is_end:
            yield list(line)


def _is_on_page(box: tuple[int, int, int, int], page: PageImage) -> bool:
    """Tell whether at least half of a box, or of a smaller page, is common (``TBOX::major_overlap``)."""
    left, bottom, right, top = box
    across = min(right, page.width) - max(left, 0)
    upwards = min(top, page.height) - max(bottom, 0)
    if across <= 0 or upwards <= 0:
        return False
    return 2 * across >= min(right - left, page.width) and 2 * upwards >= min(top - bottom, page.height)
