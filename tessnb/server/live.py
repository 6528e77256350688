"""Widgets that live in the server and are looked at through a websocket: ``live/KIND?path=…``.

What a widget shows in a notebook, a viewer of the Lab shows of a file: the same class here, the same drawing
code there, and between them a socket in place of a kernel's comm. Both sides send text: objects with a
``method``.

=========== ============ =====================================================================================
method      from         and with it
=========== ============ =====================================================================================
``open``    the server   ``state``: the traits that are shared; ``key``: a secret; comes once, first
``update``  both         ``state``: those that changed
``custom``  both         ``content``: a message of the widget's own
``problem`` the server   ``message``, ``hint``: what went wrong; before an ``open``, nothing follows
``heard``   both         ``count``: so many messages of those above have come, in all
``again``   the server   ``count``: the same; comes first where a talk goes on
``gone``    the server   nothing: there is no talk of this key that could go on
=========== ============ =====================================================================================

What has binary parts comes as bytes: the length of the text (``uint32``, little-endian), the text, in which
``buffers`` has the lengths of the parts, and the parts.

A connection may break: the widget is then kept for some minutes, with what was not saved. The page goes on
with it through another socket, ``live/KIND?key=…&heard=COUNT``, and both sides say again what the other has
not heard. To close a socket, by code 1000 or 1001 or because of what came through it, ends the widget.
"""

from __future__ import annotations

import json
from contextlib import suppress

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from tessnb.server.base import root_of
from tessnb.server.live_widgets import KINDS, LiveWidget, LiveWidgets
from tessnb.server.talk import Message

__all__ = ["ROUTES"]

#: Bytes of a message from the browser.
_LARGEST_MESSAGE = 1 << 20
#: Codes of sockets that nobody closed: none, none given, broken.
_BROKEN = (None, 1005, 1006)


class LiveSocket(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """A page of the browser that shows a widget."""

    #: What the server's authorizer is asked about: boxes and the like can be saved.
    auth_resource = "contents"
    _widget: LiveWidget | None = None

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
        if kind not in KINDS:
            raise HTTPError(404)
        self._key = self.get_query_argument("key", "")
        if not self._key:
            self._root = root_of(self)
            try:
                self._path = self._root.inside(self.get_query_argument("path"))
            except PermissionError:
                raise HTTPError(404, "There is no such file here") from None
            if not self._all.has_room:
                raise HTTPError(503, "Too many files are open in viewers: close some")
        await super().get(kind)

    def open(self, kind: str) -> None:
        """Make the widget, or go on with the one that there is."""
        super().open(kind)
        if self._key:
            self._go_on(kind)
        else:
            self._widget = LiveWidget(KINDS[kind], self._path, self._root, self.log)
            self._widget.page = self
            self._widget.talk.go_on(self._write)
            self._all.add(self._widget)

    def _go_on(self, kind: str) -> None:
        widget = self._all.find(self._key)
        if widget is None or widget.has_ended or widget.kind is not KINDS[kind]:
            self._write(json.dumps({"method": "gone"}))
            self.close(1000)
            return
        if isinstance(widget.page, LiveSocket):  # it is broken, and has not told so yet
            widget.page.leave()
        self._widget, widget.page = widget, self
        self._write(json.dumps({"method": "again", "count": widget.talk.heard}))
        try:
            widget.talk.go_on(self._write, int(self.get_query_argument("heard", "")))
        except ValueError:
            self.close(1003, "this cannot have been heard")

    def leave(self) -> None:
        """Another page shows the widget now."""
        self._widget = None
        self.close()

    def on_message(self, message: str | bytes) -> None:
        """Let the widget take a message, after those before it."""
        widget = self._widget
        if widget is None:
            return
        try:
            data = json.loads(message)
            method = data["method"]
            if method == "heard":
                widget.talk.confirm(int(data["count"]))
                return
            known = method in ("custom", "update") and isinstance(
                data["content" if method == "custom" else "state"], dict
            )
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            known = False
        if not known:
            self.close(1003, "not a message")
        elif widget.is_busy:
            self.close(1008, "too many messages")
        else:
            widget.talk.heard += 1
            self._write(json.dumps({"method": "heard", "count": widget.talk.heard}))
            widget.take(data)

    def on_close(self) -> None:
        """Keep the widget for a while if the connection broke; end it if it was closed."""
        super().on_close()
        widget = self._widget
        if widget is None:
            return
        widget.page = None
        widget.talk.pause()
        if self.close_code in _BROKEN:
            self._all.lose(widget.key)
        else:
            self._all.end(widget.key)

    @property
    def _all(self) -> LiveWidgets:
        if "tessnb_live" not in self.settings:
            self.settings["tessnb_live"] = LiveWidgets()
        found: LiveWidgets = self.settings["tessnb_live"]
        return found

    def _write(self, message: Message) -> None:
        with suppress(WebSocketClosedError):
            sent = self.write_message(message, isinstance(message, bytes))
            sent.add_done_callback(lambda done: done.exception())  # the same


ROUTES = ((r"live/(\w+)", LiveSocket),)
