"""From text to a trained network in ten languages, with our tools and with Debian's: does every line count?

For each language: a page in one font, training lines, character set, starter, and 300 iterations of a small
network, once with our tools alone and once with the reference's alone. A line is skipped by a trainer if the
character set cannot spell it or the network cannot take it; ours must not skip what the reference does not.
``python -m tests.bench.languages [LANGUAGE ...]``.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tessnb.charset.from_text import number_patterns, punctuation_patterns, words_of
from tessnb.commands import main
from tessnb.formats.lstmf import Document
from tessnb.synthesis.languages import language_settings
from tests.bench.charsets import script_folder
from tests.bench.texts import language_text, locale_text

if TYPE_CHECKING:
    from tests.bench.rows import Bench, Row

__all__ = ["FONTS", "Chain", "compare_language", "languages", "run_chain"]

#: A font of Debian's for each language.
FONTS = {
    "eng": "DejaVu Sans", "deu": "DejaVu Serif", "fra": "Liberation Serif", "heb": "FreeSerif",
    "ara": "Noto Naskh Arabic", "hin": "Noto Sans Devanagari", "kor": "Noto Sans CJK KR",
    "chi_sim": "Noto Sans CJK SC", "tha": "Noto Sans Thai", "khm": "Noto Sans Khmer",
}  # fmt: skip
NET_SPEC = "[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lfx24 Lrx24 Lfx32 O1c1]"
ITERATIONS = 300
_WORDS = 260
_PROGRESS = re.compile(r"BCER train=([\d.]+)%.*skip ratio=([\d.]+)%")
#: What the trainers say of a line that they pass over.
_SKIPPED = re.compile(r"Can't encode transcription|Encoding of string failed|Image too large|No valid path")

Tool = Callable[..., str]


@dataclass(frozen=True)
class Chain:
    """What came of one side.

    Attributes
    ----------
    lines : int
        Training lines.
    unichars : int
        Size of the character set.
    skipped : int
        Lines that the trainer complained of.
    skip_ratio, error : float
        The last that the trainer reported, in percent.
    """

    lines: int
    unichars: int
    skipped: int
    skip_ratio: float
    error: float


def theirs(folder: Path) -> Tool:
    """Return a function that runs one of the reference's tools in a folder and returns what it says."""

    def run(tool: str, *arguments: object) -> str:
        result = subprocess.run(
            [tool, *map(str, arguments)],
            cwd=folder,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if result.returncode:
            raise RuntimeError(f"{tool} failed:\n{result.stdout}{result.stderr}")
        return result.stdout + result.stderr

    return run


def ours(folder: Path) -> Tool:
    """Return a function that runs one of our tools, in this process."""

    def run(tool: str, *arguments: object) -> str:
        said, here = io.StringIO(), Path.cwd()
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                code = main([tool, *map(str, arguments)])
        finally:
            os.chdir(here)
        if code:
            raise RuntimeError(f"tessnb {tool} failed:\n{said.getvalue()}")
        return said.getvalue()

    return run


def sample_text(language: str, words: int = _WORDS) -> list[str]:
    """Return lines of a few words: langdata's where it is at hand, and else names and numbers from ICU."""
    lines = language_text(language) if os.environ.get("TESSNB_TEST_DATA") else []
    lines = lines[: max(len(lines) - len(locale_text(language)) - 120, 0)] or locale_text(language)
    choose = random.Random(language)
    choose.shuffle(lines)
    found = " ".join(lines).split()
    if not found or sum(map(len, found)) / len(found) > 20:  # scripts without spaces: cut anywhere
        whole = "".join(found)
        found = [whole[start : start + 8] for start in range(0, len(whole), 8)]
    return [" ".join(found[start : start + 6]) for start in range(0, min(words, len(found)), 6)]


def run_chain(
    tool: Tool, folder: Path, language: str, text: list[str], *, iterations: int = ITERATIONS
) -> Chain:
    """Go from text to a trained network with one side's tools.

    Parameters
    ----------
    tool : callable
        `ours` or `theirs` of the folder.
    folder : Path
        An empty folder.
    language : str
        A key of `FONTS`.
    text : list of str
        Lines.
    iterations : int
        Of training.
    """
    settings = language_settings(language)
    (folder / "text").write_text("\n".join(text) + "\n", "utf-8")
    whole = "\n".join(text)
    lists = {
        "words": words_of(whole),
        "puncs": punctuation_patterns(whole),
        "numbers": number_patterns(whole),
    }
    for name, entries in lists.items():
        (folder / name).write_text("".join(f"{entry}\n" for entry in entries), "utf-8")
    page = ["--xsize=2000", "--ysize=4000", "--leading", settings.leading, f"--fontconfig_tmpdir={folder}"]
    tool(
        "text2image", "--fonts_dir=/usr/share/fonts", f"--font={FONTS[language]}", "--text=text",
        "--outputbase=page", *page,
    )  # fmt: skip
    tool("tesseract", "page.tif", "page", "--psm", "6", "lstm.train")
    mode = ["--norm_mode", settings.norm_mode]
    tool("unicharset_extractor", "--output_unicharset", "raw", *mode, "page.box", "text")
    scripts = ["--script_dir", script_folder(folder)]
    tool("set_unicharset_properties", "-U", "raw", "-O", "unicharset", *scripts)
    flags = [part for name, entries in lists.items() if entries for part in (f"--{name}", name)]
    if not lists["words"]:
        flags = []
    flags += [f"--lang_is_rtl={str(settings.lang_is_rtl).lower()}"]
    flags += [f"--pass_through_recoder={str(settings.norm_mode > 1).lower()}"]
    model = ["--input_unicharset", "unicharset", "--output_dir", ".", "--lang", language]
    tool("combine_lang_model", *model, *scripts, *flags)
    (folder / "list").write_text("page.lstmf\n")
    starter = ["--traineddata", f"{language}/{language}.traineddata", "--train_listfile", "list"]
    said = tool(
        "lstmtraining", *starter, "--model_output", "base", "--net_spec", NET_SPEC,
        "--learning_rate", "0.002", "--max_iterations", iterations,
    )  # fmt: skip
    error, ratio = _PROGRESS.findall(said)[-1]
    return Chain(
        len(Document.read(folder / "page.lstmf").pages),
        int((folder / "unicharset").read_bytes().split(b"\n", 1)[0]),
        len(_SKIPPED.findall(said)),
        float(ratio),
        float(error),
    )


def compare_language(language: str, folder: Path, *, iterations: int = ITERATIONS) -> tuple[Chain, Chain]:
    """Return what came of our chain and of the reference's."""
    text = sample_text(language)
    chains = []
    for name, side in (("ours", ours), ("theirs", theirs)):
        place = folder / language / name
        place.mkdir(parents=True)
        chains.append(run_chain(side(place), place, language, text, iterations=iterations))
    return chains[0], chains[1]


def _table(folder: Path, names: list[str]) -> Iterator[tuple[str, Chain, Chain]]:
    """Yield the results, and print them as they come: ours before the stroke, the reference's behind it."""
    print(f"{'language':10}{'lines':>12}{'unichars':>14}{'skipped':>12}{'skip ratio, %':>18}{'BCER, %':>18}")
    for language in names:
        our, their = compare_language(language, folder)
        print(
            f"{language:10}{our.lines:>6} |{their.lines:>4}{our.unichars:>7} |{their.unichars:>5}"
            f"{our.skipped:>6} |{their.skipped:>4}{our.skip_ratio:>10.3f} |{their.skip_ratio:>6.3f}"
            f"{our.error:>10.2f} |{their.error:>6.2f}",
            flush=True,
        )
        yield language, our, their


def languages(bench: Bench) -> Iterator[Row]:
    """Yield for each language how many lines each side skips in 300 iterations."""
    from tests.bench.rows import Row

    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        for language, our, their in _table(Path(folder), list(FONTS)):
            note = f"{our.lines} lines, {their.lines} of the reference's"
            yield Row(f"{language}, 300 iterations", "skipped", our.skipped, their.skipped, note=note)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        results = list(_table(Path(work), sys.argv[1:] or list(FONTS)))
    raise SystemExit(any(our.skipped > their.skipped for _, our, their in results))
