"""Black and white pages into CCITT Group 4 code (ITU-T T.6)."""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import INSIDE, OPTIONS

__all__ = ["encode"]

_PASS, _HORIZONTAL = (1, 4), (1, 3)
#: Codes and lengths for a change 3 to the right up to 3 to the left of the one above.
_VERTICAL = ((3, 7), (3, 6), (3, 3), (1, 1), (2, 3), (2, 6), (2, 7))
_END = (1, 12)


#: In eight pixels at once: the bits that say paper, the lowest bits, and a factor that gathers these on top.
_PAPER, _LOWEST = 0x8080808080808080 - (1 << 64), 0x0101010101010101
_GATHER = 0x8040201008040201 - (1 << 64)
#: For each byte of change bits: their places from the left, filled up, and their number.
_PLACES = np.zeros((256, 9), np.int64)
for _byte in range(256):
    _set = [place for place in range(8) if _byte >> (7 - place) & 1]
    _PLACES[_byte, : len(_set)] = _set
    _PLACES[_byte, 8] = len(_set)


@numba.njit(**INSIDE)
def _changes(row: np.ndarray, width: int, found: np.ndarray) -> int:
    """Write the columns at which a row's colour changes, first from ink to paper; return their number."""
    count = 0
    before = 0  # 1 behind paper
    same = 0  # what eight pixels are that go on in that colour
    for k in range(len(row)):
        eight = row[k] & _PAPER
        if eight == same:
            continue
        bits = (((eight >> 7) & _LOWEST) * _GATHER >> 56) & 255
        places = _PLACES[bits ^ (bits >> 1 | before << 7)]
        for n in range(8):
            found[count + n] = 8 * k + places[n]
        count += places[8]
        before = bits & 1
        same = _PAPER if before else 0
    while count and found[count - 1] >= width:
        count -= 1
    for k in range(count, count + 4):
        found[k] = width
    return count


@numba.njit(**INSIDE)
def _put(out: np.ndarray, at: int, code: int, length: int) -> int:
    """Append `length` bits, at most 17, behind `at` bits of `out`, which is zero there."""
    bits = code << (24 - (at & 7) - length)
    place = at >> 3
    out[place] |= np.uint8(bits >> 16)
    out[place + 1] = np.uint8((bits >> 8) & 255)
    out[place + 2] = np.uint8(bits & 255)
    return at + length


@numba.njit(**INSIDE)
def _put_run(out: np.ndarray, at: int, run: int, codes: np.ndarray, lengths: np.ndarray) -> int:
    """Append the code of a run: 64 codes of short ones are followed by those of 64, 128 … 2560."""
    while run >= 2624:
        at = _put(out, at, codes[103], lengths[103])
        run -= 2560
    if run >= 64:
        at = _put(out, at, codes[63 + (run >> 6)], lengths[63 + (run >> 6)])
        run &= 63
    return _put(out, at, codes[run], lengths[run])


@numba.njit(**OPTIONS)
def encode(
    page: np.ndarray,
    width: int,
    codes: np.ndarray,
    lengths: np.ndarray,
    changes: np.ndarray,
    out: np.ndarray,
) -> int:
    """Encode a page.

    Parameters
    ----------
    page : ndarray of int64, shape (height, ceil(width / 8))
        Eight pixels of a byte each, the first one lowest; those of 128 and more have the codes of black runs.
    width : int
        Pixels in a row.
    codes, lengths : ndarray of int64, shape (2, 104)
        Of white and black runs: 0 to 63, then 64, 128 … 2560.
    changes : ndarray of int64, shape (2, width + 16)
        Scratch.
    out : ndarray of uint8, shape (n,)
        Zero.

    Returns
    -------
    int
        Bytes written, or -1 if `out` might be too small.
    """
    at = 0
    above, own = changes[0], changes[1]
    above[:4] = width
    room = 8 * len(out) - 64
    for i in range(len(page)):
        count = _changes(page[i], width, own)
        if at + 32 * (count + 4) > room:
            return -1
        a0, colour = 0, 0  # where coding stands, and the colour there
        next_a = next_b = 0
        started = False
        while a0 < width:
            while own[next_a] < width and (own[next_a] < a0 or (own[next_a] == a0 and started)):
                next_a += 1
            while next_b > 0 and above[next_b - 1] > a0:
                next_b -= 1
            while above[next_b] < width and (
                above[next_b] < a0 or (above[next_b] == a0 and started) or next_b % 2 != colour
            ):
                next_b += 1
            a1, b1 = own[next_a], above[next_b]
            b2 = above[next_b + 1] if b1 < width else width
            started = True
            if b2 < a1:
                at = _put(out, at, *_PASS)
                a0 = b2
            elif -3 <= a1 - b1 <= 3:
                code, length = _VERTICAL[3 - (a1 - b1)]
                at = _put(out, at, code, length)
                a0, colour = a1, 1 - colour
            else:
                a2 = own[next_a + 1] if a1 < width else width
                at = _put(out, at, *_HORIZONTAL)
                at = _put_run(out, at, a1 - a0, codes[colour], lengths[colour])
                at = _put_run(out, at, a2 - a1, codes[1 - colour], lengths[1 - colour])
                a0 = a2
        above, own = own, above
    at = _put(out, at, *_END)
    at = _put(out, at, *_END)
    return (at + 7) // 8
