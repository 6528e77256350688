"""The character set tools beside Debian's, in every language, file for file.

``python -m tests.bench.charsets [LANGUAGE ...]``; all languages and all blocks take about ten minutes.

For each language its text goes through ``unicharset_extractor`` in the three norm modes,
``set_unicharset_properties``, ``combine_lang_model`` with each of its flags, ``wordlist2dawg`` with each
policy and ``dawg2wordlist``; then random text of every block of Unicode's Basic Multilingual Plane does so
in part. A run counts as the same if exit code, both streams and all files are.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import icu

from tessnb.charset.from_text import number_patterns, punctuation_patterns, words_of
from tessnb.commands import main
from tests.bench.texts import LOCALES, block_text, language_text
from tests.commands.side_by_side import printable

if TYPE_CHECKING:
    from tests.bench.rows import Bench, Row

__all__ = ["Pair", "charsets", "check_blocks", "check_language", "compare_charsets", "script_folder"]

RIGHT_TO_LEFT = {"ara", "heb", "fas", "urd", "yid", "pus", "syr", "div", "snd", "uig"}
_MOST_WORDS = 40_000
_STEPS = ("extract", "properties", "combine", "pack", "list")


@dataclass
class Pair:
    """Runs our tool and the real one in two folders with the same files, and keeps count.

    Attributes
    ----------
    folder : Path
        Gets the folders ``ours`` and ``theirs``; inputs of `write` go to both.
    same, runs : dict of str to int
        By step.
    different : list of str
        What differed, in words.
    seconds : float
        Both sides together.
    """

    folder: Path
    same: dict[str, int] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)
    different: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=lambda: {"ours": 0.0, "reference": 0.0})

    def __post_init__(self) -> None:
        for name in ("ours", "theirs"):
            (self.folder / name).mkdir(parents=True)

    def write(self, name: str, lines: list[str]) -> str:
        """Write lines into a file on both sides, and return its name."""
        for side in ("ours", "theirs"):
            text = "".join(f"{line}\n" for line in lines)
            (self.folder / side / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        return name

    def make_folder(self, name: str) -> None:
        """Make a folder on both sides."""
        for side in ("ours", "theirs"):
            (self.folder / side / name).mkdir()

    def run(self, step: str, tool: str, *arguments: object) -> bool:
        """Run both; return whether the reference succeeded."""
        words = [str(argument) for argument in arguments]
        began = time.perf_counter()
        theirs = subprocess.run(
            [tool, *words],
            cwd=self.folder / "theirs",
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        between = time.perf_counter()
        out, err, here = io.StringIO(), io.StringIO(), Path.cwd()
        os.chdir(self.folder / "ours")
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main([tool, *words])
        finally:
            os.chdir(here)
        self.seconds["ours"] += time.perf_counter() - between
        self.seconds["reference"] += between - began
        what = []
        if bool(code) != bool(theirs.returncode):
            what.append(f"exit code {code} instead of {theirs.returncode}")
        if not code:  # what is said of a failure is our own
            if printable(err.getvalue()) != printable(theirs.stderr):
                what.append("messages")
            if printable(out.getvalue()) != printable(theirs.stdout):
                what.append("output")
        files = self._synchronize()
        if not (code and theirs.returncode):  # the reference leaves some files behind when it fails
            what += [f"file {name}" for name in files]
        self.runs[step] = self.runs.get(step, 0) + 1
        self.same[step] = self.same.get(step, 0) + (not what)
        if what:
            self.different.append(f"{tool} {' '.join(words)}: {', '.join(what)}")
        return theirs.returncode == 0

    def _synchronize(self) -> list[str]:
        """Return the files that differ, and go on with those of the reference on both sides."""
        ours, theirs = (_files(self.folder / side) for side in ("ours", "theirs"))
        names = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
        for name in names:
            path = self.folder / "ours" / name
            path.unlink(missing_ok=True)
            if name in theirs:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(theirs[name])
        return names


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def script_folder(folder: Path) -> Path:
    """Return langdata_lstm of the test data, or a folder with no more than a table of two Han characters."""
    if data := os.environ.get("TESSNB_TEST_DATA"):
        return Path(data) / "langdata_lstm"
    scripts = folder / "scripts"
    scripts.mkdir(exist_ok=True)
    (scripts / "radical-stroke.txt").write_text("19968 1 0 0 0\n19969 1 1\n")
    return scripts


def _lists(language: str, text: str) -> dict[str, list[str]]:
    """Return words and patterns of langdata where it is at hand, and else of the text."""
    found = {
        "wordlist": words_of(text),
        "punc": punctuation_patterns(text),
        "numbers": number_patterns(text) or [" "],
    }
    folder = Path(os.environ.get("TESSNB_TEST_DATA", "/nonexistent")) / "langdata" / language
    for name in found:
        path = folder / f"{language}.{name}"
        if path.is_file():
            entries = path.read_text("utf-8").split("\n")
            found[name] = entries[:: 1 + len(entries) // _MOST_WORDS]
    return found


def check_language(
    language: str, folder: Path, *, text: list[str] | None = None, modes: tuple[int, ...] = (1, 2, 3)
) -> Pair:
    """Run all tools on one language's text; see the module.

    Parameters
    ----------
    language : str
        A key of `LOCALES`.
    folder : Path
        An empty or missing folder.
    text : list of str, optional
        Lines to use instead of `language_text`.
    modes : tuple of int
        The norm modes.
    """
    pair = Pair(folder)
    scripts = script_folder(folder)
    lines = language_text(language) if text is None else text
    pair.write("text", lines)
    lists = {"wordlist": [], "punc": [], "numbers": []} | _lists(language, "\n".join(lines))
    for name, entries in lists.items():
        pair.write(name, entries)
    for mode in modes:
        raw, charset = f"{mode}.raw", f"{mode}.unicharset"
        pair.run("extract", "unicharset_extractor", "--output_unicharset", raw, "--norm_mode", mode, "text")
        pair.run(
            "properties", "set_unicharset_properties", "-U", raw, "-O", charset,
            "-X", f"{mode}.xheights", "--script_dir", scripts,
        )  # fmt: skip
        base = ["--input_unicharset", charset, "--script_dir", scripts, "--lang", language]
        words = ["--words", "wordlist", "--puncs", "punc", "--numbers", "numbers"]
        direction = f"--lang_is_rtl={str(language in RIGHT_TO_LEFT).lower()}"
        variants = {
            "plain": [*words, direction],
            "through": [*words, direction, "--pass_through_recoder", "--version_str", f"{language} 2"],
            "bare": [f"--lang_is_rtl={str(language not in RIGHT_TO_LEFT).lower()}"],
        }
        for name, flags in variants.items():
            out = ["--output_dir", f"{mode}.{name}"]
            pair.make_folder(out[1])
            pair.run("combine", "combine_lang_model", *base, *flags, *out)
        for policy in (0, 1, 2):
            for kind in lists if policy or mode == modes[0] else ("wordlist",):
                dawg = f"{mode}.{policy}.{kind}"
                if pair.run("pack", "wordlist2dawg", "-r", policy, kind, f"{dawg}.dawg", charset):
                    _list(pair, charset, dawg)
    shutil.rmtree(folder)
    return pair


def _list(pair: Pair, charset: str, dawg: str) -> None:
    if (pair.folder / "theirs" / f"{dawg}.dawg").exists():
        pair.run("list", "dawg2wordlist", charset, f"{dawg}.dawg", f"{dawg}.words")


def _blocks() -> Iterator[tuple[int, int]]:
    """Yield the ranges of Unicode's blocks of the Basic Multilingual Plane, and of letters beyond."""
    start, previous = 0x80, None
    for code in range(0x80, 0x1FB00):
        block = icu.Char.getIntPropertyValue(chr(code), icu.UProperty.BLOCK)
        if previous is not None and block != previous:
            yield start, code - 1
            start = code
        previous = block


