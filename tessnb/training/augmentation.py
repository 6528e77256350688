"""The reference's degradations of rendered pages, as an effect on the lines that are trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tessnb.lines.augmenting import Augmenter
from tessnb.network.random import TRand

__all__ = ["copied_and_scanned", "with_degradations"]


def copied_and_scanned(image: np.ndarray, random: np.random.Generator, strength: float) -> np.ndarray:
    """Degrade a line as ``text2image --degrade_image`` does a page: copied too light or too dark, with noise.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
        Colours stay as they are.
    random : numpy.random.Generator
    strength : float
        The largest exposure, at most 3.
    """
    from tessnb.synthesis.degrading import degrade

    largest = min(round(strength), 3)
    exposure = int(random.integers(-largest, largest + 1))
    draws = TRand(int(random.integers(1, 1 << 31)))
    if image.ndim == 3 or min(image.shape) < 3:
        return image
    return degrade(np.ascontiguousarray(image), exposure, draws, rotation=None)[0]


def with_degradations(augmenter: Augmenter, probability: float = 0.3, strength: float = 1.0) -> Augmenter:
    """Return an augmenter that also applies the reference's degradations."""
    effect = (copied_and_scanned, probability, strength)
    return replace(augmenter, others={**augmenter.others, "degrade": effect})
