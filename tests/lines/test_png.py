"""Our PNG files are Leptonica's, byte for byte."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tessnb.lines._png import encode_png
from tests.lines.leptonica import Pix


@pytest.mark.parametrize("width", [1, 2, 13, 200, 1500])
@pytest.mark.parametrize("height", [1, 2, 31, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_same_bytes(width: int, height: int, channels: int) -> None:
    random = np.random.default_rng(width * height)
    noise = random.integers(0, 256, (height, width, channels), np.uint8)
    strokes = np.where(np.repeat(noise[:1] > 99, height, axis=0), 255, noise // 128).astype(np.uint8)
    for image in (noise, strokes, np.full_like(noise, 255)):
        image = image if channels == 3 else image[..., 0]
        for resolution in ((0, 0), (300, 300), (72, 96)):
            data = encode_png(image, resolution)
            assert data == Pix.of(image).png(resolution)
            np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), image)
