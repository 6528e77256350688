"""Making unicharsets: from texts, from other unicharsets, and what follows from one as a whole.

Source: ``src/training/unicharset_extractor.cpp``, ``src/ccutil/unicharset.cpp``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from tessnb.charset.graphemes import GraphemeMode, Report
from tessnb.charset.normalization import is_whitespace_only, normalize_clean_and_segment
from tessnb.formats._istream import to_float32
from tessnb.formats.unicharset import (
    UNICHAR_LEN,
    UNICHAR_SPACE,
    UnicharEntry,
    Unicharset,
)

__all__ = [
    "add_texts",
    "append_unicharset",
    "is_major_right_to_left",
    "normed_ids",
    "properties_of",
    "set_properties_from",
]

_KINDS = ("isalpha", "islower", "isupper", "isdigit", "ispunctuation")
_RIGHT_TO_LEFT = {1, 5, 13}  # U_RIGHT_TO_LEFT, U_ARABIC_NUMBER, U_RIGHT_TO_LEFT_ARABIC


def add_texts(
    unicharset: Unicharset,
    texts: Iterable[str],
    mode: GraphemeMode = GraphemeMode.COMBINED,
    report: Report | None = None,
    *,
    cut_at_spaces: bool = False,
) -> None:
    """Add the graphemes of texts to a unicharset, in the order in which they appear.

    Parameters
    ----------
    unicharset : Unicharset
        Changed in place.
    texts : iterable of str
        Lines, or the texts of boxes.
    mode : GraphemeMode
        What is one unichar.
    report : callable, optional
        Takes a message for each thing that is invalid. A text with something invalid is left out whole.
    cut_at_spaces : bool
        Cut graphemes with white space inside (a joiner or virama before it), which a unicharset file cannot
        hold; the reference does not.
    """
    messages: list[str] = []
    texts_done: set[str] = set()
    pieces_done: set[str] = set()
    for text in texts:
        if text in texts_done:
            continue
        pieces, valid = normalize_clean_and_segment(text, mode, report=messages.append)
        if not valid:
            messages.append(f"Normalization failed for string '{text}'")
            pieces = []
        if cut_at_spaces:
            pieces = [part for piece in pieces for part in piece.split() or [piece]]
        for piece in pieces:
            if piece in pieces_done:
                continue
            added = None if is_whitespace_only(piece) else unicharset.insert(piece)
            if added is not None and len(piece.encode("utf-8", "surrogateescape")) > UNICHAR_LEN:
                messages.append(f"Utf8 buffer too big, size>{UNICHAR_LEN} for {piece}")
            else:
                pieces_done.add(piece)
        if not messages:
            texts_done.add(text)
        for message in messages:
            if report is not None:
                report(message)
        messages.clear()


def _expand(entry: UnicharEntry, source: UnicharEntry) -> None:
    """Widen the ranges of `entry` to hold those of `source`; means come from the wider distribution."""
    entry.min_bottom = min(entry.min_bottom, source.min_bottom, source.max_bottom)
    entry.max_bottom = max(entry.max_bottom, source.min_bottom, source.max_bottom)
    entry.min_top = min(entry.min_top, source.min_top, source.max_top)
    entry.max_top = max(entry.max_top, source.min_top, source.max_top)


def _empty_ranges(entry: UnicharEntry) -> None:
    entry.min_bottom, entry.max_bottom, entry.min_top, entry.max_top = 255, 0, 255, 0


def properties_of(unicharset: Unicharset, text: str) -> UnicharEntry | None:
    """Return the properties of any text that a unicharset can encode, by combining those of its unichars.

    Kinds are those of any unichar, ranges hold all of them, script, direction, other case and mirror are the
    first's, bearing, width and advance those of all in a row. Ids are ids of `unicharset`.

    Source: ``UNICHARSET::GetStrProperties``.
    """
    ids, _, used = unicharset.encode(text)
    if used < len(text) or not ids:
        return None
    result = UnicharEntry(text)
    _empty_ranges(result)
    for count, unichar_id in enumerate(ids):
        assert unichar_id is not None
        source = unicharset.entries[unichar_id]
        for kind in _KINDS:
            setattr(result, kind, getattr(result, kind) or getattr(source, kind))
        _expand(result, source)
        bearing = to_float32(result.advance + source.bearing)
        if count == 0 or bearing < result.bearing:
            result.bearing = bearing
            result.bearing_sd = to_float32(result.advance_sd + source.bearing_sd)
        result.advance = to_float32(result.advance + source.advance)
        result.advance_sd = to_float32(result.advance_sd + source.advance_sd)
        result.width, result.width_sd = source.width, source.width_sd
        if count == 0:
            result.script, result.direction = source.script, source.direction
            result.other_case, result.mirror = source.other_case, source.mirror
        result.normed += source.normed
    if len(ids) > 1:
        result.width = to_float32(result.advance - result.bearing)
        result.width_sd = to_float32(result.advance_sd + result.bearing_sd)
    return result


def set_properties_from(unicharset: Unicharset, source: Unicharset, start: int = 0) -> None:
    """Set the properties of all unichars from id `start` on that `source` can encode, alone or in pieces.

    Other case and mirror become ids of `unicharset`, or the unichar's own where it lacks them.
    Source: ``UNICHARSET::PartialSetPropertiesFromOther``.
    """
    for unichar_id in range(start, len(unicharset)):
        entry = unicharset.entries[unichar_id]
        found = properties_of(source, entry.unichar)
        if found is None:
            continue
        unicharset.add_script(found.script)
        other_case = unicharset.find(source.unichar_of(found.other_case))
        mirror = unicharset.find(source.unichar_of(found.mirror))
        unicharset.entries[unichar_id] = dataclasses.replace(
            found,
            other_case=unichar_id if other_case is None else other_case,
            mirror=unichar_id if mirror is None else mirror,
        )


def append_unicharset(unicharset: Unicharset, source: Unicharset) -> None:
    """Add what `source` has more, with its properties; widen the ranges of what both have.

    Source: ``UNICHARSET::AppendOtherUnicharset``.
    """
    start = len(unicharset)
    for entry in source.entries:
        known = unicharset.find(entry.unichar)
        if known is None:
            added = unicharset.insert_compatible(entry.unichar)
            if added is not None:
                _empty_ranges(unicharset.entries[added])
            continue
        target = unicharset.entries[known]
        _expand(target, entry)
        for name in ("width", "bearing", "advance"):
            if getattr(entry, f"{name}_sd") > getattr(target, f"{name}_sd"):
                setattr(target, name, getattr(entry, name))
                setattr(target, f"{name}_sd", getattr(entry, f"{name}_sd"))
    set_properties_from(unicharset, source, start)


def normed_ids(unicharset: Unicharset, unichar_id: int) -> list[int]:
    """Return the ids that the normalized form of a unichar is made of; its own if it cannot be encoded.

    Source: ``UNICHARSET::set_normed_ids``.
    """
    entry = unicharset.entries[unichar_id]
    if unichar_id == UNICHAR_SPACE and entry.unichar == " ":
        return [UNICHAR_SPACE]
    ids, _, used = unicharset.encode(entry.normed)
    return [found for found in ids if found is not None] if used == len(entry.normed) else [unichar_id]


def is_major_right_to_left(unicharset: Unicharset) -> bool:
    """Return whether more unichars are written from right to left than from left to right."""
    directions = [entry.direction for entry in unicharset.entries]
    return sum(direction in _RIGHT_TO_LEFT for direction in directions) > directions.count(0)
