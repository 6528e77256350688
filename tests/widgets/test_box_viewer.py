"""The viewer of boxes without a browser: what is sent, what is refused, what is left where no widgets run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import traitlets
from PIL import Image

import tessnb as tn
from tessnb.errors import InputError
from tessnb.formats.boxfile import BoxChar, read_boxes
from tessnb.widgets._box_pages import page_order

FILE = "<b> 2 20 10 29 0\n& 11 20 20 29 0\n\t 21 20 25 29 0\nc 1 2 10 12 0\nd 1 2 10 12 1\n"


class Browser:
    """What a viewer's browser gets, and may ask for."""

    def __init__(self, viewer: tn.BoxViewer) -> None:
        self.viewer = viewer
        self.got: list[tuple[dict[str, Any], Any]] = []
        self.lock = threading.Condition()
        viewer.send = self._take

    def _take(self, content: dict[str, Any], buffers: Any = None) -> None:
        with self.lock:
            self.got.append((content, buffers))
            self.lock.notify_all()

    def ask(self, **content: Any) -> tuple[dict[str, Any], Any]:
        """Send a message as a browser does; return the first answer."""
        count = len(self.got)
        self.viewer._handle_custom_msg(content, [])
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.got) > count, 20)
        return self.got[count]

    def edit(self, op: str, start: int, stop: int, level: str = "characters", **more: Any) -> dict[str, Any]:
        return self.ask(
            kind="edit", op=op, page=self.viewer.page, start=start, stop=stop, level=level, **more
        )[0]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    pages = [Image.new("L", (600 + number, 30), 255) for number in range(2)]
    pages[0].save(tmp_path / "two.tif", save_all=True, append_images=pages[1:])
    (tmp_path / "two.box").write_text(FILE)
    return tmp_path / "two.tif"


@pytest.fixture
def open_viewer() -> Iterator[Callable[..., Browser]]:
    opened: list[tn.BoxViewer] = []

    def make(*arguments: Any, **options: Any) -> Browser:
        opened.append(tn.BoxViewer(*arguments, **options))
        return Browser(opened[-1])

    yield make
    for viewer in opened:
        viewer.close()


def test_a_page_is_sent_with_its_boxes(image: Path, open_viewer: Callable[..., Browser]) -> None:
    browser = open_viewer(image)
    page, _ = browser.ask(kind="open")
    assert (page["width"], page["height"], page["pages"], page["file"]) == (600, 30, 2, "two.box")
    assert page["boxes"][:2] == [["<b>", 2, 1, 10, 10, 0], ["&", 11, 1, 20, 10, 0]]
    assert page["orders"] == {}
    tile, (png,) = browser.ask(kind="tiles", page=0, tiles=[[0, 1, 0]])
    assert tile["tile"] == [0, 1, 0]
    assert png.startswith(b"\x89PNG")
    wrong, buffers = browser.ask(kind="tiles", page=0, tiles=[[0, 7, 0]])
    assert "no such tile" in wrong["error"]
    assert buffers is None
    count = len(browser.got)
    browser.viewer.page = 1
    with browser.lock:
        assert browser.lock.wait_for(lambda: len(browser.got) > count, 20)
    assert browser.got[count][0]["width"] == 601


def test_edits_change_the_boxes_and_are_saved(image: Path, open_viewer: Callable[..., Browser]) -> None:
    browser = open_viewer(image)
    viewer = browser.viewer
    change = browser.edit("text", 0, 1, text="z")
    assert (change["kind"], change["start"], change["removed"]) == ("splice", 0, 1)
    assert change["boxes"] == [["z", 2, 1, 10, 10, 0]]
    browser.edit("place", 0, 1, rect=[3, 0, 11, 9])
    change = browser.edit("merge", 0, 2)
    assert change["boxes"] == [["z&", 3, 0, 20, 10, 0]]
    assert viewer.changed
    assert viewer.text == "z&\nc"
    assert image.with_suffix(".box").read_text() == FILE
    state, _ = browser.ask(kind="save")
    assert (state["changed"], state["note"]) == (False, "Saved two.box")
    assert read_boxes(image.with_suffix(".box")) == viewer.boxes
    assert viewer.boxes[0] == BoxChar("z&", 3, 20, 20, 30)
    for _ in range(3):
        assert viewer.undo()
    assert not viewer.undo()
    assert viewer.changed
    viewer.save()
    assert image.with_suffix(".box").read_text() == FILE
    assert viewer.redo()


def test_an_undone_edit_is_shown_where_it_was(image: Path, open_viewer: Callable[..., Browser]) -> None:
    browser = open_viewer(image)
    browser.edit("delete", 0, 1)
    browser.viewer.page = 1
    browser.viewer.undo()
    assert browser.viewer.page == 0
    assert browser.viewer.boxes[0].text == "<b>"


