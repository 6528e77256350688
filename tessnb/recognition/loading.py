"""A model by its name in one call, also one that can be trained where only a fast model is installed."""

from __future__ import annotations

import os

from tessnb.recognition.dequantizing import dequantize
from tessnb.recognition.model import Model

__all__ = ["load_model"]


def load_model(
    source: str | os.PathLike[str], *, folder: str | os.PathLike[str] | None = None, trainable: bool = False
) -> Model:
    """Load a model that Tesseract has installed, or of a file.

    Parameters
    ----------
    source : str or path
        A language (``"eng"``) or a traineddata file.
    folder : path, optional
        Where to look for a language, instead of ``$TESSDATA_PREFIX`` and the system's folders.
    trainable : bool
        Turn an integer (fast) model into one with float weights; see `dequantize`.

    Raises
    ------
    InputError
        If there is no such file or language.
    FormatError
        If the file is not what it should be.
    """
    model = Model.load(source, folder=folder)
    return dequantize(model) if trainable else model
