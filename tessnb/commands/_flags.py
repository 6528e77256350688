"""Flags as Tesseract's training tools take them: ``--flag value``, ``--flag=value``, one hyphen or two.

Source: ``src/training/common/commandlineflags.cpp``, ``ParseCommandLineFlags``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from tessnb.errors import FlagError

__all__ = ["Flag", "HelpRequested", "parse", "usage"]

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class Flag:
    """One flag: its name without hyphens, its default (whose type is the flag's type) and what it does.

    Flags with a `heading` stand below it in the help, after the others.
    """

    name: str
    default: bool | int | float | str
    help: str
    heading: str = ""

    @property
    def type_name(self) -> str:
        """The type as the reference's help names it: int, double, bool or string."""
        return {bool: "bool", int: "int", float: "double", str: "string"}[type(self.default)]


class HelpRequested(Exception):
    """``--help``, ``--version`` or nothing was given; the text to print is the argument."""


def usage(command: str, synopsis: str, flags: Sequence[Flag]) -> str:
    """Return the help text of a tool."""
    lines = [f"Usage:\n  tessnb {command} {synopsis}".rstrip(), ""]
    heading = ""
    for flag in flags:
        if flag.heading != heading:
            heading = flag.heading
            lines += ["", f"{heading}:"]
        default = str(flag.default).lower() if isinstance(flag.default, bool) else flag.default
        lines.append(f"  --{flag.name}  {flag.help}  (type:{flag.type_name} default:{default})")
    return "\n".join(lines) + "\n"


def _convert(flag: Flag, text: str, argument: str) -> Any:
    kind = type(flag.default)
    if kind is str:
        return text
    if text == "":
        raise FlagError(f"Bad argument: {argument}", hint=f"--{flag.name} needs a value")
    if kind is bool:
        if text not in _BOOLEANS:
            raise FlagError(f"Could not parse bool from flag {argument}", expected="true, false, 1 or 0")
        return _BOOLEANS[text]
    try:
        value = kind(text)
        if isinstance(value, float) and math.isnan(value):
            raise ValueError
    except ValueError:
        raise FlagError(f"Could not parse {flag.type_name} from {text} in flag {argument}") from None
    return value


def parse(
    command: str, synopsis: str, flags: Sequence[Flag], arguments: Sequence[str]
) -> tuple[Any, list[str]]:
    """Split a command line into flags and the positional arguments behind them.

    Parameters
    ----------
    command, synopsis : str
        For the help text.
    flags : sequence of Flag
        What the tool knows.
    arguments : sequence of str
        The command line without the tool's name. As in the reference, flags end at the first
        argument without a hyphen.

    Returns
    -------
    values : SimpleNamespace
        An attribute per flag.
    positional : list of str

    Raises
    ------
    FlagError
        For an unknown flag, a missing value or a value of the wrong type.
    HelpRequested
        For ``--help``, ``--version`` (which version of Tesseract it behaves as), and for no arguments.
    """
    if not arguments:
        raise HelpRequested(usage(command, synopsis, flags))
    if arguments[0] in ("-v", "--version"):
        from tessnb.formats.traineddata import TESSERACT_VERSION

        raise HelpRequested(f"{TESSERACT_VERSION}\n")
    known = {flag.name: flag for flag in flags}
    values: dict[str, Any] = {flag.name: flag.default for flag in flags}
    index = 0
    while index < len(arguments):
        argument = arguments[index]
        if not argument.startswith("-"):
            break
        body = argument[2:] if argument.startswith("--") else argument[1:]
        name, equals, text = body.partition("=")
        if name == "help":
            raise HelpRequested(usage(command, synopsis, flags))
        if not name:
            raise FlagError(f"Bad argument: {argument}")
        if name not in known:
            raise FlagError(f"Non-existent flag {argument}", hint=f"See tessnb {command} --help")
        flag = known[name]
        if not equals:
            if isinstance(flag.default, bool):
                text = "true"
            elif index + 1 >= len(arguments):
                raise FlagError(f"Could not find value argument for flag {name}")
            else:
                index += 1
                text = arguments[index]
        values[name] = _convert(flag, text, argument)
        index += 1
    return SimpleNamespace(**values), list(arguments[index:])
