"""Lines made ready for the network: decoded, scaled, stretched to its input; some ahead of their turn.

Source: ``Input::PrepareLSTMInputs``, ``PreparePixInput`` (``input.cpp``).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessnb.errors import FormatError, InputError
from tessnb.events import SkipReason
from tessnb.formats.lstmf import ImageData
from tessnb.lines import TrainingLine, network_input, prepare_line
from tessnb.network.layers.base import Layer
from tessnb.training.workers import beside

__all__ = ["Augment", "LineInput", "LineInputs", "Sample", "Skipped", "line_input", "scaled_image"]

#: A line as the order of samples has it: encoded in a document, or in memory.
Sample = ImageData | TrainingLine

#: Makes another image of a line's, given the sample iteration as a seed.
Augment = Callable[[np.ndarray, int], np.ndarray]

#: Widest image to train on, in its own heights (``kMaxImageWidth``).
MAX_ASPECT = 128

#: Bytes of scaled images to keep.
_MEMORY = 64 << 20


class Skipped(Exception):
    """A line that cannot be used: the reason, and its particulars."""

    def __init__(self, reason: SkipReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as the network takes it.

    Attributes
    ----------
    image : ndarray of bool or uint8, shape (height, width) or (height, width, 3)
        The scaled image.
    values : float32 array (1, height, width, depth) or None
        What the first layer sees; None where that takes random numbers (networks of fixed width) or is not
        float.
    """

    image: np.ndarray
    values: NDArray[np.float32] | None


def line_input(image: np.ndarray, network: Layer) -> LineInput:
    """Make the network's input of a scaled image."""
    shape = network.input_shape()
    if shape.width or network.int_mode:
        return LineInput(image, None)
    return LineInput(image, network_input(image, shape)[0])


def scaled_image(
    sample: Sample, network: Layer, augment: Augment | None = None, iteration: int = 0
) -> np.ndarray:
    """Return a line's image, scaled for a network.

    Raises
    ------
    Skipped
        If the image cannot be decoded, or is too small or too wide.
    """
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


def _size(source: bytes | np.ndarray) -> int:
    return len(source) if isinstance(source, bytes) else source.nbytes


class LineInputs:
    """Makes lines ready, keeps their scaled images within bounds, and works ahead on another thread.

    All methods are for the thread that trains.

    Parameters
    ----------
    memory : int
        Bytes of images to keep, encoded and scaled ones together.
    """

    def __init__(self, memory: int = _MEMORY) -> None:
        self._memory = memory
        self._used = 0
        self._kept: OrderedDict[int, tuple[bytes | np.ndarray, np.ndarray]] = OrderedDict()
        self._lock = threading.Lock()
        self._coming: dict[tuple[int, int], tuple[Sample, Augment | None, Future[LineInput]]] = {}

    def ahead(
        self, lines: Iterable[tuple[Sample | None, int]], network: Layer, augment: Augment | None
    ) -> None:
        """Begin to make lines ready; what was begun before and is not among them is dropped.

        Parameters
        ----------
        lines : iterable of (Sample or None, int)
            Lines and their sample iterations.
        network : Layer
        augment : callable or None
        """
        old, self._coming = self._coming, {}
        for sample, iteration in lines:
            if sample is None:
                continue
            key = id(sample), iteration
            known = old.pop(key, None)
            if known is None or known[0] is not sample or known[1] is not augment:
                work = self._work(sample, iteration, network, augment)
                known = sample, augment, beside(work)
            self._coming[key] = known
        for _, _, future in old.values():
            future.cancel()

    def take(self, sample: Sample, iteration: int, network: Layer, augment: Augment | None) -> LineInput:
        """Return a line's input, begun before or not.

        Raises
        ------
        Skipped
            If the image cannot be decoded, or is too small or too wide.
        """
        known = self._coming.pop((id(sample), iteration), None)
        if known is not None and known[0] is sample and known[1] is augment and not known[2].cancel():
            return known[2].result()
        return self._work(sample, iteration, network, augment)()

    def _work(
        self, sample: Sample, iteration: int, network: Layer, augment: Augment | None
    ) -> Callable[[], LineInput]:
        return lambda: line_input(self._image(sample, iteration, network, augment), network)

    def _image(self, sample: Sample, iteration: int, network: Layer, augment: Augment | None) -> np.ndarray:
        if augment is not None:
            return scaled_image(sample, network, augment, iteration)
        source = sample.image_data if isinstance(sample, ImageData) else sample.image
        key = id(source)  # the source is kept, so that its id stays its own
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][1]
        scaled = scaled_image(sample, network, None, iteration)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = source, scaled
                self._used += _size(source) + scaled.nbytes
            while self._used > self._memory and self._kept:
                _, (old, image) = self._kept.popitem(last=False)
                self._used -= _size(old) + image.nbytes
        return scaled
