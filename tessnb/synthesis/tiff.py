"""Black and white pages into a multi-page TIFF with CCITT Group 4 compression, as ``text2image`` writes it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable

import numpy as np
from PIL import Image

from tessnb.files import write_bytes

__all__ = ["tiff_bytes", "write_tiff"]

#: The resolution that the reference notes in its files, whatever it rendered at.
NOTED_RESOLUTION = 300
_STRIP = 65536


def tiff_bytes(pages: Iterable[np.ndarray]) -> bytes:
    """Return a TIFF file.

    Parameters
    ----------
    pages : iterable of ndarray, shape=(height, width), dtype=uint8
        Pixels below 128 are ink.
    """
    images = [_bilevel(page) for page in pages]
    file = io.BytesIO()
    settings = {"compression": "group4", "dpi": (NOTED_RESOLUTION, NOTED_RESOLUTION), "strip_size": 1 << 30}
    images[0].save(file, "TIFF", save_all=len(images) > 1, append_images=images[1:], **settings)
    return file.getvalue()


def write_tiff(path: str | os.PathLike[str], pages: Iterable[np.ndarray]) -> None:
    """Write pages to a TIFF file."""
    write_bytes(path, tiff_bytes(pages))


def _bilevel(page: np.ndarray) -> Image.Image:
    height, width = page.shape
    ink = np.packbits(page < 128, axis=1)
    return Image.frombytes("1", (width, height), ink.tobytes(), "raw", "1;I")
