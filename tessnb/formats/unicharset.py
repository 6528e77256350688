"""The unicharset: the numbered list of the characters, graphemes and special codes that a model knows.

Source: ``src/ccutil/unicharset.h`` and ``unicharset.cpp``. What is derived from it (scripts' statistics,
properties of other texts, merging) is `tessnb.charset.unicharset`'s.
"""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterator

from tessnb.errors import CharsetError, FormatError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats._unicharset_text import (
    NULL_SCRIPT,
    UnicharEntry,
    format_entry,
    parse_entry,
    split_lines,
)

__all__ = [
    "CUSTOM_LIGATURES",
    "NULL_SCRIPT",
    "SPECIAL_CODES",
    "UNICHAR_BROKEN",
    "UNICHAR_JOINED",
    "UNICHAR_LEN",
    "UNICHAR_SPACE",
    "UnicharEntry",
    "Unicharset",
    "cleanup",
    "fragment_base",
]

#: Unichars that a file can announce.
_MOST = 2**31 - 1
#: The most bytes of UTF-8 that one unichar can have.
UNICHAR_LEN = 30
UNICHAR_SPACE, UNICHAR_JOINED, UNICHAR_BROKEN = range(3)
#: What a new unicharset begins with: the space, and two codes of the legacy engine.
SPECIAL_CODES = (" ", "Joined", "|Broken|0|1")
#: Ligatures without a code point of their own, and the private code points that stand for them.
CUSTOM_LIGATURES = {"ct": "\ue003", "ſh": "\ue006", "ſi": "\ue007", "ſl": "\ue008", "ſſ": "\ue009"}
_CLEANUP = re.compile("[\u0640\ufb01\ufb02]")
_CLEANED = {"\u0640": "", "\ufb01": "fi", "\ufb02": "fl"}
_SIZE = re.compile(rb"[ \t\n\v\f\r]*([+-]?[0-9]+)")
_FRAGMENT = re.compile(r"\|([^|]+)\|(\s*[+-]?[0-9]+)?([|n])(\s*[+-]?[0-9]+)?", re.ASCII)


def cleanup(text: str) -> str:
    """Take out what belongs into rendered text only: kashidas go, the ligatures fi and fl become letters."""
    return _CLEANUP.sub(lambda found: _CLEANED[found[0]], text)


def _match_fragment(unichar: str) -> re.Match[str] | None:
    found = _FRAGMENT.fullmatch(unichar)
    if found is None or len(_encode(unichar)) < 6 or len(_encode(found[1])) > UNICHAR_LEN:
        return None
    return found


def fragment_base(unichar: str) -> str | None:
    """Return the text that a fragment (``|a|0|2``) is a piece of, or None for a whole unichar.

    Source: ``CHAR_FRAGMENT::parse_from_string``.
    """
    found = _match_fragment(unichar)
    return found[1] if found else None


def _fragment_name(unichar: str) -> str | None:
    """Return how a fragment is named in comments: by its base alone if it is the only piece."""
    found = _match_fragment(unichar)
    if found is None:
        return None
    position, total = int(found[2] or 0), int(found[4] or 0)
    return found[1] if total == 1 else f"|{found[1]}|{position}{found[3]}{total}"


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _parse(data: bytes, name: str) -> list[UnicharEntry]:
    lines = split_lines(data)
    size = _SIZE.match(lines[0]) if lines else None
    if size is None:
        found = repr(lines[0][:40]) if lines else "nothing"
        raise FormatError(
            "not a unicharset", where=f"{name} line 1", found=found, expected="the number of unichars"
        )
    count = int(size[1][:20])
    if not 0 <= count <= _MOST:
        raise FormatError(
            "impossible number of unichars", where=f"{name} line 1", found=count, expected=f"0 to {_MOST}"
        )
    entries = []
    for number, line in enumerate(lines[1 : count + 1], 2):
        entry = parse_entry(line, number - 2, count)
        if entry is None:
            raise FormatError(
                "not a line of a unicharset",
                where=f"{name} line {number}",
                found=repr(line[:40]),
                expected="a unichar and its properties in base 16",
            )
        if len(_encode(entry.unichar)) > UNICHAR_LEN:
            where = f"{name} line {number}"
            raise FormatError(
                "unichar too long",
                where=where,
                found=repr(entry.unichar),
                expected=f"at most {UNICHAR_LEN} bytes",
            )
        entries.append(entry)
    if len(entries) < count:
        raise FormatError(
            "truncated unicharset", where=name, found=f"{len(entries)} unichars", expected=f"{count}"
        )
    return entries


