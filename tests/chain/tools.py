"""Running the tools as a user does, ours and Tesseract's own; a text that a small network learns quickly."""

from __future__ import annotations

import random
import shlex
import sys
from pathlib import Path
from subprocess import CompletedProcess

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


def read_everywhere(image: Path, tessdata: Path, language: str) -> dict[str, list[str]]:
    """Read a page of one block with our recognizer, Tesseract 5.3 and libtesseract 5.5; return their lines.

    No dictionaries: these weigh nearly equal readings differently in the two versions of Tesseract.
    """
    import tesserocr

    variables = {f"load_{kind}_dawg": "0" for kind in ("system", "punc", "number")}
    config = tessdata / "without_dictionaries"
    config.write_text("".join(f"{name} {value}\n" for name, value in variables.items()))
    command = f"tesseract {image} stdout --psm 6 -l {language} --tessdata-dir {tessdata} {config}"
    texts = {"tessnb": ours(command, cwd=tessdata).stdout, "tesseract": real(command, cwd=tessdata).stdout}
    with tesserocr.PyTessBaseAPI(
        path=str(tessdata),
        lang=language,
        psm=tesserocr.PSM.SINGLE_BLOCK,
        oem=tesserocr.OEM.LSTM_ONLY,
        variables=variables,
    ) as reader:
        reader.SetImageFile(str(image))
        texts["tesserocr"] = reader.GetUTF8Text()
    return {name: text_lines(text) for name, text in texts.items()}


def different(some: list[str], others: list[str]) -> int:
    """How many lines differ."""
    return sum(one != other for one, other in zip(some, others, strict=True))
