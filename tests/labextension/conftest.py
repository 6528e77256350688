"""A JupyterLab as under a hub, and a line to it that can be broken."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.lab import ROOT, Lab, serve_lab

#: As a hub has it.
BASE = "/user/anna"


class Line:
    """Hands on what comes for a server, on a port of its own, until it is cut."""

    def __init__(self, lab: Lab) -> None:
        self._entrance = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()  # around what is open, and whether it is cut
        self._open: list[socket.socket] = []
        self._behind = lab
        self.mend()
        threading.Thread(target=self._let_in, daemon=True).start()

    def mend(self, lab: Lab | None = None) -> None:
        """Hand on again, to the server as before or to another one."""
        self._behind = lab = lab or self._behind
        address = urlsplit(lab.address)
        port = self._entrance.getsockname()[1]
        self.lab = Lab(f"http://127.0.0.1:{port}{address.path}", lab.token, lab.root)
        self._target = "127.0.0.1", address.port
        self._is_cut = False

    def cut(self) -> None:
        """Break what goes over it, without a word, and let nothing through."""
        with self._lock:
            self._is_cut = True
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def close(self) -> None:
        self.cut()
        self._entrance.close()

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                page, _ = self._entrance.accept()
                with self._lock:
                    try:
                        server = None if self._is_cut else socket.create_connection(self._target)
                    except OSError:
                        server = None
                    if server is None:
                        page.close()
                        continue
                    self._open += [page, server]
                for pair in ((page, server), (server, page)):
                    threading.Thread(target=self._hand_on, args=pair, daemon=True).start()

    @staticmethod
    def _hand_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        source.close()


@contextlib.contextmanager
def serve_at_base(scratch: Path, root: Path) -> Iterator[Lab]:
    """Run a JupyterLab behind a base URL until the block ends."""

    def command(flags: str) -> list[str]:
        where = [f"--ServerApp.root_dir={root}", f"--ServerApp.base_url={BASE}/"]
        return [str(ROOT / ".venv/bin/jupyter"), "lab", *where, *flags.split()]

    with serve_lab(scratch, root, command, BASE) as lab:
        yield lab


@pytest.fixture(scope="session")
def lab_at_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab behind a base URL, over an empty folder; for tests of the xdist group "lab"."""
    with serve_at_base(tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("root")) as lab:
        yield lab


@pytest.fixture
def line(lab_at_base: Lab) -> Iterator[Line]:
    """A line to `lab_at_base`."""
    line = Line(lab_at_base)
    yield line
    line.close()
