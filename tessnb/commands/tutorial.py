"""``tutorial``: copy the tutorial's notebooks into a folder and open JupyterLab on them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tessnb.commands._flags import HelpRequested
from tessnb.commands._output import say
from tessnb.errors import FlagError

__all__ = ["run"]

_FOLDER = "tessnb-tutorial"

_HELP = f"""\
Usage:
  tessnb tutorial [FOLDER] [--copy-only] [OPTION OF JUPYTERLAB ...]

Copies the tutorial's notebooks into FOLDER (default: {_FOLDER}) and opens JupyterLab on the first of them.
Notebooks that you have changed or run are never overwritten; give another folder for fresh ones.

  --copy-only  Copy them and open nothing

Everything else is passed on to JupyterLab, options with a value as one word: --no-browser --port=8890
"""


def run(arguments: Sequence[str]) -> int:
    """Run the tool; return its exit code."""
    if {"--help", "-h"}.intersection(arguments):
        raise HelpRequested(_HELP)
    named = bool(arguments) and not arguments[0].startswith("-")
    folder, options = Path(arguments[0] if named else _FOLDER), list(arguments[named:])
    for before, option in pairwise(["tutorial", *options]):
        if not option.startswith("-"):
            raise FlagError(
                f"there is no place for {option!r} behind {before}",
                hint="The folder comes first, and an option's value behind a =; see tessnb tutorial --help",
            )

    from tessnb.resources import copy_tutorial

    first = copy_tutorial(folder, say)
    if "--copy-only" in options:
        return 0
    # Jupyter wants to be told that it may run as root (a bare container).
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *root, *options, str(first)])
