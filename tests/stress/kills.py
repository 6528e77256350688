"""``kill -9`` at random moments: what is on disk is whole, and what goes on is as if nothing had been."""

from __future__ import annotations

import http.server
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import tessnb as tn
from tessnb.formats import CheckpointRecord, TrainedData
from tessnb.lines.box_documents import open_boxes
from tessnb.resources import Entry, download
from tessnb.resources.download import blob_id
from tessnb.training.checkpoint_files import export_checkpoint
from tests.stress import material
from tests.stress.forking import Child, kill_at_event
from tests.stress.report import Row

__all__ = ["Broken", "kills", "slow_site"]

#: Iterations of a run; kills that one run suffers at most.
_ITERATIONS, _MOST_KILLS = 420, 6


class Broken(Exception):
    """Something is not as it should be."""


def kills(seed: int, trials: int) -> Iterator[Row]:
    """Kill `trials` times in each kind of work; yield a row for each kind."""
    kinds = {
        "kill -9 in training": _Training,
        "kill -9 in exporting": _Exporting,
        "kill -9 in saving boxes and texts": _Editing,
        "kill -9 in downloading": _Downloading,
    }
    for name, kind in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            yield _row(name, kind(Path(folder)), Random(f"{seed}/{name}"), trials)


class _Work:
    """A kind of work that is done in a folder, and looked at after it was killed."""

    def __init__(self, folder: Path) -> None:
        self.base = folder
        self.seconds = 0.0

    def prepare(self, folder: Path) -> None:
        """Make what the work begins with."""

    def work(self, folder: Path) -> None:
        """Do it, or go on with it."""
        raise NotImplementedError

    def look(self, folder: Path) -> None:
        """See that what is there is whole; raise `Broken` otherwise."""

    def finished(self, folder: Path) -> None:
        """See that the result is that of work that was never killed."""


def _row(name: str, kind: _Work, random: Random, trials: int) -> Row:
    began, killed, problems, rounds, longest = time.monotonic(), 0, [], 0, 0
    _measure(kind)
    while killed < trials:
        folder = kind.base / f"{rounds}"
        folder.mkdir()
        rounds += 1
        kind.prepare(folder)
        suffered = 0
        try:
            while suffered < _MOST_KILLS and killed < trials and _killed_once(kind, folder, random):
                suffered, killed = suffered + 1, killed + 1
                kind.look(folder)
            child = Child(lambda folder=folder: kind.work(folder), folder / "error.txt")
            code = child.wait()
            if code != 0:
                raise Broken(
                    f"it cannot go on: {'it hangs' if code is None else child.error()[-400:] or code}"
                )
            kind.look(folder)
            kind.finished(folder)
        except Exception as error:
            problems.append(f"round {rounds} after {suffered} kills: {error}")
            killed += not suffered
        longest = max(longest, suffered)
    note = f"{rounds} pieces of work, each killed up to {longest} times"
    return Row(name, killed, killed - len(problems), time.monotonic() - began, note, problems)


def _measure(kind: _Work) -> None:
    """See how long the work takes."""
    folder = kind.base / "measured"
    folder.mkdir()
    kind.prepare(folder)
    began = time.monotonic()
    child = Child(lambda: kind.work(folder), folder / "error.txt")
    if child.wait() != 0:
        raise Broken(child.error())
    kind.seconds = time.monotonic() - began


def _killed_once(kind: _Work, folder: Path, random: Random) -> bool:
    """Let the work be killed; return whether it was before it ended by itself."""
    event = random.randrange(40) if random.random() < 0.5 else None

    def work() -> None:
        if event is not None:
            kill_at_event(event, folder)
        kind.work(folder)

    child = Child(work, folder / "error.txt")
    if event is None:
        time.sleep(random.random() * kind.seconds)
        child.kill()
    code = child.wait()
    if code not in (0, -signal.SIGKILL):
        raise Broken(f"it ended by itself: {child.error()[-400:]}")
    return code != 0


