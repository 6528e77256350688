"""``tessnb combine_lang_model``: make the starter traineddata of a unicharset and word lists.

Source: ``src/training/combine_lang_model.cpp``.
"""

from __future__ import annotations

from pathlib import Path

from tessnb.charset.properties import set_script_properties, setup_basic_properties
from tessnb.charset.radicals import find_radical_table
from tessnb.charset.starter import build_starter
from tessnb.commands._flags import Flag, parse
from tessnb.commands._measuring import MEASURING_FLAGS, measure_as_asked
from tessnb.commands._output import say
from tessnb.errors import FlagError, InputError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats.unicharset import Unicharset

__all__ = ["run"]

FLAGS = (
    Flag("lang_is_rtl", False, "True if lang being processed is written right-to-left"),
    Flag(
        "pass_through_recoder",
        False,
        "If true, the recoder is a simple pass-through of the unicharset. "
        "Otherwise, potentially a compression of it",
    ),
    Flag("input_unicharset", "", "Filename with unicharset to complete and use in encoding"),
    Flag("script_dir", "", "Directory name for input script unicharsets"),
    Flag("words", "", "File listing words to use for the system dictionary"),
    Flag("puncs", "", "File listing punctuation patterns"),
    Flag("numbers", "", "File listing number patterns"),
    Flag("output_dir", "", "Root directory for output files"),
    Flag("version_str", "", "Version string to add to traineddata file"),
    Flag("lang", "", "Name of language being processed"),
    *MEASURING_FLAGS,
)


def _read_lines(path: str) -> list[str]:
    """Return the lines of a list that are not empty, none for no name."""
    if not path:
        return []
    text = read_bytes(path).decode("utf-8", "surrogateescape")
    return [line.partition("\0")[0] for line in text.split("\n") if line]


def _read_config(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if not data:
        say(f"Failed to read data from: {path}")
    return data


def run(arguments: list[str]) -> int:
    """Run the tool."""
    flags, rest = parse("combine_lang_model", "[OPTION ...]", FLAGS, arguments)
    if rest:
        raise InputError("unexpected argument", found=rest[0], hint="All arguments are flags")
    for name in ("input_unicharset", "script_dir", "output_dir", "lang"):
        if not (getattr(flags, name) or (name == "script_dir" and flags.measure_fonts)):
            raise FlagError(f"Must specify --{name}", hint="See tessnb combine_lang_model --help")
    script_dir = Path(flags.script_dir)
    words, puncs, numbers = map(_read_lines, (flags.words, flags.puncs, flags.numbers))
    unicharset = Unicharset.read(flags.input_unicharset)
    say(f"Loaded unicharset of size {len(unicharset)} from file {flags.input_unicharset}")
    say("Setting unichar properties")
    setup_basic_properties(unicharset, report=say)
    config, radicals = b"", None
    if flags.script_dir:
        say("Setting script properties")
        set_script_properties(unicharset, flags.script_dir, say)
        say("Config file is optional, continuing...")
        config = _read_config(script_dir / flags.lang / f"{flags.lang}.config")
        radicals = read_bytes(script_dir / "radical-stroke.txt").decode("utf-8", "surrogateescape")
    else:
        radicals = find_radical_table()
    measure_as_asked(unicharset, flags)
    starter = build_starter(
        unicharset,
        words=words,
        puncs=puncs,
        numbers=numbers,
        radical_stroke_table=radicals,
        lang_is_rtl=flags.lang_is_rtl,
        pass_through_recoder=flags.pass_through_recoder,
        version_str=flags.version_str,
        config=config,
        report=say,
    )
    base = Path(flags.output_dir) / flags.lang / flags.lang
    table = starter.recoder.to_text(unicharset).encode("utf-8", "surrogateescape")
    size = starter.recoder.code_range
    outputs = {
        ".unicharset": starter.traineddata["lstm-unicharset"],
        f".charset_size={size}.txt": table,
        ".traineddata": starter.traineddata.to_bytes(),
    }
    for suffix, data in outputs.items():
        write_bytes(f"{base}{suffix}", data)
    return 0
