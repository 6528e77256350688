"""How tall and wide unichars are drawn: measured in fonts, for those whom no script directory serves.

The scale is that of langdata's ``Latin.unicharset`` and its like: the baseline lies at 64 and the x-height
line at 192, so 128 units are an x-height. Letters of scripts that hang from a headline, or are otherwise of
one height, stand there from 64 to 192 in every font, whatever its own baseline. Bottoms and tops are the
ranges over all fonts, cut to 0 … 255. The three pairs of figures that follow them are named mean and
deviation in the program, but the files hold the smallest and the largest width, bearing and advance over the
fonts; so do ours.

Source: ``src/ccutil/unicharset.h``, langdata_lstm's ``*.unicharset``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from statistics import median
from typing import Any, NamedTuple, Protocol

import uharfbuzz as hb

from tessnb.charset.graphemes import Report
from tessnb.errors import InputError
from tessnb.formats._istream import to_float32
from tessnb.formats.unicharset import CUSTOM_LIGATURES, SPECIAL_CODES, UnicharEntry, Unicharset

__all__ = ["BASELINE", "X_HEIGHT", "HasFace", "measure_unichars"]

BASELINE, X_HEIGHT = 64, 128
"""Where the baseline lies, and how far above it the x-height line, in a unicharset's units."""

_HIGHEST = 255
#: Scripts whose letters mostly have one height, which langdata takes for the x-height; others go by the x.
_OWN_HEIGHT = frozenset([
    "Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Khmer", "Lao", "Malayalam", "Oriya", "Sinhala",
    "Tamil", "Thai",
])  # fmt: skip
_LIGATURES = {private: text for text, private in CUSTOM_LIGATURES.items()}


class HasFace(Protocol):
    """Whatever names a face of a font file, such as a `Font`."""

    @property
    def path(self) -> str: ...

    @property
    def index(self) -> int: ...


class _Size(NamedTuple):
    """A drawn text in font units; y grows upwards from the baseline."""

    bottom: float
    top: float
    width: float
    bearing: float
    advance: float

    def scaled(self, base: float, scale: float) -> _Size:
        """Return the size with `scale` as the unit, and heights counted from `base`."""
        bottom, top = (scale * (level - base) for level in (self.bottom, self.top))
        return _Size(bottom, top, scale * self.width, scale * self.bearing, scale * self.advance)


class _Measurer:
    """One font."""

    def __init__(self, font: HasFace) -> None:
        self._face = hb.Face(hb.Blob.from_file_path(font.path), font.index & 0xFFFF)
        self._font = hb.Font(self._face)
        if font.index >> 16:
            self._font.var_named_instance = (font.index >> 16) - 1
        self.characters = frozenset(self._face.unicodes)

    def measure(self, text: str) -> _Size | None:
        """Return the size of a text drawn in this font; None if it lacks a character or leaves no ink."""
        if not text or any(ord(character) not in self.characters for character in text):
            return None
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.flags = hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE
        hb.shape(self._font, buffer)
        pen, boxes = 0, []
        for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            extents = self._font.get_glyph_extents(glyph.codepoint)
            if extents is not None and extents.width and extents.height:
                left, top = pen + place.x_offset + extents.x_bearing, place.y_offset + extents.y_bearing
                boxes.append((left, top + extents.height, left + extents.width, top))
            pen += place.x_advance
        if not boxes:
            return None
        left, bottom, right, top = (
            choose(box[side] for box in boxes) for side, choose in enumerate((min, min, max, max))
        )
        return _Size(bottom, top, right - left, left, pen)

    @cached_property
    def x_height(self) -> float:
        """The height of an x, or what the font says of it, or half its size."""
        letter = self.measure("x")
        if letter is not None:
            return letter.top
        table = bytes(self._face.reference_table("OS/2").data)
        said = int.from_bytes(table[86:88], "big", signed=True) if len(table) >= 88 else 0
        return said if said > 0 else self._face.upem / 2


def _text_of(entry: UnicharEntry) -> str:
    return _LIGATURES.get(entry.unichar, entry.unichar)


