"""Placed glyphs into a grey page image."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tessnb.kernels.painting import paint
from tessnb.synthesis.face import FontFace
from tessnb.synthesis.layout import PlacedLine, line_glyphs

__all__ = ["WHITE", "paint_lines"]

WHITE = 255


def paint_lines(page: np.ndarray, face: FontFace, lines: Iterable[PlacedLine], left: int, top: int) -> None:
    """Draw lines in black.

    Parameters
    ----------
    page : ndarray, shape=(height, width), dtype=uint8
        Changed in place.
    face : FontFace
    lines : iterable of PlacedLine
    left, top : int
        The text area's upper left corner, in pixels.
    """
    parts = [part for line in lines for part in line_glyphs(line)]
    if not parts:
        return
    glyphs = np.concatenate([part.glyphs for part in parts])
    used, which = np.unique(glyphs, return_inverse=True)
    images = [face.glyph(int(glyph)) for glyph in used]
    sizes = np.array([image.image.shape for image in images], np.int64).reshape(-1, 2)
    areas = sizes[:, 0] * sizes[:, 1]
    atlas = np.concatenate([image.image.ravel() for image in images])
    corners = np.array([(image.top, image.left) for image in images], np.int64)[which]
    at = np.empty((len(which), 2), np.int64)
    at[:, 0] = np.concatenate([part.y for part in parts]) + top
    at[:, 1] = np.concatenate([part.x for part in parts]) + left
    paint(page, atlas, np.cumsum(areas) - areas, sizes, which.astype(np.int64), at + corners)
