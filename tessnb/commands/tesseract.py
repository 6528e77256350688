"""``tessnb tesseract``: recognize images of lines and blocks, and make training data of them.

Source: ``src/tesseract.cpp``; ``src/api/baseapi.cpp``, ``TessBaseAPI::ProcessPages``.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tessnb.commands._output import say
from tessnb.commands._variables import VARIABLES, Variables
from tessnb.errors import FlagError, FormatError, InputError, UnsupportedError
from tessnb.files import read_bytes, write_text

if TYPE_CHECKING:
    from tessnb.lines import PageImage

__all__ = ["run"]

HELP = """\
Usage:
  tessnb tesseract IMAGE|LIST|stdin OUTPUTBASE|stdout [OPTIONS ...] [CONFIGFILE ...]
  tessnb tesseract --list-langs [--tessdata-dir PATH]
  tessnb tesseract --print-parameters | --version | --help

Recognizes the text of an image, of every page of a TIFF, or of every image in a list of file names.

Options:
  -l LANG               The language (default eng): the model LANG.traineddata.
  --tessdata-dir PATH   The folder with the models (default TESSDATA_PREFIX, then the system's).
  --psm NUM             Page segmentation: 6 a block of lines, 7 one line, 13 a line as it is.
  --oem NUM             OCR engine: 1 LSTM, 3 the default, which is the same.
  --dpi VALUE           The image's resolution.
  --user-words PATH     Words to add to the dictionary, one a line.
  -c VAR=VALUE          Set a variable; see --print-parameters.
  --loglevel LEVEL      Accepted, without effect.
Options must stand before the config files.

Config files:
  txt                   OUTPUTBASE.txt, the text (the default).
  lstmbox, wordstrbox   OUTPUTBASE.box, boxes for training: a row per character, or per line.
  makebox               OUTPUTBASE.box, the characters' own boxes.
  lstm.train            OUTPUTBASE.lstmf, training lines cut by the box file beside the image.
"""

_PSM_COUNT, _OEM_COUNT = 14, 4
_SUPPORTED_PSM = (6, 7, 13)
#: Modes in which ``lstm.train`` turns lines that run downwards: a vertical block, and layout analysis.
_TURNS_LINES = {1: None, 3: None, 5: True, 12: None}
_LOG_LEVELS = ("ALL", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF")
_LEAST_DPI, _MOST_DPI = 70, 2400


@dataclass
class _Arguments:
    image: str = ""
    output: str = ""
    language: str = "eng"
    folder: str | None = None
    psm: int = 3
    assignments: list[str] = field(default_factory=list)
    user_words: str = ""
    dpi: str = ""
    configs: list[str] = field(default_factory=list)
    action: str = ""


def _number(flag: str, text: str, count: int) -> int:
    number = int(text) if text.lstrip("-").isdigit() else 0
    if not 0 <= number < count:
        kind = flag.lstrip("-").upper()
        raise FlagError(f"Invalid {kind} value, please enter a number between 0-{count - 1}", found=text)
    return number


def _parse(arguments: list[str]) -> _Arguments:
    """Split the command line as the reference does: options stand anywhere but between image and output."""
    result, rest = _Arguments(), list(arguments)
    while rest and (not result.output or rest[0].startswith("-")):
        argument = rest.pop(0)
        if result.image and not result.output:
            result.output = argument
        elif argument in ("-h", "--help", "--help-extra", "--help-psm", "--help-oem"):
            result.action = "help"
        elif argument in ("-v", "--version"):
            result.action = "version"
        elif argument in ("--list-langs", "--print-parameters"):
            result.action = argument.lstrip("-")
        elif argument in _WITH_VALUE and rest:
            _WITH_VALUE[argument](result, rest.pop(0))
        elif not result.image and (argument == "-" or not argument.startswith("-")):
            result.image = argument
        else:
            raise FlagError(
                f"Error, unknown command line argument '{argument}'", hint="See tessnb tesseract --help"
            )
    result.configs = rest
    return result


def _set_psm(arguments: _Arguments, text: str) -> None:
    arguments.psm = _number("--psm", text, _PSM_COUNT)


def _set_oem(arguments: _Arguments, text: str) -> None:
    if _number("--oem", text, _OEM_COUNT) in (0, 2):
        raise UnsupportedError("the legacy engine is not there", where="--oem", found=text, expected="1 or 3")


def _set_log_level(arguments: _Arguments, text: str) -> None:
    if text not in _LOG_LEVELS:
        raise FlagError(f"Error, unsupported --loglevel {text}", expected=", ".join(_LOG_LEVELS))


def _set_patterns(arguments: _Arguments, text: str) -> None:
    raise UnsupportedError("user patterns are not there yet", where="--user-patterns", found=text)


def _setter(name: str) -> Callable[[_Arguments, str], None]:
    return lambda arguments, text: setattr(arguments, name, text)


_WITH_VALUE: dict[str, Callable[[_Arguments, str], None]] = {
    "-l": _setter("language"),
    "--tessdata-dir": _setter("folder"),
    "--dpi": _setter("dpi"),
    "--user-words": _setter("user_words"),
    "-c": lambda arguments, text: arguments.assignments.append(text),
    "--psm": _set_psm,
    "--oem": _set_oem,
    "--loglevel": _set_log_level,
    "--user-patterns": _set_patterns,
}


def run(arguments: list[str]) -> int:
    """Run the tool; 1 if an image cannot be processed."""
    parsed = _parse(arguments)
    match parsed.action:
        case "help":
            print(HELP, end="")
            return 0
        case "version":
            import tessnb

            print(f"tesseract 5.3.0 (tessnb {tessnb.__version__})")
            return 0
        case "list-langs":
            return _list_languages(parsed.folder)
    if parsed.action != "print-parameters" and not parsed.output:
        print(HELP, end="")
        return 1
    variables = _variables(parsed)
    if parsed.action == "print-parameters":
        print("Tesseract parameters:")
        for name, (_, purpose) in sorted(VARIABLES.items()):
            value = variables[name]
            print(f"{name}\t{int(value) if isinstance(value, bool) else value}\t{purpose}")
        return 0
    if variables["tessedit_train_line_recognizer"]:
        return _train(parsed, variables)
    return _recognize(parsed, variables)


def _list_languages(folder: str | None) -> int:
    from tessnb.recognition import available_languages

    place, languages = available_languages(folder)
    print(f'List of available languages in "{os.path.join(place, "")}" ({len(languages)}):')
    for language in languages:
        print(language)
    return 0


def _variables(parsed: _Arguments) -> Variables:
    variables = Variables(say)
    folder = parsed.folder
    if folder is None and any(not Path(name).is_file() for name in parsed.configs):
        from tessnb.recognition import tessdata_folders

        folder = next((str(place) for place in tessdata_folders()), None)
    if parsed.user_words:
        variables.set("user_words_file", parsed.user_words)
    for name in parsed.configs:
        variables.read_config(name, folder)
    for assignment in parsed.assignments:
        variables.assign(assignment)
    if parsed.dpi:
        variables.set("user_defined_dpi", parsed.dpi)
    if variables["tessedit_pageseg_mode"] == 6:
        variables.set("tessedit_pageseg_mode", str(parsed.psm))
    return variables


def _train(parsed: _Arguments, variables: Variables) -> int:
    """``lstm.train``: cut the lines by the box file beside the image."""
    from tessnb.lines import cut_file, make_document

    path = f"{parsed.output}.lstmf"
    vertical = _TURNS_LINES.get(variables["tessedit_pageseg_mode"], False)
    cut = cut_file(parsed.image, vertical=vertical)
    pages = cut.pages if cut.pages > 1 else 0
    for page in range(pages):
        say(f"Page {page + 1}")
    for dropped in cut.dropped:
        say(dropped.reason)
    if not cut.lines:
        raise InputError("there is no line to train on", where=parsed.image)
    make_document(cut.lines, path).write(path)
    return 0


def _recognize(parsed: _Arguments, variables: Variables) -> int:
    psm = variables["tessedit_pageseg_mode"]
    if psm not in _SUPPORTED_PSM:
        raise UnsupportedError(
            "a page segmentation mode that is not there yet",
            where="--psm",
            found=f"{psm} (the default)" if psm == 3 else psm,
            expected="6 (a block of lines), 7 (one line) or 13 (a line as it is)",
        )
    if "+" in parsed.language:
        raise UnsupportedError("one language at a time", where="-l", found=parsed.language)
    pages = _pages(parsed.image, variables["tessedit_page_number"])

    from tessnb.recognition import Model, Recognizer
    from tessnb.recognition.page import read_page
    from tessnb.recognition.renderers import (
        character_boxes,
        line_character_boxes,
        text_of,
        word_string_boxes,
    )

    model = Model.load(parsed.language, folder=parsed.folder)
    dawgs = {kind: variables[f"load_{kind}_dawg"] for kind in ("punc", "system", "number")}
    threshold = variables["invert_threshold"] if variables["tessedit_do_invert"] else 0.0
    recognizer = Recognizer(
        model,
        dictionaries=[name for name, wanted in dawgs.items() if wanted],
        user_words=_user_words(parsed, variables),
        whitelist=variables["tessedit_char_whitelist"],
        blacklist=variables["tessedit_char_blacklist"],
        unblacklist=variables["tessedit_char_unblacklist"],
        invert_threshold=threshold,
    )
    boxes = {
        "tessedit_create_lstmbox": line_character_boxes,
        "tessedit_create_boxfile": character_boxes,
        "tessedit_create_wordstrbox": word_string_boxes,
    }
    wanted = [render for name, render in boxes.items() if variables[name]]
    if len(wanted) > 1:
        raise UnsupportedError("one kind of box file at a time: all have the same name", where=parsed.output)
    with_text = variables["tessedit_create_txt"] or not wanted
    texts: list[str] = []
    box_files: list[str] = []
    for number, page in pages:
        if 0 < page.resolution[1] < _LEAST_DPI or page.resolution[1] > _MOST_DPI:
            found = page.resolution[1]
            say(f"Warning: Invalid resolution {found} dpi. Using {_LEAST_DPI} instead.")
        result = read_page(recognizer, page, psm, on_error=_report_line)
        if with_text:
            texts.append(
                text_of(
                    result,
                    len(texts),
                    separator=variables["page_separator"],
                    keep_spaces=variables["preserve_interword_spaces"],
                )
            )
        box_files += [render(result, number) for render in wanted]
    if with_text:
        _write(parsed.output, ".txt", "".join(texts))
    if wanted:
        _write(parsed.output, ".box", "".join(box_files))
    return 0


def _report_line(error: InputError) -> None:
    say(error.message)
    say("Line cannot be recognized!!")


def _user_words(parsed: _Arguments, variables: Variables) -> list[str]:
    from tessnb.charset.wordlist import read_word_list
    from tessnb.recognition import find_traineddata

    path = variables["user_words_file"]
    if not path and variables["user_words_suffix"]:
        beside = find_traineddata(parsed.language, parsed.folder)
        path = str(beside.with_suffix("")) + "." + variables["user_words_suffix"]
    return read_word_list(read_bytes(path)) if path else []


def _pages(image: str, only: int) -> Iterator[tuple[int, PageImage]]:
    """Yield the pages of an image, of standard input or of a list of images, with their numbers.

    The first page is read at once, so that nothing is loaded for an image that is none.
    """
    from tessnb.lines import read_pages

    if image not in ("-", "stdin"):
        return _begun(_pages_of(image, read_bytes(image), only))
    with tempfile.NamedTemporaryFile() as file:
        file.write(sys.stdin.buffer.read())
        file.flush()
        return _begun(enumerate(list(read_pages(file.name))))


def _begun(pages: Iterator[tuple[int, PageImage]]) -> Iterator[tuple[int, PageImage]]:
    return itertools.chain([first] if (first := next(pages, None)) else [], pages)


def _pages_of(path: str, data: bytes, only: int) -> Iterator[tuple[int, PageImage]]:
    from tessnb.lines import read_image, read_pages

    try:
        pages = list(itertools.islice(read_pages(path), 2))
    except FormatError:
        names = _names_in(path, data)
        if names is None:
            raise
    else:
        for number, page in enumerate(read_pages(path)):
            if only in (-1, number):
                if len(pages) > 1:
                    say(f"Page {number + 1}")
                yield number, page
        return
    for number, name in enumerate(names):
        if only in (-1, number):
            page = read_image(name)
            say(f"Page {number} : {name}")
            yield number, page


def _names_in(path: str, data: bytes) -> list[str] | None:
    """Return the file names in a list, or None if it is none: a damaged image, or no text."""
    if not data or b"\0" in data:
        return None
    names = [os.fsdecode(line.rstrip(b"\r")) for line in data.removesuffix(b"\n").split(b"\n")]
    missing = next((name for name in names if not Path(name).is_file()), None)
    if missing is not None:
        raise InputError(
            "neither an image nor a list of images", where=path, found=f"no file {missing[:60]!r}"
        )
    return names


def _write(output: str, suffix: str, text: str) -> None:
    if output in ("-", "stdout"):
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_text(output + suffix, text)
