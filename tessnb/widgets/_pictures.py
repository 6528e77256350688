"""Arrays of grey levels as pictures for the browser."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

__all__ = ["data_url", "png"]


def png(image: np.ndarray) -> bytes:
    """Return an image as a PNG file.

    Parameters
    ----------
    image : ndarray of uint8 or bool, shape (height, width) or (height, width, 3)
        Grey levels, 0 is black; or colours; or bits, True is black.
    """
    pixels = np.where(image, np.uint8(0), np.uint8(255)) if image.dtype == np.bool_ else image
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=3)
    return file.getvalue()


def data_url(image: np.ndarray) -> str:
    """Return an image as an address that holds all of it, for static pages."""
    return f"data:image/png;base64,{base64.b64encode(png(image)).decode()}"
