"""Single glyphs: their images, and the spaces between them, beside those of the real ``text2image``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tessnb.commands import main
from tessnb.synthesis.boxes import Rect, TextBox
from tessnb.synthesis.glyphimages import glyph_images
from tests.synthesis.text2image import reference


def ours(folder: Path, text: Path, font: str, **flags: object) -> Path:
    base = folder / "ours"
    arguments = [f"--{name}={str(value).lower()}" for name, value in flags.items()]
    assert main(["text2image", f"--text={text}", f"--font={font}", f"--outputbase={base}", *arguments]) == 0
    return base


def test_glyph_images(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "text.txt"
    # The reference takes a box that is a tenth of the page higher than the one before for a new page.
    text.write_text("Hello, wide World\nfi ½ (a) 12.\n", encoding="utf-8")
    flags = {
        "xsize": 700,
        "ysize": 900,
        "output_individual_glyph_images": True,
        "glyph_resized_size": 28,
        "glyph_num_border_pixels_to_pad": 2,
    }
    theirs = reference(tmp_path, text, "DejaVu Serif", **flags)
    capfd.readouterr()
    mine = ours(tmp_path, text, "DejaVu Serif", **flags)
    found = sorted(tmp_path.glob("reference_*.jpg"))
    assert len(found) == len(list(tmp_path.glob("ours_*.jpg"))) > 15
    assert f"Total number of characters saved = {len(found)}" in capfd.readouterr().err
    for path in found:
        with Image.open(path) as one, Image.open(tmp_path / path.name.replace("reference", "ours")) as other:
            assert one.size == (32, 32)
            assert np.abs(np.array(one).astype(int) - np.array(other)).max() <= 1
    assert mine.with_suffix(".box").read_bytes() == theirs.with_suffix(".box").read_bytes()


def test_glyph_images_need_a_size(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Hello\n", encoding="utf-8")
    ours(tmp_path, text, "DejaVu Serif", xsize=700, ysize=300, output_individual_glyph_images=True)
    assert "ERROR: --glyph_resized_size must be positive" in capfd.readouterr().err
    assert not list(tmp_path.glob("*.jpg"))


def test_boxes_off_the_page_or_too_small_give_no_image() -> None:
    page = np.full((20, 20), 255, np.uint8)
    page[4:8, 4:6] = 0
    boxes = [Rect(4, 4, 2, 4), Rect(18, 4, 4, 4), Rect(1, 1, 1, 1), None]
    images = list(glyph_images(page, [TextBox("a", rect, 0) for rect in boxes], 4, 2))
    assert len(images) == 1
    assert (images[0] == 0).sum() == 16
    assert images[0].shape == (8, 8)


@pytest.mark.parametrize("font", ["DejaVu Serif", "FreeSans"])
def test_font_properties(font: str, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("To AV We To fi ff AT AV Wa Ty Te a. P, 11 ix é. x\n" * 3, encoding="utf-8")
    flags = {"xsize": 500, "ysize": 260, "only_extract_font_properties": True}
    theirs = reference(tmp_path, text, font, **flags)
    mine = ours(tmp_path, text, font, **flags)
    assert mine.with_suffix(".fontinfo").read_bytes() == theirs.with_suffix(".fontinfo").read_bytes()
    assert not mine.with_suffix(".tif").exists()