def test_what_is_wrong_is_said_in_place(image: Path, open_viewer: Callable[..., Browser]) -> None:
    browser = open_viewer(image)
    assert "without text" in browser.edit("text", 0, 1, text="")["error"]
    assert "no such boxes" in browser.edit("delete", 3, 99)["error"].lower()
    assert "without area" in browser.edit("place", 0, 1, rect=[5, 5, 5, 9])["error"]
    image.with_suffix(".box").write_text("somebody else's\n")
    browser.edit("text", 0, 1, text="z")
    assert "Changed on disk" in browser.ask(kind="save")[0]["error"]
    assert image.with_suffix(".box").read_text() == "somebody else's\n"
    assert browser.viewer.changed


def test_right_to_left_text(tmp_path: Path, open_viewer: Callable[..., Browser]) -> None:
    Image.new("L", (600, 60), 255).save(tmp_path / "page.png")
    stored = page_order("שלום 12")
    assert stored == "12 םולש"
    letters = "".join(f"{char} {9 * place} 30 {9 * place + 8} 50 0\n" for place, char in enumerate(stored))
    word = f"\t 90 30 94 50 0\nWordStr 0 0 60 20 0 #{stored}\n"
    (tmp_path / "page.box").write_text(letters + word, encoding="utf-8")
    browser = open_viewer(tmp_path / "page.png", level="lines")
    page, _ = browser.ask(kind="open")
    assert page["orders"]["0"] == [6, 5, 4, 3, 2, 0, 1]
    assert page["boxes"][8] == [stored, 0, 40, 60, 60, 1, "שלום 12"]
    assert browser.viewer.text == "שלום 12\nשלום 12"
    browser.edit("text", 8, 9, "lines", text="שלומי 12", order="logical")
    browser.edit("text", 0, 7, "lines", text="12 ימולש", order="visual")
    assert browser.viewer.text == "שלומי 12\nשלומי 12"
    assert browser.viewer.boxes[-1].text == "12 ימולש"


def test_corrected_lines(open_viewer: Callable[..., Browser], image: Path) -> None:
    lines = tn.render("one\ntwo", ["DejaVu Sans"], xsize=700, ysize=600)
    browser = open_viewer(lines)
    browser.viewer.page = 1
    browser.edit("text", 0, 3, "words", text="too", order="logical")
    corrected = browser.viewer.lines()
    assert [line.transcription for line in corrected] == ["one", "too"]
    assert corrected[0] is lines[0]
    with pytest.raises(InputError, match="no training lines"):
        open_viewer(image).viewer.lines()


def test_bytes_that_are_no_text_are_shown_and_kept(image: Path, open_viewer: Callable[..., Browser]) -> None:
    data = b"\xc0\x80 1 2 10 12 0\nc 1 2 10 12 0\n"
    image.with_suffix(".box").write_bytes(data)
    browser = open_viewer(image)
    page, _ = browser.ask(kind="open")
    page["boxes"][0][0].encode("utf-8")
    browser.edit("text", 1, 2, text="d")
    browser.viewer.save()
    assert image.with_suffix(".box").read_bytes() == data.replace(b"c", b"d")


def test_values_are_checked(image: Path, open_viewer: Callable[..., Browser]) -> None:
    viewer = open_viewer(image).viewer
    for name, value in (
        ("page", 2),
        ("page", -1),
        ("level", "pages"),
        ("text_order", "up"),
        ("selection", (1,)),
    ):
        with pytest.raises(traitlets.TraitError):
            setattr(viewer, name, value)
    with pytest.raises(TypeError):
        tn.BoxViewer(image, zoom=3)
    with pytest.raises(traitlets.TraitError, match="no page 7"):
        tn.BoxViewer(image, page=7)
    with pytest.raises(InputError, match="no such file"):
        tn.BoxViewer(image.with_name("none.png"))


def test_what_is_left_without_widgets(image: Path, open_viewer: Callable[..., Browser]) -> None:
    bundle = open_viewer(image).viewer._repr_mimebundle_()
    html = bundle[0]["text/html"]
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html
    assert "data:image/png;base64," in html
    assert "page 1 of 2" in html
    assert bundle[0]["text/plain"] == "BoxViewer('two.tif', page=0)"


def test_closing_ends_its_thread(image: Path) -> None:
    viewer = tn.BoxViewer(image)
    Browser(viewer).ask(kind="open")
    assert any(thread.name.startswith("tessnb-boxes") for thread in threading.enumerate())
    viewer.close()
    for _ in range(100):
        if not any(thread.name.startswith("tessnb-boxes") for thread in threading.enumerate()):
            return
        time.sleep(0.05)
    pytest.fail("a thread is left")
