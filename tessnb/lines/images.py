"""Reading images as Tesseract sees them: one bit, grey or colour, without palette or transparency.

Source: Leptonica's readers (``pngio.c``, ``tiffio.c``, ``jpegio.c``) and Tesseract's
``TessBaseAPI::SetImage``, ``ImageThresholder::SetImage``.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import X_RESOLUTION, TiffImageFile

from tessnb.errors import FormatError, InputError, UnsupportedError
from tessnb.files import read_beginning, read_bytes
from tessnb.lines._silence import silence

__all__ = ["IMAGE_SUFFIXES", "ImageFile", "PageImage", "decode_image", "read_image", "read_pages"]

IMAGE_SUFFIXES = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".pbm", ".pgm", ".ppm")
"""How the names of image files end (in either case)."""

_LARGEST_SIDE = 32767
#: Bytes of pixels that any file may hold; and how many a byte of a larger one may become: fax codes alone,
#: for which a white row is a bit, make more of it than 4096.
_ALWAYS, _MOST_TIMES = 64 << 20, 4096
_FAX = ("group3", "group4", "tiff_ccitt")
#: Pixels that are worked on together, so that numbers of more bytes need little memory.
_TOGETHER = 1 << 18
#: What Pillow raises on damaged files, the rarer ones from the tables of a cut TIFF.
_DAMAGES = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, struct.error),
    *(ArithmeticError, AssertionError, AttributeError, NotImplementedError),
)


@dataclass(frozen=True, eq=False)
class PageImage:
    """A page's pixels and their resolution.

    Attributes
    ----------
    pixels : ndarray
        ``bool`` (height, width) where True is black, ``uint8`` (height, width) grey, or
        ``uint8`` (height, width, 3) colour.
    resolution : tuple of int
        Horizontal and vertical dots per inch; 0 where the file does not say.
    """

    pixels: np.ndarray
    resolution: tuple[int, int] = (0, 0)

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])


def read_pages(path: str | os.PathLike[str], *, upright: bool = False) -> Iterator[PageImage]:
    """Read the pages of an image file one after the other; only a TIFF has more than one.

    Parameters
    ----------
    path : path
        The file.
    upright : bool
        Turn a photograph as its camera says it was held (EXIF). Tesseract does not. A TIFF is turned in
        any case.

    Raises
    ------
    InputError
        If there is no such file, or an image is larger than Tesseract reads.
    FormatError
        If it is not an image, or damaged.
    UnsupportedError
        If its pixels are floating-point numbers.

    Notes
    -----
    The pixels are those that Leptonica 1.82 reads, except where it goes wrong: it takes a grey PNG with one
    transparent level for wholly transparent, the bytes of 16-bit PGM files and of 32-bit BMP files in the
    wrong order, and turns a colour TIFF of orientation 8 the wrong way. Of an animation, it reads nothing
    and we the first picture. Colour JPEGs may differ by rounding.
    """
    data = read_bytes(path)
    with _opened(data, str(path)) as image:
        count = _page_count(image, str(path))
        for page in range(count):
            where = f"{path} page {page + 1}" if count > 1 else str(path)
            yield _page(image, page, where, len(data), upright=upright)


class ImageFile:
    """An image file whose pages are decoded one at a time, when asked for; see `read_pages`.

    Parameters
    ----------
    path : path
        The file; it is not kept open, nor any page.

    Raises
    ------
    InputError
        If there is no such file.
    FormatError
        If it is not an image, or damaged.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        with _opened(Path(path), self.path) as image:
            self._count = _page_count(image, self.path)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, page: int) -> PageImage:
        page = range(self._count)[page]
        where = f"{self.path} page {page + 1}" if self._count > 1 else self.path
        with _opened(Path(self.path), self.path) as image:
            return _page(image, page, where, os.path.getsize(self.path))


def read_image(path: str | os.PathLike[str], *, upright: bool = False) -> PageImage:
    """Read the first page of an image file; see `read_pages`."""
    return next(read_pages(path, upright=upright))


def decode_image(data: bytes, name: str = "<image>") -> PageImage:
    """Decode the bytes of an image file, for example those in an `.lstmf` page; see `read_pages`."""
    with _opened(data, name) as image:
        return _page(image, 0, name, len(data))


def _opened(source: bytes | Path, name: str) -> Image.Image:
    beginning = source[:8] if isinstance(source, bytes) else read_beginning(source, 8)
    if not beginning:
        raise FormatError("an empty file is not an image", where=name)
    try:
        with silence():
            return Image.open(io.BytesIO(source) if isinstance(source, bytes) else source)
    except UnidentifiedImageError:
        kinds = "TIFF, PNG, JPEG or another common image"
        raise FormatError("not an image", where=name, found=f"{beginning!r} …", expected=kinds) from None
    except Image.DecompressionBombError as error:
        raise InputError(str(error), where=name) from None
    except _DAMAGES as error:
        raise FormatError("a damaged image", where=name, found=str(error)) from None


