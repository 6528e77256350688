"""Line images made a little different each time they are trained on.

Nothing of this is in Tesseract. Every effect is drawn from a generator that is seeded by the sample
iteration, so that a run that was stopped and resumed sees the very same images.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

import numpy as np
import scipy  # loads its parts when they are first used

from tessnb.errors import InputError
from tessnb.lines.scaling import to_grey

__all__ = ["Augmenter", "ImageEffect"]

#: A further effect: takes a grey image, a generator and the strength, returns a grey image.
ImageEffect = Callable[[np.ndarray, np.random.Generator, float], np.ndarray]

#: Height in pixels for which effects measured in pixels are meant: that of most networks' input.
_NOMINAL_HEIGHT = 36.0
#: Heights between two knots of the curve that a baseline is bent along.
_KNOT_DISTANCE = 2.0
#: Heights between two knots of an uneven paper.
_TEXTURE_DISTANCE = 0.5


@dataclass(frozen=True)
class Augmenter:
    """Changes line images at random, as paper, print and scanners do.

    Every effect is a pair ``(probability, strength)``: how likely it is applied to a line, and its largest
    amount; each time the amount is drawn anew. A probability of 0 turns an effect off.

    Attributes
    ----------
    slant : tuple of float
        Strength is the tangent of the largest angle by which letters lean left or right.
    stretch : tuple of float
        Strength is the largest logarithm of the factor by which the line becomes wider or narrower.
    rotation : tuple of float
        Strength is how much higher one end of the line lies, in heights.
    jitter : tuple of float
        The baseline wanders, and letters stand closer or farther apart: strength in heights.
    shift : tuple of float
        The line lies higher or lower, and is larger or smaller within its image: strength in heights.
    thickness : tuple of float
        Erosion or dilation by a 3 by 3 square; a strength of 1 is all of it, less is mixed with the image.
    blur : tuple of float
        Strength is the Gaussian's standard deviation in pixels of a line 36 pixels high.
    contrast : tuple of float
        Strength is the largest logarithm of the gamma: darker or lighter grey levels.
    noise : tuple of float
        Strength is the standard deviation in grey levels.
    texture : tuple of float
        Uneven paper and light: strength in grey levels.
    others : mapping of str to (ImageEffect, float, float)
        Further effects by name, with probability and strength, applied last.
    seed : int
        Another seed gives other draws.

    Raises
    ------
    InputError
        If a probability is not between 0 and 1, or a strength is negative.
    """

    slant: tuple[float, float] = (0.5, 0.3)
    stretch: tuple[float, float] = (0.5, 0.2)
    rotation: tuple[float, float] = (0.3, 0.2)
    jitter: tuple[float, float] = (0.5, 0.06)
    shift: tuple[float, float] = (0.5, 0.08)
    thickness: tuple[float, float] = (0.4, 1.0)
    blur: tuple[float, float] = (0.3, 1.4)
    contrast: tuple[float, float] = (0.4, 0.8)
    noise: tuple[float, float] = (0.3, 16.0)
    texture: tuple[float, float] = (0.3, 40.0)
    others: Mapping[str, tuple[ImageEffect, float, float]] = field(default_factory=dict)
    seed: int = 1

    def __post_init__(self) -> None:
        chances = {each.name: getattr(self, each.name) for each in fields(self)}
        del chances["others"], chances["seed"]
        for name, (probability, strength) in chances.items():
            if not 0 <= probability <= 1 or not strength >= 0:
                raise InputError(
                    "an effect has a probability between 0 and 1 and a strength of at least 0",
                    where=f"augmentation, {name}",
                    found=(probability, strength),
                )

    def scaled(self, factor: float) -> Augmenter:
        """Return the same effects with all strengths multiplied."""
        changed = {
            each.name: (getattr(self, each.name)[0], factor * getattr(self, each.name)[1])
            for each in fields(self)
            if each.name not in ("others", "seed")
        }
        others = {
            name: (effect, probability, factor * strength)
            for name, (effect, probability, strength) in self.others.items()
        }
        return Augmenter(**changed, others=others, seed=self.seed)

    def __call__(self, image: np.ndarray, sample_iteration: int) -> np.ndarray:
        """Return a changed copy of a line image.

        Parameters
        ----------
        image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
            True or 0 is black.
        sample_iteration : int
            Seeds all draws.

        Returns
        -------
        ndarray of uint8, shape (height, other width) or (height, other width, 3)
        """
        random = np.random.default_rng([self.seed, sample_iteration])
        pixels = to_grey(image) if image.dtype == np.bool_ else image
        values = self._bent(pixels.astype(np.float32), random)
        if amount := _drawn(random, self.thickness):
            values = _thicker(values, amount)
        if amount := _drawn(random, self.blur):
            sigma = abs(amount) * values.shape[0] / _NOMINAL_HEIGHT
            values = scipy.ndimage.gaussian_filter(
                values, (sigma, sigma, *[0] * (values.ndim - 2)), mode="nearest"
            )
        if amount := _drawn(random, self.contrast):
            values = 255.0 * np.clip(values / 255.0, 0.0, 1.0) ** np.float32(math.exp(amount))
        if amount := _drawn(random, self.texture):
            values = values + _uneven(values.shape[:2], random, abs(amount)).reshape(
                *values.shape[:2], *[1] * (values.ndim - 2)
            )
        if amount := _drawn(random, self.noise):
            values = values + np.float32(abs(amount)) * random.standard_normal(values.shape, np.float32)
        result = np.clip(values + 0.5, 0, 255).astype(np.uint8)
        for effect, probability, strength in self.others.values():
            if random.random() < probability:
                result = effect(result, random, strength)
        return result

    def _bent(self, image: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Return the image after all effects that move pixels, in one resampling."""
        height, width = image.shape[:2]
        slant, stretch = _drawn(random, self.slant), _drawn(random, self.stretch)
        rise = _drawn(random, self.rotation) * height
        jitter = _drawn(random, self.jitter) * height
        shift, growth = (_drawn(random, self.shift) for _ in range(2))
        if not any((slant, stretch, rise, jitter, shift, growth)):
            return image
        columns = max(round(width * math.exp(stretch)), 1)
        along = np.linspace(0.0, width - 1.0, columns)
        knots = max(round(width / height / _KNOT_DISTANCE), 1) + 1
        up, sideways = (
            jitter * np.interp(np.linspace(0, knots - 1, columns), range(knots), random.uniform(-1, 1, knots))
            for _ in range(2)
        )
        middle = (height - 1) / 2
        rows = np.arange(height)[:, None] - middle
        bent = rows * (1 + growth) + middle + shift * height + up + rise * (along / width - 0.5)
        leaning = along + sideways + slant * rows
        place = np.stack([bent, np.broadcast_to(leaning, bent.shape)])
        planes = [image] if image.ndim == 2 else np.moveaxis(image, 2, 0)
        moved = [scipy.ndimage.map_coordinates(plane, place, order=1, mode="nearest") for plane in planes]
        return moved[0] if image.ndim == 2 else np.stack(moved, axis=2)


