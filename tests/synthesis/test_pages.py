"""Pages and boxes beside those of the real ``text2image``."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tessnb.formats.boxfile import BoxChar
from tessnb.synthesis.finding import find_font
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import PageRenderer, page_boxes
from tests.conftest import HERE
from tests.synthesis.text2image import FONTS_DIR, assert_alike, compare, text_lines

ENGLISH = HERE / "data" / "english.txt"
FONTS = (
    "DejaVu Sans",
    "DejaVu Serif",
    "Liberation Sans",
    "Liberation Serif",
    "FreeSerif",
    "Liberation Sans Narrow Bold Condensed",
)


def training_text(language: str) -> Path:
    """A language's training text, or the small English one where the test data is missing."""
    folder = os.environ.get("TESSNB_TEST_DATA")
    return Path(folder) / f"langdata/{language}/{language}.training_text" if folder else ENGLISH


@pytest.fixture(scope="module")
def flowing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English training text as one paragraph, so that every line break is chosen."""
    path = tmp_path_factory.mktemp("text") / "flowing.txt"
    path.write_text(training_text("eng").read_text(encoding="utf-8").replace("\n", " "), encoding="utf-8")
    return path


@pytest.mark.parametrize("font", FONTS)
def test_training_text(font: str, tmp_path: Path) -> None:
    """The tutorial's text as the tutorial renders it: noise, rotation and all."""
    result = compare(tmp_path, training_text("eng"), font, xsize=3600, leading=32)
    assert_alike(result, font)


@pytest.mark.parametrize("font", FONTS[:2])
def test_default_settings(font: str, flowing: Path, tmp_path: Path) -> None:
    """No settings at all, and a text whose lines are broken at the margin."""
    assert_alike(compare(tmp_path, flowing, font), font)


@pytest.mark.parametrize("language", ["deu", "fra"])
def test_other_languages(language: str, tmp_path: Path) -> None:
    """Accents and other punctuation. The reference forgets a line end behind a line of two characters."""
    result = compare(tmp_path, training_text(language), "Noto Sans Bold Italic", xsize=1800)
    theirs, ours = "".join(text_lines(result.their_boxes)), "".join(text_lines(result.our_boxes))
    assert ours == theirs
    assert result.wrong_pixels <= 1e-4
    missed = len(text_lines(result.our_boxes)) - len(text_lines(result.their_boxes))
    assert 0 <= missed <= 0.05 * len(text_lines(result.our_boxes))


@pytest.mark.parametrize(
    "settings",
    [
        {"exposure": -2},
        {"exposure": 1},
        {"exposure": 2},
        {"exposure": 3},
        {"rotate_image": False},
        {"degrade_image": False},
        {"char_spacing": 0.3},
        {"ligatures": True},
        {"box_padding": 3},
        {"margin": 30, "ptsize": 9, "resolution": 200, "leading": 0},
        {"underline_start_prob": 0.3, "underline_continuation_prob": 0.5},
        {"max_pages": 1},
    ],
    ids=lambda settings: next(iter(settings)) + f"={next(iter(settings.values()))}",
)
def test_settings(settings: dict[str, object], flowing: Path, tmp_path: Path) -> None:
    result = compare(tmp_path, flowing, "FreeSerif", **{"xsize": 1300, "ysize": 1500, **settings})
    assert_alike(result, str(settings))


def test_word_boxes(flowing: Path, tmp_path: Path) -> None:
    """A word that is broken at a hyphen gets a line end; the reference says it is on page 0."""
    result = compare(tmp_path, flowing, "Liberation Serif", xsize=1500, ysize=1200, output_word_boxes=True)
    pages = [[box.page for box in boxes] for boxes in (result.their_boxes, result.our_boxes)]
    assert pages[0] == pages[1] != sorted(pages[0])
    assert_alike(result, "words")


@pytest.mark.parametrize(("ptsize", "resolution"), [(8, 200), (11, 250)])
def test_sizes_that_are_no_whole_pixels(ptsize: int, resolution: int, tmp_path: Path) -> None:
    """This font's descent is 1.26 em: a whole number of pixels, but for the rounding."""
    text = tmp_path / "text"
    text.write_text("ကခဂ\n" * 9, "utf-8")
    settings = {"xsize": 900, "ysize": 900, "leading": 0, "ptsize": ptsize, "resolution": resolution}
    result = compare(tmp_path, text, "Noto Serif Myanmar", **settings)
    assert_alike(result, str(settings))
    assert result.box_differences().max() == 0


