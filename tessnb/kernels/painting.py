"""Glyph images onto a page."""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["paint"]


@numba.njit(nogil=True, cache=True)
def paint(
    page: np.ndarray,
    atlas: np.ndarray,
    offsets: np.ndarray,
    sizes: np.ndarray,
    which: np.ndarray,
    at: np.ndarray,
) -> None:
    """Darken `page` by glyph images; what overlaps adds up, and what lies outside is cut off.

    Parameters
    ----------
    page : ndarray of uint8, shape (height, width)
        255 is white.
    atlas : ndarray of uint8, shape (total,)
        Coverage of all images, rows one after another.
    offsets : ndarray of int64, shape (images,)
        Where each image begins in `atlas`.
    sizes : ndarray of int64, shape (images, 2)
        Rows and columns.
    which : ndarray of int64, shape (n,)
        The image of each glyph.
    at : ndarray of int64, shape (n, 2)
        Row and column of its upper left corner.
    """
    height, width = page.shape
    for k in range(len(which)):
        image = which[k]
        rows, columns = sizes[image, 0], sizes[image, 1]
        top, left, start = at[k, 0], at[k, 1], offsets[image]
        for i in range(max(0, -top), min(rows, height - top)):
            for j in range(max(0, -left), min(columns, width - left)):
                ink = np.int32(atlas[start + i * columns + j])
                if ink:
                    page[top + i, left + j] = max(0, np.int32(page[top + i, left + j]) - ink)
