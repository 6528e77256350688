"""The exception tree: every error that tessnb raises on bad input derives from `TessnbError`.

A message says where the trouble is, what was found, what was expected, and what to do.
"""

from __future__ import annotations

import re

__all__ = [
    "CharsetError",
    "FlagError",
    "FormatError",
    "InputError",
    "SpecError",
    "TessnbError",
    "UnsupportedError",
    "sentence_of",
    "visible",
]

#: What a terminal obeys instead of showing it: control characters but tab and line feed, bytes that are no
#: UTF-8, and characters that turn the direction of what follows.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """Return a text in which what a terminal would obey is written out, as Python writes it."""
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


class TessnbError(Exception):
    """The root of all errors of this package.

    Parameters
    ----------
    message : str
        What went wrong, in one sentence without its full stop.
    where : str, optional
        The file, field, offset or flag concerned.
    found : object, optional
        What was there.
    expected : object, optional
        What should have been there.
    hint : str, optional
        What to do about it.

    Notes
    -----
    Names and texts of files may be anybody's: in the error's own text they are `visible`.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        found: object = None,
        expected: object = None,
        hint: str | None = None,
    ) -> None:
        self.message, self.where, self.found, self.expected, self.hint = message, where, found, expected, hint
        text = message
        if where:
            line = where.replace("\n", r"\n")
            text = f"{line}: {message}"
        if found is not None:
            text += f"; found {found}"
        if expected is not None:
            text += f"; expected {expected}"
        if hint:
            text += f". {hint}"
        super().__init__(visible(text))


class FormatError(TessnbError, ValueError):
    """Bytes that are not what their format says (wrong magic, truncated, impossible size)."""


class UnsupportedError(FormatError):
    """A valid file that uses something this package does not read (for example a TensorFlow network)."""


class InputError(TessnbError, ValueError):
    """Input of the user's that cannot be used: a missing file, an empty list, an impossible option."""


class SpecError(InputError):
    """A VGSL network specification that does not parse or cannot be built.

    Attributes
    ----------
    span : tuple of int or None
        Where the token concerned begins and ends in the specification.
    """

    span: tuple[int, int] | None = None


class CharsetError(InputError):
    """Text that a character set cannot encode, or a character set that is inconsistent."""


class FlagError(InputError):
    """A command-line flag that does not exist or has a value of the wrong kind."""


def sentence_of(error: BaseException) -> str:
    """Return what an error says; one that is not of this package also says of which kind it is."""
    return str(error) if isinstance(error, TessnbError) else f"{type(error).__name__}: {error}"
