"""Where a run goes on: its process, its machine, and the notebook or command line behind it."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path
from typing import Any

__all__ = ["is_process", "whereabouts"]

_KERNEL = re.compile(r"kernel-([0-9a-fA-F-]{8,64})\.json$")


def whereabouts() -> dict[str, Any]:
    """Return what others need to find this process, as JSON can say it.

    Returns
    -------
    dict
        pid, started (see `is_process`), host, folder (where it works), and kernel (the id of a Jupyter
        kernel), notebook (its path, where Jupyter says it) or command (a command line), if there are any.
    """
    about: dict[str, Any] = {
        "pid": os.getpid(),
        "started": _started(os.getpid()),
        "host": socket.gethostname(),
        "folder": os.getcwd(),
    }
    kernel = next((found[1] for each in sys.argv if (found := _KERNEL.search(each))), None)
    if kernel is not None:
        about["kernel"] = kernel
        if notebook := os.environ.get("JPY_SESSION_NAME"):
            about["notebook"] = notebook
    elif sys.argv and sys.argv[0]:
        about["command"] = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:500]
    return about


def is_process(about: dict[str, Any]) -> bool:
    """Return whether the very process that `whereabouts` spoke of lives, as far as this machine can know."""
    pid = about.get("pid")
    if about.get("host") != socket.gethostname() or not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        pass
    except (OSError, OverflowError):
        return False
    return _started(pid) == about.get("started")


def _started(pid: int) -> int:
    """Return when a process began, in ticks since the machine did; 0 if the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(fields[19])
    except (OSError, ValueError, IndexError):
        return 0
