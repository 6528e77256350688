"""The weights of a layer: products, gradients, updates, and their conversion to integers.

Source: ``src/lstm/weightmatrix.cpp``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import numpy as np

from tessnb.errors import InputError
from tessnb.formats.network import WeightMatrixRecord
from tessnb.kernels.adam import adam_update, count_alternators, momentum_update
from tessnb.network.random import TRand
from tessnb.network.threads import in_background, second_core

__all__ = ["WeightMatrix"]

#: Samples after which Adam's correction is taken as one.
_ADAM_CORRECTION_ITERATIONS = 200000
_ADAM_EPSILON = np.float32(1e-8)
_INT8_MAX = np.float32(127.0)
# So many products of two int8, and a bias, add up exactly in float32.
_EXACT_PRODUCTS = 1039
# The reference pads the scales on disk to its vector units' width.
_SCALES_MULTIPLE = 8


class WeightMatrix:
    """Weights of one or more blocks of outputs that share their inputs (the gates of an LSTM).

    Parameters
    ----------
    inputs, outputs : int
        Without the bias; outputs of all blocks together.
    blocks : int
        How many matrices this is on disk.

    Attributes
    ----------
    values : numpy.ndarray, shape=(inputs + 1, outputs), dtype=float32
        The transpose of what is on disk, so that a product reads whole rows; the bias is the last row. An
        integer matrix holds its integers here, as floats: sums of up to 1039 products of them are exact in
        float32.
    scales : numpy.ndarray, shape=(outputs,), dtype=float32, or None
        Integer mode only: what one unit of an integer product stands for.
    gradient, updates, squares : numpy.ndarray, same shape as values, dtype=float32, or None
        Training only: the newest gradient, the decaying sum of updates, and Adam's decaying sum of squares.
    use_adam : bool
    """

    def __init__(self, inputs: int, outputs: int, blocks: int = 1) -> None:
        self.values = np.zeros((inputs + 1, outputs), np.float32)
        self.blocks = blocks
        self.use_adam = False
        self.scales: np.ndarray | None = None
        self._gradient: np.ndarray | None = None
        self.updates: np.ndarray | None = None
        self.squares: np.ndarray | None = None
        self._pending: tuple[Future[None], Callable[[], None]] | None = None
        self._ones = np.ones((1, 0), np.float32)

    @property
    def inputs(self) -> int:
        return self.values.shape[0] - 1

    @property
    def outputs(self) -> int:
        return self.values.shape[1]

    @property
    def count(self) -> int:
        """Number of weights, biases included."""
        return self.values.size

    @property
    def int_mode(self) -> bool:
        return self.scales is not None

    def _block_slices(self) -> list[slice]:
        size = self.outputs // self.blocks
        return [slice(start, start + size) for start in range(0, self.outputs, size)]

    # Products.

    def project(self, x: np.ndarray, out: np.ndarray) -> None:
        """Fill `out` with ``x W + b``; in integer mode with the integer sums, before scaling.

        Parameters
        ----------
        x : numpy.ndarray, shape=(rows, n), dtype=float32 or int8
            May have fewer columns than there are inputs: then only the first n rows of weights take part.
        out : numpy.ndarray, shape=(rows, outputs), dtype=float32
        """
        weights, bias = self.values[: x.shape[1]], self.values[-1]
        if not self.int_mode:
            np.matmul(x, weights, out=out)
            out += bias
            return
        exact = np.float32 if x.shape[1] <= _EXACT_PRODUCTS else np.float64
        sums = np.matmul(x.astype(exact), weights.astype(exact, copy=False))
        sums += bias * _INT8_MAX
        out[:] = sums

    def set_gradient(self, parts: list[tuple[np.ndarray, np.ndarray]], errors: np.ndarray) -> None:
        """Begin to set the gradient to ``[x, 1]^T errors``; `settle` and `gradient` wait for the end.

        The products run on a second core while the layers below propagate errors; the arrays must stay as
        they are until then.

        Parameters
        ----------
        parts : list of tuple of numpy.ndarray, shape=(rows, n) and (rows, outputs), dtype=float32
            For successive inputs, their values and the errors that they meet.
        errors : numpy.ndarray, shape=(all rows, outputs), dtype=float32
            Errors that the bias meets.
        """
        gradient = self.gradient
        assert gradient is not None
        if self._ones.shape[1] < len(errors):
            self._ones = np.ones((1, len(errors)), np.float32)
        ones = self._ones[:, : len(errors)]

        def work() -> None:
            row = 0
            for x, met in parts:
                np.matmul(x.T, met, out=gradient[row : row + x.shape[1]])
                row += x.shape[1]
            np.matmul(ones, errors, out=gradient[row:])

        self._pending = in_background(work), work

    def settle(self) -> None:
        """Wait until the gradient is there; compute it here if the other core has not come to it."""
        if self._pending is not None:
            (pending, work), self._pending = self._pending, None
            if pending.cancel():
                work()
            else:
                pending.result()

    @property
    def gradient(self) -> np.ndarray | None:
        """The newest gradient."""
        self.settle()
        return self._gradient

    # Training.

    def init_weights(self, range_: float, use_adam: bool, randomizer: TRand) -> int:
        """Draw all weights from [-range_, range_], output by output, and return their number."""
        for block in self._block_slices():
            shape = block.stop - block.start, self.inputs + 1
            draws = randomizer.signed_rands(shape[0] * shape[1], float(np.float32(range_)))
            self.values[:, block] = draws.reshape(shape).T
        self.use_adam = use_adam
        self.init_backward()
        return self.count

    def init_backward(self) -> None:
        """Allocate and zero what training needs; momentum is lost.

        Raises
        ------
        InputError
            If the weights are integers.
        """
        if self.int_mode:
            raise InputError("integer weights cannot be trained", hint="Continue from a float (best) model")
        self.settle()
        self._gradient = np.zeros_like(self.values)
        self.updates = np.zeros_like(self.values)
        self.squares = np.zeros_like(self.values) if self.use_adam else None

    def update(self, learning_rate: float, momentum: float, adam_beta: float, num_samples: int) -> None:
        """Change the weights by the newest gradient.

        Parameters
        ----------
        learning_rate, momentum, adam_beta : float
            A negative `momentum` only collects updates; zero throws them away (without Adam in either case).
        num_samples : int
            Samples so far, for Adam's correction of the early ones; 0 means no Adam.
        """
        new = self.gradient
        if self.updates is None or new is None:
            return
        rate, decay, beta = np.float32(learning_rate), np.float32(momentum), np.float32(adam_beta)
        values, gradient, updates = self.values.ravel(), new.ravel(), self.updates.ravel()
        if self.use_adam and self.squares is not None and momentum > 0 and num_samples > 0:
            if num_samples < _ADAM_CORRECTION_ITERATIONS:
                with np.errstate(divide="ignore", invalid="ignore"):  # the errors will say so
                    rate = np.float32(rate * np.sqrt(1.0 - np.float64(beta) ** num_samples))
                    rate = np.float32(rate / (1.0 - np.float64(decay) ** num_samples))
            squares = self.squares.ravel()
            adam_update(
                second_core(), values, gradient, updates, squares, rate, decay, beta, rate * _ADAM_EPSILON
            )
        else:
            momentum_update(values, gradient, updates, rate, decay)

    def count_alternators(self, other: WeightMatrix, totals: np.ndarray) -> None:
        """Add to `totals` how much the updates of this and of `other` agree, and disagree, in sign."""
        assert self.updates is not None
        assert other.updates is not None
        count_alternators(self.updates, other.updates, totals)

    # Other sizes, other kinds.

    def remap_outputs(self, code_map: list[int]) -> int:
        """Take output ``code_map[i]`` as output i, or the mean of all outputs where it is negative.

        Momentum is lost, as in the reference. Returns the new number of weights.
        """
        mean = np.zeros(self.inputs + 1, np.float32)
        for output in range(self.outputs):
            mean += self.values[:, output]
        mean /= np.float32(self.outputs)
        sources = np.asarray(code_map)
        remapped = self.values[:, np.maximum(sources, 0)]
        remapped[:, sources < 0] = mean[:, None]
        self.values = np.ascontiguousarray(remapped)
        self.init_backward()
        return self.count

    def convert_to_int(self) -> None:
        """Scale each output's weights so that the largest becomes 127, and round; nothing if they are
        integers."""
        if self.int_mode:
            return
        limit = np.abs(self.values).max(axis=0)
        scale = limit / _INT8_MAX
        self.scales = scale / _INT8_MAX
        quotient = self.values / np.where(scale == 0, np.float32(1.0), scale)
        self.values = np.copysign(np.floor(np.abs(quotient) + np.float32(0.5)), quotient)
        self.settle()
        self._gradient = self.updates = self.squares = None

    # Records.

    @classmethod
    def from_records(cls, records: list[WeightMatrixRecord], *, training: bool) -> WeightMatrix:
        """Join the blocks that `records` hold; `training` says whether they come with their training
        state."""
        first = records[0]
        outputs = sum(record.values.shape[0] for record in records)
        matrix = cls(first.values.shape[1] - 1, outputs, len(records))
        matrix.use_adam = first.use_adam
        if first.int_mode:
            matrix.scales = np.empty(outputs, np.float32)
        if training and not first.int_mode:
            matrix.init_backward()
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large for float32 becomes infinite
            for block, record in zip(matrix._block_slices(), records, strict=True):
                matrix.values[:, block] = record.values.T
                if matrix.scales is not None and record.scales is not None:
                    stored = record.scales[: record.values.shape[0]]
                    matrix.scales[block] = stored if record.old_layout else stored / 127.0
                if matrix.updates is not None and record.updates is not None:
                    matrix.updates[:, block] = record.updates.T
                if matrix.squares is not None and record.dw_sq_sum is not None:
                    matrix.squares[:, block] = record.dw_sq_sum.T
        return matrix

    def to_records(self) -> list[WeightMatrixRecord]:
        """Return a record per block, with training state if there is any."""
        records = []
        for block in self._block_slices():
            values = self.values[:, block].T
            if self.scales is not None:
                stored = (self.scales[block] * _INT8_MAX).astype(np.float64)
                padding = np.zeros(-len(stored) % _SCALES_MULTIPLE)
                scales = np.concatenate([stored, padding])
                records.append(
                    WeightMatrixRecord.of_integers(values.astype(np.int8), scales, use_adam=self.use_adam)
                )
                continue
            state = [
                None if array is None else array[:, block].T.astype(np.float64)
                for array in (self.updates, self.squares)
            ]
            records.append(
                WeightMatrixRecord.of_floats(
                    values.astype(np.float64), use_adam=self.use_adam, updates=state[0], dw_sq_sum=state[1]
                )
            )
        return records
