"""Short training lines: the first words of the English set's lines, quick to train on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tessnb.formats.lstmf import Document, ImageData
from tessnb.lines import TrainingLine
from tests.conftest import EnglishSet, run_tool

#: A network that trains in milliseconds.
TINY_NET = "[1,36,0,1 Ct3,3,4 Mp3,3 Lfys8 Lfx16 O1c1]"

_CHARACTERS = 9
_LINES = 8


def shorten(page: ImageData) -> TrainingLine:
    """Keep the first characters of a line."""
    line = TrainingLine.from_image_data(page)
    count = min(_CHARACTERS, len(line.boxes) - 1)
    while line.box_texts[count - 1].isspace():
        count -= 1
    right = int(line.boxes[count - 1][2]) + 4
    texts = line.box_texts[:count]
    return TrainingLine(
        line.image[:, :right], "".join(texts), line.boxes[:count], texts, source=line.source, language="eng"
    )


@dataclass(frozen=True)
class ShortSet:
    """Documents of short lines.

    `folder` holds a ``.lstmf`` per training font; ``list`` names them; ``odd.lstmf`` has usable lines and one
    of every kind that is skipped or inverted, ``list.odd`` names it; ``base_checkpoint`` and ``log`` are what
    the real ``lstmtraining`` leaves after 120 iterations.
    """

    folder: Path
    english: EnglishSet

    @property
    def starter(self) -> Path:
        return self.english.starter

    @property
    def list(self) -> Path:
        return self.folder / "list"

    @property
    def odd_list(self) -> Path:
        return self.folder / "list.odd"

    @property
    def documents(self) -> list[Path]:
        return [self.folder / f"{font.replace(' ', '_')}.lstmf" for font in self.english.training_fonts]

    @property
    def checkpoint(self) -> Path:
        return self.folder / "base_checkpoint"

    def lines(self) -> list[TrainingLine]:
        """The lines in memory, in the order of round robin."""
        documents = [Document.read(path).pages for path in self.documents]
        pages = [page for pages in zip(*documents, strict=True) for page in pages]
        return [TrainingLine.from_image_data(page) for page in pages if page is not None]


def _odd_pages(line: TrainingLine) -> list[ImageData]:
    def page(image: np.ndarray | None = None, text: str | None = None, *, boxes: bool = True) -> ImageData:
        made = TrainingLine(
            line.image if image is None else image, "x", line.boxes if boxes else line.boxes[:0], ["x"]
        ).to_image_data()
        made.transcription, made.language = line.transcription if text is None else text, "eng"
        return made

    height, width = line.image.shape[:2]
    return [
        page(),
        page(text="Amжrican"),
        page(text=""),
        page(text=" "),
        page(text="and so on " * 12),
        page(np.full((120, 2), 255, np.uint8)),
        page(np.tile(line.image, (1, 1 + 130 * height // width))),
        page(boxes=False),
        page(255 - line.image, boxes=False),
        page(255 - line.image),
        page(text="ﬁne"),
    ]


def _make(folder: Path, english: EnglishSet) -> None:
    short = ShortSet(folder, english)
    for font, path in zip(english.training_fonts, short.documents, strict=True):
        pages = Document.read(english.file(font, ".lstmf")).pages[:_LINES]
        Document([shorten(page).to_image_data() for page in pages if page]).write(path)
    short.list.write_text("".join(f"{path}\n" for path in short.documents))
    first = Document.read(short.documents[0]).pages[0]
    assert first is not None
    Document(_odd_pages(TrainingLine.from_image_data(first))).write(folder / "odd.lstmf")
    short.odd_list.write_text(f"{folder / 'odd.lstmf'}\n")
    flags = ["--traineddata", short.starter, "--train_listfile", short.list, "--net_spec", TINY_NET]
    flags += ["--learning_rate", "0.01", "--max_iterations", "120", "--model_output", "base"]
    log = run_tool("lstmtraining", *flags, cwd=folder)
    (folder / "log").write_text(log.stdout + log.stderr)


@pytest.fixture(scope="session")
def short(once: Callable[[str, Callable[[Path], None]], Path], english: EnglishSet) -> ShortSet:
    """Documents of short lines and a real checkpoint trained on them; see `ShortSet`."""
    return ShortSet(once("short", lambda folder: _make(folder, english)), english)
