"""Words in Thai, which has no spaces between them, as Pango finds them: with libthai, where it is installed.

Source: Pango's ``break-thai.c``; ``thai/thbrk.h``.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from typing import Any

import icu

__all__ = ["thai_breaks"]

_LIBRARIES = ("libthai.so.0", "libthai.0.dylib")
_LOCK = threading.Lock()
_UNKNOWN = 0xFF
_FIRST, _LAST, _SHIFT = 0x0E01, 0x0E5B, 0x0E01 - 0xA1


@cache
def _libthai() -> Any:
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
            library.th_brk_new.restype = ctypes.c_void_p
            breaker = library.th_brk_new(None)
        except (OSError, AttributeError):
            continue
        if breaker:
            return library, ctypes.c_void_p(breaker)
    return None


def _tis620(char: str) -> int:
    code = ord(char)
    if code < 0x80:
        return code
    return code - _SHIFT if _FIRST <= code <= _LAST else _UNKNOWN


def thai_breaks(text: str) -> list[int]:
    """Return the offsets inside a Thai text at which a line may be broken.

    Without libthai they are those of ICU's dictionary, which knows other words here and there.
    """
    library = _libthai()
    if library is None:
        iterator = icu.BreakIterator.createLineInstance(icu.Locale("th"))
        iterator.setText(text)
        return [int(position) for position in iterator][:-1]
    functions, breaker = library
    room = len(text) + 1
    places = (ctypes.c_int * room)()
    with _LOCK:
        count = functions.th_brk_find_breaks(
            breaker, bytes(map(_tis620, text)) + b"\0", places, ctypes.c_size_t(room)
        )
    return list(places[:count])
