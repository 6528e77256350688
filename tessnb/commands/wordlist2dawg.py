"""``tessnb wordlist2dawg``: pack a word list into a dawg, or check which of its words a dawg lacks.

Source: ``src/training/wordlist2dawg.cpp``.
"""

from __future__ import annotations

from pathlib import Path

from tessnb.charset.wordlist import ReversePolicy, build_dawg, longest_first, missing_words, read_word_list
from tessnb.commands._flags import HelpRequested
from tessnb.commands._output import say
from tessnb.errors import FlagError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.traineddata import TESSERACT_VERSION
from tessnb.formats.unicharset import Unicharset

__all__ = ["run"]

USAGE = """\
Usage: tessnb wordlist2dawg -v | --version |
       tessnb wordlist2dawg [-t | -r [reverse policy] ] word_list_file dawg_file unicharset_file
"""
HELP = f"""{USAGE}
  -t  Print the words of the list that the dawg lacks; a * in a word stands for any character
  -r  Store words backwards (for right-to-left scripts): 0 none, 1 those with right-to-left letters, 2 all
"""


def _policy(text: str) -> ReversePolicy:
    try:
        policy = ReversePolicy(int(text))
    except ValueError:
        raise FlagError("no such reverse policy", where="-r", found=text, expected="0, 1 or 2") from None
    say(f"Set reverse_policy to RRP_{policy.name}")
    return policy


def run(arguments: list[str]) -> int:
    """Run the tool; 1 if the arguments are not as the usage says."""
    if arguments[:1] in (["-v"], ["--version"]):
        print(TESSERACT_VERSION)
        return 0
    if arguments[:1] in (["-h"], ["--help"]):
        raise HelpRequested(HELP)
    if arguments and arguments[0].startswith("-") and arguments[0] not in ("-t", "-r"):
        raise FlagError(f"Non-existent flag {arguments[0]}", hint="See tessnb wordlist2dawg --help")
    check = len(arguments) == 4 and arguments[0] == "-t"
    reverse = len(arguments) == 5 and arguments[0] == "-r"
    if not (len(arguments) == 3 or check or reverse):
        print(USAGE, end="")
        return 1
    policy = _policy(arguments[1]) if reverse else ReversePolicy.DO_NO_REVERSE
    word_file, dawg_file, unicharset_file = arguments[-3:]
    say(f"Loading unicharset from '{unicharset_file}'")
    unicharset = Unicharset.read(unicharset_file)
    if check:
        _check(word_file, dawg_file, unicharset)
    else:
        _build(word_file, dawg_file, unicharset, policy)
    return 0


def _build(word_file: str, dawg_file: str, unicharset: Unicharset, policy: ReversePolicy) -> None:
    say(f"Reading word list from '{word_file}'")
    words = longest_first(read_word_list(read_bytes(word_file)))
    say("Reducing Trie to SquishedDawg")
    dawg = build_dawg(words, unicharset, policy)
    if dawg is None:
        say("Dawg is empty, skip producing the output file")
        return
    say(f"Writing squished DAWG to '{dawg_file}'")
    write_bytes(dawg_file, dawg.to_bytes())


def _check(word_file: str, dawg_file: str, unicharset: Unicharset) -> None:
    say(f"Loading dawg DAWG from '{dawg_file}'")
    dawg = SquishedDawg.from_bytes(read_bytes(dawg_file), Path(dawg_file).name)
    say(f"Checking word list from '{word_file}'")
    for word, valid in missing_words(read_word_list(read_bytes(word_file)), dawg, unicharset):
        say(f"Missing word: {word}" if valid else f"Failed to create a valid word from {word}")
