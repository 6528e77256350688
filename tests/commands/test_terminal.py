"""What files say is shown by a terminal and not obeyed; to files and pipes it goes as it is."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import run_tool

#: Sets the window's title, colours what follows, goes to its beginning, and turns its direction.
HOSTILE = "a\x1b]0;title\x07\x1b[31m\x9b2J\x08\u202egpj.exe"
ESCAPED = r"a\x1b]0;title\x07\x1b[31m\x9b2J\x08"


def at_terminal(*arguments: str | Path, folder: Path) -> str:
    """Run a tool with a terminal for its output; return what the terminal gets."""
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "tessnb", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal
    ) as process:
        os.close(terminal)
        received = b""
        try:
            while data := os.read(master, 65536):
                received += data
        except OSError:  # the other side is closed
            pass
        os.close(master)
    assert process.returncode in (0, 1)
    return received.decode("utf-8", "surrogateescape")


def at_pipe(*arguments: str | Path, folder: Path) -> bytes:
    command = [sys.executable, "-m", "tessnb", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout


def assert_shown(text: str) -> None:
    assert ESCAPED in text
    assert not [char for char in text if char < " " and char not in "\r\n\t\f"]
    assert not set(text) & {"\x7f", "\x9b", "\u202e"}


@pytest.mark.parametrize(
    "command",
    [
        "lstmeval --model {} --eval_listfile x",
        "unicharset_extractor {}",
        "dawg2wordlist {0} {0} {0}",
        "combine_tessdata -d {}",
        "text2image --text {} --outputbase x --font {}",
        "tesseract {} x --psm 7",
        "lstmtraining --{}=1",
        "runs {}",
        "{}",
    ],
)
def test_names_of_files_are_shown(command: str, tmp_path: Path) -> None:
    arguments = [word.format(HOSTILE, HOSTILE) for word in command.split()]
    assert_shown(at_terminal(*arguments, folder=tmp_path))


def test_texts_of_files_are_shown(tmp_path: Path) -> None:
    (tmp_path / "words").write_text(f"tea\n{HOSTILE}\n")
    (tmp_path / "x.box").write_text("a 1 1 2 2 0\n")
    run_tool("unicharset_extractor", "--output_unicharset", tmp_path / "u", tmp_path / "x.box")
    (tmp_path / f"{HOSTILE}.box").write_text(f"{HOSTILE} 1 1 2 2 0\n")
    said = at_terminal("unicharset_extractor", f"{HOSTILE}.box", folder=tmp_path)
    assert_shown(said)


def test_pipes_get_what_the_reference_writes(tmp_path: Path) -> None:
    name = f"{HOSTILE}.box"
    (tmp_path / name).write_text("a 1 1 2 2 0\n")
    arguments = ["--output_unicharset", str(tmp_path / "u"), str(tmp_path / name)]
    theirs = run_tool("unicharset_extractor", *arguments)
    ours = at_pipe("unicharset_extractor", *arguments, folder=tmp_path)
    assert HOSTILE.encode() in ours
    assert ours.decode() == theirs.stdout + theirs.stderr
