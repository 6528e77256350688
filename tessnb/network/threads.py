"""Threads: one place that holds the linear-algebra libraries to a number of them, and two of our own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

from tessnb.kernels.team import PARKED, STATE, new_team, serve

__all__ = ["blas_threads", "cores", "done_here", "in_background", "one_core", "second_core"]

_Result = TypeVar("_Result")

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


def done_here(work: Callable[[], _Result]) -> Future[_Result]:
    """Run `work` at once; its result, or its error, is in the future as if another thread had done it."""
    done: Future[_Result] = Future()
    try:
        done.set_result(work())
    except Exception as error:
        done.set_exception(error)
    return done


_worker: ThreadPoolExecutor | None = None


def _forget_threads() -> None:
    """A forked process has not the threads of its parent."""
    global _worker, _helper
    _worker = _helper = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_threads)


def in_background(work: Callable[[], None]) -> Future[None]:
    """Run `work`, which must spend its time without the interpreter's lock, on a second core if there is one.

    Everything given here runs on one thread, in order. Errors come out of the future's ``result()``.
    """
    global _worker
    if cores() == 1:
        return done_here(work)
    with _lock:
        if _worker is None:
            _worker = ThreadPoolExecutor(1, thread_name_prefix="tessnb-gradients")
        return _worker.submit(work)


#: Looks for new work before the helper goes to sleep: some tenths of a millisecond.
_PATIENCE = 6000


def cores() -> int:
    """Return on how many cores to work: those that this process may run on, or fewer if so asked.

    ``OMP_THREAD_LIMIT`` asks, as of Tesseract, and ``OMP_NUM_THREADS``, which a cluster's workers have.
    """
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limits = [os.environ.get(name, "") for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS")]
    return min([here, *(int(limit) for limit in limits if limit.isdecimal() and int(limit))])


class _Helper:
    """A thread that does the second parts of kernels' work, and sleeps when there was none for a while."""

    def __init__(self) -> None:
        self.team = new_team()
        self._called = threading.Event()
        if cores() > 1:
            self.team[STATE] = PARKED
            threading.Thread(target=self._run, name="tessnb-helper", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._called.wait()
            self._called.clear()
            serve(self.team, _PATIENCE)

    def wake(self) -> None:
        if self.team[STATE] == PARKED:
            self._called.set()


_helper: _Helper | None = None
_alone = new_team()
_lonely = threading.local()


def second_core() -> np.ndarray:
    """Return what kernels need to use a second core (see `tessnb.kernels.team`), and see that it is awake.

    Results do not depend on whether there is one.
    """
    global _helper
    if getattr(_lonely, "now", False):
        return _alone
    if _helper is None:
        with _lock:
            if _helper is None:
                _helper = _Helper()
    _helper.wake()
    return _helper.team


@contextmanager
def one_core() -> Iterator[None]:
    """Keep the kernels that this thread calls within the block to its own core."""
    before = getattr(_lonely, "now", False)
    _lonely.now = True
    try:
        yield
    finally:
        _lonely.now = before
