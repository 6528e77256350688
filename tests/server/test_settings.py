"""Settings reach kernels, however early they start."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

from tests.server.conftest import SETTINGS, Server


def ask(server: Server, method: str, path: str) -> Any:
    """Ask the server itself."""
    request = urllib.request.Request(f"{server.address}api/{path}", method=method)
    request.add_header("Authorization", f"token {server.token}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def read(path: Path) -> str:
    """Return what a file of a process says; nothing if the process is over."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def test_a_kernel_has_the_settings_before_a_page_tells_them(server: Server) -> None:
    """No page of JupyterLab was ever opened on this server."""
    kernel = ask(server, "POST", "kernels")["id"]
    try:
        (process,) = (each for each in Path("/proc").glob("[0-9]*") if kernel in read(each / "cmdline"))
        variables = dict(each.split("=", 1) for each in read(process / "environ").split("\0") if each)
    finally:
        ask(server, "DELETE", f"kernels/{kernel}")
    assert variables["OMP_THREAD_LIMIT"] == str(SETTINGS["threads"])
    assert variables["TESSDATA_PREFIX"] == str(server.root / str(SETTINGS["tessdata"]))
    assert variables.get("TESSNB_LANGDATA") == os.environ.get("TESSNB_LANGDATA")
