"""The real ``text2image`` and ours on the same input, and how far apart they are."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from tessnb.formats.boxfile import BoxChar, boxes_from_bytes, boxes_to_bytes, read_boxes
from tessnb.synthesis.finding import find_font
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import Page, PageRenderer, page_boxes
from tests.conftest import run_tool

FONTS_DIR = "/usr/share/fonts"


@cache
def _font_cache() -> tempfile.TemporaryDirectory[str]:
    """A folder that keeps what fontconfig finds out about the fonts, for all runs."""
    return tempfile.TemporaryDirectory()


def reference(folder: Path, text: Path, font: str, **flags: object) -> Path:
    """Run ``text2image``; the result is the path of its files without their suffixes."""
    base = folder / "reference"
    arguments = [f"--{name}={str(value).lower()}" for name, value in flags.items()]
    common = [f"--fonts_dir={FONTS_DIR}", f"--fontconfig_tmpdir={_font_cache().name}", f"--outputbase={base}"]
    run_tool("text2image", *common, f"--font={font}", f"--text={text}", *arguments)
    return base


def read_tiff(path: Path) -> list[np.ndarray]:
    """The pages of a file as uint8 arrays: 0 ink, 255 paper."""
    pages = []
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            pages.append(np.array(image.convert("L")))
    return pages


def text_lines(boxes: list[BoxChar]) -> list[str]:
    """The texts of the lines that boxes make up."""
    return "".join(box.text for box in boxes).split("\t")


@dataclass
class Comparison:
    """Our pages beside the reference's."""

    theirs: list[np.ndarray]
    their_boxes: list[BoxChar]
    ours: list[Page]
    our_boxes: list[BoxChar]

    @property
    def wrong_pixels(self) -> float:
        """Pixels that differ, for each pixel of ink."""
        pairs = list(zip(self.theirs, self.ours, strict=True))
        return sum((a != b.image).sum() for a, b in pairs) / sum((a == 0).sum() for a, _ in pairs)

    @property
    def same_lines(self) -> float:
        """Share of the reference's lines that we have, at the same place and with the same text."""
        theirs, ours = text_lines(self.their_boxes), text_lines(self.our_boxes)
        return sum(a == b for a, b in zip(theirs, ours, strict=False)) / max(len(theirs), len(ours))

    def box_differences(self) -> np.ndarray:
        """Largest difference of a box's four sides from its partner's, in pixels, for every box."""
        pairs = zip(self.their_boxes, self.our_boxes, strict=True)
        sides = [
            (a.left - b.left, a.bottom - b.bottom, a.right - b.right, a.top - b.top, a.page - b.page)
            for a, b in pairs
        ]
        return np.abs(np.array(sides)).max(axis=1)


def compare(folder: Path, text: Path, font: str, **flags: object) -> Comparison:
    """Render `text` with both; `flags` are those of ``text2image`` and fields of `RenderOptions`."""
    base = reference(folder, text, font, **flags)
    options = RenderOptions(**flags)  # type: ignore[arg-type]
    found = find_font(font, FONTS_DIR)
    renderer = PageRenderer(found.path, found.index, options, guess_lines=True)
    pages = list(renderer.pages(text.read_text(encoding="utf-8")))
    written = boxes_from_bytes(boxes_to_bytes(page_boxes(pages, options.ysize, guess_lines=True)))
    return Comparison(
        read_tiff(base.with_suffix(".tif")), read_boxes(base.with_suffix(".box")), pages, written
    )


def assert_alike(comparison: Comparison, name: str) -> None:
    """Same lines, graphemes and order; boxes within a pixel; pages equal but for single pixels."""
    theirs, ours = comparison.their_boxes, comparison.our_boxes
    assert [box.text for box in ours] == [box.text for box in theirs]
    assert comparison.same_lines == 1.0
    apart = comparison.box_differences()
    print(
        f"{name}: {len(theirs)} boxes, {(apart == 0).mean():.2%} identical, largest difference "
        f"{apart.max()} px; pixels differing per pixel of ink: {comparison.wrong_pixels:.6f}"
    )
    assert apart.max() <= 1
    assert (apart == 0).mean() >= 0.99
    assert comparison.wrong_pixels <= 1e-4
