"""A talk over lines that may break: what was said is heard once, in its order, on whichever line it comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

__all__ = ["Message", "Talk"]

#: As it is sent.
Message = str | bytes


class Talk:
    """One side of a talk.

    What is said is kept until the other side has told that it was heard; what it has not heard when a line
    breaks is said again on the next one. Both count, so that a message needs no number.

    Attributes
    ----------
    heard : int
        Messages of the other side that have come, in all.
    kept : int
        Bytes and characters of what the other side has not told that it heard.
    """

    def __init__(self) -> None:
        self.heard = 0
        self.kept = 0
        self._said: deque[Message] = deque()
        self._first = 0
        self._line: Callable[[Message], None] | None = None

    def say(self, message: Message) -> None:
        """Say something, now or when there is a line again."""
        self._said.append(message)
        self.kept += len(message)
        if self._line is not None:
            self._line(message)

    def confirm(self, count: int) -> None:
        """Take note that the other side has heard so many messages in all.

        Raises
        ------
        ValueError
            If that cannot be.
        """
        if not self._first <= count <= self._first + len(self._said):
            raise ValueError(f"{count} messages heard of {self._first + len(self._said)}")
        while self._first < count:
            self.kept -= len(self._said.popleft())
            self._first += 1

    def go_on(self, line: Callable[[Message], None], count: int = 0) -> None:
        """Talk on a line from now on, to somebody who has heard `count` messages; see `confirm`."""
        self.confirm(count)
        self._line = line
        for message in [*self._said]:
            line(message)

    def pause(self) -> None:
        """There is no line for now."""
        self._line = None