class Unicharset:
    """A unicharset: `entries` by id, and the id of each unichar.

    Parameters
    ----------
    special_codes : bool
        Begin with the three special codes, as the reference's constructor does.

    Attributes
    ----------
    entries : list of UnicharEntry
        Change the fields of an entry freely; add entries by `insert` only.
    scripts : list of str
        The script table in the order of appearance; ``"NULL"`` is its first.
    """

    def __init__(self, *, special_codes: bool = True) -> None:
        self.entries: list[UnicharEntry] = []
        self._scripts: dict[str, None] = {}
        self._ids: dict[str, int] = {}
        self._longest = 1
        self._old_style = False
        self._source: bytes | None = None
        if special_codes:
            for unichar in SPECIAL_CODES:
                self.insert(unichar)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[str]:
        return (entry.unichar for entry in self.entries)

    def __contains__(self, unichar: str) -> bool:
        return self.find(unichar) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unicharset) and self.entries == other.entries

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Unicharset of {len(self)} unichars>"

    # Ids and texts.

    def find(self, unichar: str) -> int | None:
        """Return the id of a unichar (cleaned up first), or None."""
        return self._ids.get(unichar if self._old_style else cleanup(unichar))

    def id_of(self, unichar: str) -> int:
        """Return the id of a unichar.

        Raises
        ------
        CharsetError
            If the unicharset lacks it.
        """
        found = self.find(unichar)
        if found is None:
            codes = " ".join(f"U+{ord(character):04X}" for character in unichar)
            raise CharsetError(f"no unichar {unichar!r} ({codes}) in a unicharset of {len(self)}")
        return found

    def unichar_of(self, unichar_id: int) -> str:
        """Return the text of an id.

        Raises
        ------
        CharsetError
            If there is no such id.
        """
        if not 0 <= unichar_id < len(self.entries):
            raise CharsetError("no such unichar id", found=unichar_id, expected=f"0 to {len(self) - 1}")
        return self.entries[unichar_id].unichar

    def normed_of(self, unichar_id: int) -> str:
        """Return the normalized text of an id; id 0 always means the space."""
        return " " if unichar_id == UNICHAR_SPACE else self.entries[unichar_id].normed

    @property
    def has_special_codes(self) -> bool:
        """Whether ids 0 to 2 are the special codes; otherwise they are ordinary unichars."""
        return (
            len(self) > UNICHAR_BROKEN
            and self.entries[UNICHAR_BROKEN].unichar == SPECIAL_CODES[UNICHAR_BROKEN]
        )

    @property
    def scripts(self) -> list[str]:
        for entry in self.entries:
            self._scripts.setdefault(entry.script)
        return list(self._scripts)

    def add_script(self, name: str) -> None:
        """Add a script to the table, if it is new."""
        self._scripts.setdefault(name)

    def encode(self, text: str, *, partial: bool = False) -> tuple[list[int | None], list[str], int]:
        """Cut `text` into unichars, each as short as lets the rest be cut too.

        Parameters
        ----------
        text : str
            Already cleaned up (`cleanup`).
        partial : bool
            Go on behind a character that does not fit, with None in its place.

        Returns
        -------
        ids : list of int or None
        pieces : list of str
            The text of each id.
        encoded : int
            How many characters of `text` were used: all of them on success, or if `partial`.

        Notes
        -----
        Source: ``UNICHARSET::encode_string``. Of the cuts that reach furthest, the first in the order of
        shortest pieces wins, as in the original's depth-first search; places that were tried are not
        tried again, which changes the time and not the result.
        """
        ids: list[int | None] = []
        pieces: list[str] = []
        position = 0
        while position < len(text):
            path = self._longest_path(text, position)
            for length in path:
                piece = text[position : position + length]
                ids.append(self._ids[piece])
                pieces.append(piece)
                position += length
            if position < len(text):
                if not partial:
                    break
                ids.append(None)
                pieces.append(text[position])
                position += 1
        return ids, pieces, position

    def _longest_path(self, text: str, start: int) -> list[int]:
        """Return the lengths of the pieces of the first cut that reaches furthest from `start`."""
        ids, longest = self._ids, self._longest
        path: list[int] = []
        best: list[int] = []
        furthest = position = start
        visited = {start}
        length = 0
        while True:
            if position > furthest:
                furthest, best = position, path.copy()
                if furthest == len(text):
                    return best
            while True:
                length += 1
                end = position + length
                if length > longest or end > len(text):
                    if not path:
                        return best
                    length = path.pop()
                    position -= length
                elif end not in visited and text[position:end] in ids:
                    visited.add(end)
                    path.append(length)
                    position, length = end, 0
                    break

    # Building.

    def insert(self, unichar: str, *, old_style: bool = False) -> int | None:
        """Add a unichar, unless it is there or can be composed of shorter ones.

        Parameters
        ----------
        unichar : str
            At most 30 bytes of UTF-8; what is longer is cut there and gets no id to be found by.
        old_style : bool
            Take it as it is, without cleaning up or composing; from then on the unicharset never does.

        Returns
        -------
        int or None
            The new id; None where nothing was added.
        """
        self._old_style |= old_style
        text = unichar if self._old_style else cleanup(unichar)
        if not text or text in self._ids:
            return None
        if not self._old_style and self.encode(text)[2] == len(text):
            return None
        data = _encode(text)
        if len(data) > UNICHAR_LEN:
            self.entries.append(UnicharEntry(data[:UNICHAR_LEN].decode("utf-8", "surrogateescape")))
            return len(self) - 1
        entry = UnicharEntry(text)
        self.add_script(NULL_SCRIPT)
        base = fragment_base(text)
        if base is not None and (whole := self.find(base)) is not None:
            entry.script = self.entries[whole].script
        self._longest = max(self._longest, len(text))
        self._ids[text] = len(self.entries)
        self.entries.append(entry)
        return len(self) - 1

    def insert_compatible(self, unichar: str) -> int | None:
        """Add a unichar from a file, even one that would be cleaned up or composed today."""
        if cleanup(unichar) != unichar:
            return self.insert(unichar, old_style=True)
        added = self.insert(unichar)
        return self.insert(unichar, old_style=True) if added is None else added

    def copy(self) -> Unicharset:
        """Return an independent copy."""
        return copy.deepcopy(self)

    # Bytes.

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "<unicharset>") -> Unicharset:
        """Read a unicharset file of any version.

        Raises
        ------
        FormatError
            With the line's number: a size that is none, too few lines, a line without unichar and
            properties, a unichar twice or too long.
        """
        unicharset = cls(special_codes=False)
        for unichar_id, entry in enumerate(_parse(data, name)):
            insert = unicharset.insert if entry.unichar == " " else unicharset.insert_compatible
            if insert(entry.unichar) is None:
                where = f"{name} line {unichar_id + 2}"
                raise FormatError(
                    "the same unichar twice",
                    where=where,
                    found=repr(entry.unichar),
                    hint="One with white space inside is read up to it: take joiners and viramas before "
                    "white space out of the text, or use --norm_mode 2 or 3",
                )
            unicharset.add_script(entry.script)
            unicharset.entries[unichar_id] = entry
        unicharset._source = bytes(data)
        return unicharset

    def to_bytes(self, *, canonical: bool = False) -> bytes:
        """Return the file: as it was read if nothing has changed since, else in the newest layout.

        Parameters
        ----------
        canonical : bool
            Write the newest layout in any case, as every tool of the reference does.
        """
        if not canonical and self._source is not None and _parse(self._source, "") == self.entries:
            return self._source
        lines = [
            format_entry(entry, index, _fragment_name(entry.unichar))
            for index, entry in enumerate(self.entries)
        ]
        return _encode(f"{len(self)}\n" + "".join(lines))

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Unicharset:
        """Read a unicharset file; see `from_bytes`."""
        return cls.from_bytes(read_bytes(path), str(path))

    def write(self, path: str | os.PathLike[str], *, canonical: bool = False) -> None:
        """Write a unicharset file; see `to_bytes`."""
        write_bytes(path, self.to_bytes(canonical=canonical))
