"""One place that holds the linear-algebra libraries to a number of threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["blas_threads"]

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
