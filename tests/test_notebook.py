"""The tutorial: what is committed is whole, and it runs from top to bottom."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.lab import ROOT

NOTEBOOK = ROOT / "notebooks" / "training_from_scratch.ipynb"


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_of(cell: nbformat.NotebookNode) -> str:
    """What a cell printed and returned, as text."""
    parts = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return "".join(parts)


def test_committed_notebook_is_whole() -> None:
    """Valid, run in order without errors, with something to see where no widgets run."""
    notebook = nbformat.read(NOTEBOOK, 4)
    nbformat.validate(notebook)
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"stream", "execute_result", "display_data"}
    views = [
        output.data
        for output in outputs
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert len(views) == 2
    assert 'src="data:image/svg+xml;base64,' in views[-1]["text/html"]
    assert "✗" not in text_of(cells[-1])
    assert NOTEBOOK.stat().st_size < 400_000


@pytest.mark.timeout(900)
def test_notebook_runs(tmp_path: Path) -> None:
    """All of it in a fresh kernel; its last cell checks what was learned and what Tesseract reads."""
    notebook = nbformat.read(NOTEBOOK, 4)
    client = NotebookClient(
        notebook, timeout=800, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    cells = code_cells(notebook)
    checks = text_of(cells[-1])
    assert checks.count("✓") == 3
    read = text_of(cells[-2])
    assert ("tesseract is not installed" in read) == (shutil.which("tesseract") is None)
    assert (tmp_path / "my_first_model" / "base_checkpoint").exists()
    waited = next(cell for cell in cells if cell.source.startswith("run.wait()"))
    assert "finished, iteration 3000" in text_of(waited)
