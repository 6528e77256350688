"""`render`: lines with their provenance, in parallel and alike on any executor."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.lines.sources import open_lines
from tessnb.synthesis import find_fonts, render, write_tiff
from tessnb.synthesis.pages import PageRenderer
from tests.conftest import HERE, EnglishSet
from tests.synthesis.text2image import FONTS_DIR, read_tiff

TEXT = (HERE / "data" / "english.txt").read_text("utf-8")
SETTINGS: dict[str, Any] = {"xsize": 1800, "ysize": 1000}


def test_lines_are_those_that_the_real_tools_make(english: EnglishSet) -> None:
    """Pages rendered and cut here hold the lines of the reference's ``.lstmf``, pixel for pixel."""
    for font in english.fonts:
        theirs = {line.transcription: line for line in open_lines(english.file(font, ".lstmf"))}
        ours = {line.transcription: line for line in render(TEXT, font, language="eng", **SETTINGS)}
        assert ours.keys() == theirs.keys()
        for text, line in ours.items():
            assert line.box_texts == theirs[text].box_texts
            np.testing.assert_array_equal(line.boxes, theirs[text].boxes)
            wrong = (line.image.astype(bool) != theirs[text].image.astype(bool)).mean()
            assert wrong <= 1e-3


def test_provenance() -> None:
    fonts = ["Caladea", "DejaVu Sans"]
    lines = render("One line\nand another ☃", fonts, exposures=(0, 1), language="eng")
    assert [line.font for line in lines] == 2 * (2 * fonts[:1] + 2 * fonts[1:])
    texts = ["One line", "and another", "One line", "and another ☃"]
    assert [line.transcription for line in lines] == 2 * texts
    assert lines[5].source == "eng.Caladea.exp1.tif"
    assert lines[0].page == 0
    assert lines[0].resolution == (300, 300)
    assert lines.left_out == {"Caladea": ["☃"]}


class Inline(Executor):
    """Does everything at once, on the caller's thread."""

    def submit(self, function: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **keywords))
        return future


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_any_executor(kind: str) -> None:
    fonts = find_fonts(names=["DejaVu Sans", "FreeSerif", "Liberation Mono"], folder=FONTS_DIR)
    done: list[str] = []
    expected = render(TEXT, fonts, executor=Inline(), **SETTINGS)
    context = multiprocessing.get_context("spawn")
    with ThreadPoolExecutor(3) if kind == "threads" else ProcessPoolExecutor(2, context) as pool:
        lines = render(TEXT, fonts, executor=pool, on_done=lambda r: done.append(r.font.name), **SETTINGS)
    assert sorted(done) == sorted(font.name for font in fonts)
    assert len(lines) == len(expected)
    for ours, theirs in zip(lines, expected, strict=True):
        assert (ours.font, ours.transcription) == (theirs.font, theirs.transcription)
        np.testing.assert_array_equal(ours.image, theirs.image)


def test_dask_cluster() -> None:
    """A real cluster of this machine: its workers render, and any of its futures may come first."""
    distributed = pytest.importorskip("distributed")
    fonts = find_fonts(names=["DejaVu Sans", "FreeSerif"], folder=FONTS_DIR)
    expected = render("One line\nand another", fonts, executor=Inline(), **SETTINGS)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=True, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        lines = render("One line\nand another", fonts, executor=client.get_executor(), **SETTINGS)
        assert list(client.nthreads().values()) == [2]
    for ours, theirs in zip(lines, expected, strict=True):
        assert (ours.font, ours.transcription) == (theirs.font, theirs.transcription)
        np.testing.assert_array_equal(ours.image, theirs.image)


def test_exposures_and_exposure_are_heard() -> None:
    """A darker page, whichever way it is asked for."""
    ways: list[dict[str, Any]] = [{}, {"exposure": 2}, {"exposures": (0, 2)}]
    pages = [render("ink", ["DejaVu Sans"], xsize=400, **asked) for asked in ways]
    plain, dark, both = ([int((line.image == 0).sum()) for line in page] for page in pages)
    assert dark[0] > plain[0]
    assert both == plain + dark


def test_errors() -> None:
    with pytest.raises(InputError, match="no text"):
        render(" \n", "FreeSans")
    with pytest.raises(InputError, match="no font"):
        render("text", [])
    with pytest.raises(InputError, match="colour: no such setting"):
        render("text", "FreeSans", colour="red")


def test_tiff_holds_the_pages(tmp_path: Path) -> None:
    (found,) = find_fonts(names=["FreeSans"], folder=FONTS_DIR)
    pages = [page.image for page in PageRenderer(found.path, found.index).pages(TEXT * 12)]
    assert len(pages) > 1
    write_tiff(tmp_path / "pages.tif", pages)
    for ours, read in zip(pages, read_tiff(tmp_path / "pages.tif"), strict=True):
        np.testing.assert_array_equal(ours, read)
