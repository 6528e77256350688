"""The fine tuner's one working thread: what it is at, how far it is, what went wrong, and how to end it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from tessnb.errors import InputError, sentence_of

__all__ = ["Doing", "Work"]

_T = TypeVar("_T")


class Doing(NamedTuple):
    """What the thread is at: of which step, in words, and how far."""

    step: int
    words: str
    done: int = 0
    total: int | None = None


class _Cancelled(InputError):
    """Somebody does not want to wait."""


class Work:
    """Does one thing after the other in a thread.

    Parameters
    ----------
    begun : callable
        Called when something begins.
    ended : callable
        Called when something has ended.

    Attributes
    ----------
    doing : Doing or None
        What it is at.
    problems : dict
        Step → what went wrong there last.
    cancelled : int
        The step in which something was cancelled last, or 0.
    """

    def __init__(self, begun: Callable[[], object], ended: Callable[[], object]) -> None:
        self._begun, self._ended = begun, ended
        self.doing: Doing | None = None
        self.problems: dict[int, str] = {}
        self.cancelled = 0
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._thread = ThreadPoolExecutor(1, "tessnb-fine-tuner")

    def submit(self, step: int, words: str, work: Callable[[], _T]) -> Future[_T]:
        """Enqueue something; what is said of it stands in the step.

        Raises
        ------
        InputError
            If the thread has ended.
        """
        return self.enqueue(lambda: self._do(step, words, work))

    def enqueue(self, work: Callable[[], _T]) -> Future[_T]:
        """Enqueue something that nothing is said of.

        Raises
        ------
        InputError
            If the thread has ended.
        """
        try:
            return self._thread.submit(work)
        except RuntimeError:
            raise InputError("this fine tuner is closed") from None

    def ask(self, step: int, words: str, work: Callable[[], _T]) -> _T:
        """Have something done and wait for it.

        Raises
        ------
        InputError
            If it was cancelled, or the thread has ended.
        """
        try:
            return self.submit(step, words, work).result()
        except CancelledError:
            raise InputError("this fine tuner was closed meanwhile") from None

    def click(self, step: int, words: str, work: Callable[[], Any]) -> None:
        """Enqueue what a click wants; a second click meanwhile does nothing."""
        with self._lock:
            if self.doing is not None:
                return
            self.doing = Doing(step, words)
        try:
            self.submit(step, words, work)
        except InputError:  # closed
            self.doing = None

    def cancel(self) -> None:
        """End what is being done as soon as it tells how far it is; from any thread."""
        self._cancel.set()

    def close(self) -> None:
        """End the thread after what is being done, and forget what is enqueued."""
        self.cancel()
        self._thread.shutdown(wait=True, cancel_futures=True)

    # In the thread.

    def move(self, step: int, words: str) -> None:
        """Go on with another step."""
        self.doing = Doing(step, words)

    def tell(self, done: int, total: int | None) -> None:
        """Say how far it is.

        Raises
        ------
        InputError
            If it was cancelled.
        """
        if self._cancel.is_set():
            raise _Cancelled("this was cancelled")
        if self.doing is not None:
            self.doing = self.doing._replace(done=done, total=total)

    def _do(self, step: int, words: str, work: Callable[[], _T]) -> _T:
        self._cancel.clear()
        self.doing, self.cancelled = Doing(step, words), 0
        self.problems.pop(step, None)
        self._begun()
        try:
            return work()
        except _Cancelled:
            self.cancelled = self.doing.step
            raise
        except Exception as error:
            self.problems[self.doing.step] = sentence_of(error)
            raise
        finally:
            self.doing = None
            with suppress(InputError):  # closed meanwhile
                self._ended()
