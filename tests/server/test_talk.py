"""Talks over lines that break: everything is heard, once, in its order."""

from __future__ import annotations

import random
from collections import deque

import pytest

from tessnb.server.talk import Message, Talk


class Side:
    """Somebody who talks, and what comes to them."""

    def __init__(self) -> None:
        self.talk = Talk()
        self.coming: deque[Message] = deque()
        self.heard: list[Message] = []

    def hear(self) -> None:
        if self.coming:
            self.heard.append(self.coming.popleft())
            self.talk.heard += 1


@pytest.mark.parametrize("seed", range(20))
def test_everything_is_heard_once_and_in_order(seed: int) -> None:
    chance = random.Random(seed)
    sides = Side(), Side()

    def connect() -> None:
        counts = [side.talk.heard for side in sides]
        for side in sides:
            side.coming.clear()  # what was on its way is lost
        for side, other, count in zip(sides, sides[::-1], counts[::-1], strict=True):
            side.talk.go_on(other.coming.append, count)

    connect()
    said: tuple[list[Message], list[Message]] = [], []
    for number in range(400):
        which = chance.randrange(2)
        action = chance.random()
        if action < 0.4:
            said[which].append(f"{number}")
            sides[which].talk.say(f"{number}")
        elif action < 0.8:
            sides[which].hear()
        elif action < 0.9:
            sides[which].talk.confirm(sides[1 - which].talk.heard)
        elif action < 0.95:
            for each in sides:
                each.talk.pause()
        else:
            connect()
    connect()
    while any(side.coming for side in sides):
        for side in sides:
            side.hear()
    assert [sides[1].heard, sides[0].heard] == [*said]
    assert len(said[0]) > 50
    for side, other in (sides, sides[::-1]):
        side.talk.confirm(other.talk.heard)
        assert side.talk.kept == 0


def test_what_cannot_have_been_heard() -> None:
    talk = Talk()
    talk.say("one")
    for count in (-1, 2):
        with pytest.raises(ValueError, match="messages heard"):
            talk.confirm(count)
    talk.confirm(1)
    with pytest.raises(ValueError, match="messages heard"):
        talk.confirm(0)
