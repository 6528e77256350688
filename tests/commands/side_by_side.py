"""Running our tool and the real one on the same input in two folders, and comparing all that can be seen."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tessnb.commands import main
from tests.conftest import run_tool

__all__ = ["SideBySide", "printable"]


def printable(text: str) -> list[str]:
    """Split into lines; bytes that are no UTF-8, however they were decoded, become one mark."""
    return re.sub("[?\ufffd\udc80-\udcff]+", "?", text).splitlines()


class SideBySide:
    """Runs a tool twice; file names are relative to the folders ``ours`` and ``theirs``."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        self.ours.mkdir()
        self.theirs.mkdir()
        self._capfd = capfd

    def write(self, name: str, data: bytes) -> str:
        """Put a file into both folders and return its name."""
        (self.ours / name).write_bytes(data)
        (self.theirs / name).write_bytes(data)
        return name

    def run(self, tool: str, *arguments: object) -> str:
        """Run both, check output, exit code and files, and return what they wrote to stderr."""
        reference = run_tool(tool, *arguments, cwd=self.theirs, check=False)
        here = os.getcwd()
        os.chdir(self.ours)
        try:
            self._capfd.readouterr()
            code = main([tool, *map(str, arguments)])
        finally:
            os.chdir(here)
        out, err = self._capfd.readouterr()
        assert (code, out) == (reference.returncode, reference.stdout)
        assert printable(err) == printable(reference.stderr)
        mine, other = self._files(self.ours), self._files(self.theirs)
        assert mine.keys() == other.keys()
        for name, data in other.items():
            assert mine[name].splitlines() == data.splitlines(), name
            assert mine[name] == data, name
        return reference.stderr

    @staticmethod
    def _files(folder: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in folder.iterdir()}
