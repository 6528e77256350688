"""Commented hexadecimal: what a format test says its bytes mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tessnb.errors import FormatError


def bytes_of(text: str) -> bytes:
    """The bytes of lines of hexadecimal digits; ``#`` starts a comment, quotes hold ASCII."""
    result = b""
    for line in text.splitlines():
        code, *_ = line.partition("#")
        for index, part in enumerate(code.split("'")):
            result += part.encode() if index % 2 else bytes.fromhex(part)
    return result


def every_truncation_fails(data: bytes, read: Callable[[bytes], object], step: int = 1) -> None:
    """Check that `read` raises `FormatError`, and nothing else, on every beginning of `data`."""
    for size in range(0, len(data), step):
        with pytest.raises(FormatError):
            read(data[:size])


def no_damage_passes_unseen(data: bytes, copy: Callable[[bytes], bytes], step: int = 1) -> None:
    """Check that with any byte changed, reading raises `FormatError` or writing gives the same bytes."""
    for offset in range(0, len(data), step):
        for change in (0x01, 0x80, 0xFF):
            damaged = data[:offset] + bytes([data[offset] ^ change]) + data[offset + 1 :]
            try:
                result = copy(damaged)
            except FormatError:
                continue
            assert result == damaged, f"byte {offset} changed by {change:#x}"