def check_blocks(folder: Path) -> Pair:
    """Run ``unicharset_extractor`` on random text of every block, in all norm modes, then properties."""
    pair = Pair(folder)
    scripts = script_folder(folder)
    lines: dict[int, list[str]] = {}
    for first, last in _blocks():
        if not 0xD800 <= first <= 0xDFFF:
            lines.setdefault(first // 0x800, []).extend(block_text(first, last))
    for number, text in lines.items():
        pair.write("text", ["text", *text])
        for mode in (1, 2, 3):
            raw = f"{number}.{mode}.raw"
            arguments = ["--output_unicharset", raw, "--norm_mode", mode, "text"]
            pair.run("extract", "unicharset_extractor", *arguments)
            if not _reads_back(pair.folder / "theirs" / raw):
                continue
            done = ["-U", raw, "-O", f"{number}.{mode}.unicharset", "--script_dir", scripts]
            pair.run("properties", "set_unicharset_properties", *done)
    shutil.rmtree(folder)
    return pair


def _reads_back(path: Path) -> bool:
    """Return whether no unichar stands twice; with one that has white space inside, the reference crashes."""
    names = [line.split()[0] for line in path.read_text("utf-8", "surrogateescape").split("\n")[1:] if line]
    return len(set(names)) == len(names)


def compare_charsets(folder: Path, languages: list[str] | None = None) -> list[Pair]:
    """Check every language and all blocks, and print a table as it grows."""
    print(f"{'language':10}" + "".join(f"{step:>14}" for step in _STEPS) + f"{'s, reference':>16}")
    pairs = []
    for language in languages or [*LOCALES, "blocks"]:
        place = folder / f"charset-{language}"
        pair = check_blocks(place) if language == "blocks" else check_language(language, place)
        pairs.append(pair)
        counts = [f"{pair.same[step]}/{pair.runs[step]}" if step in pair.runs else "" for step in _STEPS]
        times = f"{pair.seconds['ours']:.1f}, {pair.seconds['reference']:.1f}"
        print(f"{language:10}" + "".join(f"{count:>14}" for count in counts) + f"{times:>16}", flush=True)
        for difference in pair.different:
            print(f"  different: {difference}")
    return pairs


def charsets(bench: Bench) -> Iterator[Row]:
    """Yield how many runs of each language come out the same."""
    from tests.bench.rows import Row

    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        pairs = compare_charsets(Path(folder))
    for name, pair in zip([*LOCALES, "blocks"], pairs, strict=True):
        same, runs = sum(pair.same.values()), sum(pair.runs.values())
        yield Row(f"character sets, {name}", "same runs", same, runs, note="; ".join(pair.different))


def main_program() -> None:
    """Check the languages that are named, or all, and say how many runs were the same."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = compare_charsets(Path(folder), sys.argv[1:])
    same, runs = (sum(sum(getattr(pair, name).values()) for pair in pairs) for name in ("same", "runs"))
    print(f"{same} of {runs} runs the same")
    raise SystemExit(same != runs)


if __name__ == "__main__":
    main_program()
