"""Where training lines come from: `.lstmf` documents, lists of them, images with texts, boxes or layouts.

Lines are read when asked for: a sequence of a million lines costs the memory of its index.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from tessnb.errors import FormatError, InputError
from tessnb.files import read_bytes
from tessnb.formats.lstmf_file import DocumentFile
from tessnb.lines.cutting import box_path_of, cut_file
from tessnb.lines.images import IMAGE_SUFFIXES, read_image
from tessnb.lines.imports import LAYOUT_SUFFIXES, read_layout
from tessnb.lines.lazy import LazyLines
from tessnb.lines.line import TrainingLine

__all__ = [
    "DocumentLines",
    "ImageTextLines",
    "Source",
    "TrainingLines",
    "find_image_text_pairs",
    "find_sources",
    "image_beside",
    "open_lines",
    "read_image_text",
    "read_list",
    "state_of",
    "text_path_of",
]

_TEXT_SUFFIX = ".gt.txt"
_VARIANTS = (".bin", ".nrm", ".raw")


def read_list(path: str | os.PathLike[str]) -> list[str]:
    """Read a list of file names, one a line, as ``lstmtraining --train_listfile`` takes it.

    Raises
    ------
    InputError
        If there is no such file, it names no file, it has Windows line ends, or it is itself an `.lstmf`.
    """
    data = read_bytes(path)
    if b"\0" in data:
        raise InputError(
            "not a list of files", where=str(path), found="binary data", expected="one file name a line",
            hint="An .lstmf file cannot stand for a list: write its name into a text file",
        )  # fmt: skip
    if b"\r" in data:
        raise InputError(
            "a list with Windows line ends", where=str(path), found="CRLF", expected="LF",
            hint=f"Convert it, for example with: sed -i 's/\\r$//' {path}",
        )  # fmt: skip
    names = [name for name in data.decode("utf-8", "surrogateescape").split("\n") if name]
    if not names:
        raise InputError("an empty list", where=str(path), expected="one .lstmf file a line")
    return names


def read_image_text(
    image_path: str | os.PathLike[str],
    text_path: str | os.PathLike[str] | None = None,
    *,
    language: str = "",
    font: str = "",
) -> TrainingLine:
    """Read one line image and its transcription.

    Parameters
    ----------
    image_path : path
        An image of one line.
    text_path : path, optional
        Its transcription in UTF-8; by default the ``.gt.txt`` beside the image.
    language, font : str
        Passed on to the line.

    Raises
    ------
    InputError
        If a file is missing, or the transcription is empty or has several lines.
    FormatError
        If the image is damaged or the transcription is not UTF-8.
    """
    text_path = text_path_of(Path(image_path)) if text_path is None else text_path
    try:
        text = read_bytes(text_path).decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise FormatError(
            "a transcription that is not UTF-8", where=str(text_path), found=str(error)
        ) from None
    if not text.strip():
        raise InputError("an empty transcription", where=str(text_path))
    if "\n" in text:
        raise InputError(
            "a transcription of several lines", where=str(text_path), found=f"{text.count(chr(10)) + 1} lines"
        )
    image = read_image(image_path, upright=True)
    return TrainingLine(
        image.pixels,
        text,
        box_texts=[text],
        source=os.fspath(image_path),
        language=language,
        font=font,
        resolution=image.resolution,
    )


def find_image_text_pairs(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the images below a folder that have a ``.gt.txt`` beside them, sorted by name.

    Raises
    ------
    InputError
        If there is no such folder, or no pair in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder))
    images = (path for path in folder.rglob("*") if path.suffix.lower() in IMAGE_SUFFIXES)
    pairs = sorted(path for path in images if text_path_of(path).is_file())
    if not pairs:
        raise InputError(
            "no images with transcriptions", where=str(folder), expected="NAME.png and NAME.gt.txt"
        )
    return pairs


class DocumentLines(LazyLines):
    """The lines of one `.lstmf` file, decoded when asked for.

    Parameters
    ----------
    path : path
        The document.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._document = DocumentFile(path)

    def __len__(self) -> int:
        return len(self._document)

    def line(self, place: int) -> TrainingLine:
        """Decode a line."""
        page = self._document[place]
        if page is None:
            raise FormatError("a line without content", where=f"{self.path} line {place}")
        return TrainingLine.from_image_data(page, self.path, place)


class ImageTextLines(LazyLines):
    """Line images with transcriptions, read when asked for; see `read_image_text`.

    Parameters
    ----------
    image_paths : iterable of path
        The images; each has its ``.gt.txt`` beside it.
    language, font : str
        Passed on to the lines.
    """

    def __init__(
        self, image_paths: Iterable[str | os.PathLike[str]], *, language: str = "", font: str = ""
    ) -> None:
        self.image_paths = [os.fspath(path) for path in image_paths]
        self._kind = {"language": language, "font": font}

    def __len__(self) -> int:
        return len(self.image_paths)

    def line(self, place: int) -> TrainingLine:
        """Read an image and its transcription."""
        return read_image_text(self.image_paths[place], **self._kind)


