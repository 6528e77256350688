"""Black and white pages into a multi-page TIFF with CCITT Group 4 compression, as in ``text2image``."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

import numpy as np

from tessnb.files import write_bytes
from tessnb.kernels.group4 import encode
from tessnb.synthesis.faxcodes import CODES, LENGTHS

__all__ = ["TiffPages", "write_tiff"]

#: The resolution that the reference notes in its files, whatever it rendered at.
NOTED_RESOLUTION = 300
_SHORT, _LONG, _RATIONAL = 3, 4, 5
_GROUP_4, _BLACK_IS_ZERO = 4, 1


class TiffPages:
    """A TIFF file in the making: pages are compressed as they come.

    Notes
    -----
    One strip per page, little endian. Source: TIFF 6.0, Part 1; the tags are Leptonica's (``tiffio.c``).
    """

    def __init__(self) -> None:
        self._pages: list[tuple[int, int, bytes]] = []

    def __len__(self) -> int:
        return len(self._pages)

    def add(self, page: np.ndarray) -> None:
        """Add a page.

        Parameters
        ----------
        page : ndarray, shape=(height, width), dtype=uint8
            Pixels below 128 are ink.
        """
        height, width = page.shape
        self._pages.append((width, height, _group4(page)))

    def to_bytes(self) -> bytes:
        """Return the file."""
        parts, offset = [struct.pack("<2sHI", b"II", 42, 8)], 8
        for number, (width, height, strip) in enumerate(self._pages):
            fields = 12
            resolution = offset + 2 + 12 * fields + 4
            data = resolution + 8
            end = data + len(strip) + len(strip) % 2
            last = number == len(self._pages) - 1
            entries = [
                (256, _SHORT if width < 65536 else _LONG, width),
                (257, _SHORT if height < 65536 else _LONG, height),
                (258, _SHORT, 1),
                (259, _SHORT, _GROUP_4),
                (262, _SHORT, _BLACK_IS_ZERO),
                (273, _LONG, data),
                (277, _SHORT, 1),
                (278, _LONG, height),
                (279, _LONG, len(strip)),
                (282, _RATIONAL, resolution),
                (283, _RATIONAL, resolution),
                (296, _SHORT, 2),
            ]
            parts.append(struct.pack("<H", fields))
            parts += [struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries]
            parts.append(struct.pack("<III", 0 if last else end, NOTED_RESOLUTION, 1))
            parts.append(strip + b"\0" * (len(strip) % 2))
            offset = end
        return b"".join(parts)


def write_tiff(path: str | os.PathLike[str], pages: Iterable[np.ndarray]) -> None:
    """Write pages (uint8, ink below 128) to a TIFF file."""
    file = TiffPages()
    for page in pages:
        file.add(page)
    write_bytes(path, file.to_bytes())


def _group4(page: np.ndarray) -> bytes:
    """Compress a page and return the strip."""
    height, width = page.shape
    if width % 8:
        page = np.pad(page, ((0, 0), (0, -width % 8)))
    eights = np.ascontiguousarray(page).view("<i8")
    changes = np.empty((2, width + 16), np.int64)
    room = height * width // 16 + 4096
    while True:
        out = np.zeros(room, np.uint8)
        size = encode(eights, width, CODES, LENGTHS, changes, out)
        if size >= 0:
            return out[:size].tobytes()
        room *= 4
