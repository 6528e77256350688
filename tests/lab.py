"""A real JupyterLab and a real Chromium for tests."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

__all__ = ["ROOT", "Lab", "get", "open_browser", "serve_lab"]

ROOT = Path(__file__).parents[1]

#: What Chromium needs in a bare container.
_CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)


@dataclass(frozen=True)
class Lab:
    """A server: its address without a slash at the end, and its token."""

    address: str
    token: str

    def url(self, path: str) -> str:
        """The address of a page, with the token, in a fresh workspace."""
        return f"{self.address}/{path}?token={self.token}&reset"


def get(url: str) -> bytes:
    """Fetch a page of the server."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@contextlib.contextmanager
def serve_lab(scratch: Path, command: Callable[[str], list[str]]) -> Iterator[Lab]:
    """Run a JupyterLab until the block ends.

    `command` makes the command line of the server's flags (one string); `scratch` is an empty folder for its
    log, workspaces and settings.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    root_flag = "--allow-root" if os.geteuid() == 0 else ""
    log = scratch / "log"
    news = scratch / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}')  # no toast over what is looked at
    with log.open("wb") as output:
        server = subprocess.Popen(
            command(f"--no-browser --port={port} --expose-app-in-browser {root_flag}"),
            cwd=ROOT,
            env={
                **os.environ,
                "JUPYTER_TOKEN": token,
                "JUPYTERLAB_WORKSPACES_DIR": str(scratch),
                "JUPYTERLAB_SETTINGS_DIR": str(scratch),
            },
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            assert server.poll() is None, log.read_text()
            try:
                get(f"{address}/api/status?token={token}")
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail(log.read_text())
        yield Lab(address, token)
    finally:
        server.terminate()  # make passes it on to the server
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextlib.contextmanager
def open_browser(*, width: int = 1280, height: int = 900) -> Iterator[Page]:
    """Open a page in the system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(_CHROMIUM_FLAGS)
        )
        yield browser.new_page(viewport={"width": width, "height": height})
        browser.close()
