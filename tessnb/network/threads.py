"""Threads: one place that holds the linear-algebra libraries to a number of them, and one of our own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

__all__ = ["blas_threads", "in_background"]

_lock = threading.Lock()
_users = 0
_limiter: Any = None


@contextmanager
def blas_threads(count: int = 1) -> Iterator[None]:
    """Hold NumPy's and SciPy's BLAS to `count` threads within the block.

    The layers' products are many and small, and our own threads share the cores: two pools of BLAS threads
    would fight over them. The setting is the process's; nested and concurrent blocks count, the first one's
    `count` stands until the last one ends.
    """
    global _users, _limiter
    with _lock:
        if _users == 0:
            import scipy.linalg.cython_blas  # noqa: F401 - what Numba's np.dot calls; must be loaded to be limited
            from threadpoolctl import threadpool_limits

            _limiter = threadpool_limits(count, user_api="blas")
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limiter.restore_original_limits()
                _limiter = None


_worker: ThreadPoolExecutor | None = None


def _forget_worker() -> None:
    """A forked process has not the thread of its parent."""
    global _worker
    _worker = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_worker)


def in_background(work: Callable[[], None]) -> Future[None]:
    """Run `work`, which must spend its time without the interpreter's lock, on a second core if there is one.

    Everything given here runs on one thread, in order. Errors come out of the future's ``result()``.
    """
    global _worker
    if (os.cpu_count() or 1) == 1:
        work()
        done: Future[None] = Future()
        done.set_result(None)
        return done
    with _lock:
        if _worker is None:
            _worker = ThreadPoolExecutor(1, thread_name_prefix="tessnb-gradients")
        return _worker.submit(work)
