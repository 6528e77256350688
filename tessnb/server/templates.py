"""Notebooks that are begun for somebody. What was asked for stands in their cells as Python literals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tessnb.errors import InputError
from tessnb.files import write_text

__all__ = ["dashboard_cell", "evaluation_notebook", "fine_tuning_notebook", "write_notebook"]

_FINE_TUNING = """\
# Fine-tuning

Run the cells from top to bottom: Shift and Enter, or the button ⏩ above."""
_STEPS = """\
Four steps lead to a better model. Each opens when the one before is done; the last one compares the models
before and after, and exports."""
_AFTERWARDS = """\
When you have exported a model: “Evaluate with…” in the menu Tesseract shows what it still reads wrongly, on
lines that it has not learned from."""
_EVALUATION = """\
# Evaluation

How well does the model read these lines? Run the cells from top to bottom: Shift and Enter, or the button ⏩
above."""
_ERRORS = """\
Every line, every wrong character, and what is taken for what. Lines can be corrected or left out."""

#: Names that are tried for a new notebook in one folder.
_NAMES = 1000


def fine_tuning_notebook(
    base: str, sources: Sequence[str] = (), fonts: Sequence[str] = ()
) -> nbformat.NotebookNode:
    """Return a notebook that leads through fine-tuning with the `FineTuner`.

    Parameters
    ----------
    base : str
        The model to start from: a language or a file.
    sources : sequence of str
        What `open_lines` opens. Without any, `fonts` are learned; without those, the `FineTuner` asks.
    fonts : sequence of str
        Names of fonts to render text in.
    """
    if sources:
        cells = [_first(f"base = {base!r}\n{_lines(sources)}"), _shown("tuner = tn.FineTuner(base, lines)")]
    else:
        take = f"\ntuner.take_fonts({', '.join(map(repr, fonts))})" if fonts else ""
        cells = [_first(f"base = {base!r}"), _shown(f"tuner = tn.FineTuner(base){take}")]
    return _notebook(_FINE_TUNING, cells[0], _STEPS, cells[1], _AFTERWARDS)


def evaluation_notebook(model: str, sources: Sequence[str]) -> nbformat.NotebookNode:
    """Return a notebook that shows how well a model reads lines.

    Parameters
    ----------
    model : str
        A language or a file.
    sources : sequence of str
        What `open_lines` opens.
    """
    first = _first(f"model = {model!r}\n{_lines(sources)}")
    result = new_code_cell("result = tn.evaluate(model, lines, progress=True)\nresult")
    return _notebook(_EVALUATION, first, result, _ERRORS, new_code_cell("tn.ErrorTable(result)"))


def dashboard_cell(run: str, rate: float) -> str:
    """Return the source of a cell that shows a run, live.

    Parameters
    ----------
    run : str
        The run's `model_output`.
    rate : float
        Updates per second.
    """
    return f"import tessnb as tn\n\ntn.TrainingDashboard(tn.follow_run({run!r}), rate={rate!r})"


def write_notebook(notebook: nbformat.NotebookNode, folder: Path, stem: str) -> Path:
    """Write a notebook under a name that is new in its folder, and return its path.

    Parameters
    ----------
    notebook : NotebookNode
    folder : Path
        Has to be there.
    stem : str
        What the name is made of; what does not suit file names is left out.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:80] or "notebook"
    text = nbformat.writes(notebook, version=4) + "\n"
    for number in range(1, _NAMES):
        path = folder / (f"{stem}.ipynb" if number == 1 else f"{stem}-{number}.ipynb")
        try:
            path.touch(exist_ok=False)  # nobody else takes the name meanwhile
        except FileExistsError:
            continue
        except OSError as error:
            raise InputError(
                "no notebook can be written here", where=path.name, found=error.strerror
            ) from None
        write_text(path, text)
        return path
    raise InputError("there are very many such notebooks already", where=stem, hint="Take another folder")


def _first(rest: str) -> nbformat.NotebookNode:
    return new_code_cell(f"import tessnb as tn\n\n{rest}")


def _shown(source: str) -> nbformat.NotebookNode:
    """Return a cell that ends with what its first line gives a name to."""
    return new_code_cell(f"{source}\n{source.partition(' ')[0]}")


def _lines(sources: Sequence[str]) -> str:
    """Return statements that open lines and show the first one."""
    if len(sources) == 1:
        opened = f"lines = tn.open_lines({sources[0]!r})"
    else:
        names = "".join(f"    {source!r},\n" for source in sources)
        opened = f"lines = tn.open_lines(\n{names})"
    return f'{opened}\nprint(len(lines), "lines, the first one:")\nlines[0]'


def _notebook(*cells: str | nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook of texts and cells of code, for the usual kernel."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new_notebook(
        cells=[new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells],
        metadata={"kernelspec": kernel, "language_info": {"name": "python"}},
    )
