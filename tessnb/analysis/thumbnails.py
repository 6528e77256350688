"""Small pictures of lines, as PNG."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

from tessnb.lines import TrainingLine, decode_image, scale

__all__ = ["Thumbnail", "file_thumbnail", "line_thumbnail", "thumbnail"]

#: How much of a line is seen around a place, in its heights.
_AROUND = 7


class Thumbnail(NamedTuple):
    """A picture of a line or of a part of it.

    Attributes
    ----------
    png : bytes
    width, height : int
        In its own pixels.
    mark : tuple of float, or None
        Where the place that it is about begins and ends, as parts of the width.
    """

    png: bytes
    width: int
    height: int
    mark: tuple[float, float] | None = None


def thumbnail(image: np.ndarray, *, height: int, width: int | None = None) -> bytes:
    """Return an image as PNG, made smaller if it is higher or wider than it may be."""
    return _encoded(_fitting(image, height, width))


def _fitting(image: np.ndarray, height: int, width: int | None) -> np.ndarray:
    factor = min(height / image.shape[0], 1.0 if width is None else width / image.shape[1], 1.0)
    if factor == 1.0:
        return image
    least = 1.0 / min(image.shape[:2])  # a pixel at least
    return scale(image, max(factor, least))


def _encoded(image: np.ndarray) -> bytes:
    return TrainingLine(image, "").to_image_data().image_data


def line_thumbnail(
    line: TrainingLine, *, height: int, width: int, span: tuple[float, float] | None = None
) -> Thumbnail:
    """Return a picture of a line that fits into a box.

    Parameters
    ----------
    line : TrainingLine
    height, width : int
        Of the box in pixels.
    span : tuple of float, optional
        Left and right edge of a place in the image, in pixels: only what is around it is shown.
    """
    image = line.image
    first, last = 0, image.shape[1]
    if span is not None:
        middle, reach = (span[0] + span[1]) / 2, max(_AROUND * line.height, span[1] - span[0])
        first = max(0, min(int(middle - reach), last - 1))
        last = min(last, max(int(middle + reach), first + 1))
        image = image[:, first:last]
    picture = _fitting(image, height, width)
    mark = None
    if span is not None:
        left, right = (min(max((edge - first) / (last - first), 0.0), 1.0) for edge in span)
        mark = left, right
    return Thumbnail(_encoded(picture), picture.shape[1], picture.shape[0], mark)


def file_thumbnail(data: bytes, name: str, *, height: int, width: int) -> bytes:
    """Return an image file as a PNG that fits into a box; one that does so already stays as it is.

    Parameters
    ----------
    data : bytes
        The file, such as a page of an `.lstmf` has it.
    name : str
        What to call it in errors.
    height, width : int
        Of the box in pixels.

    Raises
    ------
    FormatError
        If it is not an image, or damaged.
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        own_width, own_height = struct.unpack(">II", data[16:24])
        if own_width <= width and own_height <= height:
            return data
    return _encoded(_fitting(decode_image(data, name).pixels, height, width))
