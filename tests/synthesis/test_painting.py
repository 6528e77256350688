"""Glyph images onto a page, beside a slow twin."""

from __future__ import annotations

import numpy as np

from tessnb.kernels.painting import paint


def test_ink_adds_up_and_is_cut_off_at_the_edges() -> None:
    random = np.random.default_rng(2)
    sizes = np.array([(5, 7), (1, 40), (30, 3), (0, 0)], np.int64)
    areas = sizes.prod(axis=1)
    offsets = np.cumsum(areas) - areas
    atlas = random.integers(0, 256, areas.sum()).astype(np.uint8)
    which = random.integers(0, 4, 300)
    at = random.integers(-35, 70, (300, 2))
    page = random.integers(128, 256, (50, 60)).astype(np.uint8)
    wide = np.full((200, 200), 255)
    wide[60:110, 60:120] = page
    for image, (row, column) in zip(which, at, strict=True):
        tall, broad = sizes[image]
        ink = atlas[offsets[image] : offsets[image] + areas[image]].reshape(tall, broad)
        wide[60 + row : 60 + row + tall, 60 + column : 60 + column + broad] -= ink
    paint(page, atlas, offsets, sizes, which, at)
    np.testing.assert_array_equal(page, np.maximum(wide, 0)[60:110, 60:120])
    assert (page == 0).any()
