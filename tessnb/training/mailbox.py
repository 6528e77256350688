"""How another process tells a run something: a command in a file beside the run's record.

Only who may write to the folder can leave one, and only one of the run's own user is taken. It names the run
that it is meant for, so that what a dead run has left unread does not reach the next one.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tessnb.errors import InputError
from tessnb.training.record_file import open_plain

__all__ = ["COMMANDS", "MAILBOX_SUFFIX", "send", "take"]

#: What is put behind the name of the record's files.
MAILBOX_SUFFIX = ".run.command"

#: What a run can be told; `set` has values beside it.
COMMANDS = ("pause", "resume", "stop", "checkpoint", "set")

#: Bytes of a command at most; seconds after which half of one is given up.
_LARGEST, _STALE = 4096, 5.0
_PAUSE = 0.05


def send(
    path: str | os.PathLike[str],
    run_id: str,
    command: str,
    *,
    is_alive: Callable[[], bool],
    timeout: float = 30.0,
    **values: float,
) -> None:
    """Leave a command, and wait until the run has taken it.

    Parameters
    ----------
    path : path
        The file, ending in `MAILBOX_SUFFIX`.
    run_id : str
        As the run's record has it.
    command : str
        One of `COMMANDS`.
    is_alive : callable
        Whether there is somebody to take it.
    timeout : float
        Seconds to wait.
    **values
        For ``set``.

    Raises
    ------
    InputError
        If the run is over, does not take it in time, or the file cannot be written.
    """
    data = json.dumps({"run": run_id, "command": command, **values}).encode() + b"\n"
    deadline = time.monotonic() + timeout
    is_left = False
    while True:
        try:
            if not is_left:
                _leave(path, data)
                is_left = True
            elif not os.path.lexists(path):
                return
        except FileExistsError:
            pass  # somebody else's, which the run has not taken yet
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", where=os.fspath(path)) from None
        problem = ""
        if not is_alive():
            problem = "the run is over"
        elif time.monotonic() > deadline:
            problem = f"the run has not answered for {timeout:g} seconds"
        if problem:
            if is_left and os.path.lexists(path):
                with suppress(OSError):
                    os.unlink(path)
            elif is_left:
                return  # taken as its last
            raise InputError(problem, where=os.fspath(path).removesuffix(MAILBOX_SUFFIX), found=command)
        time.sleep(_PAUSE)


def _leave(path: str | os.PathLike[str], data: bytes) -> None:
    descriptor = open_plain(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def take(path: str | os.PathLike[str], run_id: str) -> dict[str, Any] | None:
    """Return the command that was left for a run, and take it away; None if there is none.

    What is no whole command of the same user for this run is taken away unheeded.
    """
    try:
        descriptor = open_plain(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError:  # a link, a folder, somebody else's
        return None
    try:
        about, data = os.fstat(descriptor), os.read(descriptor, _LARGEST)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    is_whole = data.endswith(b"\n")
    if not is_whole and abs(time.time() - about.st_mtime) < _STALE:  # the clock may have been set back
        return None  # it is still being written
    with suppress(OSError):
        os.unlink(path)
    if not is_whole or (hasattr(os, "geteuid") and about.st_uid != os.geteuid()):
        return None
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("run") != run_id:
        return None
    return message if message.get("command") in COMMANDS else None
