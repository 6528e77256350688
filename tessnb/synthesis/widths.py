"""ASCII in its wide forms, which suit vertical lines, and back.

Source: ``stringrenderer.cpp`` (``ConvertBasicLatinToFullwidthLatin``), ``normstrngs.cpp``
(``FullwidthToHalfwidth``).
"""

from __future__ import annotations

__all__ = ["narrowed", "widened"]

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NARROW = {wide: code for code, wide in _WIDE.items()}


def widened(text: str) -> str:
    """Return a text with full-width forms of all visible ASCII characters."""
    return text.translate(_WIDE)


def narrowed(text: str) -> str:
    """Return a text with ASCII characters instead of their full-width forms."""
    return text.translate(_NARROW)
