"""The slow, obvious twin of `Unicharset.encode`: try every cut, depth first, shortest pieces first."""

from __future__ import annotations

from collections.abc import Collection


def encode(text: str, unichars: Collection[str]) -> list[str]:
    """Return the first of the cuts that reach furthest."""
    best: list[str] = []

    def search(start: int, pieces: list[str]) -> None:
        nonlocal best
        if start > sum(map(len, best)):
            best = pieces
        for end in range(start + 1, len(text) + 1):
            if text[start:end] in unichars:
                search(end, [*pieces, text[start:end]])

    search(0, [])
    return best
