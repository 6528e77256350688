"""Reading words and numbers from a line of text the way C++ streams do.

Unicharsets and box files are written for ``std::istream``'s ``operator>>``; what it makes of an odd line
(a missing column, a number out of range) decides how Tesseract reads it, so its rules are kept here.
"""

from __future__ import annotations

import math
import re
import struct

__all__ = ["FLOAT_MAX", "INT_MAX", "INT_MIN", "InputStream", "to_float32"]

INT_MAX, INT_MIN = 2**31 - 1, -(2**31)
FLOAT_MAX = 2.0**128 - 2.0**104

_SPACE = re.compile(rb"[ \t\n\v\f\r]*")
_WORD = re.compile(rb"[^ \t\n\v\f\r]*")
_DECIMAL = re.compile(rb"[+-]?[0-9]+")
_HEXADECIMAL = re.compile(rb"[+-]?(?:0[xX])?[0-9a-fA-F]+")
_FLOAT = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BROKEN_FLOAT = re.compile(rb"[eE][+-]?")


def to_float32(value: float) -> float:
    """Round to single precision; what is too large becomes infinite."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


class InputStream:
    """A cursor over `data`; once a read has failed, later reads do nothing until `clear`.

    Each read takes the value that stands if there is nothing to read, as C++ leaves a variable alone.

    Parameters
    ----------
    data : bytes
        The text; it ends at the first NUL.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data.split(b"\0", 1)[0]
        self.position = 0
        self.failed = False

    def clear(self, position: int) -> None:
        """Forget a failure and go on at `position`."""
        self.failed, self.position = False, position

    def _ready(self) -> bool:
        """Step over white space; false, and failed, at the end."""
        if not self.failed:
            found = _SPACE.match(self.data, self.position)
            assert found is not None
            self.position = found.end()
            self.failed = self.position >= len(self.data)
        return not self.failed

    def word(self, default: bytes, limit: int) -> bytes:
        """Read at most `limit` bytes up to white space."""
        if not self._ready():
            return default
        found = _WORD.match(self.data, self.position, min(self.position + limit, len(self.data)))
        assert found is not None
        self.position = found.end()
        return found[0]

    def character(self, default: bytes = b"") -> bytes:
        """Read the next byte that is not white space."""
        if not self._ready():
            return default
        self.position += 1
        return self.data[self.position - 1 : self.position]

    def integer(self, default: int) -> int:
        """Read an ``int``: 0 where there is none, the nearest limit where it is too large; both fail."""
        if not self._ready():
            return default
        found = _DECIMAL.match(self.data, self.position)
        if found is None:
            self.failed = True
            return 0
        self.position = found.end()
        digits = found[0].lstrip(b"+-0")[:20]  # more make it no larger than it can be
        value = -int(digits or b"0") if found[0].startswith(b"-") else int(digits or b"0")
        self.failed = not INT_MIN <= value <= INT_MAX
        return min(max(value, INT_MIN), INT_MAX)

    def hexadecimal(self, default: int) -> int:
        """Read an ``unsigned int`` in base 16."""
        if not self._ready():
            return default
        found = _HEXADECIMAL.match(self.data, self.position)
        if found is None:
            self.failed = True
            return 0
        self.position = found.end()
        value = int(found[0], 16)
        self.failed = abs(value) > 0xFFFFFFFF
        return 0xFFFFFFFF if self.failed else value & 0xFFFFFFFF

    def real(self, default: float) -> float:
        """Read a ``float``: 0 where there is none, the largest where it is too large; both fail."""
        if not self._ready():
            return default
        found = _FLOAT.match(self.data, self.position)
        if found is None or _BROKEN_FLOAT.match(self.data, found.end()):
            self.failed = True
            return 0.0
        self.position = found.end()
        value = to_float32(float(found[0]))
        self.failed = math.isinf(value)
        return math.copysign(FLOAT_MAX, value) if self.failed else value
