"""The properties of unichars: from Unicode, and from the scripts' own unicharsets.

ICU knows what kind of character it is, its script, direction, mirror and other case; the unicharsets of a
script directory (langdata's ``Latin.unicharset`` …) know how tall and wide it is drawn.

Source: ``src/training/unicharset/unicharset_training_utils.cpp``.
"""

from __future__ import annotations

import os
from pathlib import Path

import icu

from tessnb.charset.characters import script_of
from tessnb.charset.graphemes import Report
from tessnb.charset.normalization import normalize_utf8
from tessnb.charset.unicharset import set_properties_from
from tessnb.errors import TessnbError
from tessnb.formats.unicharset import CUSTOM_LIGATURES, NULL_SCRIPT, SPECIAL_CODES, Unicharset

__all__ = ["set_script_properties", "setup_basic_properties", "xheights_of"]

_LIGATURES = {code: text for text, code in CUSTOM_LIGATURES.items()}


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def setup_basic_properties(
    unicharset: Unicharset, *, decompose: bool = False, report: Report | None = None
) -> None:
    """Set what Unicode knows of every unichar: kind, script, direction, mirror, other case, normalized form.

    Parameters
    ----------
    unicharset : Unicharset
        Changed in place.
    decompose : bool
        Normalize to NFD instead of NFC.
    report : callable, optional
        Takes a message for each other case and mirror that is not in the unicharset.

    Notes
    -----
    A grapheme of several characters has a kind if one of them has it; script and direction are its first's.
    What is no UTF-8 (a grapheme cut at 30 bytes within a character) has a script and nothing else.

    Source: ``SetupBasicProperties``.
    """
    report = report or (lambda message: None)
    for unichar_id, entry in enumerate(unicharset.entries):
        text = _LIGATURES.get(entry.unichar, entry.unichar)
        codes = [ord(character) for character in text] if _is_utf8(text) else []
        entry.isalpha = any(map(icu.Char.isalpha, codes))
        entry.islower = any(map(icu.Char.islower, codes))
        entry.isupper = any(map(icu.Char.isupper, codes))
        entry.isdigit = any(map(icu.Char.isdigit, codes))
        entry.ispunctuation = any(map(icu.Char.ispunct, codes))
        entry.script = script_of(text[0])
        unicharset.add_script(entry.script)

        entry.other_case = unichar_id
        if entry.islower or entry.isupper:
            change = icu.Char.toupper if entry.islower else icu.Char.tolower
            other_case = "".join(chr(change(code)) for code in codes)
            found = unicharset.find(other_case)
            if found is not None:
                entry.other_case = found
            elif unichar_id >= len(SPECIAL_CODES):
                report(f"Other case {other_case} of {text} is not in unicharset")

        if codes:
            entry.direction = int(icu.Char.charDirection(codes[0]))
        mirror = "".join(chr(icu.Char.charMirror(code)) for code in codes)
        found = unicharset.find(mirror)
        if found is not None:
            entry.mirror = found
        else:
            report(f"Mirror {mirror} of {text} is not in unicharset")

        normed = normalize_utf8(text, "NFD" if decompose else "NFC", ocr=True).text if unichar_id else ""
        entry.normed = normed or text


def set_script_properties(
    unicharset: Unicharset, script_dir: str | os.PathLike[str], report: Report | None = None
) -> None:
    """Set all properties from the unicharsets of the scripts in use, where `script_dir` has them.

    Parameters
    ----------
    unicharset : Unicharset
        With its scripts set (`setup_basic_properties`); changed in place.
    script_dir : path
        A folder with ``Latin.unicharset`` and so on, as langdata is.
    report : callable, optional
        Takes a message for each script without a file and each unichar whose size stays unknown.

    Notes
    -----
    Scripts that the files bring in are looked up as well. Source: ``SetScriptProperties``.
    """
    report = report or (lambda message: None)
    quiet = {NULL_SCRIPT, "Common"}
    done = 0
    while done < len(scripts := unicharset.scripts):
        script, done = scripts[done], done + 1
        path = f"{os.fspath(script_dir)}/{script}.unicharset"
        try:
            properties = Unicharset.read(path)
        except TessnbError:
            if script not in quiet:
                report(f"Failed to load script unicharset from:{path}")
            continue
        set_properties_from(unicharset, properties)
    for unichar_id, entry in enumerate(unicharset.entries):
        if unichar_id >= len(SPECIAL_CODES) and (entry.width == 0 or entry.advance == 0):
            report(f"Warning: properties incomplete for index {unichar_id} = {entry.unichar}")


def xheights_of(unicharset: Unicharset, script_dir: str | os.PathLike[str]) -> bytes:
    """Return the x-heights of fonts (``Latin.xheights`` …) for the scripts in use, one file after the other.

    Source: ``GetXheightString``.
    """
    paths = (Path(script_dir) / f"{script}.xheights" for script in unicharset.scripts)
    return b"".join(path.read_bytes() for path in paths if path.is_file())
