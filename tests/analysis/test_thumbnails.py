"""Image files as pictures that fit."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tessnb.analysis.thumbnails import file_thumbnail
from tessnb.errors import FormatError


def encoded(width: int, height: int, kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width), 200, np.uint8)).save(file, kind)
    return file.getvalue()


def test_a_png_that_fits_stays_as_it_is() -> None:
    data = encoded(90, 40, "PNG")
    assert file_thumbnail(data, "a", height=40, width=90) is data


@pytest.mark.parametrize(("kind", "size"), [("PNG", (45, 20)), ("TIFF", (45, 20)), ("BMP", (45, 20))])
def test_others_are_made_to_fit(kind: str, size: tuple[int, int]) -> None:
    data = file_thumbnail(encoded(90, 40, kind), "a", height=20, width=90)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", size)


def test_what_is_no_image_is_told() -> None:
    with pytest.raises(FormatError, match="line 3"):
        file_thumbnail(b"nothing", "line 3", height=20, width=20)
