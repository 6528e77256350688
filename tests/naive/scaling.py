"""The slow, obvious twins of `tessnb.kernels.scaling`: each pixel from the definition."""

from __future__ import annotations

import numpy as np


def interpolate(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Weigh the four pixels around each source position, given in sixteenths."""
    padded = np.pad(image.astype(int), ((0, 1), (0, 1)), mode="edge")
    out = np.zeros((len(rows), len(columns)), np.uint8)
    for i, y in enumerate(rows):
        for j, x in enumerate(columns):
            weights = np.outer([16 - y % 16, y % 16], [16 - x % 16, x % 16])
            window = padded[y // 16 : y // 16 + 2, x // 16 : x // 16 + 2]
            out[i, j] = ((weights * window).sum() + 128) // 256
    return out


def multiply(image: np.ndarray, factor: int) -> np.ndarray:
    """Interpolate between each pixel and its right, lower and diagonal neighbours, rounding down."""
    padded = np.pad(image.astype(int), ((0, 1), (0, 1)), mode="edge")
    out = np.zeros((image.shape[0] * factor, image.shape[1] * factor), np.uint8)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            (y, a), (x, b) = divmod(i, factor), divmod(j, factor)
            weights = np.outer([factor - a, a], [factor - b, b])
            out[i, j] = (weights * padded[y : y + 2, x : x + 2]).sum() // factor**2
    return out


def area_average(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Blow every pixel up to 16 by 16 and take the mean of the rectangle; at the edges the first pixel."""
    height, width = image.shape
    large = np.kron(image.astype(int), np.ones((16, 16), int))
    out = np.zeros((len(rows), len(columns)), np.uint8)
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            if bottom // 16 > height - 2 or right // 16 > width - 2:
                out[i, j] = image[top // 16, left // 16]
            else:
                rectangle = large[top:bottom, left:right]
                out[i, j] = (rectangle.sum() + 128) // rectangle.size
    return out


def halve(image: np.ndarray) -> np.ndarray:
    """Take the mean of blocks of two by two, rounding down."""
    height, width = image.shape[0] // 2, image.shape[1] // 2
    blocks = image[: 2 * height, : 2 * width].astype(int).reshape(height, 2, width, 2)
    return (blocks.sum(axis=(1, 3)) // 4).astype(np.uint8)


def smooth(image: np.ndarray, rows: np.ndarray, columns: np.ndarray, size: int) -> np.ndarray:
    """Take the mean of a square at each corner, in single precision, rounding down."""
    norm = np.float32(1 / (size * size))
    squares = [[image[y : y + size, x : x + size].astype(int).sum() for x in columns] for y in rows]
    return (np.array(squares).astype(np.float32) * norm).astype(np.uint8)


def sharpen(image: np.ndarray, reach: int, fraction: np.float32) -> np.ndarray:
    """Move every inner pixel away from the mean around it by a fraction of the difference."""
    out = image.copy()
    norm = np.float32(1 / (2 * reach + 1) ** 2)
    for y in range(reach, image.shape[0] - reach):
        for x in range(reach, image.shape[1] - reach):
            window = image[y - reach : y + reach + 1, x - reach : x + reach + 1].astype(int)
            value = np.float32(image[y, x])
            sharp = value + fraction * (value - norm * np.float32(window.sum()))
            out[y, x] = np.clip(int(float(sharp) + 0.5), 0, 255)
    return out
