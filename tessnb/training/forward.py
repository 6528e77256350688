"""A line through the network: scaled, perhaps turned or inverted, and forward.

Source: ``LSTMRecognizer::RecognizeLine``, ``OutputStats`` and ``SetRandomSeed`` (``lstmrecognizer.cpp``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessnb.formats.lstmf import ImageData
from tessnb.lines import network_input
from tessnb.network.activations import Activations
from tessnb.network.layers.base import Layer
from tessnb.network.random import TRand
from tessnb.recognition.batches import mean_output
from tessnb.training.inputs import Augment, LineInput, LineInputs, Sample, Skipped, line_input

__all__ = [
    "Augment",
    "LineOutputs",
    "Sample",
    "Skipped",
    "forward_line",
    "forward_lines",
    "sample_name",
]

#: Below this mean of the best outputs, a line whole in its image is tried inverted.
INVERT_THRESHOLD = 0.5


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


def sample_name(sample: Sample) -> tuple[str, int]:
    """Return the file or document that a line came from, and its page or place there."""
    if isinstance(sample, ImageData):
        return sample.imagefilename, sample.page_number
    return sample.source, sample.page


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
    inputs: LineInputs | None = None,
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
    inputs : LineInputs, optional
        Where the line may have been made ready before.

    Raises
    ------
    Skipped
        If the image cannot be decoded, or is too small or too wide.
    """
    line = (inputs or LineInputs(0)).take(sample, iteration, network, augment)
    if upside_down:
        line = line_input(line.image[::-1, ::-1], network)
    result, widths = forward_lines(
        network,
        [line],
        [not len(sample.boxes)],
        iteration=iteration,
        null_char=null_char,
        randomizer=randomizer,
        training=training,
    )
    return LineOutputs(result.line(), result, widths[0])


def forward_lines(
    network: Layer,
    lines: Sequence[LineInput],
    whole: Sequence[bool],
    *,
    iteration: int,
    null_char: int,
    randomizer: TRand,
    training: bool,
) -> tuple[Activations, list[int]]:
    """Run lines through the network as one batch.

    Parameters
    ----------
    network : Layer
    lines : sequence of LineInput
    whole : sequence of bool
        Which lines fill their images, without boxes: they are tried inverted too if the network is not
        confident of them.
    iteration, null_char, randomizer, training
        As for `forward_line`.

    Returns
    -------
    activations : Activations
        In memory that the network owns: valid until its next forward run.
    widths : list of int
        Each line's width at the network's input in pixels.
    """

    def run(images: Sequence[LineInput]) -> tuple[Activations, list[int]]:
        randomizer.seed_for_line(iteration)
        x = _stacked(network, images, randomizer)
        return network.forward(x, training=training, randomizer=randomizer), x.widths.tolist()

    def confidence(result: Activations, item: int) -> float:
        return mean_output(result.line(item), null_char)

    result = run(lines)
    before = {item: confidence(result[0], item) for item in range(len(lines)) if whole[item]}
    unsure = [item for item, value in before.items() if value < INVERT_THRESHOLD]
    if unsure:
        tried = list(lines)
        for item in unsure:
            image = lines[item].image
            inverted = ~image if image.dtype == np.bool_ else np.uint8(255) - image
            tried[item] = line_input(inverted, network)
        result = run(tried)
        worse = [item for item in unsure if confidence(result[0], item) <= before[item]]
        if worse:
            # The last run must be the one that is trained on.
            for item in worse:
                tried[item] = lines[item]
            result = run(tried)
    return result


def _stacked(network: Layer, lines: Sequence[LineInput], randomizer: TRand) -> Activations:
    """Return lines as one batch, padded with zeros."""
    values = [line.values[0] for line in lines if line.values is not None]
    if len(values) == len(lines):
        return Activations.of_lines(values)
    stacked, widths = network_input(
        [line.image for line in lines],
        network.input_shape(),
        integer=network.int_mode,
        randomizer=randomizer,
    )
    heights = np.full(len(widths), stacked.shape[1], np.int64)
    return Activations(stacked, heights, widths.astype(np.int64))
