"""Lines looked at one by one: what is wrong with each, and what must be known of it in the whole set."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

import numpy as np

from tessnb.analysis.checks import CHECKS, Finding, Target
from tessnb.analysis.ink import one_image
from tessnb.analysis.material import numbered_lines
from tessnb.charset.clusters import graphemes
from tessnb.formats.unicharset import cleanup
from tessnb.lines import TrainingLine
from tessnb.network.threads import cores

__all__ = ["Inspected", "fingerprint", "inspect_lines"]

#: Lines that are looked at together, and how many such parcels an executor has under way.
_PARCEL, _PARCELS = 64, 32


class Inspected(NamedTuple):
    """What is known of a line.

    Attributes
    ----------
    findings : sequence of (str, Finding)
        Kinds of trouble, and particulars.
    graphemes : mapping of str to int
        How often it has each.
    fingerprint : bytes
        Of its image.
    origin : tuple
        Transcription, source, page, font.
    """

    findings: Sequence[tuple[str, Finding]]
    graphemes: Mapping[str, int]
    fingerprint: bytes
    origin: tuple[str, str, int, str]


def fingerprint(image: np.ndarray) -> bytes:
    """Return what tells an image from any other."""
    head = f"{image.shape}{image.dtype}".encode()
    return blake2b(head + np.ascontiguousarray(image).tobytes(), digest_size=16).digest()


def _inspect(line: TrainingLine, target: Target) -> Inspected:
    with one_image(line.image):
        findings = [(check.kind, found) for check in CHECKS for found in check.findings(line, target)]
    counts = Counter(graphemes(cleanup(line.transcription)))
    origin = line.transcription, line.source, line.page, line.font
    return Inspected(findings, counts, fingerprint(line.image), origin)


def _inspect_parcel(parcel: list[TrainingLine | str], target: Target) -> list[Inspected | str]:
    return [line if isinstance(line, str) else _inspect(line, target) for line in parcel]


def inspect_lines(
    lines: Sequence[TrainingLine], target: Target, *, executor: Executor | None = None
) -> Generator[Inspected | str]:
    """Yield what is known of each line, in order, or why it cannot be read; few are in memory at a time.

    Parameters
    ----------
    lines : sequence of TrainingLine
    target : Target
    executor : concurrent.futures.Executor, optional
        Where the work is done; threads by default.
    """
    there = (problem if line is None else line for _, line, problem in numbered_lines(lines))
    pending: deque[Future[list[Inspected | str]]] = deque()
    most = 2 * cores() if executor is None else _PARCELS
    with ExitStack() as stack:
        pool = executor or stack.enter_context(ThreadPoolExecutor(cores(), "tessnb-preflight"))
        stack.callback(lambda: [work.cancel() for work in pending])
        for parcel in _parcels(there):
            pending.append(pool.submit(_inspect_parcel, parcel, target))
            if len(pending) > most:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def _parcels(lines: Iterator[TrainingLine | str]) -> Iterator[list[TrainingLine | str]]:
    while parcel := list(islice(lines, _PARCEL)):
        yield parcel
