"""``make lab`` up to an answering JupyterLab, and the extension inside a real Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A JupyterLab started as the README says: its address and token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    root_flag = "--allow-root" if os.geteuid() == 0 else ""
    log = tmp_path_factory.mktemp("lab") / "log"
    flags = f"LAB_FLAGS=--no-browser --port={port} --expose-app-in-browser {root_flag}"
    environment = {
        **os.environ,
        "JUPYTER_TOKEN": token,
        "JUPYTERLAB_WORKSPACES_DIR": str(log.parent),
        "JUPYTERLAB_SETTINGS_DIR": str(log.parent),
    }
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["make", "lab", flags],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert server.poll() is None, log.read_text()
            try:
                _get(f"{address}/api/status?token={token}")
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail(log.read_text())
        yield address, token
    finally:
        server.terminate()  # make passes it on to the server
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def test_extension_is_listed_as_enabled() -> None:
    """JupyterLab's own list says enabled and OK."""
    listing = subprocess.run(
        [ROOT / ".venv/bin/jupyter", "labextension", "list"], capture_output=True, text=True, check=True
    )
    lines = [
        line for line in (listing.stdout + listing.stderr).splitlines() if "@tessnb/labextension" in line
    ]
    assert len(lines) == 1
    assert "enabled" in lines[0]
    assert "OK" in lines[0]


def test_server_answers_and_serves_the_extension(lab: tuple[str, str]) -> None:
    """The page that the server gives out loads the extension."""
    address, token = lab
    assert json.loads(_get(f"{address}/api/status?token={token}"))["kernels"] == 0
    assert b"@tessnb/labextension" in _get(f"{address}/lab?token={token}")


def test_tutorial_opens_in_a_browser(lab: tuple[str, str]) -> None:
    """Chromium shows the notebook, and the extension's plugin runs."""
    address, token = lab
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        page = browser.new_page()
        page.goto(f"{address}/lab/tree/training_from_scratch.ipynb?token={token}&reset")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
        assert page.evaluate("window.jupyterapp.isPluginActivated('@tessnb/labextension:files')")
        names = page.evaluate("Array.from(window.jupyterapp.docRegistry.fileTypes(), type => type.name)")
        assert "tesseract-traineddata" in names
        assert "tesseract-lstmf" in names
        browser.close()
