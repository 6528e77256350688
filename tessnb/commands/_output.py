"""What the tools say goes to standard error, as the reference's does; standard output is for results."""

from __future__ import annotations

import sys

__all__ = ["fail", "say", "write"]


def write(text: str) -> None:
    """Write `text` as it is, at once."""
    sys.stderr.write(text)
    sys.stderr.flush()


def say(message: str) -> None:
    """Write one line."""
    write(f"{message}\n")


def fail(message: str) -> int:
    """Write one line and return the exit code of a failure."""
    say(message)
    return 1
