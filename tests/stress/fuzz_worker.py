"""One process that tries inputs on readers, in memory that is limited; `tests.stress.fuzz` watches over it.

An input is kept, and others are made of it, if it reached lines of the package that none before had reached,
or was refused in other words. The loop is our own: Atheris, the well-kept fuzzer of Python, is there for few
platforms, ends with the first finding, and would be one more thing to install for a test.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import re
import resource
import struct
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from tessnb.errors import FormatError, TessnbError
from tests.stress.lines_seen import LinesSeen
from tests.stress.mutation import Mutator
from tests.stress.readers import READERS, NotExact, Reader

__all__ = ["HEAD", "SLOW", "Outcome", "try_inputs"]

#: What stands before an input in the shared file: which reader's, the how manieth, how long.
HEAD = struct.Struct("<16sQQ")
#: Seconds for an input that are too many.
SLOW = 2.0
_MOST_KEPT = 3000
#: Inputs without anything new that are many.
_LONG = 400
_PARTICULARS = re.compile(
    r"0x[0-9a-f]+|'[^']*'|\"[^\"]*\"|[-+]?\d[\d.,e+-]*|\\x..|[^\x20-\x7e]+|[A-Za-z]{30,}"
)


@dataclass
class Outcome:
    """What came of the inputs of one reader.

    Attributes
    ----------
    tried, accepted, refused : int
    lines : int
        Lines of the package that were reached.
    kept : int
        Inputs that reached something new.
    slowest : float
        Seconds.
    memory : int
        MiB by which the process has grown.
    seconds : float
    problems : dict of str to str
        What went wrong → the smallest input that did it, in base 16.
    """

    tried: int = 0
    accepted: int = 0
    refused: int = 0
    lines: int = 0
    kept: int = 0
    slowest: float = 0.0
    memory: int = 0
    seconds: float = 0.0
    problems: dict[str, str] = field(default_factory=dict)


class _Trial:
    """Tries single inputs on a reader and says what came of it."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self.reader, self.folder = reader, folder

    def __call__(self, data: bytes) -> str:
        """Return "" if an input was accepted, "-…" if it was refused as it should be, or else a problem."""
        began = time.process_time()
        try:
            self.reader.read(data, self.folder)
            said = ""
        except TessnbError as error:
            said = f"- {type(error).__name__}: {_PARTICULARS.sub('#', error.message)[:80]}"
            if isinstance(error, FormatError) and not error.where:
                said = f"a refusal that says not where: {error}"
        except (Exception, MemoryError) as error:
            said = _problem(error)
        self.seconds = time.process_time() - began
        if self.seconds > SLOW and not said.startswith("a hang"):
            return "more than 2 seconds"
        return said


