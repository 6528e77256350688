"""The command line: ``tessnb TOOL …``; a module of this room per tool, with ``run(arguments) -> int``."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Sequence

__all__ = ["TOOLS", "main"]

#: The tools and what they are for, in the order of the training chain.
TOOLS = {
    "text2image": "render text in a font: page images and box files",
    "unicharset_extractor": "collect the characters of texts and box files",
    "set_unicharset_properties": "fill in the script properties of a unicharset",
    "merge_unicharsets": "merge several unicharsets into one",
    "wordlist2dawg": "pack a word list into a dictionary graph",
    "dawg2wordlist": "list the words of a dictionary graph",
    "combine_lang_model": "make the starter traineddata",
    "combine_tessdata": "pack, list, extract and replace the components of a traineddata",
    "tesseract": "recognize images; make training data (lstm.train, lstmbox, wordstrbox, makebox)",
    "tesstrain": "make training data for a language: render, extract, combine",
    "lstmtraining": "train a network from scratch, continue, fine-tune, export",
    "lstmeval": "measure a model's error on a list of training lines",
    "runs": "list the trainings in a folder, follow one, pause, resume or stop it",
    "tutorial": "copy the tutorial's notebooks into a folder and open JupyterLab on them",
}


#: Tools whose kernels take long to compile, which they do once on a machine.
_COMPILED = ("tesseract", "lstmtraining", "lstmeval")


def _tell_of_compiling() -> None:
    """Have it said when a tool does not begin because it has to be compiled."""
    from tessnb.commands._output import say
    from tessnb.kernels import tell_of_compiling

    tell_of_compiling(
        lambda: say("Compiling for this machine: this takes about half a minute, and only this once.")
    )


def _help() -> str:
    width = max(map(len, TOOLS))
    rows = "\n".join(f"  {name:{width}}  {purpose}" for name, purpose in TOOLS.items())
    more = "tessnb TOOL --help explains a tool; tessnb --version says which version this is."
    return f"Usage: tessnb TOOL [ARGUMENTS]\n\nTools:\n{rows}\n\n{more}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one tool and return its exit code: 0 done, 1 failed, 130 interrupted."""
    from tessnb.commands._terminal import guarded

    with guarded():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    at_prompt = arguments is None
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # bytes of a file that are no UTF-8 are printed as they are
            stream.reconfigure(errors="surrogateescape")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_help(), end="")
        return 0
    if arguments[0] == "--version":
        import tessnb

        print(f"tessnb {tessnb.__version__}")
        return 0
    tool, rest = arguments[0], arguments[1:]
    if tool not in TOOLS:
        import difflib

        near = difflib.get_close_matches(tool, TOOLS, 1)
        hint = f" Did you mean {near[0]}?" if near else " tessnb --help lists the tools."
        print(f"ERROR: there is no tool {tool!r}.{hint}", file=sys.stderr)
        return 1

    from tessnb.commands._flags import HelpRequested
    from tessnb.errors import TessnbError

    try:
        if at_prompt and tool in _COMPILED and rest and "help" not in rest[0]:
            _tell_of_compiling()
        return int(importlib.import_module(f"tessnb.commands.{tool}").run(rest))
    except HelpRequested as help_text:
        print(help_text, end="")
        return 0
    except TessnbError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1
    except MemoryError as error:
        print(f"ERROR: not enough memory. {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130
