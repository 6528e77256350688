"""Lines with the same image, among any number of them: 32 bytes a line, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

__all__ = ["ImageTwins", "Twin"]

_IMAGE, _TEXT = 16, 8


class Twin(NamedTuple):
    """A line whose image the line `first` has, too; and whether their texts are the same."""

    line: int
    first: int
    same_text: bool


class ImageTwins:
    """Takes in the images' fingerprints, and finds those that are alike.

    Examples
    --------
    >>> twins = ImageTwins()
    >>> for line, text in enumerate(["tea", "pier", "tea"]):
    ...     twins.add(line, b"0123456789abcdef", text)
    >>> list(twins)
    [Twin(line=1, first=0, same_text=False), Twin(line=2, first=0, same_text=True)]
    """

    def __init__(self) -> None:
        self._images, self._texts, self._lines = bytearray(), bytearray(), bytearray()

    def add(self, line: int, fingerprint: bytes, text: str) -> None:
        """Take in a line; a fingerprint has 16 bytes."""
        self._images += fingerprint
        self._texts += blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_TEXT).digest()
        self._lines += line.to_bytes(8, "little")

    def __iter__(self) -> Iterator[Twin]:
        """Yield every line that is not the first of its image, in order."""
        images = np.frombuffer(self._images, "<u8").reshape(-1, _IMAGE // 8)
        texts, lines = np.frombuffer(self._texts, "<u8"), np.frombuffer(self._lines, "<u8")
        order = np.lexsort((images[:, 1], images[:, 0]))  # which leaves equal ones as they were
        images = images[order]
        is_new = np.ones(len(order), np.bool_)
        is_new[1:] = (images[1:] != images[:-1]).any(axis=1)
        first = np.empty(len(order), np.int64)
        first[order] = order[np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))]
        for place in np.nonzero(first != np.arange(len(first)))[0]:
            other = first[place]
            yield Twin(int(lines[place]), int(lines[other]), bool(texts[place] == texts[other]))
