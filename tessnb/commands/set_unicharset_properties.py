"""``tessnb set_unicharset_properties``: fill in what Unicode and a script directory know of a unicharset.

Source: ``src/training/set_unicharset_properties.cpp``.
"""

from __future__ import annotations

from tessnb.charset.properties import set_script_properties, setup_basic_properties, xheights_of
from tessnb.commands._flags import Flag, parse
from tessnb.commands._ignored import ignored_flags
from tessnb.commands._measuring import MEASURING_FLAGS, measure_as_asked
from tessnb.commands._output import say
from tessnb.errors import FlagError, InputError
from tessnb.files import write_bytes
from tessnb.formats.unicharset import Unicharset

__all__ = ["run"]

FLAGS = (
    Flag("U", "unicharset", "File to load unicharset from"),
    Flag("O", "", "File to write unicharset to"),
    Flag("X", "", "File to write the fonts' xheights to"),
    Flag("script_dir", "", "Directory name for input script unicharsets/xheights"),
    *MEASURING_FLAGS,
    *ignored_flags(),
    Flag("fontconfig_tmpdir", "", "Accepted, without effect here as in Tesseract"),
)


def run(arguments: list[str]) -> int:
    """Run the tool."""
    flags, rest = parse("set_unicharset_properties", "[OPTION ...]", FLAGS, arguments)
    if rest:
        raise InputError("unexpected argument", found=rest[0], hint="All arguments are flags")
    if not flags.U or not flags.O:
        raise FlagError(
            "Specify both input and output unicharsets!", hint="--U names the input, --O the output"
        )
    if not (flags.script_dir or flags.measure_fonts):
        raise FlagError("Must specify a script_dir!", hint="langdata has the scripts' unicharsets")
    unicharset = Unicharset.read(flags.U)
    say(f"Loaded unicharset of size {len(unicharset)} from file {flags.U}")
    say("Setting unichar properties")
    setup_basic_properties(unicharset, report=say)
    if flags.script_dir:
        say("Setting script properties")
        set_script_properties(unicharset, flags.script_dir, say)
    measure_as_asked(unicharset, flags)
    if flags.X and flags.script_dir:
        write_bytes(flags.X, xheights_of(unicharset, flags.script_dir))
    say(f"Writing unicharset to file {flags.O}")
    unicharset.write(flags.O, canonical=True)
    return 0
