"""What files say may be anybody's; a terminal shows it and does not obey it.

Where standard output or standard error is a terminal, control characters in what the tools print are written
out (``\\x1b``), and on standard error characters that turn the direction of what follows, too. Recognized
text on standard output keeps those, for Arabic and Hebrew need them, and the form feed between pages. A file
or a pipe gets every byte as the reference writes it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from tessnb.errors import visible

__all__ = ["guarded"]

#: A progress bar goes back to the beginning of its line, before or after what it writes.
_RETURNS = re.compile("(\r*)(.*?)(\r*)", re.DOTALL)
#: What text may have.
_TURNS = re.compile("([\f\u202a-\u202e\u2066-\u2069]+)")


class _Terminal:
    """A stream to a terminal that shows what it would obey; everything else is the stream's own."""

    def __init__(self, stream: TextIO, *, turns: bool) -> None:
        self._stream, self._turns = stream, turns

    def write(self, text: str) -> int:
        found = _RETURNS.fullmatch(text)
        assert found is not None
        before, inside, after = found.groups()
        parts = _TURNS.split(inside) if self._turns else [inside]
        shown = "".join(part if place % 2 else visible(part) for place, part in enumerate(parts))
        self._stream.write(f"{before}{shown}{after}")
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Guard standard output and standard error where they are terminals."""
    streams = sys.stdout, sys.stderr
    try:
        if sys.stdout is not None and sys.stdout.isatty():
            sys.stdout = _Terminal(sys.stdout, turns=True)
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr = _Terminal(sys.stderr, turns=False)
        yield
    finally:
        sys.stdout, sys.stderr = streams
