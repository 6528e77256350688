"""The slow, obvious twins of `tessnb.kernels.convolve` and `tessnb.kernels.maxpool`, for one image."""

from __future__ import annotations

import numpy as np

from tessnb.network.random import TRand


def _around(half: int) -> range:
    return range(-half, half + 1)


def stack(image: np.ndarray, half_y: int, half_x: int, randomizer: TRand) -> np.ndarray:
    """Stack the window around each position of an image ``(height, width, features)``."""
    height, width, features = image.shape
    integer = image.dtype == np.int8
    rows = []
    for y in range(height):
        for x in range(width):
            parts: list[float] = []
            for dx in _around(half_x):
                for dy in _around(half_y):
                    if 0 <= y + dy < height and 0 <= x + dx < width:
                        parts += image[y + dy, x + dx].tolist()
                    elif integer:
                        draws = [randomizer.signed_rand(127) for _ in range(features)]
                        parts += [int(abs(draw) + 0.5) * (1 if draw >= 0 else -1) for draw in draws]
                    else:
                        parts += [randomizer.signed_rand(1.0) for _ in range(features)]
            rows.append(parts)
    return np.array(rows, image.dtype).reshape(height, width, -1)


def unstack(deltas: np.ndarray, half_y: int, half_x: int) -> np.ndarray:
    """Add up the errors of all windows for each input."""
    height, width, depth = deltas.shape
    windows = (2 * half_x + 1, 2 * half_y + 1)
    features = depth // (windows[0] * windows[1])
    out = np.zeros((height + 2 * half_y, width + 2 * half_x, features), np.float32)
    for y in range(height):
        for x in range(width):
            window = deltas[y, x].reshape(*windows, features)
            out[y : y + windows[1], x : x + windows[0]] += window.swapaxes(0, 1)
    return out[half_y : half_y + height, half_x : half_x + width]


def maximum(image: np.ndarray, y_scale: int, x_scale: int) -> np.ndarray:
    """The maximum over whole rectangles."""
    height, width = image.shape[0] // y_scale, image.shape[1] // x_scale
    blocks = image[: height * y_scale, : width * x_scale].reshape(height, y_scale, width, x_scale, -1)
    return blocks.max(axis=(1, 3))
