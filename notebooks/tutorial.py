"""What the tutorial's notebooks share: how long they take, where they write, how they check themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd

from tessnb.resources import shipped_langdata

__all__ = [
    "FONTS",
    "FULL",
    "ITERATIONS",
    "LEARNING_RATE",
    "PAGE_WIDTH",
    "SMALL_NET",
    "UNSEEN_FONT",
    "begin",
    "by_speed",
    "check",
    "compare",
    "langdata",
    "make_lines",
    "make_starter",
    "run",
    "small_model",
]

#: Whether the notebooks run with the original's iteration counts: set TESSNB_TUTORIAL=full before starting.
FULL = os.environ.get("TESSNB_TUTORIAL", "quick") == "full"

_HERE = Path(__file__).parent
_T = TypeVar("_T")


def by_speed(quick: _T, full: _T) -> _T:
    """Return the one of two settings that fits the speed at which the notebooks run."""
    return full if FULL else quick


#: What notebook 04 trains: in full as the TessTutorial does, or a network that learns while you watch.
SMALL_NET = by_speed(
    "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys32 Lbx64 O1c1]",
    "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]",
)
FONTS = by_speed(
    ["DejaVu Sans", "Liberation Serif"],
    ["DejaVu Sans", "DejaVu Serif", "Liberation Sans", "Liberation Serif", "FreeSerif"],
)
LEARNING_RATE, ITERATIONS, PAGE_WIDTH = by_speed((0.006, 3000, 1000), (0.002, 5000, 3600))
#: Stands in for "Impact Condensed": narrow, bold, and not among the fonts above.
UNSEEN_FONT = "Liberation Sans Narrow Bold"


def begin(name: str) -> Path:
    """Make the folder ``work/NAME`` beside the notebooks, go there, and have ``!tessnb`` found; return it."""
    folder = _HERE / "work" / name
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    tools = str(Path(sys.executable).parent)
    if tools not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([tools, os.environ["PATH"]])
    print(f"{'Full' if FULL else 'Quick'} speed; everything is written to work/{name}.")
    return folder


def compare(rows: Sequence[tuple[str, object, object]]) -> pd.DataFrame:
    """Return what the TessTutorial reports beside what came out here."""
    return pd.DataFrame(rows, columns=["", "the original", "here"]).set_index("")


def check(**claims: bool) -> None:
    """Say which of the notebook's claims hold; stop at the end if one does not."""
    for claim, holds in claims.items():
        print("✓" if holds else "✗", claim.replace("_", " "))
    assert all(claims.values())


def langdata() -> Path:
    """Return a langdata folder: at full speed that of Tesseract, if it can be had; else that of tessnb."""
    if not FULL:
        return shipped_langdata()
    import tessnb as tn

    return tn.find_langdata("eng").folder


def small_model() -> Path:
    """Return the folder with the model of notebook 04, which is trained now if it has not been yet.

    Returns
    -------
    Path
        With ``base_checkpoint``, ``eng/eng.traineddata`` (the starter) and ``eng.training_files.txt``.
    """
    folder = _HERE / "work" / "04"
    if not (folder / "base_checkpoint").exists():
        print("Training the small model of notebook 04 first …")
        folder.mkdir(parents=True, exist_ok=True)
        before = Path.cwd()
        os.chdir(folder)
        try:
            make_lines("eng", FONTS)
            make_starter("eng")
            run(
                *("lstmtraining", "--traineddata", "eng/eng.traineddata", "--net_spec", SMALL_NET),
                *("--model_output", "base", "--train_listfile", "eng.training_files.txt"),
                *("--learning_rate", str(LEARNING_RATE), "--max_iterations", str(ITERATIONS)),
            )
        finally:
            os.chdir(before)
    return folder


def run(tool: str, *arguments: str) -> str:
    """Run a command line of ``tessnb``, return what it said; stop if it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "tessnb", tool, *arguments], capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode:
        raise RuntimeError(said)
    return said


def make_lines(lang: str, fonts: Sequence[str], text: Path | None = None) -> None:
    """Write a ``.tif``, ``.box`` and ``.lstmf`` per font and ``LANG.training_files.txt``; see notebook 02."""
    text = text or langdata() / "eng" / "eng.training_text"
    files = []
    for font in fonts:
        base = f"{lang}.{font.replace(' ', '_')}.exp0"
        run("text2image", "--font", font, "--text", str(text), "--outputbase", base, f"--xsize={PAGE_WIDTH}")
        run("tesseract", f"{base}.tif", base, "--psm", "6", "lstm.train")
        files.append(f"{base}.lstmf\n")
    Path(f"{lang}.training_files.txt").write_text("".join(files))


def make_starter(lang: str) -> None:
    """Write ``LANG/LANG.traineddata`` for the box files of this folder; see notebook 03."""
    boxes = sorted(map(str, Path().glob(f"{lang}.*.box")))
    run("unicharset_extractor", "--output_unicharset", f"{lang}.unicharset", "--norm_mode", "1", *boxes)
    lists = langdata()
    run(
        *("combine_lang_model", "--input_unicharset", f"{lang}.unicharset", "--script_dir", str(lists)),
        *("--words", str(lists / "eng/eng.wordlist"), "--puncs", str(lists / "eng/eng.punc")),
        *("--numbers", str(lists / "eng/eng.numbers"), "--output_dir", ".", "--lang", lang),
    )
