"""Run the tutorial's notebooks and keep what came out: ``python notebooks/build.py [NAME ...]``.

The text of a notebook is ``text/NAME.md`` (Jupytext's Markdown), which is what is edited and compared; the
``NAME.ipynb`` beside it is made from that, with outputs, by this program. ``--text`` goes the other way: it
writes the text of notebooks that were edited in JupyterLab.

Each notebook is run at the speed at which it is kept: 04 to 07 as the TessTutorial does it, which takes the
better part of an hour, the others in minutes. ``--quick`` and ``--full`` run all of them so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
#: What is in an output only while a kernel lives; what stands beside it is shown instead.
_LIVE = ("application/vnd.jupyter.widget-view+json",)
_SECONDS = 3600
#: Notebooks that are kept with the original's iteration counts, so that their figures stand beside its own.
KEPT_FULL = ("04", "05", "06", "07")


def names() -> list[str]:
    """Return the names of all notebooks, in their order."""
    return sorted(path.stem for path in (HERE / "text").glob("*.md"))


def read_text(name: str) -> nbformat.NotebookNode:
    """Return a notebook without outputs, as its text says it is."""
    notebook = jupytext.read(HERE / "text" / f"{name}.md")
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{name[:2]}-{number:03}"
        cell.metadata = {}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def execute(notebook: nbformat.NotebookNode, folder: Path, seconds: int = _SECONDS) -> None:
    """Run a notebook in `folder`; its outputs are what shows without a kernel, too."""
    NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in _LIVE:
                if len(data) > 1:
                    data.pop(kind, None)
            for part in (output, data):
                for kind, value in part.items():
                    if isinstance(value, str):
                        for place in (folder, HERE.parent):
                            value = value.replace(f"{place}{os.sep}", "")
                        part[kind] = value
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("names", nargs="*", help="numbers or names; all without")
    speed = parser.add_mutually_exclusive_group()
    speed.add_argument("--full", action="store_true", help="with the original's iteration counts")
    speed.add_argument("--quick", action="store_true", help="in minutes")
    parser.add_argument("--text", action="store_true", help="write the texts of the notebooks instead")
    wanted = parser.parse_args()
    for name in names():
        if wanted.names and not any(name.startswith(start) for start in wanted.names):
            continue
        path = HERE / f"{name}.ipynb"
        if wanted.text:
            jupytext.write(nbformat.read(path, 4), HERE / "text" / f"{name}.md", fmt="md")
            continue
        began = time.monotonic()
        notebook = read_text(name)
        full = wanted.full or (name.startswith(KEPT_FULL) and not wanted.quick)
        os.environ["TESSNB_TUTORIAL"] = "full" if full else "quick"
        shutil.rmtree(HERE / "work" / ("full" if full else "") / name[:2], ignore_errors=True)
        try:
            execute(notebook, HERE)
        finally:
            nbformat.write(notebook, path)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
