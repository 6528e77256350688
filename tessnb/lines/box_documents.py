"""What can be looked at and corrected as boxes on pages, and how the corrections are saved.

An image with its ``.box`` or its ``.gt.txt``, a box file with its image, the lines of an `.lstmf` document,
or training lines in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from tessnb.charset.clusters import graphemes
from tessnb.errors import FormatError, InputError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats.boxfile import BoxChar, boxes_from_bytes, boxes_to_bytes, read_boxes
from tessnb.lines.box_editing import text_lines
from tessnb.lines.cutting import box_path_of
from tessnb.lines.images import ImageFile, PageImage
from tessnb.lines.line import TrainingLine
from tessnb.lines.reading_order import reading_order
from tessnb.lines.sources import DocumentLines, image_beside, text_path_of

__all__ = ["BoxDocument", "PageBoxes", "Pages", "open_boxes", "page_text"]

_TEXT_SUFFIX = ".gt.txt"


class Pages(Protocol):
    """Page images, decoded when asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, page: int, /) -> PageImage: ...


class PageBoxes(Protocol):
    """The boxes of each page, such as a `BoxHistory`."""

    def __getitem__(self, page: int, /) -> Sequence[BoxChar]: ...


@dataclass
class BoxDocument:
    """Pages with boxes.

    Attributes
    ----------
    title : str
        What to call it.
    pages : sequence of PageImage
        Decoded when asked for.
    read : callable
        Returns the boxes of a page as they are at the source.
    path : Path or None
        The file that corrections go to.
    content : bytes or None
        What was in that file when it was read; None if there was none.
    in_reading_order : bool
        Right-to-left text stands in the order of reading, as in a ``.gt.txt``, not in that of the page.
    extra_pages : tuple of int
        Pages that boxes are on but that the image lacks.
    """

    title: str
    pages: Pages
    read: Callable[[int], Sequence[BoxChar]]
    path: Path | None = None
    content: bytes | None = None
    in_reading_order: bool = False
    extra_pages: tuple[int, ...] = ()
    lines: Sequence[TrainingLine] = field(default=(), repr=False)

    def to_bytes(self, suffix: str, boxes: PageBoxes) -> bytes:
        """Return the content of a file of boxes or of a transcription.

        Parameters
        ----------
        suffix : {".box", ".gt.txt"}
        boxes : PageBoxes
            Of all pages.
        """
        if suffix == ".box":
            numbers = sorted({*range(len(self.pages)), *self.extra_pages})
            return boxes_to_bytes(box for number in numbers for box in boxes[number])
        texts = [page_text(boxes[number], self.in_reading_order) for number in range(len(self.pages))]
        return ("\n".join(filter(None, texts)) + "\n").encode("utf-8", "surrogateescape")

    def save(
        self,
        boxes: PageBoxes,
        path: str | os.PathLike[str] | None = None,
        *,
        overwrite: bool = False,
    ) -> Path:
        """Save boxes or a transcription; the file is never half-written.

        Parameters
        ----------
        boxes : PageBoxes
            Of all pages.
        path : path, optional
            A ``.box`` or ``.gt.txt``; by default the file that was read. A transcription holds the text
            of all pages in the order of reading, a line for each line.
        overwrite : bool
            Also if the file is another, or is not any more what was read.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            If no name is known, its ending is neither, or the file would have to be overwritten.
        """
        if path is None and self.path is None:
            raise InputError("nowhere to save to", hint='Name a file: viewer.save("name.box")')
        goal = Path(path) if path is not None else self.path
        assert goal is not None
        suffix = next((end for end in (".box", _TEXT_SUFFIX) if goal.name.lower().endswith(end)), None)
        if suffix is None:
            raise InputError(
                "of no known kind", where=str(goal), expected="a name that ends in .box or .gt.txt"
            )
        if self.lines and suffix == ".box" and len(self.lines) > 1:
            raise InputError(
                "the boxes of several lines in one file", where=str(goal), found=f"{len(self.lines)} images",
                hint="Save transcriptions (.gt.txt), or take the corrected lines",
            )  # fmt: skip
        is_own = self.path is not None and goal.absolute() == self.path.absolute()
        if not overwrite:
            self._see_that_it_is_ours(goal, is_own)
        data = self.to_bytes(suffix, boxes)
        write_bytes(goal, data)
        if is_own or self.path is None:
            self.path, self.content = goal, data
        return goal

    def _see_that_it_is_ours(self, goal: Path, is_own: bool) -> None:
        present = read_bytes(goal) if goal.exists() else None
        if is_own and present != self.content:
            raise InputError(
                "changed on disk since it was opened", where=str(goal),
                hint="Save under another name and compare, or overwrite it: save(overwrite=True)",
            )  # fmt: skip
        if not is_own and present is not None:
            raise InputError(
                "there is such a file already",
                where=str(goal),
                hint="Overwrite it: save(path, overwrite=True)",
            )

    def line(self, number: int, boxes: Sequence[BoxChar]) -> TrainingLine:
        """Return one of the training lines with other boxes and the text that they make."""
        line = self.lines[number]
        parts = [box for box in boxes if box.text != "\t"]
        text = "".join(box.text for box in parts)
        if not len(line.boxes):
            return replace(line, transcription=text, box_texts=[text])
        places = np.array([(box.left, box.bottom, box.right, box.top) for box in parts], np.int16)
        texts = [box.text for box in parts]
        return replace(line, transcription=text, boxes=places.reshape(-1, 4), box_texts=texts)


