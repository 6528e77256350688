"""Glyph images onto a page."""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import OPTIONS

__all__ = ["paint"]


@numba.njit(**OPTIONS)
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
        first, behind = max(0, -left), min(columns, width - left)
        for i in range(max(0, -top), min(rows, height - top)):
            ink, paper = atlas[start + i * columns + first :], page[top + i, left + first :]
            for j in range(behind - first):
                paper[j] = np.uint8(paper[j] - min(paper[j], ink[j]))
