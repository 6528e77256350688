"""Threads for what goes on beside the network: preparing lines, comparing, reading.

What runs here must spend its time without the interpreter's lock to be of use.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from tessnb.network.threads import cores, done_here

__all__ = ["beside", "each"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None


def _forget_pool() -> None:
    """A forked process has not the threads of its parent."""
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)


def beside(work: Callable[[], _Result]) -> Future[_Result]:
    """Run `work` on another thread; at once, and here, if there is only one core.

    Errors come out of the future's ``result()``. Work must not wait for other work.
    """
    global _pool
    if cores() == 1:
        return done_here(work)
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(cores(), thread_name_prefix="tessnb-lines")
        return _pool.submit(work)


def each(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    """Return the results of `work` for all items, worked out on all cores, this thread's included."""
    futures = [beside(lambda item=item: work(item)) for item in items[1:]]  # type: ignore[misc]
    results = [work(item) for item in items[:1]]
    for item, future in zip(items[1:], futures, strict=True):
        results.append(work(item) if future.cancel() else future.result())
    return results
