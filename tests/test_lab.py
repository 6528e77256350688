"""``make lab`` up to an answering JupyterLab, and the extension inside a real Chromium."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.lab import ROOT, Lab, get, open_browser, serve_lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab started as the README says."""
    scratch = tmp_path_factory.mktemp("lab")
    with serve_lab(scratch, ROOT, lambda flags: ["make", "lab", f"LAB_FLAGS={flags}"]) as lab:
        yield lab


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


def test_server_answers_and_serves_the_extension(lab: Lab) -> None:
    """The page that the server gives out loads the extension."""
    assert json.loads(get(f"{lab.address}/api/status?token={lab.token}"))["kernels"] == 0
    assert b"@tessnb/labextension" in get(f"{lab.address}/lab?token={lab.token}")


def test_tutorial_opens_in_a_browser(lab: Lab) -> None:
    """Chromium shows the notebook, and the extension's plugin runs."""
    with open_browser() as page:
        page.goto(lab.url("lab/tree/00_one_time_setup.ipynb"))
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
        assert page.evaluate("window.jupyterapp.isPluginActivated('@tessnb/labextension:files')")
        names = page.evaluate("Array.from(window.jupyterapp.docRegistry.fileTypes(), type => type.name)")
        assert "tesseract-traineddata" in names
        assert "tesseract-lstmf" in names
