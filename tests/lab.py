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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect, sync_playwright

__all__ = [
    "ROOT",
    "Lab",
    "ask_cell",
    "get",
    "open_browser",
    "open_notebook",
    "photograph",
    "photograph_themes",
    "run_cell",
    "serve_lab",
    "use_theme",
    "wait_for_kernel",
]

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
    """A server: its address without a slash at the end, its token, and the folder it shows."""

    address: str
    token: str
    root: Path

    def url(self, path: str) -> str:
        """The address of a page, with the token, in a fresh workspace."""
        return f"{self.address}/{path}?token={self.token}&reset"


def get(url: str) -> bytes:
    """Fetch a page of the server."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@contextlib.contextmanager
def serve_lab(
    scratch: Path, root: Path, command: Callable[[str], list[str]], base: str = ""
) -> Iterator[Lab]:
    """Run a JupyterLab until the block ends.

    `command` makes the command line of the server's flags (one string); `scratch` is an empty folder for its
    log, workspaces and settings; `root` is the folder that the lab shows; `base` is the base URL that the
    command line gives it, without a slash at the end.
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
    address = f"http://127.0.0.1:{port}{base}"
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
        yield Lab(address, token, root)
    finally:
        server.terminate()  # make passes it on to the server
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextlib.contextmanager
def open_browser(*, width: int = 1280, height: int = 900) -> Iterator[Page]:
    """Open a page in the system's Chromium, without a window; a failure says what the page said."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(_CHROMIUM_FLAGS)
        )
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(180_000)  # a machine with much else to do takes long
        expect.set_options(timeout=180_000)
        try:
            yield page
        except Exception as error:
            with contextlib.suppress(PlaywrightError):
                error.add_note(f"The page said:\n{page.inner_text('body', timeout=10_000)}")
                if folder := os.environ.get("TESSNB_PICTURES"):
                    page.screenshot(path=f"{folder}/failed.png", full_page=True)
            raise
        browser.close()


def open_notebook(page: Page, lab: Lab, name: str, cells: Sequence[str], kernel: str = "python3") -> None:
    """Write a notebook of code cells into the lab's folder, open it and wait for its kernel."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    notebook.metadata.kernelspec = {"name": kernel, "display_name": kernel}
    nbformat.write(notebook, lab.root / f"{name}.ipynb")
    page.goto(lab.url(f"lab/tree/{name}.ipynb"))
    wait_for_kernel(page)


def wait_for_kernel(page: Page) -> None:
    """Wait for a notebook that is being opened, and its kernel: before, JupyterLab asks which one to take."""
    page.wait_for_selector(".jp-Notebook .jp-CodeCell .cm-content", timeout=300_000)
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=300_000,
    )


def run_cell(page: Page, index: int, *, wait: bool = True) -> None:
    """Run one cell of the open notebook; return when it has ended, or at once."""
    page.evaluate(
        """([index, wait]) => {
            window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
            const ended = window.jupyterapp.commands.execute('notebook:run-cell');
            return wait ? ended : null;
        }""",
        [index, wait],
    )


def ask_cell(page: Page, index: int, is_right: Callable[[str], object]) -> str:
    """Run a cell until what it prints is right, and return that.

    What is clicked and what is run reach a kernel by different ways.
    """
    deadline = time.monotonic() + 120
    while True:
        run_cell(page, index)
        outputs = page.locator(f".jp-Cell:nth-child({index + 1}) .jp-OutputArea-output")
        said = "\n".join(outputs.all_inner_texts()).strip()
        if is_right(said):
            return said
        assert time.monotonic() < deadline, said
        page.wait_for_timeout(100)


def use_theme(page: Page, theme: Literal["Light", "Dark"]) -> None:
    """Change JupyterLab's theme and wait until it shows."""
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {theme}"
    )
    light = str(theme == "Light").lower()
    page.wait_for_selector(f"[data-jp-theme-light='{light}']", state="attached", timeout=120_000)
    time.sleep(1)


def photograph(page: Page, what: str, path: Path) -> Image.Image:
    """Take a picture of one element (a selector); ``TESSNB_PICTURES`` names a folder for a copy."""
    page.locator(what).first.screenshot(path=path)
    if folder := os.environ.get("TESSNB_PICTURES"):
        shutil.copy(path, folder)
    with Image.open(path) as image:
        return image.convert("RGB")


def photograph_themes(page: Page, what: str, name: str, folder: Path) -> None:
    """Photograph an element in both themes and see that its ground is light in one and dark in the other."""
    grounds = []
    for theme in ("Dark", "Light"):
        use_theme(page, theme)
        image = photograph(page, what, folder / f"{name}-{theme.lower()}.png")
        colours = image.getcolors(image.width * image.height)
        assert colours is not None
        grounds.append(max(colours)[1])
    assert max(grounds[0]) < 60  # type: ignore[arg-type]
    assert min(grounds[1]) > 230  # type: ignore[arg-type]