def page_text(boxes: Sequence[BoxChar], in_reading_order: bool = False) -> str:
    """Return the text of a page in the order of reading, a line for each of its lines.

    Parameters
    ----------
    boxes : sequence of BoxChar
    in_reading_order : bool
        Their texts are so already.
    """
    found = []
    for start, stop in text_lines(boxes):
        text = "".join(box.text for box in boxes[start:stop])
        if not in_reading_order and not text.isascii():
            pieces = graphemes(text)
            text = "".join(pieces[place] for place in reading_order(pieces))
        found.append(text)
    return "\n".join(found)


def open_boxes(
    image: str | os.PathLike[str] | TrainingLine | Sequence[TrainingLine],
    boxes: str | os.PathLike[str] | Iterable[BoxChar] | None = None,
) -> BoxDocument:
    """Open pages with boxes.

    Parameters
    ----------
    image : path, TrainingLine or sequence of them
        An image of a page, of many pages (TIFF), or of a line; or a ``.box`` beside its image; or an
        `.lstmf`.
    boxes : path or iterable of BoxChar, optional
        The boxes of an image; by default its ``.box``, or else the ``.gt.txt`` beside it, or else none.

    Raises
    ------
    InputError
        If a file is missing, of no known kind, or holds boxes that no box file can hold.
    FormatError
        If a file is damaged.
    """
    if isinstance(image, TrainingLine):
        return _open_lines([image], boxes, str(image.source) or "a line")
    if isinstance(image, str | os.PathLike):
        path = Path(image)
        if path.suffix.lower() == ".lstmf":
            return _open_lines(DocumentLines(path), boxes, path.name)
        if path.suffix.lower() == ".box":
            if boxes is not None:
                raise InputError("boxes given twice", where=str(path), hint="Name the image first")
            read_boxes(path)
            return _open_image(_image_beside(path), path)
        return _open_image(path, boxes)
    if isinstance(image, Sequence) and not isinstance(image, str):
        if not len(image) or not isinstance(image[0], TrainingLine):
            found = "an empty list" if not len(image) else type(image[0]).__name__
            raise InputError("not training lines", found=found, expected="at least one TrainingLine")
        return _open_lines(image, boxes, f"{len(image)} lines")
    raise InputError(
        "nothing that has boxes", found=type(image).__name__,
        expected="the path of an image, box file or .lstmf, or training lines",
    )  # fmt: skip


def _open_lines(
    lines: Sequence[TrainingLine], boxes: str | os.PathLike[str] | Iterable[BoxChar] | None, title: str
) -> BoxDocument:
    if boxes is not None:
        raise InputError("training lines have boxes of their own", found="boxes as well")

    def read(number: int) -> list[BoxChar]:
        line = lines[number]
        if len(line.boxes):
            places = np.asarray(line.boxes).tolist()
            return [BoxChar(text, *place) for text, place in zip(line.box_texts, places, strict=False)]
        return [BoxChar(line.transcription, 0, 0, line.width, line.height, is_word=True)]

    return BoxDocument(title, _LineImages(lines), read, lines=lines)


class _LineImages:
    """The images of training lines as pages."""

    def __init__(self, lines: Sequence[TrainingLine]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, page: int) -> PageImage:
        line = self._lines[page]
        return PageImage(line.image, line.resolution)


def _open_image(path: Path, boxes: str | os.PathLike[str] | Iterable[BoxChar] | None) -> BoxDocument:
    pages = ImageFile(path)
    goal: Path | None = Path(box_path_of(path))
    content: bytes | None = None
    if boxes is None:
        text_path = text_path_of(path)
        if not Path(box_path_of(path)).exists() and text_path.is_file():
            return _open_transcription(path, text_path, pages)
        content = read_bytes(box_path_of(path)) if Path(box_path_of(path)).exists() else None
    elif isinstance(boxes, str | os.PathLike):
        goal, content = Path(boxes), read_bytes(boxes)
    else:
        found, goal = list(boxes), None
        if not all(isinstance(box, BoxChar) for box in found):
            raise InputError("not boxes", where=str(path), expected="a list of BoxChar, or a box file")
        return _with_boxes(BoxDocument(path.name, pages, lambda page: ()), found)
    found = boxes_from_bytes(content, str(goal)) if content is not None else []
    return _with_boxes(BoxDocument(path.name, pages, lambda page: (), goal, content), found)


def _with_boxes(document: BoxDocument, boxes: Sequence[BoxChar]) -> BoxDocument:
    by_page: dict[int, list[BoxChar]] = {}
    for box in boxes:
        by_page.setdefault(box.page, []).append(box)
    extra = tuple(sorted(page for page in by_page if not 0 <= page < len(document.pages)))
    return replace(document, read=lambda page: by_page.get(page, ()), extra_pages=extra)


def _open_transcription(path: Path, text_path: Path, pages: ImageFile) -> BoxDocument:
    """Open a line's image with its text, as one box that is the whole image."""
    content = read_bytes(text_path)
    try:
        text = content.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise FormatError(
            "a transcription that is not UTF-8", where=str(text_path), found=str(error)
        ) from None
    texts = [line for line in text.replace("\r", "").split("\n") if line]
    if len(texts) > 1 or len(pages) > 1:
        raise InputError(
            "a transcription of several lines, without boxes", where=str(text_path),
            found=f"{len(texts)} lines, {len(pages)} pages", hint="A page needs a .box beside it",
        )  # fmt: skip

    def read(page: int) -> list[BoxChar]:
        image = pages[page]
        return [BoxChar(line, 0, 0, image.width, image.height, page, True) for line in texts]

    return BoxDocument(path.name, pages, read, text_path, content, in_reading_order=True)


def _image_beside(path: Path) -> Path:
    """Return the image of a box file."""
    if (found := image_beside(path)) is not None:
        return found
    raise InputError(
        "no image beside this box file", where=str(path),
        expected=f"{path.stem}.tif, .png or another image", hint="Name both: BoxViewer(image, boxes)",
    )  # fmt: skip
