"""Numba functions: arrays in and arrays out."""

from __future__ import annotations

import time
from collections.abc import Callable

from numba.core import event

__all__ = ["tell_of_compiling"]

#: Seconds of compiling after which it is worth a word: single functions may be new at any time.
_PATIENCE = 1.0


class _Watch(event.Listener):
    """Calls once, when compiling takes long: when there is nothing in the cache yet."""

    def __init__(self, tell: Callable[[], object]) -> None:
        self._tell: Callable[[], object] | None = tell
        self._depth = 0
        self._began = self._spent = 0.0

    def on_start(self, event: event.Event) -> None:
        now = time.perf_counter()
        if self._depth == 0:
            self._began = now
        self._depth += 1
        if self._tell is not None and self._spent + now - self._began > _PATIENCE:
            tell, self._tell = self._tell, None
            tell()

    def on_end(self, event: event.Event) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._spent += time.perf_counter() - self._began


def tell_of_compiling(tell: Callable[[], object]) -> None:
    """Call `tell` once if kernels have to be compiled, as they have when they run here for the first time.

    Compiled kernels are kept beside their sources, or in the user's cache folder where that cannot be written
    to, or in ``$NUMBA_CACHE_DIR``; loading them from there is not told.
    """
    event.register("numba:compile", _Watch(tell))
