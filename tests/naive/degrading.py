"""Slow, obvious twins of the kernels that degrade pages."""

from __future__ import annotations

import math

import numpy as np


def average(page: np.ndarray) -> np.ndarray:
    """Mean of 3 by 3 pixels. At an edge fewer rows or columns count, and of the first ones none does."""
    height, width = page.shape
    out = np.empty_like(page)
    for i in range(height):
        for j in range(width):
            rows, columns = slice(max(i - 1, 1), i + 2), slice(max(j - 1, 1), j + 2)
            window = page[rows, columns].astype(int)
            mean = math.floor(np.float32(1 / 9) * np.float32(window.sum()) + 0.5)
            value = np.float32(mean) * (np.float32(3) / np.float32(window.shape[0]))
            out[i, j] = min(int(value * (np.float32(3) / np.float32(window.shape[1]))), 255)
    return out


def darken(page: np.ndarray) -> np.ndarray:
    """Darkest of 3 by 3 pixels."""
    padded = np.pad(page, 1, constant_values=255)
    height, width = page.shape
    shifted = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return np.min(shifted, axis=0)


def rotate(page: np.ndarray, sine: np.float32, cosine: np.float32) -> np.ndarray:
    """Turn about the centre; every pixel is mixed from four, by sixteenths."""
    height, width = page.shape
    out = np.full_like(page, 255)
    for i in range(height):
        for j in range(width):
            dx, dy = np.float32(j - width // 2), np.float32(i - height // 2)
            x, y = int(dx * cosine - -dy * sine), int(dy * cosine + -dx * sine)
            column, row = width // 2 + (x >> 4), height // 2 + (y >> 4)
            if 0 <= column <= width - 2 and 0 <= row <= height - 2:
                across, down = np.array([16 - (x & 15), x & 15]), np.array([16 - (y & 15), y & 15])
                four = page[row : row + 2, column : column + 2].astype(int)
                out[i, j] = (down @ four @ across + 128) // 256
    return out


def shade(page: np.ndarray, offset: int, speckle: int, ramp: bool, draws: np.ndarray) -> np.ndarray:
    """Noise, fading and a constant; `draws` are the generator's numbers, one a pixel."""
    height, width = page.shape
    noise = draws.reshape(page.shape) % (2 * speckle + 1) - speckle
    rows, columns = np.indices(page.shape)
    fade = (2 * columns + rows) * 32 // (height + width) if ramp else 0
    return np.clip(page.astype(int) + noise + offset - fade, 0, 255).astype(np.uint8)


def project(page: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """What a projection finds; every pixel is mixed from four, by sixteenths."""
    height, width = page.shape
    out = np.full_like(page, 255)
    matrix = np.append(coefficients, 1.0).reshape(3, 3)
    for i in range(height):
        for j in range(width):
            x, y, scale = matrix @ (j, i, 1)
            x, y = x / scale, y / scale
            if 0 <= x <= width - 2 and 0 <= y <= height - 2:
                (column, right), (row, low) = divmod(int(16 * x), 16), divmod(int(16 * y), 16)
                four = page[row : row + 2, column : column + 2].astype(int)
                out[i, j] = (np.array([16 - low, low]) @ four @ np.array([16 - right, right])) // 256
    return out
