"""``tessnb merge_unicharsets``: put several unicharsets into one.

Source: ``src/training/merge_unicharsets.cpp``.
"""

from __future__ import annotations

from tessnb.charset.unicharset import append_unicharset
from tessnb.commands._flags import parse
from tessnb.formats.unicharset import Unicharset

__all__ = ["run"]

SYNOPSIS = "unicharset-in-1 ... unicharset-in-n unicharset-out"


def run(arguments: list[str]) -> int:
    """Run the tool; 1 if fewer than two inputs and an output are named."""
    _, paths = parse("merge_unicharsets", SYNOPSIS, (), arguments)
    if len(paths) < 3:
        print(f"Usage: tessnb merge_unicharsets {SYNOPSIS}")
        return 1
    *inputs, output = paths
    merged = Unicharset()
    for path in inputs:
        source = Unicharset.read(path)
        print(f"Loaded unicharset of size {len(source)} from file {path}")
        append_unicharset(merged, source)
    merged.write(output, canonical=True)
    print(f"Wrote unicharset file {output}.")
    return 0
