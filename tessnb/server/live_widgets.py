"""Widgets that live in the server: what there is of them, and how one is made, told and ended."""

from __future__ import annotations

import json
import secrets
import struct
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from logging import Logger
from pathlib import Path
from typing import Any

from jupyter_client.jsonutil import json_clean
from tornado.ioloop import IOLoop
from tornado.websocket import WebSocketHandler

from tessnb.errors import InputError, TessnbError
from tessnb.server.base import Root
from tessnb.server.talk import Message, Talk

__all__ = ["KINDS", "Kind", "LiveWidget", "LiveWidgets", "pack"]

#: Messages that wait to be taken by a widget; bytes that wait to be heard by its page.
_MOST_WAITING, _MOST_UNHEARD = 500, 1 << 27
#: Names of what is a sentence in a widget's messages.
_SENTENCES = ("text", "note", "error", "problem")


@dataclass(frozen=True)
class Kind:
    """What can be looked at.

    Attributes
    ----------
    make : callable
        Returns a widget for a path and the folder that nothing may leave.
    traits : tuple of str
        Those that the browser is told of and may change.
    """

    make: Callable[[Path, Root], Any]
    traits: tuple[str, ...] = ()


def _boxes(path: Path, root: Root) -> Any:
    import tessnb as tn
    from tessnb.lines.sources import image_beside

    image = image_beside(path)
    if image is None:
        raise InputError(
            "no image beside this box file", where=path.name,
            expected=f"{path.stem}.tif, .png or another image", hint="Boxes are places on an image",
        )  # fmt: skip
    return tn.BoxViewer(_confined(image, root), path)


def _charset(path: Path, root: Root) -> Any:
    import tessnb as tn

    return tn.CharsetEditor(path, export_dir=path.parent)


#: By the name in the address.
KINDS: Mapping[str, Kind] = {
    "boxes": Kind(_boxes, ("page", "level", "text_order", "selection")),
    "charset": Kind(_charset),
}


def _confined(path: Path, root: Root) -> Path:
    """Return the real path of something beside a file."""
    try:
        return root.inside(root.name_of(path))
    except PermissionError:
        raise InputError("leads out of the folder that this server shows", where=path.name) from None


