"""``tessnb dawg2wordlist``: list the words of a dawg.

Source: ``src/training/dawg2wordlist.cpp``.
"""

from __future__ import annotations

import sys

from tessnb.charset.wordlist import dawg_words
from tessnb.commands._flags import HelpRequested
from tessnb.commands._output import say
from tessnb.errors import FlagError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.traineddata import TESSERACT_VERSION
from tessnb.formats.unicharset import Unicharset

__all__ = ["run"]

USAGE = """\
Print all the words in a given dawg.
Usage: tessnb dawg2wordlist -v | --version | tessnb dawg2wordlist <unicharset> <dawgfile> <wordlistfile>
"""


def run(arguments: list[str]) -> int:
    """Run the tool; 1 if the arguments are not as the usage says."""
    if arguments[:1] in (["-v"], ["--version"]):
        print(TESSERACT_VERSION)
        return 0
    if arguments[:1] in (["-h"], ["--help"]):
        raise HelpRequested(USAGE)
    if arguments and arguments[0].startswith("-"):
        raise FlagError(f"Non-existent flag {arguments[0]}", hint="See tessnb dawg2wordlist --help")
    if len(arguments) != 3:
        print(USAGE, end="", file=sys.stderr)
        return 1
    unicharset_file, dawg_file, word_file = arguments
    unicharset = Unicharset.read(unicharset_file)
    say(f"Loading word list from {dawg_file}")
    say("Reading squished dawg")
    dawg = SquishedDawg.from_bytes(read_bytes(dawg_file), dawg_file)
    say("Word list loaded.")
    text = "".join(f"{word}\n" for word in dawg_words(dawg, unicharset))
    write_bytes(word_file, text.encode("utf-8", "surrogateescape"))
    return 0
