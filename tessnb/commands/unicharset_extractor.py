"""``tessnb unicharset_extractor``: collect the characters of box files and plain texts into a unicharset.

Source: ``src/training/unicharset_extractor.cpp``.
"""

from __future__ import annotations

from tessnb.charset.graphemes import GraphemeMode
from tessnb.charset.properties import setup_basic_properties
from tessnb.charset.unicharset import add_texts
from tessnb.commands._flags import Flag, parse
from tessnb.commands._output import say, write
from tessnb.errors import FlagError, FormatError
from tessnb.files import read_bytes
from tessnb.formats.boxfile import boxes_from_bytes
from tessnb.formats.unicharset import Unicharset

__all__ = ["run"]

FLAGS = (
    Flag("output_unicharset", "unicharset", "Output file path"),
    Flag("norm_mode", 1, "Normalization mode: 1=Combine graphemes, 2=Split graphemes, 3=Pure unicode"),
)
USAGE = """\
Usage: tessnb unicharset_extractor [--output_unicharset filename] [--norm_mode mode] box_or_text_file [...]
Where mode means:
 1=combine graphemes (use for Latin and other simple scripts)
 2=split graphemes (use for Indic/Khmer/Myanmar)
 3=pure unicode (use for Arabic/Hebrew/Thai/Tibetan)
Reads box or plain text files to extract the unicharset.
"""


def _texts(path: str) -> list[str]:
    """Return the texts of a box file's boxes, or the lines of any other file."""
    data = read_bytes(path)
    if not data:
        say(f"Failed to read data from: {path}")
        return []
    try:
        boxes = boxes_from_bytes(data, path, skip_blanks=True)
    except FormatError as error:
        say(error.message)
        boxes = []
    if boxes:
        say(f"Extracting unicharset from box file {path}")
        return [box.text for box in boxes]
    say(f"Extracting unicharset from plain text file {path}")
    lines = (line.split(b"\0", 1)[0] for line in data.split(b"\n") if line)
    return [line.decode("utf-8", "surrogateescape") for line in lines]


def run(arguments: list[str]) -> int:
    """Run the tool; 1 if no file is named."""
    if not arguments:
        write(USAGE)
        return 1
    flags, paths = parse("unicharset_extractor", "[OPTION ...] box_or_text_file ...", FLAGS, arguments)
    if not paths:
        write(USAGE)
        return 1
    if flags.norm_mode not in (1, 2, 3):
        raise FlagError(
            "no such normalization mode", where="--norm_mode", found=flags.norm_mode, expected="1, 2 or 3"
        )
    unicharset = Unicharset()
    for path in paths:
        add_texts(unicharset, _texts(path), GraphemeMode(flags.norm_mode), say)
    setup_basic_properties(unicharset, report=say)
    unicharset.write(flags.output_unicharset)
    say(f"Wrote unicharset file {flags.output_unicharset}")
    return 0
