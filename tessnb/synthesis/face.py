"""A font at one pixel size: HarfBuzz for shaping and metrics, FreeType for the images of glyphs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import freetype
import numpy as np
import uharfbuzz as hb

from tessnb.errors import FormatError, InputError

__all__ = ["UNITS", "FontFace", "Glyph"]

#: Layout units in a pixel (Pango's scale).
UNITS = 1024

_LOAD_FLAGS = freetype.FT_LOAD_DEFAULT | freetype.FT_LOAD_IGNORE_GLOBAL_ADVANCE_WIDTH

_STRAIGHT = freetype.Matrix(0x10000, 0, 0, 0x10000)
_CLOCKWISE = freetype.Matrix(0, 0x10000, -0x10000, 0)

#: FreeType's library object, which all faces share, may be used by one thread at a time.
_LOCK = threading.RLock()


class _Face(freetype.Face):
    """A face that is opened and closed under the lock."""

    def __init__(self, path: str, index: int) -> None:
        with _LOCK:
            super().__init__(path, index)

    def __del__(self) -> None:
        with _LOCK:
            super().__del__()


def _open(path: str, index: int) -> _Face:
    try:
        return _Face(path, index)
    except freetype.FT_Exception as error:
        raise FormatError(f"FreeType cannot open this font: {error}", where=path) from None


@dataclass(frozen=True, eq=False)
class Glyph:
    """The image of one glyph, hinted and antialiased.

    Attributes
    ----------
    image : ndarray, shape=(rows, columns), dtype=uint8
        Coverage: 0 nothing, 255 full ink.
    left, top : int
        Where the image's upper left corner lies: pixels to the right of the pen and below the baseline
        (negative above it).
    ink : (x, y, width, height)
        Extents that the font engine reports, in layout units, relative to the pen, y downward. The
        image may be a pixel smaller.
    advance : int
        Hinted advance in layout units.
    """

    image: np.ndarray
    left: int
    top: int
    ink: tuple[int, int, int, int]
    advance: int


class FontFace:
    """A face of a font file at a size.

    Parameters
    ----------
    path : path
        The font file.
    index : int
        The face in a collection; the upper 16 bits name an instance of a variable font.
    pixel_size : float
        Pixels per em.

    Notes
    -----
    Glyphs are loaded as cairo 1.16 does with fontconfig's defaults: native hinting, grey antialiasing,
    whole-pixel positions (``cairo-ft-font.c``, ``_cairo_ft_scaled_glyph_init``).
    """

    def __init__(self, path: str | Path, index: int = 0, pixel_size: float = 50.0) -> None:
        self.path, self.index = Path(path), index
        self.pixel_size = int(pixel_size * UNITS + 0.5) / UNITS  # as Pango rounds it
        if not self.path.is_file():
            raise InputError("no such font file", where=str(path))
        self._ft = _open(str(path), index)
        if not self._ft.is_scalable:
            raise FormatError("this font has bitmaps only", where=str(path), expected="an outline font")
        size = round(self.pixel_size * 64)
        self._ft.set_char_size(size, size, 0, 0)
        self.hb: Any = hb.Font(hb.Face(hb.Blob.from_file_path(str(path)), index & 0xFFFF))
        scale = int(self.pixel_size * UNITS)
        self.hb.scale = (scale, scale)
        if index >> 16:
            self.hb.var_named_instance = (index >> 16) - 1
        self._glyphs: dict[tuple[int, bool], Glyph] = {}

    @cached_property
    def _extents(self) -> Any:
        return self.hb.get_font_extents("ltr")

    @property
    def ascent(self) -> int:
        """Ascent in layout units, rounded up to whole pixels."""
        return -(-self._extents.ascender // UNITS) * UNITS

    @property
    def descent(self) -> int:
        """Descent below the baseline (positive) in layout units, rounded up to whole pixels."""
        return -(self._extents.descender // UNITS) * UNITS

    def vertical_extent(self, upright: bool) -> tuple[int, int]:
        """Return how a line of vertical text stands around its middle (layout units, whole pixels).

        Returns
        -------
        above : int
            From the line's upper edge to its middle, where runs of both orientations are aligned.
        shift : int
            By how much the baseline lies below the middle; upright glyphs have theirs near it.

        Notes
        -----
        Source: Pango's ``pangocairo-font.c`` (``_pango_cairo_font_private_glyph_extents_cache_init``) and
        ``pango-layout.c`` (``pango_layout_run_get_extents_and_height``).
        """
        top = self.ascent
        if upright:
            height = self._extents.ascender - self._extents.descender
            top = (height // 2 + UNITS // 2) // UNITS * UNITS
        adjustment = ((self.ascent + self.descent) // 2 - top + UNITS // 2) // UNITS * UNITS
        return top + adjustment, -adjustment

    def underline_shift(self, upright: bool) -> int:
        """Return how much further from a vertical line's middle than from a baseline an underline lies."""
        above, shift = self.vertical_extent(upright)
        return shift + (self._extents.ascender - above - shift if upright else 0)

    def glyph_of(self, char: int) -> int:
        """Return the glyph index of a code point, 0 if the font has none."""
        return int(self.hb.get_nominal_glyph(char) or 0)

    def glyph(self, index: int, turned: bool = False) -> Glyph:
        """Return the image and extents of a glyph; images are kept.

        With `turned` the image is that of the glyph turned clockwise; extents and advance stay.
        """
        key = index, turned
        found = self._glyphs.get(key)
        if found is None:
            with _LOCK:
                found = self._glyphs[key] = self._load(index, turned)
        return found

    def _load(self, index: int, turned: bool) -> Glyph:
        self._ft.set_transform(_CLOCKWISE if turned else _STRAIGHT, freetype.Vector(0, 0))
        self._ft.load_glyph(index, _LOAD_FLAGS)
        slot = self._ft.glyph
        metrics = slot.metrics
        ink = (metrics.horiBearingX, -metrics.horiBearingY, metrics.width, metrics.height)
        advance = metrics.horiAdvance
        slot.render(freetype.FT_RENDER_MODE_NORMAL)
        bitmap = slot.bitmap
        rows, columns, pitch = bitmap.rows, bitmap.width, bitmap.pitch
        image = np.zeros((rows, columns), np.uint8)
        if rows and columns:
            image[:] = np.array(bitmap.buffer, np.uint8).reshape(rows, pitch)[:, :columns]
        image.setflags(write=False)
        factor = UNITS // 64
        x, y, width, height = (value * factor for value in ink)
        return Glyph(image, slot.bitmap_left, -slot.bitmap_top, (x, y, width, height), advance * factor)
