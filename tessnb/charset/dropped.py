"""What normalization leaves out of a text, with its code points and the reason.

The tools of the command line print the reference's words for it; here it is data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tessnb.charset.graphemes import GraphemeMode
from tessnb.charset.graphemes.validator import is_virama
from tessnb.charset.normalization import (
    UnicodeForm,
    is_whitespace_only,
    normalize_clean_and_segment,
    unseen_characters,
)
from tessnb.formats.unicharset import UNICHAR_LEN, cleanup

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DroppedText", "dropped_text", "dropped_texts"]

_CODE = re.compile(r"0x([0-9a-f]+)")
#: What to look for where the reference's words name no character.
_UNNAMED = {
    "Invalid pre-virama joiner": re.compile("[\u200c\u200d](?P<virama>.)"),
    "ZWJ after a post-matra virama": re.compile("(?P<virama>.)\u200d"),
    "Virama ZWJ ZWNJ in non-Sinhala": re.compile("(?P<virama>.)\u200d\u200c"),
}


@dataclass(frozen=True)
class DroppedText:
    """Something of a text that does not reach a unicharset as it is.

    Attributes
    ----------
    line : int
        The text's number, from 1.
    text : str
        The text that it is in.
    characters : str
        The characters concerned; empty where the reference does not say which.
    reason : str
        What is wrong with them.
    loss : str
        What it costs: ``"characters"``, or the whole ``"line"``.
    """

    line: int
    text: str
    characters: str
    reason: str
    loss: str

    @property
    def codes(self) -> str:
        """The code points, such as ``"U+0E48 U+0E34"``; ``"<FF>"`` is a byte that is no UTF-8."""
        return " ".join(_code(character) for character in self.characters)

    @property
    def names(self) -> str:
        """The characters' names in Unicode."""
        names = (unicodedata.name(character, "no character") for character in self.characters)
        return ", ".join(name.lower() for name in names)


def _code(character: str) -> str:
    code = ord(character)
    return f"<{code - 0xDC00:02X}>" if 0xDC80 <= code <= 0xDCFF else f"U+{code:04X}"


def dropped_texts(
    texts: Iterable[str],
    mode: GraphemeMode | int = GraphemeMode.COMBINED,
    *,
    form: UnicodeForm = "NFC",
) -> list[DroppedText]:
    """Return what is left out of texts on their way into a unicharset.

    Parameters
    ----------
    texts : iterable of str
        Lines, or the texts of boxes. Of equal ones, the first is looked at.
    mode : GraphemeMode or int
        What is one unichar (``--norm_mode``).
    form : {"NFC", "NFD", "NFKC", "NFKD"}
        The Unicode normalization form.

    Returns
    -------
    list of DroppedText
        In the order of the texts. A line with an invalid grapheme is left out whole, all other losses are
        single characters.

    Examples
    --------
    >>> [found] = dropped_texts(["กิ่ง", "ก่ิง"])
    >>> found.codes, found.reason, found.loss
    ('U+0E48 U+0E34', 'Badly formed Thai', 'line')
    """
    mode = GraphemeMode(mode)
    found: list[DroppedText] = []
    done: set[str] = set()
    for number, text in enumerate(texts, 1):
        if text in done:
            continue
        done.add(text)
        for characters, reason in unseen_characters(text, form):
            found.append(DroppedText(number, text, characters, reason, "characters"))
        messages: list[str] = []
        pieces, valid = normalize_clean_and_segment(text, mode, form=form, report=messages.append)
        # What is cut again after cleaning may be reported twice.
        for message in dict.fromkeys(messages):
            reason, characters = _read(message, text)
            found.append(DroppedText(number, text, characters, reason, "characters" if valid else "line"))
        if valid:
            found.extend(_from_pieces(number, text, pieces))
    return found


def _read(message: str, text: str) -> tuple[str, str]:
    """Split the reference's words into the reason and the characters that they name by code point."""
    for reason, pattern in _UNNAMED.items():
        if message.startswith(reason):
            places = (place[0] for place in pattern.finditer(text) if is_virama(place["virama"]))
            return message.partition(":")[0].rstrip("!"), next(places, "")
    characters = "".join(chr(int(code, 16)) for code in _CODE.findall(message))
    return message.partition(":")[0].rstrip("!"), characters


def _from_pieces(number: int, text: str, pieces: Iterable[str]) -> Iterable[DroppedText]:
    for piece in dict.fromkeys(pieces):
        if is_whitespace_only(piece):
            continue
        if "\u0640" in piece:
            yield DroppedText(
                number, text, "\u0640", "a kashida stretches a word, it is no letter", "characters"
            )
        size = len(cleanup(piece).encode("utf-8", "surrogateescape"))
        if size > UNICHAR_LEN:
            reason = f"a grapheme of {size} bytes; a unichar has at most {UNICHAR_LEN}"
            yield DroppedText(number, text, piece, reason, "characters")


def dropped_text(
    source: str | Iterable[str], norm_mode: GraphemeMode | int = GraphemeMode.COMBINED
) -> pd.DataFrame:
    """Return `dropped_texts` as a table: what of a text a character set will lack, and why.

    Parameters
    ----------
    source : str or iterable of str
        A text, or lines.
    norm_mode : GraphemeMode or int
        What is one character: 1 combined graphemes, 2 split ones, 3 code points (``--norm_mode``).

    Returns
    -------
    DataFrame
        Columns ``line`` (from 1), ``characters``, ``codes``, ``names``, ``reason``, ``loss``, ``text``.
    """
    import pandas as pd

    columns = ["line", "characters", "codes", "names", "reason", "loss", "text"]
    rows = dropped_texts(source.splitlines() if isinstance(source, str) else source, norm_mode)
    return pd.DataFrame([[getattr(row, name) for name in columns] for row in rows], columns=columns)
