"""No warnings while any thread does something."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

__all__ = ["silence"]

_lock = threading.Lock()
_within = 0
_filters = ExitStack()


@contextmanager
def silence() -> Iterator[None]:
    """Ignore warnings, from any thread; with the last one that leaves, they are as before.

    Each with a `warnings.catch_warnings` of its own would put back what another has changed, and so could
    leave a process without warnings for good.
    """
    global _within
    with _lock:
        if not _within:
            _filters.enter_context(warnings.catch_warnings(action="ignore"))
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within:
                _filters.close()


def _leave_all() -> None:
    """Be nowhere within, in a forked child: the threads that were are not there."""
    global _lock, _within
    _lock, _within = threading.Lock(), 0
    _filters.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all)
