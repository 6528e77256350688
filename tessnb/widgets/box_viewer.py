"""The viewer and editor of boxes: a page, what is written where on it, and both corrected by hand."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from tessnb.errors import InputError, TessnbError
from tessnb.formats.boxfile import BoxChar
from tessnb.lines import box_editing
from tessnb.lines.box_documents import open_boxes, page_text
from tessnb.lines.box_editing import LEVELS, Edit
from tessnb.lines.box_history import BoxHistory
from tessnb.lines.line import TrainingLine
from tessnb.lines.tiles import TileCache
from tessnb.widgets._box_pages import box_row, line_orders, page_order, splice, still_html
from tessnb.widgets._front_end import script, style
from tessnb.widgets._still import Still

__all__ = ["BoxViewer"]

#: As many tiles as are answered at once.
_MOST_TILES = 64


class BoxViewer(Still, anywidget.AnyWidget):
    """A page or line with its boxes, to look at and to correct.

    The page is at the left and can be zoomed and moved; its text is at the right; a click on one finds the
    other. The keys are shown below it. Nothing is written until `save`.

    Parameters
    ----------
    image : path, TrainingLine or sequence of them
        The image of a page, of many pages (TIFF) or of a line; or a ``.box`` with its image beside it; or an
        `.lstmf`; or lines such as `render` returns.
    boxes : path or iterable of BoxChar, optional
        The boxes of an image. By default its ``.box``, or else, for a line, its ``.gt.txt``, or else none.
    page : int
        The page to begin with, from 0.
    level : {"characters", "words", "lines"}
        What is marked and edited as one; a ``WordStr`` box is one in any case.
    text_order : {"logical", "visual"}
        Whether right-to-left text is shown in the order of reading, or as it stands on the page and in box
        files, from left to right.

    Attributes
    ----------
    page, level, text_order
        As above; may be changed.
    selection : tuple of int
        The first of the selected boxes on the page, and the one behind the last.
    boxes : list of BoxChar
        Those of all pages as they are now.
    text : str
        What is written on the page as it is now, in the order of reading, a line for each line.
    changed : bool
        There is something that was not saved.

    Raises
    ------
    InputError
        If a file is missing or of no known kind.
    FormatError
        If a file is damaged.
    TraitError
        If a value is out of its range.

    Examples
    --------
    >>> import tessnb as tn
    >>> lines = tn.render("one two", ["DejaVu Sans"], xsize=700, ysize=600)
    >>> viewer = tn.BoxViewer(lines)
    >>> viewer.text
    'one two'
    >>> [box.text for box in viewer.boxes]
    ['o', 'n', 'e', ' ', 't', 'w', 'o']
    >>> viewer.changed
    False
    """

    _worker: ThreadPoolExecutor | None = None
    _esm = script("boxes")
    _css = style("boxes")

    page = traitlets.Int(0, min=0, help="The page that is shown, from 0.").tag(sync=True)
    level = traitlets.Enum(LEVELS, "characters", help="What is marked and edited as one.").tag(sync=True)
    text_order = traitlets.Enum(
        ("logical", "visual"), "logical", help="The order in which right-to-left text is shown."
    ).tag(sync=True)
    selection = traitlets.Tuple(
        traitlets.Int(min=0), traitlets.Int(min=0), help="First selected box, and the one behind the last."
    ).tag(sync=True)

    def __init__(
        self,
        image: str | os.PathLike[str] | TrainingLine | Sequence[TrainingLine],
        boxes: str | os.PathLike[str] | Iterable[BoxChar] | None = None,
        *,
        page: int = 0,
        level: str = "characters",
        text_order: str = "logical",
    ) -> None:
        self._lock = threading.RLock()
        self._document = open_boxes(image, boxes)
        self._history = BoxHistory(self._document.read)
        self._tiles = TileCache(lambda page: self._document.pages[page])
        self._heights: dict[int, int] = {}
        self._calls = 0
        super().__init__(page=page, level=level, text_order=text_order, selection=(0, 0))
        self.on_msg(self._on_message)
        self.observe(lambda change: self._ask_for_page(), "page")

    @traitlets.validate("page")
    def _check_page(self, proposal: dict[str, Any]) -> int:
        page, count = int(proposal["value"]), len(self._document.pages)
        if page >= count:
            raise traitlets.TraitError(f"there is no page {page}; expected 0 to {count - 1}")
        return page

    @property
    def boxes(self) -> list[BoxChar]:
        pages = sorted({*range(len(self._document.pages)), *self._document.extra_pages})
        with self._lock:
            return [box for page in pages for box in self._history[page]]

    @property
    def text(self) -> str:
        return page_text(self._history[self.page], self._document.in_reading_order)

    @property
    def changed(self) -> bool:
        return self._history.changed

    def lines(self) -> list[TrainingLine]:
        """Return the training lines that are shown, as corrected.

        Raises
        ------
        InputError
            If an image is shown: save its boxes and cut it.
        """
        if not self._document.lines:
            raise InputError(
                "no training lines are shown",
                found=self._document.title,
                hint="Save, then tn.open_lines(image)",
            )
        edited = set(self._history.edited_pages)
        return [
            self._document.line(number, self._history[number]) if number in edited else line
            for number, line in enumerate(self._document.lines)
        ]

    def undo(self) -> bool:
        """Take the last edit back; return whether there was one."""
        return self._step(self._history.undo)

    def redo(self) -> bool:
        """Make the edit again that was last taken back; return whether there was one."""
        return self._step(self._history.redo)

    def save(self, path: str | os.PathLike[str] | None = None, *, overwrite: bool = False) -> Path:
        """Save the boxes or the transcription.

        Parameters
        ----------
        path : path, optional
            A ``.box`` or a ``.gt.txt``; by default the file that was read.
        overwrite : bool
            Also if the file is another, or was changed on disk since it was read.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            If it would have to be overwritten, or cannot be written; what was there before stays.
        """
        with self._lock:
            saved = self._document.save(self._history, path, overwrite=overwrite)
            if saved == self._document.path:
                self._history.mark_saved()
            self.send({"kind": "state", **self._state(), "note": f"Saved {saved.name}"})
        return saved

    def close(self) -> None:
        """End the thread that makes pictures, and the widget."""
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
        super().close()

    def __repr__(self) -> str:
        return f"BoxViewer({self._document.title!r}, page={self.page})"

    def _still(self) -> tuple[str, str]:
        tiles, boxes = self._tiles[self.page], self._history[self.page]
        count = len(self._document.pages)
        return still_html(self._document.title, self.page, count, tiles, boxes), repr(self)

    # What follows runs on whatever thread the kernel takes messages on.

    def _on_message(self, widget: object, content: dict[str, Any], buffers: object) -> None:
        kind = content.get("kind")
        try:
            if kind == "tiles":
                self._draw(int(content["page"]), content["tiles"])
            elif kind == "open":
                self._ask_for_page()
            elif kind == "edit":
                self._edit(content)
            elif kind in ("undo", "redo"):
                moved = self.undo() if kind == "undo" else self.redo()
                if not moved:
                    self.send({"kind": "state", **self._state(), "note": f"Nothing to {kind}"})
            elif kind == "save":
                self.save()
        except TessnbError as error:
            self.send({"kind": "state", **self._state(), "error": _sentences(error)})

    def _in_background(self, work: Callable[..., object], *arguments: object) -> None:
        """Do what takes long on a thread of its own, one thing after the other."""
        with self._lock:
            if self._worker is None:
                self._worker = ThreadPoolExecutor(1, "tessnb-boxes")
            self._worker.submit(work, *arguments)

    def _draw(self, page: int, wanted: Sequence[Sequence[int]]) -> None:
        for tile in wanted[:_MOST_TILES]:
            level, column, row = map(int, tile)
            self._in_background(self._send_tile, page, level, column, row)

    def _send_tile(self, page: int, level: int, column: int, row: int) -> None:
        if page != self.page:
            return
        content = {"kind": "tile", "page": page, "tile": [level, column, row]}
        try:
            self.send(content, [self._tiles.tile(page, level, column, row)])
        except TessnbError as error:
            self.send({**content, "error": str(error)})

    def _height(self, page: int) -> int:
        if page not in self._heights:
            self._heights[page] = self._tiles[page].height
        return self._heights[page]

    def _ask_for_page(self) -> None:
        with self._lock:
            self._calls += 1
            self._in_background(self._show_page, self._calls)

    def _show_page(self, call: int) -> None:
        """Send the page that is to be seen, with all of its boxes, unless it was asked for again."""
        if call != self._calls:
            return
        try:
            tiles = self._tiles[self.page]
        except TessnbError as error:
            self.send({"kind": "state", **self._state(), "error": str(error)})
            return
        with self._lock:
            boxes, as_read = self._history[self.page], self._document.in_reading_order
            self.send({
                "kind": "page",
                "page": self.page,
                "pages": len(self._document.pages),
                "title": self._document.title,
                "width": tiles.width,
                "height": tiles.height,
                "boxes": [box_row(box, tiles.height, as_read) for box in boxes],
                "orders": line_orders(boxes),
                **self._state(),
            })  # fmt: skip

    def _state(self) -> dict[str, Any]:
        history = self._history
        path = self._document.path
        return {
            "changed": history.changed,
            "undo": history.can_undo,
            "redo": history.can_redo,
            "file": path.name if path is not None else "",
        }

    def _edit(self, content: dict[str, Any]) -> None:
        page, start, stop = (int(content[key]) for key in ("page", "start", "stop"))
        with self._lock:
            boxes = self._history[page]
            edit = self._made(content, boxes, start, stop, self._height(page))
            self._history.apply(page, edit, joins=content["op"] == "place")
            self._send_splice(page, edit)

    def _made(
        self, content: dict[str, Any], boxes: Sequence[BoxChar], start: int, stop: int, height: int
    ) -> Edit:
        """Return the edit that the browser asks for."""
        operation, level = content["op"], content["level"]
        if operation in ("place", "insert"):
            left, top, right, bottom = (int(value) for value in content["rect"])
            rect = left, height - bottom, right, height - top
        if operation == "place":
            return box_editing.place(boxes, start, stop, rect)
        if operation == "insert":
            is_word = bool(content["word"])
            box = BoxChar(content["text"], *rect, page=int(content["page"]), is_word=is_word)
            return box_editing.insert(boxes, start, box)
        if operation == "text":
            text = content["text"]
            if self._document.in_reading_order:
                return box_editing.set_text(boxes, start, stop, text)
            is_line = stop - start > 1 or boxes[start].is_word
            logical = content.get("order", "logical") == "logical" and is_line
            return box_editing.set_text(boxes, start, stop, page_order(text) if logical else text)
        change = {"split": box_editing.split, "merge": box_editing.merge, "delete": box_editing.delete}
        return change[operation](boxes, start, stop, level)

    def _step(self, move: Callable[[], tuple[int, Edit] | None]) -> bool:
        with self._lock:
            step = move()
            if step is None:
                return False
            page, edit = step
            if page != self.page:
                self.page = page
            else:
                self._send_splice(page, edit)
            return True

    def _send_splice(self, page: int, edit: Edit) -> None:
        change = splice(edit, self._height(page), self._document.in_reading_order)
        if [box.text for box in edit.removed] != [box.text for box in edit.inserted]:
            change["orders"] = line_orders(self._history[page])
        self.send({"kind": "splice", "page": page, **change, **self._state()})


def _sentences(error: TessnbError) -> str:
    """Return an error as it is shown beside what it is about."""
    text = error.message[:1].upper() + error.message[1:]
    if error.found is not None:
        text += f"; found {error.found}"
    if error.expected is not None:
        text += f"; expected {error.expected}"
    return f"{text}. {error.hint}." if error.hint else f"{text}."
