"""What the tutorial's notebooks share: how long they take, where they write, how they check themselves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from tessnb.resources import shipped_langdata

if TYPE_CHECKING:
    from tessnb.recognition import Model

__all__ = [
    "FONTS",
    "FULL",
    "ITERATIONS",
    "LEARNING_RATE",
    "PAGE_WIDTH",
    "SMALL_NET",
    "UNSEEN_FONT",
    "base_model",
    "begin",
    "by_speed",
    "check",
    "compare",
    "langdata",
    "make_lines",
    "make_scans",
    "make_starter",
    "rates",
    "run",
    "small_model",
    "training_text",
]

#: Whether the notebooks run with the original's iteration counts: set TESSNB_TUTORIAL=full before starting.
FULL = os.environ.get("TESSNB_TUTORIAL", "quick") == "full"

_HERE = Path(__file__).parent
_T = TypeVar("_T")


def by_speed(quick: _T, full: _T) -> _T:
    """Return the one of two settings that fits the speed at which the notebooks run."""
    return full if FULL else quick


#: Where the notebooks write: what one speed leaves is of no use to the other.
_WORK = _HERE / "work" / by_speed("", "full")

#: What notebook 04 trains: in full as the TessTutorial does, or a network that learns while you watch.
SMALL_NET = by_speed(
    "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys32 Lbx64 O1c1]",
    "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]",
)
FONTS = by_speed(
    ["DejaVu Sans", "Liberation Serif"],
    ["DejaVu Sans", "DejaVu Serif", "Liberation Sans", "Liberation Serif", "FreeSerif"],
)
LEARNING_RATE, ITERATIONS, PAGE_WIDTH = by_speed((0.006, 3000, 1000), (0.002, 10000, 3600))
#: Stands in for "Impact Condensed": narrow, bold, and not among the fonts above.
UNSEEN_FONT = "Liberation Sans Narrow Bold"


def begin(name: str) -> Path:
    """Make the folder ``work/NAME`` beside the notebooks, go there, and have ``!tessnb`` found; return it."""
    folder = _WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    tools = str(Path(sys.executable).parent)
    if tools not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([tools, os.environ["PATH"]])
    print(f"{'Full' if FULL else 'Quick'} speed; everything is written to {folder.relative_to(_HERE)}.")
    return folder


def compare(rows: Sequence[tuple[str, object, object]]) -> pd.DataFrame:
    """Return what the TessTutorial reports beside what came out here."""
    return pd.DataFrame(rows, columns=["", "the original", "here"]).set_index("")


def rates(of: Any) -> str:
    """Return BCER and BWER as the TessTutorial writes them, of whatever has a ``bcer`` and a ``bwer``."""
    return f"{of.bcer:.3g} % / {of.bwer:.3g} %"


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


def training_text() -> str:
    """Return the English training text of `langdata`."""
    return (langdata() / "eng" / "eng.training_text").read_text("utf-8")


def base_model(language: str) -> Model:
    """Return a model to start from; at quick speed, the network is not asked for it."""
    import tessnb as tn

    return tn.base_model(language, offline=None if FULL else True)


def small_model() -> Path:
    """Return the folder with the model of notebook 04, which is trained now if it has not been yet.

    Returns
    -------
    Path
        With ``base_checkpoint``, ``eng/eng.traineddata`` (the starter) and ``eng.training_files.txt``.
    """
    folder = _WORK / "04"
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


#: Three pages that nobody has printed. Where an ``s`` is long (ſ) is decided by `make_scans`.
_JOURNAL = """\
Journal of a Passage in the Brig Constance, from Bristol to Leith, in the Year 1787.
Monday, 3 September. Fresh gales and misty weather. The master was still ashore, sick of a fever, so that \
we could not sail; the mate sent six hands to fetch salt, biscuit and small beer, and paid £3 15s. for the \
whole.
Tuesday. It has rained since sunrise. Two casks were stove in the lighter, and the best of the cheese is \
lost.
Wednesday. The master came aboard at seven, pale as ashes, and asked first whether the casks had been \
stowed. We passed Lundy with a steady breeze, and saw some fishing boats, which showed us their stern as \
soon as they saw our colours. The cook is an honest fellow, but his soup is not fit for a dog.
Saturday, 8 September. Off the Scillies. The sea so smooth that one might have set a glass upon the rail. \
At noon we spoke the Swift, sloop, thirteen days from Lisbon; she sold us lemons, and told us of a great \
storm.
Sunday. Prayers at ten. Some of the passengers were sea-sick, among them the surgeon, who says it is the \
soup.
Monday. The storm they spoke of has found us. It blew first from the south-east, then from all sides at \
once; we lost the jib, a hen-coop and the looking-glass. The boys were sent below, and the rest of us took \
turns at the pumps. The mate, a most cheerful man, sang psalms the whole night, and sang them sadly out of \
tune.
Thursday, 13 September. Less wind. The carpenter sounded the well: still sixteen inches. Discovered that \
the sugar is salt and the salt is wet. Mrs. Ashcroft has lost a silver thimble, and suspects the \
sailmaker's son.
Friday. The thimble was in the biscuit. She asked his pardon, before the ship's company, with great \
kindness.
Sunday, 16 September. Passed the Straits of Dover in sunshine, so close that we saw sheep on the cliffs, \
and counted eighty-seven sail between us and the French shore. This is the sight I shall tell my sister of.
Tuesday. The wind is against us. Nothing to set down, unless it is that the soup has become worse.
Saturday, 22 September. Off Yarmouth. A custom-house boat searched us for spirits, and went away \
disappointed; the master's sea-chest was not searched, as he was sitting upon it with his lame leg \
stretched out.
Monday. Saw the first of the Farne Islands at sunset. Seals lay on the rocks, and looked at us as old men \
look at strangers in a village street.
Thursday, 27 September. Leith, at last. Twenty-four days, one storm, no souls lost; for which thanks be \
said.
Paid the steward 12s. 6d. He hopes to see us again. I said that this must be as the weather pleases.
"""
_SCANNED_FONT = "FreeSerif Italic"


def make_scans(folder: str = "scans") -> list[Path]:
    """Write what a cheap scanner makes of an old book: ``page1.png`` … and the lines of each, ``page1.txt``.

    Returns
    -------
    list of Path
        The images.
    """
    from PIL import Image, ImageFilter

    import tessnb as tn
    from tessnb.lines import read_pages

    base = Path(folder) / "book"
    base.parent.mkdir(exist_ok=True)
    text = Path(folder) / "book.txt"
    text.write_text(re.sub("s(?=[a-z])", "ſ", _JOURNAL), "utf-8")
    run(
        *("text2image", "--font", _SCANNED_FONT, "--text", str(text), "--outputbase", str(base)),
        *("--resolution=200", "--xsize=1160", "--ysize=930", "--leading=16"),
    )
    lines = list(tn.open_lines(f"{base}.tif"))
    noise = np.random.default_rng(1787)
    images = []
    for number, page in enumerate(read_pages(f"{base}.tif")):
        height, width = page.pixels.shape
        light = np.linspace(228, 196, width) - np.linspace(0, 14, height)[:, None]
        grey = np.where(page.pixels, 70.0, light) + noise.normal(0, 4, (height, width))
        scan = Image.fromarray(grey.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.9))
        images.append(base.with_name(f"page{number + 1}.png"))
        scan.save(images[-1], dpi=(200, 200))
        rows = [line.transcription for line in lines if line.page == number]
        images[-1].with_suffix(".txt").write_text("".join(f"{row}\n" for row in rows), "utf-8")
    for path in (text, *base.parent.glob("book.*")):
        path.unlink(missing_ok=True)
    return images
