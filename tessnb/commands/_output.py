"""What the tools say goes to standard error, as the reference's does; standard output is for results."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["fail", "say", "stripped_text", "write"]


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


def stripped_text(words: Sequence[str]) -> str:
    """Return what the renderers say of words that a font cannot draw."""
    return f"Stripped {len(words)} unrenderable word(s): '{''.join(f'{word} ' for word in words)}'"