def _page_count(image: Image.Image, where: str) -> int:
    if image.format != "TIFF":
        return 1
    try:
        with silence():
            return int(getattr(image, "n_frames", 1))
    except _DAMAGES as error:
        raise FormatError("a damaged image", where=where, found=str(error)) from None


def _check_size(image: Image.Image, where: str, size: int) -> None:
    """See that a page can be in a file of so many bytes, before memory is taken for it."""
    if max(image.size) > _LARGEST_SIDE:
        expected = f"at most {_LARGEST_SIDE} pixels a side"
        raise InputError(f"Image too large: {image.size}", where=where, expected=expected)
    bound = max(_ALWAYS, size * _MOST_TIMES)
    pixels = image.width * image.height * len(image.getbands())
    if pixels > bound and image.info.get("compression") not in _FAX:
        found, expected = (
            f"{image.width} x {image.height} pixels in {size} bytes",
            f"at most {bound} bytes of pixels",
        )
        raise FormatError("a damaged image", where=where, found=found, expected=expected)


def _page(image: Image.Image, page: int, where: str, size: int, *, upright: bool = False) -> PageImage:
    """Return a page of an image; `size` is that of its file in bytes."""
    try:
        with silence():
            if page:
                image.seek(page)
            _check_size(image, where, size)
            resolution = _resolution(image)
            if upright and image.format != "TIFF":
                image = ImageOps.exif_transpose(image)
            return PageImage(_pixels(image), resolution)
    except _DAMAGES as error:
        if isinstance(error, InputError | FormatError) and not isinstance(error, UnsupportedError):
            raise
        if isinstance(error, UnsupportedError):
            raise UnsupportedError(error.message, where=where, expected=error.expected) from None
        raise FormatError("a damaged image", where=where, found=str(error)) from None


def _resolution(image: Image.Image) -> tuple[int, int]:
    if isinstance(image, TiffImageFile) and X_RESOLUTION not in image.tag_v2:
        return 0, 0  # Pillow would say 1
    if image.format == "JPEG" and image.info.get("jfif_unit") not in (1, 2):
        return 0, 0  # Pillow would say what EXIF does, or 72
    dots = image.info.get("dpi", (0, 0))
    try:
        return int(float(dots[0]) + 0.5), int(float(dots[1]) + 0.5)
    except (ArithmeticError, ValueError, TypeError):
        return 0, 0


def _pixels(image: Image.Image) -> np.ndarray:
    """Return the array of an image's current page."""
    if image.mode == "1":
        return ~np.asarray(image)
    if image.mode.startswith("I;16") or image.mode == "I":
        return _in_parts(lambda deep: deep.astype(np.int64).clip(0, 65535) >> 8, np.asarray(image), 1)
    if image.mode == "F":
        raise UnsupportedError("pixels that are fractions", expected="bits, whole numbers or colours")
    if image.mode == "CMYK":
        return _in_parts(_without_black, np.asarray(image))
    if image.has_transparency_data and image.mode != "RGB":  # Leptonica passes over a transparent colour
        pixels = np.asarray(image.convert("RGBA"))
        if image.mode == "RGBA" and image.format == "TIFF":
            return _in_parts(lambda part: _on_white(_multiplied(part)), pixels)
        return _in_parts(_on_white, pixels)
    if image.mode == "P":
        image = image.convert("RGB")
        pixels = np.asarray(image)
        is_grey = bool((pixels == pixels[..., :1]).all())
        return np.ascontiguousarray(pixels[..., 0]) if is_grey else pixels
    return np.asarray(image if image.mode == "L" else image.convert("RGB"))


def _in_parts(change: Callable[[np.ndarray], np.ndarray], pixels: np.ndarray, bands: int = 3) -> np.ndarray:
    """Return changed pixels, changed some rows at a time."""
    height, width = pixels.shape[:2]
    out = np.empty((height, width, 3) if bands == 3 else (height, width), np.uint8)
    rows = max(_TOGETHER // width, 1)
    for row in range(0, height, rows):
        out[row : row + rows] = change(pixels[row : row + rows])
    return out


def _without_black(inks: np.ndarray) -> np.ndarray:
    """Turn the four inks into red, green and blue, as libtiff and Leptonica's JPEG reader do."""
    light = (255 - inks[..., :3].astype(np.int32)) * (255 - inks[..., 3:].astype(np.int32)) // 255
    return light.astype(np.uint8)


def _multiplied(pixels: np.ndarray) -> np.ndarray:
    """Multiply colours by opacity, as libtiff hands them to Leptonica (which then does so once more)."""
    product = (pixels[..., :3].astype(np.int32) * pixels[..., 3:] + 127) // 255
    return np.concatenate([product.astype(np.uint8), pixels[..., 3:]], axis=2)


def _on_white(pixels: np.ndarray) -> np.ndarray:
    """Blend colours with white by their opacity (``pixRemoveAlpha``)."""
    opacity = (pixels[..., 3:] / 255.0).astype(np.float32)
    blended = (1.0 - opacity.astype(np.float64)) * 255 + opacity * pixels[..., :3].astype(np.float32)
    return blended.astype(np.uint8)
