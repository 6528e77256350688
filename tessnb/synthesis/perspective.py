"""A page photographed from aside: the image, and the boxes on it.

Source: ``src/training/degradeimage.cpp`` (``ProjectiveCoeffs``, ``GeneratePerspectiveDistortion``), which the
reference's ``text2image`` has without a flag that reaches it; Leptonica's ``projective.c``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tessnb.kernels.degrading import project
from tessnb.network.random import TRand
from tessnb.synthesis.boxes import Rect, TextBox

__all__ = ["Perspective"]

_INWARD, _SIDEWARD = 5.0 / 8.0, 0.5 / 3.0


def _solved(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the eight coefficients, float64, of the projection that takes four points to four others."""
    rows = []
    for (x, y), (to_x, to_y) in zip(sources, targets, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -x * to_x, -y * to_x])
        rows.append([0, 0, 0, x, y, 1, -x * to_y, -y * to_y])
    return np.linalg.solve(np.array(rows, np.float64), targets.reshape(-1))


@dataclass(frozen=True, eq=False)
class Perspective:
    """Where a view from aside takes the points of a page.

    Attributes
    ----------
    corners : ndarray, shape=(4, 2), dtype=float64
        Where the page's corners come to lie, x and y downward in pixels: upper left, upper right, lower
        right, lower left.
    width, height : int
        Of the page in pixels.
    """

    corners: np.ndarray
    width: int
    height: int

    @classmethod
    def drawn(cls, width: int, height: int, random: TRand) -> Perspective:
        """Return a random one that keeps all of a page within its edges; strong ones are rare."""
        y0, y1, y2, y3, x0, x1 = ((random.signed_rand(1.0) * _INWARD) ** 2 for _ in range(6))
        shear = random.signed_rand(_SIDEWARD)
        shear = min(max(shear * abs(shear), -x0), x1)
        corners = [(x0, y0), (1 - x1, y1), (1 - x1 + shear, 1 - y2), (x0 + shear, 1 - y3)]
        return cls(np.array(corners) * (width, height), width, height)

    @property
    def _page(self) -> np.ndarray:
        width, height = float(self.width), float(self.height)
        return np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])

    def image(self, page: np.ndarray) -> np.ndarray:
        """Return the view of a page, white around it.

        Parameters
        ----------
        page : ndarray, shape=(height, width), dtype=uint8

        Returns
        -------
        ndarray, shape=(height, width), dtype=uint8
        """
        out = np.empty_like(page)
        project(page, _solved(self.corners, self._page), out)
        return out

    def boxes(self, boxes: Sequence[TextBox]) -> list[TextBox]:
        """Return the boxes of a page as they lie in the view: the upright rectangles around them."""
        a, b, c, d, e, f, g, h = _solved(self._page, self.corners)
        found = []
        for text, rect, line in boxes:
            if rect is not None:
                x = np.array([rect.x, rect.right, rect.right, rect.x], np.float64)
                y = np.array([rect.y, rect.y, rect.bottom, rect.bottom], np.float64)
                scale = g * x + h * y + 1
                across, down = (a * x + b * y + c) / scale, (d * x + e * y + f) / scale
                left, top = int(across.min()), int(down.min())
                rect = Rect(left, top, int(across.max()) + 1 - left, int(down.max()) + 1 - top)
            found.append(TextBox(text, rect, line))
        return found
