"""Several lines to one update: lines of similar width together, counted, compared and read one by one.

This is not in Tesseract. A batch is a function of the counters, the errors of the last lines and the order of
lines alone, so that a run that is stopped between two batches and resumed makes the same ones.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence

import numpy as np
from PIL import Image

from tessnb.errors import InputError
from tessnb.formats.lstmf import ImageData
from tessnb.formats.network import NF_ADAM
from tessnb.network.activations import Activations
from tessnb.network.random import TRand
from tessnb.network.weighted import matrices_of, plumbing_of
from tessnb.training.comparison import Comparison, Judged, Prepared
from tessnb.training.forward import forward_lines
from tessnb.training.inputs import LineInput, Sample, Skipped, line_input
from tessnb.training.learner import Learner
from tessnb.training.order import Samples
from tessnb.training.workers import each

__all__ = ["Batches", "Outcome", "Turn", "count_outcome", "train_together"]

#: Batches in a window of the order, within which lines are sorted by width.
WINDOW = 8

#: An update takes as many lines as the BCER of the last lines, in percent, goes into this: one while more
#: than an eighth of the characters are wrong, 16 below 1.6 %. While a network learns fast, what counts is how
#: often it is changed; when it is good, single lines tell it little.
GROWTH = 25.0

#: The power of the number of lines with which Adam's rate grows: were the lines' gradients all noise it would
#: be this, were they all alike, one; but rates that suit a beginning do not bear more.
RATE_EXPONENT = 0.5

#: A line, or None where there is none, and its serial number.
Turn = tuple[Sample | None, int]

#: What became of a line: nothing where there was none, why it was skipped, or what was read and whether the
#: network learned from it.
Outcome = Skipped | tuple[Prepared, bool] | None


class Batches:
    """Trains a learner on several lines at a time.

    Parameters
    ----------
    size : int
        The most lines to one update; 20 or 25 divide the hundred lines between two looks at the policy.
    growth : float
        An update takes at most this, divided by the BCER of the last lines in percent; infinity makes all
        batches full.

    Raises
    ------
    InputError
        If the size is less than 1.
    """

    def __init__(self, size: int, *, growth: float = GROWTH) -> None:
        if size < 1:
            raise InputError("a batch has at least one line", found=size)
        self.size = size
        self.growth = growth
        self._samples: Samples[Sample] | None = None
        self._arrangement: tuple[int, list[Turn]] = -1, []

    def train_next(self, learner: Learner, samples: Samples[Sample], limit: int) -> None:
        """Train on the next batch of the order, with at most `limit` lines."""
        turns = self.turns(samples, learner.sample_iteration, min(limit, self.lines(learner)))
        following = learner.sample_iteration + len(turns)
        coming = self.turns(samples, following, self.size) if following % self.window else []
        learner.inputs.ahead([*turns, *coming], learner.network, learner.augment)
        train_together(learner, turns)

    def lines(self, learner: Learner) -> int:
        """Return how many lines the next update takes at most: fewer while there are many errors."""
        bcer = learner.history.recent_bcer(learner.training_iteration)
        return self.size if bcer * self.size <= self.growth else max(int(self.growth / bcer), 1)

    @property
    def window(self) -> int:
        """How many lines of the order are sorted by width, and held in memory."""
        return WINDOW * self.size

    def turns(self, samples: Samples[Sample], position: int, limit: int) -> list[Turn]:
        """Return the lines from a position in the reordered sequence to the end of their batch."""
        window, start = divmod(position, self.window)
        if self._samples is not samples or self._arrangement[0] != window:
            self._samples, self._arrangement = samples, (window, self._arranged(samples, window))
        stop = min(start - start % self.size + self.size, start + limit)
        return self._arrangement[1][start:stop]

    def _arranged(self, samples: Samples[Sample], window: int) -> list[Turn]:
        """Return a window's lines with their serial numbers: batches of similar width, in random order."""
        first = window * self.window
        turns = [(samples.line(serial), serial) for serial in range(first, first + self.window)]
        seen: Counter[int] = Counter()
        keys = []
        for sample, _ in turns:
            seen[id(sample)] += 1  # a line that comes again belongs to another batch
            keys.append((seen[id(sample)], _aspect(sample)))
        places = sorted(range(len(turns)), key=keys.__getitem__)
        draws = TRand(window + 1).int_rands(WINDOW).tolist()
        batches = sorted(range(WINDOW), key=draws.__getitem__)
        return [turns[places[batch * self.size + place]] for batch in batches for place in range(self.size)]


def _aspect(sample: Sample | None) -> float:
    """Return a line image's width in its own heights; 0 if it cannot be read."""
    if sample is None:
        return 0.0
    if not isinstance(sample, ImageData):
        return sample.width / max(sample.height, 1)
    try:
        with Image.open(io.BytesIO(sample.image_data)) as image:
            width, height = image.size
    except (OSError, SyntaxError, ValueError):
        return 0.0
    return width / max(height, 1)


