"""From a clean page to a scanned, black and white one in one pass, tile by tile, skipping what stays white.

The result is that of `degrading.average`, `rotate` and `shade` and a threshold, one after the other. What
saves time: most tiles are empty; a page turned by little takes a tile's row from two or three rows of pixels
that lie side by side, so that many are computed at once; most pixels are so light or dark that no noise can
turn them, and the generator's value for the others is reached by a jump. All sums fit into 16 bits, and say
so at every step, since Numba widens what it is not told to keep small.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import INSIDE, OPTIONS

__all__ = ["ROOM", "SCRATCH", "TILE", "scan"]

#: Side of a tile in pixels.
TILE = 32
#: Side of the square of averaged pixels that a tile is made from.
ROOM = 48
#: Shape of the scratch for averaged pixels, and a few rows more.
SCRATCH = (ROOM + 5, ROOM + 16)
_MODULUS = 2147483647
_THRESHOLD = 128


@numba.njit(**INSIDE)
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


@numba.njit(**INSIDE)
def _averaged(page: np.ndarray, top: int, left: int, rows: int, out: np.ndarray, light: np.ndarray) -> None:
    """Fill `rows` rows of `out` with the means of 3 by 3 pixels; they may not touch the page's edges.

    Always `ROOM` pixels wide, which may go on in the page's next row. `light` becomes whether a row of `out`
    has no ink.
    """
    for i in range(-1, rows + 1):
        source, sums = page[top + i], out[ROOM + (i + 1) % 3]
        source = source[left - 1 :]
        for j in range(ROOM):
            one, two, three = source[j], source[j + 1], source[j + 2]
            sums[j] = np.uint16(np.uint16(np.uint16(one) + np.uint16(two)) + np.uint16(three))
        if i < 1:
            continue
        means = out[i - 1]
        above, row, below = out[ROOM], out[ROOM + 1], out[ROOM + 2]
        inked = np.uint16(0)
        for j in range(ROOM):
            total = np.uint16(np.uint16(above[j] + row[j]) + np.uint16(below[j] + np.uint16(4)))
            mean = np.uint16((np.uint32(total) * np.uint32(7282)) >> np.uint32(16))  # a ninth, rounded
            means[j] = mean
            inked = np.uint16(inked | np.uint16(mean ^ np.uint16(255)))
        light[i - 1] = inked == 0


@numba.njit(**INSIDE)
def _mixed(
    averages: np.ndarray,
    row: int,
    column: int,
    x_steps: np.ndarray,
    x_part: np.float32,
    y_steps: np.ndarray,
    y_part: np.float32,
    x_origin: int,
    y_origin: int,
    out: np.ndarray,
) -> bool:
    """Mix pixels of turned `averages` into a row of a tile.

    False, with `out` spoiled, if they do not come from `row` to `row` + 2, from `column` on, side by side.
    """
    upper, middle, lower = averages[row], averages[row + 1], averages[row + 2]
    upper, middle, lower = upper[column:], middle[column:], lower[column:]
    stray = np.int32(0)
    ahead, below = np.int32(column - x_origin), np.int32(row - y_origin)
    for k in range(TILE):
        x = np.int32(x_steps[k] - x_part)
        y = np.int32(y_part + y_steps[k])
        down = np.int32(np.int32(y >> np.int32(4)) - below)
        along = np.int32(np.int32(x >> np.int32(4)) - np.int32(k))
        stray = np.int32(stray | np.int32(np.int32(along ^ ahead) | np.int32(down & np.int32(-2))))
        x_share, y_share = np.uint16(x & np.int32(15)), np.uint16(y & np.int32(15))
        x_rest, y_rest = np.uint16(np.uint16(16) - x_share), np.uint16(np.uint16(16) - y_share)
        one = np.uint16(np.uint16(x_rest * upper[k]) + np.uint16(x_share * upper[k + 1]))
        two = np.uint16(np.uint16(x_rest * middle[k]) + np.uint16(x_share * middle[k + 1]))
        three = np.uint16(np.uint16(x_rest * lower[k]) + np.uint16(x_share * lower[k + 1]))
        if down == 1:
            one, two = two, three
        total = np.uint16(np.uint16(y_rest * one) + np.uint16(y_share * two))
        out[k] = np.uint16(np.uint16(total + np.uint16(128)) >> np.uint16(8))
    return stray == 0


@numba.njit(**INSIDE)
def _mixed_anywhere(
    averages: np.ndarray,
    count: int,
    x_steps: np.ndarray,
    x_part: np.float32,
    y_steps: np.ndarray,
    y_part: np.float32,
    x_origin: int,
    y_origin: int,
    out: np.ndarray,
) -> None:
    """Mix the first `count` pixels of a tile's row, wherever they come from."""
    for k in range(count):
        x, y = np.int32(x_steps[k] - x_part), np.int32(y_part + y_steps[k])
        column, row = x_origin + (x >> 4), y_origin + (y >> 4)
        upper = (16 - (x & 15)) * averages[row, column] + (x & 15) * averages[row, column + 1]
        lower = (16 - (x & 15)) * averages[row + 1, column] + (x & 15) * averages[row + 1, column + 1]
        out[k] = ((16 - (y & 15)) * upper + (y & 15) * lower + 128) >> 8


