"""What a page tells its widgets, in the order in which it tells it, also while a cell runs.

JupyterLab has one way into a kernel for all widgets of a page, beside the one of the cells. ipykernel 7.4
sends what comes to the thread in which the widget has spoken last, whichever way it came (``BaseComm`` in
``ipykernel/comm/comm.py``): a click can so arrive before what was typed into a field before it, which waits
behind a running cell. None of our widgets waits for an answer in a thread, which that is for.
"""

from __future__ import annotations

from typing import Any

__all__ = ["InOrder", "in_order"]


def in_order(widget: Any) -> None:
    """Let a widget and all that it is made of hear a page by the way that the page has chosen."""
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = _as_the_page_chose
    for child in getattr(widget, "children", ()):
        in_order(child)


def _as_the_page_chose(data: Any, chosen: str | None) -> str | None:
    return chosen


class InOrder:
    """A widget that is so from the beginning; stands before the widget's own base."""

    def open(self) -> None:
        """Begin to talk with a page."""
        super().open()  # type: ignore[misc]
        in_order(self)
