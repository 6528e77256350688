"""What flows between layers: a batch of images of feature vectors, with the size of each image in the
batch."""

from __future__ import annotations

import mmap
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

__all__ = ["Activations", "Scratch"]


@dataclass(slots=True)
class Activations:
    """A batch of images whose pixels are feature vectors.

    Attributes
    ----------
    values : numpy.ndarray, shape=(batch, height, width, features), dtype=float32 or int8
        Integer networks use int8, where 127 stands for 1. May be a view with any strides. What lies outside
        an image's own height and width is padding, and its content is undefined (zero in gradients).
    heights, widths : numpy.ndarray, shape=(batch,), dtype=int64
        Each image's own size.
    """

    values: np.ndarray
    heights: np.ndarray
    widths: np.ndarray

    @classmethod
    def of_line(cls, image: np.ndarray) -> Activations:
        """Wrap a single image of shape ``(height, width, features)`` or ``(height, width)``."""
        values = image[None, :, :, None] if image.ndim == 2 else image[None]
        return cls(values, np.array([values.shape[1]]), np.array([values.shape[2]]))

    @classmethod
    def of_lines(cls, images: list[np.ndarray]) -> Activations:
        """Stack images of shape ``(height, width, features)`` to a batch, padded with zeros on the right and
        below."""
        heights = np.array([image.shape[0] for image in images])
        widths = np.array([image.shape[1] for image in images])
        values = np.zeros((len(images), heights.max(), widths.max(), images[0].shape[2]), images[0].dtype)
        for into, image in zip(values, images, strict=True):
            into[: image.shape[0], : image.shape[1]] = image
        return cls(values, heights, widths)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(batch, height, width, features)``."""
        batch, height, width, features = self.values.shape
        return batch, height, width, features

    @property
    def int_mode(self) -> bool:
        """Whether the values are int8."""
        return self.values.dtype == np.int8

    def like(self, values: np.ndarray) -> Activations:
        """Return `values` with the image sizes of this."""
        return Activations(values, self.heights, self.widths)

    def contiguous(self) -> np.ndarray:
        """Return the values in C order, copied only if they are not."""
        return np.ascontiguousarray(self.values)

    def order(self) -> tuple[int, int, int]:
        """Return the axes of batch, height and width in the order in which they lie in memory without gaps;
        their own order if there are gaps."""
        first, second, third = sorted(range(3), key=lambda axis: -self.values.strides[axis])
        if self.values.transpose(first, second, third, 3).flags.c_contiguous:
            return first, second, third
        return 0, 1, 2

    def rows(self, order: tuple[int, int, int] = (0, 1, 2)) -> np.ndarray:
        """Return the values as a C-order matrix with a row per position, ``(batch * height * width,
        features)``, positions in the order of these axes; copied only if they are not."""
        turned = np.ascontiguousarray(self.values.transpose(*order, 3))
        return turned.reshape(-1, self.values.shape[3])

    def of_rows(self, rows: np.ndarray, order: tuple[int, int, int] = (0, 1, 2)) -> Activations:
        """Return what `rows` with this order would make of a matrix, with the image sizes of this."""
        sizes = [self.values.shape[axis] for axis in order]
        back = [order.index(axis) for axis in range(3)]
        return self.like(rows.reshape(*sizes, rows.shape[1]).transpose(*back, 3))

    def line(self, item: int = 0) -> np.ndarray:
        """Return an item's values without padding as ``(time, features)``; its height must be 1."""
        return self.values[item, 0, : self.widths[item]]


class Scratch:
    """Named buffers that grow to the largest size asked for and are used again: what a layer keeps between
    steps."""

    def __init__(self) -> None:
        self._buffers: dict[str, np.ndarray] = {}

    def __call__(self, name: str, shape: tuple[int, ...], dtype: type = np.float32) -> np.ndarray:
        """Return an uninitialized C-order array of `shape`; it is valid until `name` is asked for again.

        It begins on a cache line: vectors that cross lines take twice the time.
        """
        size = 1
        for length in shape:
            size *= length
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < size or buffer.dtype != dtype:
            # The old one goes first. What is spare takes no memory until it is used, and saves from having an
            # old and a new one at a time.
            self._buffers.pop(name, None)
            del buffer
            self._buffers[name] = buffer = _on_a_line(size + size // 2, dtype)
        return buffer[:size].reshape(shape)


_LINE = 64
#: Bytes from which memory is asked of the system itself: what outgrows it goes back whole, where the heap of
#: the C library would be left with holes.
_LARGE = 1 << 19
#: Bytes from which it pays to have it in large pages.
_HUGE = 1 << 22
#: Memory of this process alone; Windows knows no other.
_PRIVATE: dict[str, int] = (
    {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
)


def _on_a_line(size: int, dtype: type) -> np.ndarray:
    """Return an uninitialized array that begins on a cache line."""
    item = np.dtype(dtype).itemsize
    if size * item >= _LARGE:
        memory = mmap.mmap(-1, size * item, **_PRIVATE)
        if size * item >= _HUGE and hasattr(mmap, "MADV_HUGEPAGE"):
            with suppress(OSError):  # of systems built without
                memory.madvise(mmap.MADV_HUGEPAGE)
        return np.frombuffer(memory, dtype)
    buffer: np.ndarray = np.empty(size + _LINE // item, dtype)
    start = -buffer.ctypes.data % _LINE // item
    return buffer[start : start + size]