class _Training(_Work):
    """Training with checkpoints of all kinds, gone on with from its record."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        whole = material.run(folder / "whole" / "m", max_iterations=_ITERATIONS)
        whole.execute()
        self.expected = (folder / "whole" / "m_checkpoint").read_bytes()
        self.best = whole.best().to_record().to_bytes()

    def work(self, folder: Path) -> None:
        output = folder / "m"
        if (folder / "m_checkpoint").exists():
            record = tn.RunRecord(output)
            run, is_over = record.resume(), record.state is tn.RunState.FINISHED
        else:  # it was killed before its first checkpoint
            run, is_over = material.run(output, max_iterations=_ITERATIONS), False
        assert run is not None
        if not is_over:
            run.start()
            while not run.wait(0.05):
                run.checkpoint(wait=False)
        (folder / "best").write_bytes(run.best().to_record().to_bytes())

    def look(self, folder: Path) -> None:
        for path in [*folder.glob("*checkpoint"), *folder.glob("*.checkpoint.bak")]:
            CheckpointRecord.read(path)
        record = folder / "m.run.jsonl"
        if record.exists() and record.stat().st_size:
            state = tn.RunRecord(record).state
            if state not in (tn.RunState.LEFT_BEHIND, tn.RunState.FINISHED):
                raise Broken(f"the record says {state.value}")

    def finished(self, folder: Path) -> None:
        if (folder / "m_checkpoint").read_bytes() != self.expected:
            raise Broken("the last checkpoint is another than that of the unbroken run")
        if (folder / "best").read_bytes() != self.best:
            raise Broken("the best model is another than that of the unbroken run")


class _Exporting(_Work):
    """A checkpoint exported as a model, again and again over an older one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "m_checkpoint").write_bytes(material.checkpoint())
        material.starter().write(folder / "starter.traineddata")
        self.whole = []
        for integer in (False, True):
            path = export_checkpoint(
                folder / "m_checkpoint",
                folder / "starter.traineddata",
                folder / f"w{integer}",
                integer=integer,
            )
            self.whole.append(path.read_bytes())

    def work(self, folder: Path) -> None:
        for number in range(6):
            for name in (f"new{number}.traineddata", "again.traineddata"):
                path = folder / name
                if not path.exists():
                    export_checkpoint(
                        self.base / "m_checkpoint",
                        self.base / "starter.traineddata",
                        path,
                        integer=bool(number % 2),
                    )
            TrainedData.from_bytes(self.whole[number % 2]).write(folder / "again.traineddata")

    def look(self, folder: Path) -> None:
        for path in folder.glob("*.traineddata"):
            if path.read_bytes() not in self.whole:
                raise Broken(f"{path.name} is no whole model")

    def finished(self, folder: Path) -> None:
        if len(list(folder.glob("new*.traineddata"))) != 6:
            raise Broken("models are missing")


class _Editing(_Work):
    """Boxes and a transcription saved over and over."""

    def prepare(self, folder: Path) -> None:
        (folder / "page.png").write_bytes(material.image("PNG"))
        (folder / "page.box").write_bytes(self._text(0).encode())
        (folder / "line.png").write_bytes(material.image("PNG"))
        (folder / "line.gt.txt").write_text("version 0 " + "tea " * 200 + "\n")

    @staticmethod
    def _text(number: int) -> str:
        return (
            "".join(f"{letter} {at} 1 {at + 1} 7 0\n" for at, letter in enumerate("tea" * 300))
            + f"v {number} 1 {number} 7 0\n"
        )

    def work(self, folder: Path) -> None:
        for number in range(1, 12):
            document = open_boxes(folder / "page.png")
            (folder / "other.box").write_text(self._text(number))
            other = open_boxes(folder / "page.png", folder / "other.box")
            document.save({0: list(other.read(0))})  # type: ignore[arg-type]
            text = open_boxes(folder / "line.png")
            (box,) = text.read(0)
            box.text = f"version {number} " + "tea " * 200
            text.save({0: [box]})  # type: ignore[arg-type]

    def look(self, folder: Path) -> None:
        if (folder / "page.box").read_text() not in {self._text(number) for number in range(12)}:
            raise Broken("boxes are torn")
        words = (folder / "line.gt.txt").read_text().split()
        if words[:1] != ["version"] or words[2:] != ["tea"] * 200:
            raise Broken("a transcription is torn")


class _Downloading(_Work):
    """A download from a server that takes its time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.content = Random(1).randbytes(3 << 20)
        path = folder / "content"
        path.write_bytes(self.content)
        self.entry = Entry("some/models", "c" * 40, "xyz.traineddata", blob_id(path))

    def work(self, folder: Path) -> None:
        os.environ["TESSNB_CACHE"] = str(folder / "cache")
        with slow_site(self.content) as site:
            path = download(self.entry, site=site)
        if path.read_bytes() != self.content:
            raise Broken("the download is not what it should be")

    def look(self, folder: Path) -> None:
        for path in folder.rglob("xyz.traineddata"):
            if path.read_bytes() != self.content:
                raise Broken("a half download bears the name of a whole one")
        for path in folder.rglob("*.part"):
            if not self.content.startswith(path.read_bytes()):
                raise Broken("a part is not the beginning of the whole")


@contextmanager
def slow_site(content: bytes) -> Iterator[str]:
    """Serve a file in small pieces."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            for at in range(start, len(content), 1 << 16):
                self.wfile.write(content[at : at + (1 << 16)])
                time.sleep(0.002)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever asked has gone, as was to be expected."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
