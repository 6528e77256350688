"""Inputs made of other inputs: bytes flipped, numbers made absurd, pieces cut, doubled and exchanged."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

__all__ = ["Mutator"]

#: Numbers at which sizes and signs turn over.
_EDGES = (0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 36, 64, 100, 127, 128, 129, 255, 256, 257, 999, 1000, 1001)
_LARGE = (
    32767,
    32768,
    65535,
    65536,
    2**24,
    2**28,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**62,
    2**63 - 1,
    2**64 - 1,
)
_FLOATS = (0.0, -0.0, 1.0, -1.0, 1e-40, 1e38, 1e300, float("inf"), float("-inf"), float("nan"))
_CODES = ((1, "B"), (2, "H"), (4, "I"), (4, "I"), (4, "I"), (8, "Q"))
_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?")
_TEXTS = (
    *(
        b"0",
        b"-1",
        b"1",
        b"2147483647",
        b"2147483648",
        b"-2147483649",
        b"4294967296",
        b"99999999999999999999",
    ),
    *(b"9" * 5000, b"1e999", b"-1e999", b"nan", b"inf", b"0.1", b"1e-320", b"0x10", b"+5", b"1_000", b""),
)


class Mutator:
    """Makes new inputs of those that were of interest.

    Parameters
    ----------
    random : Random
    tokens : sequence of bytes
        Words of the format.
    is_text : bool
        Lines and decimal numbers are changed, too.
    largest : int
        Bytes of an input at most.
    """

    def __init__(self, random: Random, tokens: Sequence[bytes], is_text: bool, largest: int) -> None:
        self._random, self._tokens, self._largest = random, tokens, largest
        changes = [
            self._flip,
            self._set,
            self._number,
            self._number,
            self._delete,
        ]
        changes += [self._double, self._insert, self._cut, self._splice]
        if tokens:
            changes += [self._token, self._token]
        if is_text:
            changes += [self._figure, self._figure, self._line, self._repeat]
        else:
            changes += [self._length, self._length]
        self._changes = changes

    def __call__(self, corpus: Sequence[bytes]) -> bytes:
        """Return a new input."""
        random = self._random
        self._corpus = corpus
        data = bytearray(random.choice(corpus))
        for _ in range(min(int(random.expovariate(0.7)) + 1, 8)):
            data = random.choice(self._changes)(data)
        return bytes(data[: self._largest])

    def _place(self, data: bytearray) -> int:
        return self._random.randrange(len(data) + 1)

    def _span(self, data: bytearray, longest: int = 64) -> tuple[int, int]:
        start = self._place(data)
        length = self._random.randint(1, self._random.choice((4, longest, max(len(data), 1))))
        return start, min(start + length, len(data))

    # Bytes.

    def _flip(self, data: bytearray) -> bytearray:
        if data:
            data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)
        return data

    def _set(self, data: bytearray) -> bytearray:
        if data:
            data[self._random.randrange(len(data))] = self._random.choice(
                (0, 1, 0x7F, 0x80, 0xFF, 10, 32, 34, 60)
            )
        return data

    def _delete(self, data: bytearray) -> bytearray:
        start, stop = self._span(data)
        del data[start:stop]
        return data

    def _double(self, data: bytearray) -> bytearray:
        start, stop = self._span(data)
        times = self._random.choice((1, 1, 2, 30))
        data[stop:stop] = data[start:stop][: self._largest // times] * times
        return data

    def _insert(self, data: bytearray) -> bytearray:
        at, size = self._place(data), self._random.choice((1, 2, 4, 8, 100))
        data[at:at] = self._random.randbytes(size) if self._random.random() < 0.5 else bytes(size)
        return data

    def _cut(self, data: bytearray) -> bytearray:
        return data[: self._place(data)]

    def _splice(self, data: bytearray) -> bytearray:
        other = self._random.choice(self._corpus)
        at, from_ = self._place(data), self._random.randrange(len(other) + 1)
        length = self._random.choice((8, 64, len(other) + 1))
        stop = at + (length if self._random.random() < 0.5 else 0)
        data[at:stop] = other[from_ : from_ + length]
        return data

    def _token(self, data: bytearray) -> bytearray:
        at, token = self._place(data), self._random.choice(self._tokens)
        data[at : at + (len(token) if self._random.random() < 0.5 else 0)] = token
        return data

    # Numbers in bytes.

    def _number(self, data: bytearray) -> bytearray:
        random = self._random
        order = random.choice("<<<>")
        if random.random() < 0.15:
            code = random.choice("fd")
            value = struct.pack(order + code, random.choice(_FLOATS[:5] if code == "f" else _FLOATS))
        else:
            size, code = random.choice(_CODES)
            number = random.choice((*_EDGES, *_LARGE, len(data), -random.choice(_EDGES)))
            value = struct.pack(order + code, number % (1 << 8 * size))
        at = self._place(data)
        data[at : at + len(value)] = value
        return data

    def _length(self, data: bytearray) -> bytearray:
        """Change a number that may well be the size of what follows."""
        each = sliding_window_view(np.frombuffer(bytes(data[:4096].ljust(4, b"\xff")), np.uint8), 4)
        numbers = np.ascontiguousarray(each).view("<u4")[:, 0].astype(np.int64)
        places = np.nonzero((numbers > 0) & (numbers <= len(data) - np.arange(len(numbers))))[0]
        if not len(places):
            return self._number(data)
        at = int(places[self._random.randrange(len(places))])
        old = int.from_bytes(data[at : at + 4], "little")
        new = self._random.choice((old + 1, old - 1, old * 2, old * 256, 0, len(data) - at - 4, *_LARGE[:9]))
        data[at : at + 4] = struct.pack("<I", new % 2**32)
        return data

    # Text.

    def _figure(self, data: bytearray) -> bytearray:
        found = list(_NUMBER.finditer(data))
        if found:
            chosen = self._random.choice(found)
            data[chosen.start() : chosen.end()] = self._random.choice(
                (*_TEXTS, str(self._random.random()).encode())
            )
        return data

    def _line(self, data: bytearray) -> bytearray:
        lines = data.split(b"\n")
        at, other = self._random.randrange(len(lines)), self._random.randrange(len(lines))
        match self._random.randrange(4):
            case 0:
                lines[at], lines[other] = lines[other], lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                del lines[at]
            case _:
                lines[at:at] = self._random.choice(self._corpus).split(b"\n")[:40]
        return bytearray(b"\n".join(lines))

    def _repeat(self, data: bytearray) -> bytearray:
        """Say something very often: what grows faster than its input shows itself."""
        start, stop = self._span(data, 16)
        piece = bytes(data[start:stop]) or b'"'
        times = self._random.choice((10, 300, 3000))
        data[start:start] = piece[: self._largest // times] * times
        return data
