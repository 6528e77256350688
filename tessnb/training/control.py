"""What is told to a run from other threads, and taken by its own between two lines."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

__all__ = ["RunControl"]

#: Seconds between two looks at what is asked of a run that is paused.
_LOOK = 0.05


class RunControl:
    """Pause, stop and commands of a run, and its clock.

    Parameters
    ----------
    on_pause : callable
        Called in the run's thread: with True when it begins to wait, with False when it goes on.
    poll : callable
        Called in the run's thread between two lines, and now and then while it waits.

    Attributes
    ----------
    is_paused : bool
    ended : Event
        Set when the run's thread has left. A ``Thread.join`` that is interrupted takes the thread for dead.
    """

    def __init__(self, on_pause: Callable[[bool], object], poll: Callable[[], object]) -> None:
        self._on_pause, self._poll = on_pause, poll
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._may_run = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._alone = threading.RLock()
        self.ended = threading.Event()
        self._worked = 0.0
        self._since: float | None = None
        self.is_paused = False
        self._may_run.set()

    # From any thread.

    def attach(self, thread: threading.Thread) -> None:
        """Make ready for a start in a thread, which answers what is asked until it leaves; see `alone`."""
        self._stop.clear()
        self._may_run.set()
        self.ended.clear()
        self._thread = thread

    @property
    def alone(self) -> threading.RLock:
        """What to hold while no run may be started, and nothing asked of one that is not running."""
        return self._alone

    def pause(self) -> None:
        """Wait after the current line."""
        self._may_run.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._may_run.set()

    def stop(self) -> None:
        """End after the current line."""
        self._stop.set()
        self._may_run.set()

    @property
    def is_attached(self) -> bool:
        """Whether there is a thread that takes what is asked."""
        return self._thread is not None

    @property
    def seconds(self) -> float:
        """Time spent training, pauses left out."""
        since = self._since
        return self._worked + (time.monotonic() - since if since is not None else 0.0)

    def put(self, command: Callable[[], None]) -> None:
        """Have something done between two lines, which must not fail."""
        self._commands.put(command)

    def ask(self, question: Callable[[], Any]) -> Any:
        """Let the run's thread answer between two lines, or answer here if it is not running."""
        with self._alone:
            thread = self._thread
            if thread is None:
                return question()
        if threading.current_thread() is thread:
            return question()
        answer: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

        def reply() -> None:
            try:
                answer.put((question(), None))
            except Exception as error:
                answer.put((None, error))

        self._commands.put(reply)
        while True:
            try:
                value, error = answer.get(timeout=0.1)
            except queue.Empty:
                with self._alone:
                    if self._thread is None:
                        self._take_commands()
                continue
            if error is not None:
                raise error
            return value

    # From the run's thread.

    def enter(self) -> None:
        """Begin."""
        self._count_time(True)

    def leave(self) -> None:
        """End: what is asked from now on is answered by whoever asks."""
        self._count_time(False)
        self._thread = None
        self.ended.set()

    def between(self) -> bool:
        """Take commands, wait if paused; return whether to go on."""
        self._take_commands()
        self._poll()
        if not self._may_run.is_set() and not self._stop.is_set():
            self._wait()
        return not self._stop.is_set()

    def _wait(self) -> None:
        self._count_time(False)
        self.is_paused = True
        self._on_pause(True)
        while not self._may_run.wait(_LOOK) and not self._stop.is_set():
            self._take_commands()
            self._poll()
        self.is_paused = False
        self._count_time(True)
        self._on_pause(False)

    def _take_commands(self) -> None:
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return
            command()

    def _count_time(self, working: bool) -> None:
        if self._since is not None:
            self._worked += time.monotonic() - self._since
        self._since = time.monotonic() if working else None
