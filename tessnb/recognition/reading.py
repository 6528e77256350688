"""An image in, its text out, in one call."""

from __future__ import annotations

import os

import numpy as np

from tessnb.lines import read_image
from tessnb.recognition.model import Model
from tessnb.recognition.page import read_page
from tessnb.recognition.recognizer import Recognizer

__all__ = ["read"]


def read(
    image: np.ndarray | str | os.PathLike[str],
    model: Model | str | os.PathLike[str] = "eng",
    *,
    psm: int = 6,
    dictionaries: bool = True,
) -> str:
    """Read an image as ``tesseract --psm 6`` does.

    Parameters
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3); or path
        A page or line; True or 0 is black.
    model : Model, language or path
    psm : int
        What is on the image: 6 is a block of lines, 7 one line; 13 takes it for one line as it is.
    dictionaries : bool
        Use the model's dictionaries.

    Returns
    -------
    str
        A line of text per line found, without a line feed at the end.

    Raises
    ------
    InputError
        If a file or language is missing, or `psm` is another number.
    """
    model = model if isinstance(model, Model) else Model.load(model)
    page = image if isinstance(image, np.ndarray) else read_image(image)
    return read_page(Recognizer(model, dictionaries=dictionaries), page, psm).text.rstrip("\n")
