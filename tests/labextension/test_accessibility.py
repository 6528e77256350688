"""What we show in the Lab, for people who do not see or point; and that it is there again after a reload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

import tessnb as tn
from tessnb.formats.lstmf import Document
from tests.lab import ROOT, Lab, open_browser, use_theme
from tests.labextension.viewers import VIEWER, reload

pytestmark = pytest.mark.xdist_group("lab")

AXE = ROOT / "labextension/node_modules/axe-core/axe.min.js"
FOLDER = "all-kinds"
TEXT = "one & two\nthree <b> four\nfive six"
TINY_NET = "[1,24,0,1 Ct3,3,4 Mp3,3 Lfys8 Lbx8 O1c1]"

#: What axe finds grave inside an element, a line each.
_JUDGE = """async selector => {
    const {violations} = await axe.run({include: [selector]}, {resultTypes: ['violations']});
    return violations
        .filter(({impact}) => impact === 'serious' || impact === 'critical')
        .flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 200)}`));
}"""
_OPEN = """async path => {
    const widget = await window.jupyterapp.commands.execute('docmanager:open', {path});
    window.jupyterapp.shell.activateById(widget.id);
}"""


@pytest.fixture(scope="module")
def files(lab: Lab) -> list[str]:
    """A file of every kind that we open, in a folder of the lab's root."""
    folder = lab.root / FOLDER
    folder.mkdir()
    lines = list(tn.render(TEXT, ["DejaVu Sans"], xsize=700))
    starter = tn.make_starter(TEXT, lang="kinds")
    run = tn.train_from_scratch(
        starter, lines, net_spec=TINY_NET, max_iterations=12, model_output=folder / "base"
    )
    run.start().wait()
    run.model().save(folder / "kinds.traineddata")
    model = tn.TrainedData.read(folder / "kinds.traineddata")
    for kind in ("lstm", "lstm-unicharset", "lstm-word-dawg"):
        (folder / f"kinds.{kind}").write_bytes(model[kind])
    Document([line.to_image_data() for line in lines]).write(folder / "kinds.lstmf")
    Image.fromarray(lines[0].image).save(folder / "line.png")
    (folder / "line.gt.txt").write_text("one & two\n")
    boxes = zip(lines[0].box_texts, lines[0].boxes.tolist(), strict=True)
    (folder / "page.box").write_text("".join(f"{text} {' '.join(map(str, box))} 0\n" for text, box in boxes))
    Image.fromarray(lines[0].image).save(folder / "page.png")
    rates = "mean rms=1.2%, delta=2.3%, BCER train=45.6%, BWER train=78.9%, skip ratio=0%"
    (folder / "training.log").write_text(f"At iteration 100/100/100, {rates}, wrote checkpoint.\n")
    names = [path.name for path in sorted(folder.iterdir()) if path.suffix not in (".png", ".jsonl")]
    assert len(names) >= 9
    return names


def judge(page: Page, selector: str) -> list[str]:
    """What axe has to say against an element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(_JUDGE, selector)
    return found


def shown(page: Page) -> dict[str, Any]:
    """The paths of our open viewers."""
    paths: dict[str, Any] = page.evaluate(
        """() => Object.fromEntries(Array.from(window.jupyterapp.shell.widgets('main'))
            .filter(each => each.context && each.node.querySelector('.tessnb-viewer'))
            .map(each => [each.context.path, true]))"""
    )
    return paths


def test_viewers_are_accessible_and_come_back(lab: Lab, files: list[str], tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    with open_browser(width=1200, height=900) as page:
        page.goto(lab.url("lab"))
        page.wait_for_selector(".jp-Launcher-body")
        for theme in ("Dark", "Light"):
            use_theme(page, theme)
            for name in files:
                page.evaluate(_OPEN, f"{FOLDER}/{name}")
                page.wait_for_selector(f"{VIEWER}-body *:visible")
                found[f"{name}, {theme}"] = judge(page, VIEWER)
        assert {place: faults for place, faults in found.items() if faults} == {}
        opened = shown(page)
        assert set(opened) == {f"{FOLDER}/{name}" for name in files}
        reload(page, lab, *opened)
        page.wait_for_selector(".tessnb-viewer-body *", state="attached")
        page.wait_for_function(
            "count => document.querySelectorAll('.tessnb-viewer').length === count", arg=len(files)
        )
        assert shown(page) == opened
