"""A line through the network: scaled, perhaps turned or inverted, and forward.

Source: ``LSTMRecognizer::RecognizeLine``, ``OutputStats`` and ``SetRandomSeed`` (``lstmrecognizer.cpp``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessnb.errors import FormatError, InputError
from tessnb.events import SkipReason
from tessnb.formats.lstmf import ImageData
from tessnb.lines import TrainingLine, network_input, prepare_line
from tessnb.network.activations import Activations
from tessnb.network.layers.base import Layer
from tessnb.network.random import TRand

__all__ = ["Augment", "LineOutputs", "Sample", "Skipped", "forward_line", "sample_name", "seed_for"]

#: A line as the order of samples has it: encoded in a document, or in memory.
Sample = ImageData | TrainingLine

#: Makes another image of a line's, given the sample iteration as a seed.
Augment = Callable[[np.ndarray, int], np.ndarray]

#: Widest image to train on, in its own heights (``kMaxImageWidth``).
MAX_ASPECT = 128

#: Below this mean of the best outputs, a line whole in its image is tried inverted.
INVERT_THRESHOLD = 0.5

_SEED_FACTOR = 0x10000001


class Skipped(Exception):
    """A line that cannot be used: the reason, and its particulars."""

    def __init__(self, reason: SkipReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class LineOutputs:
    """What the network made of a line.

    Attributes
    ----------
    outputs : float32 array (time, classes)
        A view of memory that the network owns: valid until its next forward run.
    activations : Activations
        The same as the network returned it.
    input_width : int
        Width of the network's input in pixels.
    """

    outputs: NDArray[np.float32]
    activations: Activations
    input_width: int


def seed_for(randomizer: TRand, iteration: int) -> None:
    """Seed the generator for a sample iteration, so that every run draws the same numbers for it."""
    randomizer.set_seed(iteration * _SEED_FACTOR)
    randomizer.int_rand()


def sample_name(sample: Sample) -> tuple[str, int]:
    """Return the file or document that a line came from, and its page or place there."""
    if isinstance(sample, ImageData):
        return sample.imagefilename, sample.page_number
    return sample.source, sample.page


def _scaled_image(sample: Sample, network: Layer, augment: Augment | None, iteration: int) -> np.ndarray:
    try:
        image = TrainingLine.from_image_data(sample).image if isinstance(sample, ImageData) else sample.image
        if augment is not None:
            image = augment(image, iteration)
        scaled, _ = prepare_line(image, network.input_shape())
    except (FormatError, InputError) as error:
        raise Skipped(SkipReason.UNREADABLE, str(error)) from None
    height, width = scaled.shape[:2]
    least = network.x_scale_factor()
    if width < least or height < least:
        raise Skipped(SkipReason.TOO_SMALL, f"{width}x{height} vs min width of {least}")
    if width > MAX_ASPECT * height:
        raise Skipped(SkipReason.TOO_LARGE, f"{width}x{height}")
    return scaled


def _mean_confidence(outputs: NDArray[np.float32], null_char: int) -> float:
    """Return the mean output of the best classes that are not null, in steps of 1/127; 0 if all are null."""
    best = outputs.argmax(1)
    tops = outputs[np.arange(len(best)), best][best != null_char]
    if not len(tops):
        return 0.0
    buckets = np.clip((np.float32(127) * tops).astype(np.int64), 0, 127)
    return float(np.float32(buckets.sum() / len(buckets) / 127))


def forward_line(
    network: Layer,
    sample: Sample,
    *,
    iteration: int,
    null_char: int,
    randomizer: TRand,
    training: bool,
    upside_down: bool = False,
    augment: Augment | None = None,
) -> LineOutputs:
    """Run a line through the network.

    Parameters
    ----------
    network : Layer
    sample : ImageData or TrainingLine
        One without boxes is tried inverted too if the network is not confident of it.
    iteration : int
        The sample iteration; it seeds the noise.
    null_char : int
    randomizer : TRand
        Seeded here; the network must draw from the same.
    training : bool
        Keep what the backward run needs.
    upside_down : bool
        Turn the scaled image by 180 degrees.
    augment : callable, optional
        Changes the image before it is scaled; it is given the image and `iteration`.

    Raises
    ------
    Skipped
        If the image cannot be decoded, or is too small or too wide.
    """
    image = _scaled_image(sample, network, augment, iteration)
    if upside_down:
        image = image[::-1, ::-1]

    def run(pixels: np.ndarray) -> tuple[Activations, int]:
        seed_for(randomizer, iteration)
        values, widths = network_input(
            pixels, network.input_shape(), integer=network.int_mode, randomizer=randomizer
        )
        x = Activations(values, np.full(len(widths), values.shape[1], np.int64), widths.astype(np.int64))
        return network.forward(x, training=training, randomizer=randomizer), int(widths[0])

    result, width = run(image)
    if not len(sample.boxes):
        confidence = _mean_confidence(result.line(), null_char)
        if confidence < INVERT_THRESHOLD:
            inverted = ~image if image.dtype == np.bool_ else np.uint8(255) - image
            result, width = run(inverted)
            if _mean_confidence(result.line(), null_char) <= confidence:
                # The last run must be the one that is trained on.
                result, width = run(image)
    return LineOutputs(result.line(), result, width)
