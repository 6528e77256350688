"""Running the tools as a user does, ours and Tesseract's own; a text that a small network learns quickly."""

from __future__ import annotations

import difflib
import random
import shlex
import sys
from pathlib import Path
from subprocess import CompletedProcess

from tessnb.formats.traineddata import TrainedData
from tests.conftest import run_tool

#: Learns most of `simple_text` in 400 iterations at a learning rate of 0.01; each kind of layer that the
#: tutorial's network has.
SMALL_NET = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx48 O1c111]"

#: Short, with letters that rise and letters that hang down: by them Tesseract judges the size of a line.
WORDS = ("pod", "odd", "pop", "11", "1od")


def ours(command: str, *more: object, cwd: Path, check: bool = True) -> CompletedProcess[str]:
    """Run a command line with ``tessnb`` in front; `more` are further arguments, taken as they are."""
    return run_tool(sys.executable, "-m", "tessnb", *shlex.split(command), *more, cwd=cwd, check=check)


def real(command: str, *more: object, cwd: Path, check: bool = True) -> CompletedProcess[str]:
    """Run the same command line with Tesseract's own tool."""
    return run_tool(*shlex.split(command), *more, cwd=cwd, check=check)


def simple_text(lines: int = 40, *, also: tuple[str, ...] = ()) -> str:
    """Lines of two words each, from very few characters; `also`: words that every second line ends with."""
    chance = random.Random(3)
    rows = []
    for number in range(lines):
        words = [chance.choice(WORDS) for _ in range(2)]
        if also and number % 2:
            words[-1] = chance.choice(also)
        rows.append(" ".join(words))
    return "".join(f"{row}\n" for row in rows)


def write_langdata(folder: Path, text: str) -> None:
    """Fill a folder as ``langdata`` is laid out: what a starter needs, for the language ``eng``."""
    (folder / "eng").mkdir(parents=True)
    (folder / "radical-stroke.txt").write_text("19968 1 0 0 0\n")
    for name, content in {
        "training_text": text,
        "wordlist": "odd\npod\npop\n",
        "punc": " \n , \n .\n",
        "numbers": " \n  .\n",
    }.items():
        (folder / "eng" / f"eng.{name}").write_text(content)


def error_rate(output: str) -> float:
    """The BCER in what ``lstmeval`` printed."""
    (line,) = (line for line in output.splitlines() if line.startswith("BCER eval="))
    return float(line.partition("=")[2].partition(",")[0])


def best_error(log: str) -> float:
    """The best BCER that ``lstmtraining`` reports at its end."""
    return float(log.rpartition("(BCER) = ")[2].split()[0])


def text_lines(text: str) -> list[str]:
    """The lines of a recognized text that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_everywhere(image: Path, model: Path, folder: Path) -> dict[str, list[str]]:
    """Read a page of one block with our recognizer, Tesseract 5.3 and libtesseract 5.5; return their lines.

    The model is read without its dictionaries (a copy in `folder`), so that the network alone is compared.
    """
    import tesserocr

    container = TrainedData.read(model)
    container.components = {
        name: data for name, data in container.components.items() if not name.endswith("-dawg")
    }
    container.write(folder / model.name)
    command = f"tesseract {image} stdout --psm 6 -l {model.stem} --tessdata-dir {folder}"
    texts = {"tessnb": ours(command, cwd=folder).stdout, "tesseract": real(command, cwd=folder).stdout}
    with tesserocr.PyTessBaseAPI(
        path=str(folder), lang=model.stem, psm=tesserocr.PSM.SINGLE_BLOCK, oem=tesserocr.OEM.LSTM_ONLY
    ) as reader:
        reader.SetImageFile(str(image))
        texts["tesserocr"] = reader.GetUTF8Text()
    return {name: text_lines(text) for name, text in texts.items()}


def check_readers_agree(texts: dict[str, list[str]], truth: list[str]) -> None:
    """Check what `read_everywhere` returned.

    Ours must read as 5.3 does. 5.5.1 and later draw other noise around the image, which shows in a network
    that has hardly begun to learn: from it ours may differ as much as 5.3 does. Nothing else differs
    (``tests/recognition/test_newer_noise.py``).
    """
    ours, older, newer = (texts[name] for name in ("tessnb", "tesseract", "tesserocr"))
    assert different(ours, older) <= 1
    assert different(ours, newer) <= different(older, newer) + 1
    for text in texts.values():
        assert difflib.SequenceMatcher(None, "\n".join(text), "\n".join(truth), False).ratio() > 0.75


def different(some: list[str], others: list[str]) -> int:
    """How many lines differ."""
    return sum(one != other for one, other in zip(some, others, strict=True))
