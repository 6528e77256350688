"""From a clean page to a scanned, black and white one in one pass, tile by tile, skipping what stays white.

The result is that of `degrading.average`, `rotate` and `shade` and a threshold, one after the other. What
saves time: most tiles are empty; most pixels are so light or dark that no noise can turn them, and the
generator's value for the others is reached by a jump.
"""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["ROOM", "TILE", "scan"]

#: Side of a tile in pixels.
TILE = 32
#: Side of the square of averaged pixels that a tile is made from.
ROOM = 48
_MODULUS = 2147483647
_THRESHOLD = 128


@numba.njit(nogil=True, cache=True)
def _occupied(page: np.ndarray, tiles: np.ndarray) -> None:
    """Mark the tiles that have ink."""
    height, width = page.shape
    for y in range(height):
        row = y // TILE
        for column in range(tiles.shape[1]):
            left = column * TILE
            darkest = np.uint8(255)
            if left + TILE <= width:
                for x in range(TILE):
                    darkest &= page[y, left + x]
            else:
                for x in range(left, width):
                    darkest &= page[y, x]
            if darkest != 255:
                tiles[row, column] = 1


@numba.njit(nogil=True, cache=True)
def _averaged(page: np.ndarray, top: int, left: int, rows: int, columns: int, out: np.ndarray) -> None:
    """Fill `out` with the means of 3 by 3 pixels; the part of the page may not touch its edges.

    Whether a row of `out` has any ink is noted in its last column (255 for none).
    """
    for i in range(rows):
        y = top + i
        darkest = np.uint8(255)
        for j in range(columns):
            x = left + j
            total = (
                np.int32(page[y - 1, x - 1]) + np.int32(page[y - 1, x]) + np.int32(page[y - 1, x + 1])
                + np.int32(page[y, x - 1]) + np.int32(page[y, x]) + np.int32(page[y, x + 1])
                + np.int32(page[y + 1, x - 1]) + np.int32(page[y + 1, x]) + np.int32(page[y + 1, x + 1])
            )  # fmt: skip
            mean = np.uint8(((total + np.int32(4)) * np.int32(7282)) >> np.int32(16))  # a ninth, rounded
            out[i, j] = mean
            darkest &= mean
        out[i, -1] = darkest


@numba.njit(nogil=True, cache=True)
def scan(
    page: np.ndarray,
    turned: bool,
    sine: np.float32,
    cosine: np.float32,
    offset: int,
    speckle: int,
    fade: np.ndarray,
    powers: np.ndarray,
    state: np.ndarray,
    tiles: np.ndarray,
    scratch: np.ndarray,
    rows: np.ndarray,
    out: np.ndarray,
) -> bool:
    """Blur, turn, shade and threshold a page; False, with nothing done, where ink is near the page's edge.

    Parameters
    ----------
    page : ndarray of uint8, shape (height, width)
        255 is white.
    turned : bool
        Whether to turn by `sine` and `cosine`, 16 times those of the angle (float32).
    offset, speckle : int
        Added to every pixel; largest noise.
    fade : ndarray of int32, shape (height + 2 * width,)
        What is taken off at row + 2 * column.
    powers : ndarray of int64, shape (width + 1,)
        Powers of the generator's multiplier, from the first.
    state : ndarray of int64, shape (1,)
        Of the generator; left as after a draw per pixel.
    tiles : ndarray of uint8, shape (ceil(height / TILE), ceil(width / TILE))
        Scratch, zero.
    scratch : ndarray of uint8, shape (ROOM, ROOM)
    rows : ndarray of int64, shape (height,)
        Scratch.
    out : ndarray of uint8, shape (height, width)
        White on entry; 0 where there is ink.
    """
    height, width = page.shape
    x_center, y_center = width // 2, height // 2
    if 255 + offset - speckle - fade[-1] < _THRESHOLD:
        return False
    _occupied(page, tiles)
    value = state[0]
    for i in range(height):
        rows[i] = value
        value = value * powers[width - 1] % _MODULUS
    for tile_row in range(tiles.shape[0]):
        for tile_column in range(tiles.shape[1]):
            first_i, first_j = tile_row * TILE, tile_column * TILE
            last_i, last_j = min(first_i + TILE, height) - 1, min(first_j + TILE, width) - 1
            top, bottom, left, right = first_i, last_i, first_j, last_j
            if turned:
                top, bottom, left, right = height, -1, width, -1
                for i in (first_i, last_i):
                    for j in (first_j, last_j):
                        x = x_center + np.int64(
                            (np.float32(j - x_center) * cosine + np.float32(i - y_center) * sine) // 16
                        )
                        y = y_center + np.int64(
                            (np.float32(i - y_center) * cosine - np.float32(j - x_center) * sine) // 16
                        )
                        top, bottom = min(top, y - 1), max(bottom, y + 2)
                        left, right = min(left, x - 1), max(right, x + 2)
            found = False
            for a in range(max(top - 1, 0) // TILE, min(bottom + 1, height - 1) // TILE + 1):
                for b in range(max(left - 1, 0) // TILE, min(right + 1, width - 1) // TILE + 1):
                    found |= tiles[a, b] != 0
            if not found:
                continue
            tall, wide = bottom - top + 1, right - left + 1
            if top < 2 or left < 2 or bottom > height - 3 or right > width - 3 or tall > ROOM or wide > ROOM:
                return False
            _averaged(page, top, left, tall, wide, scratch)
            for i in range(first_i, last_i + 1):
                x_part = np.float32(y_center - i) * sine
                y_part = np.float32(i - y_center) * cosine
                a, b = i - top, i - top
                if turned:
                    a = y_center + (np.int32(y_part + np.float32(x_center - first_j) * sine) >> 4) - top
                    b = y_center + (np.int32(y_part + np.float32(x_center - last_j) * sine) >> 4) - top
                light = True
                for row in range(min(a, b), max(a, b) + 2):
                    light &= scratch[row, -1] == 255
                if light:
                    continue
                for j in range(first_j, last_j + 1):
                    if turned:
                        x = np.int32(np.float32(j - x_center) * cosine - x_part)
                        y = np.int32(y_part + np.float32(x_center - j) * sine)
                        column, row = x_center + (x >> 4) - left, y_center + (y >> 4) - top
                        one, two = scratch[row, column], scratch[row, column + 1]
                        three, four = scratch[row + 1, column], scratch[row + 1, column + 1]
                        if one & two & three & four == 255:
                            continue
                        x &= 15
                        y &= 15
                        upper = (16 - x) * np.int32(one) + x * np.int32(two)
                        lower = (16 - x) * np.int32(three) + x * np.int32(four)
                        level = (((16 - y) * upper + y * lower + 128) >> 8) + offset - fade[i + 2 * j]
                    else:
                        level = np.int32(scratch[i - top, j - left]) + offset - fade[i + 2 * j]
                    if level >= _THRESHOLD + speckle:
                        continue
                    if level >= _THRESHOLD - speckle:
                        draw = rows[i] * powers[j] % _MODULUS
                        if level + draw % (2 * speckle + 1) - speckle >= _THRESHOLD:
                            continue
                    out[i, j] = 0
    state[0] = value
    return True
