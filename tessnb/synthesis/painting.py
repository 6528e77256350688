"""Placed glyphs into a grey page image."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tessnb.kernels.painting import paint
from tessnb.synthesis.face import FontFace
from tessnb.synthesis.layout import PlacedLine, line_glyphs

__all__ = ["WHITE", "paint_columns", "paint_lines"]

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
    _paint(page, face, [(part.glyphs, part.x + left, part.y + top, False) for part in parts])


def paint_columns(
    page: np.ndarray, face: FontFace, lines: Iterable[PlacedLine], right: int, top: int
) -> None:
    """Draw the lines of vertical text in black, the first one at the right.

    Parameters
    ----------
    page : ndarray, shape=(height, width), dtype=uint8
        Changed in place.
    face : FontFace
    lines : iterable of PlacedLine
    right, top : int
        The text area's upper right corner, in pixels.
    """
    parts = [part for line in lines for part in line_glyphs(line, face)]
    _paint(page, face, [(part.glyphs, right - part.y, part.x + top, not part.upright) for part in parts])


def _paint(
    page: np.ndarray, face: FontFace, parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, bool]]
) -> None:
    """Draw glyphs at pixels; each part is glyphs, x, y, and whether they are turned clockwise."""
    if not parts:
        return
    glyphs = np.concatenate([part[0] * 2 + part[3] for part in parts])
    used, which = np.unique(glyphs, return_inverse=True)
    found = [face.glyph(number // 2, bool(number % 2)) for number in used.tolist()]
    images = [glyph.image for glyph in found]
    corners = [(glyph.top, glyph.left) for glyph in found]
    sizes = np.array([image.shape for image in images], np.int64).reshape(-1, 2)
    areas = sizes[:, 0] * sizes[:, 1]
    atlas = np.concatenate([image.ravel() for image in images])
    at = np.empty((len(which), 2), np.int64)
    at[:, 0] = np.concatenate([part[2] for part in parts])
    at[:, 1] = np.concatenate([part[1] for part in parts])
    at += np.array(corners, np.int64).reshape(-1, 2)[which]
    paint(page, atlas, np.cumsum(areas) - areas, sizes, which.astype(np.int64), at)
