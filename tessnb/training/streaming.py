"""Lines that come one by one, from anywhere, and are never written to a file."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from tessnb.errors import InputError
from tessnb.training.forward import Sample
from tessnb.training.order import Samples

__all__ = ["StreamSamples"]

#: Lines of a stream that are kept by default.
KEPT = 4096


class StreamSamples(Samples[Sample]):
    """Lines as an iterable yields them, taken when their turn comes.

    The last lines are kept, to be taken again: by the trainer when it goes back, and over and over in their
    order when the iterable has ended.

    Parameters
    ----------
    lines : iterable of TrainingLine or ImageData
        May be endless.
    kept : int
        How many lines to keep at least.

    Raises
    ------
    InputError
        If it yields nothing.
    """

    def __init__(self, lines: Iterable[Sample], *, kept: int = KEPT) -> None:
        self._coming = iter(lines)
        self._limit = kept
        self._first = 0
        self._kept = list(islice(self._coming, 1))
        self._ended = False
        if not self._kept:
            raise InputError("there are no lines to train on", found="an iterable that yields nothing")

    def line(self, serial: int) -> Sample:
        """Return the line of a serial number, or one of those kept in its place."""
        while not self._ended and serial >= self._first + len(self._kept):
            following = next(self._coming, None)
            if following is None:
                self._ended = True
            else:
                self._kept.append(following)
                self._forget()
        return self._kept[(serial - self._first) % len(self._kept)]

    def _forget(self) -> None:
        """Drop half of what is kept when it is twice as much as it should be."""
        if len(self._kept) >= 2 * self._limit:
            del self._kept[: -self._limit]
            self._first += self._limit

    def total(self) -> int:
        """Return the number of lines at hand."""
        return len(self._kept)
