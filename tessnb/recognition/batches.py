"""Many lines through a network: lines of similar width in one batch, a batch on each core.

A line's outputs are those that it would get alone: it has its own noise around it, and what is beside it in
the batch does not reach it. In integer networks they are equal to the last bit; in float networks the sums of
a matrix product may be rounded differently (about 1e-6 of a probability).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Generic, TypeVar

import numpy as np

from tessnb.lines import network_input
from tessnb.network import Activations, Layer, Plumbing, Scratch, TRand, blas_threads
from tessnb.network.layers.lstm_softmax import LSTMSoftmax
from tessnb.network.threads import cores, one_core

__all__ = ["Batches", "Job", "mean_output", "noise"]

Result = TypeVar("Result")
Finished = TypeVar("Finished", covariant=True)

_SCALE = 127
#: Lines that are taken together to find some of similar width; the first time fewer, to begin soon.
_WINDOW, _FIRST_WINDOW = 64, 8
#: Most lines of a batch, and most pixels across it: what float layers keep of one takes 60 MB on each core.
_BATCH, _WIDTH = 8, 12000


@dataclass(frozen=True, eq=False)
class Job(Generic[Finished]):
    """A line to be run.

    Attributes
    ----------
    image : callable
        Returns the line's image as `tessnb.lines.prepare_line` scales it; called on another thread.
    finish : callable
        Is given the outputs, float32 of shape (steps, codes), and whether they are of the inverted image;
        called on another thread.
    seed : int
        The sample iteration that seeds the noise around the line.
    invert_threshold : float
        Below this mean of the best outputs the line is tried with black and white exchanged; 0 never tries.
    """

    image: Callable[[], np.ndarray]
    finish: Callable[[np.ndarray, bool], Finished]
    seed: int = 0
    invert_threshold: float = 0.0


@dataclass(eq=False)
class _Line(Generic[Result]):
    """A job under way."""

    job: Job[Result]
    image: np.ndarray | None = None
    values: np.ndarray | None = None
    noise: int = 0
    result: Result | None = None
    error: Exception | None = None


def mean_output(outputs: np.ndarray, null_char: int) -> float:
    """Return the mean of the best outputs that are not null, in steps of 1/127; 0 if all are null.

    Source: ``LSTMRecognizer::OutputStats`` (``lstmrecognizer.cpp``).
    """
    best = outputs.argmax(axis=1)
    strengths = outputs[np.arange(len(outputs)), best][best != null_char]
    if not len(strengths):
        return 0.0
    buckets = (np.float32(_SCALE) * strengths).astype(np.int64).clip(0, _SCALE)
    return float(np.float32(buckets.mean() / _SCALE))


def noise(iteration: int) -> TRand:
    """Return the generator of the noise around a line."""
    randomizer = TRand()
    randomizer.seed_for_line(iteration)
    return randomizer


class Batches:
    """Runs lines through a network, on all cores.

    Parameters
    ----------
    network : Layer
        Its weights are used as they are at that time; it can be run elsewhere meanwhile, but not changed.
    null_char : int
        The label for "nothing".
    threads : int, optional
        By default one for each core.
    """

    def __init__(self, network: Layer, null_char: int, *, threads: int | None = None) -> None:
        self._shape, self._integer = network.input_shape(), network.int_mode
        self._null_char = null_char
        self._threads = threads or cores()
        self._networks: SimpleQueue[Layer] = SimpleQueue()
        for _ in range(self._threads):
            self._networks.put(_with_own_memory(network))
        # A fed back softmax goes on from one sequence to the next.
        self._batch = 1 if any(isinstance(layer, LSTMSoftmax) for layer in network.walk()) else _BATCH

    def run(self, jobs: Iterable[Job[Result]]) -> Generator[Result | Exception]:
        """Yield the results of jobs in their order; an error of a job stands in the place of its result.

        Some jobs are taken ahead. Closing the generator ends it after the batches that are under way.
        """
        waiting = iter(jobs)
        with ThreadPoolExecutor(self._threads, thread_name_prefix="tessnb-read") as pool, blas_threads():
            try:
                ahead = self._begin(pool, list(islice(waiting, _FIRST_WINDOW)))
                before: list[tuple[list[_Line[Result]], list[Future[None]]]] = []
                while ahead or before:
                    lines = ahead
                    ahead = self._begin(pool, list(islice(waiting, _WINDOW))) if lines else []
                    if lines:
                        ready = [future.result() for future in lines]
                        before.append(
                            (ready, [pool.submit(self._forward, each) for each in self._sorted(ready)])
                        )
                    if len(before) > 1 or not lines:
                        done, futures = before.pop(0)
                        for future in futures:
                            future.result()
                        for line in done:
                            yield line.error or line.result  # type: ignore[misc]
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, pool: ThreadPoolExecutor, jobs: list[Job[Result]]) -> list[Future[_Line[Result]]]:
        return [pool.submit(self._prepare, job) for job in jobs]

    def _prepare(self, job: Job[Result]) -> _Line[Result]:
        """Make a line's image and the network's input of it."""
        line = _Line(job)
        try:
            line.image = job.image()
            line.values, line.noise = self._input(job, line.image)
        except Exception as error:
            line.error = error
        return line

    def _input(self, job: Job[Result], image: np.ndarray) -> tuple[np.ndarray, int]:
        randomizer = noise(job.seed)
        values, _ = network_input(image, self._shape, integer=self._integer, randomizer=randomizer)
        return values[0], int(randomizer.state[0])

    def _sorted(self, lines: list[_Line[Result]]) -> Iterator[list[_Line[Result]]]:
        """Yield batches of lines of the same height and of similar width."""
        batch: list[_Line[Result]] = []
        good = [line for line in lines if line.values is not None]
        for line in sorted(good, key=lambda line: line.values.shape[:2], reverse=True):  # type: ignore[union-attr]
            assert line.values is not None
            height = line.values.shape[0]
            if batch:
                first = batch[0].values
                assert first is not None
                across = (len(batch) + 1) * first.shape[1]
                if len(batch) == self._batch or across > _WIDTH or height != first.shape[0]:
                    yield batch
                    batch = []
            batch.append(line)
        if batch:
            yield batch

    def _forward(self, lines: list[_Line[Result]]) -> None:
        """Run a batch and finish its lines."""
        network = self._networks.get()
        try:
            with one_core():  # the others have batches of their own
                outputs = self._outputs(network, [(line.values, line.noise) for line in lines])  # type: ignore[misc]
                inverted = self._try_inverted(network, lines, outputs)
        except Exception as error:
            for line in lines:
                line.error = error
            return
        finally:
            self._networks.put(network)
        for index, line in enumerate(lines):
            line.values = line.image = None
            try:
                line.result = line.job.finish(outputs[index], index in inverted)
            except Exception as error:
                line.error = error

    def _outputs(self, network: Layer, inputs: list[tuple[np.ndarray, int]]) -> list[np.ndarray]:
        randomizer = TRand()
        randomizer.state = np.array([noise for _, noise in inputs], np.int64)
        x = Activations.of_lines([values for values, _ in inputs])
        result = network.forward(x, training=False, randomizer=randomizer)
        return [np.array(result.line(item), np.float32) for item in range(len(inputs))]

    def _try_inverted(
        self, network: Layer, lines: list[_Line[Result]], outputs: list[np.ndarray]
    ) -> set[int]:
        """Replace outputs by those of the inverted image where these are better; return which."""
        means = {
            index: mean_output(outputs[index], self._null_char)
            for index, line in enumerate(lines)
            if line.job.invert_threshold > 0
        }
        poor = [
            index for index, mean in means.items() if mean < np.float32(lines[index].job.invert_threshold)
        ]
        if not poor:
            return set()
        others = self._outputs(
            network,
            [self._input(lines[index].job, ~lines[index].image) for index in poor],  # type: ignore[operator]
        )
        better = set()
        for index, other in zip(poor, others, strict=True):
            if mean_output(other, self._null_char) > means[index]:
                outputs[index] = other
                better.add(index)
        return better


def _with_own_memory(layer: Layer) -> Layer:
    """Return a network with the same weights that can run at the same time."""
    twin = copy.copy(layer)
    twin.scratch = Scratch()
    if isinstance(twin, Plumbing):
        twin.stack = [_with_own_memory(inner) for inner in twin.stack]
    if isinstance(twin, LSTMSoftmax):
        twin.softmax = copy.copy(twin.softmax)
        twin.softmax.scratch = Scratch()
    return twin
