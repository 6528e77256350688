"""A bounds-checked cursor over bytes, and its mirror for writing: the ground of every binary format here."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from tessnb.errors import FormatError

__all__ = ["Reader", "Writer"]


class Reader:
    """Reads numbers, strings and arrays from `data`; every read is checked against the end first.

    Parameters
    ----------
    data : bytes
        The whole buffer.
    name : str
        What to call it in errors (usually the file's name).
    big_endian : bool
        The byte order of numbers.
    """

    def __init__(self, data: bytes | memoryview, name: str = "<bytes>", *, big_endian: bool = False) -> None:
        self.data = memoryview(data).cast("B")
        self.name = name
        self.order = ">" if big_endian else "<"
        self.offset = 0

    @property
    def remaining(self) -> int:
        return len(self.data) - self.offset

    def fail(
        self, message: str, *, found: object = None, expected: object = None, offset: int | None = None
    ) -> FormatError:
        """Return (not raise) the error for the current offset."""
        at = self.offset if offset is None else offset
        return FormatError(message, where=f"{self.name} at byte {at}", found=found, expected=expected)

    def _check(self, size: int, what: str) -> None:
        if size < 0 or size > self.remaining:
            raise self.fail(f"truncated {what}", found=f"{self.remaining} bytes", expected=f"{size} bytes")

    def take(self, size: int, what: str = "data") -> memoryview:
        """Return the next `size` bytes and step over them."""
        self._check(size, what)
        view = self.data[self.offset : self.offset + size]
        self.offset += size
        return view

    def skip(self, size: int, what: str = "data") -> None:
        """Step over the next `size` bytes."""
        self.take(size, what)

    def number(self, code: str, what: str = "number") -> Any:
        """Read one number; `code` is a `struct` format character."""
        return struct.unpack(self.order + code, self.take(struct.calcsize(code), what))[0]

    def count(self, item_size: int, what: str = "array", *, code: str = "I") -> int:
        """Read an item count and check that so many items of `item_size` bytes can follow."""
        at = self.offset
        count = self.number(code, f"size of {what}")
        if count < 0 or count * item_size > self.remaining:
            most = self.remaining // max(item_size, 1)
            raise self.fail(f"impossible size of {what}", found=count, expected=f"at most {most}", offset=at)
        return int(count)

    def array(self, dtype: str, shape: int | tuple[int, ...], what: str = "array") -> np.ndarray:
        """Read an array; `dtype` is without byte order (``"f8"``). The result is writable and native."""
        kind = np.dtype(self.order + dtype)
        size = int(np.prod(shape, dtype=object))
        view = self.take(size * kind.itemsize, what)
        return np.frombuffer(view, kind).reshape(shape).astype(np.dtype(dtype))

    def string(self, what: str = "string") -> bytes:
        """Read a ``uint32`` length and so many bytes (Tesseract's ``TFile::DeSerialize(std::string&)``)."""
        return bytes(self.take(self.count(1, what), what))


class Writer:
    """Writes what `Reader` reads; `getvalue` returns the bytes."""

    def __init__(self, *, big_endian: bool = False) -> None:
        self.order = ">" if big_endian else "<"
        self._parts: list[bytes] = []

    def number(self, code: str, value: float) -> None:
        self._parts.append(struct.pack(self.order + code, value))

    def raw(self, data: bytes | memoryview) -> None:
        self._parts.append(bytes(data))

    def array(self, dtype: str, values: np.ndarray) -> None:
        self._parts.append(np.ascontiguousarray(values, np.dtype(self.order + dtype)).tobytes())

    def string(self, text: bytes) -> None:
        self.number("I", len(text))
        self.raw(text)

    def getvalue(self) -> bytes:
        return b"".join(self._parts)
