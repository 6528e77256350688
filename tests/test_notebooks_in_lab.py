"""Every committed notebook as a reader meets it: opened in JupyterLab, scrolled through, in both themes.

No kernel runs: what is seen is what was committed. ``TESSNB_PICTURES`` names a folder for the pictures.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import nbformat
import pytest
from playwright.sync_api import Page

from tests.lab import ROOT, Lab, open_browser, photograph, use_theme

pytestmark = pytest.mark.xdist_group("lab")

NOTEBOOKS = ROOT / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
FOLDER = "the tutorial"
WIDTH, HEIGHT, HIGHEST = 1200, 900, 16_000

#: Opens a notebook without a kernel, or shows it again; returns when it is there to its last cell.
_OPEN = """async path => {
    const kernelPreference = {shouldStart: false, canStart: false, autoStartDefault: false};
    const panel = await window.jupyterapp.commands.execute('docmanager:open', {path, kernelPreference});
    await panel.context.ready;
    await panel.revealed;
    return panel.content.widgets.length;
}"""

#: Scrolls from top to bottom, as a reader does; then has all cells stand in the page.
_SCROLL = """async () => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
    const outer = content.node.querySelector('.jp-WindowedPanel-outer') ?? content.node;
    for (let y = 0; y < outer.scrollHeight; y += outer.clientHeight / 2) {
        outer.scrollTop = y;
        await frame();
    }
    content.notebookConfig = { ...content.notebookConfig, windowingMode: 'none' };
    outer.scrollTop = 0;
}"""

#: Returns, when all cells and images are drawn, how high they are together.
_HEIGHT = """async () => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
    const all = selector => Array.from(content.node.querySelectorAll(selector));
    const missing = () => content.widgets.some(cell => cell.isPlaceholder() || !cell.node.isConnected);
    for (const began = performance.now(); missing(); await frame())
        if (performance.now() - began > 60_000) throw new Error('some cells are not drawn');
    await Promise.all(all('img').map(image => image.decode().catch(() => 0)));
    await frame();
    const cells = all('.jp-Cell').map(cell => cell.getBoundingClientRect());
    return Math.ceil(Math.max(...cells.map(cell => cell.bottom)) - Math.min(...cells.map(cell => cell.top)));
}"""

#: What is wrong with what is shown, in words; and the outputs of each code cell that have a size.
_LOOK = """() => {
    const root = window.jupyterapp.shell.currentWidget.node;
    const words = element => element.textContent.trim().slice(0, 60);
    const wide = element => element.scrollWidth > element.clientWidth + 1;
    const wrong = [];
    for (const image of root.querySelectorAll('img'))
        if (!image.complete || !image.naturalWidth) wrong.push(`broken image: ${image.alt}`);
    for (const element of root.querySelectorAll('.jp-WindowedPanel-outer, .jp-Notebook'))
        if (wide(element)) wrong.push(`the notebook is wider than its panel: ${element.className}`);
    if (wide(document.documentElement)) wrong.push('the page is wider than the window');
    for (const element of root.querySelectorAll('.jp-RenderedMarkdown, .jp-OutputArea-output'))
        if (wide(element)) wrong.push(`wider than its place: ${words(element)}`);
    for (const element of root.querySelectorAll('.jp-mod-error, .jp-RenderedMarkdown merror'))
        wrong.push(`an error: ${words(element)}`);
    const code = Array.from(root.querySelectorAll('.jp-CodeCell'));
    const outputs = code.map(cell => Array.from(cell.querySelectorAll('.jp-OutputArea-child > :last-child'))
        .filter(output => output.getBoundingClientRect().height > 4).length);
    const printed = Array.from(root.querySelectorAll('.jp-OutputArea-output'));
    return {wrong, outputs, text: printed.map(output => output.textContent).join(' ')};
}"""

_NEVER = (
    "Error displaying widget",
    "Loading widget",
    "Error rendering",
    "Javascript Error",
)


@dataclass(frozen=True)
class Desk:
    """A JupyterLab in a browser, the folder for its pictures, and how high the notebooks seen so far are."""

    page: Page
    pictures: Path
    heights: dict[str, int]

    def ask(self, program: str, *arguments: Any) -> Any:
        return self.page.evaluate(program, *arguments)


@pytest.fixture(scope="module")
def desk(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """All notebooks in one folder, and nothing beside them in the window."""
    (lab.root / FOLDER).mkdir()
    for path in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(path, lab.root / FOLDER)
    with open_browser(width=WIDTH, height=HEIGHT) as page:
        page.goto(lab.url("lab"))
        page.wait_for_function("window.jupyterapp?.commands.hasCommand('docmanager:open')")
        page.evaluate("window.jupyterapp.restored")
        page.evaluate("window.jupyterapp.shell.collapseLeft()")
        yield Desk(page, tmp_path_factory.mktemp("notebooks"), {})


def shown(cell: nbformat.NotebookNode) -> int:
    """The number of outputs that JupyterLab shows: what is printed in pieces stands together."""
    names = [output.get("name") for output in cell.outputs]
    return sum(1 for before, name in pairwise(["", *names]) if name is None or name != before)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_notebook_is_shown_whole(desk: Desk, theme: Literal["Light", "Dark"], name: str) -> None:
    """All outputs are there and have a size, no image is broken, nothing is wider than its place."""
    if desk.ask("document.body.dataset.jpThemeLight") != str(theme == "Light").lower():
        use_theme(desk.page, theme)
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)
    expected = [shown(cell) for cell in notebook.cells if cell.cell_type == "code"]
    if name in desk.heights:
        desk.ask(_OPEN, f"{FOLDER}/{name}.ipynb")
    else:
        desk.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        assert desk.ask(_OPEN, f"{FOLDER}/{name}.ipynb") == len(notebook.cells)
        desk.ask(_SCROLL)
        desk.page.set_viewport_size({"width": WIDTH, "height": HIGHEST})  # in which all cells are drawn
        desk.heights[name] = desk.ask(_HEIGHT)
    with_bars = min(desk.heights[name] + 200, HIGHEST)
    desk.page.set_viewport_size({"width": WIDTH, "height": with_bars})
    visible = ".jp-NotebookPanel:not(.lm-mod-hidden)"
    image = photograph(desk.page, visible, desk.pictures / f"{name}-{theme.lower()}.png")
    seen = desk.ask(_LOOK)
    assert seen["wrong"] == []
    assert seen["outputs"] == expected
    assert [words for words in _NEVER if words in seen["text"]] == []
    colours = image.getcolors(image.width * image.height)
    assert colours is not None
    ground = max(colours)[1]
    assert min(ground) > 230 if theme == "Light" else max(ground) < 60  # type: ignore[arg-type]
