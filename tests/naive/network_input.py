"""The slow, obvious twin of `tessnb.lines.network_input`: one pixel after the other."""

from __future__ import annotations

import numpy as np

from tessnb.network.random import TRand


def fractile(levels: list[int], fraction: float) -> float:
    """Walk up a histogram until a fraction of the levels is below; interpolate in the last of its bins."""
    target = min(max(fraction * len(levels), 1.0), len(levels))
    count = bin_ = 0
    while count < target:
        count += levels.count(bin_)
        bin_ += 1
    return bin_ - (count - target) / levels.count(bin_ - 1)


def black_and_white(image: np.ndarray) -> tuple[float, float]:
    """Quartiles of the local minima and maxima along the middle row."""
    row = image[image.shape[0] // 2].tolist()
    lows, highs = [], []
    for x in range(1, len(row) - 1):
        before, level, after = row[x - 1 : x + 2]
        if (level < before and level <= after) or (level <= before and level < after):
            lows.append(level)
        if (level > before and level >= after) or (level >= before and level > after):
            highs.append(level)
    return fractile(lows or [0], 0.25), fractile(highs or [255], 0.75)


def network_input(
    image: np.ndarray, height: int, width: int, depth: int, *, integer: bool, randomizer: TRand | None
) -> np.ndarray:
    """Activations (height, width, features) of an image that has the network's height already."""
    colour = depth == 3
    black, white = (0.0, 255.0) if colour else black_and_white(image)
    contrast = np.float32((np.float32(white) - np.float32(black)) / np.float32(2))
    if contrast <= 0:
        contrast = np.float32(1)
    columns = width or image.shape[1]
    rows, features = (1, depth) if height == 1 else (height or image.shape[0], depth)
    out = np.zeros((rows, columns, features), np.int8 if integer else np.float32)
    for y in range(rows):
        for x in range(columns):
            for f in range(features):
                if x >= image.shape[1]:
                    assert randomizer is not None
                    noise = randomizer.signed_rand(127 if integer else 1.0)
                    out[y, x, f] = int(noise + 0.5 if noise >= 0 else noise - 0.5) if integer else noise
                    continue
                level = image[f, x] if height == 1 else image[y, x, f] if colour else image[y, x]
                value = (np.float32(level) - np.float32(black)) / contrast - np.float32(1)
                if integer:
                    value = np.float32(128) * value
                    value = int(value + np.float32(0.5)) if value >= 0 else -int(np.float32(0.5) - value)
                    value = min(max(value, -127), 127)
                out[y, x, f] = value
    return out
