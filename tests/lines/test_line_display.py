"""What a training line looks like in a notebook."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tessnb.lines import TrainingLine


def test_a_line_shows_its_image_and_says_what_it_is() -> None:
    grey = np.arange(60, dtype=np.uint8).reshape(5, 12)
    line = TrainingLine(grey, "a “b”", font="DejaVu Sans")
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(line._repr_png_()))), grey)
    assert repr(line) == "<TrainingLine 'a “b”', 12 x 5, DejaVu Sans>"
    bits = TrainingLine(grey > 30, "")
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(bits._repr_png_()))) == 0, grey > 30)
    assert repr(bits) == "<TrainingLine '', 12 x 5>"