#: The reference writes an empty box file for a text that begins with a space.
AWKWARD = (
    "Here it begins.\n   Leading spaces,  two  spaces,\tand a tab\tor two.\n\n"
    "A blank line above; a line that ends in spaces   \n"
    "co\u00adoper\u00adation and un\u00adbe\u00adliev\u00adable"
    " soft hyphens, non\u2011breaking\u00a0space, zero\u200bwidth\n"
    "http://example.org/a/very/long/path/that/may/be/broken?at=slashes&or=not (and) [brackets] {too}\n"
    "Pneumonoultramicroscopicsilicovolcanoconiosis-Pneumonoultramicroscopicsilicovolcanoconiosis\n"
    "e\u0301 o\u0308 combining; fi fl ffi ligatures; “quotes” ‘single’ – dashes — and … dots ½ × ±1 §5\n"
    "1,000.00-2,000 3/4 50% $5 a/b and/or C++ #1 @home A&B x=y <tag> |pipe| ~tilde _under_ ^caret`\r\n"
)


@pytest.mark.parametrize("xsize", [400, 700, 1300])
def test_awkward_text(xsize: int, tmp_path: Path) -> None:
    """Tabs, soft hyphens, words wider than the page: the same glyphs at the same places."""
    text = tmp_path / "awkward.txt"
    text.write_text(AWKWARD, encoding="utf-8")
    flags = {"xsize": xsize, "ysize": 2400, "margin": 40, "degrade_image": False}
    result = compare(tmp_path, text, "DejaVu Serif", **flags)
    ours, theirs = ("".join(text_lines(boxes)) for boxes in (result.our_boxes, result.their_boxes))
    assert ours.replace(" ", "") == theirs.replace(" ", "")
    assert result.wrong_pixels <= 1e-4


def test_unrenderable_words_are_stripped(tmp_path: Path) -> None:
    text = tmp_path / "mixed.txt"
    text.write_text("Hello Жук wörld 漢字 test ☃ end\nsecond line\n", encoding="utf-8")
    result = compare(tmp_path, text, "Caladea", xsize=1200, ysize=600)
    assert_alike(result, "stripped")
    assert result.ours[0].stripped == ["Жук", "漢字", "☃"]
    dropped = compare(tmp_path, text, "Caladea", xsize=1200, ysize=600, strip_unrenderable_words=False)
    assert_alike(dropped, "dropped")
    assert dropped.ours[0].dropped == 6


def ink_beyond(image: np.ndarray, boxes: list[BoxChar], slack: int, blur: int) -> tuple[float, float]:
    """Share of the ink over `blur` away from all boxes; of boxes with a side over `slack` off ink."""
    ink = image == 0
    covered, loose = np.zeros_like(ink), 0
    height = len(ink)
    for box in boxes:
        covered[height - box.top - blur : height - box.bottom + blur, box.left - blur : box.right + blur] = (
            True
        )
        inside = np.argwhere(ink[height - box.top : height - box.bottom, box.left : box.right])
        if not len(inside):
            loose += 1
            continue
        size = np.array([box.top - box.bottom, box.right - box.left])
        gaps = np.concatenate([inside.min(axis=0), size - 1 - inside.max(axis=0)])
        loose += gaps.max() > slack
    return (ink & ~covered).sum() / ink.sum(), loose / len(boxes)


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("degraded", [False, True], ids=["clean", "degraded"])
def test_boxes_lie_around_their_ink(font: str, degraded: bool) -> None:
    """All ink is inside a box, and every box closes around ink; blurring spreads ink by a pixel or two."""
    found = find_font(font, FONTS_DIR)
    options = RenderOptions(xsize=2600, ysize=1200, leading=32, max_pages=1, degrade_image=degraded)
    (page,) = PageRenderer(found.path, found.index, options).pages(training_text("eng").read_text("utf-8"))
    boxes = [box for box in page_boxes([page], options.ysize) if box.text not in (" ", "\t")]
    outside, loose = ink_beyond(page.image, boxes, slack=2, blur=2 if degraded else 0)
    print(f"{font}: {outside:.5f} of the ink outside all boxes, {loose:.4f} of the boxes loose")
    assert outside <= 5e-4
    assert loose <= 0.005


def test_every_grapheme_is_present() -> None:
    text = training_text("eng").read_text("utf-8")
    found = find_font("DejaVu Sans", FONTS_DIR)
    options = RenderOptions(degrade_image=False)
    pages = list(PageRenderer(found.path, found.index, options).pages(text))
    boxes = page_boxes(pages, options.ysize)
    assert "".join(box.text for box in boxes).split() == text.split()
    assert text_lines(boxes) == [line.strip() for line in text.splitlines()]