class TrainingLines(LazyLines):
    """Training lines of several sources, one after the other.

    Parameters
    ----------
    parts : iterable of sequence of TrainingLine
        For example a list of rendered lines, and some `DocumentLines`.
    sources : iterable of path
        What `open_lines` opens as the same lines, if there is anything.
    """

    def __init__(
        self, parts: Iterable[Sequence[TrainingLine]], *, sources: Iterable[str | os.PathLike[str]] = ()
    ) -> None:
        self.parts = list(parts)
        self.sources = [os.path.abspath(source) for source in sources]
        self._starts = np.cumsum([0, *map(len, self.parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def line(self, place: int) -> TrainingLine:
        """Take a line of the part that it is in."""
        part = bisect_right(self._starts, place) - 1
        return self.parts[part][place - int(self._starts[part])]


def open_lines(*sources: str | os.PathLike[str]) -> TrainingLines:
    """Open training lines of any kind.

    Parameters
    ----------
    *sources : path
        Each an `.lstmf` document, an image with a ``.box`` or a ``.gt.txt`` beside it, a page as PAGE XML,
        ALTO or hOCR, a folder of images with ``.gt.txt`` or of such pages, or a list of any of these.

    Raises
    ------
    InputError
        If something is missing or of no known kind.
    """
    parts: list[Sequence[TrainingLine]] = []
    for kind, group in groupby(find_sources(*sources), key=lambda source: source.kind):
        paths = [source.path for source in group]
        parts += [ImageTextLines(paths)] if kind == "line" else map(_OPENERS[kind], paths)
    return TrainingLines(parts, sources=sources)


class Source(NamedTuple):
    """A file with training lines: a ``document``, the ``boxes`` or ``layout`` of a page, or a ``line``."""

    kind: Literal["document", "boxes", "layout", "line"]
    path: Path


_OPENERS: dict[str, Callable[[Path], Sequence[TrainingLine]]] = {
    "document": DocumentLines,
    "boxes": lambda path: cut_file(path).lines,
    "layout": lambda path: read_layout(path).lines,
}


def find_sources(*sources: str | os.PathLike[str]) -> Iterator[Source]:
    """Yield the files that `open_lines` opens, in its order; the parameters are the same.

    Of boxes and of the transcription of a line it is the image.

    Raises
    ------
    InputError
        If something is missing or of no known kind.
    """
    if not sources:
        raise InputError("no training lines named")
    for source in sources:
        yield from _sources_of(Path(source))


def state_of(source: Source) -> list[Any]:
    """Return what differs when a source is another one: its place, and its files' sizes and times of change.

    Of a page's layout these are looked at, not of its image.

    Raises
    ------
    InputError
        If a file is missing.
    """
    paths = [source.path]
    if source.kind == "boxes":
        paths.append(Path(box_path_of(source.path)))
    elif source.kind == "line":
        paths.append(text_path_of(source.path))
    try:
        stamps = [os.stat(path) for path in paths]
    except OSError as error:
        raise InputError("no such file", where=error.filename) from None
    return [source.kind, os.path.abspath(source.path), *((each.st_size, each.st_mtime_ns) for each in stamps)]


def _sources_of(path: Path) -> Iterator[Source]:
    suffix = path.suffix.lower()
    if path.is_dir():
        yield from _in_folder(path)
    elif suffix == ".lstmf":
        yield Source("document", path)
    elif suffix in LAYOUT_SUFFIXES:
        yield Source("layout", path)
    elif suffix not in IMAGE_SUFFIXES:
        for name in read_list(path):
            yield from _named(name, path)
    elif Path(box_path_of(path)).is_file():
        yield Source("boxes", path)
    elif text_path_of(path).is_file():
        yield Source("line", path)
    else:
        hint = f"Put {path.stem}.box or {path.stem}{_TEXT_SUFFIX} beside it"
        raise InputError("an image without boxes and without transcription", where=str(path), hint=hint)


def _in_folder(folder: Path) -> Iterator[Source]:
    pages = sorted(path for path in folder.rglob("*") if path.suffix.lower() in LAYOUT_SUFFIXES)
    layouts = [Source("layout", path) for path in pages if _is_layout(path)]
    try:
        yield from [Source("line", path) for path in find_image_text_pairs(folder)]
    except InputError:
        if not layouts:
            raise
    yield from layouts


def _is_layout(path: Path) -> bool:
    """Return whether a file is about a page; METS files and the like lie in the same folders."""
    beginning = read_bytes(path)[:65536]
    return any(mark in beginning for mark in (b"<PcGts", b":PcGts", b"<alto", b":alto", b"ocr_"))


def _named(name: str, where: Path) -> Iterator[Source]:
    path = Path(name)
    if not path.exists():
        raise InputError("no such file", where=f"{name}, named in {where}")
    if not path.is_dir() and path.suffix.lower() not in (".lstmf", *LAYOUT_SUFFIXES, *IMAGE_SUFFIXES):
        raise InputError("a list may not name such a file", where=f"{name}, named in {where}")
    return _sources_of(path)


def text_path_of(image_path: Path) -> Path:
    """Return the name of the transcription beside a line's image."""
    name = image_path.stem
    for variant in _VARIANTS:
        name = name.removesuffix(variant)
    return image_path.with_name(name + _TEXT_SUFFIX)


def image_beside(path: Path) -> Path | None:
    """Return the image that a ``.box`` or ``.gt.txt`` is about, or None if there is none beside it."""
    stem = path.name[: -len(_TEXT_SUFFIX)] if path.name.lower().endswith(_TEXT_SUFFIX) else path.stem
    ends = (*IMAGE_SUFFIXES, *(f"{variant}.png" for variant in _VARIANTS))
    return next((found for end in ends if (found := path.with_name(stem + end)).is_file()), None)
