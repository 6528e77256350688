"""Widgets that live in the server and are looked at through a websocket: ``live/KIND?path=…``.

What a widget shows in a notebook, a viewer of the Lab shows of a file: the same class here, the same drawing
code there, and between them a socket in place of a kernel's comm. Both sides send text: objects with a
``method``.

=========== ============ =====================================================================================
method      from         and with it
=========== ============ =====================================================================================
``open``    the server   ``state``: the traits that are shared; comes once, first
``update``  both         ``state``: those that changed
``custom``  both         ``content``: a message of the widget's own
``problem`` the server   ``message``, ``hint``: what went wrong; before an ``open``, nothing follows
=========== ============ =====================================================================================

What has binary parts comes as bytes: the length of the text (``uint32``, little-endian), the text, in which
``buffers`` has the lengths of the parts, and the parts.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.jsonutil import json_clean
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import ensure_async
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from tessnb.errors import InputError, TessnbError
from tessnb.server.base import Root, root_of

__all__ = ["KINDS", "ROUTES", "Kind"]

#: Widgets at a time, of all who are logged in.
_MOST_OPEN = 64
#: Bytes of a message from the browser; messages that wait to be taken; bytes that wait to be sent.
_LARGEST_MESSAGE, _MOST_WAITING, _MOST_UNSENT = 1 << 20, 500, 1 << 27


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


class Wire:
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


class LiveSocket(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """A widget for one page of the browser, for as long as the socket is open.

    Everything that the widget does, from being made to being closed, it does on a thread of its own, in the
    order of the messages; what it sends is handed to the event loop.
    """

    #: What the server's authorizer is asked about: boxes and the like can be saved.
    auth_resource = "contents"

    @property
    def max_message_size(self) -> int:
        return _LARGEST_MESSAGE

    async def get(self, kind: str) -> None:
        """Let in who may, from a page of this server; `WebSocketHandler` looks at the origin."""
        if self.current_user is None:
            raise HTTPError(403)
        if not await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "write", self.auth_resource)
        ):
            raise HTTPError(403)
        self._root = root_of(self)
        try:
            self._path = self._root.inside(self.get_query_argument("path"))
        except PermissionError:
            raise HTTPError(404, "There is no such file here") from None
        if kind not in KINDS:
            raise HTTPError(404)
        if len(self._all) >= _MOST_OPEN:
            raise HTTPError(503, "Too many files are open in viewers: close some")
        await super().get(kind)

    def open(self, kind: str) -> None:
        """Make the widget."""
        super().open(kind)
        self._kind = KINDS[kind]
        self._loop = IOLoop.current()
        self._thread = ThreadPoolExecutor(1, "tessnb-live")
        self._waiting, self._unsent = 0, 0
        self._widget: Any = None
        self._all.add(self)
        self._soon(self._make)

    def on_message(self, message: str | bytes) -> None:
        """Let the widget take a message, after those before it."""
        if self._waiting >= _MOST_WAITING:
            self.close(1008, "too many messages")
            return
        try:
            data = json.loads(message)
            method = data["method"]
            known = method in ("custom", "update") and isinstance(
                data["content" if method == "custom" else "state"], dict
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            known = False
        if known:
            self._soon(self._take, data)
        else:
            self.close(1003, "not a message")

    def on_close(self) -> None:
        """Close the widget when it has done what it is at."""
        super().on_close()
        self._all.discard(self)
        if thread := getattr(self, "_thread", None):
            thread.submit(self._end)
            thread.shutdown(wait=False)

    @property
    def _all(self) -> set[LiveSocket]:
        found: set[LiveSocket] = self.settings.setdefault("tessnb_live", set())
        return found

    def _soon(self, work: Callable[..., None], *arguments: Any) -> None:
        self._waiting += 1
        self._thread.submit(self._careful, work, *arguments)

    # What follows runs on the widget's thread.

    def _careful(self, work: Callable[..., None], *arguments: Any) -> None:
        """Do something unless nobody looks any more, and tell what goes wrong."""
        self._loop.add_callback(self._count)
        if self not in self._all:
            return
        try:
            work(*arguments)
        except TessnbError as error:
            self._problem(str(error).removesuffix(f". {error.hint}"), error.hint or "")
        except Exception as error:
            self.log.exception("a viewer of %s failed", self._path.name)
            self._problem(f"Something unforeseen went wrong: {type(error).__name__}", "")

    def _make(self) -> None:
        widget = self._kind.make(self._path, self._root)
        wire = Wire(widget.comm.comm_id, self._give)
        widget.comm.close()
        widget.comm = self._wire = wire
        self._widget = widget
        self._send({"method": "open", "state": self._state()})

    def _take(self, data: Mapping[str, Any]) -> None:
        if self._widget is None:
            return
        if data["method"] == "custom":
            self._wire.receive({"method": "custom", "content": data["content"]})
            return
        state = {name: value for name, value in data["state"].items() if name in self._kind.traits}
        try:
            self._widget.set_state(state)
        except Exception as error:  # whatever a trait says to it
            self._send({"method": "update", "state": self._state()})
            self._problem(str(error), "")

    def _end(self) -> None:
        if self._widget is not None:
            self._widget.layout.close()
            self._widget.close()

    def _state(self) -> dict[str, Any]:
        return {name: getattr(self._widget, name) for name in self._kind.traits}

    # What follows runs on any thread.

    def _problem(self, message: str, hint: str) -> None:
        prefix = f"{self._root.folder}{os.sep}"
        told = {"message": message.replace(prefix, ""), "hint": hint.replace(prefix, "")}
        self._send({"method": "problem", **told})

    def _give(self, data: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        """Send what the browser is to know of what a widget sends."""
        if data.get("method") == "custom":
            self._send(data, buffers)
        elif data.get("method") == "update":
            state = {name: value for name, value in data["state"].items() if name in self._kind.traits}
            if state:
                self._send({"method": "update", "state": state})

    def _send(self, data: Mapping[str, Any], buffers: Sequence[Any] = ()) -> None:
        self._loop.add_callback(self._write, pack(data, buffers))

    # What follows runs on the event loop.

    def _count(self) -> None:
        self._waiting -= 1

    async def _write(self, message: str | bytes) -> None:
        if self._unsent > _MOST_UNSENT:
            self.close(1008, "nobody takes what is sent")
            return
        self._unsent += len(message)
        try:
            await self.write_message(message, isinstance(message, bytes))
        except WebSocketClosedError:
            pass
        finally:
            self._unsent -= len(message)


ROUTES = ((r"live/(\w+)", LiveSocket),)
