"""Commands that are heard while a cell runs: they come on the kernel's control channel.

A widget's own messages wait behind the running cell where ipykernel has no subshells (before version 7).
The control channel has a thread of its own in the kernel, which is how an interrupt is heard, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4
from weakref import WeakMethod

from IPython.core.getipython import get_ipython

__all__ = ["listen"]

#: The type of these messages; the front end knows it, too.
_COMMAND = "tessnb_command"

_LISTENERS: dict[str, WeakMethod[Callable[[Mapping[str, Any]], object]]] = {}


def listen(hear: Callable[[Mapping[str, Any]], object]) -> str:
    """Let a method hear what comes for it, in the control channel's thread, for as long as its object lives.

    Parameters
    ----------
    hear : bound method
        Takes the content of a message; must return at once.

    Returns
    -------
    str
        The name to send to; "" where no kernel has such a channel.
    """
    handlers = getattr(getattr(get_ipython(), "kernel", None), "control_handlers", None)
    if handlers is None:
        return ""
    handlers[_COMMAND] = _take
    name = uuid4().hex
    _LISTENERS[name] = WeakMethod(hear, lambda _: _LISTENERS.pop(name, None))
    return name


def _take(stream: object, identity: object, message: Mapping[str, Any]) -> None:
    """Pass a message on; called by the kernel."""
    content = message["content"]
    listener = _LISTENERS.get(content.get("to", ""))
    hear = listener() if listener is not None else None
    if hear is not None:
        hear(content)
