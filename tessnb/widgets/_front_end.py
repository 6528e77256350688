"""What draws a widget in the browser: a script and a style, bundled from ``labextension/src/widgets``."""

from __future__ import annotations

from pathlib import Path

from tessnb.errors import InputError
from tessnb.widgets._look import STYLE

__all__ = ["script", "style"]

_STATIC = Path(__file__).parent / "static"


def script(name: str) -> str:
    """Return a widget's script (an ECMAScript module), for ``_esm``.

    Raises
    ------
    InputError
        If it was never bundled, which happens only in a source tree that was not installed.
    """
    return _read(f"{name}.js")


def style(name: str) -> str:
    """Return the style that all widgets share and a widget's own after it, for ``_css``.

    Raises
    ------
    InputError
        If it was never bundled.
    """
    shared = STYLE.removeprefix("<style>").removesuffix("</style>")
    return shared + _read(f"{name}.css")


def _read(name: str) -> str:
    try:
        return (_STATIC / name).read_text("utf-8")
    except FileNotFoundError as error:
        raise InputError(
            "a part of a widget's front end is missing",
            where=str(_STATIC / name),
            expected="a file that is made when the package is built",
            hint="run `make install`",
        ) from error
