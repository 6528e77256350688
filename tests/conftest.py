"""What the tests share: the real tools of Tesseract, and what they make of a small English text.

Everything expensive is made once per test run, also when pytest-xdist runs several workers.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab import Lab

HERE = Path(__file__).parent

#: Pango's names of the fonts that the small English set is rendered in.
TRAINING_FONTS = ("DejaVu Sans", "Liberation Serif")
UNSEEN_FONT = "Liberation Sans Narrow Bold Condensed"

#: A network that trains quickly and has every kind of layer that the tutorial's has.
SMALL_NET = "[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lfx16 Lrx16 Lfx24 O1c111]"


def tessdata_folders() -> list[Path]:
    """Folders with models: Debian's, and the test data's; also usable in ``parametrize``."""
    folders = [Path("/usr/share/tesseract-ocr/5/tessdata")]
    if data := os.environ.get("TESSNB_TEST_DATA"):
        folders.append(Path(data) / "tessdata_best")
    return [folder for folder in folders if folder.is_dir()]


def run_tool(
    *command: object, cwd: Path | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run one of Tesseract's own tools, on one thread; with `check`, fail with its output if it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )
    if check and result.returncode:
        pytest.fail(
            f"{' '.join(map(str, command))} returned {result.returncode}:\n{result.stdout}{result.stderr}"
        )
    return result


@pytest.fixture(scope="session")
def test_data() -> Path | None:
    """The folder with Tesseract's data (``langdata``, ``tessdata_best``, …), or None where there is none."""
    folder = os.environ.get("TESSNB_TEST_DATA")
    return Path(folder) if folder else None


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """``once(name, make)`` returns a folder that ``make(folder)`` filled, once per run; not to be changed."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def provide(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / f"once-{name}"
        with open(shared / f"once-{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / ".done").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                (folder / ".done").touch()
        return folder

    return provide


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab over an empty folder; tests of the xdist group "lab" share it."""
    from tests.lab import ROOT, serve_lab  # which takes a while

    scratch, root = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("root")

    def command(flags: str) -> list[str]:
        return [str(ROOT / ".venv/bin/jupyter"), "lab", f"--ServerApp.root_dir={root}", *flags.split()]

    with serve_lab(scratch, root, command) as lab:
        yield lab


@dataclass(frozen=True)
class EnglishSet:
    """What the real tools make of ``tests/data/english.txt``. Files of a font are named after ``base(font)``.

    `folder` holds, per font, ``.tif``, ``.box`` and ``.lstmf``; ``eng.unicharset`` as extracted from the
    training fonts' boxes; ``eng.traineddata``, the starter with dictionaries; ``list.train``
    (`TRAINING_FONTS`) and ``list.eval`` (`UNSEEN_FONT`).
    """

    folder: Path
    text: Path = HERE / "data" / "english.txt"
    training_fonts: tuple[str, ...] = TRAINING_FONTS
    unseen_font: str = UNSEEN_FONT

    @property
    def fonts(self) -> tuple[str, ...]:
        return (*self.training_fonts, self.unseen_font)

    def base(self, font: str) -> Path:
        """The files of a font without their suffix, such as ``…/eng.DejaVu_Sans.exp0``."""
        return self.folder / f"eng.{font.replace(' ', '_')}.exp0"

    def file(self, font: str, suffix: str) -> Path:
        """A file of a font: ``file("DejaVu Sans", ".box")``."""
        return self.folder / f"{self.base(font).name}{suffix}"

    @property
    def unicharset(self) -> Path:
        return self.folder / "eng.unicharset"

    @property
    def starter(self) -> Path:
        return self.folder / "eng.traineddata"

    @property
    def train_list(self) -> Path:
        return self.folder / "list.train"

    @property
    def eval_list(self) -> Path:
        return self.folder / "list.eval"


def _make_english(folder: Path) -> None:
    english = EnglishSet(folder)
    for font in english.fonts:
        flags = [
            "--fonts_dir=/usr/share/fonts",
            f"--fontconfig_tmpdir={folder}",
            "--xsize=1800",
            "--ysize=1000",
        ]
        run_tool(
            "text2image",
            *flags,
            f"--font={font}",
            f"--text={english.text}",
            f"--outputbase={english.base(font)}",
        )
        # By its name alone: what it is called decides in which order tesseract shuffles the lines.
        name = english.base(font).name
        run_tool("tesseract", f"{name}.tif", name, "--psm", "6", "lstm.train", cwd=folder)
    boxes = [english.file(font, ".box") for font in english.training_fonts]
    run_tool("unicharset_extractor", "--output_unicharset", english.unicharset, "--norm_mode", "1", *boxes)
    (folder / "starter").mkdir()
    (folder / "radical-stroke.txt").write_text("19968 1 0 0 0\n")
    (folder / "eng.punc").write_text(' \n ,\n .\n? \n" "\n')
    (folder / "eng.numbers").write_text(" \n , \n .  \n")
    flags = ["--script_dir", folder, "--puncs", folder / "eng.punc", "--numbers", folder / "eng.numbers"]
    flags += ["--words", HERE / "data" / "english.words", "--output_dir", folder / "starter", "--lang", "eng"]
    run_tool("combine_lang_model", "--input_unicharset", english.unicharset, *flags)
    shutil.move(folder / "starter" / "eng" / "eng.traineddata", english.starter)
    english.train_list.write_text(
        "".join(f"{english.file(font, '.lstmf')}\n" for font in english.training_fonts)
    )
    english.eval_list.write_text(f"{english.file(english.unseen_font, '.lstmf')}\n")


@pytest.fixture(scope="session")
def english(once: Callable[[str, Callable[[Path], None]], Path]) -> EnglishSet:
    """Pages, boxes, training lines, a unicharset and a starter, made by the real tools; see `EnglishSet`."""
    return EnglishSet(once("english", _make_english))


@pytest.fixture(scope="session")
def trained(once: Callable[[str, Callable[[Path], None]], Path], english: EnglishSet) -> Path:
    """A folder with what the real ``lstmtraining`` leaves after 200 iterations from scratch.

    ``base_checkpoint`` (with a learning rate per layer), ``float.traineddata``, ``int.traineddata``, and
    ``log`` (its output).
    """

    def make(folder: Path) -> None:
        flags = ["--traineddata", english.starter, "--train_listfile", english.train_list]
        spec = ["--net_spec", SMALL_NET, "--net_mode", "192", "--learning_rate", "0.002"]
        base = ["--model_output", folder / "base", "--max_iterations", "200"]
        log = run_tool("lstmtraining", *flags, *spec, *base)
        (folder / "log").write_text(log.stdout + log.stderr)
        for name, integer in (("float", "false"), ("int", "true")):
            export = ["--stop_training", "--continue_from", folder / "base_checkpoint"]
            export += ["--traineddata", english.starter, f"--convert_to_int={integer}"]
            run_tool("lstmtraining", *export, "--model_output", folder / f"{name}.traineddata")

    return once("trained", make)
