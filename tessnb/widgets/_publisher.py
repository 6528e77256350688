"""The one thread that brings news into a display."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

__all__ = ["Publisher"]

#: Seconds that what was asked for has to happen, before it is published out of turn.
_MOMENT = 0.05


class Publisher:
    """Calls a function a few times a second in a thread of its own, for as long as it returns True.

    Parameters
    ----------
    publish : callable
        Moves the newest state into widgets; False ends the thread. It alone may change these widgets.
    rate : float
        Calls per second.
    """

    def __init__(self, publish: Callable[[], bool], rate: float) -> None:
        self.rate = rate
        self._publish = publish
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._again = False
        self._has_begun = True
        self._news = threading.Event()
        self._closed = threading.Event()

    def hold(self) -> None:
        """Do not begin before `begin`, whoever says so."""
        self._has_begun = False

    def begin(self) -> None:
        """Publish in this thread, then go on if there is more to come or somebody has asked for it."""
        goes_on = self._publish()
        with self._lock:
            self._has_begun = True
            goes_on |= self._again
        if goes_on:
            self.start()

    def start(self) -> None:
        """Begin, if it does not go on already; from any thread."""
        with self._lock:
            self._again = True
            if self._thread is None and self._has_begun and not self._closed.is_set():
                self._thread = threading.Thread(target=self._loop, name="tessnb-publisher", daemon=True)
                self._thread.start()

    def hurry(self) -> None:
        """Publish soon, because somebody waits for an answer; from any thread."""
        self._news.set()

    def close(self, timeout: float = 5.0) -> None:
        """End the thread and wait for it; it never starts again."""
        with self._lock:
            self._closed.set()
            thread = self._thread
        self._news.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _loop(self) -> None:
        try:
            while not self._closed.is_set() and self._turn():
                pass
        finally:
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None

    def _turn(self) -> bool:
        """Publish, then wait for the next time; return whether there is one."""
        began = time.monotonic()
        with self._lock:
            self._again = False
        try:
            goes_on = self._publish()
        except Exception:  # said aloud, but the buttons of a display must go on answering
            threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))
            goes_on = True
        with self._lock:
            if not goes_on and not self._again:
                self._thread = None
                return False
        if self._news.wait(max(1.0 / self.rate - (time.monotonic() - began), _MOMENT)):
            self._news.clear()
            self._closed.wait(_MOMENT)
        return True
