"""Events as an asynchronous sequence, from the run's thread to an event loop."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from tessnb.events import Event, Observer

__all__ = ["EventStream"]

#: Seconds after which a stream looks whether there is anything to wait for.
_LOOK = 0.2


class EventStream:
    """``async for event in stream``; it ends with the run.

    Parameters
    ----------
    observe : callable
        Adds an observer and returns what removes it.
    is_over : callable
        Whether there will be no more events.
    kinds : tuple of type
        Which events; without any, all.
    size : int
        Events that are kept for whoever is slow; older ones are dropped.

    Attributes
    ----------
    dropped : int
        How many were.
    """

    def __init__(
        self,
        observe: Callable[[Observer], Callable[[], None]],
        is_over: Callable[[], bool],
        kinds: tuple[type[Event], ...] = (),
        size: int = 10000,
    ) -> None:
        self._is_over = is_over
        self._inbox = _Inbox(kinds, size)
        # The observer knows the inbox alone: a stream that nobody reads any longer can go.
        self._remove = weakref.finalize(self, observe(self._inbox))

    @property
    def dropped(self) -> int:
        return self._inbox.dropped

    def close(self) -> None:
        """Listen no more."""
        self._remove()

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        inbox = self._inbox
        while True:
            is_over = self._is_over()  # asked first: what came before it is still in the inbox
            news = inbox.wake_me(asyncio.get_running_loop())
            with suppress(IndexError):
                return inbox.events.popleft()
            if is_over or not self._remove.alive:
                self.close()
                raise StopAsyncIteration
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), _LOOK)


class _Inbox:
    """The observer: keeps events, and wakes whoever waits for them."""

    def __init__(self, kinds: tuple[type[Event], ...], size: int) -> None:
        self.events: deque[Event] = deque(maxlen=size)
        self.dropped = 0
        self._kinds = kinds
        self._waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def __call__(self, event: Event) -> None:
        if self._kinds and not isinstance(event, self._kinds):
            return
        self.dropped += len(self.events) == self.events.maxlen
        self.events.append(event)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            loop, news = waiting
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(news.set)

    def wake_me(self, loop: asyncio.AbstractEventLoop) -> asyncio.Event:
        """Return what is set when the next event comes."""
        news = asyncio.Event()
        self._waiting = loop, news
        return news
