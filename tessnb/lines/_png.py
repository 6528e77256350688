"""PNG files with the bytes that libpng gives them under Leptonica's settings, given the same zlib.

Pillow's encoder chooses filters and chunk sizes differently; with this one our `.lstmf` files are the same
bytes as those of `tesseract … lstm.train`.

Source: Leptonica's ``pixWriteMemPng``; the PNG specification, section 9 (filtering).
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

__all__ = ["encode_png"]

_CHUNK = 8192
_METRES = 39.37


def encode_png(image: np.ndarray, resolution: tuple[int, int] = (0, 0)) -> bytes:
    """Encode a grey or colour image.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    resolution : tuple of int
        Horizontal and vertical dots per inch; 0 is unknown.

    Returns
    -------
    bytes
        The PNG file.
    """
    height, width = image.shape[:2]
    channels = 3 if image.ndim == 3 else 1
    metres = [int(_METRES * dots + 0.5) for dots in resolution]
    raw = _filtered(image.reshape(height, width * channels), channels)
    data = _deflate(raw)
    parts = [
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">IIB", *metres, any(metres))),
    ]
    parts += [_chunk(b"IDAT", data[at : at + _CHUNK]) for at in range(0, len(data), _CHUNK)]
    return b"".join([*parts, _chunk(b"IEND", b"")])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _deflate(raw: bytes) -> bytes:
    """Compress with a window no larger than the data needs, and say so in the header."""
    bits = 15
    while bits > 8 and len(raw) <= 16384 and len(raw) + 262 <= 1 << (bits - 1):
        bits -= 1
    packer = zlib.compressobj(6, zlib.DEFLATED, max(bits, 9), 8, zlib.Z_FILTERED)
    data = bytearray(packer.compress(raw) + packer.flush())
    needed = data[0] >> 4
    while needed > 0 and len(raw) <= 16384 and len(raw) <= 1 << (needed + 7):
        needed -= 1
    data[0] = data[0] & 15 | needed << 4
    data[1] &= 0xE0
    data[1] += 31 - ((data[0] << 8) + data[1]) % 31
    return bytes(data)


def _filtered(rows: np.ndarray, step: int) -> bytes:
    """Filter each row by the method with the least sum of absolute differences."""
    now = rows.astype(np.int16)
    left, up, corner = np.zeros_like(now), np.zeros_like(now), np.zeros_like(now)
    left[:, step:] = now[:, :-step]
    up[1:] = now[:-1]
    corner[1:, step:] = now[:-1, :-step]
    guess = left + up - corner
    a, b, c = np.abs(guess - left), np.abs(guess - up), np.abs(guess - corner)
    paeth = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
    differences = [
        (now - other).astype(np.uint8) for other in (np.int16(0), left, up, (left + up) >> 1, paeth)
    ]
    costs = [np.abs(values.view(np.int8).astype(np.int32)).sum(axis=1) for values in differences]
    for method in range(1, 5):  # libpng leaves out what cannot help in a single row or column
        if (len(rows) == 1 and method > 1) or (rows.shape[1] == step and method != 2):
            costs[method][:] = np.iinfo(np.int32).max
    methods = np.argmin(costs, axis=0).astype(np.uint8)
    out = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    out[:, 0] = methods
    for method, values in enumerate(differences):
        chosen = methods == method
        out[chosen, 1:] = values[chosen]
    return out.tobytes()
