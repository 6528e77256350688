"""The boxes of a document under edit, page by page, with every edit kept so that it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tessnb.formats.boxfile import BoxChar
from tessnb.lines.box_editing import Edit

__all__ = ["BoxHistory"]


class BoxHistory:
    """Pages of boxes and their edits.

    Parameters
    ----------
    read : callable
        Returns the boxes of a page as they were to begin with; called once a page, when it is first seen.
    """

    def __init__(self, read: Callable[[int], Sequence[BoxChar]]) -> None:
        self._read = read
        self._pages: dict[int, tuple[BoxChar, ...]] = {}
        self._done: list[tuple[int, Edit, bool]] = []
        self._undone: list[tuple[int, Edit, bool]] = []
        self._saved: tuple[int, Edit, bool] | None = None

    def __getitem__(self, page: int) -> tuple[BoxChar, ...]:
        if page not in self._pages:
            self._pages[page] = tuple(self._read(page))
        return self._pages[page]

    @property
    def changed(self) -> bool:
        """Whether anything differs from what was last saved."""
        return (self._done[-1] if self._done else None) is not self._saved

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def edited_pages(self) -> list[int]:
        """The pages that edits were made on, in order."""
        return sorted({page for page, _, _ in self._done})

    def apply(self, page: int, edit: Edit, *, joins: bool = False) -> None:
        """Make an edit.

        Parameters
        ----------
        page : int
        edit : Edit
            Made from the page's present boxes.
        joins : bool
            It goes on with the last edit if that was of the same boxes and joined too: both are undone at
            once, as when a key is held down to move a box.
        """
        if edit.removed == edit.inserted:
            return
        self._pages[page] = edit.apply(self[page])
        self._undone.clear()
        if joins and self._done and self._done[-1] is not self._saved:
            last_page, last, joined = self._done[-1]
            if joined and (last_page, last.start, last.inserted) == (page, edit.start, edit.removed):
                self._done[-1] = page, Edit(edit.start, last.removed, edit.inserted), True
                return
        self._done.append((page, edit, joins))

    def undo(self) -> tuple[int, Edit] | None:
        """Take the last edit back; return its page and what was done, or None if there is none."""
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        page, edit, _ = step
        self._pages[page] = edit.inverse.apply(self[page])
        return page, edit.inverse

    def redo(self) -> tuple[int, Edit] | None:
        """Make the edit again that was last taken back; return its page and it, or None."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        page, edit, _ = step
        self._pages[page] = edit.apply(self[page])
        return page, edit

    def mark_saved(self) -> None:
        """Note that what is here now is on disk."""
        self._saved = self._done[-1] if self._done else None
