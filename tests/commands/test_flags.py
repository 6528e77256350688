"""Flags as the reference's training tools take them, and the dispatcher before them."""

from __future__ import annotations

import pytest

from tessnb.commands import TOOLS, main
from tessnb.commands._flags import Flag, HelpRequested, parse
from tessnb.errors import FlagError

FLAGS = [
    Flag("list", "", "a list"),
    Flag("count", 7, "a number"),
    Flag("rate", 0.5, "a rate"),
    Flag("quiet", False, "be quiet"),
]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--count", "3", "--rate=1e-3", "--quiet", "--list=a=b"],
        ["-count=3", "-rate", "1e-3", "-quiet=1", "-list", "a=b"],
    ],
)
def test_both_spellings(arguments: list[str]) -> None:
    values, rest = parse("tool", "", FLAGS, [*arguments, "file", "--count"])
    assert (values.count, values.rate, values.quiet, values.list) == (3, 1e-3, True, "a=b")
    assert rest == ["file", "--count"]  # flags end at the first argument without a hyphen


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cuont=3"], "Non-existent flag --cuont=3"),
        (["--count"], "Could not find value argument for flag count"),
        (["--count=x"], "Could not parse int from x"),
        (["--rate=nan"], "Could not parse double from nan"),
        (["--quiet=maybe"], "Could not parse bool from flag --quiet=maybe"),
        (["--count="], "Bad argument: --count="),
        (["--"], "Bad argument: --"),
    ],
)
def test_bad_flags(arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError, match=message):
        parse("tool", "", FLAGS, arguments)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-help"]])
def test_help_names_every_flag(arguments: list[str]) -> None:
    with pytest.raises(HelpRequested) as text:
        parse("tool", "", FLAGS, arguments)
    for flag in FLAGS:
        assert f"--{flag.name}" in str(text.value)


def test_dispatcher(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listing = capsys.readouterr().out
    assert all(tool in listing for tool in TOOLS)
    assert main(["lstmtraning"]) == 1
    assert "Did you mean lstmtraining?" in capsys.readouterr().err


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_explains_itself(tool: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([tool, "--help"]) == 0
    assert tool in capsys.readouterr().out