class _Wire:
    """Stands where a widget's comm would: hands on what comes, and gives away what the widget sends.

    Parameters
    ----------
    name : str
        What the widget is known by in this process.
    give : callable
        Takes a message and its binary parts, on any thread.
    """

    def __init__(self, name: str, give: Callable[[Mapping[str, Any], Sequence[Any]], None]) -> None:
        self.comm_id = name
        self._give = give
        self._receive: Callable[[dict[str, Any]], None] = lambda message: None

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Call back with what comes."""
        self._receive = callback

    def receive(self, data: Mapping[str, Any]) -> None:
        """Give the widget a message."""
        self._receive({"content": {"data": data}, "buffers": []})

    def send(self, data: Any = None, metadata: object = None, buffers: Sequence[Any] | None = None) -> None:
        """Give away what the widget sends."""
        self._give(data or {}, buffers or ())

    def close(self, *args: object, **kwargs: object) -> None:
        """Nobody needs to be told."""


def pack(data: Mapping[str, Any], buffers: Sequence[Any] = ()) -> str | bytes:
    """Return a message as it is sent: text, or bytes where it has binary parts."""
    parts = [bytes(buffer) for buffer in buffers]
    whole = {**data, "buffers": [len(part) for part in parts]} if parts else data
    try:
        text = json.dumps(whole, allow_nan=False)
    except ValueError:  # as a kernel does with figures that are no numbers
        text = json.dumps(json_clean(whole))
    head = text.encode("ascii")
    return b"".join([struct.pack("<I", len(head)), head, *parts]) if parts else text


class LiveWidget:
    """A widget and the talk with the page that shows it.

    Everything that the widget does, from being made to being closed, it does on a thread of its own, in the
    order of the messages; what it says is handed to the event loop, where everything else here is called.

    Parameters
    ----------
    kind : Kind
    path : Path
        Of its file.
    root : Root
    log : Logger

    Attributes
    ----------
    key : str
        The secret that a page names to go on with it.
    talk : Talk
    page : WebSocketHandler or None
        What it is shown through at present.
    has_ended : bool
    """

    def __init__(self, kind: Kind, path: Path, root: Root, log: Logger) -> None:
        self.kind = kind
        self.key = secrets.token_urlsafe(32)
        self.talk = Talk()
        self.page: WebSocketHandler | None = None
        self.has_ended = False
        self._path, self._root, self._log = path, root, log
        self._loop = IOLoop.current()
        self._thread = ThreadPoolExecutor(1, "tessnb-live")
        self._waiting = 0
        self._widget: Any = None
        self._soon(self._make)

    @property
    def is_busy(self) -> bool:
        """It has so much to do that it takes no more."""
        return self._waiting >= _MOST_WAITING

    def take(self, message: Mapping[str, Any]) -> None:
        """Let the widget take a message, ``update`` or ``custom``, after those before it."""
        self._soon(self._take, message)

    def end(self) -> None:
        """Close the widget when it has done what it is at."""
        if not self.has_ended:
            self.has_ended = True
            self._thread.submit(self._close)
            self._thread.shutdown(wait=False)

    def _soon(self, work: Callable[..., None], *arguments: Any) -> None:
        if not self.has_ended:
            self._waiting += 1
            self._thread.submit(self._careful, work, *arguments)

    def _count(self) -> None:
        self._waiting -= 1

    def _tell(self, message: Message) -> None:
        self.talk.say(message)
        if self.talk.kept > _MOST_UNHEARD:
            if self.page is not None:
                self.page.close(1008, "nobody takes what is sent")
            self.end()

    # What follows runs on the widget's thread.

    def _careful(self, work: Callable[..., None], *arguments: Any) -> None:
        """Do something unless it has ended, and tell what goes wrong."""
        self._loop.add_callback(self._count)
        if self.has_ended:
            return
        try:
            work(*arguments)
        except TessnbError as error:
            self._say({"method": "problem", **self._root.said(error)})
        except Exception as error:
            self._log.exception("a viewer of %s failed", self._path.name)
            self._problem(f"Something unforeseen went wrong: {type(error).__name__}")

    def _make(self) -> None:
        widget = self.kind.make(self._path, self._root)
        wire = _Wire(widget.comm.comm_id, self._give)
        widget.comm.close()
        widget.comm = self._wire = wire
        self._widget = widget
        self._say({"method": "open", "key": self.key, "state": self._state()})

    def _take(self, data: Mapping[str, Any]) -> None:
        if self._widget is None:
            return
        if data["method"] == "custom":
            self._wire.receive({"method": "custom", "content": data["content"]})
            return
        state = {name: value for name, value in data["state"].items() if name in self.kind.traits}
        try:
            self._widget.set_state(state)
        except Exception as error:  # whatever a trait says to it
            self._say({"method": "update", "state": self._state()})
            self._problem(str(error))

    def _close(self) -> None:
        if self._widget is not None:
            self._widget.layout.close()
            self._widget.close()

    def _state(self) -> dict[str, Any]:
        return {name: getattr(self._widget, name) for name in self.kind.traits}

    # What follows runs on any thread.

    def _problem(self, message: str) -> None:
        self._say({"method": "problem", "message": self._root.shown(message), "hint": ""})

    def _give(self, data: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        """Say what the browser is to know of what a widget sends."""
        if data.get("method") == "custom":
            content = dict(data["content"])
            for name in _SENTENCES:
                if isinstance(content.get(name), str):
                    content[name] = self._root.shown(content[name])
            self._say({"method": "custom", "content": content}, buffers)
        elif data.get("method") == "update":
            state = {name: value for name, value in data["state"].items() if name in self.kind.traits}
            if state:
                self._say({"method": "update", "state": state})

    def _say(self, data: Mapping[str, Any], buffers: Sequence[Any] = ()) -> None:
        self._loop.add_callback(self._tell, pack(data, buffers))


class LiveWidgets:
    """The widgets of a server, in bounded number; those whose page is lost are kept for a while.

    Parameters
    ----------
    most, most_lost : int
        How many there may be, and how many of them without a page.
    seconds : float
        How long one is kept without a page.
    """

    def __init__(self, *, most: int = 64, most_lost: int = 8, seconds: float = 600.0) -> None:
        self._most, self._most_lost, self._seconds = most, most_lost, seconds
        self._all: dict[str, LiveWidget] = {}
        self._lost: dict[str, object] = {}  # the oldest first; what ends them, with time

    @property
    def has_room(self) -> bool:
        """Whether there may be another one, in place of a lost one perhaps."""
        return len(self._all) < self._most or bool(self._lost)

    def add(self, widget: LiveWidget) -> None:
        """Take in another one."""
        if len(self._all) >= self._most and self._lost:
            self.end(next(iter(self._lost)))
        self._all[widget.key] = widget

    def find(self, key: str) -> LiveWidget | None:
        """Return the widget of a key for a page that shows it from now on; None if there is none."""
        if key in self._lost:
            IOLoop.current().remove_timeout(self._lost.pop(key))
        return self._all.get(key)

    def lose(self, key: str) -> None:
        """Keep the widget of a key, of which the page is lost, for a while, unless it has ended."""
        if key not in self._all or self._all[key].has_ended:
            self.end(key)
            return
        self._lost[key] = IOLoop.current().call_later(self._seconds, self.end, key)
        if len(self._lost) > self._most_lost:
            self.end(next(iter(self._lost)))

    def end(self, key: str) -> None:
        """End the widget of a key."""
        self.find(key)
        if widget := self._all.pop(key, None):
            widget.end()
