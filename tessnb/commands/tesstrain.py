"""``tessnb tesstrain``: make the training data of a language: render its text, extract the charset, combine.

Source: the flags of ``tesstrain.sh`` and of tesstrain's ``arguments.py``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from tqdm import tqdm

from tessnb.commands._flags import Flag, parse
from tessnb.commands._output import stripped_text
from tessnb.errors import FlagError, InputError
from tessnb.synthesis.corpus import Langdata, starter_from_langdata
from tessnb.synthesis.finding import FontNotFoundError, find_font, find_stand_in
from tessnb.synthesis.folder import TrainingFolder, missing_jobs, render_key
from tessnb.synthesis.fonts import Font, installed_fonts
from tessnb.synthesis.languagefonts import VERTICAL_FONTS, language_fonts
from tessnb.synthesis.languages import language_settings
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.rendering import render_jobs
from tessnb.synthesis.text import read_text

__all__ = ["run"]

_LISTS = {
    "fontlist": "Fonts to render the text in, one argument each; default: the language's usual ones",
    "vertical_fontlist": "Fonts of the list to render in vertical lines; default: the reference's",
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
    Flag("overwrite", False, "Render everything again, also what is in the output folder and up to date"),
    Flag("tmp_dir", "", "Accepted and not needed"),
    Flag("workspace_dir", "", "Accepted and not needed"),
)
_UPRIGHT = "vertical-upright"
#: What a font must have of the letters of a text, and how much less than the best one.
_MIN_SHARE, _NEARLY, _MOST_FONTS = 0.5, 0.01, 10
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
    fonts = _fonts(lists.get("fontlist", []), flags, text)
    upright = _vertical(lists.get("vertical_fontlist", []), fonts)
    folder = flags.output_dir or tempfile.mkdtemp(prefix=f"trained-{flags.lang}-{date.today()}")
    if not flags.output_dir:
        _say(f"Output directory set to: {folder}")
    place = TrainingFolder(folder, flags.lang, fresh=flags.overwrite, save_box_tiff=flags.save_box_tiff)
    jobs = [
        (
            font,
            replace(options, exposure=exposure, writing_mode=_UPRIGHT if font in upright else "horizontal"),
        )
        for exposure in exposures
        for font in fonts
    ]

    _say(f"=== Starting training for language {flags.lang}")
    _say("=== Phase I: Generating training images ===")
    _render(text, jobs, place, flags)
    made = [(font, job.exposure) for font, job in jobs]
    if not any(place.lines(*job) for job in made):
        raise InputError("no font can draw any word of the text", hint="Choose other fonts with --fontlist")
    _say("=== Constructing LSTM training data ===")
    starter = starter_from_langdata(
        place.graphemes(made), langdata, settings, wordlist=flags.wordlist or None, say=_say
    )
    place.finish(starter, made)
    print(f"\nCreated starter traineddata for LSTM training of language '{flags.lang}'\n")
    print(f"\nRun 'lstmtraining' command to continue LSTM training for language '{flags.lang}'\n")
    return 0


def _render(
    text: str, jobs: list[tuple[Font, RenderOptions]], place: TrainingFolder, flags: SimpleNamespace
) -> None:
    """Render what the folder lacks, and put it there as it is finished."""

    def kept(font: Font, exposure: int, lines: int) -> None:
        _say(f"Rendered before using {font.name}: {lines} lines")

    left = missing_jobs(place, text, jobs, kept)
    with tqdm(total=len(left), unit="font", disable=not sys.stderr.isatty()) as bar:
        found = render_jobs(text, left, language=flags.lang, keep_pages=flags.save_box_tiff)
        for number, rendering in found:
            place.add(rendering, render_key(text, *left[number]))
            _say(f"Rendered using {rendering.font.name}: {len(rendering.lines)} lines")
            if rendering.stripped:
                _say(stripped_text(rendering.stripped))
            bar.update()


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
    for name in ("fontlist", "vertical_fontlist"):
        if name in lists and not lists[name]:
            raise FlagError(f"--{name} needs at least one font")


def _exposures(values: list[str]) -> list[int]:
    try:
        return [int(part) for value in values for part in value.replace(",", " ").split()]
    except ValueError:
        raise FlagError("not an exposure level", where="--exposures", found=" ".join(values)) from None


def _fonts(names: list[str], flags: SimpleNamespace, text: str) -> list[Font]:
    """Return the fonts named, or the usual ones; stand-ins for well-known ones that are missing."""
    known = installed_fonts(flags.fonts_dir)
    found: list[Font] = []
    for name in names or language_fonts(flags.lang):
        try:
            found.append(find_font(name, fonts=known))
        except FontNotFoundError:
            stand_in = find_stand_in(name, known)
            if stand_in is None and names:
                raise
            if stand_in is not None:
                _say(f"WARNING: font '{name}' is not installed; rendering in '{stand_in.name}' instead")
                found.append(stand_in)
    found = list(dict.fromkeys(found))
    return found if names else _with_letters(found, known, text, flags.lang)


def _with_letters(usual: list[Font], known: list[Font], text: str, language: str) -> list[Font]:
    """Return the usual fonts that have the letters of a text; if there are none, the best of all."""
    letters = Counter(char for char in text if char.isalpha())
    total = sum(letters.values())

    def share(font: Font) -> float:
        own = font.characters
        return sum(count for char, count in letters.items() if ord(char) in own) / max(total, 1)

    found = [font for font in usual if share(font) >= _MIN_SHARE]
    if found:
        return found
    ranked = sorted(((share(font), font) for font in known), key=lambda pair: -pair[0])
    best = [font for part, font in ranked if part >= max(_MIN_SHARE, ranked[0][0] - _NEARLY)][:_MOST_FONTS]
    if not best:
        raise InputError("no installed font has the letters of the text", hint="Name fonts with --fontlist")
    names = ", ".join(f"'{font.name}'" for font in best)
    _say(f"WARNING: none of the usual fonts of '{language}' is installed; rendering in {names}")
    return best


def _vertical(names: list[str], fonts: list[Font]) -> set[Font]:
    """Return the fonts to render in vertical lines."""
    if not names:
        return {font for font in fonts if VERTICAL_FONTS.intersection(font.names)}
    return {find_font(name, fonts=fonts) for name in names}
