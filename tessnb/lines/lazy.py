"""Sequences of training lines that are read when they are asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import overload

from tessnb.lines.line import TrainingLine

__all__ = ["LazyLines"]


class LazyLines(Sequence[TrainingLine]):
    """Lines of which each is read when it is asked for; a kind says how many there are, and reads one."""

    @abstractmethod
    def line(self, place: int) -> TrainingLine:
        """Read a line; `place` counts from 0 and is in the sequence."""

    @overload
    def __getitem__(self, index: int) -> TrainingLine: ...

    @overload
    def __getitem__(self, index: slice) -> list[TrainingLine]: ...

    def __getitem__(self, index: int | slice) -> TrainingLine | list[TrainingLine]:
        places = range(len(self))[index]
        return self.line(places) if isinstance(places, int) else [self.line(place) for place in places]
