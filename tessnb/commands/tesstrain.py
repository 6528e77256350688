"""``tessnb tesstrain``: make the training data of a language: render its text, extract the charset, combine.

Source: the flags of ``tesstrain.sh`` and of tesstrain's ``arguments.py``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from tqdm import tqdm

from tessnb.commands._flags import Flag, parse
from tessnb.commands._output import stripped_text
from tessnb.errors import FlagError, InputError
from tessnb.synthesis.corpus import Langdata, make_training_data, write_training_data
from tessnb.synthesis.finding import FontNotFoundError, find_font, find_stand_in
from tessnb.synthesis.fonts import Font, installed_fonts
from tessnb.synthesis.languages import LATIN_FONTS, language_settings
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.rendering import Rendering
from tessnb.synthesis.text import read_text

__all__ = ["run"]

_LISTS = {
    "fontlist": "Fonts to render the text in, one argument each; default: the language's usual ones",
    "vertical_fontlist": "Refused: fonts to render vertical text in",
    "exposures": "Exposure levels, one argument each or separated by commas",
}
FLAGS = (
    Flag("lang", "eng", "Language code"),
    Flag(
        "langdata_dir", "", "Folder with LANG/LANG.training_text and word lists, and the scripts' unicharsets"
    ),
    Flag("output_dir", "", "Folder for the training data; default: a new temporary one"),
    Flag("fonts_dir", "", "Folder with fonts, instead of the system's"),
    Flag("training_text", "", "Text to render, instead of langdata's"),
    Flag("wordlist", "", "Word list, instead of langdata's"),
    Flag("maxpages", 0, "Most pages of each font (0=unlimited)"),
    Flag("ptsize", 12, "Size of printed text"),
    Flag("distort_image", False, "Degrade rendered images with noise, blur, invert"),
    Flag("save_box_tiff", False, "Save page images and box files too"),
    Flag("linedata_only", False, "Needed: only training data for lstmtraining can be made"),
    Flag("extract_font_properties", False, "Refused: it belongs to Tesseract 3's training"),
    Flag("noextract_font_properties", False, "Accepted: font properties are never extracted"),
    Flag("tessdata_dir", "", "Accepted and not needed: lines are cut without a model"),
    Flag("overwrite", False, "Accepted: files in the output folder are always replaced"),
    Flag("tmp_dir", "", "Accepted and not needed"),
    Flag("workspace_dir", "", "Accepted and not needed"),
)
_NUMBERS = re.compile(r"-?\d+(,-?\d+)*")
_SYNOPSIS = (
    "--lang CODE --langdata_dir DIR --output_dir DIR --linedata_only [--fontlist FONT ...] [OPTION ...]"
)


def _say(message: str) -> None:
    tqdm.write(message, file=sys.stderr)


def _split(arguments: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Take the flags that have several values out of a command line."""
    rest: list[str] = []
    lists: dict[str, list[str]] = {}
    current: list[str] | None = None
    for argument in arguments:
        name, equals, value = argument.lstrip("-").partition("=")
        if argument.startswith("--") and name in _LISTS:
            current = lists.setdefault(name, [])
            current += [value] if equals else []
        elif current is not None and (not argument.startswith("-") or _NUMBERS.fullmatch(argument)):
            current.append(argument)
        else:
            current = None
            rest.append(argument)
    return rest, lists


def run(arguments: list[str]) -> int:
    """Run the tool."""
    rest, lists = _split(arguments)
    shown = tuple(Flag(name, "", text) for name, text in _LISTS.items())
    flags, behind = parse("tesstrain", _SYNOPSIS, FLAGS + shown, rest)
    if behind:
        raise FlagError("unexpected argument", found=behind[0], hint="See tessnb tesstrain --help")
    _check(flags, lists)
    langdata = Langdata(Path(flags.langdata_dir), flags.lang)
    text = read_text(flags.training_text or langdata.path("training_text"))
    settings = language_settings(flags.lang)
    options = RenderOptions(
        leading=settings.leading,
        char_spacing=settings.char_spacing,
        ligatures=settings.ligatures,
        ptsize=flags.ptsize,
        max_pages=flags.maxpages,
        distort_image=flags.distort_image,
    )
    exposures = _exposures(lists.get("exposures", [])) or settings.exposures
    fonts = _fonts(lists.get("fontlist", []), flags.fonts_dir)
    folder = flags.output_dir or tempfile.mkdtemp(prefix=f"trained-{flags.lang}-{date.today()}")
    if not flags.output_dir:
        _say(f"Output directory set to: {folder}")

    _say(f"=== Starting training for language {flags.lang}")
    _say("=== Phase I: Generating training images ===")
    with tqdm(total=len(fonts) * len(exposures), unit="font", disable=not sys.stderr.isatty()) as bar:

        def done(rendering: Rendering) -> None:
            _say(f"Rendered using {rendering.font.name}: {len(rendering.lines)} lines")
            if rendering.stripped:
                _say(stripped_text(rendering.stripped))
            bar.update()

        data = make_training_data(
            text,
            fonts,
            langdata,
            options=options,
            exposures=exposures,
            wordlist=flags.wordlist or None,
            keep_pages=flags.save_box_tiff,
            on_done=done,
            say=_say,
        )
    if not any(rendering.lines for rendering in data.renderings):
        raise InputError("no font can draw any word of the text", hint="Choose other fonts with --fontlist")
    _say("=== Constructing LSTM training data ===")
    write_training_data(data, folder, save_box_tiff=flags.save_box_tiff, say=_say)
    print(f"\nCreated starter traineddata for LSTM training of language '{flags.lang}'\n")
    print(f"\nRun 'lstmtraining' command to continue LSTM training for language '{flags.lang}'\n")
    return 0


def _check(flags: SimpleNamespace, lists: dict[str, list[str]]) -> None:
    if not flags.linedata_only:
        raise FlagError("--linedata_only is required since only LSTM is supported")
    if not flags.langdata_dir:
        raise FlagError("Need to specify path to language files --langdata_dir")
    if not Path(flags.langdata_dir).is_dir():
        raise InputError(
            "no such folder", where=flags.langdata_dir, hint="--langdata_dir names a langdata folder"
        )
    if flags.extract_font_properties:
        raise FlagError("--extract_font_properties is not available", hint="lstmtraining does not need it")
    if "vertical_fontlist" in lists:
        raise FlagError("--vertical_fontlist is not available", hint="Vertical text cannot be rendered yet")
    if "fontlist" in lists and not lists["fontlist"]:
        raise FlagError("--fontlist needs at least one font")


def _exposures(values: list[str]) -> list[int]:
    try:
        return [int(part) for value in values for part in value.replace(",", " ").split()]
    except ValueError:
        raise FlagError("not an exposure level", where="--exposures", found=" ".join(values)) from None


def _fonts(names: list[str], folder: str) -> list[Font]:
    """Return the fonts named, or the usual ones; stand-ins for well-known ones that are missing."""
    known = installed_fonts(folder)
    found: list[Font] = []
    for name in names or LATIN_FONTS:
        try:
            found.append(find_font(name, fonts=known))
        except FontNotFoundError:
            stand_in = find_stand_in(name, known)
            if stand_in is None and names:
                raise
            if stand_in is not None:
                _say(f"WARNING: font '{name}' is not installed; rendering in '{stand_in.name}' instead")
                found.append(stand_in)
    if not found:
        raise InputError("none of the usual fonts is installed", hint="Name fonts with --fontlist")
    return list(dict.fromkeys(found))