def train_together(learner: Learner, turns: Sequence[Turn]) -> list[Outcome]:
    """Run lines forward and back together, count and report them one by one; return what became of each."""
    network = learner.network
    skipped: dict[int, Skipped] = {}
    ready: list[tuple[int, list[int], LineInput]] = []
    for place, (sample, serial) in enumerate(turns):
        if sample is None:
            continue
        try:
            ready.append((place, *_made_ready(learner, sample, serial)))
        except Skipped as problem:
            skipped[place] = problem
    judged: dict[int, Judged] = {}
    trained: set[int] = set()
    if ready:
        activations, widths = forward_lines(
            network,
            [line for _, _, line in ready],
            [not len(sample.boxes) for place, _, _ in ready if (sample := turns[place][0]) is not None],
            iteration=turns[ready[0][0]][1],
            null_char=learner.null_char,
            randomizer=learner.randomizer,
            training=True,
        )
        comparisons = _compared(learner, activations, [labels for _, labels, _ in ready])
        deltas = np.zeros_like(activations.values)  # in the same order in memory
        for item, (place, labels, _) in enumerate(ready):
            comparison = comparisons[item]
            try:
                if isinstance(comparison, Skipped):
                    raise comparison
                judged[place] = learner.judge(comparison, labels, widths[item])
            except Skipped as problem:
                skipped[place] = problem
        trained = _worth_learning(learner, judged)
        for item, (place, _, _) in enumerate(ready):
            if place in trained:
                line = judged[place].comparison.deltas
                deltas[item, 0, : len(line)] = line
        if trained:
            network.backward(activations.like(deltas))
            _update(learner, len(trained), learner.training_iteration + len(judged))
    outcomes: list[Outcome] = []
    for place, turn in enumerate(turns):
        outcome: Outcome = skipped.get(place)
        if place in judged:
            learner.show(judged[place])
            outcome = learner.read(judged[place]), place in trained
        count_outcome(learner, turn, outcome)
        outcomes.append(outcome)
    return outcomes


def count_outcome(learner: Learner, turn: Turn, outcome: Outcome) -> None:
    """Record, count and report a line as if it had been trained on alone."""
    sample, serial = turn
    if sample is None or outcome is None:
        learner.sample_iteration += 1
    elif isinstance(outcome, Skipped):
        learner.skip(sample, outcome)
    else:
        prepared, trained = outcome
        learner.count(sample, learner.record(prepared), trained, serial)


def _made_ready(learner: Learner, sample: Sample, serial: int) -> tuple[list[int], LineInput]:
    """Return a line's codes and its input."""
    labels, network = learner.labels_of(sample), learner.network
    line = learner.inputs.take(sample, serial, network, learner.augment)
    if learner.turned(serial):
        labels.reverse()
        line = line_input(line.image[::-1, ::-1], network)
    return labels, line


def _compared(
    learner: Learner, activations: Activations, labels: Sequence[list[int]]
) -> list[Comparison | Skipped]:
    """Compare each line with its truth, on all cores."""

    def compared(item: int) -> Comparison | Skipped:
        try:
            return learner.compare(activations.line(item), labels[item])
        except Skipped as problem:
            return problem

    return each(compared, range(len(labels)))


def _worth_learning(learner: Learner, judged: dict[int, Judged]) -> set[int]:
    """Return the places of the lines that the perfect-sample delay does not hold back."""
    worth: set[int] = set()
    if not learner.network.is_training:
        return worth
    iteration, last_perfect = learner.training_iteration, learner.last_perfect_training_iteration
    for place, line in judged.items():
        is_perfect = line.comparison.delta == 0
        if not is_perfect or iteration > last_perfect + learner.perfect_delay:
            worth.add(place)
        if is_perfect:
            last_perfect = iteration
        iteration += 1
    return worth


def _update(learner: Learner, lines: int, iteration: int) -> None:
    """Change the weights once for so many lines, about as much as so many updates would.

    Gradients add up, so that plain momentum needs nothing else. Adam's steps do not grow with the gradient:
    their rate does. Its average of squares forgets as much per line as it would, and meets gradients of the
    same size whatever the number of lines, which changes.
    """
    network = learner.network
    factor = 1.0
    if network.network_flags & NF_ADAM and lines > 1:
        factor = lines**RATE_EXPONENT
        for matrix in matrices_of(network):
            if matrix.gradient is not None:
                np.multiply(matrix.gradient, np.float32(lines**-0.5), out=matrix.gradient)
    plumbing = plumbing_of(network)
    rates = [list(layer.learning_rates) for layer in plumbing]
    for layer, own in zip(plumbing, rates, strict=True):
        layer.learning_rates = [rate * factor for rate in own]
    network.update(
        learner.learning_rate * factor, learner.momentum, learner.adam_beta**lines, -(-iteration // lines)
    )
    for layer, own in zip(plumbing, rates, strict=True):
        own += [learner.learning_rate] * (len(layer.learning_rates) - len(own))
        layer.learning_rates = own
