"""Group 4 pages beside those of the TIFF library inside Pillow, byte for byte."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from tessnb.synthesis.faxcodes import CODES, LENGTHS
from tessnb.synthesis.tiff import TiffPages


def strip(file: bytes) -> bytes:
    with TiffImageFile(io.BytesIO(file)) as image:
        (offset,), (size,) = image.tag_v2[273], image.tag_v2[279]
    return file[offset : offset + size]


def library_strip(page: np.ndarray) -> bytes:
    image = Image.fromarray(page).convert("1", dither=Image.Dither.NONE)
    file = io.BytesIO()
    image.save(file, "TIFF", compression="group4", strip_size=1 << 30, tiffinfo={262: 1})
    return strip(file.getvalue())


def our_strip(page: np.ndarray) -> bytes:
    file = TiffPages()
    file.add(page)
    data = file.to_bytes()
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.array(image.convert("L")), page)
    return strip(data)


@pytest.mark.parametrize("density", [0.0, 0.001, 0.02, 0.3, 0.9, 1.0])
def test_random_pages(density: float) -> None:
    random = np.random.default_rng(3)
    for width in (1, 7, 8, 9, 63, 500, 2999):
        page = np.where(random.random((12, width)) < density, 0, 255).astype(np.uint8)
        page[5:9] = page[4]  # equal rows, and one shifted by up to four
        page[10, 4:] = page[9, :-4] if width > 4 else page[10, 4:]
        assert our_strip(page) == library_strip(page)


def test_runs_of_every_length() -> None:
    for colour in (0, 255):
        lengths = [*range(66), *range(66, 5400, 97)]
        page = np.full((2 * len(lengths), 5500), 255 - colour, np.uint8)
        for number, length in enumerate(lengths):
            page[2 * number, 3 : 3 + length] = colour
            page[2 * number + 1, 40:] = colour
        assert our_strip(page) == library_strip(page)


def test_no_code_begins_another() -> None:
    for codes, lengths in zip(CODES, LENGTHS, strict=True):
        words = sorted(f"{code:0{length}b}" for code, length in zip(codes, lengths, strict=True))
        assert not any(after.startswith(before) for before, after in pairwise(words))
