"""Pages as tiles: what a viewer needs to show a part of a page at some size, and nothing more."""

from __future__ import annotations

import io
import math
import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from PIL import Image

from tessnb.errors import InputError
from tessnb.lines.images import PageImage

__all__ = ["TILE", "PageTiles", "TileCache"]

TILE = 512
"""Pixels along a side of a tile."""


class PageTiles:
    """A page at full size and, as far as asked for, halved again and again.

    Parameters
    ----------
    page : PageImage
    """

    def __init__(self, page: PageImage) -> None:
        pixels = page.pixels
        if pixels.dtype == np.bool_:
            pixels = pixels.view(np.uint8) - np.uint8(1)  # True is black, False wraps around to white
        self.width, self.height = page.width, page.height
        self._levels = [Image.fromarray(np.ascontiguousarray(pixels))]
        self.highest_level = max(0, math.ceil(math.log2(max(self.width, self.height) / TILE)))

    @property
    def memory(self) -> int:
        """Bytes of all levels together."""
        channels = 3 if self._levels[0].mode == "RGB" else 1
        return self.width * self.height * channels * 4 // 3

    def level(self, level: int) -> Image.Image:
        """Return the page halved so many times.

        Raises
        ------
        InputError
            If that is more often than to the size of a tile.
        """
        if not 0 <= level <= self.highest_level:
            raise InputError("no such level of a page", found=level, expected=f"0 to {self.highest_level}")
        while len(self._levels) <= level:
            self._levels.append(self._levels[-1].reduce(2))
        return self._levels[level]

    def tile(self, level: int, column: int, row: int) -> bytes:
        """Return a tile as PNG; those at the right and lower edge are smaller.

        Raises
        ------
        InputError
            If there is none.
        """
        whole = self.level(level)
        left, top = column * TILE, row * TILE
        if not (0 <= left < whole.width and 0 <= top < whole.height):
            raise InputError("no such tile", found=f"column {column}, row {row} of level {level}")
        part = whole.crop((left, top, min(left + TILE, whole.width), min(top + TILE, whole.height)))
        out = io.BytesIO()
        part.save(out, "PNG", compress_level=1)
        return out.getvalue()


class TileCache:
    """The pages that were looked at last, decoded, within a bound of memory; safe from any thread.

    Parameters
    ----------
    read : callable
        Decodes a page.
    limit : int
        Bytes to keep at most; the page in use is kept in any case.
    """

    def __init__(self, read: Callable[[int], PageImage], limit: int = 100_000_000) -> None:
        self._read, self._limit = read, limit
        self._pages: OrderedDict[int, PageTiles] = OrderedDict()
        self._lock = threading.Lock()

    def __getitem__(self, page: int) -> PageTiles:
        with self._lock:
            if page not in self._pages:
                others = sum(kept.memory for kept in self._pages.values())
                while self._pages and others > self._limit // 2:
                    others -= self._pages.popitem(last=False)[1].memory
                self._pages[page] = PageTiles(self._read(page))
            self._pages.move_to_end(page)
            while len(self._pages) > 1 and self.memory > self._limit:
                self._pages.popitem(last=False)
            return self._pages[page]

    @property
    def memory(self) -> int:
        """Bytes that are kept."""
        return sum(page.memory for page in self._pages.values())

    def tile(self, page: int, level: int, column: int, row: int) -> bytes:
        """Return a tile of a page as PNG; see `PageTiles.tile`."""
        tiles = self[page]
        with self._lock:
            return tiles.tile(level, column, row)
