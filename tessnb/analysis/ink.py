"""Where the ink of a line image is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from tessnb.lines import to_binary, to_grey

__all__ = ["PADDING", "ink_bands", "ink_box", "ink_mask", "one_image"]

#: Pixels kept around ink when an image is cut.
PADDING = 4
#: Least difference of grey levels between ink and paper.
_LEAST_CONTRAST = 32
#: A row of text is at least this part of the tallest one high, and of the ink's width wide.
_LEAST_HEIGHT, _LEAST_WIDTH = 0.5, 0.4


class _Remembered(threading.local):
    """The image that is being looked at in this thread, and its ink once it is known."""

    image: np.ndarray | None = None
    mask: np.ndarray | None = None


_remembered = _Remembered()


@contextmanager
def one_image(image: np.ndarray) -> Iterator[None]:
    """Find the ink of an image only once while the block lasts, however often it is asked for."""
    _remembered.image, _remembered.mask = image, None
    try:
        yield
    finally:
        _remembered.image = _remembered.mask = None


def ink_mask(image: np.ndarray) -> np.ndarray:
    """Return where ink is: ndarray of bool, shape (height, width); nowhere on an image without contrast.

    Parameters
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
    """
    if _remembered.image is not image:
        return _find_ink(image)
    if _remembered.mask is None:
        _remembered.mask = _find_ink(image)
    return _remembered.mask


def _find_ink(image: np.ndarray) -> np.ndarray:
    if image.dtype != np.bool_:
        grey = to_grey(image)
        if int(grey.max()) - int(grey.min()) < _LEAST_CONTRAST:
            return np.zeros(grey.shape, bool)
    return to_binary(image)


def ink_box(image: np.ndarray) -> tuple[int, int, int, int] | None:
    """Return the box around all ink: left, top, right, bottom in pixels, y downwards; None without ink.

    Rows and columns that a single pixel touches do not count.
    """
    mask = ink_mask(image)
    rows, columns = np.flatnonzero(mask.sum(axis=1) > 1), np.flatnonzero(mask.sum(axis=0) > 1)
    if not len(rows) or not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def ink_bands(image: np.ndarray) -> list[tuple[int, int]]:
    """Return the rows of text in an image: top and bottom of each in pixels, y downwards, from the top.

    Rows are apart where no ink is between them; what is low or narrow beside the largest (dots, accents,
    underlines) is no row of its own.
    """
    mask = ink_mask(image)
    inked = np.concatenate([[False], mask.sum(axis=1) > 1, [False]])
    edges = np.flatnonzero(inked[1:] != inked[:-1]).reshape(-1, 2)
    if len(edges) < 2:
        return [(int(top), int(bottom)) for top, bottom in edges]
    heights = edges[:, 1] - edges[:, 0]
    widths = np.array([_width(mask[top:bottom]) for top, bottom in edges])
    kept = (heights >= _LEAST_HEIGHT * heights.max()) & (widths >= _LEAST_WIDTH * widths.max())
    return [(int(top), int(bottom)) for top, bottom in edges[kept]]


def _width(mask: np.ndarray) -> int:
    columns = np.flatnonzero(mask.any(axis=0))
    return int(columns[-1] - columns[0]) + 1 if len(columns) else 0
