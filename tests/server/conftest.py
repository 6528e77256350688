"""A Jupyter server with the extension, behind a base URL, and what it is asked with."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.lab import ROOT
from tests.short_lines import short as short

#: As a hub has it.
BASE = "/user/a%20b/"

#: What was saved with JupyterLab, before the server began.
SETTINGS = {"threads": 3, "tessdata": "my models"}


@dataclass(frozen=True)
class Server:
    """A server: its address with the base URL and a slash at the end, its token, the folder it shows."""

    address: str
    token: str
    root: Path

    def ask(
        self,
        path: str,
        query: Mapping[str, object] | None = None,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Return status and answer of an address below ``tessnb/api/``.

        With a `body` it is posted; `headers` are sent in place of the token.
        """
        url = f"{self.address}tessnb/api/{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {self.token}"} if headers is None else headers
        request = urllib.request.Request(url, data, dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over an empty folder."""
    scratch, root = tmp_path_factory.mktemp("server"), tmp_path_factory.mktemp("served")
    token = secrets.token_hex(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = [f"--ServerApp.root_dir={root}", f"--ServerApp.base_url={BASE}", f"--port={port}", "--no-browser"]
    flags += ["--allow-root"] if os.geteuid() == 0 else []
    saved = scratch / "@tessnb/labextension/settings.jupyterlab-settings"
    saved.parent.mkdir(parents=True)
    saved.write_text(json.dumps(SETTINGS))
    log = scratch / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [ROOT / ".venv/bin/jupyter", "server", *flags],
            cwd=scratch,
            env={**os.environ, "JUPYTER_TOKEN": token, "JUPYTERLAB_SETTINGS_DIR": str(scratch)},
            stdout=output,
            stderr=output,
        )
    found = Server(f"http://127.0.0.1:{port}{BASE}", token, root)
    try:
        for _ in range(1200):
            assert process.poll() is None, log.read_text()
            try:
                found.ask("runs")
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail(log.read_text())
        yield found
    finally:
        process.terminate()
        process.wait()
