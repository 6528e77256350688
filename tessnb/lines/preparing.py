"""Preparing training lines: pages cut and images read once, by many at a time, into documents.

The reference has ``tesseract … lstm.train`` for a page at a time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext, suppress
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tessnb.errors import InputError, TessnbError
from tessnb.files import read_bytes, write_text
from tessnb.formats.lstmf import Document
from tessnb.lines.cutting import Cut, cut_file
from tessnb.lines.imports import read_layout
from tessnb.lines.line import TrainingLine
from tessnb.lines.sources import (
    DocumentLines,
    Source,
    TrainingLines,
    find_sources,
    read_image_text,
    state_of,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PreparedLines", "prepare_lines"]

#: Line images that are put into a document together.
_TOGETHER = 200
_PROBLEMS = ".problems.json"

#: Source, page, text, and what is wrong.
_Problem = tuple[str, int, str, str]


class PreparedLines(TrainingLines):
    """Training lines in documents, and what could not be used.

    Parameters
    ----------
    documents : iterable of path
    problems : iterable of (str, int, str, str)
        Source, page, text and reason of each line or file that could not be used.
    """

    def __init__(self, documents: Iterable[str], problems: Iterable[_Problem] = ()) -> None:
        documents = list(documents)
        super().__init__(map(DocumentLines, documents), sources=documents)
        self._problems = list(problems)

    @property
    def documents(self) -> list[str]:
        """The paths of the documents, as ``lstmtraining`` takes them."""
        return self.sources

    @property
    def problems(self) -> pd.DataFrame:
        """A row per line or file that could not be used: ``source``, ``page``, ``text``, ``problem``."""
        import pandas as pd

        return pd.DataFrame(self._problems, columns=["source", "page", "text", "problem"])


class _Job(NamedTuple):
    """Files that become a document: those of a page, or of some lines."""

    sources: tuple[Source, ...]
    document: str


def prepare_lines(
    *sources: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    executor: Executor | None = None,
    on_done: Callable[[str], object] | None = None,
) -> PreparedLines:
    """Cut the lines of pages, read images of lines, and put them into documents.

    Parameters
    ----------
    *sources : path
        As `open_lines` takes them; `.lstmf` documents stay where they are.
    folder : path
        For the documents; on a cluster, one that all machines have under the same name, as the sources.
    executor : concurrent.futures.Executor, optional
        Where the work is done: a process pool or a cluster's. Threads by default.
    on_done : callable, optional
        Called, on this thread, with the path of every document as it is finished.

    Returns
    -------
    PreparedLines
        The lines of `open_lines`, in its order, without those that cannot be used.

    Raises
    ------
    InputError
        If something is missing or of no known kind, or nothing can be used.

    Notes
    -----
    A document bears a name of its own for each state of the files that it was made of (their places, sizes
    and times of change; of a page's layout, not of its image). So what is there is not made again: a call
    that was cut off goes on where it was, and files that have changed are prepared anew.
    """
    from tessnb.network.threads import cores  # the network takes long to load

    folder = Path(folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    jobs = list(_jobs(find_sources(*sources), folder))
    missing = {job.document: job for job in jobs if not os.path.isfile(job.document)}
    failed: dict[str, list[_Problem]] = {}
    with ThreadPoolExecutor(cores()) if executor is None else nullcontext(executor) as pool:
        submitted: dict[Future[list[_Problem]], str] = {
            pool.submit(_prepare, job): document for document, job in missing.items()
        }
        try:
            for future in as_completed(submitted):
                document = submitted[future]
                failed[document] = future.result()
                if on_done is not None:
                    on_done(document)
        finally:
            for future in submitted:
                future.cancel()
    documents = [job.document for job in jobs if os.path.isfile(job.document)]
    problems = [each for job in jobs for each in failed.get(job.document) or _noted(job.document)]
    if not documents:
        raise InputError("no line can be used", found="; ".join(problem[3] for problem in problems[:3]))
    return PreparedLines(documents, problems)


def _jobs(sources: Iterator[Source], folder: Path) -> Iterator[_Job]:
    for kind, group in groupby(sources, key=lambda source: source.kind):
        if kind == "document":
            yield from (_Job((source,), os.path.abspath(source.path)) for source in group)
            continue
        while together := tuple(islice(group, _TOGETHER if kind == "line" else 1)):
            digest = hashlib.sha256(repr([state_of(source) for source in together]).encode()).hexdigest()
            yield _Job(together, str(folder / f"{together[0].path.stem[:80]}-{digest[:16]}.lstmf"))


def _prepare(job: _Job) -> list[_Problem]:
    """Write a document, if there is a line for it; return what could not be used. On a worker."""
    lines: list[TrainingLine] = []
    problems: list[_Problem] = []
    for kind, path in job.sources:
        try:
            if kind == "line":
                lines.append(read_image_text(path))
                continue
            cut: Cut = cut_file(path) if kind == "boxes" else read_layout(path)
        except TessnbError as error:
            problems.append((str(path), 0, "", str(error)))
            continue
        lines += cut.lines
        problems += [(str(path), each.page, each.text, each.reason) for each in cut.dropped]
    if problems:
        write_text(f"{job.document}{_PROBLEMS}", json.dumps(problems))
    if lines:
        Document([line.to_image_data() for line in lines]).write(job.document)
    return problems


def _noted(document: str) -> list[_Problem]:
    """Return the problems that were found when a document was made."""
    with suppress(InputError, TypeError, ValueError):
        noted = json.loads(read_bytes(f"{document}{_PROBLEMS}"))
        return [(str(source), int(page), str(text), str(why)) for source, page, text, why in noted]
    return []
