"""How far a long analysis is, as a bar or told to somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm.auto import tqdm

__all__ = ["Progress", "reporting"]

#: Whether to show a bar; or what is called with the number of lines done and of all, if it is known.
Progress = bool | Callable[[int, int | None], object]


@contextmanager
def reporting(progress: Progress, total: int | None) -> Iterator[Callable[[int], object]]:
    """Provide what is called after every line with the number of lines done."""
    if callable(progress):
        yield lambda done: progress(done, total)
    elif progress:
        with tqdm(total=total, unit="line") as bar:
            yield lambda done: bar.update(done - bar.n)
    else:
        yield lambda done: None
