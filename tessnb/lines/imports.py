"""Pages that other tools have transcribed → training lines: PAGE XML, ALTO and hOCR with their images."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tessnb.errors import FormatError, InputError
from tessnb.files import read_bytes
from tessnb.lines._markup import parse_html, parse_xml
from tessnb.lines.alto import parse_alto
from tessnb.lines.cutting import Cut, DroppedLine, check_amount
from tessnb.lines.hocr import parse_hocr
from tessnb.lines.images import IMAGE_SUFFIXES, PageImage, read_pages
from tessnb.lines.layout import LayoutLine, LayoutPage
from tessnb.lines.line import TrainingLine
from tessnb.lines.page_xml import parse_page_xml
from tessnb.lines.straightening import cut_outline

__all__ = ["LAYOUT_SUFFIXES", "read_layout", "read_layout_file"]

LAYOUT_SUFFIXES = (".xml", ".hocr", ".html", ".xhtml")
"""How the names of files about pages end."""

_SAME_SHAPE = 0.01
#: No page is smaller, in whichever unit.
_LEAST = 1e-3


def read_layout_file(path: str | os.PathLike[str], *, text_index: int | None = None) -> list[LayoutPage]:
    """Read what a PAGE XML, ALTO or hOCR file says of its pages; which it is, its content tells.

    Parameters
    ----------
    path : path
        The file.
    text_index : int, optional
        Which of several transcriptions to take (PAGE's ``TextEquiv/@index``); by default the lowest.

    Raises
    ------
    InputError
        If there is no such file.
    FormatError
        If it is damaged, declares entities, or is of another kind.
    """
    where = os.fspath(path)
    data = read_bytes(path)
    if Path(path).suffix.lower() != ".xml" or b"<html" in data[:4096].lower():
        pages = parse_hocr(parse_html(data, where))
        if not any(page.lines for page in pages):
            raise FormatError("no lines of hOCR", where=where, expected="elements of the class ocr_line")
        return pages
    root = parse_xml(data, where)
    if root.name == "PcGts":
        return parse_page_xml(root, text_index)
    if root.name == "alto":
        return parse_alto(root, where)
    raise FormatError("of no known kind", where=where, found=root.name, expected="PcGts (PAGE), alto or html")


def read_layout(
    path: str | os.PathLike[str],
    image: str | os.PathLike[str] | None = None,
    *,
    text_index: int | None = None,
    mask: bool = True,
    language: str = "",
    font: str = "",
) -> Cut:
    """Cut the lines of transcribed pages.

    Parameters
    ----------
    path : path
        A PAGE XML, ALTO or hOCR file.
    image : path, optional
        The pages' image; by default the one that the file names, beside it or in the folder above, or one
        that is named like the file.
    text_index : int, optional
        Which of several transcriptions to take (PAGE's ``TextEquiv/@index``); by default the lowest.
    mask : bool
        Make everything outside of a line's polygon the colour of the paper.
    language, font : str
        Passed on to the lines.

    Returns
    -------
    Cut
        Lines in reading order, turned level by their baselines; and what could not be used, and why.

    Raises
    ------
    InputError
        If the image is missing, has another shape than the file says, or too few pages; or if the lines
        cover a page over and over.
    FormatError
        If a file is damaged.

    Notes
    -----
    Tesseract has no such import. Photographs are turned upright first (EXIF), as other tools show them.
    """
    layouts = read_layout_file(path, text_index=text_index)
    cut = Cut()
    places = [Path(image) if image is not None else _image_of(Path(path), layout) for layout in layouts]
    opened: tuple[Path | None, list[PageImage]] = None, []
    for place, layout in zip(places, layouts, strict=True):
        if opened[0] != place:
            opened = place, list(read_pages(place, upright=True))
        pages = opened[1]
        number = layout.number if places.count(place) > 1 or layout.number < len(pages) else 0
        if number >= len(pages):
            raise InputError(
                "an image with too few pages", where=str(place), found=len(pages), expected=number + 1
            )
        pixels = 0
        for line, picture in _cut(layout, pages[number], str(place), mask):
            if picture is None:
                cut.dropped.append(DroppedLine(line.text, layout.number, f"{line.name}: {line.problem}"))
                continue
            pixels += picture.size
            check_amount(pixels, pages[number], where=os.fspath(path))
            cut.lines.append(
                TrainingLine(
                    picture,
                    line.text,
                    box_texts=[line.text],
                    source=str(place),
                    page=number,
                    language=language,
                    font=font,
                    resolution=pages[number].resolution,
                    vertical=line.vertical,
                )
            )
        cut.pages += 1
    return cut


def _cut(
    layout: LayoutPage, page: PageImage, where: str, mask: bool
) -> Iterator[tuple[LayoutLine, np.ndarray | None]]:
    """Yield every line with its image, or None for one that cannot be used."""
    scale = _scale(layout, page, where)
    for line in layout.lines:
        outline, baseline = line.outline * scale, line.baseline * scale
        problem = line.problem
        if not problem and not _is_on_page(outline, page):
            problem = "its coordinates lie outside of the page"
        if problem:
            yield LayoutLine(line.text, outline, name=line.name or "a line", problem=problem), None
            continue
        yield (
            line,
            cut_outline(page.pixels, outline, baseline, angle=line.angle, vertical=line.vertical, mask=mask),
        )


def _scale(layout: LayoutPage, page: PageImage, where: str) -> float:
    """Return pixels per unit of the coordinates."""
    width, height = layout.size
    if not width or not height:
        if layout.unit:
            return layout.unit
        raise InputError(
            "coordinates in millimetres or inches on a page without a size", where=where,
            hint="The Page element needs WIDTH and HEIGHT",
        )  # fmt: skip
    across, along = (page.width / width, page.height / height) if min(width, height) >= _LEAST else (1.0, 0.0)
    if not along or abs(across / along - 1) > _SAME_SHAPE:
        raise InputError(
            "an image of another shape than its transcription", where=where,
            found=f"{page.width} x {page.height}", expected=f"{width:g} x {height:g}",
        )  # fmt: skip
    return (across + along) / 2


def _is_on_page(outline: np.ndarray, page: PageImage) -> bool:
    """Return whether there is anything of an outline on the page."""
    low = np.maximum(outline.min(axis=0), 0)
    high = np.minimum(outline.max(axis=0), (page.width, page.height))
    return bool((high - low >= 1).all())


def _image_of(path: Path, layout: LayoutPage) -> Path:
    """Return the image of a page: named in the file, or named like the file; beside it or one folder up."""
    named = layout.image_name.replace("\\", "/")
    names = [named, Path(named).name] if named else []
    stem = path.name.partition(".")[0]
    names += [f"{base}{suffix}" for base in dict.fromkeys((path.stem, stem)) for suffix in IMAGE_SUFFIXES]
    for folder in (path.parent, path.parent.parent):
        for name in names:
            if (folder / name).is_file():
                return folder / name
    raise InputError(
        "no image for this page", where=str(path), found=layout.image_name or None,
        expected=f"{Path(named).name or path.stem + '.png'} beside it", hint="Or name the image",
    )  # fmt: skip
