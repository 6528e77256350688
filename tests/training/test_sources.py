"""What may stand for training lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import tessnb as tn
from tessnb.lines.cutting import make_document
from tessnb.training import samples_of

TEXT = "one & two\nthree four"
NET = "[1,24,0,1 Ct3,3,4 Mp3,3 Lfys8 Lbx8 O1c1]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document, a list of it, and a folder of images with text."""
    folder = tmp_path_factory.mktemp("sources")
    lines = list(tn.render(TEXT, ["DejaVu Sans"], xsize=700, ysize=600))
    (folder / "eng.lstmf").write_bytes(make_document(lines, "eng.lstmf").to_bytes())
    (folder / "list.txt").write_text(f"{folder / 'eng.lstmf'}\n")
    (folder / "scans").mkdir()
    for number, line in enumerate(lines):
        Image.fromarray(line.image).save(folder / "scans" / f"{number}.png")
        (folder / "scans" / f"{number}.gt.txt").write_text(f"{line.transcription}\n")
    return folder


@pytest.mark.parametrize("name", ["eng.lstmf", "list.txt", "scans"])
def test_a_path_stands_for_its_lines(folder: Path, name: str) -> None:
    samples = samples_of(folder / name)
    assert samples.total() == 2
    run = tn.train_from_scratch(tn.make_starter(TEXT), str(folder / name), net_spec=NET, max_iterations=2)
    run.start().wait()
    assert run.progress.counters.training == 2


def test_a_share_of_a_folder_is_held_out(folder: Path) -> None:
    starter = tn.make_starter(TEXT)
    run = tn.train_from_scratch(starter, folder / "scans", net_spec=NET, max_iterations=1, held_out=0.5)
    assert len(run.held_out) == 1
    with pytest.raises(tn.TessnbError, match="open_lines"):
        tn.train_from_scratch(starter, folder / "list.txt", net_spec=NET, max_iterations=1, held_out=0.5)


def test_a_path_that_is_not_there(folder: Path) -> None:
    with pytest.raises(tn.TessnbError, match="no such file"):
        samples_of(folder / "missing.txt")
