"""Child processes that are ready at once, to be killed in the middle of something."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

__all__ = ["Child", "kill_at_event"]

#: What the system is asked between which a process may die.
_EVENTS = (
    "open",
    "os.rename",
    "os.remove",
    "os.chmod",
    "os.mkdir",
    "os.truncate",
    "os.utime",
    "tempfile.mkstemp",
)


class Child:
    """A copy of this process that calls a function and ends.

    Parameters
    ----------
    function : callable
    log : Path
        Where an error that ends it is written.
    """

    def __init__(self, function: Callable[[], object], log: Path) -> None:
        self.log = log
        self._code: int | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of ours are made anew in the child
            self.pid = os.fork()
        if self.pid:
            return
        code = 1
        try:
            function()
            code = 0
        except BaseException:
            if os.getuid() == 0:
                os.seteuid(0)
            log.write_text(traceback.format_exc())
        finally:
            os._exit(code)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal."""
        if self._code is None:
            os.kill(self.pid, number)

    def wait(self, seconds: float = 120.0) -> int | None:
        """Return the exit code, negative for a signal; None, after killing it, if it takes too long."""
        deadline = time.monotonic() + seconds
        while self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                self.kill()
                os.waitpid(self.pid, 0)
                self._code = -signal.SIGKILL
                return None
            else:
                time.sleep(0.001)
        return self._code

    def error(self) -> str:
        """Return what ended it, if an error did."""
        return self.log.read_text() if self.log.exists() else ""


def kill_at_event(number: int, folder: Path) -> None:
    """Let this process die before its `number`-th change of files in a folder."""
    left = number

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in _EVENTS and str(folder) in str(arguments[0] if arguments else ""):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)
