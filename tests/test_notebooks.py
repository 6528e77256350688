"""The tutorial: what is committed is whole and made from its text, and it runs from top to bottom.

A notebook checks its own claims in its last cell.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

from tests.lab import ROOT

FOLDER = ROOT / "notebooks"


def load(name: str) -> ModuleType:
    """A module beside the notebooks."""
    spec = importlib.util.spec_from_file_location(f"notebooks_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = load("build")
NAMES = build.names()


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_of(cell: nbformat.NotebookNode) -> str:
    """What a cell printed and returned, as text."""
    parts = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return "".join(parts)


def test_every_text_has_its_notebook() -> None:
    assert [path.stem for path in sorted(FOLDER.glob("*.ipynb"))] == NAMES
    numbers = [name[:2] for name in NAMES]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_notebook_is_whole(name: str) -> None:
    """Valid, made from its text, run in order without errors; something to see where no widgets run."""
    path = FOLDER / f"{name}.ipynb"
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    text = build.read_text(name)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        (cell.cell_type, cell.source) for cell in text.cells
    ], f"run: python notebooks/build.py {name}"
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type in {"stream", "execute_result", "display_data"}
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
    assert ("Full" if name.startswith(build.KEPT_FULL) else "Quick") + " speed" in text_of(cells[0])
    assert "✓" in text_of(cells[-1])
    assert "✗" not in text_of(cells[-1])
    assert path.stat().st_size < 1_000_000
    assert str(ROOT) not in path.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    text = (FOLDER / "text" / f"{name}.md").read_text("utf-8")
    for target in re.findall(r"\]\((\d\d_\w+\.ipynb)", text):
        assert target.removesuffix(".ipynb") in NAMES


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What notebook 04 leaves, which others go on from; made once for all processes."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "tutorial"
    with (shared / "tutorial.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "work/04/base_checkpoint").exists():
            folder.mkdir(exist_ok=True)
            shutil.copy(FOLDER / "tutorial.py", folder)
            code = "import tutorial; tutorial.small_model()"
            subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, timeout=600)
    return folder / "work" / "04"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """All of it at quick speed in a fresh kernel, in a folder of its own."""
    monkeypatch.setenv("TESSNB_TUTORIAL", "quick")
    monkeypatch.setenv("TESSNB_OFFLINE", "1")
    monkeypatch.delenv("TESSNB_LANGDATA", raising=False)
    monkeypatch.setenv("PATH", os.defpath)  # a tool of ours is found without an activated environment
    shutil.copy(FOLDER / "tutorial.py", tmp_path)
    notebook = build.read_text(name)
    if any("small_model()" in cell.source for cell in notebook.cells):
        shutil.copytree(request.getfixturevalue("small_model"), tmp_path / "work" / "04")
    build.execute(notebook, tmp_path, 800)
    said = text_of(code_cells(notebook)[-1])
    assert "✓" in said
    assert "✗" not in said