def _drawn(random: np.random.Generator, chance: tuple[float, float]) -> float:
    """Return an amount between minus and plus the strength, or 0 where the effect does not happen.

    Two numbers are drawn in any case, so that turning one effect off leaves the others as they were.
    """
    probability, strength = chance
    happens, amount = random.random() < probability, random.uniform(-strength, strength)
    return float(amount) if happens else 0.0


def _thicker(values: np.ndarray, amount: float) -> np.ndarray:
    """Return the image with thicker (positive) or thinner strokes."""
    size = (3, 3, *[1] * (values.ndim - 2))
    extreme = scipy.ndimage.minimum_filter if amount > 0 else scipy.ndimage.maximum_filter
    share = np.float32(min(abs(amount), 1.0))
    return (1 - share) * values + share * extreme(values, size, mode="nearest")


def _uneven(shape: tuple[int, int], random: np.random.Generator, amount: float) -> np.ndarray:
    """Return smooth noise of a shape: float32, between minus and plus the amount."""
    height, width = shape
    distance = max(height * _TEXTURE_DISTANCE, 1.0)
    rows, columns = (max(round(length / distance), 1) + 1 for length in shape)
    grid = random.uniform(-amount, amount, (rows, columns)).astype(np.float32)
    y, x = np.linspace(0, rows - 1, height), np.linspace(0, columns - 1, width)
    place = np.stack(np.meshgrid(y, x, indexing="ij"))
    return scipy.ndimage.map_coordinates(grid, place, order=1, mode="nearest")
