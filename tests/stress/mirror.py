"""What a widget's state is, told in a few characters, on both sides of the wire."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["digests", "digests_here"]


def digests(
    state: Mapping[str, Any], buffer_paths: Sequence[Sequence[Any]], buffers: Sequence[Any]
) -> dict[str, str]:
    """Return a digest for every value of a state as it is sent: values, where bytes belong, and the bytes."""
    found = {}
    parts = [(list(path), bytes(data)) for path, data in zip(buffer_paths, buffers, strict=True)]
    for key in {*state, *(path[0] for path, _ in parts)}:
        digest = hashlib.sha1(json.dumps(state.get(key), sort_keys=True).encode())
        for path, data in sorted((json.dumps(path), data) for path, data in parts if path[0] == key):
            digest.update(path.encode() + data)
        found[key] = digest.hexdigest()[:12]
    return found


def digests_here() -> dict[str, dict[str, str]]:
    """Return those of all widgets of this process."""
    from ipywidgets.widgets.widget import _instances, _remove_buffers

    found = {}
    for name, widget in list(_instances.items()):
        state, paths, buffers = _remove_buffers(widget.get_state())
        found[name] = digests(state, paths, buffers)
    return found
