"""Square images of single glyphs, cut out of a page (``text2image --output_individual_glyph_images``).

Source: ``src/training/text2image.cpp`` (``MakeIndividualGlyphs``), Leptonica's ``pixScaleBinary``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from tessnb.synthesis.boxes import Rect, TextBox

__all__ = ["glyph_images"]


def glyph_images(
    page: np.ndarray, boxes: Iterable[TextBox], size: int, border: int = 0
) -> Iterator[np.ndarray]:
    """Yield the image of each box that lies on a page, scaled to a square.

    Parameters
    ----------
    page : ndarray, shape=(height, width), dtype=uint8
        0 ink, 255 paper.
    boxes : iterable of TextBox
    size : int
        Side of the square in pixels.
    border : int
        White pixels around it. A box that is smaller than that in both directions gives no image.

    Yields
    ------
    ndarray, shape=(size + 2 * border, size + 2 * border), dtype=uint8
        0 ink, 255 paper.
    """
    for box in boxes:
        rect = box.rect
        if rect is not None and _is_inside(rect, page) and not (rect.width < border and rect.height < border):
            rows, columns = (_sampled(length, size) for length in (rect.height, rect.width))
            cut = page[rect.y : rect.bottom, rect.x : rect.right]
            yield np.pad(cut[np.ix_(rows, columns)], border, constant_values=255)


def _is_inside(rect: Rect, page: np.ndarray) -> bool:
    return min(rect.x, rect.y) >= 0 and rect.right <= page.shape[1] and rect.bottom <= page.shape[0]


def _sampled(length: int, size: int) -> np.ndarray:
    """Return which of `length` pixels each of `size` is a copy of."""
    ratio = np.float32(length) / np.float32(size)
    places = (ratio * np.arange(size, dtype=np.float32)).astype(np.float64) + 0.5
    return np.minimum(places.astype(np.int64), length - 1)
