"""``--only scripts``: rendered pages beside Debian's, in ten languages and two fonts each, read by one model.

For each language a text goes through both ``text2image``, with noise and rotation; the pages, the boxes and
their order are compared, and the real ``tesseract`` reads both pages with the language's own model. `lines`
is the share of the reference's lines that ours has with the same graphemes in the same order; `boxes` the
share of boxes that are the same to the pixel; `pixels` the pixels that differ, per pixel of ink.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from tessnb.synthesis.coverage import strip_unrenderable
from tessnb.synthesis.face import FontFace
from tessnb.synthesis.finding import find_font
from tessnb.synthesis.tiff import write_tiff
from tests.bench.rows import Bench, Row
from tests.bench.texts import locale_text
from tests.conftest import run_tool
from tests.synthesis.text2image import Comparison, compare

__all__ = ["FONTS", "ScriptResult", "compare_language", "scripts"]

#: Two fonts of Debian's for each language.
FONTS = {
    "eng": ("DejaVu Sans", "Liberation Serif"),
    "deu": ("DejaVu Serif", "Noto Sans"),
    "fra": ("FreeSerif", "Noto Serif Italic"),
    "heb": ("FreeSerif", "Noto Sans Hebrew"),
    "ara": ("Noto Naskh Arabic", "DejaVu Sans"),
    "hin": ("Noto Sans Devanagari", "FreeSerif"),
    "kor": ("Noto Sans CJK KR", "Noto Serif CJK KR Bold"),
    "chi_sim": ("Noto Sans CJK SC", "Noto Serif CJK SC"),
    "tha": ("Noto Sans Thai", "Noto Looped Thai"),
    "khm": ("Noto Sans Khmer", "Noto Serif Khmer"),
}
_CHARACTERS = 1500
_PAGE = {"xsize": 2400, "ysize": 3000, "leading": 32, "max_pages": 1}


@dataclass(frozen=True)
class ScriptResult:
    """How a language's page compares.

    Attributes
    ----------
    language, font : str
    lines, boxes, pixels : float
        Shares, see the module.
    our_error, their_error : float
        Characters that are wrong when the page is read, per character of the text.
    """

    language: str
    font: str
    lines: float
    boxes: float
    pixels: float
    our_error: float
    their_error: float


def _text(language: str, font: str) -> str:
    """Return a text that the font can draw: langdata's training text, or what ICU says in the language."""
    folder = os.environ.get("TESSNB_TEST_DATA")
    path = Path(folder or "/nonexistent") / "langdata" / language / f"{language}.training_text"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else locale_text(language)
    found = find_font(font)
    kept, _ = strip_unrenderable(FontFace(found.path, found.index), "\n".join(lines)[: 4 * _CHARACTERS])
    words = [" ".join(line.split()) for line in kept.splitlines()]
    text = ""
    for line in words:
        if len(line) > 3 and len(text) < _CHARACTERS:
            text += line + "\n"
    return text


def _error(image: Path, language: str, text: str) -> float:
    read = run_tool("tesseract", image, "-", "-l", language, "--psm", "6").stdout
    truth, found = " ".join(text.split()), " ".join(read.split())
    return float(Levenshtein.distance(truth, found)) / len(truth)


def compare_language(language: str, font: str, folder: Path) -> ScriptResult:
    """Render and read one page with both sides."""
    folder.mkdir(parents=True)
    path = folder / "text.txt"
    path.write_text(_text(language, font), encoding="utf-8")
    result: Comparison = compare(folder, path, font, **_PAGE)
    write_tiff(folder / "ours.tif", [page.image for page in result.ours])
    shown = "".join(page.text for page in result.ours)
    same = [a == b for a, b in zip(result.their_boxes, result.our_boxes, strict=False)]
    return ScriptResult(
        language,
        font,
        result.same_lines,
        sum(same) / max(len(result.their_boxes), len(result.our_boxes)),
        result.wrong_pixels,
        _error(folder / "ours.tif", language, shown),
        _error(folder / "reference.tif", language, shown),
    )


def scripts(bench: Bench) -> Iterator[Row]:
    """Compare every language in its fonts."""
    folder = bench.empty_folder("scripts")
    for language, fonts in FONTS.items():
        for number, font in enumerate(fonts):
            row = compare_language(language, font, folder / f"{language}-{number}")
            ours, theirs = 100 * row.our_error, 100 * row.their_error
            alike = f"alike: {row.lines:.1%} of lines, {row.boxes:.2%} of boxes"
            note = f"{alike}; pixels that differ, per pixel of ink: {row.pixels:.6f}"
            yield Row(f"{language}, {font}: wrong when read", "% of characters", ours, theirs, note=note)
