"""From a line image to the network's outputs, tried inverted where the first try is poor.

Source: ``lstmrecognizer.cpp``, ``LSTMRecognizer::RecognizeLine`` and ``OutputStats``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessnb.lines import network_input, prepare_line
from tessnb.network import Activations, blas_threads
from tessnb.network.layers.base import LOSS_SOFTMAX
from tessnb.recognition.batches import mean_output, noise
from tessnb.recognition.model import Model

__all__ = ["INVERT_THRESHOLD", "LineOutputs", "is_simple_text", "prepared", "run_network"]

#: Below this mean of its best outputs a line is tried with black and white exchanged.
INVERT_THRESHOLD = 0.7


@dataclass(frozen=True, eq=False)
class LineOutputs:
    """What the network says of a line.

    Attributes
    ----------
    values : ndarray of float32, shape (steps, codes)
        Probabilities.
    scale : float
        Pixels of the line image per step.
    inverted : bool
        Whether they are of the inverted image.
    """

    values: np.ndarray
    scale: float
    inverted: bool = False


def is_simple_text(model: Model) -> bool:
    """Return whether every output step is a character (``LSTMRecognizer::SimpleTextOutput``)."""
    network = model.network
    return network.output_shape(network.input_shape()).loss_type == LOSS_SOFTMAX


def run_network(
    model: Model, image: np.ndarray, *, invert_threshold: float = INVERT_THRESHOLD
) -> LineOutputs:
    """Recognize a line image.

    Parameters
    ----------
    model : Model
        Its network runs; not from two threads at once.
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
        A line; True or 0 is black.
    invert_threshold : float
        Below this mean of the best outputs the inverted image is tried too; 0 never tries.

    Raises
    ------
    InputError
        If the image is too small.
    """
    scaled, scale = prepared(model, image)
    outputs = _forward(model, scaled)
    inverted = False
    if invert_threshold > 0:
        mean = mean_output(outputs, model.null_char)
        if mean < np.float32(invert_threshold):
            others = _forward(model, ~scaled)
            inverted = mean_output(others, model.null_char) > mean
            outputs = others if inverted else outputs
    return LineOutputs(outputs, scale, inverted)


def prepared(model: Model, image: np.ndarray) -> tuple[np.ndarray, float]:
    """Return a line image scaled for a model, and the image's pixels per step of the outputs.

    Raises
    ------
    InputError
        If the image is too small.
    """
    factor = model.network.x_scale_factor()
    scaled, scale = prepare_line(image, model.network.input_shape(), min_width=factor)
    return scaled, float(np.float32(factor) / np.float32(scale))


def _forward(model: Model, scaled: np.ndarray) -> np.ndarray:
    randomizer, network = noise(model.sample_iteration), model.network
    values, widths = network_input(
        scaled, network.input_shape(), integer=model.integer, randomizer=randomizer
    )
    heights = np.full(len(values), values.shape[1])
    with blas_threads():
        result = network.forward(Activations(values, heights, widths), training=False, randomizer=randomizer)
    return np.array(result.line(), np.float32)
