"""Fonts on this machine: what their files say of themselves.

Source: fontconfig's ``fcfreetype.c`` (``FcFreeTypeQueryFaceInternal``), whose reading decides by which name
the reference finds a font.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from tessnb.errors import InputError
from tessnb.synthesis.characters import is_whitespace, is_zero_width
from tessnb.synthesis.fontnames import Description, describe

__all__ = ["Font", "font_folders", "fonts_of_file", "installed_fonts"]

_SUFFIXES = frozenset([".ttf", ".otf", ".ttc", ".otc"])
_SFNT_TAGS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
#: Platforms and names in the order in which fontconfig prefers them.
_PLATFORMS = (3, 0, 1, 2)
_FAMILY_IDS, _FULL_IDS, _STYLE_IDS, _POSTSCRIPT_ID = (21, 16, 1), (18, 4), (22, 17, 2), 6
_STYLE_SLANTS = (("italic", "italic"), ("kursiv", "italic"), ("oblique", "oblique"))


@dataclass(frozen=True)
class Font:
    """A face of a font file.

    Attributes
    ----------
    path : str
    index : int
        The face in a collection; the upper 16 bits, less one, the named instance of a variable font.
    families, styles, full_names : tuple of str
        As in the file, most preferred first.
    postscript_name : str
    weight : int
        100 to 1000; 400 is normal, 700 bold.
    slant : str
        ``roman``, ``italic`` or ``oblique``.
    width : int
        1 to 9; 5 is normal, 3 condensed.
    version : int
        The file's revision, 16.16 fixed point.
    """

    path: str
    index: int
    families: tuple[str, ...]
    styles: tuple[str, ...]
    full_names: tuple[str, ...]
    postscript_name: str
    weight: int
    slant: str
    width: int
    version: int

    @property
    def family(self) -> str:
        """The preferred family name."""
        return self.families[0]

    @property
    def style(self) -> str:
        """The preferred style name."""
        return self.styles[0]

    @property
    def description(self) -> Description:
        """Family and style."""
        return Description(self.family, self.weight, self.slant, self.width)

    @property
    def name(self) -> str:
        """Pango's name, as ``text2image --list_available_fonts`` prints it and ``--font`` takes it."""
        return describe(self.description)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the font: Pango's, full names, PostScript's, and families with their styles."""
        combined = (f"{family} {style}" for family in self.families for style in self.styles)
        others = (
            describe(Description(family, self.weight, self.slant, self.width)) for family in self.families[1:]
        )
        every = [self.name, *self.full_names, self.postscript_name, *others, *combined]
        return tuple(dict.fromkeys(filter(None, every)))

    @property
    def characters(self) -> frozenset[int]:
        """The code points that the font has glyphs for."""
        return _characters(self.path, self.index & 0xFFFF)

    def missing(self, text: Iterable[str]) -> set[str]:
        """Return the characters of `text` that the font cannot draw; white space does not count."""
        return {
            char
            for char in set(text)
            if ord(char) not in self.characters and not is_whitespace(char) and not is_zero_width(char)
        }

    def covers(self, text: Iterable[str]) -> bool:
        """Return whether the font has every character of `text`."""
        return not self.missing(text)

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=256)
def _characters(path: str, index: int) -> frozenset[int]:
    face = hb.Face(hb.Blob.from_file_path(path), index)
    return frozenset(face.unicodes)


def font_folders() -> list[Path]:
    """Return the folders in which this system keeps its fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        folders = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    elif sys.platform == "win32":
        folders = [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
        folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts"]
    return [folder for folder in folders if folder.is_dir()]


def installed_fonts(folder: str | os.PathLike[str] | None = None) -> list[Font]:
    """Return all fonts below a folder, or all of the system's, sorted by name.

    Of fonts that describe themselves alike only the one with the highest version is kept.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    folders = font_folders()
    if folder is not None and os.fspath(folder):
        folders = [Path(folder)]
        if not folders[0].is_dir():
            raise InputError("no such folder", where=str(folder), expected="a folder with font files")
    best: dict[Any, Font] = {}
    for path in sorted(_font_files(folders)):
        for font in fonts_of_file(path):
            key = font.families, font.styles, font.weight, font.slant, font.width
            if key not in best or font.version > best[key].version:
                best[key] = font
    return sorted(best.values(), key=lambda font: (font.name, font.path))


def _font_files(folders: Iterable[Path]) -> Iterator[str]:
    for folder in folders:
        for root, _, files in os.walk(folder, followlinks=True):
            for file in files:
                if os.path.splitext(file)[1].lower() in _SUFFIXES:
                    yield os.path.join(root, file)


def fonts_of_file(path: str | os.PathLike[str]) -> list[Font]:
    """Return the fonts of a file: its faces, and the named instances of variable ones.

    A file that is not an OpenType font gives none.
    """
    name = os.path.realpath(path)
    stamp = os.stat(name)
    return list(_fonts_of_file(name, stamp.st_mtime_ns, stamp.st_size))


@lru_cache(maxsize=8192)
def _fonts_of_file(path: str, stamp: int, size: int) -> tuple[Font, ...]:
    try:
        with open(path, "rb") as file:
            if file.read(4) not in _SFNT_TAGS:
                return ()
        blob = hb.Blob.from_file_path(path)
        return tuple(font for index in range(hb.Face(blob).count) for font in _faces(path, blob, index))
    except (OSError, struct.error, hb.HarfBuzzError):
        return ()


def _faces(path: str, blob: Any, index: int) -> Iterator[Font]:
    face = hb.Face(blob, index)
    names = _Names(bytes(face.reference_table("name").data))
    os2, head = bytes(face.reference_table("OS/2").data), bytes(face.reference_table("head").data)
    families = names.get(_FAMILY_IDS) or (Path(path).stem,)
    styles = names.get(_STYLE_IDS) or ("Regular",)
    full_names = names.get(_FULL_IDS) or (f"{families[0]} {styles[0]}",)
    postscript = (names.get((_POSTSCRIPT_ID,)) or (full_names[0].replace(" ", ""),))[0]
    weight, width = struct.unpack_from(">HH", os2, 4) if len(os2) >= 78 else (400, 5)
    mac_style = struct.unpack_from(">H", head, 44)[0] if len(head) >= 46 else 0
    selection = struct.unpack_from(">H", os2, 62)[0] if len(os2) >= 78 else mac_style >> 1
    version = struct.unpack_from(">i", head, 4)[0] if len(head) >= 8 else 0

    def font(styles: tuple[str, ...], full_names: tuple[str, ...], weight: int, instance: int = 0) -> Font:
        slant = _slant(styles, bool(selection & 1))
        width_class = width if 1 <= width <= 9 else 5
        weight_class = min(max(weight, 100), 1000)
        return Font(
            path,
            index | instance << 16,
            families,
            styles,
            full_names,
            postscript,
            weight_class,
            slant,
            width_class,
            version,
        )

    if not face.axis_infos:
        yield font(styles, full_names, weight)
        return
    axes = [axis.tag for axis in face.axis_infos]
    for number, instance in enumerate(face.named_instances, 1):
        style = names.get((instance.subfamily_name_id,)) or styles
        place = axes.index("wght") if "wght" in axes else None
        own = round(instance.design_coords[place]) if place is not None else weight
        yield font(style, (f"{families[0]} {style[0]}",), own, number)


def _slant(styles: tuple[str, ...], italic: bool) -> str:
    for style in styles:
        for word, slant in _STYLE_SLANTS:
            if word in style.casefold():
                return slant
    return "italic" if italic else "roman"


class _Names:
    """The strings of a ``name`` table, English first."""

    def __init__(self, table: bytes) -> None:
        self._found: dict[tuple[int, int], list[tuple[Any, str]]] = {}
        if len(table) < 6:
            return
        _, count, storage = struct.unpack_from(">HHH", table)
        for number in range(min(count, (len(table) - 6) // 12)):
            platform, encoding, language, name, length, offset = struct.unpack_from(
                ">6H", table, 6 + 12 * number
            )
            raw = table[storage + offset : storage + offset + length]
            codec = "mac_roman" if platform == 1 else "utf-16-be"
            if platform == 1 and encoding != 0:
                continue
            text = raw.decode(codec, "ignore").strip(" \0")
            english = language == (0x409 if platform == 3 else 0)
            order = (encoding, not english, language, number)
            if text:
                self._found.setdefault((platform, name), []).append((order, text))

    def get(self, ids: Iterable[int]) -> tuple[str, ...]:
        """Return the strings with the given name ids, without repetition, in fontconfig's order."""
        ids = tuple(ids)
        found = [
            text
            for platform in _PLATFORMS
            for name in ids
            for _, text in sorted(self._found.get((platform, name), []))
        ]
        return tuple(dict.fromkeys(found))
