"""Tesseract's variables, as far as ``tessnb tesseract`` obeys them, and its config files.

Source: ``src/ccutil/params.cpp`` (``ParamUtils::ReadParamsFile``), ``src/ccmain/tesseractclass.cpp``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tessnb.errors import FlagError, InputError, UnsupportedError
from tessnb.files import read_bytes

__all__ = ["CONFIGS", "VARIABLES", "Variables"]

#: Name → default and what it does; the default's type is the variable's.
VARIABLES: dict[str, tuple[bool | int | float | str, str]] = {
    "invert_threshold": (
        0.7,
        "For lines with a mean confidence below this value, OCR is also tried with an inverted image",
    ),
    "load_number_dawg": (True, "Load dawg with number patterns. (5.3 obeys this for the legacy engine only)"),
    "load_punc_dawg": (
        True,
        "Load dawg with punctuation patterns. (5.3 obeys this for the legacy engine only)",
    ),
    "load_system_dawg": (True, "Load system word dawg. (5.3 obeys this for the legacy engine only)"),
    "page_separator": ("\f", "Page separator (default is form feed control character)"),
    "preserve_interword_spaces": (False, "Preserve multiple interword spaces"),
    "tessedit_char_blacklist": ("", "Blacklist of chars not to recognize"),
    "tessedit_char_unblacklist": ("", "List of chars to override tessedit_char_blacklist"),
    "tessedit_char_whitelist": ("", "Whitelist of chars to recognize"),
    "tessedit_create_boxfile": (False, "Output text with boxes"),
    "tessedit_create_lstmbox": (False, "Write .box file for LSTM training"),
    "tessedit_create_txt": (False, "Write .txt output file"),
    "tessedit_create_wordstrbox": (False, "Write WordStr format .box output file"),
    "tessedit_do_invert": (True, "Try inverted line image if necessary"),
    "tessedit_page_number": (-1, "-1 -> All pages, else specific page to process"),
    "tessedit_pageseg_mode": (6, "Page seg mode: 6=block, 7=line, 13=raw line"),
    "tessedit_train_line_recognizer": (False, "Break input into lines and remap boxes if present"),
    "user_defined_dpi": (0, "Specify DPI for input image"),
    "user_words_file": ("", "A filename of user-provided words."),
    "user_words_suffix": ("", "A suffix of user-provided words located in tessdata."),
}

#: Variables that would need what is not there.
_UNSUPPORTED = (
    *("tessedit_create_hocr", "tessedit_create_alto", "tessedit_create_tsv", "tessedit_create_pdf"),
    *("tessedit_write_unlv", "tessedit_ambigs_training", "tessedit_resegment_from_boxes"),
    *("tessedit_make_boxes_from_boxes", "user_patterns_file", "user_patterns_suffix"),
)

#: The config files that come with Tesseract and are of use here.
CONFIGS = {
    "lstm.train": "tessedit_train_line_recognizer T\n",
    "lstmbox": "tessedit_create_lstmbox 1\n",
    "makebox": "tessedit_create_boxfile 1\n",
    "quiet": "",
    "txt": "tessedit_create_txt 1\n",
    "wordstrbox": "tessedit_create_wordstrbox 1\n",
}


class Variables:
    """The variables' values.

    Parameters
    ----------
    report : callable
        Takes the messages about unknown variables.
    """

    def __init__(self, report: Callable[[str], object]) -> None:
        self._values: dict[str, Any] = {name: default for name, (default, _) in VARIABLES.items()}
        self._report = report

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def set(self, name: str, text: str) -> bool:
        """Set a variable from text; return False if there is none of that name.

        Raises
        ------
        UnsupportedError
            If it asks for what is not there.
        FlagError
            If the text is no value of the variable's kind.
        """
        if name in _UNSUPPORTED:
            if text in ("", "0", "F", "f", "N", "n", "false"):
                return True
            raise UnsupportedError(
                "a variable for something that is not there yet",
                where=name,
                found=text,
                expected="the outputs txt, lstm.train, lstmbox, wordstrbox, makebox",
            )
        if name not in self._values:
            return False
        kind = type(VARIABLES[name][0])
        if kind is bool:
            self._values[name] = text[:1] in ("T", "t", "Y", "y", "1")
            return True
        try:
            self._values[name] = kind(text)
        except ValueError:
            raise FlagError("not a number", where=name, found=text) from None
        return True

    def assign(self, assignment: str) -> None:
        """Set ``NAME=VALUE`` (``-c``).

        Raises
        ------
        FlagError
            If there is no ``=``.
        """
        name, equals, text = assignment.partition("=")
        if not equals:
            raise FlagError("Missing = in configvar assignment", where="-c", found=assignment)
        if not self.set(name, text):
            self._report(f"Could not set option: {name}={text}")

    def read_config(self, name: str, folder: str | os.PathLike[str] | None) -> None:
        """Read a config file: one of `CONFIGS`, one in the tessdata folder, or a path.

        Lines are a variable and its value; ``#`` begins a comment. Variables that are not known here are
        passed over: they belong to parts of Tesseract that are not.

        Raises
        ------
        InputError
            If there is no such file.
        """
        text = CONFIGS.get(name)
        if text is None:
            places = [Path(name)]
            if folder is not None:
                places = [Path(folder, "configs", name), Path(folder, "tessconfigs", name), *places]
            found = next((place for place in places if place.is_file()), None)
            if found is None:
                raise InputError(
                    "there is no such config file", where=name, expected=", ".join([*CONFIGS, "or a file"])
                )
            text = read_bytes(found).decode("utf-8", "replace")
        for line in text.splitlines():
            parts = line.split(None, 1)
            if parts and not parts[0].startswith("#"):
                self.set(parts[0], parts[1].strip() if len(parts) > 1 else "")