def _wanted(unicharset: Unicharset, *, all_unichars: bool) -> list[UnicharEntry]:
    """Return the unichars to measure: those without a size."""
    entries = unicharset.entries[len(SPECIAL_CODES) if unicharset.has_special_codes else 0 :]
    entries = [entry for entry in entries if entry.unichar.strip()]
    return [entry for entry in entries if all_unichars or entry.width == 0 or entry.advance == 0]


def measure_unichars(
    unicharset: Unicharset,
    fonts: Sequence[HasFace],
    *,
    all_unichars: bool = False,
    report: Report | None = None,
) -> list[str]:
    """Set the sizes of unichars to what fonts draw.

    Parameters
    ----------
    unicharset : Unicharset
        Changed in place: ``min_bottom`` … ``advance_sd`` of unichars that some font can draw.
    fonts : sequence of fonts
        Each with a `path` and an `index`, best those that will be read.
    all_unichars : bool
        Measure unichars that have sizes, too; otherwise those stay as they are.
    report : callable, optional
        Takes a message for each unichar that no font can draw.

    Returns
    -------
    list of str
        The unichars that stay without a size.

    Raises
    ------
    InputError
        If there is no font.

    Notes
    -----
    A unichar is drawn by itself, so letters that join have their isolated form. What measures an x-height
    is the font's x. In scripts whose letters have a common height (Devanagari, Thai, Khmer …) it is that
    height, from where most of the measured letters end below to where most end above; the baseline lies at
    the former.
    """
    if not fonts:
        raise InputError("no fonts to measure characters in", hint="Name at least one font")
    wanted = _wanted(unicharset, all_unichars=all_unichars)
    found: dict[str, list[_Size]] = {}
    for font in fonts:
        measurer = _Measurer(font)
        sizes = {entry.unichar: measurer.measure(_text_of(entry)) for entry in wanted}
        own_lines = _letter_lines(wanted, sizes)
        for entry in wanted:
            size = sizes[entry.unichar]
            if size is not None:
                base, height = own_lines.get(entry.script, (0.0, measurer.x_height))
                found.setdefault(entry.unichar, []).append(size.scaled(base, X_HEIGHT / (height - base)))
    missing = []
    for entry in wanted:
        if entry.unichar in found:
            _set(entry, found[entry.unichar])
        else:
            missing.append(entry.unichar)
            if report is not None:
                report(f"No font has {entry.unichar}: its size stays unknown")
    return missing


def _letter_lines(
    entries: Iterable[UnicharEntry], sizes: Mapping[str, _Size | None]
) -> dict[str, tuple[float, float]]:
    """Return where letters usually begin and end in the scripts that have a height, as a font draws them."""
    letters: dict[str, list[_Size]] = {}
    for entry in entries:
        size = sizes[entry.unichar]
        if size is not None and entry.isalpha and entry.script in _OWN_HEIGHT and size.top > 0:
            letters.setdefault(entry.script, []).append(size)
    return {
        script: (median(size.bottom for size in drawn), median(size.top for size in drawn))
        for script, drawn in letters.items()
    }


def _set(entry: UnicharEntry, scaled: Sequence[_Size]) -> None:
    """Set an entry's sizes to what all fonts make of it."""

    def figures(name: str) -> tuple[float, float]:
        values: list[Any] = [getattr(size, name) for size in scaled]
        return to_float32(float(round(max(min(values), 0)))), to_float32(float(round(max([*values, 0]))))

    def level(values: Iterable[float], choose: Any) -> int:
        return min(max(round(BASELINE + choose(values)), 0), _HIGHEST)

    entry.min_bottom = level([size.bottom for size in scaled], min)
    entry.max_bottom = level([size.bottom for size in scaled], max)
    entry.min_top = level([size.top for size in scaled], min)
    entry.max_top = level([size.top for size in scaled], max)
    entry.width, entry.width_sd = figures("width")
    entry.bearing, entry.bearing_sd = figures("bearing")
    entry.advance, entry.advance_sd = figures("advance")