def _problem(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/tessnb/" in frame.filename and "/tests/" not in frame.filename]
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "the reader"
    what = "not exact" if isinstance(error, NotExact) else type(error).__name__
    return f"{what} in {place} ({_PARTICULARS.sub('#', str(error))[:100]})"


def try_inputs(
    name: str,
    random: Random,
    folder: Path,
    *,
    kept: list[bytes],
    seconds: float = 1e9,
    count: int = 1 << 62,
    tell: Callable[[int, bytes], object] = lambda number, data: None,
) -> Outcome:
    """Try inputs on a reader.

    Parameters
    ----------
    name : str
        The reader.
    random : Random
        The same gives the same inputs, if nothing was kept before.
    folder : Path
        For files.
    kept : list of bytes
        Inputs of earlier runs that reached something; new ones are added.
    seconds, count
        When to end.
    tell : callable
        Hears of each input before it is tried, and of a negative number when no more is to come.
    """
    reader = READERS[name]
    seeds = [*reader.seeds()]
    trial, seen, outcome = _Trial(reader, folder), LinesSeen(), Outcome()
    make = Mutator(random, reader.tokens, reader.is_text, reader.largest)
    corpus, said_before, newest = [*seeds, *kept], set(), 0
    for data in seeds:
        trial(data)  # loads and compiles what is needed
    before = _limit_memory(reader.memory)
    began = time.monotonic()
    while outcome.tried < count and time.monotonic() - began < seconds:
        number = outcome.tried
        if number < len(corpus) and number < len(seeds) + len(kept):
            data = corpus[number]
        else:
            data = reader.repair(make(corpus if random.random() < 0.5 else corpus[-30:]))
        tell(number, data)
        said = ""

        def once(data: bytes = data) -> None:
            nonlocal said
            said = trial(data)

        # Watching costs time: where nothing new comes for long, every eighth input is enough.
        if number - newest < _LONG or number % 8 == 0:
            news = seen.watch(once)
            newest = number if news else newest
        else:
            news = 0
            once()
        outcome.tried += 1
        outcome.slowest = max(outcome.slowest, trial.seconds)
        if not said:
            outcome.accepted += 1
        elif said.startswith("- "):
            outcome.refused += 1
        elif said not in outcome.problems or len(data) * 2 < len(outcome.problems[said]):
            outcome.problems[said] = data.hex()
        if (news or said not in said_before) and number >= len(seeds) and len(corpus) < _MOST_KEPT:
            said_before.add(said)
            corpus.append(data)
            if number >= len(seeds) + len(kept):
                outcome.kept += 1
    tell(-1, b"")
    outcome.seconds = time.monotonic() - began
    outcome.lines = seen.count
    outcome.memory = max(_peak() - before, 0) >> 10
    seen.close()
    kept[:] = corpus[len(seeds) :]
    for problem, data in outcome.problems.items():
        outcome.problems[problem] = _smaller(bytes.fromhex(data), problem, trial).hex()
    _limit_memory(None)
    return outcome


def _smaller(data: bytes, problem: str, trial: _Trial, most: int = 400) -> bytes:
    """Leave out of an input what the problem does not need."""
    if problem.startswith("more than"):
        return data
    size = len(data) // 2
    while size and most > 0:
        at = 0
        while at < len(data) and most > 0:
            shorter, most = data[:at] + data[at + size :], most - 1
            if trial(shorter) == problem:
                data = shorter
            else:
                at += size
        size //= 2
    return data


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _limit_memory(more: int | None) -> int:
    """Let the process grow by so many MiB, or without end; return its KiB at most so far."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if more is None:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    elif sys.platform == "linux":
        gc.collect()
        now = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (now + (more << 20), hard))
    return _peak()


def _main() -> None:
    """Do what a request on standard input says, and answer with the outcomes as JSON."""
    request = json.load(sys.stdin)
    warnings.simplefilter("error")
    shared = None
    if request["shared"]:
        with open(request["shared"], "r+b") as file:
            shared = mmap.mmap(file.fileno(), 0)
    outcomes = {}
    scratch = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    for name, about in request["readers"].items():
        folder = Path(about["folder"]) if about.get("folder") else None
        kept = [path.read_bytes() for path in sorted(folder.glob("*.input"))] if folder else []
        old = len(kept)

        def tell(number: int, data: bytes, name: str = name) -> None:
            if shared is not None:
                at = HEAD.pack(name.encode()[:16], number, len(data)) if number >= 0 else bytes(HEAD.size)
                shared[: HEAD.size] = at
                shared[HEAD.size : HEAD.size + len(data)] = data

        with tempfile.TemporaryDirectory(dir=scratch) as place:
            random = Random(f"{request['seed']}/{name}")
            limits = {key: about[key] for key in ("seconds", "count") if key in about}
            outcomes[name] = asdict(try_inputs(name, random, Path(place), kept=kept, tell=tell, **limits))
        if folder is not None:
            for number, data in enumerate(kept[old:], old):
                (folder / f"{number:05}.input").write_bytes(data)
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    _main()
