"""Training on a cluster: rounds in which each worker trains a copy of the network on its share of the lines.

At the end of a round the copies' weights, and their optimizer's averages, are averaged, and the next round
begins with them. This is not in Tesseract.

A round is a function of the network, the counters and the order of lines alone: work that is lost with a
worker is done again by another, with the same result, and a run that is stopped between two rounds and
resumed makes the same ones. With a single share it is, bit for bit, training in full batches.

Source: McMahan et al. 2017, "Communication-efficient learning of deep networks from decentralized data",
algorithm 1; for Adam's averages, Reddi et al. 2021, "Adaptive federated optimization".
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

from tessnb.charset.recoder import Recoder
from tessnb.errors import InputError
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.unicharset import Unicharset
from tessnb.network.threads import blas_threads
from tessnb.network.weighted import matrices_of, plumbing_of
from tessnb.network.weights import WeightMatrix
from tessnb.training.batches import Batches, Outcome, Turn, count_outcome, train_together
from tessnb.training.checkpoints import learner_from_checkpoint, light_record
from tessnb.training.forward import Augment, Sample
from tessnb.training.inputs import Skipped
from tessnb.training.learner import Learner
from tessnb.training.order import Samples

__all__ = ["Rounds"]

_NOTHING = np.empty((0, 0), np.float32)


class Rounds:
    """Trains a learner on several workers at a time.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Where the copies are trained: a Dask cluster's ``client.get_executor()``, or processes here.
    shares : int
        Copies in a round: as many as there are workers.
    updates : int
        Updates of each copy between two averages. Many spare the network, few keep the copies together.
    batch_size : int
        Lines to an update of a copy.

    Raises
    ------
    InputError
        If one of the numbers is less than 1.

    Notes
    -----
    All that counts lines goes on counting lines. A round ends where the policy looks at the errors, every
    100 lines: more than these it never has, and what does not divide them leaves shorter ones.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> Rounds(ThreadPoolExecutor(2), shares=2).lines
    100
    """

    def __init__(self, executor: Executor, *, shares: int, updates: int = 10, batch_size: int = 5) -> None:
        for name, value in (("shares", shares), ("updates", updates)):
            if value < 1:
                raise InputError(f"a round has at least one of {name}", found=value)
        self.executor, self.shares, self.updates = executor, shares, updates
        self._batches = Batches(batch_size)

    @property
    def size(self) -> int:
        """Lines to an update of a copy."""
        return self._batches.size

    @property
    def lines(self) -> int:
        """Lines in a whole round."""
        return self.shares * self.updates * self.size

    @property
    def about(self) -> dict[str, int]:
        """The numbers, for a run's record."""
        return {"shares": self.shares, "updates": self.updates, "batch_size": self.size}

    def train_next(self, learner: Learner, samples: Samples[Sample], limit: int) -> None:
        """Train on the next round of the order, with at most `limit` lines."""
        batches = self._next_batches(learner.sample_iteration, samples, limit)
        job = _Job.of(learner)
        deals = [deal for start in range(self.shares) if (deal := batches[start :: self.shares])]
        futures = [self.executor.submit(_train_share, job, deal) for deal in deals]
        try:
            shares = [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()
        _average(learner, shares)
        outcomes = [iter(share.outcomes) for share in shares]
        for number, turns in enumerate(batches):
            for turn, outcome in zip(turns, next(outcomes[number % self.shares]), strict=True):
                count_outcome(learner, turn, outcome)

    def _next_batches(self, position: int, samples: Samples[Sample], limit: int) -> list[list[Turn]]:
        batches = []
        end = position + min(limit, self.lines)
        while position < end:
            batches.append(self._batches.turns(samples, position, end - position))
            position += len(batches[-1])
        return batches


@dataclass(frozen=True)
class _Job:
    """What a worker needs to know of a learner.

    Attributes
    ----------
    unicharset, recoder
        The characters.
    state : CheckpointRecord
        A light checkpoint; its recognizer is `_narrowed`, to half the size.
    augment, frozen, randomly_rotate
        As the learner has them.
    """

    unicharset: Unicharset
    recoder: Recoder
    state: CheckpointRecord
    augment: Augment | None
    frozen: tuple[str, ...]
    randomly_rotate: bool

    @classmethod
    def of(cls, learner: Learner) -> _Job:
        """Describe a learner."""
        encoder = learner.encoder
        state = light_record(learner)
        state.recognizer = _narrowed(state.recognizer)
        return cls(
            encoder.unicharset,
            encoder.recoder,
            state,
            learner.augment,
            learner.frozen,
            learner.randomly_rotate,
        )

    def learner(self) -> Learner:
        """Make a copy of the learner."""
        learner = learner_from_checkpoint(self.state, self.unicharset, self.recoder)
        learner.announce, learner.augment = False, self.augment
        learner.randomly_rotate = self.randomly_rotate
        learner.freeze(self.frozen)
        return learner


def _narrowed(part: Any) -> Any:
    """Return a part of a recognizer's record with all its numbers as float32, as they are in a network."""
    if isinstance(part, float):
        return float(np.float32(part))
    if isinstance(part, np.ndarray):
        return part.astype(np.float32)
    if isinstance(part, list):
        return [_narrowed(each) for each in part]
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{each.name: _narrowed(getattr(part, each.name)) for each in fields(part)})
    return part


@dataclass(frozen=True)
class _Share:
    """What a worker has learned.

    Attributes
    ----------
    matrices : list of tuple of float32 array or None
        The weights and the optimizer's averages, in the order of the layers.
    rates : list of list of float
        The learning rates of plumbing layers, which the first update fills in.
    weight : int
        How many lines it was trained on.
    outcomes : list of list of Outcome
        What became of the lines of each batch.
    """

    matrices: list[tuple[np.ndarray | None, ...]]
    rates: list[list[float]]
    weight: int
    outcomes: list[list[Outcome]]


def _train_share(job: _Job, batches: Sequence[Sequence[Turn]]) -> _Share:
    """Train a copy; on a worker."""
    learner = job.learner()
    with blas_threads(1):
        outcomes = [[_without_arrays(each) for each in train_together(learner, turns)] for turns in batches]
    weight = sum(isinstance(each, tuple) and each[1] for batch in outcomes for each in batch)
    matrices = [_arrays(matrix) for matrix in matrices_of(learner.network)]
    return _Share(
        matrices, [layer.learning_rates for layer in plumbing_of(learner.network)], weight, outcomes
    )


def _arrays(matrix: WeightMatrix) -> tuple[np.ndarray | None, ...]:
    return matrix.values, matrix.updates, matrix.squares


def _without_arrays(outcome: Outcome) -> Outcome:
    if outcome is None or isinstance(outcome, Skipped):
        return outcome
    prepared, trained = outcome
    bare = replace(prepared.comparison, outputs=_NOTHING, targets=_NOTHING, deltas=_NOTHING)
    return replace(prepared, comparison=bare), trained


def _average(learner: Learner, shares: Sequence[_Share]) -> None:
    """Set a learner's weights to the mean of what was learned, each share counting by its lines."""
    total = sum(share.weight for share in shares)
    if not total:
        return
    for number, matrix in enumerate(matrices_of(learner.network)):
        for place, mine in enumerate(_arrays(matrix)):
            if mine is None:
                continue
            mean = np.zeros(mine.shape)
            for share in shares:
                theirs = share.matrices[number][place]
                assert theirs is not None
                mean += theirs * (share.weight / total)
            mine[...] = mean
    for layer, rates in zip(plumbing_of(learner.network), shares[0].rates, strict=True):
        layer.learning_rates = rates
