"""Pages seen from aside, and their boxes."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.kernels.degrading import project
from tessnb.network.random import TRand
from tessnb.synthesis.boxes import Rect, TextBox
from tessnb.synthesis.finding import find_font
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import PageRenderer
from tessnb.synthesis.perspective import Perspective
from tests.naive import degrading as naive


def test_as_its_slow_twin() -> None:
    page = np.random.default_rng(4).integers(0, 256, (40, 53), dtype=np.uint8)
    out = np.empty_like(page)
    coefficients = np.array([1.21, 0.07, -3.3, 0.11, 0.93, 2.7, 0.0011, -0.0007])
    project(page, coefficients, out)
    assert np.abs(out.astype(int) - naive.project(page, coefficients)).max() == 0


@pytest.mark.parametrize("seed", range(1, 9))
def test_boxes_follow_the_image(seed: int) -> None:
    """The ink of a black rectangle fills its moved box, to a pixel or two."""
    view = Perspective.drawn(400, 300, TRand(seed))
    assert (view.corners >= 0).all()
    assert (view.corners <= (400, 300)).all()
    for rect in (Rect(30, 20, 60, 25), Rect(250, 200, 80, 40)):
        page = np.full((300, 400), 255, np.uint8)
        page[rect.y : rect.bottom, rect.x : rect.right] = 0
        (box,) = view.boxes([TextBox("a", rect, 0)])
        rows, columns = np.nonzero(view.image(page) < 128)
        assert box.rect is not None
        assert abs(columns.min() - box.rect.x) <= 2
        assert abs(columns.max() + 1 - box.rect.right) <= 2
        assert abs(rows.min() - box.rect.y) <= 2
        assert abs(rows.max() + 1 - box.rect.bottom) <= 2
    assert view.boxes([TextBox(" ", None, 0)]) == [TextBox(" ", None, 0)]


def test_pages_of_text() -> None:
    """Only with other distortion; every box has ink, and all ink is in a box."""
    font = find_font("DejaVu Sans")
    settings = {"xsize": 700, "ysize": 500, "leading": 30, "degrade_image": False, "invert": False}
    plain, alone, both = (
        next(PageRenderer(font.path, font.index, RenderOptions(**settings, **more)).pages("Sphinx of quartz"))
        for more in ({}, {"perspective": True}, {"perspective": True, "distort_image": True})
    )
    np.testing.assert_array_equal(plain.image, alone.image)
    assert plain.boxes == alone.boxes
    assert [box.text for box in both.boxes] == [box.text for box in plain.boxes]
    assert both.boxes != plain.boxes
    rest = both.image.copy()
    for box in both.boxes:
        if box.rect is not None:
            inside = rest[box.rect.y - 2 : box.rect.bottom + 2, box.rect.x - 2 : box.rect.right + 2]
            assert (inside == 0).any()
    for box in both.boxes:
        if box.rect is not None:
            rest[box.rect.y - 2 : box.rect.bottom + 2, box.rect.x - 2 : box.rect.right + 2] = 255
    assert (rest == 255).all()