@numba.njit(**OPTIONS)
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
    averages: np.ndarray,
    steps: np.ndarray,
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
    fade : ndarray of int16, shape (2, at least width + TILE + height // 2)
        What is taken off at row + 2 * column, for even and for odd rows.
    powers : ndarray of int64, shape (width + 1,)
        Powers of the generator's multiplier, from the first.
    state : ndarray of int64, shape (1,)
        Of the generator; left as after a draw per pixel.
    tiles : ndarray of uint8, shape (ceil(height / TILE), ceil(width / TILE))
        Scratch, zero.
    averages : ndarray of uint16, shape SCRATCH
        Scratch.
    steps : ndarray of float32, shape (2, at least width + TILE)
        Scratch.
    rows : ndarray of int64, shape (height,)
        Scratch.
    out : ndarray of uint8, shape (height, width)
        White on entry; 0 where there is ink.
    """
    height, width = page.shape
    x_center, y_center = width // 2, height // 2
    darkest_fade = fade[(height - 1) & 1, width - 1 + (height - 1) // 2]
    if width < 2 * TILE or 255 + offset - speckle - darkest_fade < _THRESHOLD:
        return False
    _occupied(page, tiles)
    value = state[0]
    for i in range(height):
        rows[i] = value
        value = value * powers[width - 1] % _MODULUS
    for j in range(steps.shape[1]):
        steps[0, j] = np.float32(j - x_center) * cosine
        steps[1, j] = np.float32(x_center - j) * sine
    inked = np.int16(_THRESHOLD - speckle - offset)  # no noise makes paper of what is darker
    paper = np.int16(_THRESHOLD + speckle - offset)
    light, mixed = averages[ROOM + 3], averages[ROOM + 4]
    for tile_row in range(tiles.shape[0]):
        for tile_column in range(tiles.shape[1]):
            first_i, first_j = tile_row * TILE, tile_column * TILE
            last_i, last_j = min(first_i + TILE, height) - 1, min(first_j + TILE, width) - 1
            top, bottom, left, right = first_i, last_i, first_j, last_j
            if turned:
                top, bottom, left, right = height, -1, width, -1
                for i in (first_i, last_i):
                    for j in (first_j, last_j):
                        right_by = np.float32(j - x_center) * cosine + np.float32(i - y_center) * sine
                        down_by = np.float32(i - y_center) * cosine - np.float32(j - x_center) * sine
                        row = y_center + (np.int64(down_by) >> 4)
                        column = x_center + (np.int64(right_by) >> 4)
                        top, bottom = min(top, row - 1), max(bottom, row + 2)
                        left, right = min(left, column - 1), max(right, column + 2)
            found = False
            for a in range(max(top - 1, 0) // TILE, min(bottom + 1, height - 1) // TILE + 1):
                for b in range(max(left - 1, 0) // TILE, min(right + 1, width - 1) // TILE + 1):
                    found |= tiles[a, b] != 0
            if not found:
                continue
            tall, wide = bottom - top + 1, right - left + 1
            if top < 2 or left < 2 or bottom > height - 3 or right > width - 3 or tall > ROOM or wide > ROOM:
                return False
            _averaged(page, top, left, tall, averages, light)
            x_steps, y_steps = steps[0, first_j:], steps[1, first_j:]
            for i in range(first_i, last_i + 1):
                x_part = np.float32(y_center - i) * sine
                y_part = np.float32(i - y_center) * cosine
                a, b = i - top, i - top
                if turned:
                    a = y_center + (np.int32(y_part + y_steps[0]) >> 4) - top
                    b = y_center + (np.int32(y_part + y_steps[last_j - first_j]) >> 4) - top
                is_light = True
                for row in range(min(a, b), max(a, b) + 1 + turned):
                    is_light &= light[row] != 0
                if is_light:
                    continue
                if turned:
                    row = min(a, b)
                    column = x_center + (np.int32(x_steps[0] - x_part) >> 4) - left
                    x0, y0 = x_center - left, y_center - top
                    if not _mixed(averages, row, column, x_steps, x_part, y_steps, y_part, x0, y0, mixed):
                        count = last_j - first_j + 1
                        _mixed_anywhere(averages, count, x_steps, x_part, y_steps, y_part, x0, y0, mixed)
                else:
                    plain = averages[i - top]
                    for k in range(TILE):
                        mixed[k] = plain[k]
                to, fades = out[i, first_j:], fade[i & 1, first_j + i // 2 :]
                unsure = np.uint8(0)
                for k in range(last_j - first_j + 1):
                    level = np.int16(np.int16(mixed[k]) - fades[k])
                    to[k] = np.uint8(0) if level < inked else np.uint8(255)
                    unsure = np.uint8(unsure | np.uint8((level >= inked) & (level < paper)))
                if unsure:
                    for k in range(last_j - first_j + 1):
                        grey = np.int64(mixed[k]) - np.int64(fades[k])
                        if grey >= inked and grey < paper:
                            draw = rows[i] * powers[first_j + k] % _MODULUS
                            if grey + offset + draw % (2 * speckle + 1) - speckle < _THRESHOLD:
                                to[k] = 0
    state[0] = value
    return True
