"""Line images → what the first layer of a network sees.

Source: ``lstm/input.cpp`` (``Input::PrepareLSTMInputs``, ``PreparePixInput``) and ``lstm/networkio.cpp``
(``ComputeBlackWhite``, ``FromPixes``, ``Copy2DImage``, ``Copy1DGreyImage``, ``SetPixel``, ``Randomize``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tessnb.errors import InputError
from tessnb.lines._histogram import Histogram
from tessnb.lines.scaling import scale, scale_to_height, to_colour, to_grey

if TYPE_CHECKING:
    from tessnb.network.random import TRand

__all__ = ["InputShape", "black_and_white", "input_height", "network_input", "prepare_line"]

_INT8_MAX = 127
#: Pixels of a scaled line at most: at a height of 36 it is then 3.7 million wide.
_MOST_PIXELS = 1 << 27


class InputShape(Protocol):
    """The part of a network's ``StaticShape`` that concerns its input; 0 stands for any size."""

    @property
    def height(self) -> int: ...

    @property
    def width(self) -> int: ...

    @property
    def depth(self) -> int: ...


def input_height(shape: InputShape) -> int:
    """Return the height in pixels of a scaled line; 0 is any (``Network::NumInputs``)."""
    return shape.depth if shape.height == 1 else shape.height


def prepare_line(image: np.ndarray, shape: InputShape, *, min_width: int = 0) -> tuple[np.ndarray, float]:
    """Scale a line image for a network (``Input::PrepareLSTMInputs``).

    Parameters
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
        A line image; True or 0 is black.
    shape : InputShape
        The network's input.
    min_width : int
        Least width and height in pixels (the network's horizontal reduction).

    Returns
    -------
    image : ndarray
        The scaled image, of the same kind.
    factor : float
        Pixels of the result per pixel of `image`.

    Raises
    ------
    InputError
        If the image is too small, or would become absurdly large.
    """
    tall = input_height(shape)
    if tall * tall * image.shape[1] > _MOST_PIXELS * max(image.shape[0], 1):
        where = f"a line image of {image.shape[1]} x {image.shape[0]} pixels"
        raise InputError(f"Image too large to scale to {tall} pixels", where=where)
    scaled, factor = scale_to_height(image, tall)
    height, width = scaled.shape[:2]
    if width < min_width or height < min_width:
        message = f"Image too small to scale!! ({width}x{height} vs min width of {min_width})"
        raise InputError(message, where=f"a line image of {image.shape[1]} x {image.shape[0]} pixels")
    return scaled, factor


def black_and_white(image: np.ndarray) -> tuple[float, float]:
    """Return the grey levels of ink and paper, taken along the middle row (``ComputeBlackWhite``).

    They are the first quartile of the row's local minima and the third of its local maxima.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width)
    """
    row = image[image.shape[0] // 2].astype(np.int16)
    before, level, after = row[:-2], row[1:-1], row[2:]
    lows = level[((level < before) & (level <= after)) | ((level <= before) & (level < after))]
    highs = level[((level > before) & (level >= after)) | ((level >= before) & (level > after))]
    black = Histogram(0, 255, lows if len(lows) else np.array([0])).fractile(0.25)
    white = Histogram(0, 255, highs if len(highs) else np.array([255])).fractile(0.75)
    return black, white


def network_input(
    images: np.ndarray | Sequence[np.ndarray],
    shape: InputShape,
    *,
    integer: bool = False,
    randomizer: TRand | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the input of a network for one scaled line image or a batch of them.

    Parameters
    ----------
    images : ndarray or sequence of ndarray
        Images of kind ``bool``, grey or colour as `prepare_line` returns them.
    shape : InputShape
        The network's input: depth 3 is colour, height 1 turns rows into features.
    integer : bool
        For an int8 network.
    randomizer : TRand, optional
        Source of noise beside images narrower than a fixed width.

    Returns
    -------
    activations : ndarray of float32 or int8, shape (batch, height, width, depth)
        About -1 (ink) to 1 (paper), not clipped; as int8 -127 to 127. What is outside an image of the batch
        is 0.
    widths : ndarray of int32, shape (batch,)
        Width of each image in pixels, the noise of a fixed width included.

    Raises
    ------
    InputError
        If a fixed width needs noise and there is no randomizer, or the shape is impossible or absurdly large.
    """
    batch = [images] if isinstance(images, np.ndarray) else list(images)
    if not batch:
        raise InputError("no images to make network input of")
    pixels = [_normalized(_right_kind(image, shape), shape) for image in batch]
    if any(values.shape[2] != shape.depth for values in pixels):
        raise InputError("the depth of a network's input must be 1 or 3, or its height 1", found=shape.depth)
    height = shape.height or max(values.shape[0] for values in pixels)
    widths = np.array([shape.width or values.shape[1] for values in pixels], np.int32)
    width = int(widths.max())
    if height * width > _MOST_PIXELS:
        raise InputError("a network's input is too large", found=f"{width} x {height} pixels")
    out = np.zeros((len(pixels), height, width, shape.depth), np.int8 if integer else np.float32)
    for index, values in enumerate(pixels):
        values = values[:height, : widths[index]]
        out[index, : values.shape[0], : values.shape[1]] = _quantized(values) if integer else values
        if shape.width:
            _add_noise(out[index], values.shape[:2], randomizer)
    return out, widths


def _right_kind(image: np.ndarray, shape: InputShape) -> np.ndarray:
    image = to_colour(image) if shape.depth == 3 else to_grey(image)
    height = input_height(shape)
    if height not in (0, image.shape[0]):
        image = scale(image, float(np.float32(height) / np.float32(image.shape[0])))
    return image


def _normalized(image: np.ndarray, shape: InputShape) -> np.ndarray:
    """Stretch ink and paper to -1 and 1: float32, shape (height, width, depth)."""
    black, white = (0.0, 255.0) if image.ndim == 3 else black_and_white(image)
    contrast = (np.float32(white) - np.float32(black)) / np.float32(2)
    if contrast <= 0:
        contrast = np.float32(1)
    values = (image.astype(np.float32) - np.float32(black)) / contrast - np.float32(1)
    if image.ndim == 3:
        return values
    return values.T[None] if shape.height == 1 else values[:, :, None]


def _quantized(values: np.ndarray) -> np.ndarray:
    wide = values * np.float32(_INT8_MAX + 1)
    rounded = np.trunc(np.abs(wide) + np.float32(0.5))
    return np.copysign(np.minimum(rounded, _INT8_MAX), wide).astype(np.int8)


def _add_noise(values: np.ndarray, filled: tuple[int, int], randomizer: TRand | None) -> None:
    """Fill the columns right of an image, and the rows below it, with noise in reading order."""
    height, width = values.shape[:2]
    if filled == (height, width):
        return
    if randomizer is None:
        raise InputError("an image narrower than the network's fixed width needs a randomizer", found=filled)
    integer = values.dtype == np.int8
    for y in range(height):
        row = values[y, filled[1] if y < filled[0] else 0 :]
        noise = randomizer.signed_rands(row.size, float(_INT8_MAX) if integer else 1.0).reshape(row.shape)
        row[:] = np.copysign(np.trunc(np.abs(noise) + 0.5), noise) if integer else noise
